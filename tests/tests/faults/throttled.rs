//! Functions that are throttled for longer than the retries of their tasks last.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{Ledger, Trigger};

use crate::stage::{Stage, alone, soon};

const EVENTS: usize = 5;

/// Triggers some events while the function is throttled, lets it run again when each of them has used up its retries and waits, and expects that they
/// succeed.
async fn assert_outlived(function: impl Fn(&Stage) -> String) -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(soon(20)).await?;
    let function = function(&stage);
    let engine = stage.engine();
    // The retries of a task take half a minute.
    engine.scale_waits(0.05).await?;
    engine.throttle(&function).await?;
    let mut ids = Vec::new();
    for _ in 0..EVENTS {
        ids.push(stage.trigger(&Trigger::json("{}")).await?);
    }
    let waiting = try_join_all(ids.iter().map(|id| stage.waiting(id))).await?;
    engine.unthrottle(&function).await?;
    engine.scale_waits(1.0).await?;
    for event in waiting {
        assert!(event.attempts.is_empty());
        assert_eq!(event.reason.as_deref(), Some("throttled"), "{event:?}");
    }
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(EVENTS, EVENTS));
    Ok(())
}

#[tokio::test]
async fn deliver() -> Result<()> {
    assert_outlived(|stage| stage.scene.hookstep.stack.functions.deliver.clone()).await
}

#[tokio::test]
async fn fetch_config() -> Result<()> {
    assert_outlived(|stage| stage.scene.hookstep.stack.functions.fetch_config.clone()).await
}
