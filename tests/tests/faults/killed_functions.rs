//! The other functions of a delivery are killed (`kill -9`) while they work on it.

use anyhow::Result;
use hookstep_tests::{Engine, HOOK, Hold, LambdaProcess, Ledger, SOON, Script, Trigger, until};
use reqwest::StatusCode;

use crate::stage::{Stage, alone, soon};

/// Delivers one event, so that each function has a process, and stops all that this one has.
async fn frozen(stage: &mut Stage, function: &str) -> Result<Vec<LambdaProcess>> {
    let id = stage.trigger(&Trigger::json("{}")).await?;
    assert_eq!(stage.scene.settled(&id).await?.status, "succeeded");
    stage.scene.all_legs_over(&id).await?;
    let processes = stage.engine().processes_of(function)?;
    for process in &processes {
        process.freeze()?;
    }
    Ok(processes)
}

/// Waits until somebody calls one of those that are frozen, kills that one, and lets the others go on.
pub(crate) async fn kill_the_one_called(frozen: Vec<LambdaProcess>) -> Result<()> {
    let called = until("a function to be called", SOON, async || {
        for process in &frozen {
            if process.is_called()? {
                return Ok(Some(*process));
            }
        }
        Ok(None)
    })
    .await?;
    called.kill()?;
    for process in frozen.into_iter().filter(|process| *process != called) {
        process.resume()?;
    }
    Ok(())
}

#[tokio::test]
async fn trigger_before_it_answers() -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(soon(3)).await?;
    let function = stage.scene.hookstep.stack.functions.trigger.clone();
    let processes = frozen(&mut stage, &function).await?;
    let trigger = Trigger { idempotency_key: Some("once".to_owned()), ..Trigger::json("{}") };
    let (answer, killed) = tokio::join!(stage.scene.trigger_raw(&trigger), kill_the_one_called(processes));
    killed?;
    assert!(answer?.status.is_server_error());
    // The caller tries again.
    stage.trigger(&trigger).await?;
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(2, 2));
    Ok(())
}

#[tokio::test]
async fn fetch_config() -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(soon(3)).await?;
    let function = stage.scene.hookstep.stack.functions.fetch_config.clone();
    let processes = frozen(&mut stage, &function).await?;
    let id = stage.trigger(&Trigger::json("{}")).await?;
    kill_the_one_called(processes).await?;
    // Nothing was sent by the first leg.
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(2, 2));
    assert_eq!(stage.scene.event(&id).await?.attempts[0].number, 2);
    Ok(())
}

/// The attempt is safe by then: it is recorded by another process, and nothing is sent again.
#[tokio::test]
async fn status_update_before_it_writes() -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(soon(3)).await?;
    let function = stage.scene.hookstep.stack.functions.status_update.clone();
    let processes = frozen(&mut stage, &function).await?;
    let id = stage.trigger(&Trigger::json("{}")).await?;
    kill_the_one_called(processes).await?;
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(2, 2));
    assert_eq!(stage.scene.event(&id).await?.attempts.len(), 1);
    stage.entered(&id, "HandleException").await?;
    Ok(())
}

/// The same, where the receiver refused: one wait follows, and not two.
#[tokio::test]
async fn status_update_of_an_attempt_that_failed() -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(soon(3)).await?;
    let function = stage.scene.hookstep.stack.functions.status_update.clone();
    let processes = frozen(&mut stage, &function).await?;
    stage.scene.receiver.on(HOOK, stage.book.deciding(|_, before| before > 0));
    stage.trigger(&Trigger::json("{}")).await?;
    kill_the_one_called(processes).await?;
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(2, 3));
    Ok(())
}

/// Killed again and again it can't write the end of the leg: the row is left to reconciliation, and the message is sent again, because
/// nobody knows any more how the attempt went.
#[tokio::test]
async fn status_update_until_the_machine_gives_up() -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(soon(3)).await?;
    let functions = stage.scene.hookstep.stack.functions.clone();
    let hold = Hold::new();
    stage.scene.receiver.on(HOOK, stage.book.taking(Script::status(200).held_by(&hold)));
    let id = stage.trigger(&Trigger::json("{}")).await?;
    stage.scene.receiver.wait_for(HOOK, 1, SOON).await?;
    let engine: Engine = stage.engine();
    engine.throttle(&functions.status_update).await?;
    engine.scale_waits(0.02).await?;
    hold.release();
    let execution = stage.entered(&id, "RecordFailure").await?;
    engine.scale_waits(1.0).await?;
    engine.unthrottle(&functions.status_update).await?;
    stage.scene.all_legs_over(&id).await?;
    assert_eq!(stage.scene.event(&id).await?.rest["execution_arn"], execution);

    let done = engine.invoke(&functions.reconcile, &serde_json::json!({ "task": "sweep" })).await?;
    assert_eq!(done["waits"], 1, "{done}");
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(1, 2));
    Ok(())
}

#[tokio::test]
async fn a_trigger_that_is_not_answered_leaves_nothing() -> Result<()> {
    let _alone = alone().await;
    let stage = Stage::new(soon(3)).await?;
    let engine = stage.engine();
    let trigger = &stage.scene.hookstep.stack.functions.trigger;
    engine.throttle(trigger).await?;
    let answer = stage.scene.trigger_raw(&Trigger::json("{}")).await?;
    engine.unthrottle(trigger).await?;
    // AWS answers 503.
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(stage.ledger().await?, Ledger::default());
    Ok(())
}
