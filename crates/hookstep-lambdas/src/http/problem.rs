//! Problem details (RFC 9457), each with a stable `code`.

use hookstep_core::limits::{EARLIER_SECRETS_MAX_COUNT, FAULTS_MAX_COUNT, REPLAYS_MAX_ACTIVE};
use hookstep_core::ports::{PayloadError, SecretsError, StoreError, WorkflowError};
use serde_json::{Value, json};

use super::{Answer, kinds};
use crate::log;

/// What is wrong with one field of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the field.
    pub pointer: String,
    /// Stable.
    pub code: &'static str,
    /// What to change.
    pub detail: String,
}

/// Why a call did not do what it was asked. (Boxed: it is the rare half of every `Result` here.)
#[derive(Debug)]
pub struct Problem(Box<Details>);

#[derive(Debug)]
struct Details {
    status: u16,
    title: &'static str,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    headers: Vec<(&'static str, String)>,
    extra: Option<(&'static str, Value)>,
    cause: Option<String>,
}

impl Problem {
    fn new(status: u16, title: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        debug_assert!(kinds::is_known(status, code), "{code} is not among the problems that the API's document lists");
        Self(Box::new(Details {
            status,
            title,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
            extra: None,
            cause: None,
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut Details)) -> Self {
        change(&mut self.0);
        self
    }

    /// 400: the caller has to change something.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(400, "Bad Request", code, detail)
    }

    /// 400: these fields have to change.
    #[must_use]
    pub fn invalid_fields(mut errors: Vec<FieldError>) -> Self {
        let unknown = errors.iter().find(|error| !kinds::FAULTS.contains(&error.code));
        debug_assert_eq!(unknown, None, "it is not among the faults that the API's document lists");
        let count = errors.len();
        errors.truncate(FAULTS_MAX_COUNT);
        let detail = format!("{count} field{} not valid; see `errors`", if count == 1 { " is" } else { "s are" });
        Self::bad_request("validation_failed", detail).with(|details| details.errors = errors)
    }

    /// 404: no such webhook.
    #[must_use]
    pub fn webhook_not_found() -> Self {
        Self::new(404, "Not Found", "webhook_not_found", "there is no webhook of this id")
    }

    /// 404: no such event.
    #[must_use]
    pub fn event_not_found() -> Self {
        Self::new(404, "Not Found", "event_not_found", "there is no event of this id, or it has expired")
    }

    /// 404: no such upload.
    #[must_use]
    pub fn upload_not_found() -> Self {
        Self::new(
            404,
            "Not Found",
            "payload_not_found",
            "nothing was uploaded under this payload id; PUT the bytes to the URL that POST /webhook/{config_id}/payloads answers, then trigger",
        )
    }

    /// 404: no such attempt.
    #[must_use]
    pub fn attempt_not_found() -> Self {
        Self::new(404, "Not Found", "attempt_not_found", "the event has no attempt of this number")
    }

    /// 404: there is nothing to download.
    #[must_use]
    pub fn payload_not_stored() -> Self {
        let detail = "the payload is in the event itself, which GET /webhook/{config_id}/events/{event_id} shows";
        Self::new(404, "Not Found", "payload_not_stored", detail)
    }

    /// 404: there is nothing to download.
    #[must_use]
    pub fn response_not_stored() -> Self {
        let detail = "the attempt has no response, or it is in the event itself, which GET /webhook/{config_id}/events/{event_id} shows";
        Self::new(404, "Not Found", "response_not_stored", detail)
    }

    /// 404: the function's package has no console.
    #[must_use]
    pub fn no_console() -> Self {
        let detail = "this deployment has no console: it was built without one (`cargo xtask build` makes both)";
        Self::new(404, "Not Found", "route_not_found", detail)
    }

    /// 404: the console has no such file.
    #[must_use]
    pub fn asset_not_found() -> Self {
        let detail = "the console has no such file; one of an earlier version is gone, so load the page again";
        Self::new(404, "Not Found", "route_not_found", detail)
    }

    /// 404: no such call.
    #[must_use]
    pub fn route_not_found() -> Self {
        Self::new(404, "Not Found", "route_not_found", "there is no such call; GET /openapi.json lists them all")
    }

    /// 405: the path takes other methods.
    #[must_use]
    pub fn method_not_allowed(allowed: &[&str]) -> Self {
        let allowed = allowed.join(", ");
        Self::new(405, "Method Not Allowed", "method_not_allowed", format!("this path takes {allowed}"))
            .with(|details| details.headers.push(("allow", allowed)))
    }

    /// 403: the caller is known, and may not do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(403, "Forbidden", "forbidden", detail)
    }

