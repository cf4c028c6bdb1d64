//! `POST /webhook/{config_id}/trigger`

use hookstep_core::event::{EventKey, EventRow, EventStatus, Source};
use hookstep_core::header::is_field_value;
use hookstep_core::limits::TOKEN_MAX_BYTES;
use hookstep_core::ports::{
    Clock, Entropy, EventReader, IdempotencyKeys, ObjectReader, PayloadWriter, Uploads, WebhookReader, Workflow,
};
use hookstep_core::response::ResponseBody;
use hookstep_core::trigger::{GivenPayload, TriggerError, TriggerRequest, TriggerStep, Triggered};
use hookstep_core::verdict::Reason;
use serde_json::{Map, Value, json};

use crate::http::{Answer, Problem, Request};
use crate::log;
use crate::row_json::{self, Detail};

/// Answers the call.
pub async fn call<W, E, I, P, X, C>(
    step: &TriggerStep<'_, W, E, I, P, X, C>,
    request: Request,
) -> Result<Answer, Problem>
where
    W: WebhookReader,
    E: EventReader,
    I: IdempotencyKeys,
    P: PayloadWriter + Uploads + ObjectReader,
    X: Workflow,
    C: Clock + Entropy,
{
    answer(step, parse(&request)?).await
}

/// Triggers, and answers with what came of it.
pub(super) async fn answer<W, E, I, P, X, C>(
    step: &TriggerStep<'_, W, E, I, P, X, C>,
    request: TriggerRequest,
) -> Result<Answer, Problem>
where
    W: WebhookReader,
    E: EventReader,
    I: IdempotencyKeys,
    P: PayloadWriter + Uploads + ObjectReader,
    X: Workflow,
    C: Clock + Entropy,
{
    log::about_webhook(&request.config_id);
    match step.run(request).await? {
        Triggered::Accepted(key, status) => {
            log::about_event(&key.event_id);
            Ok(accepted(&key, status))
        }
        Triggered::StillRunning(key) => {
            log::about_event(&key.event_id);
            Ok(accepted(&key, EventStatus::InProgress))
        }
        Triggered::Concluded(row) => {
            log::about_event(&row.key.event_id);
            Ok(Answer::json(200, concluded(step.payloads, &row).await))
        }
    }
}

pub(super) fn parse(request: &Request) -> Result<TriggerRequest, Problem> {
    let sync = match request.query("sync") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::bad_request("invalid_sync", "`sync` takes `true` or `false`")),
    };
    let upload = request.query("payload_id").map(|id| {
        id.parse().map_err(|_| {
            Problem::bad_request(
                "invalid_payload_id",
                "`payload_id` is not one that POST /webhook/{config_id}/payloads answered",
            )
        })
    });
    let payload = match upload.transpose()? {
        None => GivenPayload::Body(request.body.clone()),
        Some(_) if !request.body.is_empty() => {
            return Err(Problem::bad_request("two_payloads", "give a body or a `payload_id`, not both"));
        }
        Some(id) => GivenPayload::Upload(id),
    };
    Ok(TriggerRequest {
        tenant: request.tenant(),
        config_id: request.config_id()?,
        source: Source::Api,
        sync,
        payload,
        content_type: content_type(request)?,
        correlation_id: token(request, "x-correlation-id", "invalid_correlation_id")?,
        trace: request.trace(),
        idempotency_key: idempotency_key(request)?,
    })
}

/// The content type of a payload, if the caller names one.
pub(super) fn content_type(request: &Request) -> Result<Option<String>, Problem> {
    token(request, "content-type", "invalid_content_type")
}

/// The idempotency key, if the caller brings one.
pub(super) fn idempotency_key(request: &Request) -> Result<Option<String>, Problem> {
    token(request, "idempotency-key", "invalid_idempotency_key")
}

/// A header that is passed on or kept: 1 to 255 bytes of visible ASCII.
fn token(request: &Request, name: &str, code: &'static str) -> Result<Option<String>, Problem> {
    match request.header(name) {
        None => Ok(None),
        Some(value) if (1..=TOKEN_MAX_BYTES).contains(&value.len()) && is_field_value(value) => {
            Ok(Some(value.to_owned()))
        }
        Some(_) => Err(Problem::bad_request(
            code,
            format!("`{name}` takes 1 to {TOKEN_MAX_BYTES} characters of visible ASCII"),
        )),
    }
}

fn accepted(key: &EventKey, status: EventStatus) -> Answer {
    let body = json!({ "event_id": key.event_id.as_str(), "status": status.as_str() });
    Answer::json(202, body).with_header("location", format!("/webhook/{}/events/{}", key.config_id, key.event_id))
}

async fn concluded<P: ObjectReader>(objects: &P, row: &EventRow) -> Value {
    let mut body = Map::new();
    body.insert("event_id".to_owned(), json!(row.key.event_id.as_str()));
    body.insert("status".to_owned(), json!(row.status.as_str()));
    if let Some(reason) = row.reason.map(Reason::code) {
        body.insert("reason".to_owned(), json!(reason));
    }
    if let Some(detail) = &row.reason_detail {
        body.insert("reason_detail".to_owned(), json!(detail));
    }
    if let Some(last) = row.attempts.last() {
        let mut attempt = row_json::attempt(last, Detail::Full);
        if let (Some(ResponseBody::Stored { key, .. }), Value::Object(fields)) = (last.response.as_ref().map(|response| &response.body), &mut attempt)
            // Where it can't be read now, its key stands for it.
            && let Ok(bytes) = objects.read(key).await
        {
            row_json::insert_bytes(fields, "response_body", &bytes);
        }
        body.insert("attempt".to_owned(), attempt);
    }
    Value::Object(body)
}

impl From<TriggerError> for Problem {
    fn from(error: TriggerError) -> Self {
        match error {
            TriggerError::WebhookNotFound => Self::webhook_not_found(),
            TriggerError::UploadNotFound => Self::upload_not_found(),
            TriggerError::UploadTooLarge { .. } => Self::too_large(error.to_string()),
            TriggerError::Store(error) => error.into(),
            TriggerError::Payload(error) => error.into(),
            TriggerError::Workflow(error) => error.into(),
            TriggerError::LegBroken { event_id, error } => Self::delivery_broken(event_id.as_str(), &error),
        }
    }
}
