//! Paths that part at `UpdateStatus`: the receiver was called by then, and that is what the row has to say.

use anyhow::Result;
use hookstep_tests::{HOOK, Script};
use insta::assert_json_snapshot;

use crate::interpreter::Faults;
use crate::path::Path;

const STATUS_UPDATE: &str = "StatusUpdateFunctionArn";

/// Only `UpdateStatus` is spoiled, and `HandleException` works.
fn spoiled(more: &[(&'static str, &str)]) -> Faults {
    let environment: Vec<_> = [("ON_TASK", "record_attempt")].iter().chain(more).copied().collect();
    Faults::none().broken(STATUS_UPDATE, &environment)
}

#[tokio::test]
async fn an_exception_after_a_delivery_leaves_it_a_success() -> Result<()> {
    let path = Path::new().await?.where_machine(spoiled(&[("FAULT", "crash")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn an_exception_after_a_rejection_leaves_it_the_receivers_failure() -> Result<()> {
    let path = Path::new().await?.where_machine(spoiled(&[("FAULT", "crash")]));
    path.scene.receiver.on(HOOK, Script::status(500));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_row_was_written_changes_nothing() -> Result<()> {
    let seen = Path::new().await?.where_machine(spoiled(&[("FAULT", "crash"), ("AFTER", "1")])).take().await?;
    assert_eq!(seen["states"][5], "HandleException");
    assert_eq!(seen["row"]["status"], "succeeded");
    assert_eq!(seen["row"]["attempts"].as_array().map(Vec::len), Some(1));
    assert_eq!(seen["requests"], 1);
    Ok(())
}

#[tokio::test]
async fn a_table_that_is_unavailable_once_does_not_call_the_receiver_again() -> Result<()> {
    let faults = spoiled(&[("FAULT", "EventsUnavailable"), ("TIMES", "1")]);
    let seen = Path::new().await?.where_machine(faults).take().await?;
    assert_eq!(seen["states"][4], "UpdateStatus (2 times)");
    assert_eq!((&seen["row"]["status"], &seen["requests"]), (&"succeeded".into(), &1.into()));
    Ok(())
}

#[tokio::test]
async fn a_table_that_stays_unavailable_is_an_exception() -> Result<()> {
    let path = Path::new().await?.where_machine(spoiled(&[("FAULT", "EventsUnavailable")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}
