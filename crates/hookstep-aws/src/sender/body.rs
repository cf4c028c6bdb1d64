//! A streamed request body of known length: `Content-Length` is sent, never chunks.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hookstep_core::ports::PayloadStream;
use http_body::{Frame, SizeHint};

/// A body of exactly `size` bytes.
pub(super) fn sized(size: u64, stream: PayloadStream) -> reqwest::Body {
    reqwest::Body::wrap(Sized { left: size, stream })
}

struct Sized {
    left: u64,
    stream: PayloadStream,
}

/// The payload bucket broke off in the middle: our fault, not the receiver's.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct BrokenPayload(String);

impl BrokenPayload {
    /// Finds it among the causes of an HTTP client's error.
    pub(super) fn find<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
    }
}

impl http_body::Body for Sized {
    type Data = Bytes;
    type Error = BrokenPayload;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenPayload>>> {
        let this = self.get_mut();
        match std::task::ready!(this.stream.as_mut().poll_next(context)) {
            None if this.left == 0 => Poll::Ready(None),
            None => Poll::Ready(Some(Err(BrokenPayload(format!("{} bytes are missing", this.left))))),
            Some(Err(error)) => Poll::Ready(Some(Err(BrokenPayload(error.to_string())))),
            Some(Ok(bytes)) => match this.left.checked_sub(bytes.len() as u64) {
                Some(left) => {
                    this.left = left;
                    Poll::Ready(Some(Ok(Frame::data(bytes))))
                }
                None => Poll::Ready(Some(Err(BrokenPayload("it is longer than it should be".to_owned())))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
