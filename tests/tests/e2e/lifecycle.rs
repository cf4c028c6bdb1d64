//! What the bus is told of the ends of events: once for each, as its schema says, and without end for none.

use anyhow::Result;
use hookstep_local::Workspace;
use hookstep_local::notices::NoticeSchemas;
use hookstep_tests::{Event, HOOK, Hookstep, Queue, Receiver, SOON, Scene, Script, Trigger, Webhook, until};
use serde_json::{Value, json};

use crate::auto_disable::notices_of;
use crate::claim_check::{delivered_by_the_bucket, start_one_more};

/// The details of the notices so far, after `count` of them have come; each is as its schema says.
async fn told(notices: &Queue, count: usize) -> Result<Vec<Value>> {
    let events = notices.wait_for(count, SOON, |_| true).await?;
    let details: Vec<Value> = events.iter().map(|event| event["detail"].clone()).collect();
    let faults = NoticeSchemas::prepare(&Workspace::find()?).await?.faults(&details).await?;
    assert!(faults.iter().all(Vec::is_empty), "{faults:?}: {details:?}");
    for event in &events {
        assert_eq!(event["source"], "hookstep");
        let detail_type = match event["detail"]["type"].as_str() {
            Some("delivery.failed") => "Delivery Failed",
            Some("delivery.exhausted") => "Delivery Exhausted",
            other => panic!("{other:?}"),
        };
        assert_eq!(event["detail-type"], detail_type);
    }
    Ok(details)
}

/// What is to be told of this event.
fn notice(kind: &str, event: &Event, legs: u32) -> Value {
    let attempt = event.attempts.last().map(|attempt| {
        json!({
            "number": attempt.number,
            "started_at": attempt.started_at,
            "duration_ms": attempt.duration_ms,
            "outcome": attempt.outcome,
            "status_code": attempt.status_code,
        })
    });
    json!({
        "type": kind,
        "tenant_id": event.tenant_id,
        "config_id": event.config_id,
        "event_id": event.event_id,
        "event_name": event.rest["event_name"],
        "source": "api",
        "status": "failed",
        "reason": event.reason,
        "reason_detail": event.rest["reason_detail"],
        "legs": legs,
        "attempt": attempt,
        "created_at": event.rest["created_at"],
    })
}

fn without_moment(mut detail: Value) -> Value {
    detail.as_object_mut().unwrap().remove("timestamp");
    detail
}

#[tokio::test]
async fn each_event_that_failed_for_good_is_told_of_once_and_no_other_event_is() -> Result<()> {
    let policy = json!({ "max_retries": 1, "schedule_seconds": [1] });
    let scene = Scene::with(|webhook| webhook.set("retry_policy", policy)).await?;
    let notices = notices_of(&scene.hookstep, &scene.webhook.config_id).await?;
    let trigger = Trigger::json(r#"{"secret":"of the payload"}"#);
    let deliver = async |script: Script| -> Result<Event> {
        scene.receiver.on(HOOK, script);
        let event = scene.deliver(&trigger).await?;
        scene.all_legs_over(&event.event_id).await?;
        Ok(event)
    };

    // These are not told of.
    assert_eq!(deliver(Script::status(200)).await?.status, "succeeded");
    scene.receiver.on(HOOK, Script::status(404));
    scene.hookstep.api.test_webhook(&scene.webhook.config_id, None).await?;
    let switch = async |enabled: bool| {
        let change = json!({ "enabled": enabled });
        scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &change).await.map(drop)
    };
    switch(false).await?;
    assert_eq!(deliver(Script::status(404)).await?.status, "skipped");
    switch(true).await?;

    // These are.
    let rejected = deliver(Script::status(404).body("what the receiver says").header("x-of-the", "receiver")).await?;
    let exhausted = deliver(Script::status(503)).await?;
    assert_eq!(exhausted.attempts.len(), 2, "{exhausted:?}");
    let never_answered = deliver(Script::close()).await?;
    scene.receiver.on(HOOK, Script::status(200));
    let (sent, input) = delivered_by_the_bucket(&scene).await?;
    let engine = scene.hookstep.engine();
    let key = sent.rest["payload_s3_key"].as_str().unwrap();
    engine.s3.delete_object().bucket(&scene.hookstep.stack.payload_bucket).key(key).send().await?;
    let missing = scene.settled(&start_one_more(&scene, &engine, input).await?).await?;
    assert_eq!((missing.reason.as_deref(), missing.attempts.len()), (Some("payload_missing"), 0));

    let mut details: Vec<_> = told(&notices, 4).await?.into_iter().map(without_moment).collect();
    let mut expected = [
        notice("delivery.failed", &rejected, 1),
        notice("delivery.exhausted", &exhausted, 2),
        notice("delivery.exhausted", &never_answered, 2),
        notice("delivery.failed", &missing, 1),
    ];
    let by_event = |detail: &Value| detail["event_id"].to_string();
    details.sort_by_key(by_event);
    expected.sort_by_key(by_event);
    assert_eq!(details, expected);
    Ok(())
}

