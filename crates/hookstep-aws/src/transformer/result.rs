//! The result of an expression, as JSON.

use std::io::{self, Write};

use hookstep_core::limits::TRANSFORM_OUTPUT_MAX_BYTES;
use jsonata_core::value::{JValue, with_stack};

use super::numbers::{FIRST_UNSAFE, Kept, Long};

/// How deep a result may be: deeper than a payload can be (128), shallow enough for the parsers of receivers.
const DEPTH_MAX: usize = 160;

/// Why a result is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoResult {
    #[error("the expression has no result: what it names is not in this payload")]
    Nothing,
    #[error("the result is a function, or has one in it, where JSON is needed")]
    Function,
    #[error("the result has a number in it that JSON can't write, such as that of 1/0")]
    NotFinite,
    #[error(
        "the result has a number in it of which the payload has two that JSONata can't tell apart, as they have more \
        digits than it keeps; such numbers are safe as strings"
    )]
    Ambiguous,
    #[error("the result is nested more than {DEPTH_MAX} levels deep")]
    TooDeep,
    #[error("the result is larger than {TRANSFORM_OUTPUT_MAX_BYTES} bytes")]
    TooLarge,
}

/// Writes a result without blanks, its members in the order in which the expression made them.
pub(super) fn to_json(value: &JValue, long: &Long<'_>) -> Result<Vec<u8>, NoResult> {
    let mut writer = Writer { out: Bounded(Vec::new()), long };
    match value {
        JValue::Undefined => Err(NoResult::Nothing),
        value => writer.value(value, 0).map(|()| writer.out.0),
    }
}

/// Bytes up to the bound.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > TRANSFORM_OUTPUT_MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Writer<'a> {
    out: Bounded,
    long: &'a Long<'a>,
}

impl Writer<'_> {
    fn value(&mut self, value: &JValue, depth: usize) -> Result<(), NoResult> {
        if depth > DEPTH_MAX {
            return Err(NoResult::TooDeep);
        }
        match value {
            JValue::Lambda(_) | JValue::Builtin { .. } | JValue::Regex { .. } => Err(NoResult::Function),
            JValue::Number(number) => self.number(*number),
            JValue::Array(items) => with_stack(|| {
                self.text("[")?;
                for (place, item) in items.iter().enumerate() {
                    self.text(if place == 0 { "" } else { "," })?;
                    self.value(item, depth + 1)?;
                }
                self.text("]")
            }),
            JValue::Object(members) => with_stack(|| {
                self.text("{")?;
                let there = members.iter().filter(|(_, value)| !matches!(value, JValue::Undefined));
                for (place, (name, member)) in there.enumerate() {
                    self.text(if place == 0 { "" } else { "," })?;
                    self.plain(name)?;
                    self.text(":")?;
                    self.value(member, depth + 1)?;
                }
                self.text("}")
            }),
            // Nothing, in an array, is null.
            JValue::Null | JValue::Undefined => self.text("null"),
            JValue::Bool(truth) => self.plain(truth),
            JValue::String(text) => self.plain(&**text),
        }
    }

    fn number(&mut self, number: f64) -> Result<(), NoResult> {
        if !number.is_finite() {
            return Err(NoResult::NotFinite);
        }
        match self.long.get(number) {
            Some(Kept::As(literal)) => self.text(literal),
            Some(Kept::Ambiguous) => Err(NoResult::Ambiguous),
            // As a whole number of 64 bits it would be one of many that are the same in floating point; this is the shortest.
            None if (FIRST_UNSAFE..1e21).contains(&number.abs()) => self.text(&number.to_string()),
            None => self.plain(&JValue::Number(number)),
        }
    }

    fn plain<T: serde::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoResult> {
        // Nothing else can fail: texts are UTF-8, names are texts, and numbers are finite.
        serde_json::to_writer(&mut self.out, value).map_err(|_| NoResult::TooLarge)
    }

    fn text(&mut self, text: &str) -> Result<(), NoResult> {
        self.out.write_all(text.as_bytes()).map_err(|_| NoResult::TooLarge)
    }
}
