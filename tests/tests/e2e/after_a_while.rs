//! Receivers that take their time. (The first in the alphabet, so that the longest of them begin first.)

use std::time::{Duration, Instant};

use anyhow::Result;
use hookstep_tests::{Event, HOOK, NewWebhook, SOON, Scene, Script, Trigger};
use serde_json::Value;

const ANSWER: &str = "at last";

/// A webhook whose receiver answers after this time.
async fn slow(seconds: u64, change: impl FnOnce(&mut NewWebhook)) -> Result<Scene> {
    let scene = Scene::with(change).await?;
    scene.receiver.on(HOOK, Script::status(200).body(ANSWER).after(Duration::from_secs(seconds)));
    Ok(scene)
}

fn assert_succeeded_after(seconds: u64, event: &Event) {
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("succeeded", None), "{event:?}");
    let [attempt] = &event.attempts[..] else { panic!("{:?}", event.attempts) };
    assert_eq!((attempt.outcome.as_str(), attempt.status_code), ("delivered", Some(200)));
    assert_eq!(attempt.response_body.as_deref(), Some(ANSWER));
    assert!(attempt.duration_ms >= seconds * 1000, "{} ms", attempt.duration_ms);
}

fn assert_ran_on(machine_arn: &str, event: &Event) {
    let machine = machine_arn.rsplit(':').next().unwrap();
    let execution_arn = event.rest["execution_arn"].as_str().unwrap();
    assert!(execution_arn.split(':').any(|part| part == machine), "{execution_arn} is not of {machine}");
}

#[tokio::test]
async fn a_receiver_that_answers_after_60_s_succeeds_async() -> Result<()> {
    let scene = slow(60, |draft| draft.timeout_seconds = Some(75)).await?;
    let outcome = scene.trigger(&Trigger::json("{}")).await?;
    scene.receiver.wait_for(HOOK, 1, SOON).await?;
    // All the while the event is there, and says where it stands.
    let underway = scene.event(&outcome.event_id).await?;
    assert_eq!((underway.status.as_str(), underway.attempts.len()), ("in_progress", 0));

    let event = scene.settled_within(&outcome.event_id, Duration::from_mins(1) + SOON).await?;
    assert_succeeded_after(60, &event);
    assert_ran_on(&scene.hookstep.stack.machines.express, &event);
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_sync_trigger_whose_time_is_up_answers_in_progress_and_the_delivery_goes_on() -> Result<()> {
    let scene = slow(60, |draft| draft.timeout_seconds = Some(75)).await?;
    let event_id = assert_in_progress_when_time_is_up(&scene).await?;
    let event = scene.settled_within(&event_id, Duration::from_secs(40) + SOON).await?;
    assert_succeeded_after(60, &event);
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_sync_trigger_on_the_standard_machine_answers_in_progress_when_its_time_is_up() -> Result<()> {
    let scene = slow(32, |draft| draft.timeout_seconds = Some(120)).await?;
    let event_id = assert_in_progress_when_time_is_up(&scene).await?;
    let event = scene.settled(&event_id).await?;
    assert_succeeded_after(32, &event);
    assert_ran_on(&scene.hookstep.stack.machines.standard, &event);
    scene.received()?;
    Ok(())
}

/// API Gateway gives up after 30 s.
async fn assert_in_progress_when_time_is_up(scene: &Scene) -> Result<String> {
    let begun = Instant::now();
    let answer = scene.trigger_raw(&Trigger::json("{}").and_wait()).await?;
    let waited = begun.elapsed();
    assert_eq!(answer.status, 202, "{}", answer.in_words());
    assert!((25..30).contains(&waited.as_secs()), "after {waited:?}");
    let body: Value = answer.json()?;
    assert_eq!(body["status"], "in_progress");
    let event_id = body["event_id"].as_str().unwrap();
    let location = format!("/webhook/{}/events/{event_id}", scene.webhook.config_id);
    assert_eq!(answer.header("location"), Some(location.as_str()));
    let api = &scene.hookstep.api;
    let row = api.send(api.request(reqwest::Method::GET, &location)).await?.json::<Event>()?;
    assert_eq!((row.event_id.as_str(), row.status.as_str()), (event_id, "in_progress"));
    Ok(event_id.to_owned())
}

#[tokio::test]
async fn a_receiver_that_answers_after_8_s_succeeds_async() -> Result<()> {
    let scene = slow(8, |_| ()).await?;
    assert_succeeded_after(8, &scene.deliver(&Trigger::json("{}")).await?);
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_answers_after_8_s_succeeds_sync() -> Result<()> {
    let scene = slow(8, |_| ()).await?;
    let answer = scene.trigger_raw(&Trigger::json("{}").and_wait()).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    let outcome: Value = answer.json()?;
    assert_eq!((&outcome["status"], &outcome["attempt"]["response_body"]), (&"succeeded".into(), &ANSWER.into()));
    assert_succeeded_after(8, &scene.event(outcome["event_id"].as_str().unwrap()).await?);
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_answers_after_8_s_succeeds_on_the_standard_machine_async() -> Result<()> {
    let scene = slow(8, |draft| draft.timeout_seconds = Some(120)).await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_succeeded_after(8, &event);
    assert_ran_on(&scene.hookstep.stack.machines.standard, &event);
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_answers_after_8_s_succeeds_on_the_standard_machine_sync() -> Result<()> {
    let scene = slow(8, |draft| draft.timeout_seconds = Some(120)).await?;
    let answer = scene.trigger_raw(&Trigger::json("{}").and_wait()).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    let outcome: Value = answer.json()?;
    assert_eq!((&outcome["status"], &outcome["attempt"]["response_body"]), (&"succeeded".into(), &ANSWER.into()));
    let event = scene.event(outcome["event_id"].as_str().unwrap()).await?;
    assert_succeeded_after(8, &event);
    assert_ran_on(&scene.hookstep.stack.machines.standard, &event);
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn the_timeout_of_a_webhook_decides_on_its_machine() -> Result<()> {
    for (seconds, standard) in [(1, false), (30, false), (75, false), (76, true), (840, true)] {
        let scene = Scene::with(|draft| draft.timeout_seconds = Some(seconds)).await?;
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!(event.status, "succeeded", "{event:?}");
        let machines = &scene.hookstep.stack.machines;
        assert_ran_on(if standard { &machines.standard } else { &machines.express }, &event);
    }
    Ok(())
}
