//! Items of `DynamoDB` tables: written and read attribute by attribute.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hookstep_core::payload::Encoding;
use hookstep_core::ports::StoreError;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What `{name}_encoding` says where the bytes are not text.
const BASE64: &str = "base64";

/// An item as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Builds an item; what is `None` is left out.
#[derive(Debug, Default)]
pub(crate) struct ItemBuilder(Item);

impl ItemBuilder {
    pub(crate) fn text(self, name: &str, value: impl Into<String>) -> Self {
        self.value(name, AttributeValue::S(value.into()))
    }

    pub(crate) fn optional_text(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn number(self, name: &str, value: impl std::fmt::Display) -> Self {
        self.value(name, AttributeValue::N(value.to_string()))
    }

    pub(crate) fn optional_number(self, name: &str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.number(name, value),
            None => self,
        }
    }

    pub(crate) fn flag(self, name: &str, value: bool) -> Self {
        self.value(name, AttributeValue::Bool(value))
    }

    /// Bytes: as text where they are text, else as base64, which `{name}_encoding` tells.
    ///
    /// Not as `B`: the `DynamoDB` integration of Step Functions takes the base64 text of a `B` for the bytes themselves.
    pub(crate) fn bytes(self, name: &str, value: &[u8]) -> Self {
        match (Encoding::of(value), std::str::from_utf8(value)) {
            (Encoding::Utf8, Ok(text)) => self.text(name, text),
            _ => self.text(name, STANDARD.encode(value)).text(&format!("{name}_encoding"), BASE64),
        }
    }

    pub(crate) fn value(mut self, name: &str, value: AttributeValue) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    pub(crate) fn build(self) -> Item {
        self.0
    }
}

/// Reads an item; what is not as written is [`StoreError::Corrupt`].
pub(crate) struct ItemReader<'a> {
    table: &'static str,
    item: &'a Item,
}

impl<'a> ItemReader<'a> {
    pub(crate) fn new(table: &'static str, item: &'a Item) -> Self {
        Self { table, item }
    }

    pub(crate) fn corrupt(&self, what: &str) -> StoreError {
        StoreError::Corrupt { table: self.table, what: what.to_owned() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a AttributeValue> {
        self.item.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Result<&'a str, StoreError> {
        self.optional_text(name).ok_or_else(|| self.corrupt(name))
    }

    pub(crate) fn optional_text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_s().ok().map(String::as_str)
    }

    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<T, StoreError> {
        self.text(name)?.parse().map_err(|_| self.corrupt(name))
    }

    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<T, StoreError> {
        let number = self.get(name).and_then(|value| value.as_n().ok());
        number.and_then(|digits| digits.parse().ok()).ok_or_else(|| self.corrupt(name))
    }

    pub(crate) fn optional_number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, StoreError> {
        self.get(name).map(|_| self.number(name)).transpose()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(|value| value.as_bool().ok()).copied().unwrap_or(false)
    }

    pub(crate) fn seconds(&self, name: &str) -> Result<Timestamp, StoreError> {
        Timestamp::from_second(self.number(name)?).map_err(|_| self.corrupt(name))
    }

    /// Bytes as [`ItemBuilder::bytes`] writes them.
    pub(crate) fn optional_bytes(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        let Some(text) = self.optional_text(name) else { return Ok(None) };
        match self.optional_text(&format!("{name}_encoding")) {
            Some(BASE64) => STANDARD.decode(text).map(|bytes| Some(bytes.into())).map_err(|_| self.corrupt(name)),
            _ => Ok(Some(Bytes::copy_from_slice(text.as_bytes()))),
        }
    }
}

/// The item as the `DynamoDB` integration of Step Functions takes it.
pub(crate) fn item_json(item: &Item) -> Value {
    item.iter().map(|(name, value)| (name.clone(), value_json(value))).collect()
}

fn value_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(flag) => json!({ "BOOL": flag }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(value_json).collect::<Vec<_>>() }),
        AttributeValue::M(map) => json!({ "M": item_json(map) }),
        // Nothing here writes binary values or sets; a null is what the integration makes of what it does not know.
        _ => json!({ "NULL": true }),
    }
}
