//! Structured logs: a line of JSON each, with the request, the webhook and the event that it belongs to.
//!
//! No line holds a payload, a header's value or a secret: what is logged is ids, codes, counts and durations.

use std::error::Error;

use tracing::Span;
use tracing::field::{Empty, display};
use tracing_subscriber::EnvFilter;

use crate::env;

/// Our own lines from the level of `LOG_LEVEL` on, those of libraries from `warn` on.
pub fn init() {
    let level = env::text("LOG_LEVEL").unwrap_or_else(|_| "info".to_owned());
    let filter = EnvFilter::try_new(format!("warn,lambda_runtime=off,hookstep={level},hookstep_lambdas={level}"))
        .unwrap_or_else(|_| EnvFilter::new("warn,hookstep=info,hookstep_lambdas=info"));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false)
        // CloudWatch has the time already, and every byte is paid for.
        .without_time()
        .with_env_filter(filter)
        .finish();
    // Not `init`, which would listen to libraries' own logs as well. There is none before this one.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// The span of one invocation, which every line in it carries.
#[must_use]
pub fn invocation(request_id: &str) -> Span {
    tracing::error_span!(target: "hookstep", "invocation", request_id, config_id = Empty, event_id = Empty)
}

/// Notes which webhook the invocation is about.
pub fn about_webhook(config_id: impl std::fmt::Display) {
    Span::current().record("config_id", display(config_id));
}

/// Notes which event the invocation is about.
pub fn about_event(event_id: impl std::fmt::Display) {
    Span::current().record("event_id", display(event_id));
}

/// An error with all its causes in one line.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
