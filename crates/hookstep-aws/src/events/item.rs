//! An event row as an item of the table, and back.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Rendering, Replay, Source};
use hookstep_core::ids::EventId;
use hookstep_core::leg::Plan;
use hookstep_core::limits::{EXPRESS_LEG_MAX_SECONDS, LEG_MAX_SECONDS};
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_core::ports::StoreError;
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::trace::{Trace, TraceState};
use hookstep_core::verdict::{Reason, Verdict};
use hookstep_core::webhook::Machine;
use jiff::{SignedDuration, Timestamp};

use super::TABLE;
use super::keys::{Standing, correlation_key};
use super::update::Update;
use crate::attribute::{Item, ItemBuilder, ItemReader};
use crate::leg_json::EventJson;
use crate::shape_attributes;

/// How long a leg may run before it is taken for dead.
fn deadline(machine: Machine, now: Timestamp) -> Timestamp {
    let seconds = match machine {
        Machine::Express => EXPRESS_LEG_MAX_SECONDS,
        Machine::Standard => LEG_MAX_SECONDS,
    };
    now + SignedDuration::from_secs(i64::from(seconds))
}

/// A first leg makes the row, or finds its own of before a restart, or the note of one that could not be recorded.
const FIRST_LEG: &str = "attribute_not_exists(event_id) OR (#status = :in_progress AND (leg = :previous \
    OR (execution_arn = :execution_arn AND attribute_not_exists(next_attempt_at))))";

/// A later one takes over the row that waits for it, or finds its own of before a restart.
const LATER_LEG: &str = "#status = :in_progress AND ((leg = :previous AND attribute_exists(next_attempt_at)) \
    OR (leg = :leg AND execution_arn = :execution_arn AND attribute_not_exists(next_attempt_at)))";

/// What `RecordEvent` updates the row with, as the `DynamoDB` integration of Step Functions takes it: `update`, `condition`,
/// `names`, `values`. The row is in progress where the leg delivers, and skipped at once where it does not. With the first
/// attempt of an event, which may be that of a later leg, it keeps the shape that it is made in.
#[must_use]
pub fn record(
    event: &Event,
    plan: &Plan,
    is_first_attempt: bool,
    execution: &str,
    now: Timestamp,
) -> serde_json::Value {
    recorded(event, plan, is_first_attempt, execution, now).json()
}

/// The row that `RecordEvent` puts whole, in executions of a definition from before there were later legs.
#[must_use]
pub fn record_item(event: &Event, plan: &Plan, execution: &str, now: Timestamp) -> serde_json::Value {
    recorded(event, plan, true, execution, now).item_json(&event.key)
}

fn recorded(event: &Event, plan: &Plan, is_first_attempt: bool, execution: &str, now: Timestamp) -> Update {
    let mut builder = if event.leg == 1 { first_attributes(event) } else { ItemBuilder::default() };
    let as_sent = event.replay.as_ref().is_some_and(|replay| replay.as_sent.is_some());
    if let (Plan::Deliver(target), true) = (plan, is_first_attempt && !as_sent) {
        builder = shape_attributes::write(builder, &target.shape);
    }
    builder = builder
        .number("leg", event.leg)
        .text("machine", event.machine.as_str())
        .text("execution_arn", execution)
        .text("updated_at", now.to_string());
    let update = match plan {
        Plan::Deliver(target) => {
            let target = builder.text("url", target.url.as_str()).text("http_method", target.method.as_str());
            Update::set(target).standing(&event.key, Standing::Running, Some(deadline(event.machine, now)))
        }
        Plan::Skip(verdict) => {
            let ended = Standing::Ended(verdict.status);
            Update::set(because(builder, verdict)).standing(&event.key, ended, None)
        }
    };
    let values = ItemBuilder::default()
        .text("in_progress", EventStatus::InProgress.as_str())
        .number("previous", event.leg.saturating_sub(1));
    update.only_if(if event.leg == 1 { FIRST_LEG } else { LATER_LEG }, values)
}

