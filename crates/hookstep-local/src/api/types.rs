//! The API's JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The body of `POST /webhook`. What is `None` is left out.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "the fields of a config, as the contract names them")]
pub struct NewWebhook {
    pub name: String,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

impl NewWebhook {
    /// A webhook with nothing but what it must have.
    #[must_use]
    pub fn to(name: &str, url: impl Into<String>) -> Self {
        Self { name: name.to_owned(), url: url.into(), ..Self::default() }
    }
}

/// A webhook's config.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of a config, as the contract names them")]
pub struct Webhook {
    pub config_id: String,
    pub tenant_id: String,
    pub name: String,
    pub description: Option<String>,
    pub event_name: Option<String>,
    pub url: String,
    pub http_method: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub enabled: bool,
    pub status: String,
    pub timeout_seconds: u32,
    pub created_at: String,
    pub updated_at: String,
    pub version: u64,
}

/// One page of a list.
#[derive(Debug, Clone, Deserialize)]
pub struct Page<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub next_cursor: Option<String>,
}

/// The answer to a trigger.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of the answer, as the contract names them")]
pub struct TriggerOutcome {
    pub event_id: String,
    pub status: String,
    pub reason: Option<String>,
    pub reason_detail: Option<String>,
    pub attempt: Option<Attempt>,
}

/// One HTTP exchange, or the failure to have one.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of an attempt, as the contract names them")]
pub struct Attempt {
    pub number: u32,
    pub started_at: String,
    pub duration_ms: u64,
    pub outcome: String,
    pub status_code: Option<u16>,
    /// As the API gives them.
    #[serde(default)]
    pub response_headers: Value,
    pub response_body: Option<String>,
    pub response_body_encoding: Option<String>,
    pub response_truncated: Option<bool>,
    pub response_s3_key: Option<String>,
    pub response_size: Option<u64>,
    pub error: Option<AttemptError>,
}

/// Why an attempt has no response.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of an error, as the contract names them")]
pub struct AttemptError {
    pub code: String,
    pub message: Option<String>,
}

/// An event's row.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of a row, as the contract names them")]
pub struct Event {
    pub event_id: String,
    pub config_id: String,
    pub tenant_id: String,
    pub status: String,
    pub reason: Option<String>,
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// Everything else in the row.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// The answer to `POST /webhook/{config_id}/payloads`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of the answer, as the contract names them")]
pub struct PayloadUpload {
    pub payload_id: String,
    pub upload: UploadRequest,
    pub expires_at: String,
    pub max_bytes: u64,
}

/// The request that uploads a payload.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of the request, as the contract names them")]
pub struct UploadRequest {
    pub method: String,
    pub url: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

/// RFC 9457 problem details.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of RFC 9457, and two of Hookstep's")]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub detail: Option<String>,
    pub code: String,
    #[serde(default)]
    pub errors: Vec<Value>,
}
