//! How long an execution can last: EXPRESS is cut off at 300 s, whatever it is doing, and then nothing records what happened.

use hookstep_core::limits::{DELIVER_MARGIN_SECONDS, EXPRESS_TIMEOUT_MAX_SECONDS, TIMEOUT_MAX_SECONDS};
use serde_json::Value;

use crate::asl::{definition, errors, list, successors};

const EXPRESS_SECONDS: u64 = 300;

/// A throttled call is refused at the door.
const REFUSED_SECONDS: u64 = 1;
const REFUSALS: [&str; 4] = [
    "Lambda.TooManyRequestsException",
    "DynamoDB.ProvisionedThroughputExceededException",
    "DynamoDB.RequestLimitExceeded",
    "DynamoDB.ThrottlingException",
];

/// How long an attempt of Deliver lasts that ends in an error worth a retry: the payload's object is asked for three times, each with 1 s for the
/// connection and 10 s for the answer, and 3 s between them. Lambda's own errors come at the start of an invocation as well.
///
/// Not counted is an invocation that Lambda itself breaks off when the receiver has already taken its time. That needs the loss of the
/// machine under the function, and even then a leg of 300 s only when almost everything else goes as badly as it can.
const EARLY_SECONDS: u64 = 36;

/// The longest that a task can last, each attempt that is retried counted with what `failed_attempt` says, and the last with the task's timeout.
fn task_seconds(task: &Value, timeout: u64, failed_attempt: u64) -> u64 {
    let retries: u64 = list(task, "Retry").iter().map(|retrier| retry_seconds(retrier, timeout, failed_attempt)).sum();
    retries + timeout
}

/// Every wait of a retrier (jitter only shortens them), and every attempt before a wait.
fn retry_seconds(retrier: &Value, timeout: u64, failed_attempt: u64) -> u64 {
    let errors = errors(retrier);
    let attempt = if errors.iter().all(|name| REFUSALS.contains(name)) {
        REFUSED_SECONDS
    } else if errors.contains(&"States.Timeout") {
        timeout
    } else {
        failed_attempt
    };
    let interval = retrier["IntervalSeconds"].as_u64().expect("every retrier says how long it waits");
    let attempts = retrier["MaxAttempts"].as_u64().expect("every retrier says how often");
    let rate = retrier["BackoffRate"].as_u64().unwrap_or(2);
    let waits = (0..u32::try_from(attempts).expect("a few")).map(|retry| interval * rate.pow(retry));
    waits.map(|wait| attempt + wait).sum()
}

/// The longest way from a state to an end. `deliver` is what Deliver takes.
fn longest_from(definition: &Value, name: &str, deliver: u64) -> u64 {
    let state = &definition["States"][name];
    let here = match (state["Type"].as_str(), name) {
        (Some("Task"), "Deliver") => deliver,
        (Some("Task"), _) => {
            let timeout = state["TimeoutSeconds"].as_u64().expect("only Deliver's timeout is the webhook's");
            // A retried attempt of any other task may have lasted as long as the task may.
            task_seconds(state, timeout, timeout)
        }
        _ => 0,
    };
    let after = successors(state).into_iter().map(|next| longest_from(definition, next, deliver)).max();
    here + after.unwrap_or(0)
}

fn slowest_path(definition: &Value, deliver: u64) -> u64 {
    longest_from(definition, definition["StartAt"].as_str().expect("it starts somewhere"), deliver)
}

#[test]
fn the_slowest_path_of_an_express_execution_ends_before_aws_ends_it() {
    let definition = definition();
    let timeout = u64::from(EXPRESS_TIMEOUT_MAX_SECONDS + DELIVER_MARGIN_SECONDS);
    let deliver = task_seconds(&definition["States"]["Deliver"], timeout, EARLY_SECONDS);
    let slowest = slowest_path(&definition, deliver);
    println!("slowest EXPRESS execution: {slowest} s, of which Deliver {deliver} s");
    assert!(slowest < EXPRESS_SECONDS, "{slowest} s");
}

#[test]
fn the_slowest_path_of_a_standard_execution_ends_before_the_machines_own_timeout() {
    let definition = definition();
    let timeout = u64::from(TIMEOUT_MAX_SECONDS + DELIVER_MARGIN_SECONDS);
    let deliver = task_seconds(&definition["States"]["Deliver"], timeout, timeout);
    let slowest = slowest_path(&definition, deliver);
    println!("slowest STANDARD execution: {slowest} s, of which Deliver {deliver} s");
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
