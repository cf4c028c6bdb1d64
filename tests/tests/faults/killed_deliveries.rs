//! `deliver` is killed (`kill -9`) before, during and after the receiver's answer. Nobody knows whether the receiver took the message, so it gets
//! it once more, by the same id.

use anyhow::Result;
use hookstep_tests::{HOOK, Hold, Ledger, SOON, Script, Trigger};

use crate::stage::{Stage, beside_others, soon};

/// One event whose first attempt is cut off: it succeeds by the second, which is the only one that the row knows.
async fn assert_second_attempt_succeeds(stage: &Stage, event_id: &str) -> Result<()> {
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(1, 2));
    let event = stage.scene.event(event_id).await?;
    let numbers: Vec<u32> = event.attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [2], "{event:?}");
    let requests = stage.scene.receiver.requests_to(HOOK);
    let ids: Vec<_> = requests.iter().map(|request| request.header("webhook-id")).collect();
    assert_eq!(ids, [Some(event_id.to_owned()), Some(event_id.to_owned())]);
    Ok(())
}

#[tokio::test]
async fn before_the_answer() -> Result<()> {
    let _beside = beside_others().await;
    let mut stage = Stage::new(soon(3)).await?;
    let held = Script::status(200).held_by(&Hold::new());
    // It never came to answer, and what it made of the request nobody knows.
    stage.scene.receiver.on_each(HOOK, [stage.book.refusing(held), stage.book.taking(Script::status(200))]);
    let id = stage.trigger(&Trigger::json("{}")).await?;
    let request = stage.scene.receiver.wait_for(HOOK, 1, SOON).await?.remove(0);
    let deliver = &stage.scene.hookstep.stack.functions.deliver;
    stage.engine().process_at(deliver, request.client_port)?.kill()?;
    assert_second_attempt_succeeds(&stage, &id).await
}

#[tokio::test]
async fn during_the_answer() -> Result<()> {
    let _beside = beside_others().await;
    let mut stage = Stage::new(soon(3)).await?;
    let hold = Hold::new();
    let halved = Script::status(200).body("the first half, and the second").halved_by(&hold);
    stage.scene.receiver.on_each(HOOK, [halved, Script::status(200)].map(|script| stage.book.taking(script)));
    let id = stage.trigger(&Trigger::json("{}")).await?;
    let request = stage.scene.receiver.wait_for(HOOK, 1, SOON).await?.remove(0);
    hold.half_sent().await;
    let deliver = &stage.scene.hookstep.stack.functions.deliver;
    stage.engine().process_at(deliver, request.client_port)?.kill()?;
    assert_second_attempt_succeeds(&stage, &id).await
}

#[tokio::test]
async fn after_the_answer() -> Result<()> {
    let _beside = beside_others().await;
    let mut stage = Stage::new(soon(3)).await?;
    let hold = Hold::new();
    let late = Script::status(200).held_by(&hold);
    stage.scene.receiver.on_each(HOOK, [late, Script::status(200)].map(|script| stage.book.taking(script)));
    let id = stage.trigger(&Trigger::json("{}")).await?;
    let request = stage.scene.receiver.wait_for(HOOK, 1, SOON).await?.remove(0);
    let deliver = &stage.scene.hookstep.stack.functions.deliver;
    let process = stage.engine().process_at(deliver, request.client_port)?;
    // So that it can't tell anybody of the answer, which comes whole.
    process.freeze()?;
    hold.release();
    hold.whole_sent().await;
    process.kill()?;
    assert_second_attempt_succeeds(&stage, &id).await
}