/// A webhook that listens to the failures of these webhooks, and fails.
async fn listening(hookstep: &Hookstep, receiver: &Receiver, path: &str) -> Result<Webhook> {
    receiver.on(path, Script::status(404));
    hookstep
        .webhook_to(receiver, path, |webhook| {
            webhook.event_name = Some("Delivery Failed".to_owned());
            // Those of no webhook yet.
            webhook.set("filter", failures_of(&[]));
        })
        .await
}

/// The pattern of their failures: without it, a webhook would be sent those of every other test.
fn failures_of(webhooks: &[&Webhook]) -> Value {
    let mut ids: Vec<&str> = webhooks.iter().map(|webhook| webhook.config_id.as_str()).collect();
    ids.push("nobody");
    json!({ "source": ["hookstep"], "detail": { "config_id": ids } })
}

/// The webhook's events, once there are `count` of them and all are final; none has a leg that runs.
async fn events_of(scene: &Scene, webhook: &Webhook, count: usize) -> Result<Vec<Event>> {
    let api = &scene.hookstep.api;
    let events = until("events of a webhook that listens", SOON, async || {
        let events = api.list_events(&webhook.config_id, "limit=100").await?.data;
        let is_over = events.len() >= count && events.iter().all(|event| event.status != "in_progress");
        Ok(is_over.then_some(events))
    })
    .await?;
    for event in &events {
        scene.all_legs_over(&event.event_id).await?;
    }
    Ok(events)
}

#[tokio::test]
async fn a_webhook_that_listens_to_its_own_failures_is_told_of_those_of_others_and_comes_to_an_end() -> Result<()> {
    let scene = Scene::new().await?;
    let hookstep = &scene.hookstep;
    let listener = listening(hookstep, &scene.receiver, "/listener").await?;
    let heard = failures_of(&[&scene.webhook, &listener]);
    hookstep.api.patch_webhook(&listener.config_id, &json!({ "filter": heard })).await?;
    let (of_failing, of_listener) =
        (notices_of(hookstep, &scene.webhook.config_id).await?, notices_of(hookstep, &listener.config_id).await?);
    scene.receiver.on(HOOK, Script::status(404));
    for count in 1..=2 {
        let failed = scene.deliver(&Trigger::json("{}")).await?;
        let events = events_of(&scene, &listener, count).await?;
        assert_eq!(events.len(), count);
        assert!(events.iter().all(|event| event.status == "failed" && event.rest["source"] == "eventbridge"));
        // It got what the bus was told: as in its schema, and nothing beside it.
        let told = told(&of_failing, count).await?;
        let detail = told.iter().find(|detail| detail["event_id"] == failed.event_id.as_str()).unwrap();
        let received = scene.receiver.requests_to("/listener");
        let bodies: Vec<Value> =
            received.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect();
        assert!(bodies.contains(detail), "{bodies:?}");
        assert_eq!(bodies.len(), count);
    }
    // Had the first of its own failures been told of, it would have come before the second event of the other.
    assert_eq!(of_listener.messages().await?, [] as [Value; 0]);
    Ok(())
}

#[tokio::test]
async fn two_webhooks_that_listen_to_each_other_come_to_an_end() -> Result<()> {
    let scene = Scene::new().await?;
    let hookstep = &scene.hookstep;
    let one = listening(hookstep, &scene.receiver, "/one").await?;
    let other = listening(hookstep, &scene.receiver, "/other").await?;
    let of_both = [notices_of(hookstep, &one.config_id).await?, notices_of(hookstep, &other.config_id).await?];
    for webhook in [&one, &other] {
        let heard = failures_of(&[&one, &other]);
        hookstep.api.patch_webhook(&webhook.config_id, &json!({ "filter": heard })).await?;
    }
    for round in 1..=2 {
        let trigger = Trigger::json("{}");
        hookstep.api.trigger(&one.config_id, &trigger).await?;
        // What was triggered, and what both were told of it.
        assert_eq!(events_of(&scene, &one, 2 * round).await?.len(), 2 * round);
        assert_eq!(events_of(&scene, &other, round).await?.len(), round);
        assert_eq!(told(&of_both[0], round).await?.len(), round);
    }
    assert_eq!(of_both[1].messages().await?, [] as [Value; 0]);
    Ok(())
}
