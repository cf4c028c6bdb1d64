//! JSON Merge Patch (RFC 7396).

use hookstep_core::webhook::Webhook;
use serde_json::{Map, Value};

use super::show::show;

/// Secrets that null clears. A merge patch has no other word for that: null takes a member away, and what is left out stays.
const SECRETS: [(&str, &[&str]); 3] = [
    ("auth", &["password", "value", "client_secret"]),
    ("signing", &["secret"]),
    ("client_certificate", &["certificate", "private_key"]),
];

/// The document that a patch makes of a webhook. Another type of `auth` replaces the whole of it.
#[must_use]
pub fn patched(webhook: &Webhook, static_ip_addresses: &[String], patch: &Map<String, Value>) -> Map<String, Value> {
    let mut document = match show(webhook, static_ip_addresses) {
        Value::Object(document) => document,
        _ => Map::new(),
    };
    for (section, _) in SECRETS {
        let given = patch.get(section).and_then(Value::as_object);
        if let (Some(Value::Object(shown)), Some(given)) = (document.get_mut(section), given) {
            shown.retain(|name, _| !name.ends_with("_set"));
            if given.get("type").is_some_and(|kind| Some(kind) != shown.get("type")) {
                shown.clear();
            }
        }
    }
    merge(&mut document, patch);
    // Follows from `static_ip`.
    if !patch.contains_key("static_ip_addresses") {
        document.remove("static_ip_addresses");
    }
    for (section, names) in SECRETS {
        let given = patch.get(section).and_then(Value::as_object);
        if let (Some(Value::Object(merged)), Some(given)) = (document.get_mut(section), given) {
            for name in names.iter().filter(|name| given.get(**name) == Some(&Value::Null)) {
                merged.insert((*name).to_owned(), Value::Null);
            }
        }
    }
    document
}

fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                target.remove(name);
            }
            Value::Object(patch) => {
                let member = target.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
                if !member.is_object() {
                    *member = Value::Object(Map::new());
                }
                if let Value::Object(member) = member {
                    merge(member, patch);
                }
            }
            other => {
                target.insert(name.clone(), other.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn merged(target: Value, patch: Value) -> Value {
        let (Value::Object(mut target), Value::Object(patch)) = (target, patch) else { panic!("not objects") };
        merge(&mut target, &patch);
        Value::Object(target)
    }

    #[test]
    fn the_cases_of_rfc_7396_appendix_a() {
        for (target, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ] {
            assert_eq!(merged(target.clone(), patch.clone()), result, "{target} {patch}");
        }
    }
}
