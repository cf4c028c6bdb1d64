//! `POST /webhook/{config_id}/events/{event_id}/replay`: one event again.

use anyhow::{Context as _, Result};
use hookstep_tests::{Event, HOOK, SOON, Scene, Script, Trigger, until};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{NOBODY, assert_problem, faults};

/// One attempt, whose receiver does not take it.
async fn fail(scene: &Scene, trigger: Trigger) -> Result<Event> {
    scene.receiver.on(HOOK, Script::status(500));
    let event = scene.deliver(&trigger.and_wait()).await?;
    assert_eq!(event.status, "failed", "{event:?}");
    scene.receiver.on(HOOK, Script::status(200));
    Ok(event)
}

/// Replays an event and waits until the new one is settled.
async fn replay(scene: &Scene, event_id: &str, options: Value) -> Result<Event> {
    let api = &scene.hookstep.api;
    let replayed = api.replay_event(&scene.webhook.config_id, event_id, &options).await?;
    assert_eq!((replayed.replay_of.as_str(), replayed.status.as_str()), (event_id, "in_progress"));
    scene.settled(&replayed.event_id).await
}

/// The header of the last request.
fn last_id(scene: &Scene) -> Option<String> {
    scene.receiver.requests_to(HOOK).pop().and_then(|request| request.header("webhook-id"))
}

fn last_body(scene: &Scene) -> String {
    scene.receiver.requests_to(HOOK).pop().map(|request| request.text()).unwrap_or_default()
}

#[tokio::test]
async fn an_event_is_sent_again_as_a_new_one_that_the_receiver_knows_by_the_id_of_the_first() -> Result<()> {
    let scene = Scene::new().await?;
    let trigger =
        Trigger { correlation_id: Some("c-1".to_owned()), ..Trigger::json("{ \"amount\": 1.00,\n\"ß\": 1 }") };
    let failed = fail(&scene, trigger).await?;
    let again = replay(&scene, &failed.event_id, json!({})).await?;
    assert_eq!(again.status, "succeeded", "{again:?}");
    assert_ne!(again.event_id, failed.event_id);
    let of_row = |name: &str| again.rest[name].clone();
    assert_eq!((of_row("source"), of_row("replay_of")), (json!("replay"), json!(failed.event_id)));
    assert_eq!((of_row("webhook_id"), of_row("correlation_id")), (json!(failed.event_id), json!("c-1")));
    assert_eq!(
        (of_row("payload"), last_body(&scene)),
        (json!("{ \"amount\": 1.00,\n\"ß\": 1 }"), "{ \"amount\": 1.00,\n\"ß\": 1 }".to_owned())
    );
    assert_eq!(last_id(&scene).as_ref(), Some(&failed.event_id));

    // As another message; and a replay of the replay, which is still the first for the receiver.
    let other = replay(&scene, &failed.event_id, json!({ "webhook_id": "new" })).await?;
    assert_eq!(
        (last_id(&scene), other.rest["webhook_id"].as_str()),
        (Some(other.event_id.clone()), Some(other.event_id.as_str()))
    );
    let third = replay(&scene, &again.event_id, json!({ "webhook_id": "same" })).await?;
    assert_eq!((last_id(&scene).as_ref(), &third.rest["replay_of"]), (Some(&failed.event_id), &json!(again.event_id)));
    // The first is as it was.
    let first = scene.event(&failed.event_id).await?;
    assert_eq!(
        (first.status.as_str(), first.attempts.len(), &first.rest["updated_at"]),
        ("failed", 1, &failed.rest["updated_at"])
    );
    Ok(())
}

#[tokio::test]
async fn as_sent_it_has_the_bytes_of_then_and_as_configured_those_of_now() -> Result<()> {
    let scene = Scene::with(|draft| {
        draft.event_name = Some("order.created".to_owned());
        draft.set("transformation", "{ 'id': $event.event_id, 'at': $event.created_at, 'dice': $random(), 'n': n }");
        draft.set("payload_format", "standard_webhooks");
    })
    .await?;
    let failed = fail(&scene, Trigger::json("{\"n\":1}")).await?;
    let then = last_body(&scene);
    assert!(then.contains(&failed.event_id), "{then}");
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let change = json!({ "event_name": "order.renamed", "transformation": "{ 'now': n }", "payload_format": "as_is" });
    api.patch_webhook(id, &change).await?;

    let as_sent = replay(&scene, &failed.event_id, json!({ "payload": "as_sent", "webhook_id": "new" })).await?;
    assert_eq!(last_body(&scene), then);
    assert_eq!(last_id(&scene).as_ref(), Some(&as_sent.event_id));
    replay(&scene, &failed.event_id, json!({ "payload": "as_configured" })).await?;
    assert_eq!(last_body(&scene), "{\"now\":1}");
    // What was sent by the replay is what was sent first.
    replay(&scene, &as_sent.event_id, json!({ "payload": "as_sent" })).await?;
    assert_eq!(last_body(&scene), then);
    Ok(())
}

