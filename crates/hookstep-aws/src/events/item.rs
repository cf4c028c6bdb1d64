//! An event row as an item of the table, and back.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Source};
use hookstep_core::leg::Plan;
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_core::ports::StoreError;
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::verdict::{Reason, Verdict};
use jiff::Timestamp;

use super::TABLE;
use super::keys::{index_keys, webhook_shard};
use crate::attribute::{Item, ItemBuilder, ItemReader, item_json};

/// The row that `RecordEvent` puts, as the `DynamoDB` integration of Step Functions takes it: in progress where the
/// leg delivers, skipped at once where it does not.
#[must_use]
pub fn new_row(event: &Event, plan: &Plan, execution: &str, now: Timestamp) -> serde_json::Value {
    let mut builder = ItemBuilder::default()
        .text("webhook_shard", webhook_shard(&event.key))
        .text("event_id", event.key.event_id.as_str());
    for (name, value) in event_attributes(event, execution, now) {
        builder = builder.value(&name, value);
    }
    builder = match plan {
        Plan::Deliver(target) => builder
            .text("url", target.url.as_str())
            .text("http_method", target.method.as_str())
            .text("status", EventStatus::InProgress.as_str()),
        Plan::Skip(verdict) => verdict_attributes(builder, verdict),
    };
    let status = match plan {
        Plan::Deliver(_) => EventStatus::InProgress,
        Plan::Skip(verdict) => verdict.status,
    };
    let index = index_keys(&event.key, status);
    let item = builder
        .optional_text("tenant_status", index.tenant_status)
        .optional_text("webhook_status", index.webhook_status)
        .build();
    item_json(&item)
}

/// What a row says of its event, whatever becomes of it; without the keys.
pub(super) fn event_attributes(event: &Event, execution: &str, now: Timestamp) -> Item {
    let builder = ItemBuilder::default()
        .text("tenant_id", event.key.tenant.as_str())
        .text("config_id", event.key.config_id.as_str())
        .optional_text("event_name", event.event_name.as_deref())
        .text("source", event.source.as_str())
        .text("created_at", event.created_at.to_string())
        .text("updated_at", now.to_string())
        .number("expires_at", event.expires_at.as_second())
        .optional_text("content_type", event.content_type.as_deref())
        .optional_text("correlation_id", event.correlation_id.as_deref())
        .text("execution_arn", execution);
    match &event.payload {
        Payload::Inline(bytes) => builder.bytes("payload", bytes),
        Payload::Stored(stored) => builder
            .text("payload_s3_key", &stored.key)
            .text("payload_etag", &stored.etag)
            .number("payload_size", stored.size),
    }
    .build()
}

pub(super) fn verdict_attributes(builder: ItemBuilder, verdict: &Verdict) -> ItemBuilder {
    builder
        .text("status", verdict.status.as_str())
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
    Ok(EventRow {
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
    })
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
