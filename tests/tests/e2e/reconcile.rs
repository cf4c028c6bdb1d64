//! Events that nobody works on any more: legs and redeliveries that die are made up for, and nothing is that is alive.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, ensure};
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_local::deploy::STACK_NAME;
use hookstep_tests::{Event, HOOK, Hold, Hookstep, Receiver, SOON, Scene, Script, Trigger, until};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::alerts::{alerts, subscriber};

/// A webhook whose first request is answered when the hold lets it go, and every later one at once.
async fn held_scene(timeout_seconds: u32, max_retries: u32) -> Result<(Scene, Hold)> {
    let scene = Scene::with(|draft| {
        draft.timeout_seconds = Some(timeout_seconds);
        draft.set("retry_policy", json!({ "max_retries": max_retries, "schedule_seconds": [1] }));
    })
    .await?;
    let (hold, before) = (Hold::new(), Arc::new(AtomicUsize::new(0)));
    let first = Script::status(200).held_by(&hold);
    scene.receiver.on(
        HOOK,
        Script::decide(
            move |_| {
                if before.fetch_add(1, Ordering::SeqCst) == 0 { first.clone() } else { Script::status(200) }
            },
        ),
    );
    Ok((scene, hold))
}

/// A leg that has got as far as the receiver, and gets no answer there.
async fn underway(scene: &Scene) -> Result<Event> {
    let outcome = scene.trigger(&Trigger::json("{}")).await?;
    scene.receiver.wait_for(HOOK, 1, SOON).await?;
    let event = scene.event(&outcome.event_id).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("in_progress", 0), "{event:?}");
    Ok(event)
}

fn execution(event: &Event) -> &str {
    event.rest["execution_arn"].as_str().unwrap()
}

async fn stop(hookstep: &Hookstep, execution_arn: &str) -> Result<()> {
    hookstep.engine().sfn.stop_execution().execution_arn(execution_arn).send().await?;
    Ok(())
}

async fn sweep(hookstep: &Hookstep) -> Result<Value> {
    let run = hookstep.engine().invoke(&hookstep.stack.functions.reconcile, &json!({ "task": "sweep" })).await?;
    ensure!(run.get("errorType").is_none(), "{run}");
    Ok(run)
}

/// The key of an event's row.
fn key(event: &Event) -> [(&'static str, AttributeValue); 2] {
    let digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let spread = event.event_id.chars().last().and_then(|last| digits.find(last)).unwrap();
    let shard = format!("{}#{}#{}", event.tenant_id, event.config_id, spread % 8);
    [("webhook_shard", AttributeValue::S(shard)), ("event_id", AttributeValue::S(event.event_id.clone()))]
}

/// As if these moments of the row had passed.
async fn late(hookstep: &Hookstep, event: &Event, next_attempt_at: bool) -> Result<()> {
    let past = Timestamp::now() - SignedDuration::from_mins(1);
    let due = if next_attempt_at { ", next_attempt_at = :due" } else { "" };
    let mut request = hookstep.engine().dynamodb.update_item().table_name(&hookstep.stack.events_table);
    for (name, value) in key(event) {
        request = request.key(name, value);
    }
    request = request
        .update_expression(format!("SET deadline_at = :deadline{due}"))
        .condition_expression("attribute_exists(deadline_at)")
        .expression_attribute_values(":deadline", AttributeValue::N(past.as_second().to_string()));
    if next_attempt_at {
        request = request.expression_attribute_values(":due", AttributeValue::S(past.to_string()));
    }
    request.send().await?;
    Ok(())
}

/// An alert that names the event, with what it says was done about it.
async fn alert(subscriber: &Receiver, event_id: &str) -> Result<(Value, String)> {
    until("an alert", SOON, async || {
        let named = alerts(subscriber).into_iter().find_map(|alert| {
            let events = alert["events"].as_array()?;
            let done = events.iter().find(|event| event["event_id"] == event_id)?["done"].as_str()?.to_owned();
            Some((alert, done))
        });
        Ok(named)
    })
    .await
}

/// The event has been delivered by its second leg, with as many requests as that takes.
async fn assert_delivered_by_the_second_leg(scene: &Scene, event_id: &str, requests: usize) -> Result<Event> {
    let event = scene.settled(event_id).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("succeeded", None), "{event:?}");
    scene.all_legs_over(event_id).await?;
    assert_eq!(scene.received_count(), requests);
    assert_eq!(event.attempts.last().map(|attempt| attempt.number), Some(2));
    Ok(event)
}

