//! How long an execution can last: EXPRESS is cut off at 300 s, whatever it is doing, and then nothing records what happened.
//!
//! The sum of docs/adr/0007, made from the definition itself. An attempt that is retried counts as failing at once: those are refusals,
//! such as throttling. One that times out counts in full, and so does the last of every task.

use hookstep_core::limits::{DELIVER_MARGIN_SECONDS, EXPRESS_TIMEOUT_MAX_SECONDS, TIMEOUT_MAX_SECONDS};
use serde_json::Value;

use crate::asl::{definition, errors, list, successors, tasks};

const EXPRESS_SECONDS: u64 = 300;

/// Errors of an attempt that may have waited for a service that does not answer, and how long: KMS 3 s, Secrets Manager 3 s,
/// S3 5 s (`sdk.rs`).
const SLOW_ERRORS: [&str; 2] = ["PayloadUnavailable", "SecretsUnavailable"];
const SLOW_SECONDS: u64 = 11;

/// The longest that a task can last when one attempt may take `timeout`.
fn task_seconds(task: &Value, timeout: u64) -> u64 {
    let retries: u64 = list(task, "Retry").iter().map(|retrier| retry_seconds(retrier, timeout)).sum();
    retries + timeout
}

/// Every wait of a retrier (jitter only shortens them), and the attempts before them where these were timeouts.
fn retry_seconds(retrier: &Value, timeout: u64) -> u64 {
    let attempt = if errors(retrier).contains(&"States.Timeout") {
        timeout
    } else if SLOW_ERRORS.iter().any(|slow| errors(retrier).contains(slow)) {
        SLOW_SECONDS
    } else {
        0
    };
    let interval = retrier["IntervalSeconds"].as_u64().expect("every retrier says how long it waits");
    let attempts = retrier["MaxAttempts"].as_u64().expect("every retrier says how often");
    let rate = retrier["BackoffRate"].as_u64().unwrap_or(2);
    let longest = retrier["MaxDelaySeconds"].as_u64().unwrap_or(u64::MAX);
    let waits = (0..u32::try_from(attempts).expect("a few")).map(|retry| (interval * rate.pow(retry)).min(longest));
    waits.map(|wait| attempt + wait).sum()
}

/// The longest way from a state to an end, where the Deliver task may take `deliver_timeout`.
fn longest_from(definition: &Value, name: &str, deliver_timeout: u64) -> u64 {
    let state = &definition["States"][name];
    let here = match state["Type"].as_str() {
        Some("Task") => task_seconds(state, state["TimeoutSeconds"].as_u64().unwrap_or(deliver_timeout)),
        _ => 0,
    };
    let after = successors(state).into_iter().map(|next| longest_from(definition, next, deliver_timeout)).max();
    here + after.unwrap_or(0)
}

/// The slowest path, for a webhook with this timeout.
fn slowest_path(definition: &Value, webhook_timeout: u32) -> u64 {
    let start = definition["StartAt"].as_str().expect("it starts somewhere");
    longest_from(definition, start, u64::from(webhook_timeout + DELIVER_MARGIN_SECONDS))
}

#[test]
fn only_the_timeout_of_deliver_is_the_webhooks() {
    let definition = definition();
    let by_path = tasks(&definition).filter(|(_, task)| task["TimeoutSecondsPath"].is_string());
    assert_eq!(by_path.map(|(name, _)| name).collect::<Vec<_>>(), ["Deliver"]);
}

#[test]
fn the_slowest_path_of_an_express_execution_ends_before_aws_ends_it() {
    let slowest = slowest_path(&definition(), EXPRESS_TIMEOUT_MAX_SECONDS);
    println!("slowest EXPRESS execution: {slowest} s");
    assert!(slowest < EXPRESS_SECONDS, "{slowest} s");
}

#[test]
fn the_slowest_path_of_a_standard_execution_ends_before_the_machines_own_timeout() {
    let definition = definition();
    let slowest = slowest_path(&definition, TIMEOUT_MAX_SECONDS);
    println!("slowest STANDARD execution: {slowest} s");
    assert!(definition["TimeoutSeconds"].as_u64().is_some_and(|limit| limit > slowest), "{slowest} s");
}

#[test]
fn the_deliver_function_may_run_longer_than_its_task() {
    let template = include_str!("../../../../infra/template.yaml");
    let (_, function) = template.split_once("\n  DeliverFunction:").expect("the template has the function");
    let (_, timeout) = function.split_once("\n      Timeout: ").expect("the function has a timeout");
    let timeout: u32 = timeout.lines().next().and_then(|text| text.parse().ok()).expect("in seconds");
    assert!(timeout > TIMEOUT_MAX_SECONDS + DELIVER_MARGIN_SECONDS, "{timeout} s");
}
