//! Every field at fault is named at once, by pointer and code.

use hookstep_core::address::Reachable;
use hookstep_core::retry::RetryPolicy;
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::webhook::{Method, Status};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{Rules, object, parse};
use super::make::{PLANTED, body, created, faults, faults_of, fields, patch, put, show, strict, told};

#[test]
fn the_least_that_makes_a_webhook() {
    let webhook = created(json!({ "name": "a", "url": "https://example.com" })).webhook;
    assert_eq!((webhook.method, webhook.timeout.get(), webhook.status), (Method::Post, 30, Status::Active));
    assert_eq!((webhook.url.as_str(), webhook.description.as_str()), ("https://example.com/", ""));
    assert_eq!((webhook.event_name, webhook.filter), (None, None));
    assert_eq!((webhook.signing, webhook.shape, webhook.static_ip), (Signing::default(), Shape::default(), false));
    assert_eq!(webhook.secrets.map(|secrets| secrets.slots), Some([Signing::secret_slot()].into()));
    assert_eq!((webhook.headers, webhook.auth.kind()), (vec![], "none"));
    assert_eq!(webhook.retry_policy, RetryPolicy::default());
}

#[test]
fn null_is_the_same_as_left_out() {
    let fields = ["description", "event_name", "filter", "http_method", "headers", "auth", "enabled"];
    let more =
        ["timeout_seconds", "retry_policy", "static_ip", "payload_format", "transformation", "config_id", "version"];
    let nulls = fields.into_iter().chain(more).map(|field| (field.to_owned(), Value::Null)).collect();
    assert_eq!(created(body(Value::Object(nulls))), created(body(json!({}))));
    let least = json!({ "name": "a", "url": "https://example.com/" });
    let mut nulls = least.clone();
    (nulls["signing"], nulls["client_certificate"]) = (Value::Null, Value::Null);
    assert_eq!(created(nulls), created(least));
}

