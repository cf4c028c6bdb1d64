//! `POST /webhook`, `GET /webhook`, `GET` and `DELETE /webhook/{config_id}`.

use std::collections::BTreeSet;

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{Answer, Hookstep, Page, Webhook};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

const TARGET: &str = "https://receiver.example/hook";

async fn post(hookstep: &Hookstep, body: impl Into<reqwest::Body>) -> Result<Answer> {
    hookstep.api.send(hookstep.api.request(Method::POST, "/webhook").body(body)).await
}

async fn get(hookstep: &Hookstep, path: &str) -> Result<Answer> {
    hookstep.api.send(hookstep.api.request(Method::GET, path)).await
}

#[tokio::test]
async fn a_webhook_is_created_from_a_name_and_a_url() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let before = Timestamp::now();
    let answer = post(&hookstep, json!({ "name": "orders", "url": TARGET }).to_string()).await?;
    assert_eq!(answer.status, 201, "{}", answer.in_words());
    let mut webhook: Value = answer.json()?;
    let id = webhook["config_id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("wh_") && id.len() == 29, "{id}");
    assert_eq!(answer.header("location"), Some(format!("/webhook/{id}").as_str()));
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(answer.header("content-type"), Some("application/json"));

    let read = get(&hookstep, &format!("/webhook/{id}")).await?;
    assert_eq!((read.status.as_u16(), read.header("etag"), &read.json::<Value>()?), (200, Some("\"1\""), &webhook));

    let created: Timestamp = webhook["created_at"].take().as_str().unwrap().parse()?;
    let updated: Timestamp = webhook["updated_at"].take().as_str().unwrap().parse()?;
    assert!(created == updated && before <= created && created <= Timestamp::now());
    let expected = json!({
        "config_id": id,
        "tenant_id": "default",
        "name": "orders",
        "description": "",
        "event_name": null,
        "url": TARGET,
        "http_method": "POST",
        "headers": {},
        "enabled": true,
        "status": "active",
        "timeout_seconds": 30,
        "created_at": null,
        "updated_at": null,
        "version": 1,
    });
    assert_eq!(webhook, expected);
    Ok(())
}

#[tokio::test]
async fn everything_that_a_webhook_is_given_is_kept() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let given = json!({
        "name": "\u{1f980} \"orders\"",
        "description": "line\nline",
        "event_name": "order.created",
        "url": "http://127.0.0.1:9/a?b=c",
        "method": "PUT",
        "headers": { "X-Token": "t", "authorization": "Bearer x" },
        "timeout_seconds": 840,
        "enabled": false,
    });
    let answer = post(&hookstep, given.to_string()).await?;
    assert_eq!(answer.status, 201, "{}", answer.in_words());
    let created: Value = answer.json()?;
    let read: Value = get(&hookstep, &format!("/webhook/{}", created["config_id"].as_str().unwrap())).await?.json()?;
    assert_eq!(read, created);
    for field in ["name", "description", "event_name", "url", "headers", "timeout_seconds", "enabled"] {
        assert_eq!(read[field], given[field], "{field}");
    }
    assert_eq!((&read["http_method"], &read["status"]), (&"PUT".into(), &"disabled".into()));
    Ok(())
}

#[tokio::test]
async fn what_is_null_counts_as_left_out() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let body = json!({ "name": "n", "url": TARGET, "description": null, "event_name": null, "http_method": null,
        "headers": null, "timeout_seconds": null, "enabled": null });
    let answer = post(&hookstep, body.to_string()).await?;
    assert_eq!(answer.status, 201, "{}", answer.in_words());
    let webhook: Webhook = answer.json()?;
    assert_eq!((webhook.http_method.as_str(), webhook.timeout_seconds, webhook.enabled), ("POST", 30, true));
    Ok(())
}

#[tokio::test]
async fn a_deleted_webhook_is_gone() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let webhook = hookstep.webhook_at(TARGET, |_| ()).await?;
    let path = format!("/webhook/{}", webhook.config_id);
    let delete = async || hookstep.api.send(hookstep.api.request(Method::DELETE, &path)).await;
    let answer = delete().await?;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    for answer in [delete().await?, get(&hookstep, &path).await?] {
        assert_eq!((answer.status.as_u16(), answer.problem()?.code.as_str()), (404, "webhook_not_found"));
    }
    assert!(!walk(&hookstep, 100).await?.iter().any(|other| other.config_id == webhook.config_id));
    Ok(())
}

