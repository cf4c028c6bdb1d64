//! The shape in which a webhook wants its payloads: as they were given, transformed, in an envelope.

use bytes::Bytes;
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::limits::EXPRESSION_MAX_BYTES;
use crate::payload::encoded_len;

/// What stands around a payload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PayloadFormat {
    /// Nothing.
    #[default]
    AsIs,
    /// The object that Standard Webhooks 1.0.0 recommends: `type`, `timestamp`, `data`.
    StandardWebhooks,
}

impl PayloadFormat {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AsIs, Self::StandardWebhooks];

    /// The name in configs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AsIs => "as_is",
            Self::StandardWebhooks => "standard_webhooks",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// A `JSONata` expression of bounded length. Whether it is one is for the evaluator to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression(String);

impl Expression {
    /// Takes an expression, if it is not empty and at most [`EXPRESSION_MAX_BYTES`] as a JSON string.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = text.len() <= EXPRESSION_MAX_BYTES
            && !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
            && encoded_len(text.as_bytes()) <= EXPRESSION_MAX_BYTES;
        (fits && !text.trim().is_empty()).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a webhook does with payloads before they are sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// The transformation, which comes first.
    pub transformation: Option<Expression>,
    /// The envelope.
    pub format: PayloadFormat,
}

impl Shape {
    /// Whether payloads are sent as they were given.
    #[must_use]
    pub fn is_as_is(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether the bytes are one JSON text (RFC 8259), checked without building it.
#[must_use]
pub fn is_json(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// The envelope around `data`, a JSON text whose bytes stay as they are.
#[must_use]
pub fn envelope(kind: &str, timestamp: Timestamp, data: &[u8]) -> Bytes {
    let head = format!("{{\"type\":{},\"timestamp\":\"{timestamp}\",\"data\":", Value::from(kind));
    [head.as_bytes(), data, b"}"].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn names_lead_back_to_formats() {
        for format in PayloadFormat::ALL {
            assert_eq!(PayloadFormat::from_name(format.as_str()), Some(format));
        }
    }

    #[test]
    fn the_bytes_of_the_data_stay_as_they_are() {
        let data = b" {\"amount\": 1.00, \"id\":12345678901234567890123 } ";
        let whole = envelope("order.\"paid\"", Timestamp::UNIX_EPOCH, data);
        let expected = b"{\"type\":\"order.\\\"paid\\\"\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"data\": {\"amount\": 1.00, \"id\":12345678901234567890123 } }";
        assert_eq!(&whole[..], expected);
    }

    #[test]
    fn only_whole_json_texts_are_json() {
        for good in ["{}", " [1] ", "null", "\"x\"", "-0.5e3"] {
            assert!(is_json(good.as_bytes()), "{good}");
        }
        for bad in ["", "{", "{}{}", "{},\"admin\":true", "nul", "\u{feff}{}"] {
            assert!(!is_json(bad.as_bytes()), "{bad}");
        }
        assert!(!is_json(b"\"\xff\""));
    }

    #[test]
    fn an_expression_is_bounded_as_it_travels() {
        assert!(Expression::new("$").is_some());
        for bad in ["", " \n", "a\u{0}b"] {
            assert!(Expression::new(bad).is_none(), "{bad:?}");
        }
        assert!(Expression::new(&"a".repeat(EXPRESSION_MAX_BYTES)).is_some());
        assert!(Expression::new(&"a".repeat(EXPRESSION_MAX_BYTES + 1)).is_none());
        assert!(Expression::new(&"\"".repeat(EXPRESSION_MAX_BYTES / 2 + 1)).is_none());
    }

    proptest! {
        #[test]
        fn no_data_breaks_out_of_its_envelope(kind: String, text: String) {
            let data = json!({ "text": text }).to_string();
            let whole: Value = serde_json::from_slice(&envelope(&kind, Timestamp::UNIX_EPOCH, data.as_bytes())).unwrap();
            prop_assert_eq!(whole, json!({ "type": kind, "timestamp": "1970-01-01T00:00:00Z", "data": { "text": text } }));
        }
    }
}