/// What a row says of its event, whatever becomes of it; without the keys.
pub(super) fn first_attributes(event: &Event) -> ItemBuilder {
    let mut builder = ItemBuilder::default()
        .text("tenant_id", event.key.tenant.as_str())
        .text("config_id", event.key.config_id.as_str())
        .optional_text("event_name", event.event_name.as_deref())
        .text("source", event.source.as_str())
        .text("created_at", event.created_at.to_string())
        .number("expires_at", event.expires_at.as_second())
        .optional_text("content_type", event.content_type.as_deref())
        .optional_text("correlation_id", event.correlation_id.as_deref())
        .optional_text(
            "tenant_correlation",
            event.correlation_id.as_deref().filter(|id| !id.is_empty()).map(|id| correlation_key(&event.key, id)),
        );
    if let Some(trace) = &event.trace {
        builder = builder
            .text("trace_id", trace.id.to_string())
            .number("trace_flags", trace.flags())
            .optional_text("tracestate", trace.state.as_ref().map(TraceState::as_str));
    }
    if event.one_attempt {
        builder = builder.flag("one_attempt", true);
    }
    if event.lifecycle {
        builder = builder.flag("lifecycle", true);
    }
    if let Some(replay) = &event.replay {
        builder = builder
            .text("replay_of", replay.of.as_str())
            .optional_text("webhook_id", replay.webhook_id.as_ref().map(EventId::as_str));
        if let Some(rendering) = &replay.as_sent {
            let first = ItemBuilder::default()
                .text("event_id", rendering.event_id.as_str())
                .optional_text("event_name", rendering.event_name.as_deref())
                .text("created_at", rendering.created_at.to_string());
            let first = shape_attributes::write(first, &rendering.shape);
            builder = builder.value("first_sent", AttributeValue::M(first.build()));
        }
    }
    match &event.payload {
        Payload::Inline(bytes) => builder.bytes("payload", bytes),
        Payload::Stored(stored) => builder
            .text("payload_s3_key", &stored.key)
            .text("payload_etag", &stored.etag)
            .number("payload_size", stored.size),
    }
}

/// Why the event is where it is.
pub(super) fn because(builder: ItemBuilder, verdict: &Verdict) -> ItemBuilder {
    builder
        .optional_text("reason", verdict.reason.map(Reason::code))
        .optional_text("reason_detail", verdict.detail.as_deref())
}

pub(super) fn attempt_attribute(attempt: &Attempt) -> AttributeValue {
    let mut builder = ItemBuilder::default()
        .number("number", attempt.number)
        .text("started_at", attempt.started_at.to_string())
        .number("duration_ms", attempt.duration_ms)
        .optional_number("first_byte_ms", attempt.first_byte_ms)
        .text("outcome", attempt.outcome().as_str());
    if let Some(response) = &attempt.response {
        builder = builder
            .number("status_code", response.status_code)
            .value("response_headers", AttributeValue::M(joined_headers(&response.headers)));
        if response.truncated {
            builder = builder.flag("response_truncated", true);
        }
        builder = match &response.body {
            ResponseBody::Inline(bytes) => builder.bytes("response_body", bytes),
            ResponseBody::Stored { key, size } => builder.text("response_s3_key", key).number("response_size", size),
        };
    }
    if let Some(error) = &attempt.error {
        let error = ItemBuilder::default().text("code", error.obstacle.code()).text("detail", &error.detail).build();
        builder = builder.value("error", AttributeValue::M(error));
    }
    AttributeValue::M(builder.build())
}

/// Headers of the same name become one, joined by `, ` (RFC 9110, section 5.3).
fn joined_headers(headers: &[(String, String)]) -> HashMap<String, AttributeValue> {
    let mut joined: HashMap<String, String> = HashMap::new();
    for (name, value) in headers {
        joined
            .entry(name.clone())
            .and_modify(|before| {
                before.push_str(", ");
                before.push_str(value);
            })
            .or_insert_with(|| value.clone());
    }
    joined.into_iter().map(|(name, value)| (name, AttributeValue::S(value))).collect()
}

pub(super) fn read(item: &Item) -> Result<EventRow, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    let owned = |name: &str| reader.optional_text(name).map(ToOwned::to_owned);
    let row = EventRow {
        key: EventKey {
            event_id: reader.parsed("event_id")?,
            tenant: reader.parsed("tenant_id")?,
            config_id: reader.parsed("config_id")?,
        },
        event_name: owned("event_name"),
        source: Source::from_name(reader.text("source")?).ok_or_else(|| reader.corrupt("source"))?,
        created_at: reader.parsed("created_at")?,
        expires_at: reader.seconds("expires_at")?,
        content_type: owned("content_type"),
        correlation_id: owned("correlation_id"),
        trace: read_trace(&reader)?,
        payload: read_payload(&reader)?,
        status: EventStatus::from_name(reader.text("status")?).ok_or_else(|| reader.corrupt("status"))?,
        reason: reader.optional_text("reason").and_then(Reason::from_code),
        reason_detail: owned("reason_detail"),
        url: owned("url"),
        http_method: owned("http_method"),
        execution_arn: reader.text("execution_arn")?.to_owned(),
        updated_at: reader.parsed("updated_at")?,
        attempts: match reader.get("attempts") {
            Some(AttributeValue::L(list)) => list.iter().map(read_attempt).collect::<Result<_, _>>()?,
            _ => Vec::new(),
        },
        // Rows of earlier versions had one leg, of a machine that was not written down.
        leg: reader.optional_number("leg")?.unwrap_or(1),
        machine: reader.optional_text("machine").and_then(Machine::from_name).unwrap_or(Machine::Express),
        next_attempt_at: reader
            .optional_text("next_attempt_at")
            .map(|_| reader.parsed("next_attempt_at"))
            .transpose()?,
        deadline_at: reader.get("deadline_at").map(|_| reader.seconds("deadline_at")).transpose()?,
        one_attempt: reader.flag("one_attempt"),
        lifecycle: reader.flag("lifecycle"),
        replay: read_replay(&reader)?,
        shape: shape_attributes::read(&reader)?,
    };
    match reader.optional_text("lost_input") {
        Some(input) if row.payload.is_none() => with_lost_input(row, input).ok_or_else(|| reader.corrupt("lost_input")),
        _ => Ok(row),
    }
}

