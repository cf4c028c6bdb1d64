//! Webhooks that send from the deployment's static IP address: where there is none, where there is one, and where it is taken away.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_local::deploy::{deploy, local_parameters};
use hookstep_local::python_env::PythonEnv;
use hookstep_local::{LocalStack, StackOptions, Trust, Workspace};
use hookstep_tests::{Api, Event, HOOK, Hookstep, Scene, Trigger, Webhook, unique};
use serde_json::{Value, json};

use crate::support::{created, draft, faults, id, set_value, shown};

const UNAVAILABLE: &str = "static_ip_unavailable";

/// Triggers in both modes, and expects events that failed for want of a static IP, with an attempt that was refused.
async fn assert_unavailable(scene: &Scene) -> Result<()> {
    let before = scene.received_count();
    let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
    assert_eq!((outcome.status.as_str(), outcome.reason.as_deref()), ("failed", Some(UNAVAILABLE)), "{outcome:?}");
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some(UNAVAILABLE)), "{event:?}");
    assert!(event.rest["reason_detail"].as_str().is_some_and(|detail| detail.contains("static IP")), "{event:?}");
    let [attempt] = &event.attempts[..] else { panic!("{event:?}") };
    for attempt in [attempt, outcome.attempt.as_ref().context("no attempt")?] {
        let error = attempt.error.as_ref().map(|error| error.code.as_str());
        assert_eq!((attempt.outcome.as_str(), error, attempt.status_code), ("refused", Some(UNAVAILABLE), None));
    }
    assert_eq!(scene.received_count(), before, "nothing was sent");
    Ok(())
}

#[tokio::test]
async fn where_there_is_none_it_is_refused_when_it_is_saved() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let api = &hookstep.api;
    assert_eq!(hookstep.stack.static_ip_addresses, Vec::<String>::new());
    let webhook = created(api, json!({ "static_ip": false })).await?;
    assert_eq!((&webhook["static_ip"], &webhook["static_ip_addresses"]), (&json!(false), &json!([])));
    let wanted = json!({ "static_ip": true });
    for answer in [
        api.create_raw(&draft(wanted.clone())).await?,
        api.patch_raw(id(&webhook), &wanted, None).await?,
        api.put_raw(id(&webhook), &draft(wanted.clone()), Some("*")).await?,
    ] {
        assert_eq!(faults(&answer), ["/static_ip not_available"]);
        let detail = answer.problem()?.errors[0]["detail"].as_str().unwrap_or_default().to_owned();
        assert!(detail.contains("StaticIpZones"), "it says who can change that: {detail}");
    }
    assert_eq!(shown(api, &webhook).await?, webhook);
    Ok(())
}

#[tokio::test]
async fn a_webhook_that_wants_one_where_there_is_none_any_more_fails_its_events() -> Result<()> {
    for timeout_seconds in [30, 100] {
        let scene = Scene::with(|draft| draft.timeout_seconds = Some(timeout_seconds)).await?;
        let api = &scene.hookstep.api;
        let id = &scene.webhook.config_id;
        set_value(&scene.hookstep, &scene.webhook, "static_ip", AttributeValue::Bool(true)).await?;
        assert_unavailable(&scene).await?;
        let read = api.get_webhook(id).await?;
        assert_eq!((&read.rest["static_ip"], &read.rest["static_ip_addresses"]), (&json!(true), &json!([])));
        // It can be changed all the same, and above all turned off.
        let renamed = api.patch_webhook(id, &json!({ "name": "renamed" })).await?;
        assert_eq!(renamed.rest["static_ip"], true);
        api.patch_webhook(id, &json!({ "static_ip": false })).await?;
        assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
        assert_eq!(
            faults(&api.patch_raw(id, &json!({ "static_ip": true }), None).await?),
            ["/static_ip not_available"]
        );
    }
    Ok(())
}

