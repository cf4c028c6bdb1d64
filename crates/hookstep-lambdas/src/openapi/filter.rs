//! The schema of filters: `EventBridge` patterns.

use hookstep_core::filter::COMPARISONS;
use hookstep_core::limits::{FILTER_MAX_BYTES, FILTER_MAX_DEPTH};
use serde_json::{Map, Value, json};

use super::text::{one_of, schema};

/// The schemas, by name.
pub(super) fn schemas() -> [(&'static str, Value); 3] {
    [("Filter", filter()), ("Matcher", matcher()), ("CidrBlock", cidr_block())]
}

fn filter() -> Value {
    json!({
        "type": "object",
        "minProperties": 1,
        "description": format!(
            "An EventBridge pattern over the fields of an event: which events of the bus the webhook gets. At most \
             {FILTER_MAX_BYTES} bytes of JSON, at most {FILTER_MAX_DEPTH} levels deep."
        ),
        "properties": {
            "$or": {
                "description": "Alternatives.",
                "anyOf": [{ "type": "array", "minItems": 2, "items": schema("Filter") }, schema("Filter")],
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
    let text = json!({ "type": "string", "minLength": 1 });
    let in_any_case = object_of("equals-ignore-case", &json!({ "type": "string" }));
    let affix = json!({ "anyOf": [text, in_any_case] });
    let comparison = one_of(COMPARISONS);
    let pair = [comparison, json!({ "type": "number" })];
    let range = |pairs: usize| {
        let items: Vec<&Value> = pair.iter().cycle().take(2 * pairs).collect();
        json!({ "type": "array", "prefixItems": items, "minItems": items.len(), "maxItems": items.len() })
    };
    let texts = [
        ("prefix", affix.clone()),
        ("suffix", affix),
        ("equals-ignore-case", json!({ "type": "string" })),
        ("wildcard", text),
        ("cidr", schema("CidrBlock")),
    ];
    let many = json!({ "type": "array", "minItems": 1, "items": { "type": "string" } });
    let scalar = json!({ "type": ["string", "number"] });
    let mut exclusions = vec![scalar.clone(), json!({ "type": "array", "minItems": 1, "items": scalar })];
    exclusions.extend(texts.iter().map(|(name, one)| object_of(name, &json!({ "anyOf": [one, many] }))));
    let mut matchers: Vec<Value> = texts.iter().map(|(name, one)| object_of(name, one)).collect();
    matchers.push(object_of("exists", &json!({ "type": "boolean" })));
    matchers.push(object_of("numeric", &json!({ "anyOf": [range(1), range(2)] })));
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
            { "pattern": format!(r"^({byte}\.){{3}}{byte}/(3[0-2]|[12]?[0-9])$") },
            { "pattern": format!("^(::|{})/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$", v6.join("|")) },
        ],
        "examples": ["10.0.0.0/8"],
    })
}
