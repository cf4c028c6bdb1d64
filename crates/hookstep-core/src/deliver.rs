//! The Deliver step: exactly one attempt.

use crate::attempt::Attempt;
use crate::event::EventKey;
use crate::leg::Delivery;
use crate::limits::RESPONSE_INLINE_MAX_BYTES;
use crate::payload::Payload;
use crate::ports::{
    Clock, OutboundBody, OutboundRequest, PayloadError, PayloadReader, Received, ResponseWriter, Sender,
};
use crate::response::{Response, ResponseBody};

/// Sent where the caller named no content type.
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// Makes the attempt and keeps what came back.
///
/// # Errors
/// [`PayloadError`] where the payload can't be read: our fault, and no attempt.
pub async fn deliver<S, P, C>(sender: &S, objects: &P, clock: &C, delivery: Delivery) -> Result<Attempt, PayloadError>
where
    S: Sender,
    P: PayloadReader + ResponseWriter,
    C: Clock,
{
    let body = match delivery.payload {
        Payload::Inline(bytes) => OutboundBody::Bytes(bytes),
        Payload::Stored(stored) => OutboundBody::Stream { size: stored.size, stream: objects.open(&stored).await? },
    };
    let mut headers = vec![
        ("webhook-id", delivery.key.event_id.to_string()),
        ("webhook-timestamp", clock.now().as_second().to_string()),
    ];
    if !delivery.target.headers.iter().any(|header| header.name().eq_ignore_ascii_case("content-type")) {
        let content_type = delivery.content_type.unwrap_or_else(|| DEFAULT_CONTENT_TYPE.to_owned());
        headers.push(("content-type", content_type));
    }

    let exchange = sender.send(OutboundRequest { target: &delivery.target, headers, body }).await?;

    let response = match exchange.response {
        Some(received) => Some(keep(objects, &delivery.key, delivery.attempt_number, received).await),
        None => None,
    };
    Ok(Attempt {
        number: delivery.attempt_number,
        started_at: exchange.started_at,
        duration_ms: exchange.duration_ms,
        response,
        error: exchange.error,
    })
}

/// Puts a body that is too large for the row into object storage. Where that fails the attempt still counts: its
/// first bytes are kept and marked as cut.
async fn keep<P: ResponseWriter>(objects: &P, key: &EventKey, attempt_number: u32, received: Received) -> Response {
    let Received { status_code, headers, body, truncated } = received;
    if body.len() <= RESPONSE_INLINE_MAX_BYTES {
        return Response { status_code, headers, body: ResponseBody::Inline(body), truncated };
    }
    let size = body.len() as u64;
    if let Ok(key) = objects.store_response(key, attempt_number, body.clone()).await {
        Response { status_code, headers, body: ResponseBody::Stored { key, size }, truncated }
    } else {
        let start = body.slice(..RESPONSE_INLINE_MAX_BYTES);
        Response { status_code, headers, body: ResponseBody::Inline(start), truncated: true }
    }
}
