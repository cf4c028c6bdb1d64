//! What kept an exchange from completing, read from the chain of causes of the HTTP client's error.

use std::error::Error;
use std::io;

use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::verdict::bounded;

use super::resolve::{Forbidden, Unresolved};

pub(super) fn classify(error: &reqwest::Error) -> AttemptError {
    let causes = || std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| cause(error));
    let found = |obstacle| AttemptError { obstacle, detail: String::new() };

    if causes().any(<dyn Error>::is::<Forbidden>) {
        return found(Obstacle::AddressNotAllowed);
    }
    if causes().any(<dyn Error>::is::<Unresolved>) {
        return found(Obstacle::DnsFailure);
    }
    if let Some(tls) = causes().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return AttemptError { obstacle: Obstacle::TlsFailure, detail: bounded(&tls.to_string()) };
    }
    let io = causes().filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind).last();
    if error.is_connect() {
        return found(match io {
            _ if error.is_timeout() => Obstacle::ConnectTimeout,
            Some(io::ErrorKind::TimedOut) => Obstacle::ConnectTimeout,
            Some(io::ErrorKind::ConnectionRefused) => Obstacle::ConnectionRefused,
            // Before the connection is made, only a handshake reads.
            Some(io::ErrorKind::UnexpectedEof) => Obstacle::TlsFailure,
            _ => Obstacle::ConnectionFailed,
        });
    }
    if error.is_body() || error.is_decode() {
        return found(Obstacle::ResponseIncomplete);
    }
    if let Some(http) = causes().find_map(|cause| cause.downcast_ref::<hyper::Error>())
        && http.is_parse()
    {
        return found(Obstacle::InvalidResponse);
    }
    found(Obstacle::ConnectionClosed)
}

/// The cause of an error. An `io::Error` passes over the error that it wraps when asked for its source.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}
