//! How long an execution can last: EXPRESS is cut off at 300 s, whatever it is doing, and then nothing records what happened.
//!
//! The sum of docs/adr/0007, made from the definition itself. An attempt that is retried counts as failing at once: those are refusals,
//! such as throttling. One that times out counts in full, and so does the last of every task.

use hookstep_core::limits::{
    DELIVER_MARGIN_SECONDS, DELIVER_TASK_MAX_SECONDS, EXPRESS_LEG_MAX_SECONDS, EXPRESS_TIMEOUT_MAX_SECONDS,
    LEG_MAX_SECONDS, REDELIVERY_DELAY_MAX_SECONDS, RETRY_INTERVAL_MAX_SECONDS, TIMEOUT_MAX_SECONDS, TRANSFORM_SECONDS,
    WHOLE_PAYLOAD_SECONDS,
};
use serde_json::Value;

use crate::asl::{definition, errors, list, redelivery, replay, successors, tasks};

const EXPRESS_SECONDS: u64 = 300;

/// Errors of an attempt that may have waited for a service that does not answer.
const SLOW_ERRORS: [&str; 3] = ["PayloadUnavailable", "SecretsUnavailable", "TransformerUnavailable"];

/// What a leg may take at the places where it is not the definition that says so, in seconds.
#[derive(Clone, Copy)]
struct Leg {
    /// One attempt.
    attempt: u64,
    /// An attempt that ends with one of [`SLOW_ERRORS`].
    slow: u64,
}

impl Leg {
    /// Payloads are small here, so what is slow is KMS (3 s, and once more where a webhook's secrets are still sealed as an earlier
    /// version did it), Secrets Manager (3 s; `sdk.rs`), the payload in S3, which is read whole, and its transformation, whose
    /// process takes a moment to start.
    fn express() -> Self {
        Self {
            attempt: u64::from(EXPRESS_TIMEOUT_MAX_SECONDS + DELIVER_MARGIN_SECONDS),
            slow: 3 + 3 + 3 + WHOLE_PAYLOAD_SECONDS + u64::from(TRANSFORM_SECONDS) + 1,
        }
    }

    /// A large payload is hashed first: it may break off in S3 when all but nothing of the time is left.
    fn standard() -> Self {
        Self { attempt: u64::from(DELIVER_TASK_MAX_SECONDS), slow: u64::from(DELIVER_TASK_MAX_SECONDS) }
    }

    /// The longest that a task can last when one try may take `timeout`.
    fn task(self, task: &Value, timeout: u64) -> u64 {
        let retries: u64 = list(task, "Retry").iter().map(|retrier| self.retries(retrier, timeout)).sum();
        retries + timeout
    }

    /// Every wait of a retrier (jitter only shortens them), and the tries before them where these were slow.
    fn retries(self, retrier: &Value, timeout: u64) -> u64 {
        let one = if errors(retrier).contains(&"States.Timeout") {
            timeout
        } else if SLOW_ERRORS.iter().any(|slow| errors(retrier).contains(slow)) {
            self.slow
        } else {
            0
        };
        let interval = retrier["IntervalSeconds"].as_u64().expect("every retrier says how long it waits");
        let attempts = retrier["MaxAttempts"].as_u64().expect("every retrier says how often");
        let rate = retrier["BackoffRate"].as_u64().unwrap_or(2);
        let longest = retrier["MaxDelaySeconds"].as_u64().unwrap_or(u64::MAX);
        let waits = (0..u32::try_from(attempts).expect("a few")).map(|retry| (interval * rate.pow(retry)).min(longest));
        waits.map(|wait| one + wait).sum()
    }

    /// The longest way from a state to an end.
    fn longest_from(self, definition: &Value, name: &str) -> u64 {
        let state = &definition["States"][name];
        let here = match state["Type"].as_str() {
            Some("Task") => self.task(state, state["TimeoutSeconds"].as_u64().unwrap_or(self.attempt)),
            _ => 0,
        };
        let after = successors(state).into_iter().map(|next| self.longest_from(definition, next)).max();
        here + after.unwrap_or(0)
    }

