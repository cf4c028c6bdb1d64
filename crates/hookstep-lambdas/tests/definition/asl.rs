//! The definitions, as far as these tests read them.

use serde_json::Value;

/// The definition of a delivery with its placeholders.
pub(crate) fn definition() -> Value {
    serde_json::from_str(include_str!("../../../../statemachine/delivery.asl.json")).expect("the definition is JSON")
}

/// The definition of the wait for the next attempt.
pub(crate) fn redelivery() -> Value {
    serde_json::from_str(include_str!("../../../../statemachine/redelivery.asl.json")).expect("the definition is JSON")
}

/// The definition of a replay.
pub(crate) fn replay() -> Value {
    serde_json::from_str(include_str!("../../../../statemachine/replay.asl.json")).expect("the definition is JSON")
}

/// Every state by its name.
pub(crate) fn states(definition: &Value) -> impl Iterator<Item = (&str, &Value)> {
    definition["States"].as_object().into_iter().flatten().map(|(name, state)| (name.as_str(), state))
}

/// Every task by its name.
pub(crate) fn tasks(definition: &Value) -> impl Iterator<Item = (&str, &Value)> {
    states(definition).filter(|(_, state)| state["Type"] == "Task")
}

/// The retriers or the catchers of a state.
pub(crate) fn list<'a>(state: &'a Value, field: &str) -> &'a [Value] {
    state[field].as_array().map_or(&[], Vec::as_slice)
}

/// The errors that a retrier or a catcher is for.
pub(crate) fn errors(rule: &Value) -> Vec<&str> {
    list(rule, "ErrorEquals").iter().filter_map(Value::as_str).collect()
}

/// Where a state may hand over to.
pub(crate) fn successors(state: &Value) -> Vec<&str> {
    let next = [&state["Next"], &state["Default"]];
    let rules = list(state, "Catch").iter().chain(list(state, "Choices")).map(|rule| &rule["Next"]);
    next.into_iter().chain(rules).filter_map(Value::as_str).collect()
}
