//! Executions that an older version started, or that began before their webhook was changed.

use anyhow::Result;
use hookstep_tests::{HOOK, Script};
use serde_json::{Value, json};

use crate::interpreter::Faults;
use crate::leg;
use crate::path::{Leg, Path};

/// The definition as it was before there were later legs: executions that began before a deployment go by theirs, with the
/// functions that the deployment brings.
const BEFORE: &str = include_str!("before/delivery.asl.json");

#[tokio::test]
async fn an_execution_that_version_0_1_started_goes_through() -> Result<()> {
    let path = Path::new().await?;
    path.each(async |leg| {
        let mut input = leg::input(&leg.event);
        let event = input["event"].as_object_mut().into_iter().next();
        assert_eq!(event.and_then(|event| event.remove("machine")), Some(json!("express")));
        let seen = leg.run_with(&input).await?;
        assert_eq!((&seen["status"], &seen["row"]["status"]), (&json!("SUCCEEDED"), &json!("succeeded")));
        assert_eq!(seen["requests"], 1);
        Ok(seen)
    })
    .await?;
    for request in path.scene.receiver.requests_to(HOOK) {
        assert_eq!(request.body, r#"{"order":1}"#);
    }
    Ok(())
}

#[tokio::test]
async fn an_execution_of_the_definition_of_before_makes_its_row_and_ends() -> Result<()> {
    let policy = json!({ "max_retries": 1, "schedule_seconds": [86_400], "retry_on": ["5xx"] });
    for (answer, expected) in [(200, "succeeded"), (400, "failed"), (503, "in_progress")] {
        let path = Path::with(|webhook| webhook.set("retry_policy", policy.clone())).await?;
        path.scene.receiver.on(HOOK, Script::status(answer));
        path.each(async |leg| {
            let definition = leg.interpreter.render_text(BEFORE, &Faults::none()).await?;
            let machine = leg.interpreter.deploy_definition("before", &definition).await?;
            let leg = Leg { machine, ..leg.again() };
            let seen = leg.run().await?;
            assert_eq!(
                seen["states"],
                json!(["FetchConfig", "RecordEvent", "ShouldDeliver", "Deliver", "UpdateStatus"])
            );
            assert_eq!((&seen["status"], &seen["requests"]), (&json!("SUCCEEDED"), &json!(1)));
            assert_eq!((&seen["row"]["status"], &seen["row"]["payload"]), (&json!(expected), &json!(r#"{"order":1}"#)));
            assert_eq!(seen["row"]["leg"], json!({ "number": "1" }));
            // With nothing else to go by, the next leg is waited for by the machine of before too.
            assert_eq!(seen["row"]["next_attempt_at"].is_string(), answer == 503);
            Ok(Value::Null)
        })
        .await?;
    }
    Ok(())
}

/// What `FetchConfig` passed on in an execution: the timeouts of the webhook and of the task.
fn planned(history: &[Value]) -> (Value, Value) {
    let exits = history.iter().map(|event| &event["stateExitedEventDetails"]);
    let mut of_fetch = exits.filter(|details| details["name"] == "FetchConfig");
    let output = of_fetch.next().and_then(|details| details["output"].as_str()).unwrap_or_default();
    let output: Value = serde_json::from_str(output).unwrap_or_default();
    (output["target"]["timeout_seconds"].clone(), output["task_timeout_seconds"].clone())
}

#[tokio::test]
async fn a_timeout_that_was_raised_after_the_start_is_what_an_express_execution_can_hold() -> Result<()> {
    let path = Path::with(|webhook| webhook.timeout_seconds = Some(840)).await?;
    path.each(async |leg| {
        // As if the trigger had started it when the timeout was short.
        let (ended, history) = leg.execute().await?;
        assert_eq!(ended["status"], "SUCCEEDED");
        let (timeout, task) = planned(&history);
        assert_eq!((&timeout, &task), (&json!(75), &json!(105)));
        assert!(task.as_u64().is_some_and(|seconds| seconds <= 120), "{task}");
        Ok(Value::Null)
    })
    .await?;
    path.each(async |leg| {
        leg.event.machine = hookstep_core::webhook::Machine::Standard;
        let (_, history) = leg.execute().await?;
        assert_eq!(planned(&history), (json!(840), json!(870)));
        Ok(Value::Null)
    })
    .await?;
    Ok(())
}
