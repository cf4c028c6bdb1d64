//! Failed deliveries are made again as the webhook's policy says: what is sent, what the row shows, when it ends, what it costs.

use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result};
use hookstep_tests::{Attempt, HOOK, Hold, Hookstep, ReceivedRequest, SOON, Scene, Script, Trigger};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::signatures::signed;

const BYTES: &str = "application/octet-stream";

/// So many retries, each within a second.
pub(crate) fn soon(max_retries: u32) -> Value {
    json!({ "max_retries": max_retries, "schedule_seconds": [1] })
}

/// An answer after which nothing is sent for an hour.
pub(crate) fn in_an_hour() -> Script {
    Script::status(503).header("retry-after", "3600")
}

/// The execution that waits for, or has started, a leg of an event.
pub(crate) fn redelivery_of(hookstep: &Hookstep, event_id: &str, leg: u32) -> String {
    format!("{}:{event_id}-{leg}", hookstep.stack.machines.redelivery.replace(":stateMachine:", ":execution:"))
}

/// Whether a request is signed under this secret.
pub(crate) fn is_signed_by(request: &ReceivedRequest, secret: &str) -> Result<bool> {
    let mut headers = HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let value = request.header(name).with_context(|| format!("it has no {name}"))?;
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value)?);
    }
    Ok(standardwebhooks::Webhook::new(secret)?.verify(&request.body, &headers).is_ok())
}

fn told(attempts: &[Attempt]) -> Vec<(u32, &str, Option<u16>)> {
    attempts.iter().map(|attempt| (attempt.number, attempt.outcome.as_str(), attempt.status_code)).collect()
}

/// The head of a request without what tells when it was made: the same in every attempt.
fn lasting(request: &ReceivedRequest) -> Vec<String> {
    let head = String::from_utf8_lossy(&request.head).to_lowercase();
    let of_the_attempt = ["webhook-timestamp:", "webhook-signature:", "traceparent:"];
    let changes = |line: &&str| of_the_attempt.iter().any(|name| line.starts_with(name));
    head.lines().filter(|line| !changes(line)).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_same_bytes_are_sent_under_the_same_id_with_a_new_signature_until_they_are_taken() -> Result<()> {
    let (scene, secret) = signed(|draft| draft.set("retry_policy", soon(3))).await?;
    let scripts = [Script::status(500).body("first"), Script::close(), Script::status(429), Script::status(204)];
    scene.receiver.on_each(HOOK, scripts);
    let body = "{\"amount\": 1.50, \"amount\":2, \"caf\u{e9}\": 1e3}\n";
    let event = scene.deliver(&Trigger::json(body)).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("succeeded", None), "{event:?}");
    assert_eq!(event.rest["next_attempt_at"], Value::Null);
    let expected =
        [(1, "rejected", Some(500)), (2, "unreachable", None), (3, "rejected", Some(429)), (4, "delivered", Some(204))];
    assert_eq!(told(&event.attempts), expected);
    assert_eq!(event.attempts[0].response_body.as_deref(), Some("first"));

    let requests = scene.receiver.requests_to(HOOK);
    assert_eq!(requests.len(), 4);
    for (request, attempt) in requests.iter().zip(&event.attempts) {
        assert_eq!(request.header("webhook-id").as_deref(), Some(event.event_id.as_str()));
        assert_eq!((request.text().as_str(), lasting(request)), (body, lasting(&requests[0])));
        assert!(is_signed_by(request, &secret)?);
        let sent: i64 = request.header("webhook-timestamp").context("no timestamp")?.parse()?;
        let began: Timestamp = attempt.started_at.parse()?;
        let received = i64::try_from(request.received_at.duration_since(UNIX_EPOCH)?.as_secs())?;
        assert!((began.as_second()..=received).contains(&sent), "{sent} is not of attempt {}", attempt.number);
    }

    // Each retry costs the two states that are entered, and carries no payload.
    let engine = scene.hookstep.engine();
    for leg in 2..=4 {
        let execution = redelivery_of(&scene.hookstep, &event.event_id, leg);
        assert_eq!(engine.states_of(&execution).await?, ["WaitUntilDue", "StartLeg"], "leg {leg}");
        let input = engine.input_of(&execution).await?;
        assert_eq!(input["leg_name"], format!("{}-{leg}", event.event_id));
        assert!(input["input"]["event"]["event_id"].is_string(), "{input}");
        assert!(input["input"]["event"].get("payload").is_none() && input.to_string().len() < 2_000, "{input}");
    }
    Ok(())
}

#[tokio::test]
async fn it_ends_when_the_retries_are_used_up() -> Result<()> {
    for retries in [0, 2] {
        let scene = Scene::with(|draft| draft.set("retry_policy", soon(retries))).await?;
        scene.receiver.on(HOOK, Script::status(503));
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("receiver_rejected")));
        let numbers: Vec<u32> = event.attempts.iter().map(|attempt| attempt.number).collect();
        assert_eq!(numbers, (1..=retries + 1).collect::<Vec<_>>());
        assert_eq!(event.rest["next_attempt_at"], Value::Null);
        scene.all_legs_over(&event.event_id).await?;
        assert_eq!(scene.received_count(), event.attempts.len());
    }
    Ok(())
}

