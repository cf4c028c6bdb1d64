//! How long an event stays in progress after its execution has died: no longer than 15 minutes.

use hookstep_core::limits::{
    CENSUS_SECONDS, EXPRESS_LEG_MAX_SECONDS, LEG_MAX_SECONDS, RECONCILE_SECONDS, REDELIVERY_DELAY_MAX_SECONDS,
};

use crate::asl::definition;

const PROMISED_SECONDS: u64 = 15 * 60;

/// AWS ends an EXPRESS execution after so long.
const EXPRESS_SECONDS: u64 = 300;

/// What follows `key` in a resource of the template.
fn of_resource<'a>(resource: &str, key: &str) -> &'a str {
    let template = include_str!("../../../../infra/template.yaml");
    let (_, body) = template.split_once(&format!("\n  {resource}:\n")).expect("the template has the resource");
    let (_, value) = body.split_once(&format!("\n      {key}: ")).expect("the resource has the property");
    value.lines().next().expect("it has a value")
}

/// How long a sweep may take, in seconds.
fn sweep_seconds() -> u64 {
    of_resource("ReconcileFunction", "Timeout").parse().expect("in seconds")
}

/// How long it takes at most from a deadline to the end of the sweep that finds it, in seconds.
fn until_swept() -> u64 {
    let rate = of_resource("SweepRule", "ScheduleExpression");
    let minutes = rate.strip_prefix("rate(").and_then(|rate| rate.strip_suffix(" minutes)"));
    60 * minutes.and_then(|minutes| minutes.parse::<u64>().ok()).expect("every so many minutes") + sweep_seconds()
}

#[test]
fn an_event_is_set_going_again_within_15_minutes_of_its_executions_end() {
    // An EXPRESS execution may die in its first second, and nobody says so.
    let express = u64::from(EXPRESS_LEG_MAX_SECONDS) + until_swept();
    // Of a STANDARD one a rule says so at once; where that is lost, it is as if it had lasted as long as it may.
    let limit = definition()["TimeoutSeconds"].as_u64().expect("the machine has a timeout");
    let standard = u64::from(LEG_MAX_SECONDS) - limit + until_swept();
    let waiting = u64::from(REDELIVERY_DELAY_MAX_SECONDS) + until_swept();
    println!("EXPRESS {express} s, STANDARD {standard} s, redelivery {waiting} s");
    assert!(express.max(standard).max(waiting) <= PROMISED_SECONDS);
}

#[test]
fn no_leg_is_taken_for_dead_that_may_be_alive() {
    assert!(u64::from(EXPRESS_LEG_MAX_SECONDS) > EXPRESS_SECONDS);
    let limit = definition()["TimeoutSeconds"].as_u64().expect("the machine has a timeout");
    assert!(u64::from(LEG_MAX_SECONDS) > limit);
}

/// Counting what is in progress; a page of overdue events, one event with its row, its webhook, its next leg and a notice, and an alert: 7 s each at most, as
/// `sdk.rs` bounds every call.
#[test]
fn a_run_of_reconciliation_ends_before_its_function_does() {
    assert!(CENSUS_SECONDS + RECONCILE_SECONDS + 7 * 7 < sweep_seconds());
}
