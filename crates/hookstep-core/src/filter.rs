//! Filters on events: `EventBridge` patterns, checked for their form when a webhook is saved.
//!
//! A pattern is a JSON object over the fields of an event. Its leaves are non-empty arrays of values and of matchers such
//! as `{"prefix": "order."}`; `$or` holds alternatives.

use serde_json::{Map, Value};

use crate::limits::{FILTER_MAX_BYTES, FILTER_MAX_DEPTH};
use crate::secret::slot;

/// A pattern of valid form, as the JSON that was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Value);

/// What is wrong with a pattern, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct InvalidFilter {
    /// JSON pointer into the pattern.
    pub pointer: String,
    /// What to change.
    pub detail: String,
}

/// Matchers that take a string, or an object of one more matcher.
pub const TEXT_MATCHERS: [&str; 5] = ["prefix", "suffix", "equals-ignore-case", "wildcard", "cidr"];
/// What `numeric` compares by.
pub const COMPARISONS: [&str; 5] = ["<", "<=", "=", ">", ">="];

impl Filter {
    /// Checks a pattern's form.
    ///
    /// # Errors
    /// Every place at fault.
    pub fn parse(pattern: Value) -> Result<Self, Vec<InvalidFilter>> {
        let mut faults = Faults::default();
        if pattern.to_string().len() > FILTER_MAX_BYTES {
            faults.add(&[], format!("takes at most {FILTER_MAX_BYTES} bytes of JSON"));
        } else {
            match &pattern {
                Value::Object(fields) if !fields.is_empty() => faults.in_object(fields, &mut Vec::new()),
                _ => faults.add(
                    &[],
                    "has to be an object with at least one field, such as {\"detail-type\": [\"order.created\"]}",
                ),
            }
        }
        if faults.0.is_empty() { Ok(Self(pattern)) } else { Err(faults.0) }
    }

    /// The pattern.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.0
    }
}

#[derive(Default)]
struct Faults(Vec<InvalidFilter>);

impl Faults {
    fn add(&mut self, path: &[&str], detail: impl Into<String>) {
        self.0.push(InvalidFilter { pointer: slot(path), detail: detail.into() });
    }

    fn in_object<'a>(&mut self, fields: &'a Map<String, Value>, path: &mut Vec<&'a str>) {
        if path.len() >= FILTER_MAX_DEPTH {
            self.add(path, format!("takes at most {FILTER_MAX_DEPTH} levels"));
            return;
        }
        for (name, value) in fields {
            path.push(name);
            match value {
                Value::Array(alternatives) if name == "$or" => self.in_alternatives(alternatives, path),
                Value::Array(values) if values.is_empty() => self.add(path, "takes at least one value"),
                Value::Array(values) => {
                    for value in values {
                        self.in_leaf(value, path);
                    }
                }
                Value::Object(inner) if !inner.is_empty() => self.in_object(inner, path),
                Value::Object(_) => self.add(path, "takes at least one field"),
                _ => self.add(path, "has to be an array of values, or an object of further fields"),
            }
            path.pop();
        }
    }

    fn in_alternatives<'a>(&mut self, alternatives: &'a [Value], path: &mut Vec<&'a str>) {
        if alternatives.len() < 2 {
            self.add(path, "takes at least two alternatives");
        }
        for alternative in alternatives {
            match alternative {
                Value::Object(fields) if !fields.is_empty() => self.in_object(fields, path),
                _ => self.add(path, "takes objects with at least one field"),
            }
        }
    }

    fn in_leaf(&mut self, value: &Value, path: &[&str]) {
        match value {
            Value::Array(_) => self.add(path, "takes values and matchers, not arrays within the array"),
            Value::Object(matcher) => {
                let mut members = matcher.iter();
                match (members.next(), members.next()) {
                    (Some((name, argument)), None) => self.in_matcher(name, argument, path),
                    _ => self.add(path, "takes matchers with exactly one member, such as {\"prefix\": \"a\"}"),
                }
            }
            _ => {}
        }
    }

    fn in_matcher(&mut self, name: &str, argument: &Value, path: &[&str]) {
        let fits = match name {
            "exists" => argument.is_boolean(),
            "numeric" => is_range(argument),
            "anything-but" => is_exclusion(argument),
            text if TEXT_MATCHERS.contains(&text) => is_text_argument(text, argument),
            _ => {
                let names = [&TEXT_MATCHERS[..], &["anything-but", "exists", "numeric"]].concat().join(", ");
                self.add(path, format!("`{name}` is no matcher; there are {names}"));
                return;
            }
        };
        if !fits {
            self.add(path, format!("`{name}` does not take this argument"));
        }
    }
}

