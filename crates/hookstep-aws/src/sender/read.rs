//! Reading an answer, bounded.

use hookstep_core::limits::RESPONSE_STORED_MAX_BYTES;
use hookstep_core::ports::Received;
use hookstep_core::response::bound_headers;
use http::response::Parts;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use super::decode;

/// What a body that is compressed may have beyond what is kept: bytes that do not compress grow a little.
const COMPRESSION_MAX_OVERHEAD: usize = 65_536;

/// An answer that has begun.
pub(super) struct Begun {
    status_code: u16,
    headers: Vec<(String, String)>,
    /// As it came.
    body: Vec<u8>,
    gzip: bool,
    truncated: bool,
}

impl Begun {
    pub(super) fn new(head: &Parts) -> Self {
        let headers = head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let (headers, truncated) = bound_headers(headers);
        let gzip = decode::is_gzip(&head.headers);
        Self { status_code: head.status.as_u16(), headers, body: Vec::new(), gzip, truncated }
    }

    /// Reads the body as it comes, so that what was there when time was up is kept. Stops at what is kept at all. Returns whether that
    /// was the whole of it.
    pub(super) async fn read(&mut self, mut body: Incoming) -> Result<bool, hyper::Error> {
        let limit = RESPONSE_STORED_MAX_BYTES + if self.gzip { COMPRESSION_MAX_OVERHEAD } else { 0 };
        while let Some(frame) = body.frame().await {
            // Trailers are not kept.
            let Ok(chunk) = frame?.into_data() else { continue };
            let room = limit - self.body.len();
            self.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                self.truncated = true;
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn into_received(self) -> Received {
        let Self { status_code, headers, body, gzip, truncated } = self;
        let (body, cut) = if gzip { decode::gunzip(body) } else { (body, false) };
        Received { status_code, headers, body: body.into(), truncated: truncated || cut }
    }
}
