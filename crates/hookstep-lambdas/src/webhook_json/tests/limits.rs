//! The limits, from both sides.

use hookstep_core::limits::{
    AUTH_PARAMETERS_MAX_COUNT, DESCRIPTION_MAX_CHARS, EVENT_NAME_MAX_CHARS, FAULTS_MAX_COUNT, FILTER_MAX_BYTES,
    HEADERS_MAX_BYTES, HEADERS_MAX_COUNT, NAME_MAX_CHARS, RETRIES_MAX_COUNT, RETRY_INTERVAL_MAX_SECONDS,
    SECRET_MAX_BYTES, TIMEOUT_MAX_SECONDS, TOKEN_MAX_BYTES, URL_MAX_BYTES,
};
use serde_json::{Map, Value, json};

use super::super::parse;
use super::make::{body, created, faults, fields, strict};

/// What is taken, and what is refused, here and for this reason.
fn border(taken: Value, refused: Value, pointer: &str, code: &'static str) {
    created(body(taken));
    assert_eq!(faults(body(refused)), [(pointer.to_owned(), code)]);
}

fn text(unit: &str, count: usize) -> String {
    unit.repeat(count)
}

#[test]
fn texts_are_counted_in_characters() {
    for (field, limit) in [("name", NAME_MAX_CHARS), ("description", DESCRIPTION_MAX_CHARS)] {
        border(
            json!({ field: text("🪝", limit) }),
            json!({ field: text("a", limit + 1) }),
            &format!("/{field}"),
            "too_long",
        );
    }
    let limit = TOKEN_MAX_BYTES;
    border(
        json!({ "event_name": text("a", limit) }),
        json!({ "event_name": text("a", limit + 1) }),
        "/event_name",
        "too_long",
    );
    // As long as a `detail-type` may be, in any script.
    let (longest, longer) = (text("🪝", EVENT_NAME_MAX_CHARS), text("ä", EVENT_NAME_MAX_CHARS + 1));
    border(json!({ "event_name": longest }), json!({ "event_name": longer }), "/event_name", "invalid");
    border(json!({ "event_name": " a ä " }), json!({ "event_name": "a\tb" }), "/event_name", "invalid");
}

#[test]
fn a_url_is_counted_as_it_is_sent() {
    let base = "https://example.com/";
    let room = URL_MAX_BYTES - base.len();
    let url = |tail: String| json!({ "url": format!("{base}{tail}") });
    border(url(text("a", room)), url(text("a", room + 1)), "/url", "invalid_url");
    // Each of these becomes six bytes.
    border(url(text("ü", room / 6)), url(text("ü", room / 6 + 1)), "/url", "invalid_url");
}

#[test]
fn headers_are_counted_and_weighed_without_their_secrets() {
    let headers = |count: usize| (0..count).map(|at| (format!("x-{at}"), json!("v"))).collect::<Map<_, _>>();
    border(
        json!({ "headers": headers(HEADERS_MAX_COUNT) }),
        json!({ "headers": headers(HEADERS_MAX_COUNT + 1) }),
        "/headers",
        "too_long",
    );
    let half = HEADERS_MAX_BYTES / 2 - "x-1".len();
    let two = |bytes: usize| json!({ "headers": { "x-1": text("v", half), "x-2": text("v", bytes) } });
    border(two(half), two(half + 1), "/headers", "too_long");
    // Secrets have a limit of their own.
    let secret = json!({ "secret": text("v", SECRET_MAX_BYTES) });
    created(body(json!({ "headers": { "x-1": text("v", half), "x-2": text("v", half), "x": secret } })));
}

#[test]
fn one_secret_has_a_limit_in_bytes() {
    let limit = SECRET_MAX_BYTES;
    let basic = |password: String| json!({ "auth": { "type": "basic", "username": "u", "password": password } });
    border(basic(text("ü", limit / 2)), basic(text("ü", limit / 2 + 1)), "/auth/password", "too_long");
    let key = |value: String| json!({ "auth": { "type": "api_key", "in": "query", "name": "k", "value": value } });
    border(key(text("k", limit)), key(text("k", limit + 1)), "/auth/value", "too_long");
    let header = |value: String| json!({ "headers": { "x-a": { "secret": value } } });
    border(header(text("k", limit)), header(text("k", limit + 1)), "/headers/x-a", "too_long");
}

