//! What is wrong with a webhook is said by field and code, all of it at once.

use std::collections::BTreeSet;

use anyhow::Result;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Hookstep, unique};
use serde_json::{Value, json};

use crate::support::{TARGET, created, draft, faults, id, shown};

/// Every code there is.
const CODES: [&str; 21] = [
    "connection_not_usable",
    "duplicate_header",
    "empty",
    "invalid",
    "invalid_arn",
    "invalid_filter",
    "invalid_header",
    "invalid_method",
    "invalid_place",
    "invalid_transformation",
    "invalid_type",
    "invalid_url",
    "not_available",
    "out_of_range",
    "read_only",
    "required",
    "set_by_auth",
    "target_not_allowed",
    "too_long",
    "unknown_field",
    "wrong_type",
];

const OAUTH2: &str = "oauth2_client_credentials";

fn oauth2(fields: Value) -> Value {
    let mut auth = json!({
        "type": OAUTH2, "token_url": "https://id.example/token", "client_id": "c", "client_secret": planted("unused"),
    });
    let Value::Object(fields) = fields else { panic!("{fields}") };
    auth.as_object_mut().unwrap().extend(fields);
    auth
}

/// Bodies with one fault, and what is said of it.
fn plain_fields() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "name": null }), "/name required"),
        (json!({ "name": 7 }), "/name wrong_type"),
        (json!({ "name": "" }), "/name empty"),
        (json!({ "name": " \t" }), "/name empty"),
        (json!({ "description": [] }), "/description wrong_type"),
        (json!({ "event_name": "" }), "/event_name invalid"),
        (json!({ "event_name": "a\nb" }), "/event_name invalid"),
        (json!({ "event_name": "caf\u{e9}\u{7f}" }), "/event_name invalid"),
        (json!({ "event_name": 7 }), "/event_name wrong_type"),
        (json!({ "url": null }), "/url required"),
        (json!({ "url": 7 }), "/url wrong_type"),
        (json!({ "url": "" }), "/url invalid_url"),
        (json!({ "url": "/hook" }), "/url invalid_url"),
        (json!({ "url": "receiver.example" }), "/url invalid_url"),
        (json!({ "url": "https://" }), "/url invalid_url"),
        (json!({ "url": "ftp://receiver.example/" }), "/url invalid_url"),
        (json!({ "url": "javascript:alert(1)" }), "/url invalid_url"),
        (json!({ "url": "file:///etc/passwd" }), "/url invalid_url"),
        (json!({ "url": "https://user@receiver.example/" }), "/url invalid_url"),
        (json!({ "url": "https://:password@receiver.example/" }), "/url invalid_url"),
        (json!({ "url": "https://receiver.example/#fragment" }), "/url invalid_url"),
        (json!({ "url": "https://receiver.example:99999/" }), "/url invalid_url"),
        (json!({ "http_method": "post" }), "/http_method invalid_method"),
        (json!({ "http_method": "CONNECT" }), "/http_method invalid_method"),
        (json!({ "http_method": 7 }), "/http_method invalid_method"),
        (json!({ "method": "PUT" }), "/method unknown_field"),
        (json!({ "timeout_seconds": 0 }), "/timeout_seconds out_of_range"),
        (json!({ "timeout_seconds": -1 }), "/timeout_seconds out_of_range"),
        (json!({ "timeout_seconds": 1.5 }), "/timeout_seconds out_of_range"),
        (json!({ "timeout_seconds": "30" }), "/timeout_seconds out_of_range"),
        (json!({ "timeout_seconds": 4_294_967_297_u64 }), "/timeout_seconds out_of_range"),
        (json!({ "enabled": 1 }), "/enabled wrong_type"),
        (json!({ "static_ip": true }), "/static_ip not_available"),
        (json!({ "payload_format": "cloudevents" }), "/payload_format invalid"),
        (json!({ "payload_format": 7 }), "/payload_format invalid"),
        (json!({ "payload_format": "standard_webhooks" }), "/event_name required"),
        (json!({ "transformation": 7 }), "/transformation wrong_type"),
        (json!({ "transformation": " " }), "/transformation invalid_transformation"),
        (json!({ "transformation": "{'a': " }), "/transformation invalid_transformation"),
        (json!({ "signing": "v1" }), "/signing wrong_type"),
        (json!({ "signing": { "schemes": ["v2"] } }), "/signing/schemes invalid"),
        (json!({ "signing": { "schemes": "v1" } }), "/signing/schemes invalid"),
        (json!({ "signing": { "key": "x" } }), "/signing/key unknown_field"),
        (json!({ "signing": { "secret_set": false } }), "/signing/secret_set read_only"),
        (json!({ "static_ip_addresses": ["203.0.113.1"] }), "/static_ip_addresses read_only"),
        (json!({ "client_certificate": "x" }), "/client_certificate wrong_type"),
        (json!({ "url": "https://10.0.0.1/" }), "/url target_not_allowed"),
        (json!({ "colour/hue~": "red" }), "/colour~1hue~0 unknown_field"),
        (json!({ "status": "active" }), "/status read_only"),
        (json!({ "status_reason": "none" }), "/status_reason read_only"),
        (json!({ "config_id": "wh_01ARZ3NDEKTSV4RRFFQ69G5FAV" }), "/config_id read_only"),
        (json!({ "tenant_id": "default" }), "/tenant_id read_only"),
        (json!({ "created_at": "2026-11-21T00:00:00Z" }), "/created_at read_only"),
        (json!({ "version": 1 }), "/version read_only"),
        (json!({ "retry_policy": 3 }), "/retry_policy wrong_type"),
        (json!({ "retry_policy": { "max_retries": -1 } }), "/retry_policy/max_retries out_of_range"),
        (json!({ "retry_policy": { "max_retries": "3" } }), "/retry_policy/max_retries out_of_range"),
        (json!({ "retry_policy": { "schedule_seconds": [] } }), "/retry_policy/schedule_seconds out_of_range"),
        (json!({ "retry_policy": { "schedule_seconds": 5 } }), "/retry_policy/schedule_seconds out_of_range"),
        (json!({ "retry_policy": { "schedule_seconds": [5, 0] } }), "/retry_policy/schedule_seconds out_of_range"),
        (json!({ "retry_policy": { "retry_on": ["5xx", "4xx"] } }), "/retry_policy/retry_on invalid"),
        (json!({ "retry_policy": { "retry_on": "5xx" } }), "/retry_policy/retry_on invalid"),
        (json!({ "retry_policy": { "backoff": 2 } }), "/retry_policy/backoff unknown_field"),
    ]
}