#[test]
fn every_field_at_fault_is_named_at_once() {
    let found = faults(json!({
        "name": " ", "url": "http://x", "http_method": "FETCH", "method": "PUT", "headers": { "Host": "a", "x/y": 1, "a b": "c", "x-a": " v" },
        "timeout_seconds": 841, "enabled": "yes", "event_name": "", "description": 7, "colour": "red", "a/b~c": 1,
        "filter": { "detail": { "x": [] } }, "static_ip": true, "payload_format": "cloudevents", "signing": { "schemes": ["v2"], "secret": "x" },
        "transformation": "a\u{7}", "client_certificate": { "certificate": "x" },
        "auth": { "type": "basic", "username": "a:b", "password": 7, "colour": "red" }, "tenant_id": "other",
        "retry_policy": { "max_retries": 51, "schedule_seconds": [0], "retry_on": ["never"], "backoff": 2 },
    }));
    let mut expected = [
        ("/a~1b~0c", "unknown_field"),
        ("/auth/colour", "unknown_field"),
        ("/auth/password", "wrong_type"),
        ("/auth/username", "invalid"),
        ("/colour", "unknown_field"),
        ("/description", "wrong_type"),
        ("/enabled", "wrong_type"),
        ("/event_name", "invalid"),
        ("/filter/detail/x", "invalid_filter"),
        ("/headers/Host", "invalid_header"),
        ("/headers/a b", "invalid_header"),
        ("/headers/x-a", "invalid"),
        ("/headers/x~1y", "invalid_header"),
        ("/http_method", "invalid_method"),
        ("/method", "unknown_field"),
        ("/name", "empty"),
        ("/payload_format", "invalid"),
        ("/retry_policy/backoff", "unknown_field"),
        ("/retry_policy/max_retries", "out_of_range"),
        ("/retry_policy/retry_on", "invalid"),
        ("/retry_policy/schedule_seconds", "out_of_range"),
        ("/client_certificate/certificate", "invalid"),
        ("/client_certificate/private_key", "required"),
        ("/signing/schemes", "invalid"),
        ("/signing/secret", "invalid"),
        ("/static_ip", "not_available"),
        ("/tenant_id", "read_only"),
        ("/timeout_seconds", "out_of_range"),
        ("/transformation", "invalid_transformation"),
        ("/url", "invalid_url"),
    ]
    .map(|(pointer, code)| (pointer.to_owned(), code));
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn what_is_missing_is_named() {
    let required = |pointers: &[&str]| pointers.iter().map(|at| ((*at).to_owned(), "required")).collect::<Vec<_>>();
    assert_eq!(faults(json!({})), required(&["/name", "/url"]));
    for (auth, missing) in [
        (json!({}), &["/auth/type"][..]),
        (json!({ "type": "basic" }), &["/auth/username"]),
        (json!({ "type": "api_key" }), &["/auth/in", "/auth/name", "/auth/value"]),
        (
            json!({ "type": "oauth2_client_credentials" }),
            &["/auth/client_id", "/auth/client_secret", "/auth/token_url"],
        ),
        (json!({ "type": "connection" }), &["/auth/connection_arn"]),
        (json!({ "type": "api_key", "in": "header", "name": "x", "value": null }), &["/auth/value"]),
    ] {
        assert_eq!(faults(body(json!({ "auth": auth }))), required(missing));
    }
}

#[test]
fn each_kind_of_authentication_says_what_is_wrong_with_it() {
    for (auth, pointer, code) in [
        (json!("basic"), "/auth", "wrong_type"),
        (json!({ "type": "ntlm" }), "/auth/type", "invalid_type"),
        (json!({ "type": ["basic"] }), "/auth/type", "invalid_type"),
        (json!({ "type": "none", "username": "a" }), "/auth/username", "unknown_field"),
        (json!({ "type": "basic", "username": "a\u{7}" }), "/auth/username", "invalid"),
        (json!({ "type": "basic", "username": "a", "password": "a\nb" }), "/auth/password", "invalid"),
        (json!({ "type": "basic", "username": "a", "password_set": true }), "/auth/password_set", "read_only"),
        (json!({ "type": "api_key", "in": "body", "name": "a", "value": "b" }), "/auth/in", "invalid_place"),
        (json!({ "type": "api_key", "in": "header", "name": "a b", "value": "b" }), "/auth/name", "invalid_header"),
        (json!({ "type": "api_key", "in": "header", "name": "Host", "value": "b" }), "/auth/name", "invalid_header"),
        (json!({ "type": "api_key", "in": "query", "name": "", "value": "b" }), "/auth/name", "invalid"),
        (json!({ "type": "api_key", "in": "query", "name": "a", "value": "ü" }), "/auth/value", "invalid"),
        (json!({ "type": "connection", "connection_arn": "arn:aws:sns:x" }), "/auth/connection_arn", "invalid_arn"),
    ] {
        assert_eq!(faults(body(json!({ "auth": auth }))), [(pointer.to_owned(), code)], "{auth}");
    }
    let oauth = json!({
        "type": "oauth2_client_credentials", "token_url": "https://id.example/", "client_id": "c", "client_secret": "s",
    });
    for (field, value, pointer, code) in [
        ("token_url", json!("http://id.example/"), "/auth/token_url", "invalid_url"),
        ("token_url", json!("https://u:p@id.example/"), "/auth/token_url", "invalid_url"),
        ("client_id", json!(" "), "/auth/client_id", "invalid"),
        ("client_secret", json!("a\tb\n"), "/auth/client_secret", "invalid"),
        ("client_authentication", json!("mtls"), "/auth/client_authentication", "invalid_place"),
        ("http_method", json!("DELETE"), "/auth/http_method", "invalid_method"),
        ("scope", json!(["a"]), "/auth/scope", "wrong_type"),
        ("audience", json!(""), "/auth/audience", "invalid"),
        ("headers", json!({ "content-length": "1" }), "/auth/headers/content-length", "invalid_header"),
        ("query", json!({ "": "1" }), "/auth/query/", "invalid"),
        ("query", json!({ "a/b": 1 }), "/auth/query/a~1b", "wrong_type"),
        ("body", json!({ "a": { "secret": "x", "more": 1 } }), "/auth/body/a", "wrong_type"),
        ("body", json!({ "a": { "secret_set": true } }), "/auth/body/a", "required"),
        ("body", json!({ "a": { "secret_set": false } }), "/auth/body/a", "wrong_type"),
        ("body", json!([]), "/auth/body", "wrong_type"),
    ] {
        let mut auth = oauth.clone();
        auth[field] = value;
        assert_eq!(faults(body(json!({ "auth": auth }))), [(pointer.to_owned(), code)], "{auth}");
    }
}

#[test]
fn urls_are_told_what_is_wrong_with_them() {
    for url in [
        "",
        "/a",
        "ftp://e.com",
        "https://",
        "https://u@e.com",
        "https://u:p@e.com",
        "https://e.com/#f",
        "https:e .com",
    ] {
        assert_eq!(faults(json!({ "name": "a", "url": url })), [("/url".to_owned(), "invalid_url")], "{url}");
    }
    let open = Rules { allow_http: true, ..strict() };
    assert!(parse(fields(json!({ "name": "a", "url": "http://e.com" })), &open, None).is_ok());
}

#[test]
fn the_same_header_in_two_spellings_is_refused() {
    let found = faults(body(json!({ "headers": { "X-A": "1", "x-a": "2" } })));
    assert_eq!(found, [("/headers/x-a".to_owned(), "duplicate_header")]);
}

#[test]
fn a_header_that_authentication_sets_is_refused_in_any_case() {
    let key = json!({ "type": "api_key", "in": "header", "name": "X-Key", "value": "v" });
    let arn = "arn:aws:events:us-east-1:123456789012:connection/a";
    for (auth, header) in [
        (json!({ "type": "basic", "username": "u" }), "Authorization"),
        (json!({ "type": "connection", "connection_arn": arn }), "AUTHORIZATION"),
        (
            json!({ "type": "oauth2_client_credentials", "token_url": "https://i.example", "client_id": "c", "client_secret": "s" }),
            "authorization",
        ),
        (key, "x-key"),
    ] {
        let found = faults(body(json!({ "auth": auth, "headers": { header: "v" } })));
        assert_eq!(found, [(format!("/headers/{header}"), "set_by_auth")]);
    }
    // By a query parameter no header is set.
    let auth = json!({ "type": "api_key", "in": "query", "name": "x-key", "value": "v" });
    created(body(json!({ "auth": auth, "headers": { "x-key": "v", "authorization": "w" } })));
}

#[test]
fn headers_of_http_and_of_standard_webhooks_are_not_for_callers() {
    for name in [
        "Connection",
        "Content-Length",
        "expect",
        "HOST",
        "keep-alive",
        "proxy-authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "upgrade",
        "user-agent",
        "webhook-id",
        "Webhook-Signature",
        "webhook-anything",
        "",
        "a:b",
    ] {
        let found = faults(body(json!({ "headers": { name: "v" } })));
        assert_eq!(found, [(format!("/headers/{name}"), "invalid_header")]);
    }
}

#[test]
fn what_hookstep_sets_may_be_sent_back_and_nothing_else() {
    let made = created(body(json!({})));
    let shown = show(&made.webhook);
    for (field, other) in [
        ("config_id", json!("wh_00000000000000000000000000")),
        ("tenant_id", json!("other")),
        ("status", json!("disabled")),
        ("status_reason", json!("because")),
        ("created_at", json!("2026-01-01T00:00:00Z")),
        ("updated_at", json!("2026-01-01T00:00:00Z")),
        ("version", json!(2)),
    ] {
        assert!(put(&made, body(json!({ field: shown[field] }))).is_ok(), "{field}");
        let expected = [(format!("/{field}"), "read_only")];
        assert_eq!(faults_of(put(&made, body(json!({ field: other })))), expected);
        if !shown[field].is_null() {
            // A new webhook has none of them yet.
            assert_eq!(faults(body(json!({ field: shown[field] }))), expected);
        }
    }
}

/// Deliveries change it without a new version, so whoever sends back what was shown can't be held to it.
#[test]
fn since_when_a_webhook_fails_may_be_sent_back_as_any_moment_and_a_change_takes_it_away() {
    let mut failing = created(body(json!({})));
    failing.webhook.failing_since = Some(Timestamp::UNIX_EPOCH);
    for made in [&created(body(json!({}))), &failing] {
        for given in [json!(null), json!("1970-01-01T00:00:00Z"), json!("2026-11-22T08:00:00.123456789Z")] {
            let change = put(made, body(json!({ "name": "b", "failing_since": given }))).expect("it is accepted");
            assert_eq!((change.after.webhook.failing_since, change.fields), (None, vec!["/name".to_owned()]));
        }
        for given in [json!("a while"), json!(""), json!(0), json!(true), json!({})] {
            let expected = [("/failing_since".to_owned(), "read_only")];
            assert_eq!(faults_of(put(made, body(json!({ "failing_since": given })))), expected);
        }
    }
    let change = patch(&failing, json!({})).expect("it is accepted");
    assert_eq!(change.fields, Vec::<String>::new());
    // A new webhook has none yet.
    let given = body(json!({ "failing_since": "2026-11-22T08:00:00Z" }));
    assert_eq!(faults(given), [("/failing_since".to_owned(), "read_only")]);
}

#[test]
fn a_body_that_is_no_object_or_too_large_is_no_webhook() {
    for text in ["", "{", "[]", "\"a\"", "null", "{\"a\":1,}", "\u{feff}{}"] {
        let problem = object(text.as_bytes()).expect_err("it is accepted");
        assert_eq!(problem.code(), "invalid_json", "{text}");
    }
    let large = format!("{{\"name\":\"{}\"}}", "a".repeat(300_000));
    assert_eq!(object(large.as_bytes()).expect_err("it is accepted").code(), "payload_too_large");
}

#[test]
fn no_complaint_quotes_a_secret() {
    let secret = format!("{PLANTED}\u{7}");
    let too_long = format!("{PLANTED}{}", "x".repeat(5_000));
    for text in [&secret, &too_long] {
        let bodies = [
            json!({ "headers": { "x-a": { "secret": text }, "x-token": text, "x-b": { "secret": [text] } } }),
            json!({ "auth": { "type": "basic", "username": "u:", "password": text } }),
            json!({ "auth": { "type": "basic", "username": "u:", "password": [text] } }),
            json!({ "auth": { "type": "api_key", "in": text, "name": "n", "value": text } }),
            json!({ "auth": { "type": text } }),
            json!({ "auth": {
                "type": "oauth2_client_credentials", "client_secret": text, "token_url": format!("https://u:{text}@e.com"),
                "body": { "a": { "secret": { "secret": text } } }, "headers": text,
            } }),
            json!({ "auth": { "type": "connection", "connection_arn": text } }),
            json!({ "url": format!("https://user:{text}@example.com") }),
        ];
        for more in bodies {
            let problem = parse(fields(body(more)), &strict(), None).expect_err("it is accepted");
            assert!(!told(problem).contains(PLANTED));
        }
    }
    // Nor does what the parser of JSON says.
    let broken = format!("{{\"auth\":{{\"password\":\"{PLANTED}\" \"{PLANTED}\"}}}}");
    assert!(!told(object(broken.as_bytes()).expect_err("it is accepted")).contains(PLANTED));
}

#[test]
fn a_target_that_webhooks_may_not_reach_is_refused_when_it_is_saved_and_kept_where_it_was() {
    for url in [
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/",
        "https://example.com:22/",
    ] {
        assert_eq!(faults(body(json!({ "url": url }))), [("/url".to_owned(), "target_not_allowed")], "{url}");
        let auth =
            json!({ "type": "oauth2_client_credentials", "token_url": url, "client_id": "c", "client_secret": "s" });
        assert_eq!(
            faults(body(json!({ "auth": auth }))),
            [("/auth/token_url".to_owned(), "target_not_allowed")],
            "{url}"
        );
        // The operator has become stricter since.
        let open = Rules {
            reachable: Reachable::new("0.0.0.0/0,::/0".parse().expect("a list"), "1-65535".parse().expect("ports")),
            ..strict()
        };
        let draft =
            parse(fields(body(json!({ "url": url, "auth": auth }))), &open, None).expect("it is reachable there");
        assert!(parse(fields(body(json!({ "url": url }))), &open, None).is_ok());
        let mut before = created(body(json!({})));
        before.webhook.url = draft.url;
        assert!(patch(&before, json!({ "enabled": false })).is_ok(), "{url}");
        assert_eq!(
            faults_of(patch(&before, json!({ "url": format!("{url}x") }))),
            [("/url".to_owned(), "target_not_allowed")]
        );
    }
}
