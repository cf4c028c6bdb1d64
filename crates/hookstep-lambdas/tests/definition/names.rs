//! Error names: what the functions raise and what the definition matches on.

use std::collections::BTreeSet;

use hookstep_core::exception::StepError;

use crate::asl::{definition, errors, list, tasks};

/// Of Step Functions itself and of the services that it calls.
fn is_of_aws(name: &str) -> bool {
    ["States.", "Lambda.", "DynamoDB."].iter().any(|service| name.starts_with(service))
}

fn named(field: &str) -> BTreeSet<String> {
    let definition = definition();
    let rules = tasks(&definition).flat_map(|(_, task)| list(task, field));
    rules.flat_map(errors).map(str::to_owned).collect()
}

#[test]
fn every_error_that_a_function_can_raise_is_caught_by_its_name_and_no_other_is_named() {
    let ours: BTreeSet<String> = StepError::ALL.iter().map(|error| error.name().to_owned()).collect();
    let caught: BTreeSet<String> = named("Catch").into_iter().filter(|name| !is_of_aws(name)).collect();
    assert_eq!(caught, ours);
    let retried: BTreeSet<String> = named("Retry").into_iter().filter(|name| !is_of_aws(name)).collect();
    let unavailable = ["ConfigsUnavailable", "EventsUnavailable", "PayloadUnavailable", "SecretsUnavailable"];
    assert_eq!(retried, unavailable.map(str::to_owned).into());
}

#[test]
fn every_task_has_a_timeout_retries_and_a_catch_for_whatever_is_left() {
    let definition = definition();
    assert!(definition["TimeoutSeconds"].is_u64());
    for (name, task) in tasks(&definition) {
        let timeout = task["TimeoutSeconds"].is_u64() || task["TimeoutSecondsPath"].is_string();
        assert!(timeout, "{name} can hang");
        assert!(!list(task, "Retry").is_empty(), "{name} is not retried");
        let last = list(task, "Catch").last().unwrap_or_else(|| panic!("{name} catches nothing"));
        assert_eq!(errors(last), ["States.ALL"], "{name}");
        for catcher in &list(task, "Catch")[..list(task, "Catch").len() - 1] {
            assert!(!errors(catcher).contains(&"States.ALL"), "{name} catches everything before its last catcher");
        }
    }
}

#[test]
fn a_function_that_may_have_reached_the_receiver_is_not_run_again_for_a_crash_or_a_timeout() {
    let definition = definition();
    let retried: Vec<&str> = list(&definition["States"]["Deliver"], "Retry").iter().flat_map(errors).collect();
    assert!(!retried.is_empty());
    for name in retried {
        // A crash shows as the runtime's own error name, a timeout as one of these; wildcards would match both.
        let crash_or_timeout = name.starts_with("Runtime.") || name.starts_with("Sandbox.") || name == "Lambda.Unknown";
        assert!(!crash_or_timeout && !name.starts_with("States."), "{name}");
    }
}