#[tokio::test]
async fn an_unknown_webhook_is_not_found() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    for id in ["wh_01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", "wh_01arz3ndektsv4rrffq69g5fav"] {
        for method in [Method::GET, Method::DELETE] {
            let answer = hookstep.api.send(hookstep.api.request(method, &format!("/webhook/{id}"))).await?;
            assert_eq!(answer.status, 404, "{id}: {}", answer.in_words());
            assert_eq!(answer.problem()?.code, "webhook_not_found");
        }
    }
    Ok(())
}

async fn walk(hookstep: &Hookstep, limit: usize) -> Result<Vec<Webhook>> {
    let mut webhooks = Vec::new();
    let mut cursor = String::new();
    loop {
        let page: Page<Webhook> = get(hookstep, &format!("/webhook?limit={limit}{cursor}")).await?.json()?;
        assert!(page.data.len() <= limit);
        webhooks.extend(page.data);
        let Some(next) = page.next_cursor else { return Ok(webhooks) };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn a_walk_by_cursor_visits_each_webhook_exactly_once() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let mine = try_join_all((0..25).map(async |_| hookstep.webhook_at(TARGET, |_| ()).await)).await?;
    let mine: BTreeSet<String> = mine.into_iter().map(|webhook| webhook.config_id).collect();
    for limit in [20, 100] {
        // With those of the other tests, which come and go meanwhile.
        let walked: Vec<String> = walk(&hookstep, limit).await?.into_iter().map(|webhook| webhook.config_id).collect();
        assert!(walked.is_sorted_by(|a, b| a < b), "the oldest come first, none twice");
        assert_eq!(mine.iter().filter(|id| walked.contains(id)).count(), 25);
    }
    let page: Page<Webhook> = get(&hookstep, "/webhook").await?.json()?;
    assert!(page.data.len() == 20 && page.next_cursor.is_some(), "{}", page.data.len());
    Ok(())
}

#[tokio::test]
async fn a_list_parameter_that_makes_no_sense_is_refused_by_name() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    for (query, code) in [
        ("limit=0", "invalid_limit"),
        ("limit=101", "invalid_limit"),
        ("limit=x", "invalid_limit"),
        ("cursor=x", "invalid_cursor"),
        ("cursor=evt_01ARZ3NDEKTSV4RRFFQ69G5FAV", "invalid_cursor"),
    ] {
        let answer = get(&hookstep, &format!("/webhook?{query}")).await?;
        assert_eq!((answer.status.as_u16(), answer.problem()?.code.as_str()), (400, code), "{query}");
    }
    Ok(())
}

