//! The schemas of events and of what triggers, tests and uploads answer.

use hookstep_core::attempt::{Obstacle, Outcome};
use hookstep_core::event::{EventStatus, Source};
use hookstep_core::exception::Exception;
use hookstep_core::limits::{DETAIL_MAX_BYTES, UPLOAD_MAX_BYTES};
use hookstep_core::verdict::Reason;
use hookstep_core::webhook::Method;
use serde_json::{Map, Value, json};

use super::auth::KINDS;
use super::text::{described, id, moment, nullable, one_of, schema};

/// The schemas, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("EventSummary", row(false)),
        ("Event", row(true)),
        ("AttemptSummary", attempt(false)),
        ("Attempt", attempt(true)),
        ("AttemptError", attempt_error()),
        ("Reason", reason()),
        ("Accepted", accepted()),
        ("Concluded", concluded()),
        ("Upload", upload()),
        ("AuthTrial", auth_trial()),
    ]
}

/// Every reason.
fn reasons() -> Vec<Reason> {
    let mut reasons = vec![Reason::ReceiverRejected, Reason::WebhookDisabled, Reason::WebhookDeleted, Reason::Canceled];
    reasons.extend(Obstacle::ALL.map(Reason::Obstacle));
    reasons.extend(Exception::ALL.map(Reason::Exception));
    reasons
}

fn reason() -> Value {
    described(
        one_of(reasons().into_iter().map(Reason::code)),
        "Why an event was not delivered, or not yet. The codes are stable.",
    )
}

