// cargo add base64 ed25519-dalek http
use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use http::HeaderMap;

const KEYS: &[&str] = &["PUBLIC_KEY"];
const TOLERANCE_SECONDS: u64 = 300;

/// Whether the request is genuine; `body` is the body as it came, before anything parses it.
/// An event that comes again has the same webhook-id: drop it.
pub fn is_genuine(headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let (Some(id), Some(timestamp), Some(signatures)) =
        (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"))
    else {
        return false;
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    if !timestamp.parse().is_ok_and(|sent| now.abs_diff(sent) <= TOLERANCE_SECONDS) {
        return false;
    }
    let message = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    let signatures = signatures.split(' ').filter_map(|one| one.strip_prefix("v1a,"));
    let mut signatures = signatures.filter_map(|text| Signature::from_slice(&STANDARD.decode(text).ok()?).ok());
    signatures.any(|signature| keys().any(|key| key.verify_strict(&message, &signature).is_ok()))
}

fn keys() -> impl Iterator<Item = VerifyingKey> {
    KEYS.iter().filter_map(|key| {
        let bytes: [u8; 32] = STANDARD.decode(key).ok()?.try_into().ok()?;
        VerifyingKey::from_bytes(&bytes).ok()
    })
}
