//! How long an execution can last: EXPRESS is cut off at 300 s, whatever it is doing, and then nothing records what happened.
//!
//! The sum of docs/adr/0007, made from the definition itself. An attempt that is retried counts as failing at once: those are refusals,
//! such as throttling. One that times out counts in full, and so does the last of every task.

use hookstep_core::limits::{
    DELIVER_MARGIN_SECONDS, DELIVER_TASK_MAX_SECONDS, EXPRESS_TIMEOUT_MAX_SECONDS, TIMEOUT_MAX_SECONDS,
    TRANSFORM_SECONDS, WHOLE_PAYLOAD_SECONDS,
};
use serde_json::Value;

use crate::asl::{definition, errors, list, successors, tasks};

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