/// A stack of its own, whose files are gone when the test is over.
struct Deployment {
    workspace: Workspace,
    dir: PathBuf,
    stack: LocalStack,
    hookstep: Hookstep,
}

impl Deployment {
    async fn with_static_ip() -> Result<Self> {
        let shared = Hookstep::connect()?;
        let workspace = Workspace::find()?;
        let lock = workspace.tools_dir().join("engine.lock");
        let python = PythonEnv::prepare(&workspace.local_dir().join("venv"), &lock, || ()).await?;
        let dir = std::env::temp_dir().join(unique("hookstep-static-ip"));
        std::fs::create_dir_all(&dir)?;
        let options = StackOptions {
            enforce_iam: shared.stack.enforces_iam,
            trust: Trust::OwnAuthority,
            static_ip_zones: 1,
            ..StackOptions::empty(dir.clone())
        };
        let stack = LocalStack::start(&workspace, &python, &options, &|_| ()).await?;
        let hookstep = Hookstep { api: Api::new(&stack.stack().api_url)?, stack: stack.stack().clone() };
        Ok(Self { workspace, dir, stack, hookstep })
    }

    /// Deploys the template once more, with so many zones. Returns the outputs.
    async fn deploy_with_zones(&self, zones: u8) -> Result<BTreeMap<String, String>> {
        let mut parameters = local_parameters();
        parameters.insert("StaticIpZones".to_owned(), zones.to_string());
        Ok(deploy(&self.workspace, &self.hookstep.stack.endpoint_url, &parameters).await?.outputs)
    }

    async fn stop(self) -> Result<()> {
        self.stack.stop().await?;
        Ok(std::fs::remove_dir_all(&self.dir)?)
    }
}

/// The names of the states that the event's execution has entered.
async fn states_of(hookstep: &Hookstep, event: &Event) -> Result<Vec<String>> {
    let arn = event.rest["execution_arn"].as_str().context("no execution")?;
    let history = hookstep.engine().sfn.get_execution_history().execution_arn(arn).max_results(1000).send().await?;
    let entered = history.events().iter().filter_map(|event| event.state_entered_event_details());
    Ok(entered.map(|details| details.name().to_owned()).collect())
}

/// Delivers, and expects that it was by way of this function and no other.
async fn assert_delivers_by(scene: &Scene, state: &str, other: &str) -> Result<Event> {
    let event = scene.deliver(&Trigger::json("{\"n\":1}")).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    assert_eq!(scene.request_of(&event.event_id)?.text(), "{\"n\":1}");
    let states = states_of(&scene.hookstep, &event).await?;
    let entered = |name: &str| states.iter().filter(|entered| *entered == name).count();
    assert_eq!((entered(state), entered(other)), (1, 0), "{states:?}");
    Ok(event)
}

fn addresses(webhook: &Webhook) -> &Value {
    &webhook.rest["static_ip_addresses"]
}

