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
    let unavailable = [
        "ConfigsUnavailable",
        "EventsUnavailable",
        "PayloadUnavailable",
        "SecretsUnavailable",
        "TransformerUnavailable",
    ];
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
