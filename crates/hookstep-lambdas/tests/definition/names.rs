//! Error names: what the functions raise and what the definition matches on.

use std::collections::BTreeSet;

use hookstep_core::exception::StepError;
use serde_json::Value;

use crate::asl::{definition, errors, list, redelivery, replay, tasks};

/// Of Step Functions itself and of the services that it calls.
fn is_of_aws(name: &str) -> bool {
    ["States.", "Lambda.", "Sandbox.", "DynamoDB.", "StepFunctions."].iter().any(|service| name.starts_with(service))
}

/// Our own errors that the retriers or the catchers of a definition name.
fn named(definition: &Value, field: &str) -> BTreeSet<String> {
    let rules = tasks(definition).flat_map(|(_, task)| list(task, field));
    rules.flat_map(errors).filter(|name| !is_of_aws(name)).map(str::to_owned).collect()
}

#[test]
fn every_error_that_a_function_can_raise_is_caught_by_its_name_and_no_other_is_named() {
    let ours: BTreeSet<String> = StepError::ALL.iter().map(|error| error.name().to_owned()).collect();
    assert_eq!(named(&definition(), "Catch"), ours);
    let unavailable = [
        "ConfigsUnavailable",
        "EventsUnavailable",
        "NotificationUnavailable",
        "PayloadUnavailable",
        "RedeliveryUnavailable",
        "SecretsUnavailable",
        "TransformerUnavailable",
    ];
    assert_eq!(named(&definition(), "Retry"), unavailable.map(str::to_owned).into());
}

#[test]
fn a_replay_is_tried_again_by_the_name_of_the_error_that_its_function_raises_for_that() {
    assert_eq!(named(&replay(), "Retry"), ["ReplaysUnavailable".to_owned()].into());
    assert!(named(&replay(), "Catch").is_empty() && named(&redelivery(), "Catch").is_empty());
}

/// A leg that had its turn is no exception: its row is somebody else's.
#[test]
fn a_leg_that_is_outdated_ends_as_one_that_is_recorded_already() {
    let definition = definition();
    for (state, name) in [("FetchConfig", "LegOutdated"), ("RecordEvent", "DynamoDB.ConditionalCheckFailedException")] {
        let first = &list(&definition["States"][state], "Catch")[0];
        assert_eq!((errors(first), &first["Next"]), (vec![name], &"AlreadyRecorded".into()));
    }
}

/// Of two executions that start the same thing the second ends well, and so does a call that is repeated.
#[test]
fn what_is_started_already_is_no_failure() {
    let exists = "StepFunctions.ExecutionAlreadyExistsException";
    for (definition, state, end) in [(redelivery(), "StartLeg", "AlreadyStarted"), (replay(), "HandOver", "Done")] {
        let task = &definition["States"][state];
        assert_eq!(errors(&list(task, "Retry")[0]), [exists]);
        assert_eq!(list(task, "Retry")[0]["MaxAttempts"], 0);
        assert_eq!(errors(&list(task, "Catch")[0]), [exists]);
        assert_eq!(list(task, "Catch")[0]["Next"], end);
        assert_eq!(definition["States"][end]["Type"], "Succeed");
    }
}

#[test]
fn every_task_has_a_timeout_retries_and_a_catch_for_whatever_is_left() {
    for definition in [definition(), redelivery(), replay()] {
        assert!(definition["TimeoutSeconds"].is_u64());
        every_task_is_safe(&definition);
    }
}

fn every_task_is_safe(definition: &Value) {
    for (name, task) in tasks(definition) {
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
    for state in ["Deliver", "DeliverStaticIp"] {
        let retried: Vec<&str> = list(&definition["States"][state], "Retry").iter().flat_map(errors).collect();
        assert!(!retried.is_empty());
        for name in retried {
            // A crash shows as the runtime's own error name, a timeout as one of these; wildcards would match both.
            let crash_or_timeout =
                name.starts_with("Runtime.") || name.starts_with("Sandbox.") || name == "Lambda.Unknown";
            assert!(!crash_or_timeout && !name.starts_with("States."), "{state}: {name}");
        }
    }
}

/// What Lambda says of a function in a network before it runs: the network interface is not there (a function that nobody called for
/// weeks loses it), or cannot be made at the moment.
const NETWORK_NOT_READY: [&str; 6] = [
    "Lambda.ResourceNotReadyException",
    "Lambda.ResourceConflictException",
    "Lambda.EC2ThrottledException",
    "Lambda.EC2UnexpectedException",
    "Lambda.ENILimitReachedException",
    "Lambda.SubnetIPAddressLimitReachedException",
];

#[test]
fn both_ways_to_a_receiver_are_one_but_for_the_function_and_its_network() {
    let definition = definition();
    let (mut one, mut other) =
        (definition["States"]["Deliver"].clone(), definition["States"]["DeliverStaticIp"].clone());
    assert_eq!(one["Parameters"]["FunctionName"], "${DeliverFunctionArn}");
    assert_eq!(other["Parameters"]["FunctionName"], "${DeliverStaticIpFunctionArn}");
    let refusals = other["Retry"][0]["ErrorEquals"].as_array_mut().expect("the first retrier is for refusals");
    let network = refusals.split_off(refusals.len() - NETWORK_NOT_READY.len());
    assert_eq!(network, NETWORK_NOT_READY);
    for state in [&mut one, &mut other] {
        state["Comment"].take();
        state["Parameters"]["FunctionName"].take();
    }
    assert_eq!(one, other);
}

#[test]
fn every_action_has_its_state_and_any_other_is_an_exception() {
    let definition = definition();
    let choice = &definition["States"]["ShouldDeliver"];
    let rules = list(choice, "Choices").iter();
    let actions: Vec<_> = rules.map(|rule| (&rule["Variable"], &rule["StringEquals"], &rule["Next"])).collect();
    assert_eq!(actions.len(), 3);
    assert_eq!(actions[0], (&"$.action".into(), &"deliver".into(), &"Deliver".into()));
    assert_eq!(actions[1], (&"$.action".into(), &"deliver_static_ip".into(), &"DeliverStaticIp".into()));
    assert_eq!(actions[2], (&"$.action".into(), &"skip".into(), &"Skipped".into()));
    assert_eq!(choice["Default"], "UnknownAction");
    let unknown = &definition["States"]["UnknownAction"];
    assert_eq!((&unknown["ResultPath"], &unknown["Next"]), (&"$.error".into(), &"HandleException".into()));
    assert_eq!(unknown["Result"]["Error"], "UnknownAction");
}
