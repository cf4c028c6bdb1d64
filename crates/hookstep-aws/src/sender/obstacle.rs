//! What kept an exchange from completing, read from the chain of causes of the HTTP client's error.

use std::error::Error;
use std::io;

use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::verdict::bounded;

/// This obstacle, of which there is no more to say.
pub(super) fn met(obstacle: Obstacle) -> AttemptError {
    AttemptError { obstacle, detail: String::new() }
}

/// Why a request that was sent has no answer.
pub(super) fn without_answer(error: &hyper::Error) -> AttemptError {
    if error.is_parse() {
        return met(Obstacle::InvalidResponse);
    }
    match http2_error(error) {
        // Found here, not told by the receiver: what it sent is not HTTP/2.
        Some(http2) if http2.is_library() && !http2.is_io() => met(Obstacle::InvalidResponse),
        Some(http2) if http2.is_remote() => {
            let detail = http2.reason().map(|reason| format!("HTTP/2: {}", reason.description()));
            AttemptError { obstacle: Obstacle::ConnectionClosed, detail: detail.unwrap_or_default() }
        }
        _ => met(Obstacle::ConnectionClosed),
    }
}

/// Whether the receiver says by its protocol that it has not looked at the request (RFC 9113, section 8.7).
pub(super) fn not_processed(error: &hyper::Error) -> bool {
    http2_error(error).is_some_and(|error| {
        error.is_remote() && (error.is_go_away() || error.reason() == Some(h2::Reason::REFUSED_STREAM))
    })
}

/// What TLS says is wrong, where it is TLS that says so.
pub(super) fn tls_failure(error: &io::Error) -> Option<AttemptError> {
    let tls: &rustls::Error = causes(error).find_map(|cause| cause.downcast_ref())?;
    Some(AttemptError { obstacle: Obstacle::TlsFailure, detail: bounded(&tls.to_string()) })
}

fn http2_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a h2::Error> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The error and its causes.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| cause(error))
}

/// The cause of an error. An `io::Error` passes over the error that it wraps when asked for its source.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}
