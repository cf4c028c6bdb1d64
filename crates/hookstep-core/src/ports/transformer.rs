//! Payloads reshaped by a webhook's expression.

use std::future::Future;

use bytes::Bytes;

use super::Source;

/// What an expression is told about the event, as `$event`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransformEvent<'a> {
    /// The event.
    pub event_id: &'a str,
    /// Its name, if it has one.
    pub event_name: Option<&'a str>,
    /// When it was accepted, RFC 3339.
    pub created_at: &'a str,
    /// The webhook.
    pub config_id: &'a str,
}

/// One payload's transformation. The same job with the same payload has the same result, however often it runs: a retry
/// sends the bytes that the first attempt sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transformation<'a> {
    /// A `JSONata` expression.
    pub expression: &'a str,
    /// The event that it is told about.
    pub event: TransformEvent<'a>,
}

/// Why there is no transformed payload.
#[derive(Debug, thiserror::Error)]
pub enum TransformError {
    /// The expression and this payload don't go together, or it asks for more than it may have. It would fail again.
    #[error("{message}")]
    Failed {
        /// What went wrong, and where in the expression, in at most [`DETAIL_MAX_BYTES`](crate::limits::DETAIL_MAX_BYTES).
        /// It may quote the expression and the payload: it is for the row, never for a log.
        message: String,
    },
    /// Our fault: nothing could be tried.
    #[error("the transformer could not be run")]
    Unavailable(#[source] Source),
}

/// Reshapes payloads, within bounds of time, memory and size.
pub trait Transformer: Send + Sync {
    /// The result as compact JSON.
    fn transform(
        &self,
        job: Transformation<'_>,
        payload: Bytes,
    ) -> impl Future<Output = Result<Bytes, TransformError>> + Send;
}
