//! The API's JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The body of `POST /webhook`. What is `None` is left out.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "the fields of a config, as the contract names them")]
pub struct NewWebhook {
    pub name: String,
    pub url: String,
    #[serde(rename = "http_method", skip_serializing_if = "Option::is_none")]
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
    /// Fields beside these, or in place of these: auth, retry policy, headers with secrets, and what no webhook has.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl NewWebhook {
    /// A webhook with nothing but what it must have.
    #[must_use]
    pub fn to(name: &str, url: impl Into<String>) -> Self {
        Self { name: name.to_owned(), url: url.into(), ..Self::default() }
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.set(field, value);
        self
    }

    /// Adds a field.
    pub fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.extra.insert(field.to_owned(), value.into());
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
    /// Each a string, or `{"secret_set": true}`.
    #[serde(default)]
    pub headers: BTreeMap<String, Value>,
    pub enabled: bool,
    pub status: String,
    pub timeout_seconds: u32,
    pub created_at: String,
    pub updated_at: String,
    pub version: u64,
    /// Everything else: `auth`, `filter`, `retry_policy`, `status_reason` and more.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

impl Webhook {
    /// What `If-Match` takes for this version.
    #[must_use]
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }
}

/// One entry of a webhook's history.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the fields of an entry, as the contract names them")]
pub struct Change {
    pub version: u64,
    pub at: String,
    pub action: String,
    pub actor: Actor,
    pub changed_fields: Vec<String>,
}

/// Who changed a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Actor {
    /// The contract's `type`: iam, jwt or anonymous.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whom that names.
    pub id: Option<String>,
}

/// The answer to `POST /webhook/{config_id}/test-auth`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of the answer, as the contract names them")]
pub struct AuthTest {
    pub ok: bool,
    pub auth_type: String,
    pub duration_ms: u64,
    pub token: Option<AuthTestToken>,
    pub error: Option<AttemptError>,
}

/// What a test of OAuth tells of the token that it got, which it does not show.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of the answer, as the contract names them")]
pub struct AuthTestToken {
    pub token_type: String,
    pub expires_in: Option<u64>,
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
    pub first_byte_ms: Option<u64>,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn extra_fields_stand_beside_the_others_or_in_their_place() -> serde_json::Result<()> {
        let draft = NewWebhook::to("n", "https://x").with("auth", json!({ "type": "none" })).with("name", 7);
        let expected = json!({ "name": 7, "url": "https://x", "auth": { "type": "none" } });
        assert_eq!(serde_json::to_value(&draft)?, expected);
        Ok(())
    }

    #[test]
    fn what_is_not_typed_is_kept() -> serde_json::Result<()> {
        let webhook: Webhook = serde_json::from_value(json!({
            "config_id": "c", "tenant_id": "t", "name": "n", "description": "", "event_name": null, "url": "u",
            "http_method": "POST", "headers": { "a": "b", "c": { "secret_set": true } }, "enabled": true,
            "status": "active", "timeout_seconds": 30, "created_at": "x", "updated_at": "x", "version": 7,
            "auth": { "type": "none" },
        }))?;
        assert_eq!(webhook.rest["auth"]["type"], "none");
        assert_eq!((webhook.etag().as_str(), &webhook.headers["c"]["secret_set"]), ("\"7\"", &json!(true)));
        Ok(())
    }
}