    /// 412: the webhook is no longer what the caller has seen.
    #[must_use]
    pub fn precondition_failed() -> Self {
        let detail = "the webhook was changed since: GET it again, and send its new ETag in `If-Match`";
        Self::new(412, "Precondition Failed", "precondition_failed", detail)
    }

    /// 428: a full replacement needs `If-Match`.
    #[must_use]
    pub fn precondition_required() -> Self {
        let detail = "replacing a webhook takes `If-Match` with the ETag that GET answers (or `*`), so that nobody's change is lost";
        Self::new(428, "Precondition Required", "precondition_required", detail)
    }

    /// 409: changed by others again and again while this call tried.
    #[must_use]
    pub fn busy() -> Self {
        let detail = "the webhook was being changed by others at the same time; try again";
        Self::new(409, "Conflict", "concurrent_change", detail)
    }

    /// 409: there is no secret to rotate.
    #[must_use]
    pub fn not_signed() -> Self {
        let detail = "this webhook is not signed with a secret: add `v1` to `signing.schemes` first, which makes one";
        Self::new(409, "Conflict", "not_signed", detail)
    }

    /// 409: rotated again and again within the grace periods.
    #[must_use]
    pub fn too_many_secrets() -> Self {
        let detail = format!(
            "{EARLIER_SECRETS_MAX_COUNT} earlier ones still sign: wait until one's time is over, or rotate with `grace_period_seconds` 0, which ends them all"
        );
        Self::new(409, "Conflict", "too_many_secrets", detail)
    }

    /// 404: the tenant has no key.
    #[must_use]
    pub fn public_key_not_found() -> Self {
        let detail = "there is no public key of this tenant; its first webhook that is signed with `v1a` makes one";
        Self::new(404, "Not Found", "public_key_not_found", detail)
    }

    /// 415: not a content type that the call takes.
    pub fn unsupported_media_type(detail: impl Into<String>) -> Self {
        Self::new(415, "Unsupported Media Type", "unsupported_media_type", detail)
    }

    /// 404: there is no event to take the payload of.
    #[must_use]
    pub fn no_event_yet() -> Self {
        let detail = "this webhook has no event whose payload could be sent again; send one in the body, or nothing for a made-up one";
        Self::new(404, "Not Found", "no_event_yet", detail)
    }

    /// 404: no such replay.
    #[must_use]
    pub fn replay_not_found() -> Self {
        Self::new(404, "Not Found", "replay_not_found", "there is no replay of this id, or it has expired")
    }

    /// 409: nothing would be delivered.
    #[must_use]
    pub fn webhook_disabled() -> Self {
        let detail = "the webhook is disabled, and what is sent to it would be skipped: enable it first";
        Self::new(409, "Conflict", "webhook_disabled", detail)
    }

    /// 409: an attempt is being made.
    #[must_use]
    pub fn event_running() -> Self {
        let detail = "an attempt is being made at this moment: GET the event to see what comes of it";
        Self::new(409, "Conflict", "event_running", detail)
    }

    /// 409: the event does not wait for anything any more.
    #[must_use]
    pub fn event_ended() -> Self {
        let detail = "the event has come to its end; POST /webhook/{config_id}/events/{event_id}/replay sends it again";
        Self::new(409, "Conflict", "event_ended", detail)
    }

    /// 409: only what has come to an end is replayed.
    #[must_use]
    pub fn event_in_progress() -> Self {
        let detail = "the event is in progress: what waits for its next attempt is sent at once by \
                      POST /webhook/{config_id}/events/{event_id}/retry";
        Self::new(409, "Conflict", "event_in_progress", detail)
    }

