//! Tables that refuse all writes for a while, and tables whose answers are lost.

use std::time::Duration;

use anyhow::Result;
use futures_util::future::join_all;
use hookstep_tests::{HOOK, Hold, Ledger, Refusal, SOON, Script, Trigger, until};
use reqwest::StatusCode;

use crate::stage::{Stage, alone, soon};

/// For how long writes are refused.
const OUTAGE: Duration = Duration::from_secs(10);
const BEFORE: usize = 5;
const MEANWHILE: usize = 15;

/// Events that are under way when it begins, and events that are triggered meanwhile.
async fn assert_outlived(refusal: Refusal) -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(soon(10)).await?;
    let hold = Hold::new();
    stage.scene.receiver.on(HOOK, stage.book.taking(Script::status(200).held_by(&hold)));
    for _ in 0..BEFORE {
        stage.trigger(&Trigger::json("{}")).await?;
    }
    stage.scene.receiver.wait_for(HOOK, BEFORE, SOON).await?;

    let engine = stage.engine();
    engine.refuse_writes(refusal).await?;
    hold.release();
    let (answers, ()) = tokio::join!(
        join_all((0..MEANWHILE).map(|number| {
            let trigger = Trigger {
                // Every other one needs a write before it is accepted, and is refused.
                idempotency_key: (number % 2 == 0).then(|| format!("key {number}")),
                ..Trigger::json("{}")
            };
            let scene = &stage.scene;
            async move { scene.trigger_raw(&trigger).await }
        })),
        // It lasts as long as it lasts, whatever is done meanwhile.
        tokio::time::sleep(OUTAGE)
    );
    engine.take_writes().await?;
    let mut accepted = 0;
    for answer in answers {
        let answer = answer?;
        if answer.status == StatusCode::ACCEPTED {
            accepted += 1;
            stage.accept(answer.json::<serde_json::Value>()?["event_id"].as_str().unwrap());
        } else {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.in_words());
        }
    }
    assert_eq!(accepted, MEANWHILE / 2);
    // Nothing is sent twice: what was sent is known to its execution, which holds out until it can be written.
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(BEFORE + accepted, BEFORE + accepted));
    Ok(())
}

#[tokio::test]
async fn throttled_for_ten_seconds() -> Result<()> {
    assert_outlived(Refusal::Throttled).await
}

#[tokio::test]
async fn broken_for_ten_seconds() -> Result<()> {
    assert_outlived(Refusal::Broken).await
}

/// Each write is done, and whoever asked for it is told that it was not, and asks again: the row has one attempt all the same, and where the
/// receiver refused, one wait follows.
#[tokio::test]
async fn done_and_not_told() -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(soon(3)).await?;
    let hold = Hold::new();
    let refused = stage.book.refusing(Script::status(503).held_by(&hold));
    stage.scene.receiver.on_each(HOOK, [refused, stage.book.taking(Script::status(200))]);
    let id = stage.trigger(&Trigger::json("{}")).await?;
    stage.scene.receiver.wait_for(HOOK, 1, SOON).await?;
    let engine = stage.engine();
    engine.refuse_writes(Refusal::AnswerLost).await?;
    hold.release();
    let one_attempt = async || {
        let event = stage.scene.event(&id).await?;
        Ok((!event.attempts.is_empty()).then_some(()))
    };
    until("the attempt in the row", SOON, one_attempt).await?;
    engine.take_writes().await?;
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(1, 2));
    let numbers: Vec<u32> = stage.scene.event(&id).await?.attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [1, 2]);
    Ok(())
}
