//! Event rows as the API shows them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hookstep_core::attempt::{Attempt, AttemptError};
use hookstep_core::event::EventRow;
use hookstep_core::payload::{Encoding, Payload};
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::verdict::Reason;
use serde_json::{Map, Value, json};

/// Whether bodies are shown: of one event they are, in lists not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Full,
    /// Without payloads, response headers and response bodies.
    Summary,
}

/// A row.
#[must_use]
pub fn row(row: &EventRow, detail: Detail) -> Value {
    let mut json = json!({
        "event_id": row.key.event_id.as_str(),
        "tenant_id": row.key.tenant.as_str(),
        "config_id": row.key.config_id.as_str(),
        "event_name": row.event_name,
        "source": row.source.as_str(),
        "status": row.status.as_str(),
        "reason": row.reason.map(Reason::code),
        "reason_detail": row.reason_detail,
        "url": row.url,
        "http_method": row.http_method,
        "content_type": row.content_type,
        "correlation_id": row.correlation_id,
        "trace_id": row.trace().id.to_string(),
        "webhook_id": row.webhook_id().as_str(),
        "replay_of": row.replay.as_ref().map(|replay| replay.of.as_str()),
        "execution_arn": row.execution_arn,
        "created_at": row.created_at.to_string(),
        "updated_at": row.updated_at.to_string(),
        "expires_at": row.expires_at.to_string(),
        "next_attempt_at": row.next_attempt_at.map(|at| at.to_string()),
        "attempts": row.attempts.iter().map(|one| attempt(one, detail)).collect::<Vec<_>>(),
    });
    if let Value::Object(fields) = &mut json {
        match &row.payload {
            Some(Payload::Inline(bytes)) => {
                fields.insert("payload_size".to_owned(), json!(bytes.len()));
                if detail == Detail::Full {
                    insert_bytes(fields, "payload", bytes);
                }
            }
            Some(Payload::Stored(stored)) => {
                fields.insert("payload_size".to_owned(), json!(stored.size));
                fields.insert("payload_s3_key".to_owned(), json!(stored.key));
            }
            None => {}
        }
    }
    json
}

/// An attempt.
#[must_use]
pub fn attempt(attempt: &Attempt, detail: Detail) -> Value {
    let mut fields = Map::new();
    fields.insert("number".to_owned(), json!(attempt.number));
    fields.insert("started_at".to_owned(), json!(attempt.started_at.to_string()));
    fields.insert("duration_ms".to_owned(), json!(attempt.duration_ms));
    if let Some(millis) = attempt.first_byte_ms {
        fields.insert("first_byte_ms".to_owned(), json!(millis));
    }
    fields.insert("outcome".to_owned(), json!(attempt.outcome().as_str()));
    if let Some(response) = &attempt.response {
        fields.insert("status_code".to_owned(), json!(response.status_code));
        fields.insert("response_truncated".to_owned(), json!(response.truncated));
        if detail == Detail::Full {
            insert_response(&mut fields, response);
        }
    }
    if let Some(error) = &attempt.error {
        fields.insert("error".to_owned(), self::error(error));
    }
    Value::Object(fields)
}

/// What kept an exchange from completing.
#[must_use]
pub fn error(error: &AttemptError) -> Value {
    let message = if error.detail.is_empty() {
        error.obstacle.sentence().to_owned()
    } else {
        format!("{}: {}", error.obstacle.sentence(), error.detail)
    };
    json!({ "code": error.obstacle.code(), "message": message })
}

fn insert_response(fields: &mut Map<String, Value>, response: &Response) {
    let mut headers = Map::new();
    for (name, value) in &response.headers {
        headers.insert(name.clone(), json!(value));
    }
    fields.insert("response_headers".to_owned(), Value::Object(headers));
    match &response.body {
        ResponseBody::Inline(bytes) => insert_bytes(fields, "response_body", bytes),
        ResponseBody::Stored { key, size } => {
            fields.insert("response_s3_key".to_owned(), json!(key));
            fields.insert("response_size".to_owned(), json!(size));
        }
    }
}

/// Puts bytes where `{name}_s3_key` stands for them otherwise: as text where they are text, else as base64, which
/// `{name}_encoding` tells.
pub fn insert_bytes(fields: &mut Map<String, Value>, name: &str, bytes: &[u8]) {
    let (encoding, text) = match (Encoding::of(bytes), std::str::from_utf8(bytes)) {
        (Encoding::Utf8, Ok(text)) => ("utf8", text.to_owned()),
        _ => ("base64", STANDARD.encode(bytes)),
    };
    fields.insert(name.to_owned(), json!(text));
    fields.insert(format!("{name}_encoding"), json!(encoding));
}
