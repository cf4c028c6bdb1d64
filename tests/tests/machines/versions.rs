//! Executions that an older version started, or that began before their webhook was changed.

use anyhow::Result;
use hookstep_tests::HOOK;
use serde_json::{Value, json};

use crate::leg;
use crate::path::Path;

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
