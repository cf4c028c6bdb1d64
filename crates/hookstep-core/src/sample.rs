//! The event that Hookstep makes up to try a webhook with.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::json;

use crate::shape::{PayloadFormat, envelope};
use crate::webhook::Webhook;

/// The sample's content type.
pub const CONTENT_TYPE: &str = "application/json";

/// The type of the sample where the webhook has no event name.
const DEFAULT_TYPE: &str = "hookstep.test";

/// A payload in the form that Standard Webhooks 1.0.0 recommends: type, timestamp, data. Where the webhook puts its payloads
/// into that form itself, the data alone.
#[must_use]
pub fn payload(webhook: &Webhook, now: Timestamp) -> Bytes {
    let data = json!({
        "test": true,
        "message": "This is a test event that Hookstep made up.",
        "config_id": webhook.id.as_str(),
        "name": webhook.name,
    });
    let data = data.to_string();
    match webhook.shape.format {
        PayloadFormat::StandardWebhooks => data.into(),
        PayloadFormat::AsIs => envelope(webhook.event_name.as_deref().unwrap_or(DEFAULT_TYPE), now, data.as_bytes()),
    }
}
