//! Header names and values that a webhook may carry.

use crate::auth::Value;
use crate::trace::{TRACEPARENT, TRACESTATE};

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
pub const RESERVED: [&str; 14] = [
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

/// Who sends.
pub const USER_AGENT: &str = concat!("Hookstep/", env!("CARGO_PKG_VERSION"));

/// What every request has where it has no other value for it.
pub const DEFAULTS: [(&str, &str); 3] = [("user-agent", USER_AGENT), ("accept", "*/*"), ("accept-encoding", "gzip")];

/// Whether a header belongs to the message's frame or its connection: who could set it could say where a request ends.
#[must_use]
pub fn is_of_frame(name: &str) -> bool {
    RESERVED.contains(&name) && name != "user-agent"
}

/// Headers under this prefix are those of Standard Webhooks 1.0.0.
pub const RESERVED_PREFIX: &str = "webhook-";

/// One header that a webhook adds to every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    name: String,
    value: Value,
}

impl Header {
    /// A header whose value is shown to whoever may read the webhook.
    ///
    /// # Errors
    /// [`InvalidHeader`] where the name or the value can't be sent as given, or is not the user's to set.
    pub fn shown(name: &str, value: &str) -> Result<Self, InvalidHeader> {
        check_form(name)?;
        if !is_field_value(value) {
            return Err(InvalidHeader::Value);
        }
        Ok(Self { name: name.to_owned(), value: Value::Shown(value.to_owned()) })
    }

    /// A header whose value is among the webhook's secrets.
    ///
    /// # Errors
    /// [`InvalidHeader`] where the name is not the user's to set. Whoever sets the secret checks it by [`is_field_value`].
    pub fn secret(name: &str) -> Result<Self, InvalidHeader> {
        check_form(name)?;
        Ok(Self { name: name.to_owned(), value: Value::Secret })
    }

    /// The name, spelled as configured.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, or that it is a secret.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }
}

/// Headers that every attempt has a value of its own for. Those that were configured before that stay, and win.
pub const RESERVED_NOW: [&str; 2] = [TRACEPARENT, TRACESTATE];

/// Whether a header of this name may be configured: asked when a webhook is saved.
///
/// # Errors
/// [`InvalidHeader`] where it can't be sent as given, or is not the user's to set.
pub fn check_name(name: &str) -> Result<(), InvalidHeader> {
    check_given_name(name)?;
    let lower = name.to_ascii_lowercase();
    if RESERVED_NOW.contains(&lower.as_str()) { Err(InvalidHeader::Reserved) } else { Ok(()) }
}

/// The same of a connection, which others may change: asked before each request.
///
/// # Errors
/// [`InvalidHeader`] where it can't be sent as given, or is not the user's to set.
pub fn check_given_name(name: &str) -> Result<(), InvalidHeader> {
    check_form(name)?;
    // To receivers behind CGI and its heirs an underscore and a hyphen are the same.
    check_form(&name.replace('_', "-"))
}

/// The rule for headers that were saved before: the names themselves are reserved, and no others.
fn check_form(name: &str) -> Result<(), InvalidHeader> {
    if !is_name(name) {
        return Err(InvalidHeader::Name);
    }
    let lower = name.to_ascii_lowercase();
    if RESERVED.contains(&lower.as_str()) || lower.starts_with(RESERVED_PREFIX) {
        return Err(InvalidHeader::Reserved);
    }
    Ok(())
}

/// Whether `name` is a field name (RFC 9110, section 5.1).
#[must_use]
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(is_token)
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
            assert_eq!(Header::shown(name, "x"), Err(InvalidHeader::Reserved), "{name}");
        }
    }

    #[test]
    fn line_breaks_never_pass() {
        for value in ["a\r\nb: c", "a\nb", "\0", "ü", " a", "a\t"] {
            assert_eq!(Header::shown("x-a", value), Err(InvalidHeader::Value), "{value:?}");
        }
        for name in ["", "x a", "x:a", "x\r\na", "x-ü"] {
            assert_eq!(Header::shown(name, "v"), Err(InvalidHeader::Name), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn what_parses_is_one_line_of_ascii(name: String, value: String) {
            if let Ok(header) = Header::shown(&name, &value) {
                let Value::Shown(value) = header.value() else { panic!("it is a secret") };
                let line = format!("{}: {value}", header.name());
                prop_assert!(line.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte)));
            }
        }
    }
}
