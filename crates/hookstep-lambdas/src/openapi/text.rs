//! Small schemas that many others are made of.

use hookstep_core::header::{RESERVED, RESERVED_NOW, RESERVED_PREFIX};
use hookstep_core::limits::{
    EVENT_NAME_MAX_CHARS, EXPRESSION_MAX_BYTES, SECRET_MAX_BYTES, TOKEN_MAX_BYTES, URL_MAX_BYTES,
};
use serde_json::{Value, json};

/// What a field value holds (RFC 9110, section 5.5): visible ASCII, with spaces and tabs inside.
pub(super) const FIELD_VALUE: &str = r"^([!-~]([\t -~]*[!-~])?)?$";

/// As [`FIELD_VALUE`], and not empty.
pub(super) const FILLED_FIELD_VALUE: &str = r"^[!-~]([\t -~]*[!-~])?$";

/// Without control characters.
const NO_CONTROL: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// White space as Unicode has it, for the inside of a character class.
const WHITE_SPACE: &str = r"\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

/// A reference to a schema of the document.
pub(super) fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The same schema, with a text that says what it is for here.
pub(super) fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = json!(description);
    schema
}

/// The same schema, and null.
pub(super) fn nullable(mut schema: Value) -> Value {
    if let Some(only) = schema.get_mut("const").map(Value::take) {
        return json!({ "enum": [only, null] });
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
    match schema.get("type") {
        Some(Value::String(kind)) => {
            schema["type"] = json!([kind, "null"]);
            schema
        }
        _ if schema.get("enum").is_some() => schema,
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

/// One of these words.
pub(super) fn one_of(words: impl IntoIterator<Item = &'static str>) -> Value {
    json!({ "type": "string", "enum": words.into_iter().collect::<Vec<_>>() })
}

/// An identifier of this prefix.
pub(super) fn id(prefix: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{prefix}_[0-7][0-9A-HJKMNP-TV-Z]{{25}}$") })
}

/// A tenant's name.
pub(super) fn tenant() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$" })
}

/// A moment.
pub(super) fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// Text for people of so many characters, of which at least one is not white space.
pub(super) fn name(max: usize) -> Value {
    json!({ "type": "string", "maxLength": max, "pattern": format!("[^{WHITE_SPACE}]") })
}

/// An expression: text with at least one character that is not white space, and no control characters but tabs and line breaks.
pub(super) fn expression() -> Value {
    let control = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f";
    let pattern = format!("^[^{control}]*[^{control}{WHITE_SPACE}][^{control}]*$");
    json!({ "type": "string", "maxLength": EXPRESSION_MAX_BYTES, "pattern": pattern })
}

/// Visible ASCII with spaces inside.
pub(super) fn ascii(max: usize) -> Value {
    json!({ "type": "string", "maxLength": max, "pattern": "^[!-~]([ -~]*[!-~])?$" })
}

/// The name of events, as `is_event_name` has it.
pub(super) fn event_name() -> Value {
    let pattern =
        format!(r"^([ -~]{{1,{TOKEN_MAX_BYTES}}}|[^\u0000-\u001f\u007f-\u009f]{{1,{EVENT_NAME_MAX_CHARS}}})$");
    json!({ "type": "string", "pattern": pattern })
}

/// What may stand in a header that is passed on or kept.
pub(super) fn header_value() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": TOKEN_MAX_BYTES, "pattern": FILLED_FIELD_VALUE })
}

/// The URL of a receiver or a token endpoint. The format is that of browsers, which take more than RFC 3986 does.
pub(super) fn url() -> Value {
    json!({
        "type": "string",
        "format": "url",
        "maxLength": URL_MAX_BYTES,
        "pattern": "^https?://[^/?#@]+([/?][^#@]*)?$",
        "description": "`https`, or `http` where the operator allows it. No user name, password or fragment. An address or a port that \
                        webhooks may not reach is refused here, what a name leads to at the attempt.",
    })
}

/// A secret for a header or a form field.
pub(super) fn secret() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": SECRET_MAX_BYTES, "pattern": FILLED_FIELD_VALUE, "writeOnly": true })
}

/// A password; an empty one is none.
pub(super) fn password() -> Value {
    json!({ "type": "string", "maxLength": SECRET_MAX_BYTES, "pattern": NO_CONTROL, "writeOnly": true })
}

/// A user name for HTTP Basic.
pub(super) fn username() -> Value {
    json!({ "type": "string", "maxLength": TOKEN_MAX_BYTES, "pattern": r"^[^:\u0000-\u001f\u007f-\u009f]*$" })
}

/// The name of a header that may be configured.
pub(super) fn header_name() -> Value {
    let names: Vec<&str> = RESERVED.into_iter().chain(RESERVED_NOW).collect();
    let reserved: Vec<String> = names.iter().map(|name| in_any_case(name)).collect();
    let reserved = format!("^({}|{}.*)$", reserved.join("|"), in_any_case(RESERVED_PREFIX));
    json!({
        "type": "string",
        "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        "not": { "pattern": reserved },
        "description": format!(
            "A field name (RFC 9110), none of {} and no `{RESERVED_PREFIX}*`, in any case, an underscore read as a hyphen.",
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
    })
}

/// A pattern for this text in any case, with an underscore for a hyphen too.
fn in_any_case(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, c| {
        if c.is_ascii_alphabetic() {
            pattern.extend(['[', c.to_ascii_uppercase(), c.to_ascii_lowercase(), ']']);
        } else if c == '-' {
            pattern.push_str("[_-]");
        } else {
            pattern.push(c);
        }
        pattern
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_can_take_null() {
        assert_eq!(nullable(json!({ "type": "string" })), json!({ "type": ["string", "null"] }));
        assert_eq!(nullable(json!({ "const": "a" })), json!({ "enum": ["a", null] }));
        assert_eq!(nullable(one_of(["a"])), json!({ "type": ["string", "null"], "enum": ["a", null] }));
        assert_eq!(nullable(schema("A")), json!({ "anyOf": [schema("A"), { "type": "null" }] }));
    }

    #[test]
    fn names_are_matched_in_any_case() {
        assert_eq!(in_any_case("te-2"), "[Tt][Ee][_-]2");
    }
}
