//! Many events at once to a receiver that fails now and then.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::stream::{StreamExt as _, TryStreamExt as _, iter};
use hookstep_tests::{HOOK, SOON, Trigger};

use crate::stage::{Stage, alone, soon};

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
    let trigger = Trigger::json("{}");
    let calls = iter(0..events).map(|_| stage.scene.trigger(&trigger)).buffer_unordered(CALLERS);
    let accepted: Vec<_> = calls.try_collect().await?;
    let all_accepted = began.elapsed();
    for outcome in &accepted {
        stage.accept(&outcome.event_id);
    }
    let patience = SOON + Duration::from_millis(500) * u32::try_from(events)?;
    let ledger = stage.ledger_within(patience).await?;
    println!("{events} events accepted in {all_accepted:.1?}, at their ends in {:.1?}", began.elapsed());

    // What the receiver said decides alone.
    let tries = 1 + RETRIES as usize;
    let first_taken = |id: &str| (0..tries).find(|before| takes(id, *before));
    let ids: Vec<&str> = accepted.iter().map(|outcome| outcome.event_id.as_str()).collect();
    let succeeded = ids.iter().filter(|id| first_taken(id).is_some()).count();
    let requests: usize = ids.iter().map(|id| first_taken(id).map_or(tries, |before| before + 1)).sum();
    assert_eq!((ledger.accepted, ledger.succeeded, ledger.failed), (events, succeeded, events - succeeded));
    assert_eq!(ledger.requests, requests);
    Ok(())
}