#[tokio::test]
async fn a_standard_leg_that_is_aborted_is_followed_by_the_next_at_once() -> Result<()> {
    let (scene, hold) = held_scene(120, 3).await?;
    let subscriber = subscriber(&scene.hookstep).await?;
    let event = underway(&scene).await?;
    stop(&scene.hookstep, execution(&event)).await?;

    let event = assert_delivered_by_the_second_leg(&scene, &event.event_id, 2).await?;
    assert_eq!(event.attempts.len(), 1, "the first leg has no attempt: {event:?}");
    let (alert, done) = alert(&subscriber, &event.event_id).await?;
    assert_eq!((alert["alert"].as_str(), done.as_str()), (Some("events_reconciled"), "waits"));
    let named = alert["events"].as_array().unwrap().iter().find(|named| named["event_id"] == event.event_id.as_str());
    assert_eq!(named.unwrap()["config_id"], scene.webhook.config_id.as_str());

    // The answer to the request of the dead leg changes nothing.
    hold.release();
    hold.whole_sent().await;
    assert_eq!(scene.event(&event.event_id).await?.attempts.len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_event_without_retries_fails_with_its_leg() -> Result<()> {
    let (scene, hold) = held_scene(120, 0).await?;
    let subscriber = subscriber(&scene.hookstep).await?;
    let event = underway(&scene).await?;
    stop(&scene.hookstep, execution(&event)).await?;
    let event = scene.settled(&event.event_id).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("internal_error")), "{event:?}");
    assert_eq!(event.rest["reason_detail"], "a step of the delivery failed: its execution ended without a word");
    assert_eq!(alert(&subscriber, &event.event_id).await?.1, "failed");
    hold.release();
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn an_express_leg_that_dies_is_found_when_its_time_is_over_and_not_before() -> Result<()> {
    let (scene, hold) = held_scene(60, 3).await?;
    let hookstep = &scene.hookstep;
    let subscriber = subscriber(hookstep).await?;
    let event = underway(&scene).await?;
    // It is slow, and alive.
    sweep(hookstep).await?;
    let row = scene.event(&event.event_id).await?;
    assert_eq!((&row.rest, &row.status), (&event.rest, &event.status));

    // AWS has no way to end it, and says nothing when it has ended it itself.
    stop(hookstep, execution(&event)).await?;
    late(hookstep, &event, false).await?;
    sweep(hookstep).await?;
    let event = assert_delivered_by_the_second_leg(&scene, &event.event_id, 2).await?;
    assert_eq!(alert(&subscriber, &event.event_id).await?.1, "waits");
    let group = format!("/aws/lambda/{STACK_NAME}/reconcile");
    until("a metric", SOON, async || {
        Ok((!hookstep.engine().log_lines(&group, "ReconciledEvents").await?.is_empty()).then_some(()))
    })
    .await?;
    hold.release();
    Ok(())
}

/// An event that waits for its second leg, which is due in an hour at most, and nobody is left to start it.
async fn forsaken() -> Result<(Scene, Event, String)> {
    let scene = Scene::with(|draft| {
        draft.set("retry_policy", json!({ "max_retries": 3, "schedule_seconds": [3600] }));
    })
    .await?;
    scene.receiver.on(HOOK, Script::status(503));
    let outcome = scene.trigger(&Trigger::json("{}")).await?;
    scene.receiver.wait_for(HOOK, 1, SOON).await?;
    let event = until("the event to wait", SOON, async || {
        let event = scene.event(&outcome.event_id).await?;
        Ok((!event.rest["next_attempt_at"].is_null()).then_some(event))
    })
    .await?;
    let machine = &scene.hookstep.stack.machines.redelivery;
    let redelivery = format!("{}:{}-2", machine.replace(":stateMachine:", ":execution:"), event.event_id);
    stop(&scene.hookstep, &redelivery).await?;
    scene.receiver.on(HOOK, Script::status(200));
    Ok((scene, event, redelivery))
}

#[tokio::test]
async fn a_redelivery_that_dies_is_made_up_for_when_it_is_due_by_one_leg_whoever_notices() -> Result<()> {
    let (scene, event, redelivery) = forsaken().await?;
    let hookstep = &scene.hookstep;
    let subscriber = subscriber(hookstep).await?;
    // It is not due yet: however often it is looked at, it waits.
    let engine = hookstep.engine();
    let input = engine.input_of(&redelivery).await?.to_string();
    let news = json!({
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": { "executionArn": redelivery, "status": "FAILED", "input": input },
    });
    let reconcile = &hookstep.stack.functions.reconcile;
    let run = engine.invoke(reconcile, &news).await?;
    assert_eq!((&run["started"], &run["moved_on"]), (&json!(0), &json!(1)), "{run}");
    sweep(hookstep).await?;
    assert_eq!(scene.event(&event.event_id).await?.rest, event.rest);

    late(hookstep, &event, true).await?;
    let (first, second, third) = tokio::join!(sweep(hookstep), engine.invoke(reconcile, &news), sweep(hookstep));
    for run in [first?, second?, third?] {
        assert!(run.get("errorType").is_none(), "{run}");
    }
    let event = assert_delivered_by_the_second_leg(&scene, &event.event_id, 2).await?;
    assert_eq!(event.attempts.len(), 2);
    assert_eq!(alert(&subscriber, &event.event_id).await?.1, "started");
    Ok(())
}

#[tokio::test]
async fn the_events_of_a_deleted_webhook_end_too() -> Result<()> {
    let (scene, event, _) = forsaken().await?;
    scene.hookstep.api.delete_webhook(&scene.webhook.config_id).await?;
    late(&scene.hookstep, &event, true).await?;
    sweep(&scene.hookstep).await?;
    let event = scene.settled(&event.event_id).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("skipped", Some("webhook_deleted")));
    assert_eq!(scene.received_count(), 1);
    Ok(())
}

