//! Events that wait for their next attempt: trying now, canceling, and what becomes of them when their webhook changes.

use anyhow::{Context as _, Result};
use aws_sdk_sfn::types::ExecutionStatus;
use hookstep_tests::{Answer, Event, HOOK, Hold, SOON, Scene, Script, Trigger, until};
use serde_json::{Value, json};

use crate::redelivery::{in_an_hour, is_signed_by, redelivery_of, soon};
use crate::support::{NOBODY, assert_problem};

/// An event that waits for its second attempt.
async fn waiting() -> Result<(Scene, Event)> {
    let scene = Scene::with(|draft| draft.set("retry_policy", soon(3))).await?;
    scene.receiver.on(HOOK, in_an_hour());
    let event_id = scene.trigger(&Trigger::json(r#"{"order": 1.50}"#)).await?.event_id;
    let event = scene.waiting(&event_id, 1).await?;
    Ok((scene, event))
}

async fn call(scene: &Scene, event_id: &str, change: &str) -> Result<Answer> {
    scene.hookstep.api.change_event_raw(&scene.webhook.config_id, event_id, change).await
}

async fn try_now(scene: &Scene, event_id: &str) -> Result<()> {
    let answer = call(scene, event_id, "retry").await?;
    assert_eq!(answer.status, 202, "{}", answer.in_words());
    let location = format!("/webhook/{}/events/{event_id}", scene.webhook.config_id);
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(answer.json::<Value>()?, json!({ "event_id": event_id, "status": "in_progress" }));
    Ok(())
}

/// That both calls are refused like this.
async fn assert_refused(scene: &Scene, event_id: &str, status: u16, code: &str) -> Result<()> {
    for change in ["retry", "cancel"] {
        assert_problem(&call(scene, event_id, change).await?, status, code);
    }
    Ok(())
}

/// That the wait for this leg has been ended before its time.
async fn assert_given_up(scene: &Scene, event_id: &str, leg: u32) -> Result<()> {
    let execution = redelivery_of(&scene.hookstep, event_id, leg);
    let sfn = scene.hookstep.engine().sfn;
    until("the wait to end", SOON, async || {
        let status = sfn.describe_execution().execution_arn(&execution).send().await?.status;
        Ok((status == ExecutionStatus::Aborted).then_some(()))
    })
    .await
}

/// Starts the leg that an event waits for, as its redelivery does when it is due.
async fn end_wait(scene: &Scene, event_id: &str, leg: u32) -> Result<()> {
    let sfn = scene.hookstep.engine().sfn;
    let execution = redelivery_of(&scene.hookstep, event_id, leg);
    let input = sfn.describe_execution().execution_arn(execution).send().await?.input.context("no input")?;
    let input: Value = serde_json::from_str(&input)?;
    let text = |name: &str| input[name].as_str().map(ToOwned::to_owned);
    let start = sfn.start_execution().set_state_machine_arn(text("machine_arn")).set_name(text("leg_name"));
    start.input(input["input"].to_string()).send().await?;
    Ok(())
}

#[tokio::test]
async fn trying_now_makes_the_next_attempt_of_the_same_event_at_once() -> Result<()> {
    let (scene, event) = waiting().await?;
    let id = &event.event_id;
    try_now(&scene, id).await?;
    // It fails, and the one after it is waited for as ever.
    scene.waiting(id, 2).await?;
    assert_given_up(&scene, id, 2).await?;
    scene.receiver.on(HOOK, Script::status(200));
    try_now(&scene, id).await?;
    let event = scene.settled(id).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 3), "{event:?}");
    assert_given_up(&scene, id, 3).await?;
    assert_refused(&scene, id, 409, "event_ended").await?;
    scene.all_legs_over(id).await?;
    assert_eq!(scene.received_count(), 3);
    Ok(())
}

#[tokio::test]
async fn of_two_who_try_now_one_makes_the_attempt() -> Result<()> {
    let (scene, event) = waiting().await?;
    let id = &event.event_id;
    scene.receiver.on(HOOK, Script::status(200));
    let answers = tokio::join!(call(&scene, id, "retry"), call(&scene, id, "retry"), call(&scene, id, "retry"));
    for answer in [answers.0?, answers.1?, answers.2?] {
        assert!(matches!(answer.status.as_u16(), 202 | 409), "{}", answer.in_words());
    }
    let event = scene.settled(id).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 2), "{event:?}");
    scene.all_legs_over(id).await?;
    assert_eq!(scene.received_count(), 2);
    Ok(())
}