/// A string; for `prefix` and `suffix` also `{"equals-ignore-case": "..."}`.
fn is_text_argument(name: &str, argument: &Value) -> bool {
    match argument {
        Value::String(text) if name == "cidr" => text.parse::<ipnet::IpNet>().is_ok(),
        Value::String(text) => name == "equals-ignore-case" || !text.is_empty(),
        Value::Object(inner) if matches!(name, "prefix" | "suffix") => {
            inner.len() == 1 && inner.get("equals-ignore-case").is_some_and(Value::is_string)
        }
        _ => false,
    }
}

/// `[">", 0]` or `[">=", 0, "<", 10]`.
fn is_range(argument: &Value) -> bool {
    let Value::Array(parts) = argument else { return false };
    let comparison = |part: &Value| part.as_str().is_some_and(|text| COMPARISONS.contains(&text));
    matches!(parts.len(), 2 | 4) && parts.chunks(2).all(|pair| comparison(&pair[0]) && pair[1].is_number())
}

/// A value, a list of values, or a text matcher on one string or a list of them.
fn is_exclusion(argument: &Value) -> bool {
    let scalar = |value: &Value| value.is_string() || value.is_number();
    match argument {
        Value::Array(values) => !values.is_empty() && values.iter().all(scalar),
        Value::Object(inner) => {
            let mut members = inner.iter();
            match (members.next(), members.next()) {
                (Some((name, Value::Array(texts))), None) => {
                    TEXT_MATCHERS.contains(&name.as_str()) && !texts.is_empty() && texts.iter().all(Value::is_string)
                }
                (Some((name, argument)), None) => {
                    TEXT_MATCHERS.contains(&name.as_str()) && is_text_argument(name, argument)
                }
                _ => false,
            }
        }
        value => scalar(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patterns_of_every_kind_are_taken() {
        for pattern in [
            json!({ "detail-type": ["order.created"] }),
            json!({ "detail": { "total": [{ "numeric": [">=", 10, "<", 100] }], "state": [null, "", 1, true] } }),
            json!({ "source": [{ "prefix": "a" }, { "suffix": { "equals-ignore-case": ".PNG" } }, { "exists": false }] }),
            json!({ "source": [{ "anything-but": ["a", "b"] }, { "anything-but": { "prefix": "x" } }, { "anything-but": 4 }] }),
            json!({ "detail": { "ip": [{ "cidr": "10.0.0.0/8" }], "p": [{ "wildcard": "a/*/b" }] } }),
            json!({ "$or": [{ "source": ["a"] }, { "detail": { "x": ["b"] } }] }),
        ] {
            assert_eq!(Filter::parse(pattern.clone()).unwrap().as_json(), &pattern);
        }
    }

    #[test]
    fn every_place_at_fault_is_named() {
        let pattern = json!({
            "source": "a", "detail": { "x": [], "y": [["z"]], "a/b": [{ "prefix": 1 }], "c": [{ "like": "x" }], "d": {} },
            "n": [{ "numeric": [">"] }, { "exists": "yes" }, { "prefix": "a", "suffix": "b" }], "$or": [{ "a": ["b"] }]
        });
        let mut pointers: Vec<String> =
            Filter::parse(pattern).unwrap_err().into_iter().map(|fault| fault.pointer).collect();
        pointers.sort();
        let expected =
            ["/$or", "/detail/a~1b", "/detail/c", "/detail/d", "/detail/x", "/detail/y", "/n", "/n", "/n", "/source"];
        assert_eq!(pointers, expected);
        for pattern in [json!({}), json!([]), json!("a"), json!({ "a": ["x".repeat(5000)] })] {
            assert_eq!(Filter::parse(pattern).unwrap_err()[0].pointer, "");
        }
    }
}