    /// The slowest path.
    fn longest(self, definition: &Value) -> u64 {
        self.longest_from(definition, definition["StartAt"].as_str().expect("it starts somewhere"))
    }
}

#[test]
fn only_the_timeout_of_deliver_is_the_webhooks() {
    let definition = definition();
    let by_path = tasks(&definition).filter(|(_, task)| task["TimeoutSecondsPath"].is_string());
    assert_eq!(by_path.map(|(name, _)| name).collect::<Vec<_>>(), ["Deliver", "DeliverStaticIp"]);
}

#[test]
fn the_slowest_path_of_an_express_execution_ends_before_aws_ends_it() {
    let slowest = Leg::express().longest(&definition());
    println!("slowest EXPRESS execution: {slowest} s");
    assert!(slowest < EXPRESS_SECONDS, "{slowest} s");
}

#[test]
fn the_slowest_path_of_a_standard_execution_ends_before_the_machines_own_timeout() {
    let definition = definition();
    let slowest = Leg::standard().longest(&definition);
    println!("slowest STANDARD execution: {slowest} s");
    assert!(definition["TimeoutSeconds"].as_u64().is_some_and(|limit| limit > slowest), "{slowest} s");
}

/// Nobody takes a leg for dead while it may still be alive.
#[test]
fn the_deadlines_of_legs_come_after_their_machines_have_ended_them() {
    assert!(u64::from(EXPRESS_LEG_MAX_SECONDS) > EXPRESS_SECONDS);
    assert!(definition()["TimeoutSeconds"].as_u64().is_some_and(|limit| limit < u64::from(LEG_MAX_SECONDS)));
}

/// A try counts in full: the service may not have answered.
fn longest_of_every_try(task: &Value) -> u64 {
    let timeout = task["TimeoutSeconds"].as_u64().expect("the task has a timeout");
    let waits = |retrier: &Value| Leg { attempt: 0, slow: 0 }.retries(retrier, 0);
    let retriers = list(task, "Retry").iter();
    retriers.map(|retrier| retrier["MaxAttempts"].as_u64().unwrap_or(3) * timeout + waits(retrier)).sum::<u64>()
        + timeout
}

#[test]
fn a_redelivery_outlasts_the_longest_wait_and_gives_up_before_reconciliation_takes_over() {
    let definition = redelivery();
    let start = longest_of_every_try(&definition["States"]["StartLeg"]);
    println!("slowest start of a leg: {start} s");
    assert!(start < u64::from(REDELIVERY_DELAY_MAX_SECONDS), "{start} s");
    let limit = definition["TimeoutSeconds"].as_u64().expect("the machine has a timeout");
    assert!(limit > u64::from(RETRY_INTERVAL_MAX_SECONDS) + start);
}

/// Retries apart, of which there are few: a round is a task (5 events), a choice, a wait and a count (2 each).
#[test]
fn the_history_of_a_replay_is_not_full_before_it_hands_over() {
    let definition = replay();
    let choices = list(&definition["States"]["WhatNext"], "Choices");
    let hands_over = choices.iter().find(|choice| choice["Next"] == "HandOver").expect("it hands over");
    let rounds = hands_over["NumericGreaterThanEquals"].as_u64().expect("after a number of rounds");
    assert!(rounds * 11 * 2 < 25_000, "{rounds} rounds");
}

const _: () = assert!(TIMEOUT_MAX_SECONDS + DELIVER_MARGIN_SECONDS <= DELIVER_TASK_MAX_SECONDS);

#[test]
fn the_deliver_functions_may_run_longer_than_their_tasks() {
    let template = include_str!("../../../../infra/template.yaml");
    for name in ["DeliverFunction", "DeliverStaticIpFunction"] {
        let (_, function) = template.split_once(&format!("\n  {name}:\n")).expect("the template has the function");
        let (_, timeout) = function.split_once("\n      Timeout: ").expect("the function has a timeout");
        let timeout: u32 = timeout.lines().next().and_then(|text| text.parse().ok()).expect("in seconds");
        assert!(timeout > DELIVER_TASK_MAX_SECONDS, "{name}: {timeout} s");
    }
}