#[tokio::test]
async fn canceling_ends_an_event_that_waits() -> Result<()> {
    let (scene, event) = waiting().await?;
    let id = &event.event_id;
    let answer = call(&scene, id, "cancel").await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    assert_eq!(answer.json::<Value>()?, json!({ "event_id": id, "status": "failed", "reason": "canceled" }));
    let event = scene.event(id).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("canceled")));
    assert_eq!((event.attempts.len(), &event.rest["next_attempt_at"]), (1, &Value::Null));
    assert_given_up(&scene, id, 2).await?;
    assert_refused(&scene, id, 409, "event_ended").await?;
    assert_eq!(scene.received_count(), 1);
    Ok(())
}

#[tokio::test]
async fn what_does_not_wait_is_neither_tried_now_nor_canceled() -> Result<()> {
    let (scene, waiting) = waiting().await?;
    let hold = Hold::new();
    scene.receiver.on(HOOK, Script::status(200).held_by(&hold));
    let running = scene.trigger(&Trigger::json("{}")).await?.event_id;
    scene.receiver.wait_for(HOOK, 2, SOON).await?;
    assert_refused(&scene, &running, 409, "event_running").await?;
    hold.release();
    let event = scene.settled(&running).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 1));
    assert_refused(&scene, &running, 409, "event_ended").await?;

    for unknown in ["evt_01ARZ3NDEKTSV4RRFFQ69G5FAV", "x"] {
        assert_refused(&scene, unknown, 404, "event_not_found").await?;
    }
    // Under another webhook it is not there, and it goes on to wait.
    let other = scene.hookstep.webhook_to(&scene.receiver, HOOK, |_| ()).await?;
    for (webhook, code) in
        [(other.config_id.as_str(), "event_not_found"), (NOBODY, "event_not_found"), ("x", "webhook_not_found")]
    {
        for change in ["retry", "cancel"] {
            let answer = scene.hookstep.api.change_event_raw(webhook, &waiting.event_id, change).await?;
            assert_problem(&answer, 404, code);
        }
    }
    assert_eq!(scene.event(&waiting.event_id).await?.rest, waiting.rest);
    assert_eq!(call(&scene, &waiting.event_id, "cancel").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn the_next_attempt_is_by_the_webhook_as_it_is_by_then() -> Result<()> {
    let (scene, event) = waiting().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let earlier = scene.webhook.new_secret()?;
    let moved = scene.receiver.url("/moved");
    let change = json!({ "url": moved, "http_method": "PUT", "headers": { "x-new": "yes" }, "timeout_seconds": 100 });
    api.patch_webhook(id, &change).await?;
    let secret = api.rotate_secret(id, Some(0)).await?.new_secret()?;
    try_now(&scene, &event.event_id).await?;
    let event = scene.settled(&event.event_id).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 2), "{event:?}");
    assert_eq!((&event.rest["url"], &event.rest["http_method"]), (&json!(moved), &json!("PUT")));
    let machine = scene.hookstep.stack.machines.standard.replace(":stateMachine:", ":execution:");
    assert!(event.rest["execution_arn"].as_str().is_some_and(|arn| arn.starts_with(&machine)), "{event:?}");

    let requests = scene.receiver.requests_to("/moved");
    let [request] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!((request.method.as_str(), request.header("x-new").as_deref()), ("PUT", Some("yes")));
    assert_eq!(request.text(), r#"{"order": 1.50}"#);
    assert_eq!(request.header("webhook-id").as_deref(), Some(event.event_id.as_str()));
    assert!(is_signed_by(request, &secret)? && !is_signed_by(request, &earlier)?);
    assert_eq!(scene.received_count(), 1);
    Ok(())
}

#[tokio::test]
async fn an_event_whose_webhook_is_gone_or_disabled_by_then_is_skipped_and_not_tried_before() -> Result<()> {
    for (reason, status, refusal) in
        [("webhook_deleted", 404, "webhook_not_found"), ("webhook_disabled", 409, "webhook_disabled")]
    {
        let (scene, event) = waiting().await?;
        let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
        match reason {
            "webhook_deleted" => api.delete_webhook(id).await?,
            _ => drop(api.patch_webhook(id, &json!({ "enabled": false })).await?),
        }
        assert_problem(&call(&scene, &event.event_id, "retry").await?, status, refusal);
        assert_eq!(scene.event(&event.event_id).await?.status, "in_progress");
        end_wait(&scene, &event.event_id, 2).await?;
        let event = scene.settled(&event.event_id).await?;
        assert_eq!((event.status.as_str(), event.reason.as_deref()), ("skipped", Some(reason)), "{event:?}");
        let detail = event.rest["reason_detail"].as_str().context("no sentence")?;
        assert!(detail.contains(reason.trim_start_matches("webhook_")), "{detail}");
        assert_eq!((event.attempts.len(), &event.rest["next_attempt_at"]), (1, &Value::Null));
        scene.all_legs_over(&event.event_id).await?;
        assert_eq!(scene.received_count(), 1);
    }
    Ok(())
}