/// While there is one.
async fn assert_is_used(hookstep: &Hookstep) -> Result<Scene> {
    let expected = json!(hookstep.stack.static_ip_addresses);
    assert_eq!(expected.as_array().map(Vec::len), Some(1), "{expected}");
    assert!(hookstep.stack.static_ip_addresses[0].parse::<std::net::Ipv4Addr>().is_ok(), "{expected}");
    let scene = Scene::of(hookstep.clone(), |draft| draft.set("static_ip", true)).await?;
    let (api, id) = (&hookstep.api, &scene.webhook.config_id);
    assert_eq!((&scene.webhook.rest["static_ip"], addresses(&scene.webhook)), (&json!(true), &expected));
    assert_eq!(addresses(&api.get_webhook(id).await?), &expected);
    assert_eq!(addresses(&api.list_webhooks().await?.data[0]), &expected);
    // As it is shown it can be sent back.
    let body: Value = api.get_raw(id).await?.json()?;
    assert_eq!(api.put_raw(id, &body, Some("\"1\"")).await?.status, 200);
    let preview = api.preview(id, Some("{}".into())).await?;
    assert!(preview.notes.iter().any(|note| note.contains("static IP")), "{:?}", preview.notes);
    assert_eq!(scene.received_count(), 0);

    let event = assert_delivers_by(&scene, "DeliverStaticIp", "Deliver").await?;
    let function = hookstep.stack.functions.deliver_static_ip.as_deref().context("no function")?;
    assert_ne!(function, hookstep.stack.functions.deliver);
    let lines = hookstep.engine().log_lines("/aws/lambda/hookstep/deliver-static-ip", &event.event_id).await?;
    assert!(!lines.is_empty(), "the function's log does not tell of the event");
    let outcome = scene.trigger(&Trigger::json("{\"n\":1}").and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    let tested = api.test_webhook(id, None).await?;
    assert_eq!(tested.status, "succeeded", "{tested:?}");
    // A large payload, on the STANDARD machine.
    api.patch_webhook(id, &json!({ "timeout_seconds": 100 })).await?;
    let event = scene.deliver(&Trigger::json(format!("\"{}\"", "x".repeat(300_000)))).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    assert_eq!(states_of(hookstep, &event).await?.iter().filter(|state| *state == "DeliverStaticIp").count(), 1);
    // What the receiver does wrong is told as ever.
    scene.receiver.on(HOOK, hookstep_tests::Script::status(503));
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("receiver_rejected")), "{event:?}");
    scene.receiver.on(HOOK, hookstep_tests::Script::status(200));
    Ok(scene)
}

/// Those that do not ask for it do not use it.
async fn assert_is_not_used_unasked(hookstep: &Hookstep) -> Result<()> {
    let scene = Scene::of(hookstep.clone(), |_| ()).await?;
    assert_eq!(addresses(&scene.webhook), &json!([]));
    assert_delivers_by(&scene, "Deliver", "DeliverStaticIp").await?;
    let (api, id) = (&hookstep.api, &scene.webhook.config_id);
    let turned_on = api.patch_webhook(id, &json!({ "static_ip": true })).await?;
    assert_eq!(addresses(&turned_on), &json!(hookstep.stack.static_ip_addresses));
    assert_delivers_by(&scene, "DeliverStaticIp", "Deliver").await?;
    let turned_off = api.patch_webhook(id, &json!({ "static_ip": false })).await?;
    assert_eq!(addresses(&turned_off), &json!([]));
    assert_delivers_by(&scene, "Deliver", "DeliverStaticIp").await?;
    Ok(())
}

#[tokio::test]
async fn where_there_is_one_it_is_used_and_when_it_is_taken_away_events_fail() -> Result<()> {
    let deployment = Deployment::with_static_ip().await?;
    let hookstep = &deployment.hookstep;
    let scene = assert_is_used(hookstep).await?;
    assert_is_not_used_unasked(hookstep).await?;

    let outputs = deployment.deploy_with_zones(0).await?;
    assert!(!outputs.contains_key("DeliverStaticIpFunctionName"), "{outputs:?}");
    assert_unavailable(&scene).await?;
    let (api, id) = (&hookstep.api, &scene.webhook.config_id);
    assert_eq!(addresses(&api.get_webhook(id).await?), &json!([]));
    assert_eq!(faults(&api.create_raw(&draft(json!({ "static_ip": true }))).await?), ["/static_ip not_available"]);
    let plain = Scene::of(hookstep.clone(), |_| ()).await?;
    assert_delivers_by(&plain, "Deliver", "DeliverStaticIp").await?;

    // And when it comes back, the webhook goes on.
    let outputs = deployment.deploy_with_zones(1).await?;
    let address = outputs.get("StaticIpAddresses").context("no address is told")?;
    assert_delivers_by(&scene, "DeliverStaticIp", "Deliver").await?;
    assert_eq!(addresses(&api.get_webhook(id).await?), &json!([address]));
    deployment.stop().await
}