pub(super) fn object(members: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        members.iter().chain(optional).map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Bytes under a name: as text or as base64, or the key of the object that they are in.
fn bytes(
    name: &'static str,
    inline: [&'static str; 2],
    stored: [&'static str; 2],
    full: bool,
) -> Vec<(&'static str, Value)> {
    let key = json!({ "type": "string", "description": format!("Where `{name}` is kept, if it is large.") });
    let size = json!({ "type": "integer", "minimum": 0, "description": format!("Length of `{name}`, in bytes.") });
    let mut members = vec![(stored[0], key), (stored[1], size)];
    if full {
        members.push((inline[0], json!({ "type": "string" })));
        members.push((inline[1], described(one_of(["utf8", "base64"]), &format!("How `{name}` is written."))));
    }
    members
}

fn row(full: bool) -> Value {
    let text = || json!({ "type": ["string", "null"] });
    let attempts = json!({
        "type": "array",
        "items": schema(if full { "Attempt" } else { "AttemptSummary" }),
        "description": "Oldest first.",
    });
    let members = vec![
        ("event_id", id("evt")),
        ("tenant_id", json!({ "type": "string" })),
        ("config_id", id("wh")),
        ("event_name", text()),
        ("source", one_of(Source::ALL.map(Source::as_str))),
        ("status", one_of(EventStatus::ALL.map(EventStatus::as_str))),
        ("reason", nullable(schema("Reason"))),
        ("reason_detail", described(text(), &format!("One sentence of at most {DETAIL_MAX_BYTES} bytes."))),
        ("url", described(text(), "The target at the time of the delivery.")),
        ("http_method", nullable(one_of(Method::ALL.map(Method::as_str)))),
        ("content_type", text()),
        ("correlation_id", text()),
        (
            "trace_id",
            described(
                json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" }),
                "The trace (W3C Trace Context) of every attempt's `traceparent`: that of the trigger, or one of the event's own.",
            ),
        ),
        (
            "webhook_id",
            described(
                id("evt"),
                "The `webhook-id` of every attempt: the event's own id, or that of the event that it is a replay of.",
            ),
        ),
        ("replay_of", described(nullable(id("evt")), "The event that it is a replay of.")),
        ("execution_arn", described(json!({ "type": "string" }), "The execution of the delivery machine.")),
        ("created_at", moment()),
        ("updated_at", moment()),
        ("expires_at", described(moment(), "When it may be forgotten.")),
        (
            "next_attempt_at",
            described(nullable(moment()), "When the next attempt is due, while the event waits for one."),
        ),
        ("attempts", attempts),
    ];
    object(&members, &bytes("payload", ["payload", "payload_encoding"], ["payload_s3_key", "payload_size"], full))
}

fn attempt(full: bool) -> Value {
    let members = vec![
        ("number", json!({ "type": "integer", "minimum": 1 })),
        ("started_at", moment()),
        ("duration_ms", json!({ "type": "integer", "minimum": 0 })),
        ("outcome", one_of(Outcome::ALL.map(Outcome::as_str))),
    ];
    let mut optional = vec![
        (
            "status_code",
            json!({ "type": "integer", "minimum": 100, "maximum": 999, "description": "What the receiver answered." }),
        ),
        (
            "response_truncated",
            json!({ "type": "boolean", "description": "Whether headers or body are longer than what is kept." }),
        ),
        (
            "first_byte_ms",
            json!({ "type": "integer", "minimum": 0, "description": "After how long the answer began, where one did." }),
        ),
        ("error", schema("AttemptError")),
    ];
    if full {
        optional.push(("response_headers", json!({ "type": "object", "additionalProperties": { "type": "string" } })));
        let names = ["response_body", "response_body_encoding"];
        optional.extend(bytes("response_body", names, ["response_s3_key", "response_size"], true));
    }
    described(object(&members, &optional), "One HTTP exchange, or the failure to have one.")
}

fn attempt_error() -> Value {
    let codes = one_of(Obstacle::ALL.map(Obstacle::code));
    described(
        object(&[("code", codes), ("message", json!({ "type": "string" }))], &[]),
        "What kept an exchange from completing.",
    )
}

fn accepted() -> Value {
    let status = one_of(EventStatus::ALL.map(EventStatus::as_str));
    let status = described(status, "`in_progress`; another one only where the `Idempotency-Key` was used before.");
    object(&[("event_id", id("evt")), ("status", status)], &[])
}

fn concluded() -> Value {
    let ends = EventStatus::ALL.into_iter().filter(|status| status.is_final());
    object(
        &[("event_id", id("evt")), ("status", one_of(ends.map(EventStatus::as_str)))],
        &[("reason", schema("Reason")), ("reason_detail", json!({ "type": "string" })), ("attempt", schema("Attempt"))],
    )
}

fn upload() -> Value {
    let request = object(
        &[
            ("method", json!({ "const": "PUT" })),
            ("url", json!({ "type": "string", "format": "uri" })),
            ("headers", json!({ "type": "object", "additionalProperties": { "type": "string" } })),
        ],
        &[],
    );
    let members = vec![
        ("payload_id", id("pay")),
        ("upload", described(request, "The one request that uploads the payload.")),
        ("expires_at", described(moment(), "When that request stops working.")),
        ("max_bytes", json!({ "const": UPLOAD_MAX_BYTES })),
    ];
    object(&members, &[])
}

fn auth_trial() -> Value {
    let token = object(
        &[
            ("token_type", json!({ "type": "string" })),
            (
                "expires_in",
                json!({ "type": ["integer", "null"], "minimum": 0, "description": "In seconds, if the server says so." }),
            ),
        ],
        &[],
    );
    object(
        &[
            ("ok", json!({ "type": "boolean" })),
            ("auth_type", one_of(KINDS)),
            ("duration_ms", json!({ "type": "integer", "minimum": 0 })),
        ],
        &[
            ("token", described(token, "What the token endpoint gave; never the token itself.")),
            ("error", described(schema("AttemptError"), "Why it does not work.")),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_listed() {
        for reason in reasons() {
            match reason {
                // A new one has to be added above as well.
                Reason::ReceiverRejected
                | Reason::WebhookDisabled
                | Reason::WebhookDeleted
                | Reason::Canceled
                | Reason::Obstacle(_)
                | Reason::Exception(_) => assert_eq!(Reason::from_code(reason.code()), Some(reason)),
            }
        }
    }
}