#[tokio::test]
async fn an_event_that_no_function_could_record_is_delivered_from_the_note_of_it() -> Result<()> {
    let scene =
        Scene::with(|draft| draft.set("retry_policy", json!({ "max_retries": 3, "schedule_seconds": [1] }))).await?;
    let hookstep = &scene.hookstep;
    let earlier = scene.deliver(&Trigger::json(r#"{"order":1}"#)).await?;
    let input = hookstep.engine().input_of(execution(&earlier)).await?;
    // Another one with the same shards, of which there is no more than what RecordFailure writes.
    let mut lost = input["event"].clone();
    let id = earlier.event_id.as_str();
    let other = if id.as_bytes()[20] == b'0' { "1" } else { "0" };
    let id = format!("{}{other}{}", &id[..20], &id[21..]);
    lost["event_id"] = json!(id);
    let [(shard_name, shard), (id_name, _)] = key(&earlier);
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let number = |value: &str| AttributeValue::N(value.to_owned());
    hookstep
        .engine()
        .dynamodb
        .put_item()
        .table_name(&hookstep.stack.events_table)
        .item(shard_name, shard)
        .item(id_name, text(&id))
        .item("status", text("in_progress"))
        .item("reason", text("internal_error"))
        .item("reason_detail", text("as RecordFailure says"))
        .item("tenant_id", text(&earlier.tenant_id))
        .item("config_id", text(&earlier.config_id))
        .item("source", text("api"))
        .item("created_at", text(lost["created_at"].as_str().context("no created_at")?))
        .item("updated_at", text(lost["created_at"].as_str().context("no created_at")?))
        .item("expires_at", number(lost["expires_at"].as_str().context("no expires_at")?))
        .item("execution_arn", text("arn:of:the:lost:execution"))
        .item("leg", number("0"))
        .item("open_shard", text(lost["open_shard"].as_str().context("no open_shard")?))
        .item("deadline_at", number("0"))
        .item("lost_input", text(&lost.to_string()))
        .send()
        .await?;

    sweep(hookstep).await?;
    let event = scene.settled(&id).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("succeeded", None), "{event:?}");
    let request = scene.request_of(&id)?;
    assert_eq!(&request.body[..], br#"{"order":1}"#);
    assert_eq!(scene.received_count(), 2);
    Ok(())
}
