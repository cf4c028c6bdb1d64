//! Every call of the API that takes a token.

use anyhow::{Result, ensure};
use hookstep_aws::clock::System;
use hookstep_aws::replays::DynamoReplays;
use hookstep_core::ids::ReplayId;
use hookstep_core::ports::{Clock as _, Entropy as _, ReplayStore as _};
use hookstep_core::replay::again::Options;
use hookstep_core::replay::record::{Cut, ReplayKey, ReplayRecord, ReplayStatus, Selection};
use hookstep_core::secret::Owner;
use hookstep_tests::{Answer, Api, HOOK, Hookstep, Permission, Scene, Script, Trigger, unique};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

/// A webhook, an event of it, one whose payload and response are kept apart, two that wait for their next attempt, an upload for it and a replay that was stopped, by their ids.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) webhook: String,
    pub(crate) event: String,
    pub(crate) large: String,
    pub(crate) attempt: String,
    pub(crate) to_retry: String,
    pub(crate) to_cancel: String,
    pub(crate) upload: String,
    pub(crate) replay: String,
}

/// A call, as it is made by somebody who may.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) permission: Permission,
    /// Whether it shows an event's payload as well.
    pub(crate) reads: bool,
    body: Option<Value>,
}

impl Call {
    fn new(permission: Permission, method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), permission, reads: false, body: None }
    }

    fn and_read(self) -> Self {
        Self { reads: true, ..self }
    }

    fn with(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// Makes it. `If-Match` stands for whichever version there is.
    pub(crate) async fn make(&self, api: &Api) -> Result<Answer> {
        let mut request = api.request(self.method.clone(), &self.path);
        if let Some(body) = &self.body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        if matches!(self.method.as_str(), "PUT" | "PATCH" | "DELETE") {
            request = request.header("if-match", "*");
        }
        api.send(request).await
    }

    /// For messages.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// The calls that name a webhook; the one that deletes it is the last.
pub(crate) fn calls_of(place: &Place) -> Vec<Call> {
    let Place {
        webhook: config_id,
        event: event_id,
        large,
        attempt,
        to_retry,
        to_cancel,
        upload: payload_id,
        replay: replay_id,
    } = place;
    let one = format!("/webhook/{config_id}");
    let replacement = json!({ "name": "taken over", "url": "https://receiver.example/" });
    let (read, write, trigger) = (Permission::Read, Permission::Write, Permission::Trigger);
    vec![
        Call::new(read, Method::GET, &one),
        Call::new(read, Method::GET, format!("{one}/history")),
        Call::new(read, Method::GET, format!("{one}/history?limit=1&cursor=9")),
        Call::new(read, Method::GET, format!("{one}/stats")),
        Call::new(read, Method::GET, format!("{one}/stats?bucket=1d")),
        Call::new(read, Method::GET, format!("{one}/events")),
        Call::new(read, Method::GET, format!("{one}/events?status=succeeded&limit=1")),
        Call::new(read, Method::GET, format!("{one}/events?cursor=evt_7ZZZZZZZZZ0000000000000000")),
        Call::new(read, Method::GET, format!("{one}/events?correlation_id=c&event_name=order.created")),
        Call::new(read, Method::GET, format!("{one}/events/{event_id}")),
        Call::new(read, Method::GET, format!("{one}/events/{large}/payload")),
        Call::new(read, Method::GET, format!("{one}/events/{large}/attempts/{attempt}/response")),
        Call::new(trigger, Method::POST, format!("{one}/trigger?sync=true")).with(json!({})),
        Call::new(trigger, Method::POST, format!("{one}/trigger")).with(json!({})),
        Call::new(trigger, Method::POST, format!("{one}/trigger?sync=true&payload_id={payload_id}")),
        Call::new(trigger, Method::POST, format!("{one}/payloads")),
        Call::new(read, Method::GET, format!("{one}/replays")),
        Call::new(read, Method::GET, format!("{one}/replays?limit=1&cursor={replay_id}")),
        Call::new(read, Method::GET, format!("{one}/replays/{replay_id}")),
        Call::new(trigger, Method::POST, format!("{one}/replays/{replay_id}/stop")),
        Call::new(trigger, Method::POST, format!("{one}/replays/{replay_id}/resume")),
        Call::new(trigger, Method::POST, format!("{one}/replay")).with(json!({ "event_ids": [event_id] })),
        Call::new(trigger, Method::POST, format!("{one}/replay"))
            .with(json!({ "event_ids": [event_id], "dry_run": true })),
        Call::new(trigger, Method::POST, format!("{one}/events/{event_id}/replay")),
        Call::new(trigger, Method::POST, format!("{one}/events/{to_retry}/retry")),
        Call::new(trigger, Method::POST, format!("{one}/events/{to_cancel}/cancel")),
        Call::new(trigger, Method::POST, format!("{one}/test")),
        Call::new(trigger, Method::POST, format!("{one}/test")).with(json!({ "own": 1 })),
        Call::new(trigger, Method::POST, format!("{one}/test?sample=newest")),
        Call::new(write, Method::POST, format!("{one}/test-auth")),
        Call::new(write, Method::POST, format!("{one}/preview")),
        Call::new(write, Method::POST, format!("{one}/preview")).with(json!({ "own": 1 })),
        Call::new(write, Method::POST, format!("{one}/preview?event_id={large}")).and_read(),
        Call::new(write, Method::POST, format!("{one}/secret/rotate")),
        Call::new(write, Method::POST, format!("{one}/secret/rotate")).with(json!({ "grace_period_seconds": 0 })),
        Call::new(write, Method::PATCH, &one).with(json!({ "name": "taken over" })),
        Call::new(write, Method::PUT, &one).with(replacement),
        Call::new(write, Method::DELETE, &one),
    ]
}

/// The calls that name none.
pub(crate) fn calls_of_tenant() -> Vec<Call> {
    let created = json!({ "name": "n", "url": "https://receiver.example/" });
    let trial = json!({ "filter": { "source": ["shop"] }, "event": { "source": "shop" } });
    vec![
        Call::new(Permission::Write, Method::POST, "/webhook").with(created),
        Call::new(Permission::Write, Method::POST, "/signing-key/rotate").with(json!({ "grace_period_seconds": 60 })),
        Call::new(Permission::Read, Method::GET, "/webhook"),
        Call::new(Permission::Read, Method::GET, "/webhook?status=active&event_name=order.created"),
        Call::new(Permission::Read, Method::GET, "/webhook?include=stats"),
        Call::new(Permission::Read, Method::GET, "/stats"),
        Call::new(Permission::Read, Method::GET, "/events?status=failed"),
        Call::new(Permission::Read, Method::GET, "/events?status=in_progress"),
        Call::new(Permission::Read, Method::GET, "/events?correlation_id=c"),
        Call::new(Permission::Read, Method::GET, "/overview"),
        Call::new(Permission::Read, Method::POST, "/filter/test").with(trial),
    ]
}

/// All of them.
pub(crate) fn all_calls(place: &Place) -> Vec<Call> {
    [calls_of_tenant(), calls_of(place)].concat()
}

/// A tenant that nobody has, with a webhook, two events that succeeded, two that wait for an hour and an upload that is not used yet.
pub(crate) async fn tenant_with_a_webhook(name: &str) -> Result<(String, Scene, Place)> {
    let tenant = unique(name);
    let caller = Hookstep::connect()?.as_tenant(&tenant, &Permission::ALL)?;
    let scene = Scene::of(caller, |draft| draft.set("retry_policy", json!({ "max_retries": 1 }))).await?;
    ensure!(scene.webhook.tenant_id == tenant, "the webhook is of {}", scene.webhook.tenant_id);
    scene.receiver.on(HOOK, Script::status(503).header("retry-after", "3600"));
    let waiting = async || {
        let event_id = scene.trigger(&Trigger::json("{\"n\":0}")).await?.event_id;
        scene.waiting(&event_id, 1).await?;
        anyhow::Ok(event_id)
    };
    let (to_retry, to_cancel) = tokio::try_join!(waiting(), waiting())?;
    let long = "x".repeat(20_000);
    scene.receiver.on(HOOK, Script::status(200).body(long.clone()));
    let large = scene.trigger(&Trigger::json(format!("\"{long}\"")).and_wait()).await?.event_id;
    scene.receiver.on(HOOK, Script::status(200));
    let event = scene.trigger(&Trigger::json("{\"n\":1}").and_wait()).await?.event_id;
    let slot = scene.hookstep.api.create_upload(&scene.webhook.config_id).await?;
    scene.hookstep.api.upload(&slot.upload, "\"uploaded\"").await?;
    let (webhook, replay) = (scene.webhook.config_id.clone(), stopped_replay(&scene, &event).await?);
    let attempt = "1".to_owned();
    Ok((tenant, scene, Place { webhook, event, large, attempt, to_retry, to_cancel, upload: slot.payload_id, replay }))
}

/// A replay of the event that was stopped before it began.
async fn stopped_replay(scene: &Scene, event_id: &str) -> Result<String> {
    let now = System.now();
    let owner = Owner { tenant: scene.webhook.tenant_id.parse()?, config_id: scene.webhook.config_id.parse()? };
    let key = ReplayKey { owner, id: ReplayId::generate(now, System.random()) };
    let selection = Selection::of_ids(vec![event_id.parse()?]);
    let day = SignedDuration::from_hours(24);
    let record = ReplayRecord::new(key.clone(), selection, Options::default(), 1, None, now, day);
    let table = scene.hookstep.stack.replays_table.clone();
    let stopped = record.ended(ReplayStatus::Stopped, Some(Cut::Requested), now);
    DynamoReplays::new(scene.hookstep.engine().dynamodb, table, System).create(&stopped).await?;
    Ok(key.id.to_string())
}

pub(crate) fn assert_problem(what: &str, answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.in_words());
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
    let problem = answer.problem().unwrap();
    assert_eq!((problem.code.as_str(), problem.status), (code, status), "{what}");
}
