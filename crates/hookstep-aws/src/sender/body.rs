//! Request bodies of known length: `Content-Length` is sent, never chunks.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hookstep_core::ports::{OutboundBody, PayloadStream};
use http_body::{Frame, SizeHint};

/// Why the payload broke off, once it has: our fault, not the receiver's. It is told beside the exchange, because HTTP/2 does not
/// hand a body's error to whoever waits for the answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Breakage(Arc<OnceLock<String>>);

impl Breakage {
    /// The reason, if it has broken off.
    pub(super) fn reason(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }

    fn is(&self, reason: String) -> BrokenPayload {
        // The first one is what happened.
        let _ = self.0.set(reason);
        BrokenPayload
    }
}

/// Ends the request whose payload broke off.
#[derive(Debug, thiserror::Error)]
#[error("the payload broke off")]
pub(super) struct BrokenPayload;

/// The body of a request.
pub(super) enum Payload {
    /// In memory.
    Bytes(Bytes),
    /// From somewhere else, and so many bytes of it still to come.
    Stream { left: u64, stream: PayloadStream, breakage: Breakage },
}

impl Payload {
    /// The body, and where it says that it broke off.
    pub(super) fn new(body: OutboundBody) -> (Self, Breakage) {
        let breakage = Breakage::default();
        let payload = match body {
            OutboundBody::Bytes(bytes) => Self::Bytes(bytes),
            OutboundBody::Stream { size, stream } => Self::Stream { left: size, stream, breakage: breakage.clone() },
        };
        (payload, breakage)
    }

    /// The bytes still to come.
    fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stream { left, .. } => *left,
        }
    }

    /// The same once more, if it can be had.
    pub(super) fn again(&self) -> Option<Self> {
        match self {
            Self::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            Self::Stream { .. } => None,
        }
    }
}

impl http_body::Body for Payload {
    type Data = Bytes;
    type Error = BrokenPayload;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenPayload>>> {
        let (left, stream, breakage) = match self.get_mut() {
            Self::Bytes(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Self::Bytes(bytes) => return Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Stream { left, stream, breakage } => (left, stream, breakage),
        };
        let error = match ready!(stream.as_mut().poll_next(context)) {
            None if *left == 0 => return Poll::Ready(None),
            None => format!("{left} bytes are missing"),
            Some(Err(error)) => error.to_string(),
            Some(Ok(bytes)) => match left.checked_sub(bytes.len() as u64) {
                Some(rest) => {
                    *left = rest;
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                None => "it is longer than it should be".to_owned(),
            },
        };
        Poll::Ready(Some(Err(breakage.is(error))))
    }

    fn is_end_stream(&self) -> bool {
        self.size() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.size())
    }
}
