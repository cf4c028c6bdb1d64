//! Compressed answers.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use hookstep_core::limits::RESPONSE_STORED_MAX_BYTES;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// The first bytes of whatever is gzip (RFC 1952, section 2.3.1).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Whether the body is compressed in the one way that requests ask for, and in no other besides.
pub(super) fn is_gzip(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (Some(coding), None) => {
            let coding = coding.as_bytes().trim_ascii();
            coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip")
        }
        _ => false,
    }
}

/// The body as far as it is kept, and whether there is more of it or something is wrong with it. Whatever a few bytes would
/// become, no more is made of them than that. What is not gzip, though called so, stays as it came.
pub(super) fn gunzip(mut compressed: Vec<u8>) -> (Vec<u8>, bool) {
    if !compressed.starts_with(&MAGIC) {
        let longer = compressed.len() > RESPONSE_STORED_MAX_BYTES;
        compressed.truncate(RESPONSE_STORED_MAX_BYTES);
        return (compressed, longer);
    }
    let mut body = Vec::new();
    let limit = RESPONSE_STORED_MAX_BYTES as u64 + 1;
    // What was decoded before an error is there.
    let broken = MultiGzDecoder::new(compressed.as_slice()).take(limit).read_to_end(&mut body).is_err();
    let longer = body.len() > RESPONSE_STORED_MAX_BYTES;
    body.truncate(RESPONSE_STORED_MAX_BYTES);
    (body, broken || longer)
}
