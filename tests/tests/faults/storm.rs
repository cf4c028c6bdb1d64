//! Many events at once to a receiver that fails now and then.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::stream::{StreamExt as _, TryStreamExt as _, iter};
use hookstep_tests::{HOOK, SOON, Trigger, TriggerOutcome, until};
use reqwest::StatusCode;

use crate::stage::{IN_THE_END, Stage, alone, soon};

/// How many, unless `HOOKSTEP_STORM_EVENTS` says otherwise.
const EVENTS: usize = 250;
const CALLERS: usize = 50;
const RETRIES: u32 = 3;
/// How many requests of a hundred fail.
const FAILING: u64 = 30;

/// Whether the receiver takes this message when it comes after so many others of it: the same for everybody who asks, and evenly spread.
fn takes(id: &str, before: usize) -> bool {
    let mut hasher = DefaultHasher::new();
    (id, before).hash(&mut hasher);
    hasher.finish() % 100 >= FAILING
}

/// One caller's event: it tries again, by the same key, until it is accepted, and goes on when the receiver has got it once. (The engine, which is
/// one process, would be buried under the executions of callers who don't wait.)
async fn sent(stage: &Stage, number: usize) -> Result<String> {
    let trigger = Trigger { idempotency_key: Some(format!("event {number}")), ..Trigger::json("{}") };
    let id = until("an event to be accepted", IN_THE_END, async || {
        let answer = stage.scene.trigger_raw(&trigger).await?;
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            return Ok(None);
        }
        let outcome: TriggerOutcome = answer.expect(StatusCode::ACCEPTED)?;
        Ok(Some(outcome.event_id))
    })
    .await?;
    until("a first request", IN_THE_END, async || Ok(stage.book.has(&id).then_some(()))).await?;
    Ok(id)
}

#[tokio::test]
async fn a_receiver_that_fails_at_random_gets_each_event_that_succeeds_and_no_other() -> Result<()> {
    let _alone = alone().await;
    let events = match std::env::var("HOOKSTEP_STORM_EVENTS") {
        Ok(number) => number.parse()?,
        Err(_) => EVENTS,
    };
    let mut stage = Stage::new(soon(RETRIES)).await?;
    stage.scene.receiver.on(HOOK, stage.book.deciding(takes));
    let began = Instant::now();
    let calls = iter(0..events).map(|number| sent(&stage, number)).buffer_unordered(CALLERS);
    let ids: Vec<String> = calls.try_collect().await?;
    let all_sent = began.elapsed();
    for id in &ids {
        stage.accept(id);
    }
    let patience = SOON + Duration::from_secs(1) * u32::try_from(events)?;
    let ledger = stage.ledger_within(patience).await?;
    println!("{events} events sent once in {all_sent:.1?}, at their ends in {:.1?}", began.elapsed());
    assert_eq!(ledger.accepted, events);
    assert!(ledger.succeeded < ledger.requests);
    Ok(())
}
