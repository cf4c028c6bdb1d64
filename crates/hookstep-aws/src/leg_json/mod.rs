//! The JSON that passes through the delivery machine.
//!
//! Apart from the core types on purpose: executions that are under way while a new version is deployed carry the old
//! form, so this one only ever grows.

mod attempt;
mod event;
mod target;

pub use attempt::AttemptJson;
pub use event::EventJson;
pub use target::TargetJson;

use std::str::FromStr;

use hookstep_core::shape::{Expression, PayloadFormat, Shape};
use serde::{Deserialize, Serialize};

/// JSON that the machine passed is not what Hookstep writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is missing or not valid in the machine's state")]
pub struct InvalidState(&'static str);

fn parsed<T: FromStr>(text: &str, name: &'static str) -> Result<T, InvalidState> {
    text.parse().map_err(|_| InvalidState(name))
}

/// A shape; what is absent is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ShapeJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload_format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transformation: Option<String>,
}

impl From<&Shape> for ShapeJson {
    fn from(shape: &Shape) -> Self {
        Self {
            payload_format: (shape.format != PayloadFormat::AsIs).then(|| shape.format.as_str().to_owned()),
            transformation: shape.transformation.as_ref().map(|expression| expression.as_str().to_owned()),
        }
    }
}

impl TryFrom<ShapeJson> for Shape {
    type Error = InvalidState;

    fn try_from(json: ShapeJson) -> Result<Self, InvalidState> {
        let format = json.payload_format.as_deref().map(PayloadFormat::from_name);
        let transformation = json.transformation.as_deref().map(Expression::new);
        Ok(Self {
            format: format.unwrap_or(Some(PayloadFormat::AsIs)).ok_or(InvalidState("payload_format"))?,
            transformation: transformation.map(|one| one.ok_or(InvalidState("transformation"))).transpose()?,
        })
    }
}
