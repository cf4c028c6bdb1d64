//! Metrics: lines of the Embedded Metric Format, whose dimensions do not grow with what is configured.

use std::collections::BTreeSet;

use anyhow::Result;
use hookstep_local::deploy::STACK_NAME;
use hookstep_tests::{Hookstep, SOON, Scene, Script, Trigger, until};
use serde_json::{Value, json};

const FUNCTIONS: [&str; 4] = ["trigger", "status-update", "reconcile", "stats"];

/// The metrics that a function has written.
async fn metrics(hookstep: &Hookstep, function: &str) -> Result<Vec<Value>> {
    let lines = hookstep.engine().log_lines(&format!("/aws/lambda/{STACK_NAME}/{function}"), "_aws").await?;
    Ok(lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Whether some lines have these metrics between them.
async fn written(hookstep: &Hookstep, function: &str, names: &[&str]) -> Result<()> {
    until(&format!("metrics of {function}"), SOON, async || {
        let lines = metrics(hookstep, function).await?;
        Ok(names.iter().all(|name| lines.iter().any(|line| line.get(*name).is_some())).then_some(()))
    })
    .await
}

#[tokio::test]
async fn deliveries_are_counted_by_the_batch_and_what_is_in_progress_by_the_sweep() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(500)).await?;
    scene.deliver(&Trigger::json("{}").and_wait()).await?;
    let hookstep = &scene.hookstep;
    hookstep.engine().invoke(&hookstep.stack.functions.reconcile, &json!({ "task": "sweep" })).await?;

    let counts = ["Accepted", "Succeeded", "Failed", "Skipped", "Attempts", "Retries", "ClaimChecks"];
    let measured = ["LatencyMs", "PayloadBytes", "FailedBy"];
    written(hookstep, "stats", &[&counts[..], &measured].concat()).await?;
    written(hookstep, "reconcile", &["Running", "Waiting", "OldestInProgressSeconds", "OverdueSeconds"]).await?;
    let by_class = metrics(hookstep, "stats").await?;
    assert!(by_class.iter().any(|line| line["Class"] == "rejected" && line["FailedBy"].is_u64()), "{by_class:?}");

    // Whatever the tests did so far.
    let mut dimensions = BTreeSet::new();
    for function in FUNCTIONS {
        for line in metrics(hookstep, function).await? {
            assert_eq!(line["Stack"], STACK_NAME, "{function}: {line}");
            dimensions.insert(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"].to_string());
        }
    }
    assert_eq!(dimensions, [r#"[["Stack","Class"]]"#, r#"[["Stack"]]"#].map(str::to_owned).into());
    Ok(())
}
