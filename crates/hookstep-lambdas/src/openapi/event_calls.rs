//! The calls that send events and show them, and those that anybody may make.

use hookstep_core::limits::{IDEMPOTENCY_TTL_SECONDS, SYNC_BUDGET_MS, UPLOAD_MAX_BYTES};
use serde_json::{Map, Value, json};

use super::call::{Call, Content, Described};
use super::samples::{self, CONFIG_ID, EVENT_ID, PAYLOAD_ID};
use crate::row_json::{self, Detail};

const DELIVERIES: &str = "Deliveries";
const EVENTS: &str = "Events";
const SERVICE: &str = "Service";

/// Problems of every call that sends a payload.
const OF_PAYLOADS: [&str; 10] = [
    "invalid_body",
    "invalid_sync",
    "invalid_payload_id",
    "invalid_content_type",
    "invalid_correlation_id",
    "invalid_idempotency_key",
    "two_payloads",
    "webhook_not_found",
    "payload_not_found",
    "payload_too_large",
];

pub(super) fn payload(description: &'static str) -> Value {
    let any = || Content::with_schema(description, json!({}));
    let example = json!({ "type": "order.created", "data": { "order": 4711 } });
    let mut body = any().example("json", "JSON", &example).body(&["application/json"]);
    body["content"]["*/*"] = json!({ "schema": {} });
    body["required"] = json!(false);
    body
}

fn accepted() -> Content {
    let location = format!("/webhook/{CONFIG_ID}/events/{EVENT_ID}");
    let event = json!({ "config_id": "$request.path.config_id", "event_id": "$response.body#/event_id" });
    Content::of("Accepted; the delivery goes on.", "Accepted")
        .example("accepted", "Accepted", &json!({ "event_id": EVENT_ID, "status": "in_progress" }))
        .header("Location", "Where the event's row is, from the API's root.", &location)
        .link("getEvent", &event)
}

fn concluded() -> Result<Content, samples::Broken> {
    let event = json!({ "config_id": "$request.path.config_id", "event_id": "$response.body#/event_id" });
    let mut answer = Content::of("What came of it.", "Concluded").link("getEvent", &event);
    for (name, summary, row) in
        [("succeeded", "Delivered", samples::delivered()?), ("failed", "Not delivered", samples::failed()?)]
    {
        let mut body = Map::new();
        body.insert("event_id".to_owned(), json!(EVENT_ID));
        body.insert("status".to_owned(), json!(row.status.as_str()));
        body.extend(row.reason.map(|reason| ("reason".to_owned(), json!(reason.code()))));
        body.extend(row.reason_detail.as_ref().map(|detail| ("reason_detail".to_owned(), json!(detail))));
        body.extend(row.attempts.last().map(|last| ("attempt".to_owned(), row_json::attempt(last, Detail::Full))));
        answer = answer.example(name, summary, &Value::Object(body));
    }
    Ok(answer)
}

pub(super) fn trigger() -> Described {
    const {
        // What the text below says.
        assert!(SYNC_BUDGET_MS == 27_000 && IDEMPOTENCY_TTL_SECONDS == 86_400);
    }
    let description = "The body is the payload, as it is: any content type, any bytes. With `sync=true` the answer is the outcome of the one \
                       attempt that is made then, or 202 when that takes longer than 27 s.";
    Ok(Call::new(DELIVERIES, "Send an event", description)
        .parameters(&["Sync", "PayloadId", "IdempotencyKey", "CorrelationId", "Traceparent", "Tracestate"])
        .body(payload("The payload. It may be empty."))
        .answer(200, concluded()?.answer())
        .answer(202, accepted().answer())
        .problems(&OF_PAYLOADS)
        .problems(&["delivery_broken"]))
}

pub(super) fn test() -> Described {
    let description = "Sends the body; without one, a sample that Hookstep makes up or the payload of the newest event. Answers as a trigger that \
                       waits. A disabled webhook can be tested as well.";
    Ok(Call::new(DELIVERIES, "Try a webhook", description)
        .parameters(&["Sample", "PayloadId", "IdempotencyKey", "CorrelationId", "Traceparent", "Tracestate"])
        .body(payload("The payload, if it is not to be a sample."))
        .answer(200, concluded()?.answer())
        .answer(202, accepted().answer())
        .problems(&OF_PAYLOADS)
        .problems(&["invalid_sample", "no_event_yet", "delivery_broken"]))
}

