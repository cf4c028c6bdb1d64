//! Problem details (RFC 9457), each with a stable `code`.

use hookstep_core::ports::{PayloadError, StoreError, WorkflowError};
use serde_json::{Value, json};

use super::Answer;
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
    retry_after_seconds: Option<u32>,
    extra: Option<(&'static str, Value)>,
    cause: Option<String>,
}

impl Problem {
    fn new(status: u16, title: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Details {
            status,
            title,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after_seconds: None,
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
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let count = errors.len();
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

    /// 404: no such call.
    #[must_use]
    pub fn route_not_found() -> Self {
        Self::new(404, "Not Found", "route_not_found", "there is no such call")
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

    fn unavailable(cause: &(dyn std::error::Error + 'static)) -> Self {
        let detail = "a service that Hookstep needs is unavailable; try again";
        Self::new(503, "Service Unavailable", "unavailable", detail).with(|details| {
            details.retry_after_seconds = Some(1);
            details.cause = Some(log::chain(cause));
        })
    }

    fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
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
        match problem.retry_after_seconds {
            Some(seconds) => answer.with_header("retry-after", seconds.to_string()),
            None => answer,
        }
    }
}
