//! What calls answer when they do not do what they were asked: problem details, and API Gateway's own answers.

use std::collections::BTreeMap;
use std::error::Error;

use hookstep_core::limits::FAULTS_MAX_COUNT;
use hookstep_core::ports::{SecretsError, WorkflowError};
use serde_json::{Map, Value, json};

use super::text::{one_of, schema};
use crate::http::kinds::{self, FAULTS, KINDS, Kind};
use crate::http::{Answer, FieldError, Problem};

/// What API Gateway answers by itself, before or instead of a function: status, message, when.
const GATEWAY: [(u16, &str, &str); 6] = [
    (401, "Unauthorized", "The token is missing, expired, not for this API, or not signed by its issuer."),
    (403, "Forbidden", "The caller is known and may not do this, or (IAM) the request is not signed."),
    (413, "Request Entity Too Large", "The body is larger than what API Gateway and Lambda take."),
    (429, "Too Many Requests", "Over the throttling limits of the API. Try again later."),
    (500, "Internal Server Error", "Something is wrong on this side; the logs say what."),
    (503, "Service Unavailable", "A service that Hookstep needs is unavailable, or took too long. Try again."),
];

/// The schemas, by name.
pub(super) fn schemas() -> [(&'static str, Value); 2] {
    let fault = json!({
        "type": "object",
        "properties": {
            "pointer": { "type": "string", "format": "json-pointer", "description": "To the field at fault (RFC 6901)." },
            "code": one_of(FAULTS),
            "detail": { "type": "string", "description": "What to change." },
        },
        "required": ["code", "detail", "pointer"],
    });
    let problem = json!({
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "properties": {
            "type": { "type": "string", "format": "uri", "description": "`urn:hookstep:problem:` and the code." },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": one_of(KINDS.map(|kind| kind.code)),
            "detail": { "type": "string", "description": "For people." },
            "errors": {
                "type": "array",
                "items": fault,
                "maxItems": FAULTS_MAX_COUNT,
                "description": "With `validation_failed`: every field at fault.",
            },
            "event_id": { "type": "string", "description": "With `delivery_broken`: the event whose row says what is known." },
        },
        "required": ["code", "detail", "status", "title", "type"],
    });
    let gateway = json!({
        "type": "object",
        "description": "API Gateway's own answer. It is no problem document.",
        "properties": { "message": { "type": ["string", "null"] } },
        "required": ["message"],
    });
    [("Problem", problem), ("GatewayError", gateway)]
}

type Shared = (&'static str, u16, Option<&'static str>);

/// Responses that many calls share: name, status, and the one problem beside API Gateway's own answer.
const SHARED: [Shared; 6] = [
    ("Unauthorized", 401, None),
    ("Forbidden", 403, Some("forbidden")),
    ("ContentTooLarge", 413, Some("payload_too_large")),
    ("TooManyRequests", 429, None),
    ("InternalError", 500, Some("internal_error")),
    ("Unavailable", 503, Some("unavailable")),
];

fn is_shared(shared: &Shared, status: u16, kinds: &[Kind], gateway: &[u16]) -> bool {
    let codes = kinds.iter().map(|kind| kind.code);
    shared.1 == status && gateway.contains(&status) && codes.eq(shared.2)
}

/// The responses that calls share, and those of what is no call, by name.
pub(super) fn shared_responses() -> Map<String, Value> {
    let shared = SHARED.map(|(name, status, code)| {
        let kinds: Vec<Kind> = code.and_then(kinds::of_code).into_iter().collect();
        (name, response(status, &kinds, GATEWAY.iter().find(|(own, ..)| *own == status)))
    });
    let elsewhere = [("RouteNotFound", "route_not_found"), ("MethodNotAllowed", "method_not_allowed")];
    let elsewhere = elsewhere.into_iter().filter_map(|(name, code)| {
        let kind = kinds::of_code(code)?;
        Some((name, response(kind.status, &[kind], None)))
    });
    shared.into_iter().chain(elsewhere).map(|(name, response)| (name.to_owned(), response)).collect()
}

/// The responses to these problems, by status, with those of API Gateway.
pub(super) fn responses(codes: &[&str], gateway: &[u16]) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Vec<Kind>> = gateway.iter().map(|status| (*status, Vec::new())).collect();
    for kind in codes.iter().filter_map(|code| kinds::of_code(code)) {
        by_status.entry(kind.status).or_default().push(kind);
    }
    let responses = by_status.into_iter().map(|(status, kinds)| {
        if let Some((name, ..)) = SHARED.into_iter().find(|shared| is_shared(shared, status, &kinds, gateway)) {
            return (status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") }));
        }
        let own = gateway.contains(&status).then(|| GATEWAY.iter().find(|(own, ..)| *own == status)).flatten();
        (status.to_string(), response(status, &kinds, own))
    });
    responses.collect()
}

fn response(status: u16, kinds: &[Kind], gateway: Option<&(u16, &str, &str)>) -> Value {
    let mut content = Map::new();
    if !kinds.is_empty() {
        let codes = one_of(kinds.iter().map(|kind| kind.code));
        let examples: Map<String, Value> = kinds
            .iter()
            .map(|kind| (kind.code.to_owned(), json!({ "$ref": format!("#/components/examples/{}", kind.code) })))
            .collect();
        let narrowed = json!({ "properties": { "code": codes, "status": { "const": status } } });
        let schema = json!({ "allOf": [schema("Problem"), narrowed] });
        content.insert("application/problem+json".to_owned(), json!({ "schema": schema, "examples": examples }));
    }
    if let Some((_, message, _)) = gateway {
        let example = json!({ "message": message });
        content.insert("application/json".to_owned(), json!({ "schema": schema("GatewayError"), "example": example }));
    }
    let codes: Vec<String> = kinds.iter().map(|kind| format!("`{}`", kind.code)).collect();
    let description = gateway.map_or_else(|| codes.join(", "), |(_, _, when)| (*when).to_owned());
    let mut response = json!({ "description": description, "content": content });
    if let Some(headers) = headers(status) {
        response["headers"] = headers;
    }
    response
}

fn headers(status: u16) -> Option<Value> {
    let (name, description) = match status {
        401 => ("WWW-Authenticate", "`Bearer`, with what is wrong with the token."),
        405 => ("Allow", "The methods that the path takes."),
        503 => ("Retry-After", "After how many seconds to try again, where Hookstep itself answers."),
        _ => return None,
    };
    let schema = if status == 503 { json!({ "type": "integer", "minimum": 1 }) } else { json!({ "type": "string" }) };
    Some(json!({ name: { "description": description, "schema": schema } }))
}

/// An example of every problem, by code, as the API answers it.
pub(super) fn examples() -> Map<String, Value> {
    let example = |kind: Kind| {
        let answer = Answer::from(problem(kind)?);
        let summary = answer.body()?["detail"].clone();
        Some((kind.code.to_owned(), json!({ "summary": summary, "value": answer.body() })))
    };
    KINDS.into_iter().filter_map(example).collect()
}

fn problem(kind: Kind) -> Option<Problem> {
    let bad_request = |detail: &str| Problem::bad_request(kind.code, detail);
    let some_cause = || -> Box<dyn Error + Send + Sync> { "cause".into() };
    Some(match kind.code {
        "invalid_body" => bad_request("the body could not be decoded"),
        "invalid_json" => bad_request("the body has to be a JSON object"),
        "validation_failed" => Problem::invalid_fields(vec![
            fault("/name", "required", "has to be given"),
            fault("/url", "invalid_url", "must be an absolute URL such as https://example.com/hooks"),
        ]),
        "invalid_limit" => bad_request("`limit` takes a whole number from 1 to 100"),
        "invalid_cursor" => bad_request("`cursor` takes the `next_cursor` of the page before, as it is"),
        "invalid_status" => bad_request("`status` takes one of active, disabled, auto_disabled"),
        "invalid_event_name" => bad_request("`event_name` takes 1 to 255 characters"),
        "invalid_time" => bad_request("`from` lies after `to`"),
        "invalid_sync" => bad_request("`sync` takes `true` or `false`"),
        "invalid_bucket" => bad_request("`bucket` takes one of 1h, 1d"),
        "invalid_include" => bad_request("`include` takes `stats`"),
        "invalid_sample" => bad_request("`sample` takes `generated` or `newest`"),
        "invalid_payload_id" => bad_request("`payload_id` is not one that POST /webhook/{config_id}/payloads answered"),
        "invalid_content_type" => bad_request("`content-type` takes 1 to 255 characters of visible ASCII"),
        "invalid_correlation_id" => bad_request("`x-correlation-id` takes 1 to 255 characters of visible ASCII"),
        "invalid_idempotency_key" => bad_request("`idempotency-key` takes 1 to 255 characters of visible ASCII"),
        "invalid_tenant" => bad_request("`tenant_id` names the tenant whose key is wanted"),
        "two_payloads" => bad_request("give a body or a `payload_id`, not both"),
        "forbidden" => Problem::forbidden("this call takes a token whose claim `scope` holds `hookstep/write`"),
        "webhook_not_found" => Problem::webhook_not_found(),
        "event_not_found" => Problem::event_not_found(),
        "payload_not_found" => Problem::upload_not_found(),
        "no_event_yet" => Problem::no_event_yet(),
        "route_not_found" => Problem::route_not_found(),
        "method_not_allowed" => Problem::method_not_allowed(&["POST", "GET"]),
        "public_key_not_found" => Problem::public_key_not_found(),
        "replay_not_found" => Problem::replay_not_found(),
        "attempt_not_found" => Problem::attempt_not_found(),
        "payload_not_stored" => Problem::payload_not_stored(),
        "response_not_stored" => Problem::response_not_stored(),
        "webhook_disabled" => Problem::webhook_disabled(),
        "event_in_progress" => Problem::event_in_progress(),
        "event_running" => Problem::event_running(),
        "event_ended" => Problem::event_ended(),
        "payload_missing" => Problem::payload_missing(),
        "replay_ended" => Problem::replay_ended(),
        "replay_not_stopped" => Problem::replay_not_stopped(),
        "too_many_replays" => Problem::too_many_replays(),
        "replay_busy" => Problem::replay_busy(),
        "concurrent_change" => Problem::busy(),
        "not_signed" => Problem::not_signed(),
        "too_many_secrets" => Problem::too_many_secrets(),
        "precondition_failed" => Problem::precondition_failed(),
        "payload_too_large" => Problem::too_large("a webhook takes at most 262144 bytes of JSON"),
        "unsupported_media_type" => {
            Problem::unsupported_media_type("PATCH takes application/merge-patch+json (RFC 7396)")
        }
        "precondition_required" => Problem::precondition_required(),
        "internal_error" => SecretsError::Unreadable(some_cause()).into(),
        "delivery_broken" => Problem::delivery_broken(super::samples::EVENT_ID, "States.Runtime"),
        "unavailable" => WorkflowError::Unavailable(some_cause()).into(),
        _ => return None,
    })
}

fn fault(pointer: &str, code: &'static str, detail: &str) -> FieldError {
    FieldError { pointer: pointer.to_owned(), code, detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_an_example_of_its_own() {
        for kind in KINDS {
            let example = examples().remove(kind.code).unwrap_or_else(|| panic!("{} has no example", kind.code));
            assert_eq!(example["value"]["code"], kind.code);
            assert_eq!(example["value"]["status"], kind.status);
        }
    }
}
