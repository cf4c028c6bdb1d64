//! Legs that follow on one that failed: what the first leaves, what waits for the second, and what the second finds.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use hookstep_tests::{HOOK, Script};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::interpreter::{self, Faults};
use crate::path::{Leg, Path};

const DELIVER: &str = "DeliverFunctionArn";
const STATUS_UPDATE: &str = "StatusUpdateFunctionArn";

/// In place of the machine that waits: it ends at once, and starts nothing.
const IDLE: &str = r#"{ "StartAt": "End", "States": { "End": { "Type": "Succeed" } } }"#;

/// Rejects the first request of each event.
fn rejecting_first() -> Script {
    let seen = Mutex::new(HashSet::new());
    Script::decide(move |request| {
        let is_first = seen.lock().unwrap_or_else(PoisonError::into_inner).insert(request.header("webhook-id"));
        Script::status(if is_first { 503 } else { 200 })
    })
}

/// A webhook whose deliveries are tried again.
async fn persistent() -> Result<Path> {
    let policy = json!({ "max_retries": 1, "schedule_seconds": [5], "retry_on": ["5xx"] });
    Path::with(|webhook| webhook.set("retry_policy", policy)).await
}

/// A path whose legs are waited for by a machine that starts nothing, and that machine.
async fn waiting(faults: Faults) -> Result<(Path, String)> {
    let path = persistent().await?;
    path.scene.receiver.on(HOOK, rejecting_first());
    let interpreters = interpreter::all(&path.scene.hookstep).await?;
    let engine = interpreters.first().context("no interpreter")?;
    let idle = engine.deploy_definition("idle", IDLE).await?;
    Ok((path.where_machine(faults.told(STATUS_UPDATE, "REDELIVERY_MACHINE_ARN", &idle)), idle))
}

/// The input of the execution that waits for a leg, under the name that it has to have.
async fn wait_for(leg: &Leg<'_>, idle: &str, number: u32) -> Result<Value> {
    let row = leg.row().await?.context("no row")?;
    let due = row.get("next_attempt_at").and_then(|due| due.as_s().ok());
    assert!(due.is_some(), "the row does not wait: {row:?}");
    let name = format!("{}-{number}", leg.event.key.event_id);
    let arn = format!("{}:{name}", idle.replace(":stateMachine:", ":execution:"));
    let waits = leg.interpreter.engine_states("DescribeExecution", &json!({ "executionArn": arn })).await?;
    let input: Value = serde_json::from_str(waits["input"].as_str().context("no input")?)?;
    assert_eq!(input["leg_name"], json!(name));
    assert_eq!(input["machine_arn"], json!(leg.machine));
    assert_eq!(input["due"].as_str(), due.map(String::as_str));
    Ok(input)
}

/// The leg that an execution of `redelivery.asl.json` with this input starts.
fn woken<'a>(leg: &Leg<'a>, waits: &Value) -> Leg<'a> {
    let name = waits["leg_name"].as_str().unwrap_or_default().to_owned();
    Leg { name, ..leg.again() }
}

#[tokio::test]
async fn a_rejected_attempt_waits_for_the_next_leg_which_delivers_and_is_not_repeated() -> Result<()> {
    let (path, idle) = waiting(Faults::none()).await?;
    let seen = path
        .each(async |leg| {
            let first = leg.run().await?;
            let waits = wait_for(leg, &idle, 2).await?;
            assert!(waits["input"]["event"].get("payload").is_none(), "{waits}");
            let second = woken(leg, &waits).run_with(&waits["input"]).await?;
            // Started once more, by whatever chance.
            let third = leg.again().run_with(&waits["input"]).await?;
            assert_eq!(third["states"], json!(["FetchConfig", "AlreadyRecorded"]));
            assert_eq!((&third["status"], &third["requests"]), (&json!("SUCCEEDED"), &json!(2)));
            Ok(json!({ "first": first, "second": second }))
        })
        .await?;
    assert_json_snapshot!(seen);
    for request in path.scene.receiver.requests_to(HOOK) {
        assert_eq!(request.body, r#"{"order":1}"#);
    }
    Ok(())
}

#[tokio::test]
async fn an_exception_of_ours_waits_for_the_next_leg_too() -> Result<()> {
    let (path, idle) = waiting(Faults::none().broken(DELIVER, &[("FAULT", "Boom"), ("TIMES", "1")])).await?;
    path.scene.receiver.on(HOOK, Script::status(200));
    let seen = path
        .each(async |leg| {
            let first = leg.run().await?;
            let waits = wait_for(leg, &idle, 2).await?;
            let second = woken(leg, &waits).run_with(&waits["input"]).await?;
            Ok(json!({ "first": first, "second": second }))
        })
        .await?;
    assert_json_snapshot!(seen);
    Ok(())
}

/// The row says that it waits, and is overdue soon after it was to go on: reconciliation starts the leg.
#[tokio::test]
async fn where_nothing_can_wait_the_row_is_left_to_reconciliation() -> Result<()> {
    let path = persistent().await?;
    path.scene.receiver.on(HOOK, Script::status(503));
    let nowhere = path.scene.hookstep.stack.machines.redelivery.replace("RedeliveryMachine", "NoSuchMachine");
    let path = path.where_machine(Faults::none().told(STATUS_UPDATE, "REDELIVERY_MACHINE_ARN", &nowhere));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

/// Not even its first step ran: no function could be called.
#[tokio::test]
async fn a_later_leg_that_nothing_can_handle_leaves_the_row_waiting() -> Result<()> {
    let (path, idle) = waiting(Faults::none()).await?;
    path.each(async |leg| {
        leg.run().await?;
        let waits = wait_for(leg, &idle, 2).await?;
        let row = leg.row().await?;
        let broken = Faults::none().missing("FetchConfigFunctionArn").missing(STATUS_UPDATE);
        let broken = Leg { event: leg.event.clone(), ..Leg::new(leg.scene, leg.interpreter, &broken).await? };
        let seen = broken.run_with(&waits["input"]).await?;
        assert_eq!(seen["states"].as_array().and_then(|states| states.last()), Some(&json!("Broken")));
        assert_eq!((&seen["status"], &seen["requests"]), (&json!("FAILED"), &json!(1)));
        assert_eq!(leg.row().await?, row);
        Ok(json!(null))
    })
    .await?;
    Ok(())
}