    /// 409: there is nothing to send.
    #[must_use]
    pub fn payload_missing() -> Self {
        let detail = "the payload of this event is no longer kept, or is not the one that was given";
        Self::new(409, "Conflict", "payload_missing", detail)
    }

    /// 409: there is nothing to stop.
    #[must_use]
    pub fn replay_ended() -> Self {
        Self::new(409, "Conflict", "replay_ended", "the replay has finished or failed, and sends nothing more")
    }

    /// 409: there is nothing to resume.
    #[must_use]
    pub fn replay_not_stopped() -> Self {
        let detail = "only a replay that is `stopped` or `failed` can be resumed";
        Self::new(409, "Conflict", "replay_not_stopped", detail)
    }

    /// 409: several go on.
    #[must_use]
    pub fn too_many_replays() -> Self {
        let detail =
            format!("{REPLAYS_MAX_ACTIVE} replays of this webhook go on already: wait until one is over, or stop one");
        Self::new(409, "Conflict", "too_many_replays", detail)
    }

    /// 409: its rounds, or somebody else, wrote it at the same time.
    #[must_use]
    pub fn replay_busy() -> Self {
        Self::new(409, "Conflict", "replay_busy", "the replay was changed at the same time; try again")
    }

    /// 413: too large.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(413, "Content Too Large", "payload_too_large", detail)
    }

    /// 500: the delivery broke off, and its row may not say so yet.
    #[must_use]
    pub fn delivery_broken(event_id: &str, error: &str) -> Self {
        let detail = "the delivery broke off; its event says what is known";
        Self::new(500, "Internal Server Error", "delivery_broken", detail).with(|details| {
            details.extra = Some(("event_id", json!(event_id)));
            details.cause = Some(error.to_owned());
        })
    }

    /// 503: a service does not answer.
    pub(crate) fn unavailable(cause: &(dyn std::error::Error + 'static)) -> Self {
        let detail = "a service that Hookstep needs is unavailable; try again";
        Self::new(503, "Service Unavailable", "unavailable", detail).with(|details| {
            details.headers.push(("retry-after", "1".to_owned()));
            details.cause = Some(log::chain(cause));
        })
    }

    /// 500: our fault.
    pub(crate) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        let detail = "something is wrong on our side; the logs say what";
        Self::new(500, "Internal Server Error", "internal_error", detail)
            .with(|details| details.cause = Some(log::chain(cause)))
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What is wrong with which field.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// What is logged and not answered.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::unavailable(&error),
            StoreError::Corrupt { .. } => Self::internal(&error),
        }
    }
}

impl From<PayloadError> for Problem {
    fn from(error: PayloadError) -> Self {
        Self::unavailable(&error)
    }
}

impl From<SecretsError> for Problem {
    fn from(error: SecretsError) -> Self {
        match error {
            SecretsError::Unavailable(_) => Self::unavailable(&error),
            SecretsError::Unreadable(_) => Self::internal(&error),
        }
    }
}

impl From<WorkflowError> for Problem {
    fn from(error: WorkflowError) -> Self {
        Self::unavailable(&error)
    }
}

impl From<Problem> for Answer {
    fn from(Problem(problem): Problem) -> Self {
        let mut body = json!({
            "type": format!("urn:hookstep:problem:{}", problem.code),
            "title": problem.title,
            "status": problem.status,
            "code": problem.code,
            "detail": problem.detail,
        });
        if let Value::Object(fields) = &mut body {
            if !problem.errors.is_empty() {
                let errors = problem.errors.iter();
                let errors =
                    errors.map(|error| json!({ "pointer": error.pointer, "code": error.code, "detail": error.detail }));
                fields.insert("errors".to_owned(), errors.collect());
            }
            if let Some((name, value)) = problem.extra {
                fields.insert(name.to_owned(), value);
            }
        }
        let answer = Self::problem(problem.status, body);
        problem.headers.into_iter().fold(answer, |answer, (name, value)| answer.with_header(name, value))
    }
}
