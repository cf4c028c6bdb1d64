// cargo add http standardwebhooks
use http::HeaderMap;
use standardwebhooks::{Webhook, WebhookError};

/// `secret` is the signing secret, `whsec_...`; `body` the body as it came, before anything parses it.
/// An event that comes again has the same webhook-id: drop it.
pub fn verify(secret: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
    Webhook::new(secret)?.verify(body, headers)
}
