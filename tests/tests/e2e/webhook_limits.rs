//! What a webhook takes at most, and one more than that.

use anyhow::Result;
use hookstep_tests::Hookstep;
use hookstep_tests::secrets::planted;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::support::{assert_problem, created, draft, faults};

/// What fits and what does not, and what is said of that.
type Bound = (Value, Value, &'static str);

/// A secret of so many bytes.
fn secret_of(length: usize) -> String {
    let mut secret = planted("long");
    secret.push_str(&"s".repeat(length - secret.len()));
    secret
}

fn members(count: usize, value: &str) -> Map<String, Value> {
    (0..count).map(|n| (format!("x-{n:02}"), json!(value))).collect()
}

/// Two headers of so many bytes together, beside one that is a secret.
fn headers_of(bytes: usize) -> Value {
    json!({
        "x-a": "v".repeat(4_500), "x-b": "w".repeat(bytes - 4_500 - "x-ax-b".len()), "x-c": { "secret": secret_of(4_000) },
    })
}

/// A filter of so many bytes of JSON.
fn filter_of(bytes: usize) -> Value {
    let filter = json!({ "a": ["v".repeat(bytes - r#"{"a":[""]}"#.len())] });
    assert_eq!(filter.to_string().len(), bytes);
    filter
}

/// A filter of so many levels.
fn filter_of_depth(levels: usize) -> Value {
    (0..levels).fold(json!(["v"]), |inner, _| json!({ "a": inner }))
}

fn url_of(bytes: usize) -> String {
    let start = "https://receiver.example/";
    format!("{start}{}", "a".repeat(bytes - start.len()))
}

fn oauth2(field: &str, value: impl Into<Value>) -> Value {
    let mut auth = json!({
        "type": "oauth2_client_credentials", "token_url": "https://id.example/token", "client_id": "c",
        "client_secret": planted("unused"),
    });
    auth[field] = value.into();
    json!({ "auth": auth })
}

fn bounds() -> Vec<Bound> {
    let retry = |field: &str, value: Value| json!({ "retry_policy": { field: value } });
    let key = |name: String, value: String| json!({ "auth": { "type": "api_key", "in": "header", "name": name, "value": value } });
    let basic = |username: String, password: String| json!({ "auth": { "type": "basic", "username": username, "password": password } });
    vec![
        (json!({ "name": "\u{1f980}".repeat(200) }), json!({ "name": "n".repeat(201) }), "/name too_long"),
        (
            json!({ "description": "\u{e9}".repeat(2_000) }),
            json!({ "description": "d".repeat(2_001) }),
            "/description too_long",
        ),
        (json!({ "event_name": "e".repeat(255) }), json!({ "event_name": "e".repeat(256) }), "/event_name too_long"),
        (json!({ "url": url_of(2_048) }), json!({ "url": url_of(2_049) }), "/url invalid_url"),
        // Fewer bytes as written, more as sent.
        (
            json!({ "url": format!("{}{}", url_of(2_048 - 600), "\u{e9}".repeat(100)) }),
            json!({ "url": format!("{}{}", url_of(2_048 - 599), "\u{e9}".repeat(100)) }),
            "/url invalid_url",
        ),
        (json!({ "timeout_seconds": 1 }), json!({ "timeout_seconds": 0 }), "/timeout_seconds out_of_range"),
        (json!({ "timeout_seconds": 840 }), json!({ "timeout_seconds": 841 }), "/timeout_seconds out_of_range"),
        (json!({ "headers": members(50, "1") }), json!({ "headers": members(51, "1") }), "/headers too_long"),
        (json!({ "headers": headers_of(8_192) }), json!({ "headers": headers_of(8_193) }), "/headers too_long"),
        (
            json!({ "headers": { "x-a": "v".repeat(8_189) } }),
            json!({ "headers": { "x-a": "v".repeat(8_190) } }),
            "/headers too_long",
        ),
        (
            json!({ "headers": { "x-token": secret_of(4_096) } }),
            json!({ "headers": { "x-token": secret_of(4_097) } }),
            "/headers/x-token too_long",
        ),
        (json!({ "filter": filter_of(4_096) }), json!({ "filter": filter_of(4_097) }), "/filter invalid_filter"),
        (
            json!({ "filter": filter_of_depth(16) }),
            json!({ "filter": filter_of_depth(17) }),
            "/filter/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a invalid_filter",
        ),
        (retry("max_retries", json!(0)), retry("max_retries", json!(-1)), "/retry_policy/max_retries out_of_range"),
        (retry("max_retries", json!(50)), retry("max_retries", json!(51)), "/retry_policy/max_retries out_of_range"),
        (
            retry("schedule_seconds", json!(vec![86_400; 50])),
            retry("schedule_seconds", json!(vec![1; 51])),
            "/retry_policy/schedule_seconds out_of_range",
        ),
        (
            retry("schedule_seconds", json!([1])),
            retry("schedule_seconds", json!([86_401])),
            "/retry_policy/schedule_seconds out_of_range",
        ),
        (basic("u".repeat(255), planted("p")), basic("u".repeat(256), planted("p")), "/auth/username too_long"),
        (basic("u".to_owned(), secret_of(4_096)), basic("u".to_owned(), secret_of(4_097)), "/auth/password too_long"),
        (key("k".repeat(255), planted("k")), key("k".repeat(256), planted("k")), "/auth/name too_long"),
        (key("x-k".to_owned(), secret_of(4_096)), key("x-k".to_owned(), secret_of(4_097)), "/auth/value too_long"),
        (oauth2("client_id", "c".repeat(255)), oauth2("client_id", "c".repeat(256)), "/auth/client_id too_long"),
        (
            oauth2("client_secret", secret_of(4_096)),
            oauth2("client_secret", secret_of(4_097)),
            "/auth/client_secret too_long",
        ),
        (oauth2("scope", "s".repeat(1_024)), oauth2("scope", "s".repeat(1_025)), "/auth/scope too_long"),
        (oauth2("audience", "a".repeat(1_024)), oauth2("audience", "a".repeat(1_025)), "/auth/audience too_long"),
        (oauth2("token_url", url_of(2_048)), oauth2("token_url", url_of(2_049)), "/auth/token_url invalid_url"),
        (oauth2("headers", members(20, "1")), oauth2("headers", members(21, "1")), "/auth/headers too_long"),
        (oauth2("query", members(20, "1")), oauth2("query", members(21, "1")), "/auth/query too_long"),
        (oauth2("body", members(20, "1")), oauth2("body", members(21, "1")), "/auth/body too_long"),
        // What is not secret of an authentication, all together.
        (
            oauth2("body", members(1, &"v".repeat(3_000))),
            oauth2("body", members(1, &"v".repeat(4_000))),
            "/auth too_long",
        ),
    ]
}

#[tokio::test]
async fn what_is_at_a_bound_is_taken_and_one_more_is_refused() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for (fits, exceeds, fault) in bounds() {
        let field = fits.as_object().unwrap().keys().next().unwrap().clone();
        let webhook = created(&api, fits.clone()).await?;
        let is_encoded = fits["url"].as_str().is_some_and(|url| !url.is_ascii());
        let is_shown_as_it_is = !matches!(field.as_str(), "auth" | "headers" | "retry_policy") && !is_encoded;
        assert!(!is_shown_as_it_is || webhook[&field] == fits[&field], "{field}");
        assert_eq!(faults(&api.create_raw(&draft(exceeds)).await?), [fault]);
    }
    Ok(())
}

/// Secrets of so many bytes together, their names included.
fn secrets_of(bytes: usize) -> Value {
    let slots = ["x-a", "x-b"];
    let names: usize = slots.iter().map(|name| "/headers/".len() + name.len()).sum::<usize>() + "/auth/password".len();
    let rest = bytes - names - 4_000 - 2_150;
    json!({
        "headers": { "x-a": { "secret": secret_of(4_000) }, "x-b": { "secret": secret_of(2_150) } },
        "auth": { "type": "basic", "username": "u", "password": secret_of(rest) },
    })
}

#[tokio::test]
async fn all_secrets_together_have_a_bound() -> Result<()> {
    let api = Hookstep::connect()?.api;
    // The signing secret is one of them.
    let unsigned = |length| {
        let mut secrets = secrets_of(length);
        secrets["signing"] = json!({ "schemes": ["v1a"] });
        draft(secrets)
    };
    assert_eq!(api.create_raw(&unsigned(10_240)).await?.status, 201);
    assert_eq!(faults(&api.create_raw(&unsigned(10_241)).await?), [" too_long"]);
    let signing = "/signing/secret".len() + "whsec_".len() + 44;
    created(&api, secrets_of(10_240 - signing)).await?;
    assert_eq!(faults(&api.create_raw(&draft(secrets_of(10_241 - signing))).await?), [" too_long"]);
    Ok(())
}

#[tokio::test]
async fn secrets_that_come_one_after_the_other_have_the_same_bound() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    let id = webhook["config_id"].as_str().unwrap();
    for name in ["x-a", "x-b"] {
        api.patch_webhook(id, &json!({ "headers": { name: { "secret": secret_of(4_000) } } })).await?;
    }
    let answer = api.patch_raw(id, &json!({ "headers": { "x-c": { "secret": secret_of(4_000) } } }), None).await?;
    let found = faults(&answer);
    assert!(found == ["/headers too_long"] || found == [" too_long"], "{found:?}");
    assert_eq!(api.get_webhook(id).await?.version, 3);
    Ok(())
}

#[tokio::test]
async fn the_longest_of_everything_is_accepted() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let headers: Map<_, _> = (0..50).map(|n| (format!("x-{n:02}"), json!("v".repeat(159)))).collect();
    let body = json!({
        "name": "\u{1f980}".repeat(200),
        "description": "\u{e9}".repeat(2_000),
        "event_name": "e".repeat(255),
        "filter": filter_of(4_096),
        "url": url_of(2_048),
        "headers": headers,
        "timeout_seconds": 840,
        "retry_policy": { "max_retries": 50, "schedule_seconds": vec![86_400; 50], "retry_on": ["non_2xx"] },
        "auth": { "type": "basic", "username": "u".repeat(255), "password": secret_of(4_096) },
    });
    let webhook = created(&api, body.clone()).await?;
    for field in ["name", "description", "event_name", "filter", "url", "headers", "retry_policy"] {
        assert_eq!(webhook[field], body[field], "{field}");
    }
    Ok(())
}

#[tokio::test]
async fn a_body_has_a_bound() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let webhook = hookstep.webhook_at(crate::support::TARGET, |_| ()).await?;
    let one = format!("/webhook/{}", webhook.config_id);
    let body_of = |bytes: usize| {
        let body = draft(json!({})).to_string();
        format!("{body}{}", " ".repeat(bytes - body.len()))
    };
    let send = async |method: &Method, path: &str, bytes| {
        let request = hookstep.api.request(method.clone(), path).header("if-match", "*").body(body_of(bytes));
        hookstep.api.send(request.header("content-type", "application/json")).await
    };
    for (method, path) in [(Method::POST, "/webhook"), (Method::PUT, &one), (Method::PATCH, &one)] {
        assert!(send(&method, path, 262_144).await?.status.is_success(), "{method}");
        assert_problem(&send(&method, path, 262_145).await?, 413, "payload_too_large");
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_names_a_hundred_faults_at_most() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let fields: Map<_, _> = (0..500).map(|n| (format!("unknown-{n}"), json!(1))).collect();
    let answer = api.create_raw(&draft(Value::Object(fields))).await?;
    let found = faults(&answer);
    assert!((100..=101).contains(&found.len()), "{}", found.len());
    Ok(())
}
