//! How waits are drawn.

use hookstep_core::retry::{Failure, Next, RetryPolicy};
use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::make::{START, answered, leg, policy};

fn wait(policy: &RetryPolicy, event: u128, number: u32) -> SignedDuration {
    match policy.next(&leg(event, number), Failure::Attempt(&answered(500)), START) {
        Next::At(at) => at.duration_since(START),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn a_wait_is_within_its_entry_of_the_schedule_and_the_same_when_asked_again(
        event: u128,
        schedule_seconds in vec(1_u32..=86_400, 1..=50),
        number in 1_u32..=50,
    ) {
        let entry = schedule_seconds.get(number as usize - 1).or(schedule_seconds.last()).copied().unwrap_or(0);
        let policy = RetryPolicy { max_retries: 50, schedule_seconds, ..RetryPolicy::default() };
        let drawn = wait(&policy, event, number);
        prop_assert!(SignedDuration::ZERO <= drawn && drawn <= crate::make::seconds(entry), "{drawn} of {entry} s");
        prop_assert_eq!(wait(&policy, event, number), drawn);
    }
}

#[test]
fn the_waits_of_many_events_are_spread_evenly_and_so_are_those_of_one() {
    const EVENTS: u128 = 10_000;
    // 60 s in tenths: a thousand in each on the average, with a standard deviation of 30.
    let mut of_events = [0_u32; 10];
    let mut of_legs = [0_u32; 10];
    let policy = policy(50);
    let tenth = |wait: SignedDuration| usize::try_from(wait.as_millis() / 6_000).expect("no wait is negative").min(9);
    for number in 0..EVENTS {
        of_events[tenth(wait(&policy, number, 1))] += 1;
        let leg = u32::try_from(number % 50).expect("it is small") + 1;
        of_legs[tenth(wait(&policy, number / 50, leg))] += 1;
    }
    for tenths in [of_events, of_legs] {
        assert!(tenths.iter().all(|count| (880..1_120).contains(count)), "{tenths:?}");
    }
}