#[tokio::test]
async fn what_somebody_waits_for_is_tried_once_and_so_are_tests() -> Result<()> {
    let scene = Scene::with(|draft| draft.set("retry_policy", soon(3))).await?;
    scene.receiver.on(HOOK, Script::status(503));
    let waited_for = scene.trigger(&Trigger::json("{}").and_wait()).await?;
    let tested = scene.hookstep.api.test_webhook(&scene.webhook.config_id, None).await?;
    let engine = scene.hookstep.engine();
    for outcome in [waited_for, tested] {
        assert_eq!(outcome.status, "failed", "{outcome:?}");
        let event = scene.event(&outcome.event_id).await?;
        assert_eq!((event.status.as_str(), event.attempts.len()), ("failed", 1));
        assert_eq!(event.rest["next_attempt_at"], Value::Null);
        scene.all_legs_over(&event.event_id).await?;
        let redelivery = redelivery_of(&scene.hookstep, &event.event_id, 2);
        assert!(engine.input_of(&redelivery).await.is_err(), "{redelivery} is there");
    }
    assert_eq!(scene.received_count(), 2);
    Ok(())
}

#[tokio::test]
async fn what_lies_in_the_bucket_is_sent_again_byte_for_byte_on_either_machine() -> Result<()> {
    let machines = Hookstep::connect()?.stack.machines;
    let large: Vec<u8> = (0..=255).cycle().take(100_003).collect();
    for (timeout_seconds, machine) in [(30, &machines.express), (100, &machines.standard)] {
        let scene = Scene::with(|draft| {
            draft.timeout_seconds = Some(timeout_seconds);
            draft.set("retry_policy", soon(1));
        })
        .await?;
        let api = &scene.hookstep.api;
        let slot = api.create_upload(&scene.webhook.config_id).await?;
        api.upload(&slot.upload, large.clone()).await?;
        let upload = Trigger { payload_id: Some(slot.payload_id), sync: Some(false), ..Trigger::default() };
        let direct = Trigger { content_type: Some(BYTES.to_owned()), ..Trigger::json(large.clone()) };
        for trigger in [direct, upload] {
            scene.receiver.on_each(HOOK, [Script::status(500), Script::status(200)]);
            let before = scene.received_count();
            let event = scene.deliver(&trigger).await?;
            assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 2), "{event:?}");
            assert!(event.rest["payload_s3_key"].is_string());
            let execution = event.rest["execution_arn"].as_str().context("no execution")?;
            assert_eq!(execution, format!("{}:{}-2", machine.replace(":stateMachine:", ":execution:"), event.event_id));
            let requests = scene.receiver.requests_to(HOOK).split_off(before);
            assert_eq!(requests.len(), 2);
            assert!(requests.iter().all(|request| request.body == large), "other bytes");
            assert_eq!(lasting(&requests[0]), lasting(&requests[1]));
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_waits_and_what_runs_is_in_progress_in_every_list_and_nothing_else_is() -> Result<()> {
    let scene = Scene::with(|draft| {
        // What runs does so for longer than any test.
        draft.timeout_seconds = Some(840);
        draft.set("retry_policy", soon(1));
    })
    .await?;
    let (hookstep, webhook, hold) = (&scene.hookstep, &scene.webhook.config_id, Hold::new());
    // So that what ended stands between what has not.
    let mut open = Vec::new();
    for script in [in_an_hour(), Script::status(200).held_by(&hold), in_an_hour()] {
        scene.receiver.on(HOOK, Script::status(200));
        assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
        let is_waiting = open.len() != 1;
        scene.receiver.on(HOOK, script);
        let before = scene.received_count();
        let event_id = scene.trigger(&Trigger::json("{}")).await?.event_id;
        scene.receiver.wait_for(HOOK, before + 1, SOON).await?;
        if is_waiting {
            scene.waiting(&event_id, 1).await?;
        }
        open.insert(0, event_id);
    }
    let oldest = scene.event(open.last().context("there are some")?).await?;
    let from = oldest.rest["created_at"].as_str().context("no created_at")?;
    for path in [format!("/webhook/{webhook}/events?"), format!("/events?from={from}&")] {
        for limit in [2, 100] {
            let mut listed = crate::events::walk(hookstep, &format!("{path}status=in_progress"), limit).await?;
            listed.retain(|event| event.config_id == *webhook);
            let ids: Vec<_> = listed.iter().map(|event| event.event_id.as_str()).collect();
            assert_eq!(ids, open, "{path} by {limit}");
            let waits: Vec<_> = listed.iter().map(|event| event.rest["next_attempt_at"].is_string()).collect();
            assert_eq!(waits, [true, false, true]);
        }
    }
    hold.release();
    assert_eq!(scene.settled(&open[1]).await?.status, "succeeded");
    for event_id in [&open[0], &open[2]] {
        assert_eq!(hookstep.api.change_event_raw(webhook, event_id, "cancel").await?.status, 200);
    }
    let listed = hookstep.api.list_events(webhook, "status=in_progress").await?;
    assert!(listed.data.is_empty(), "{listed:?}");
    let failed = hookstep.api.list_events(webhook, "status=failed").await?;
    let ids: Vec<_> = failed.data.iter().map(|event| &event.event_id).collect();
    assert_eq!(ids, [&open[0], &open[2]]);
    Ok(())
}
