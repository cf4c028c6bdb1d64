//! `POST /webhook/{config_id}/payloads`: a place to upload a payload to that API Gateway does not take.

use hookstep_core::ids::PayloadId;
use hookstep_core::limits::UPLOAD_MAX_BYTES;
use hookstep_core::ports::{Clock, Entropy, Uploads, WebhookReader};
use serde_json::{Map, json};

use crate::http::{Answer, Problem, Request};
use crate::log;

/// Answers the call.
pub async fn call<W, P, C>(webhooks: &W, uploads: &P, clock: &C, request: Request) -> Result<Answer, Problem>
where
    W: WebhookReader,
    P: Uploads,
    C: Clock + Entropy,
{
    let (tenant, config_id) = (request.tenant(), request.config_id()?);
    log::about_webhook(&config_id);
    if webhooks.webhook(&tenant, &config_id).await?.is_none() {
        return Err(Problem::webhook_not_found());
    }
    let now = clock.now();
    let id = PayloadId::generate(now, clock.random());
    let slot = uploads.open(&tenant, &config_id, &id, now).await?;
    let headers: Map<_, _> = slot.headers.into_iter().map(|(name, value)| (name, json!(value))).collect();
    let body = json!({
        "payload_id": id.as_str(),
        "upload": { "method": "PUT", "url": slot.url, "headers": headers },
        "expires_at": slot.expires_at.to_string(),
        "max_bytes": UPLOAD_MAX_BYTES,
    });
    Ok(Answer::json(201, body))
}