#[test]
fn numbers_have_ranges_and_may_be_written_as_decimals() {
    for (field, least, most) in [("timeout_seconds", 1, TIMEOUT_MAX_SECONDS)] {
        for taken in [json!(least), json!(most), json!(f64::from(most)), json!(1e1)] {
            created(body(json!({ field: taken })));
        }
        for refused in [json!(least - 1), json!(most + 1), json!(-1), json!(1.5), json!("30"), json!(1e300), json!([])]
        {
            assert_eq!(faults(body(json!({ field: refused }))), [(format!("/{field}"), "out_of_range")], "{refused}");
        }
    }
    let policy = |field: &str, value: Value| json!({ "retry_policy": { field: value } });
    let (count, interval) = (RETRIES_MAX_COUNT, RETRY_INTERVAL_MAX_SECONDS);
    for (field, taken, refused) in [
        ("max_retries", json!(0), json!(-1)),
        ("max_retries", json!(count), json!(count + 1)),
        ("schedule_seconds", json!([1]), json!([])),
        ("schedule_seconds", json!([interval]), json!([interval + 1])),
        ("schedule_seconds", json!([1.0]), json!([0])),
        ("schedule_seconds", json!(vec![1; count as usize]), json!(vec![1; count as usize + 1])),
        ("schedule_seconds", json!([1, 2]), json!([1, "2"])),
    ] {
        border(policy(field, taken), policy(field, refused), &format!("/retry_policy/{field}"), "out_of_range");
    }
    border(policy("retry_on", json!([])), policy("retry_on", json!("429")), "/retry_policy/retry_on", "invalid");
}

#[test]
fn a_retry_policy_keeps_the_defaults_of_what_it_leaves_out_and_no_repeats() {
    let policy = created(body(json!({ "retry_policy": { "retry_on": ["timeout", "429", "network", "429"] } })));
    let policy = policy.webhook.retry_policy;
    assert_eq!((policy.max_retries, policy.schedule_seconds.len()), (9, 9));
    assert_eq!(policy.retry_on.iter().map(|class| class.as_str()).collect::<Vec<_>>(), ["network", "timeout", "429"]);
}

#[test]
fn filters_have_a_size() {
    let filter = |bytes: usize| {
        let envelope = json!({ "a": [""] }).to_string().len();
        json!({ "filter": { "a": [text("x", bytes - envelope)] } })
    };
    border(filter(FILTER_MAX_BYTES), filter(FILTER_MAX_BYTES + 1), "/filter", "invalid_filter");
}

#[test]
fn the_parameters_of_a_token_request_are_counted_and_so_is_the_whole() {
    let oauth = |section: &str, parameters: Value| {
        json!({ "auth": {
            "type": "oauth2_client_credentials", "token_url": "https://id.example/", "client_id": "c", "client_secret": "s",
            section: parameters,
        } })
    };
    let many = |count: usize| Value::Object((0..count).map(|at| (format!("x-{at}"), json!("v"))).collect());
    let limit = AUTH_PARAMETERS_MAX_COUNT;
    for section in ["headers", "query", "body"] {
        border(oauth(section, many(limit)), oauth(section, many(limit + 1)), &format!("/auth/{section}"), "too_long");
    }
    let large = |bytes: usize| oauth("body", json!({ "a": text("v", bytes) }));
    border(large(3_000), large(4_096), "/auth", "too_long");
    // Secrets do not count.
    created(body(oauth("body", json!({ "a": { "secret": text("v", SECRET_MAX_BYTES) } }))));
}

#[test]
fn no_more_faults_are_listed_than_anybody_reads() {
    let unknown: Map<String, Value> = (0..500).map(|at| (format!("field-{at}"), json!(1))).collect();
    let problem = parse(fields(body(Value::Object(unknown))), &strict(), None).expect_err("it is accepted");
    assert_eq!(problem.errors().len(), FAULTS_MAX_COUNT);
    let long: Map<String, Value> = (0..40).map(|at| (format!("{at}{}", text("n", 5_000)), json!(1))).collect();
    let problem = parse(fields(body(json!({ "headers": long }))), &strict(), None);
    assert!(problem.is_err());
}
