//! Payloads: the bytes that were given are the bytes that are sent.

use bytes::Bytes;

/// What a caller gave, wherever it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Small: travels with the event.
    Inline(Bytes),
    /// Claim-checked: an object in the payload bucket.
    Stored(StoredPayload),
}

/// A payload in object storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPayload {
    /// Object key.
    pub key: String,
    /// The entity tag at the time of the trigger; an object with another one was altered since.
    pub etag: String,
    /// Length in bytes.
    pub size: u64,
}

/// How inline bytes are written in JSON and in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As text.
    Utf8,
    /// As base64.
    Base64,
}

impl Encoding {
    /// Text where that is lossless and safe: UTF-8 whose only control characters are tab, line feed and
    /// carriage return. (Others would grow sixfold as JSON, and not every tool carries NUL.)
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
        match std::str::from_utf8(bytes) {
            Ok(text) if text.chars().all(plain) => Self::Utf8,
            _ => Self::Base64,
        }
    }
}

/// How many bytes a payload takes inside a JSON string, at worst: escapes counted, and characters outside
/// ASCII as `\uXXXX`, which some writers of JSON use.
#[must_use]
pub fn encoded_len(bytes: &[u8]) -> usize {
    match (Encoding::of(bytes), std::str::from_utf8(bytes)) {
        (Encoding::Utf8, Ok(text)) => text.chars().map(escaped_len).sum(),
        _ => bytes.len().div_ceil(3) * 4,
    }
}

fn escaped_len(c: char) -> usize {
    match c {
        '"' | '\\' | '\t' | '\n' | '\r' => 2,
        ' '..='~' => 1,
        other => 6 * other.len_utf16(),
    }
}

/// Whether a payload travels with the event under a limit of `max_encoded` bytes.
#[must_use]
pub fn fits_inline(bytes: &[u8], max_encoded: usize) -> bool {
    // The encoded form is never shorter than the bytes: a long payload is not walked through.
    bytes.len() <= max_encoded && encoded_len(bytes) <= max_encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_limit_counts_escapes_and_not_the_raw_length() {
        assert!(fits_inline(b"", 0));
        assert!(fits_inline(&[b'a'; 100], 100));
        assert!(!fits_inline(&[b'a'; 101], 100));
        assert!(fits_inline(&[b'"'; 50], 100));
        assert!(!fits_inline(&[b'"'; 51], 100));
        // Binary is carried as base64: 75 bytes take 100.
        assert!(fits_inline(&[0xff; 75], 100));
        assert!(!fits_inline(&[0xff; 76], 100));
    }

    #[test]
    fn control_characters_make_a_payload_binary() {
        assert_eq!(Encoding::of(b"a\tb\r\n"), Encoding::Utf8);
        assert_eq!(Encoding::of(b"a\0b"), Encoding::Base64);
        assert_eq!(Encoding::of(b"\x1b[0m"), Encoding::Base64);
        assert_eq!(Encoding::of(&[0xc3, 0x28]), Encoding::Base64);
    }

    proptest! {
        #[test]
        fn the_encoded_length_is_never_below_what_a_json_writer_makes(text: String) {
            if Encoding::of(text.as_bytes()) == Encoding::Utf8 {
                let written = text.chars().fold(0, |sum, c| sum + match c {
                    '"' | '\\' | '\t' | '\n' | '\r' => 2,
                    other => other.len_utf8(),
                });
                prop_assert!(encoded_len(text.as_bytes()) >= written);
            }
        }
    }
}