fn headers_and_filters() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "headers": [] }), "/headers wrong_type"),
        (json!({ "headers": { "x-a": null } }), "/headers/x-a wrong_type"),
        (json!({ "headers": { "x-a": 1 } }), "/headers/x-a wrong_type"),
        (json!({ "headers": { "x-a": {} } }), "/headers/x-a wrong_type"),
        (json!({ "headers": { "x-a": { "secret": 1 } } }), "/headers/x-a wrong_type"),
        (json!({ "headers": { "x-a": { "secret_set": false } } }), "/headers/x-a wrong_type"),
        (json!({ "headers": { "x-a": { "secret": planted("unused"), "also": 1 } } }), "/headers/x-a wrong_type"),
        // There is none to keep.
        (json!({ "headers": { "x-a": { "secret_set": true } } }), "/headers/x-a required"),
        (json!({ "headers": { "x-token": "" } }), "/headers/x-token invalid"),
        (json!({ "headers": { "x-a": { "secret": "" } } }), "/headers/x-a invalid"),
        (json!({ "headers": { "x-a": { "secret": "caf\u{e9}" } } }), "/headers/x-a invalid"),
        (json!({ "headers": { "x/a": "1\n" } }), "/headers/x~1a invalid_header"),
        (json!({ "headers": { "Host": "x" } }), "/headers/Host invalid_header"),
        (
            json!({ "headers": { "Authorization": planted("unused") }, "auth": { "type": "basic", "username": "u" } }),
            "/headers/Authorization set_by_auth",
        ),
        (
            json!({ "headers": { "authorization": planted("unused") }, "auth": oauth2(json!({})) }),
            "/headers/authorization set_by_auth",
        ),
        (
            json!({
                "headers": { "x-KEY": "1" },
                "auth": { "type": "api_key", "in": "header", "name": "X-Key", "value": planted("unused") },
            }),
            "/headers/x-KEY set_by_auth",
        ),
        (json!({ "filter": 7 }), "/filter invalid_filter"),
        (json!({ "filter": [] }), "/filter invalid_filter"),
        (json!({ "filter": {} }), "/filter invalid_filter"),
        (json!({ "filter": { "a": "b" } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": [] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": { "b/c": {} } } }), "/filter/a/b~1c invalid_filter"),
        (json!({ "filter": { "a": [["b"]] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": [{ "prefix": "b", "suffix": "c" }] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": [{ "like": "b" }] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": [{ "prefix": 7 }] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": [{ "exists": "yes" }] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": [{ "numeric": [">"] }] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": [{ "numeric": ["!=", 1] }] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": [{ "cidr": "10.0.0.0/33" }] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "a": [{ "anything-but": [] }] } }), "/filter/a invalid_filter"),
        (json!({ "filter": { "$or": [{ "a": ["b"] }] } }), "/filter/$or invalid_filter"),
        (json!({ "filter": { "$or": [{ "a": ["b"] }, 7] } }), "/filter/$or invalid_filter"),
    ]
}

fn authentication() -> Vec<(Value, &'static str)> {
    let key = |fields: Value| {
        let mut auth = json!({ "type": "api_key", "in": "header", "name": "x-key", "value": planted("unused") });
        auth.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        auth
    };
    let basic = |username: Value| json!({ "type": "basic", "username": username });
    let auths = vec![
        (json!("basic"), "/auth wrong_type"),
        (json!({}), "/auth/type required"),
        (json!({ "type": null }), "/auth/type required"),
        (json!({ "type": "digest" }), "/auth/type invalid_type"),
        (json!({ "type": 7 }), "/auth/type invalid_type"),
        (json!({ "type": "none", "username": "u" }), "/auth/username unknown_field"),
        (json!({ "type": "basic" }), "/auth/username required"),
        (basic(json!(7)), "/auth/username wrong_type"),
        (basic(json!("a:b")), "/auth/username invalid"),
        (basic(json!("a\nb")), "/auth/username invalid"),
        (json!({ "type": "basic", "username": "u", "password": 7 }), "/auth/password wrong_type"),
        (json!({ "type": "basic", "username": "u", "password": "a\u{7f}" }), "/auth/password invalid"),
        (json!({ "type": "basic", "username": "u", "password_set": true }), "/auth/password_set read_only"),
        (json!({ "type": "basic", "username": "u", "scope": "a" }), "/auth/scope unknown_field"),
        (key(json!({ "in": null })), "/auth/in required"),
        (key(json!({ "in": "cookie" })), "/auth/in invalid_place"),
        (key(json!({ "name": null })), "/auth/name required"),
        (key(json!({ "name": "" })), "/auth/name invalid"),
        (key(json!({ "name": "a b" })), "/auth/name invalid_header"),
        (key(json!({ "name": "Content-Length" })), "/auth/name invalid_header"),
        (key(json!({ "name": "webhook-id" })), "/auth/name invalid_header"),
        (key(json!({ "value": null })), "/auth/value required"),
        (key(json!({ "value": "a\r\nb" })), "/auth/value invalid"),
        (key(json!({ "value": "" })), "/auth/value invalid"),
        (oauth2(json!({ "token_url": null })), "/auth/token_url required"),
        (oauth2(json!({ "token_url": "id.example" })), "/auth/token_url invalid_url"),
        (oauth2(json!({ "token_url": "https://u:p@id.example/" })), "/auth/token_url invalid_url"),
        (oauth2(json!({ "client_id": null })), "/auth/client_id required"),
        (oauth2(json!({ "client_id": "\u{e9}" })), "/auth/client_id invalid"),
        (oauth2(json!({ "client_secret": null })), "/auth/client_secret required"),
        (oauth2(json!({ "client_secret": ["a"] })), "/auth/client_secret wrong_type"),
        (oauth2(json!({ "client_authentication": "jwt" })), "/auth/client_authentication invalid_place"),
        (oauth2(json!({ "scope": "" })), "/auth/scope invalid"),
        (oauth2(json!({ "audience": "\u{e9}" })), "/auth/audience invalid"),
        (oauth2(json!({ "http_method": "DELETE" })), "/auth/http_method invalid_method"),
        (oauth2(json!({ "headers": { "Host": "x" } })), "/auth/headers/Host invalid_header"),
        (oauth2(json!({ "query": { "": "x" } })), "/auth/query/ invalid"),
        (oauth2(json!({ "body": { "a": 7 } })), "/auth/body/a wrong_type"),
        (oauth2(json!({ "body": [] })), "/auth/body wrong_type"),
        (oauth2(json!({ "grant_type": "password" })), "/auth/grant_type unknown_field"),
        (json!({ "type": "connection" }), "/auth/connection_arn required"),
        (json!({ "type": "connection", "connection_arn": "my-connection" }), "/auth/connection_arn invalid_arn"),
        (
            json!({ "type": "connection", "connection_arn": format!("arn:aws:events:us-east-1:000000000000:connection/{}", unique("no")) }),
            "/auth/connection_arn connection_not_usable",
        ),
    ];
    auths.into_iter().map(|(auth, fault)| (json!({ "auth": auth }), fault)).collect()
}

#[tokio::test]
async fn a_single_field_at_fault_is_named_in_a_creation_and_in_a_change() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    let mut seen = BTreeSet::from(["too_long", "duplicate_header"]);
    let mut wrong = Vec::new();
    for (fields, expected) in plain_fields().into_iter().chain(headers_and_filters()).chain(authentication()) {
        let body = draft(fields);
        let mut answers = vec![api.create_raw(&body).await?];
        // A fresh webhook's own values may be sent back.
        if !expected.ends_with("read_only") {
            answers.push(api.put_raw(id(&webhook), &body, Some("*")).await?);
        }
        let all_found =
            answers.iter().map(|answer| if answer.status == 400 { faults(answer) } else { vec![answer.in_words()] });
        wrong.extend(
            all_found.filter(|found| *found != [expected]).map(|found| format!("{body}: {found:?}, not {expected}")),
        );
        seen.extend(expected.rsplit(' ').next());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(shown(&api, &webhook).await?, webhook);
    // Too long is what the limits' tests are about; the header that is there twice stands below.
    assert_eq!(seen, BTreeSet::from(CODES));
    Ok(())
}

#[tokio::test]
async fn a_header_that_is_there_twice_is_named_once() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let found = faults(
        &api.create_raw(&draft(json!({ "auth": oauth2(json!({ "headers": { "x-a": "1", "X-A": "2" } })) }))).await?,
    );
    assert!(
        found == ["/auth/headers/x-a duplicate_header"] || found == ["/auth/headers/X-A duplicate_header"],
        "{found:?}"
    );
    for headers in [json!({ "x-a": "1", "X-A": "2" }), json!({ "X-A": { "secret": planted("unused") }, "x-a": "2" })] {
        let found = faults(&api.create_raw(&draft(json!({ "headers": headers }))).await?);
        assert!(found == ["/headers/x-a duplicate_header"] || found == ["/headers/X-A duplicate_header"], "{found:?}");
    }
    Ok(())
}

#[tokio::test]
async fn every_field_at_fault_is_named_at_once() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let body = json!({
        "name": " ", "description": "x".repeat(2001), "event_name": "caf\u{e9}\u{85}", "url": "ftp://receiver.example/",
        "http_method": "FETCH", "headers": { "Host": "x", "a b": "c", "x-n": 1, "X-Key": "1" }, "timeout_seconds": 841,
        "enabled": "yes", "colour/hue": "red", "status": "active", "static_ip": true, "signing": true,
        "auth": { "type": "api_key", "in": "header", "name": "x-key", "value": "a\nb", "password": planted("unused") },
        "retry_policy": { "max_retries": 51, "schedule_seconds": [0], "retry_on": ["never"], "jitter": true },
        "filter": { "a": 1, "b": { "c": [] } },
    });
    let expected = [
        "/auth/password unknown_field",
        "/auth/value invalid",
        "/colour~1hue unknown_field",
        "/description too_long",
        "/enabled wrong_type",
        "/event_name invalid",
        "/filter/a invalid_filter",
        "/filter/b/c invalid_filter",
        "/headers/Host invalid_header",
        "/headers/X-Key set_by_auth",
        "/headers/a b invalid_header",
        "/headers/x-n wrong_type",
        "/http_method invalid_method",
        "/name empty",
        "/retry_policy/jitter unknown_field",
        "/retry_policy/max_retries out_of_range",
        "/retry_policy/retry_on invalid",
        "/retry_policy/schedule_seconds out_of_range",
        "/signing wrong_type",
        "/static_ip not_available",
        "/status read_only",
        "/timeout_seconds out_of_range",
        "/url invalid_url",
    ];
    let answer = api.create_raw(&body).await?;
    assert_eq!(faults(&answer), expected);
    let webhook = created(&api, json!({})).await?;
    assert_eq!(
        faults(&api.patch_raw(id(&webhook), &json!({ "name": "", "url": null, "x": 1 }), None).await?),
        ["/name empty", "/url required", "/x unknown_field"]
    );
    Ok(())
}

#[tokio::test]
async fn a_plain_http_target_is_taken_only_because_the_operator_allows_it() -> Result<()> {
    // This stack does; that the other answer is refused is tested where the rule is.
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({ "url": TARGET.replace("https", "http") })).await?;
    assert_eq!(webhook["url"], TARGET.replace("https", "http"));
    Ok(())
}
