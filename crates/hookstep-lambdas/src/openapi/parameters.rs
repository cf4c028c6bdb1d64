//! Parameters of calls.

use hookstep_core::event::EventStatus;
use hookstep_core::limits::{RETRIES_MAX_COUNT, TRACESTATE_MAX_BYTES};
use hookstep_core::stats::period::{Bucket, HOURS_UP_TO_DAYS};
use hookstep_core::webhook::Status;
use serde_json::{Map, Value, json};

use super::replay::REPLAY_ID;
use super::samples::{CONFIG_ID, EVENT_ID, PAYLOAD_ID};
use super::text::{event_name, header_value, id, moment, one_of, tenant};
use crate::endpoints::list_query::{DEFAULT_LIMIT, MAX_LIMIT};

/// A reference to one of [`all`].
pub(super) fn parameter(name: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

fn query(name: &str, schema: &Value, description: &str, example: impl Into<Value>) -> Value {
    let example: Value = example.into();
    json!({ "name": name, "in": "query", "description": description, "schema": schema, "example": example })
}

fn header(name: &str, required: bool, schema: &Value, description: &str, example: &str) -> Value {
    json!({ "name": name, "in": "header", "required": required, "description": description, "schema": schema, "example": example })
}

fn path(name: &str, schema: &Value, example: impl Into<Value>) -> Value {
    let example: Value = example.into();
    json!({ "name": name, "in": "path", "required": true, "schema": schema, "example": example })
}

/// The parameters that calls share, by name.
pub(super) fn all() -> Map<String, Value> {
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT });
    let tag = json!({ "type": "string" });
    let if_match =
        "The `ETag` of the webhook as it was seen, or `*` for any. It is refused with 412 if it has changed since.";
    let version = json!({ "type": "string", "pattern": "^[0-9]{1,19}$" });
    let statuses = EventStatus::ALL.map(EventStatus::as_str);
    let across = "Events of this status: `failed` or `in_progress`, or any where a `correlation_id` is given. It may be left out there only.";
    let number = json!({ "type": "integer", "minimum": 1, "maximum": RETRIES_MAX_COUNT + 1 });
    let cursor = "The `next_cursor` of the page before, as it is.";
    let key = "The same key for the same webhook means the same event, or the same replay, for a day.";
    let traceparent = "The trace that the delivery is to belong to (W3C Trace Context). What is not valid is as if it were not there.";
    let tracestate = format!("Sent on as it is with a valid `traceparent`, up to {TRACESTATE_MAX_BYTES} bytes.");
    let upload = "The id of an upload that `POST /webhook/{config_id}/payloads` answered, in place of a body.";
    let sync = json!({ "type": "boolean", "default": false });
    let samples = json!({ "type": "string", "enum": ["generated", "newest"], "default": "generated" });
    let bucket = format!(
        "How long a bucket is: an hour, for at most {} days, or a day (UTC), for at most {}. Where left out: an hour up to {HOURS_UP_TO_DAYS} days, \
         else a day.",
        Bucket::Hour.max_days(),
        Bucket::Day.max_days(),
    );
    let parameters = [
        ("ConfigId", path("config_id", &id("wh"), CONFIG_ID)),
        ("EventId", path("event_id", &id("evt"), EVENT_ID)),
        ("ReplayId", path("replay_id", &id("rep"), REPLAY_ID)),
        ("AttemptNumber", path("number", &number, 1)),
        ("IfMatch", header("If-Match", false, &tag, if_match, "\"3\"")),
        ("IfMatchRequired", header("If-Match", true, &tag, if_match, "\"3\"")),
        ("IdempotencyKey", header("Idempotency-Key", false, &header_value(), key, "order-4711-created")),
        ("CorrelationId", header("X-Correlation-Id", false, &header_value(), "Kept in the event's row.", "c0ffee")),
        (
            "Traceparent",
            header("traceparent", false, &tag, traceparent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ),
        ("Tracestate", header("tracestate", false, &tag, &tracestate, "congo=t61rcWkgMzE")),
        ("Limit", query("limit", &limit, "How many items a page holds at most.", 50)),
        ("WebhookCursor", query("cursor", &id("wh"), cursor, CONFIG_ID)),
        ("EventCursor", query("cursor", &id("evt"), cursor, EVENT_ID)),
        ("ReplayCursor", query("cursor", &id("rep"), cursor, REPLAY_ID)),
        ("HistoryCursor", query("cursor", &version, cursor, "3")),
        ("EventName", query("event_name", &event_name(), "Webhooks of this event name.", "order.created")),
        (
            "WebhookStatus",
            query("status", &one_of(Status::ALL.map(Status::as_str)), "Webhooks of this status.", "active"),
        ),
        ("EventStatus", query("status", &one_of(statuses), "Events of this status.", "failed")),
        ("StatusAcross", query("status", &one_of(statuses), across, "failed")),
        ("NameOfEvents", query("event_name", &event_name(), "Events of this name.", "order.created")),
        ("CorrelationOfEvents", query("correlation_id", &header_value(), "Events of this correlation id.", "c0ffee")),
        ("From", query("from", &moment(), "Events accepted at this moment or later.", "2026-11-21T00:00:00Z")),
        ("To", query("to", &moment(), "Events accepted at this moment or earlier.", "2026-11-21T23:59:59Z")),
        (
            "TenantId",
            query("tenant_id", &tenant(), "Whose keys. Needed where there are tenants (`AuthMode=JWT`).", "default"),
        ),
        ("Sync", query("sync", &sync, "Whether to wait for the outcome.", true)),
        ("PayloadId", query("payload_id", &id("pay"), upload, PAYLOAD_ID)),
        ("OfEvent", query("event_id", &id("evt"), "The event whose payload it is, in place of a body.", EVENT_ID)),
        (
            "StatsFrom",
            query(
                "from",
                &moment(),
                "The beginning: 24 hours before `to`, where left out. Rounded down to a whole bucket.",
                "2026-11-21T08:00:00Z",
            ),
        ),
        (
            "StatsTo",
            query(
                "to",
                &moment(),
                "The end: now, where left out. Rounded up to a whole bucket.",
                "2026-11-22T08:00:00Z",
            ),
        ),
        ("StatsBucket", query("bucket", &one_of(Bucket::ALL.map(Bucket::as_str)), &bucket, "1h")),
        ("Include", query("include", &one_of(["stats"]), "What to add: `stats` for `last_day`.", "stats")),
        ("Sample", query("sample", &samples, "What is sent where there is no body.", "newest")),
    ];
    parameters.into_iter().map(|(name, parameter)| (name.to_owned(), parameter)).collect()
}
