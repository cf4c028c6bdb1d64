//! What is tried again, how often, and when at the earliest and at the latest.

use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::event::Leg;
use hookstep_core::exception::Exception;
use hookstep_core::limits::LEG_MAX_SECONDS;
use hookstep_core::retry::{Failure, Next, RetryOn, RetryPolicy};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::make::{START, answered, answered_with, kept_from, leg, policy, seconds};

/// The classes by which such a failure is tried again, each alone.
fn classes(failure: Failure<'_>) -> Vec<&'static str> {
    let alone = |class: &RetryOn| {
        let policy = RetryPolicy { retry_on: vec![*class], ..policy(1) };
        matches!(policy.next(&leg(1, 1), failure, START), Next::At(_))
    };
    RetryOn::ALL.into_iter().filter(alone).map(RetryOn::as_str).collect()
}

#[test]
fn an_answer_is_tried_again_by_its_class_or_by_the_one_of_all_but_410() {
    for status in (100..200).chain(300..600) {
        let expected = match status {
            410 => vec![],
            408 => vec!["408", "non_2xx"],
            425 => vec!["425", "non_2xx"],
            429 => vec!["429", "non_2xx"],
            500..=599 => vec!["5xx", "non_2xx"],
            _ => vec!["non_2xx"],
        };
        assert_eq!(classes(Failure::Attempt(&answered(status))), expected, "{status}");
    }
}

#[test]
fn an_obstacle_is_tried_again_by_its_class_or_by_none_where_it_would_be_met_again() {
    for obstacle in Obstacle::ALL {
        let expected = match obstacle.code() {
            "connect_timeout" | "tls_timeout" | "first_byte_timeout" | "response_timeout" | "token_timeout" => {
                vec!["timeout"]
            }
            "address_not_allowed"
            | "token_address_not_allowed"
            | "credentials_missing"
            | "body_not_mergeable"
            | "payload_not_json"
            | "payload_not_shapeable"
            | "transformation_failed" => vec![],
            _ => vec!["network"],
        };
        assert_eq!(classes(Failure::Attempt(&kept_from(obstacle))), expected, "{}", obstacle.code());
        // An answer that broke off counts as what broke it off, whatever its status is.
        let error = Some(AttemptError { obstacle, detail: String::new() });
        for status in [200, 410, 503] {
            let broken_off = Attempt { error: error.clone(), ..answered(status) };
            assert_eq!(classes(Failure::Attempt(&broken_off)), expected, "{status} and {}", obstacle.code());
        }
    }
}

#[test]
fn a_fault_of_ours_is_tried_again_whatever_the_webhook_says_unless_the_payload_is_lost() {
    let nothing = RetryPolicy { retry_on: vec![], ..policy(1) };
    for exception in Exception::ALL {
        let is_tried_again = matches!(nothing.next(&leg(1, 1), Failure::Exception(exception), START), Next::At(_));
        let is_lost = matches!(exception.code(), "payload_missing" | "payload_altered");
        assert_eq!(is_tried_again, !is_lost, "{}", exception.code());
    }
}

#[test]
fn legs_follow_until_the_retries_are_used_up() {
    let rejected = answered(503);
    for retries in 0..=4 {
        for number in 1..=6 {
            let next = policy(retries).next(&leg(1, number), Failure::Attempt(&rejected), START);
            match next {
                Next::At(_) => assert!(number <= retries, "leg {number} of {retries} retries"),
                Next::Exhausted => assert!(retries > 0 && number > retries, "leg {number} of {retries} retries"),
                Next::Never => assert_eq!(retries, 0),
            }
        }
    }
    // What is not worth another try is not "exhausted" either.
    assert_eq!(policy(1).next(&leg(1, 2), Failure::Attempt(&answered(400)), START), Next::Never);
    let waited_for = Leg { one_attempt: true, ..leg(1, 1) };
    assert_eq!(policy(9).next(&waited_for, Failure::Attempt(&rejected), START), Next::Never);
    assert_eq!(policy(9).next(&waited_for, Failure::Exception(Exception::Throttled), START), Next::Never);
}

#[test]
fn retry_after_makes_the_wait_longer_and_never_shorter_and_a_day_at_most() {
    let wait = |attempt| match policy(1).next(&leg(1, 1), Failure::Attempt(&attempt), START) {
        Next::At(at) => at.duration_since(START),
        other => panic!("{other:?}"),
    };
    let drawn = wait(answered(503));
    assert!(drawn < seconds(60));
    let asked = |value: &str| wait(answered_with(429, &[("date", "x"), ("Retry-After", value)]));
    assert_eq!(asked("61"), seconds(61));
    // START is 2027-01-15T08:00:00Z.
    assert_eq!(asked("Fri, 15 Jan 2027 09:30:00 GMT"), seconds(5_400));
    for most in ["86400", "86401", "99999999999999999999", "Fri, 22 Jan 2027 08:00:00 GMT"] {
        assert_eq!(asked(most), seconds(86_400), "{most}");
    }
    for nothing in ["0", "-1", "soon", "", "Thu, 14 Jan 2027 08:00:00 GMT"] {
        assert_eq!(asked(nothing), drawn, "{nothing:?}");
    }
    // Of an answer that broke off, too.
    let error = Some(AttemptError { obstacle: Obstacle::ResponseIncomplete, detail: String::new() });
    let broken_off = Attempt { error, ..answered_with(503, &[("retry-after", "7200")]) };
    assert_eq!(wait(broken_off), seconds(7_200));
}

proptest! {
    /// Row and payload are there until the leg is over, or there is no such leg.
    #[test]
    fn no_leg_is_due_after_its_event_is_forgotten(
        event: u128,
        number in 1_u32..=50,
        lives_ms in 0_i64..200_000_000,
        asked in prop_oneof![Just(0_u32), 0_u32..100_000],
    ) {
        let leg = Leg {
            expires_at: START + SignedDuration::from_millis(lives_ms),
            ..leg(event, number)
        };
        let rejected = answered_with(503, &[("retry-after", &asked.to_string())]);
        let policy = RetryPolicy { max_retries: 50, ..RetryPolicy::default() };
        let unbounded = Leg { expires_at: START + seconds(1_000_000), ..leg.clone() };
        let Next::At(at) = policy.next(&unbounded, Failure::Attempt(&rejected), START) else { panic!("it follows") };
        let fits = at + seconds(LEG_MAX_SECONDS) <= leg.expires_at;
        let expected = if fits { Next::At(at) } else { Next::Exhausted };
        prop_assert_eq!(policy.next(&leg, Failure::Attempt(&rejected), START), expected);
    }
}
