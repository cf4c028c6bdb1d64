//! The schema of filters: `EventBridge` patterns.

use hookstep_core::filter::{BOTTOMS, COMPARISONS, RESERVED_IN_ALTERNATIVES, TOPS};
use hookstep_core::limits::{FILTER_ALTERNATIVES_MAX_COUNT, FILTER_MAX_BYTES, FILTER_MAX_DEPTH};
use serde_json::{Map, Value, json};

use super::text::{one_of, schema};

/// The schemas, by name.
pub(super) fn schemas() -> [(&'static str, Value); 3] {
    [("Filter", filter()), ("Matcher", matcher()), ("CidrBlock", cidr_block())]
}

fn filter() -> Value {
    let alternative =
        json!({ "allOf": [schema("Filter")], "propertyNames": { "not": { "enum": RESERVED_IN_ALTERNATIVES } } });
    json!({
        "type": "object",
        "minProperties": 1,
        "description": format!(
            "An EventBridge pattern over the fields of an event: which events of the bus the webhook gets. At most \
             {FILTER_MAX_BYTES} bytes of JSON, at most {FILTER_MAX_DEPTH} levels deep."
        ),
        "properties": {
            "$or": {
                "description": format!(
                    "Alternatives, which make at most {FILTER_ALTERNATIVES_MAX_COUNT} combinations. A path does not stand in one \
                     and beside it."
                ),
                "type": "array",
                "minItems": 2,
                "items": alternative,
            },
        },
        "additionalProperties": {
            "anyOf": [
                {
                    "type": "array",
                    "minItems": 1,
                    "items": { "anyOf": [{ "type": ["string", "number", "boolean", "null"] }, schema("Matcher")] },
                },
                schema("Filter"),
            ],
        },
        "examples": [{ "detail-type": ["order.created"], "detail": { "total": [{ "numeric": [">=", 100] }] } }],
    })
}

fn object_of(name: &str, value: &Value) -> Value {
    let properties = Map::from_iter([(name.to_owned(), value.clone())]);
    json!({ "type": "object", "properties": properties, "required": [name], "additionalProperties": false })
}

fn matcher() -> Value {
    let text = json!({ "type": "string" });
    let wildcard = json!({ "type": "string", "pattern": r"^\*?(([^*\\]|\\[*\\])\*?)*$" });
    let affix = json!({ "anyOf": [text, object_of("equals-ignore-case", &text)] });
    let mut matchers = vec![
        object_of("prefix", &affix),
        object_of("suffix", &affix),
        object_of("equals-ignore-case", &text),
        object_of("wildcard", &wildcard),
        object_of("cidr", &schema("CidrBlock")),
        object_of("exists", &json!({ "type": "boolean" })),
    ];
    let range = |parts: Value| {
        let count = parts.as_array().map(Vec::len);
        json!({ "type": "array", "prefixItems": parts, "minItems": count, "maxItems": count })
    };
    let number = json!({ "type": "number" });
    let comparison = range(json!([one_of(COMPARISONS), number]));
    let between = range(json!([one_of(BOTTOMS), number, one_of(TOPS), number]));
    matchers.push(object_of("numeric", &json!({ "anyOf": [comparison, between] })));
    let one_or_more = |one: &Value| json!({ "anyOf": [one, { "type": "array", "minItems": 1, "items": one }] });
    let some_text = json!({ "type": "string", "minLength": 1 });
    let exclusions = [
        one_or_more(&text),
        one_or_more(&number),
        object_of("prefix", &one_or_more(&some_text)),
        object_of("suffix", &one_or_more(&some_text)),
        object_of("equals-ignore-case", &one_or_more(&text)),
        object_of("wildcard", &one_or_more(&wildcard)),
    ];
    matchers.push(object_of("anything-but", &json!({ "anyOf": exclusions })));
    json!({ "description": "A condition on a field: exactly one member.", "anyOf": matchers })
}

fn cidr_block() -> Value {
    let byte = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    let group = "[0-9A-Fa-f]{1,4}";
    let mut v6 = vec![format!("({group}:){{7}}{group}"), format!("({group}:){{1,7}}:"), format!(":(:{group}){{1,7}}")];
    v6.extend((1..=6).map(|before| format!("({group}:){{1,{before}}}(:{group}){{1,{}}}", 7 - before)));
    json!({
        "type": "string",
        "anyOf": [
            { "pattern": format!(r"^({byte}\.){{3}}{byte}/(3[01]|[12]?[0-9])$") },
            { "pattern": format!("^(::|{})/(12[0-7]|1[01][0-9]|[1-9]?[0-9])$", v6.join("|")) },
        ],
        "examples": ["10.0.0.0/8"],
    })
}