/// A row that is only the note of an event, which no function could record: with what the note holds.
fn with_lost_input(row: EventRow, input: &str) -> Option<EventRow> {
    let input: EventJson = serde_json::from_str(input).ok()?;
    if input.is_in_row() {
        // It is that of a later leg, whose row is gone.
        return Some(row);
    }
    let event = Event::try_from(input).ok()?;
    Some(EventRow {
        event_name: event.event_name,
        content_type: event.content_type,
        correlation_id: event.correlation_id,
        trace: event.trace,
        payload: Some(event.payload),
        machine: event.machine,
        one_attempt: event.one_attempt,
        lifecycle: event.lifecycle,
        replay: event.replay,
        ..row
    })
}

fn read_trace(reader: &ItemReader<'_>) -> Result<Option<Trace>, StoreError> {
    if reader.get("trace_id").is_none() {
        return Ok(None);
    }
    let state = reader.optional_text("tracestate").map(|_| reader.parsed("tracestate")).transpose()?;
    Ok(Some(Trace::of_id(reader.parsed("trace_id")?, reader.number("trace_flags")?).with_state(state)))
}

fn read_replay(reader: &ItemReader<'_>) -> Result<Option<Replay>, StoreError> {
    if reader.get("replay_of").is_none() {
        return Ok(None);
    }
    let as_sent = match reader.get("first_sent") {
        None => None,
        Some(value) => {
            let map = value.as_m().map_err(|_| reader.corrupt("first_sent"))?;
            let first = ItemReader::new(TABLE, map);
            Some(Rendering {
                event_id: first.parsed("event_id")?,
                event_name: first.optional_text("event_name").map(ToOwned::to_owned),
                created_at: first.parsed("created_at")?,
                shape: shape_attributes::read(&first)?,
            })
        }
    };
    let webhook_id = reader.optional_text("webhook_id").map(|_| reader.parsed("webhook_id")).transpose()?;
    Ok(Some(Replay { of: reader.parsed("replay_of")?, webhook_id, as_sent }))
}

fn read_payload(reader: &ItemReader<'_>) -> Result<Option<Payload>, StoreError> {
    match reader.optional_text("payload_s3_key") {
        Some(key) => Ok(Some(Payload::Stored(StoredPayload {
            key: key.to_owned(),
            etag: reader.text("payload_etag")?.to_owned(),
            size: reader.number("payload_size")?,
        }))),
        None => Ok(reader.optional_bytes("payload")?.map(Payload::Inline)),
    }
}

fn read_attempt(value: &AttributeValue) -> Result<Attempt, StoreError> {
    let corrupt = || StoreError::Corrupt { table: TABLE, what: "attempts".to_owned() };
    let map = value.as_m().map_err(|_| corrupt())?;
    let reader = ItemReader::new(TABLE, map);
    let response = match reader.get("status_code") {
        None => None,
        Some(_) => Some(read_response(&reader)?),
    };
    let error = match reader.get("error") {
        None => None,
        Some(value) => {
            let error = ItemReader::new(TABLE, value.as_m().map_err(|_| corrupt())?);
            Some(AttemptError {
                obstacle: Obstacle::from_code(error.text("code")?).ok_or_else(corrupt)?,
                detail: error.text("detail")?.to_owned(),
            })
        }
    };
    Ok(Attempt {
        number: reader.number("number")?,
        started_at: reader.parsed("started_at")?,
        duration_ms: reader.number("duration_ms")?,
        first_byte_ms: reader.optional_number("first_byte_ms")?,
        response,
        error,
    })
}

fn read_response(reader: &ItemReader<'_>) -> Result<Response, StoreError> {
    let mut headers: Vec<(String, String)> = match reader.get("response_headers") {
        Some(AttributeValue::M(map)) => {
            map.iter().filter_map(|(name, value)| Some((name.clone(), value.as_s().ok()?.clone()))).collect()
        }
        _ => Vec::new(),
    };
    headers.sort();
    let body = match reader.optional_text("response_s3_key") {
        Some(key) => ResponseBody::Stored { key: key.to_owned(), size: reader.number("response_size")? },
        None => ResponseBody::Inline(reader.optional_bytes("response_body")?.unwrap_or_default()),
    };
    Ok(Response {
        status_code: reader.number("status_code")?,
        headers,
        body,
        truncated: reader.flag("response_truncated"),
    })
}
