//! `POST /filter/test`: whether a filter matches an event, by the code that decides it for events of the bus.

use hookstep_core::filter::Filter;
use hookstep_core::limits::FILTER_TEST_MAX_BYTES;
use serde_json::json;

use crate::http::{Answer, FieldError, Problem, Request};
use crate::webhook_json::{Fields, filter, object_of};

/// Answers the call: nothing is read, kept or sent.
pub fn call(request: &Request) -> Result<Answer, Problem> {
    let given = object_of(&request.body, FILTER_TEST_MAX_BYTES, "a filter and an event take")?;
    let mut errors: Vec<FieldError> = Vec::new();
    let mut fields = Fields::new(given, &mut errors);
    if !fields.is_given("filter") {
        fields.refuse("filter", "required", "has to be given: an EventBridge pattern");
    }
    let filter: Option<Filter> = filter(&mut fields);
    let event = fields.take("event");
    match &event {
        Some(event) if event.is_object() => {}
        Some(_) => fields.refuse("event", "wrong_type", "has to be an object: the whole event"),
        None => fields.refuse("event", "required", "has to be given: the whole event"),
    }
    fields.finish(&["filter", "event"]);
    match (filter, event) {
        (Some(filter), Some(event)) if errors.is_empty() => {
            Ok(Answer::json(200, json!({ "matches": filter.matches(&event) })))
        }
        _ => Err(Problem::invalid_fields(errors)),
    }
}
