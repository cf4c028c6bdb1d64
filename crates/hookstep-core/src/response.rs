//! What a receiver answered, bounded.

use bytes::Bytes;

use crate::limits::{RESPONSE_HEADERS_MAX_BYTES, RESPONSE_HEADERS_MAX_COUNT, RETRY_RESPONSE_HEADERS_MAX_BYTES};

/// A receiver's answer, as much as is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status_code: u16,
    /// Headers in the order received, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: ResponseBody,
    /// Something was cut: headers or body are longer than what is kept.
    pub truncated: bool,
}

/// Where the body of an answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseBody {
    /// In the row.
    Inline(Bytes),
    /// In object storage, under this key.
    Stored {
        /// Object key.
        key: String,
        /// Length in bytes of what is kept.
        size: u64,
    },
}

/// The name of the header that says how long a receiver wants to be left alone.
pub const RETRY_AFTER: &str = "retry-after";

/// Of the headers of an attempt after the first, what is kept in the row beside those of all others: `retry-after` in any case, and
/// the first of the rest. Returns whether anything was lost.
#[must_use]
pub fn bound_headers_of_retry(headers: Vec<(String, String)>) -> (Vec<(String, String)>, bool) {
    let (mut ordered, rest): (Vec<_>, Vec<_>) = headers.into_iter().partition(|(name, _)| name == RETRY_AFTER);
    ordered.extend(rest);
    bound_to(RETRY_RESPONSE_HEADERS_MAX_BYTES, ordered.iter().map(|(name, value)| (name.as_str(), value.as_bytes())))
}

/// Keeps headers up to the limits of count and size. A value that does not fit any more is cut to what does, and
/// what follows is dropped. Returns whether anything was lost. Bytes outside visible ASCII become `?`.
#[must_use]
pub fn bound_headers<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> (Vec<(String, String)>, bool) {
    bound_to(RESPONSE_HEADERS_MAX_BYTES, headers)
}

fn bound_to<'a>(most: usize, headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> (Vec<(String, String)>, bool) {
    let mut kept = Vec::new();
    let mut left = most;
    for (name, value) in headers {
        if kept.len() == RESPONSE_HEADERS_MAX_COUNT || name.len() >= left {
            return (kept, true);
        }
        let room = left - name.len();
        let shown: String = value.iter().take(room).map(|&byte| visible(byte)).collect();
        left = room - shown.len();
        kept.push((name.to_owned(), shown));
        if value.len() > room {
            return (kept, true);
        }
    }
    (kept, false)
}

fn visible(byte: u8) -> char {
    if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '?' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bound(headers: &[(String, Vec<u8>)]) -> (Vec<(String, String)>, bool) {
        bound_headers(headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())))
    }

    #[test]
    fn small_headers_are_kept_whole() {
        let headers = [("a".to_owned(), b"1".to_vec()), ("b".to_owned(), b"2\xff".to_vec())];
        assert_eq!(bound(&headers), (vec![("a".into(), "1".into()), ("b".into(), "2?".into())], false));
    }

    #[test]
    fn of_a_later_attempt_less_is_kept_and_always_how_long_to_wait() {
        let mut headers = vec![("x-long".to_owned(), "x".repeat(RETRY_RESPONSE_HEADERS_MAX_BYTES))];
        headers.push((RETRY_AFTER.to_owned(), "120".to_owned()));
        let (kept, cut) = bound_headers_of_retry(headers);
        assert_eq!((&kept[0], cut), (&(RETRY_AFTER.to_owned(), "120".to_owned()), true));
        assert_eq!(
            kept.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>(),
            RETRY_RESPONSE_HEADERS_MAX_BYTES
        );
        let small = vec![("a".to_owned(), "1".to_owned())];
        assert_eq!(bound_headers_of_retry(small.clone()), (small, false));
    }

    proptest! {
        #[test]
        fn whatever_comes_in_the_limits_hold(headers in prop::collection::vec(("[a-z]{1,300}", prop::collection::vec(any::<u8>(), 0..700)), 0..40)) {
            let (kept, cut) = bound(&headers);
            let size: usize = kept.iter().map(|(name, value)| name.len() + value.len()).sum();
            prop_assert!(size <= RESPONSE_HEADERS_MAX_BYTES);
            prop_assert!(kept.len() <= RESPONSE_HEADERS_MAX_COUNT);
            let whole: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
            prop_assert_eq!(cut, size < whole || kept.len() < headers.len());
        }
    }
}
