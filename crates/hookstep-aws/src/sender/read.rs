//! Reading an answer, bounded.

use hookstep_core::limits::RESPONSE_STORED_MAX_BYTES;
use hookstep_core::ports::Received;
use hookstep_core::response::bound_headers;

/// An answer that has begun.
pub(super) struct Begun {
    status_code: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    truncated: bool,
}

impl Begun {
    pub(super) fn into_received(self) -> Received {
        let Self { status_code, headers, body, truncated } = self;
        Received { status_code, headers, body: body.into(), truncated }
    }
}

/// Reads an answer into `begun` as it comes, so that what was there when time was up is kept. Stops at what is kept
/// at all; the rest is not read.
pub(super) async fn response(mut response: reqwest::Response, begun: &mut Option<Begun>) -> Result<(), reqwest::Error> {
    let headers = response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let (headers, truncated) = bound_headers(headers);
    let status_code = response.status().as_u16();
    let begun = begun.insert(Begun { status_code, headers, body: Vec::new(), truncated });
    while let Some(chunk) = response.chunk().await? {
        let room = RESPONSE_STORED_MAX_BYTES - begun.body.len();
        begun.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            begun.truncated = true;
            return Ok(());
        }
    }
    Ok(())
}