pub(super) fn create_payload() -> Call {
    let upload = json!({
        "payload_id": PAYLOAD_ID,
        "upload": {
            "method": "PUT",
            "url": format!("https://hookstep-payloads.s3.eu-central-1.amazonaws.com/uploads/default/{CONFIG_ID}/{PAYLOAD_ID}?X-Amz-Signature=..."),
            "headers": {},
        },
        "expires_at": "2026-11-21T08:45:00Z",
        "max_bytes": UPLOAD_MAX_BYTES,
    });
    let answer = Content::of("Where to upload it.", "Upload").example("upload", "An upload", &upload);
    let description = "For payloads that API Gateway does not take: upload the bytes by the request that is answered, then trigger with \
                       `payload_id`.";
    Call::new(DELIVERIES, "Make room for a large payload", description)
        .answer(201, answer.answer())
        .problems(&["webhook_not_found"])
}

fn summaries() -> Result<Vec<Value>, samples::Broken> {
    Ok(vec![row_json::row(&samples::failed()?, Detail::Summary)])
}

pub(super) fn of_webhook() -> Described {
    let page = Content::page("Newest first, without payloads and responses.", "EventSummary", &summaries()?, EVENT_ID);
    Ok(Call::new(EVENTS, "List a webhook's events", "Those of a deleted webhook stay until they expire.")
        .parameters(&["EventStatus", "NameOfEvents", "CorrelationOfEvents", "From", "To", "Limit", "EventCursor"])
        .answer(200, page.answer())
        .problems(&["invalid_status", "invalid_event_name", "invalid_correlation_id", "invalid_time"])
        .problems(&["invalid_limit", "invalid_cursor", "webhook_not_found"]))
}

pub(super) fn of_tenant() -> Described {
    let page = Content::page("Newest first, without payloads and responses.", "EventSummary", &summaries()?, EVENT_ID);
    let description = "Across all webhooks: those that failed, those under way, or those of one correlation id.";
    Ok(Call::new(EVENTS, "List events of all webhooks", description)
        .parameters(&["StatusAcross", "NameOfEvents", "CorrelationOfEvents", "From", "To", "Limit", "EventCursor"])
        .answer(200, page.answer())
        .problems(&["invalid_status", "invalid_event_name", "invalid_correlation_id", "invalid_time"])
        .problems(&["invalid_limit", "invalid_cursor"]))
}

pub(super) fn get() -> Described {
    let rows = [("delivered", "Delivered", samples::delivered()?), ("failed", "Not delivered", samples::failed()?)];
    let event = Content::of("The event.", "Event")
        .examples(rows.map(|(name, summary, row)| (name, summary, row_json::row(&row, Detail::Full))));
    let description = "With payload, attempts and responses. The row of an event that was accepted a moment ago may not be there yet.";
    Ok(Call::new(EVENTS, "Show an event", description)
        .answer(200, event.answer())
        .problems(&["webhook_not_found", "event_not_found"]))
}

/// Problems of the calls about an event that waits.
const OF_WAITING: [&str; 4] = ["webhook_not_found", "event_not_found", "event_running", "event_ended"];

pub(super) fn retry() -> Call {
    let description =
        "Makes the next attempt of an event that waits for it now. By the webhook as it is now, as every attempt.";
    Call::new(EVENTS, "Try again now", description)
        .answer(202, accepted().answer())
        .problems(&OF_WAITING)
        .problems(&["webhook_disabled"])
}

pub(super) fn cancel() -> Call {
    let canceled = json!({ "event_id": EVENT_ID, "status": "failed", "reason": "canceled" });
    let answer = Content::of("The event has ended.", "Concluded").example("canceled", "Canceled", &canceled);
    let description = "Ends an event that waits for its next attempt: none is made.";
    Call::new(EVENTS, "Cancel an event", description).answer(200, answer.answer()).problems(&OF_WAITING)
}

pub(super) fn health() -> Call {
    let schema = json!({ "type": "object", "properties": { "status": { "const": "ok" } }, "required": ["status"] });
    let answer = Content::with_schema("It does.", schema).example("ok", "It does", &json!({ "status": "ok" }));
    Call::new(SERVICE, "Whether the API answers", "").answer(200, answer.answer())
}

pub(super) fn openapi() -> Call {
    let schema = json!({
        "type": "object",
        "properties": { "openapi": { "type": "string" }, "paths": { "type": "object" } },
        "required": ["openapi", "paths"],
    });
    let example = json!({ "openapi": "3.1.0", "info": { "title": "Hookstep", "version": "..." }, "paths": {} });
    let answer = Content::with_schema("OpenAPI 3.1.", schema).example("document", "Shortened", &example);
    Call::new(SERVICE, "This document", "").answer(200, answer.answer())
}