/// What the answer says of which field, as `pointer code`, sorted.
async fn refused(hookstep: &Hookstep, body: &Value) -> Result<Vec<String>> {
    let answer = post(hookstep, body.to_string()).await?;
    assert_eq!(answer.status, 400, "{body}: {}", answer.in_words());
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem = answer.problem()?;
    assert_eq!((problem.code.as_str(), problem.status), ("validation_failed", 400));
    let mut errors = Vec::new();
    for error in &problem.errors {
        assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{error}");
        errors.push(format!("{} {}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()));
    }
    errors.sort();
    Ok(errors)
}

#[tokio::test]
async fn every_field_at_fault_is_named_at_once() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let body = json!({
        "name": " ", "description": "x".repeat(2001), "event_name": "caf\u{e9}", "url": "ftp://receiver.example/",
        "method": "FETCH", "headers": { "Host": "x", "a b": "c", "x-n": 1 }, "timeout_seconds": 841,
        "enabled": "yes", "colour/hue": "red", "auth": {},
    });
    let expected = [
        "/auth unknown_field",
        "/colour~1hue unknown_field",
        "/description too_long",
        "/enabled wrong_type",
        "/event_name invalid",
        "/headers/Host invalid_header",
        "/headers/a b invalid_header",
        "/headers/x-n wrong_type",
        "/http_method invalid_method",
        "/name empty",
        "/timeout_seconds out_of_range",
        "/url invalid_url",
    ];
    assert_eq!(refused(&hookstep, &body).await?, expected);
    Ok(())
}

#[tokio::test]
async fn a_single_field_at_fault_is_named() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let long_path = "a".repeat(2048);
    let headers: serde_json::Map<_, _> = (0..51).map(|n| (format!("x-{n}"), json!("1"))).collect();
    let cases = [
        ("name", Value::Null, "/name required"),
        ("name", json!("n".repeat(201)), "/name too_long"),
        ("name", json!(7), "/name wrong_type"),
        ("description", json!([]), "/description wrong_type"),
        ("event_name", json!(""), "/event_name invalid"),
        ("event_name", json!("e".repeat(256)), "/event_name too_long"),
        ("event_name", json!("a\nb"), "/event_name invalid"),
        ("url", Value::Null, "/url required"),
        ("url", json!(7), "/url wrong_type"),
        ("url", json!(""), "/url invalid_url"),
        ("url", json!("/hook"), "/url invalid_url"),
        ("url", json!("receiver.example"), "/url invalid_url"),
        ("url", json!("https://"), "/url invalid_url"),
        ("url", json!("javascript:alert(1)"), "/url invalid_url"),
        ("url", json!("file:///etc/passwd"), "/url invalid_url"),
        ("url", json!("https://user@receiver.example/"), "/url invalid_url"),
        ("url", json!("https://user:secret@receiver.example/"), "/url invalid_url"),
        ("url", json!("https://receiver.example/#fragment"), "/url invalid_url"),
        ("url", json!("https://receiver.example:99999/"), "/url invalid_url"),
        ("url", json!(format!("https://receiver.example/{long_path}")), "/url invalid_url"),
        // 2,048 bytes as written, more as sent.
        ("url", json!(format!("https://receiver.example/{}", "\u{e9}".repeat(1000))), "/url invalid_url"),
        ("http_method", json!("post"), "/http_method invalid_method"),
        ("http_method", json!("CONNECT"), "/http_method invalid_method"),
        ("method", json!(7), "/http_method invalid_method"),
        ("headers", json!([]), "/headers wrong_type"),
        ("headers", Value::Object(headers), "/headers too_long"),
        ("headers", json!({ "x-a": "v".repeat(8_192) }), "/headers too_long"),
        ("headers", json!({ "x-a": "1", "X-A": "2" }), "/headers/x-a duplicate_header"),
        ("headers", json!({ "x-a": null }), "/headers/x-a wrong_type"),
        ("timeout_seconds", json!(0), "/timeout_seconds out_of_range"),
        ("timeout_seconds", json!(-1), "/timeout_seconds out_of_range"),
        ("timeout_seconds", json!(841), "/timeout_seconds out_of_range"),
        ("timeout_seconds", json!(1.5), "/timeout_seconds out_of_range"),
        ("timeout_seconds", json!("30"), "/timeout_seconds out_of_range"),
        ("timeout_seconds", json!(4_294_967_297_u64), "/timeout_seconds out_of_range"),
        ("enabled", json!(1), "/enabled wrong_type"),
        ("status", json!("active"), "/status unknown_field"),
        ("config_id", json!("wh_01ARZ3NDEKTSV4RRFFQ69G5FAV"), "/config_id unknown_field"),
        ("tenant_id", json!("other"), "/tenant_id unknown_field"),
    ];
    let checks = cases.map(async |(field, value, expected)| {
        let mut body = json!({ "name": "n", "url": TARGET });
        body[field] = value;
        let found = refused(&hookstep, &body).await?;
        assert!(found == [expected] || found == [expected.replace("x-a", "X-A")], "{field}: {found:?}");
        anyhow::Ok(())
    });
    try_join_all(checks).await?;
    Ok(())
}

#[tokio::test]
async fn a_refused_secret_is_not_repeated() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let body =
        json!({ "name": "n", "url": "https://user:hunter2@receiver.example/", "headers": { "x-a": "hunter2\n" } });
    let answer = post(&hookstep, body.to_string()).await?;
    assert_eq!(answer.status, 400);
    assert!(!answer.in_words().contains("hunter2"), "{}", answer.in_words());
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let cases: [&[u8]; 8] =
        [b"", b"{", b"[]", b"null", b"\"a\"", b"{\"name\":\"n\",}", b"{\"name\":\"\xff\"}", b"name=n&url=u"];
    for body in cases {
        let answer = post(&hookstep, body.to_vec()).await?;
        let shown = String::from_utf8_lossy(body);
        assert_eq!(answer.status, 400, "{shown}: {}", answer.in_words());
        assert_eq!(answer.problem()?.code, "invalid_json", "{shown}");
    }
    Ok(())
}

#[tokio::test]
async fn the_longest_of_everything_is_accepted() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let headers: serde_json::Map<_, _> = (0..50).map(|n| (format!("x-{n:02}"), json!("v".repeat(159)))).collect();
    let path = "a".repeat(2048 - "https://receiver.example/".len());
    let body = json!({
        "name": "\u{1f980}".repeat(200),
        "description": "\u{e9}".repeat(2000),
        "event_name": "e".repeat(255),
        "url": format!("https://receiver.example/{path}"),
        "headers": headers,
        "timeout_seconds": 840,
    });
    let answer = post(&hookstep, body.to_string()).await?;
    assert_eq!(answer.status, 201, "{}", answer.in_words());
    let webhook: Value = answer.json()?;
    assert_eq!((&webhook["url"], &webhook["headers"]), (&body["url"], &body["headers"]));
    Ok(())
}
