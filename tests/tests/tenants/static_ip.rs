//! Webhooks that are to be sent from a static IP go by a function of their own, which alone is in the VPC. (That packets leave from that
//! address is AWS's part: the engine knows it by name only.)

use anyhow::{Context as _, Result};
use hookstep_tests::{Engine, Event, Hookstep, Permission, Scene, Trigger, unique};
use serde_json::json;

async fn tenant_with(static_ip: bool) -> Result<Scene> {
    let caller = Hookstep::connect()?.as_tenant(&unique("a"), &Permission::ALL)?;
    Scene::of(caller, |draft| draft.set("static_ip", static_ip)).await
}

/// The states that delivered an event.
async fn states_of(engine: &Engine, event: &Event) -> Result<Vec<String>> {
    engine.states_of(event.rest["execution_arn"].as_str().context("no execution")?).await
}

#[tokio::test]
async fn the_webhook_says_from_where_its_requests_come() -> Result<()> {
    let scene = tenant_with(true).await?;
    let addresses = &scene.hookstep.stack.static_ip_addresses;
    assert!(!addresses.is_empty(), "this stack has no static IP: see `cargo xtask test --only jwt`");
    assert_eq!(
        (&scene.webhook.rest["static_ip"], &scene.webhook.rest["static_ip_addresses"]),
        (&json!(true), &json!(addresses))
    );
    let id = &scene.webhook.config_id;
    let changed = scene.hookstep.api.patch_webhook(id, &json!({ "static_ip": false })).await?;
    assert_eq!((&changed.rest["static_ip"], &changed.rest["static_ip_addresses"]), (&json!(false), &json!([])));
    let again = scene.hookstep.api.patch_webhook(id, &json!({ "static_ip": true })).await?;
    assert_eq!(again.rest["static_ip_addresses"], json!(addresses));
    Ok(())
}

#[tokio::test]
async fn it_is_delivered_by_the_function_in_the_vpc_and_others_are_not() -> Result<()> {
    for (static_ip, by, not_by) in [(true, "DeliverStaticIp", "Deliver"), (false, "Deliver", "DeliverStaticIp")] {
        let scene = tenant_with(static_ip).await?;
        let engine = scene.hookstep.engine();
        for trigger in
            [Trigger::json("{\"n\":1}"), Trigger::json("{\"n\":2}").and_wait(), Trigger::json(vec![b'7'; 20_000])]
        {
            let event = scene.deliver(&trigger).await?;
            assert_eq!(event.status, "succeeded", "{event:?}");
            assert_eq!(scene.request_of(&event.event_id)?.body, trigger.body);
            let states = states_of(&engine, &event).await?;
            let entered = |name: &str| states.iter().filter(|state| *state == name).count();
            assert_eq!((entered(by), entered(not_by)), (1, 0), "static_ip {static_ip}: {states:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_saved_counts_for_the_next_event() -> Result<()> {
    let scene = tenant_with(false).await?;
    let engine = scene.hookstep.engine();
    for (static_ip, by) in [(true, "DeliverStaticIp"), (false, "Deliver")] {
        let patch = json!({ "static_ip": static_ip });
        scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &patch).await?;
        let event = scene.deliver(&Trigger::json("{}")).await?;
        let states = states_of(&engine, &event).await?;
        assert!(states.iter().any(|state| state == by), "static_ip {static_ip}: {states:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_refuses_is_the_same_result_from_there() -> Result<()> {
    let scene = tenant_with(true).await?;
    scene.receiver.on(hookstep_tests::HOOK, hookstep_tests::Script::status(500).body("no"));
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("failed", 1), "{event:?}");
    assert_eq!((event.attempts[0].status_code, event.attempts[0].response_body.as_deref()), (Some(500), Some("no")));
    Ok(())
}
