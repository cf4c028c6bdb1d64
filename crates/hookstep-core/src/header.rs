//! Header names and values that a webhook may carry.

use std::fmt;

/// Why a header is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHeader {
    /// The name holds something other than the token characters of RFC 9110, section 5.6.2.
    #[error("header names consist of letters, digits and !#$%&'*+-.^_`|~")]
    Name,
    /// The value holds a control character, something outside ASCII, or white space at an end.
    #[error("header values consist of visible ASCII, spaces and tabs, without white space at either end")]
    Value,
    /// The header belongs to the HTTP exchange, to Hookstep or to Standard Webhooks.
    #[error("this header is set by Hookstep or by HTTP itself and can't be configured")]
    Reserved,
}

/// Headers that belong to the connection (RFC 9110, section 7.6.1), to the message's framing, or to Hookstep.
const RESERVED: [&str; 14] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Headers under this prefix are those of Standard Webhooks 1.0.0.
const RESERVED_PREFIX: &str = "webhook-";

/// One header that a webhook adds to every request.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    name: String,
    value: String,
}

impl Header {
    /// Parses a configured header.
    ///
    /// # Errors
    /// [`InvalidHeader`] where the name or the value can't be sent as given, or is not the user's to set.
    pub fn parse(name: &str, value: &str) -> Result<Self, InvalidHeader> {
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(InvalidHeader::Name);
        }
        let lower = name.to_ascii_lowercase();
        if RESERVED.contains(&lower.as_str()) || lower.starts_with(RESERVED_PREFIX) {
            return Err(InvalidHeader::Reserved);
        }
        if !is_field_value(value) {
            return Err(InvalidHeader::Value);
        }
        Ok(Self { name: name.to_owned(), value: value.to_owned() })
    }

    /// The name, spelled as configured.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Values may hold credentials: they are not printed.
impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ...", self.name)
    }
}

/// Whether `value` can stand in a header: visible ASCII with spaces and tabs inside (RFC 9110, section 5.5,
/// without its obsolete bytes over 127).
#[must_use]
pub fn is_field_value(value: &str) -> bool {
    let inner = |byte: u8| (0x20..=0x7e).contains(&byte) || byte == b'\t';
    value.bytes().all(inner) && value.trim_matches([' ', '\t']).len() == value.len()
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headers_that_are_not_the_users_to_set_are_refused() {
        for name in ["Host", "content-length", "Transfer-Encoding", "webhook-signature", "Webhook-Id", "TE"] {
            assert_eq!(Header::parse(name, "x"), Err(InvalidHeader::Reserved), "{name}");
        }
    }

    #[test]
    fn line_breaks_never_pass() {
        for value in ["a\r\nb: c", "a\nb", "\0", "ü", " a", "a\t"] {
            assert_eq!(Header::parse("x-a", value), Err(InvalidHeader::Value), "{value:?}");
        }
        for name in ["", "x a", "x:a", "x\r\na", "x-ü"] {
            assert_eq!(Header::parse(name, "v"), Err(InvalidHeader::Name), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn what_parses_is_one_line_of_ascii(name: String, value: String) {
            if let Ok(header) = Header::parse(&name, &value) {
                let line = format!("{}: {}", header.name(), header.value());
                prop_assert!(line.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte)));
            }
        }
    }
}
