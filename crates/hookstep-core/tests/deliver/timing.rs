//! The webhook's timeout is for the token exchange and the requests together.

use std::time::Duration;

use hookstep_core::attempt::{Obstacle, Outcome};
use hookstep_core::auth::KeyPlace;
use jiff::SignedDuration;

use crate::make::{START, answered, api_key, delivery, delivery_as, oauth};
use crate::world::{World, with_tokens};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_request_has_the_whole_timeout() {
    assert_eq!(World::default().sent(&delivery()).timeout, seconds(30));
}

#[test]
fn what_the_token_took_the_request_has_no_more() {
    let world = with_tokens([Ok("first"), Ok("second")]);
    {
        let mut state = world.state();
        (state.token_takes, state.receiver_takes) = (seconds(4), seconds(7));
        state.answers = [answered(401, "no"), answered(200, "yes")].into();
    }
    let attempt = world.deliver(&delivery_as(oauth())).expect("no fault of ours");
    assert_eq!(attempt.outcome(), Outcome::Delivered);
    let state = world.state();
    // 30 s, less 4, less 7, less 4.
    assert_eq!(state.patience, [seconds(30), seconds(19)]);
    assert_eq!(state.sent.iter().map(|sent| sent.timeout).collect::<Vec<_>>(), [seconds(26), seconds(15)]);
}

#[test]
fn what_our_own_key_service_takes_is_not_taken_from_the_receiver() {
    let world = World::with(|state| {
        state.secrets = vec![("/auth/value", "the-key")];
        state.secrets_take = seconds(3);
    });
    assert_eq!(world.sent(&delivery_as(api_key(KeyPlace::Header))).timeout, seconds(30));
}

#[test]
fn with_less_than_a_second_left_there_is_no_second_request() {
    for (taken, requests) in [(seconds(29), 2), (Duration::from_millis(29_001), 1), (seconds(40), 1)] {
        let world = with_tokens([Ok("first"), Ok("second")]);
        world.state().receiver_takes = taken;
        world.state().answers = [answered(401, "no"), answered(200, "yes")].into();
        let attempt = world.deliver(&delivery_as(oauth())).expect("no fault of ours");
        let expected = if requests == 2 { Outcome::Delivered } else { Outcome::Rejected };
        assert_eq!((world.state().sent.len(), attempt.outcome()), (requests, expected), "{taken:?}");
    }
}

#[test]
fn an_attempt_that_was_not_made_began_and_took_its_time_too() {
    let world = with_tokens([Err(Obstacle::TokenTimeout)]);
    world.state().token_takes = seconds(10);
    let attempt = world.deliver(&delivery_as(oauth())).expect("no fault of ours");
    assert_eq!((attempt.started_at, attempt.duration_ms), (START, 10_000));
}

#[test]
fn the_timestamp_of_a_request_is_when_it_is_sent() {
    let world = with_tokens([Ok("first"), Ok("second")]);
    world.state().token_takes = seconds(4);
    world.state().answers = [answered(401, "no")].into();
    world.deliver(&delivery_as(oauth())).expect("no fault of ours");
    let at = |seconds: i64| (START + SignedDuration::from_secs(seconds)).as_second().to_string();
    let state = world.state();
    let stamps: Vec<_> = state.sent.iter().flat_map(|sent| sent.header("webhook-timestamp")).collect();
    assert_eq!(stamps, [at(4), at(8)]);
}
