//! What the history says of a change: fields and never values.

use serde_json::json;

use super::super::changed_fields;
use super::make::{PLANTED, body, created, patch};

#[test]
fn a_creation_names_everything_that_is_set() {
    let made = created(body(json!({
        "auth": { "type": "basic", "username": "u", "password": PLANTED }, "headers": { "x-token": PLANTED, "x-a": "1" },
    })));
    let slots = made.secrets.slots().into_iter().collect();
    let fields = changed_fields(None, &made.webhook, slots);
    for expected in
        ["/name", "/url", "/auth/type", "/auth/username", "/auth/password", "/headers/x-token", "/headers/x-a"]
    {
        assert!(fields.iter().any(|field| field == expected), "{expected} of {fields:?}");
    }
    for derived in
        ["/config_id", "/tenant_id", "/status", "/created_at", "/updated_at", "/version", "/auth/password_set"]
    {
        assert!(!fields.iter().any(|field| field == derived), "{derived} of {fields:?}");
    }
    assert!(!format!("{fields:?}").contains(PLANTED));
}

#[test]
fn each_field_is_named_by_its_pointer() {
    let before = created(body(json!({ "headers": { "x-a": "1", "x-b_set": "1" } })));
    for (given, expected) in [
        (json!({ "name": "b" }), vec!["/name"]),
        (json!({ "description": "b" }), vec!["/description"]),
        (json!({ "event_name": "b" }), vec!["/event_name"]),
        (json!({ "filter": { "a": ["b"] } }), vec!["/filter"]),
        (json!({ "url": "https://example.com/b" }), vec!["/url"]),
        (json!({ "http_method": "PUT" }), vec!["/http_method"]),
        (json!({ "enabled": false }), vec!["/enabled"]),
        (json!({ "timeout_seconds": 31 }), vec!["/timeout_seconds"]),
        (
            json!({ "retry_policy": { "max_retries": 1, "retry_on": [] } }),
            vec!["/retry_policy/max_retries", "/retry_policy/retry_on"],
        ),
        (json!({ "headers": { "x-a": "2", "a/b~c": null } }), vec!["/headers/x-a"]),
        (json!({ "headers": { "x-b_set": "2" } }), vec!["/headers/x-b_set"]),
        (json!({ "headers": { "x-c_set": "2" } }), vec!["/headers/x-c_set"]),
        (
            json!({ "auth": { "type": "api_key", "in": "query", "name": "k", "value": "v" } }),
            vec!["/auth/in", "/auth/name", "/auth/type", "/auth/value"],
        ),
        // To what they are already.
        (
            json!({ "name": "a", "enabled": true, "timeout_seconds": 30.0, "auth": { "type": "none" }, "filter": null }),
            vec![],
        ),
    ] {
        let change = patch(&before, given.clone()).expect("a valid change");
        assert_eq!(change.fields, expected, "{given}");
    }
}