#[tokio::test]
async fn an_event_that_was_skipped_is_sent_once_the_webhook_is_enabled() -> Result<()> {
    let scene = Scene::with(|draft| draft.enabled = Some(false)).await?;
    let skipped = scene.deliver(&Trigger::json("{\"n\":1}")).await?;
    assert_eq!(skipped.reason.as_deref(), Some("webhook_disabled"), "{skipped:?}");
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let refused = api.replay_event_raw(id, &skipped.event_id, &json!({})).await?;
    assert_problem(&refused, 409, "webhook_disabled");
    api.patch_webhook(id, &json!({ "enabled": true })).await?;
    // There are no bytes of a first time.
    let again = replay(&scene, &skipped.event_id, json!({ "payload": "as_sent" })).await?;
    assert_eq!((again.status.as_str(), last_body(&scene).as_str()), ("succeeded", "{\"n\":1}"));
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn an_event_that_waits_for_its_next_attempt_is_not_replayed() -> Result<()> {
    let policy = json!({ "max_retries": 1, "schedule_seconds": [80_000], "retry_on": ["5xx"] });
    let scene = Scene::with(|draft| draft.set("retry_policy", policy)).await?;
    scene.receiver.on(HOOK, Script::status(503));
    let outcome = scene.trigger(&Trigger::json("{}")).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    until("the event to wait", SOON, async || {
        let answer = api.send(api.request(Method::GET, &format!("/webhook/{id}/events/{}", outcome.event_id))).await?;
        let waits = answer.status == 200 && !answer.json::<Event>()?.rest["next_attempt_at"].is_null();
        Ok(waits.then_some(()))
    })
    .await?;
    let refused = api.replay_event_raw(id, &outcome.event_id, &json!({})).await?;
    assert_problem(&refused, 409, "event_in_progress");
    let detail = refused.problem()?.detail.context("it has a detail")?;
    assert!(detail.contains("retry"), "{detail}");
    let list = json!({ "event_ids": [outcome.event_id] });
    assert_eq!(api.count_replay(id, &list).await?.in_progress, 1);
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_stored_payload_is_copied_and_one_that_is_gone_is_told() -> Result<()> {
    let scene = Scene::new().await?;
    let failed = fail(&scene, Trigger::json(vec![b'a'; 20_000])).await?;
    let again = replay(&scene, &failed.event_id, json!({})).await?;
    let key = |event: &Event| event.rest["payload_s3_key"].as_str().unwrap().to_owned();
    assert_eq!((again.status.as_str(), last_body(&scene).len()), ("succeeded", 20_000));
    assert_ne!(key(&again), key(&failed));
    let engine = scene.hookstep.engine();
    engine.s3.delete_object().bucket(&scene.hookstep.stack.payload_bucket).key(key(&failed)).send().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    assert_problem(&api.replay_event_raw(id, &failed.event_id, &json!({})).await?, 409, "payload_missing");
    // The copy is still there.
    assert_eq!(replay(&scene, &again.event_id, json!({})).await?.status, "succeeded");
    Ok(())
}

#[tokio::test]
async fn a_repeated_key_is_the_same_replay() -> Result<()> {
    let scene = Scene::new().await?;
    let failed = fail(&scene, Trigger::json("{}")).await?;
    let api = &scene.hookstep.api;
    let path = format!("/webhook/{}/events/{}/replay", scene.webhook.config_id, failed.event_id);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answer = api.send(api.request(Method::POST, &path).header("idempotency-key", "k1")).await?;
        let replayed: Value = answer.expect(StatusCode::ACCEPTED)?;
        let event_id = replayed["event_id"].as_str().unwrap().to_owned();
        let location = format!("/webhook/{}/events/{event_id}", scene.webhook.config_id);
        assert_eq!(answer.header("location"), Some(location.as_str()));
        scene.settled(&event_id).await?;
        ids.push(event_id);
    }
    assert_eq!(ids[0], ids[1]);
    scene.all_legs_over(&ids[0]).await?;
    assert_eq!(scene.received_count(), 2, "the failed attempt and one replay");
    let answer = api.send(api.request(Method::POST, &path).header("idempotency-key", "k\u{e9}")).await?;
    assert_problem(&answer, 400, "invalid_idempotency_key");
    Ok(())
}

#[tokio::test]
async fn what_is_no_event_or_no_option_is_refused() -> Result<()> {
    let scene = Scene::new().await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let none = json!({});
    for (webhook, event_id) in [
        (id.as_str(), "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        (id, "x"),
        (id, &event.event_id.to_lowercase()),
        (NOBODY, &event.event_id),
    ] {
        assert_problem(&api.replay_event_raw(webhook, event_id, &none).await?, 404, "event_not_found");
    }
    assert_problem(&api.replay_event_raw("x", &event.event_id, &none).await?, 404, "webhook_not_found");
    let wrong = json!({ "payload": "raw", "webhook_id": 7, "event_ids": [], "dry_run": true });
    let answer = api.replay_event_raw(id, &event.event_id, &wrong).await?;
    assert_eq!(
        faults(&answer),
        ["/dry_run unknown_field", "/event_ids unknown_field", "/payload invalid", "/webhook_id invalid"]
    );
    for body in ["[]", "{", "\"as_sent\""] {
        let path = format!("/webhook/{id}/events/{}/replay", event.event_id);
        let request = api.request(Method::POST, &path).header("content-type", "application/json");
        assert_problem(&api.send(request.body(body)).await?, 400, "invalid_json");
    }
    api.delete_webhook(id).await?;
    assert_problem(&api.replay_event_raw(id, &event.event_id, &none).await?, 404, "webhook_not_found");
    scene.received()?;
    Ok(())
}
