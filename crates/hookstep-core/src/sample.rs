//! The event that Hookstep makes up to try a webhook with.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::json;

use crate::webhook::Webhook;

/// The sample's content type.
pub const CONTENT_TYPE: &str = "application/json";

/// The type of the sample where the webhook has no event name.
const DEFAULT_TYPE: &str = "hookstep.test";

/// A payload in the form that Standard Webhooks 1.0.0 recommends: type, timestamp, data.
#[must_use]
pub fn payload(webhook: &Webhook, now: Timestamp) -> Bytes {
    let sample = json!({
        "type": webhook.event_name.as_deref().unwrap_or(DEFAULT_TYPE),
        "timestamp": now.to_string(),
        "data": {
            "test": true,
            "message": "This is a test event that Hookstep made up.",
            "config_id": webhook.id.as_str(),
            "name": webhook.name,
        },
    });
    sample.to_string().into()
}
