//! A shape as attributes of an item, of a webhook or of an event: `payload_format` and `transformation`, where there are any.

use hookstep_core::ports::StoreError;
use hookstep_core::shape::{Expression, PayloadFormat, Shape};

use crate::attribute::{ItemBuilder, ItemReader};

pub(crate) fn write(builder: ItemBuilder, shape: &Shape) -> ItemBuilder {
    let format = (shape.format != PayloadFormat::AsIs).then(|| shape.format.as_str());
    builder
        .optional_text("payload_format", format)
        .optional_text("transformation", shape.transformation.as_ref().map(Expression::as_str))
}

pub(crate) fn read(reader: &ItemReader<'_>) -> Result<Shape, StoreError> {
    let format = reader.optional_text("payload_format").map_or(Some(PayloadFormat::AsIs), PayloadFormat::from_name);
    let transformation = match reader.optional_text("transformation") {
        None => None,
        Some(text) => Some(Expression::new(text).ok_or_else(|| reader.corrupt("transformation"))?),
    };
    Ok(Shape { format: format.ok_or_else(|| reader.corrupt("payload_format"))?, transformation })
}
