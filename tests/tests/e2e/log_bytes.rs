//! What a delivery writes to the log, in bytes: every one is paid for (docs/COST.md).

use anyhow::Result;
use hookstep_local::deploy::STACK_NAME;
use hookstep_tests::{HOOK, SOON, Scene, Script, Trigger, until};

/// What `CloudWatch` counts for each event beside its text.
const EVENT_BYTES: usize = 26;

/// The most that a delivery may write, by function: with its milliseconds in five digits.
const BUDGET: [(&str, usize); 4] = [("trigger", 245), ("fetch-config", 0), ("deliver", 293), ("status-update", 270)];

/// The same of one that gets no answer: the obstacle's name is longer than a status code.
const OF_A_FAILURE: [(&str, usize); 4] =
    [("trigger", 245), ("fetch-config", 0), ("deliver", 305), ("status-update", 296)];

/// What was written about an event, by function.
async fn bytes_of(scene: &Scene, event_id: &str, function: &str) -> Result<usize> {
    let group = format!("/aws/lambda/{STACK_NAME}/{function}");
    let lines = scene.hookstep.engine().log_lines(&group, event_id).await?;
    Ok(lines.iter().map(|line| line.trim_end().len() + EVENT_BYTES).sum())
}

#[tokio::test]
async fn a_delivery_writes_three_lines_of_bounded_length() -> Result<()> {
    let scene = Scene::new().await?;
    for (script, budget) in [(Script::status(200), BUDGET), (Script::close(), OF_A_FAILURE)] {
        scene.receiver.on(HOOK, script);
        let event = scene.deliver(&Trigger::json("{}")).await?;
        // The engine takes a line over when its invocation is over, and status-update's is the last.
        until("the last line", SOON, async || {
            Ok((bytes_of(&scene, &event.event_id, "status-update").await? > 0).then_some(()))
        })
        .await?;
        for (function, most) in budget {
            let bytes = bytes_of(&scene, &event.event_id, function).await?;
            assert!(bytes <= most && (bytes > 0) == (most > 0), "{function}: {bytes} bytes, and {most} are the most");
        }
    }
    Ok(())
}
