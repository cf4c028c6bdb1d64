//! The headers of the request that a receiver gets.

use std::time::{Duration, SystemTime};

use anyhow::Result;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Hookstep, Scene, Trigger};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

#[tokio::test]
async fn a_request_names_its_event_its_time_and_its_sender() -> Result<()> {
    let scene = Scene::new().await?;
    let before = SystemTime::now();
    let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
    let received = scene.received()?;
    assert_eq!(received.header("webhook-id"), Some(outcome.event_id));
    let seconds: u64 = received.header("webhook-timestamp").unwrap().parse()?;
    let sent_at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    assert!(sent_at + Duration::from_secs(1) >= before && sent_at <= SystemTime::now(), "{seconds}");
    let agent = received.header("user-agent").unwrap();
    assert_eq!(agent, format!("Hookstep/{}", env!("CARGO_PKG_VERSION")));
    assert_eq!(received.header("host"), Some(format!("127.0.0.1:{}", scene.receiver.port())));

    // Nothing of the caller's connection or of AWS is passed on.
    let mut names: Vec<_> = received.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    let expected = [
        "accept",
        "accept-encoding",
        "content-length",
        "content-type",
        "host",
        "traceparent",
        "user-agent",
        "webhook-id",
        "webhook-signature",
        "webhook-timestamp",
    ];
    assert_eq!(names, expected);
    Ok(())
}

#[tokio::test]
async fn configured_headers_are_sent_as_they_are() -> Result<()> {
    let token = planted("token");
    let scene = Scene::with(|draft| {
        draft.headers.insert("X-Source".to_owned(), "shop =\"a\\b\"; c, d\te".to_owned());
        draft.headers.insert("x-empty".to_owned(), String::new());
        draft.headers.insert("Authorization".to_owned(), format!("Bearer {token}"));
        draft.headers.insert("Content-Type".to_owned(), "application/vnd.custom+json".to_owned());
    })
    .await?;
    scene.trigger(&Trigger::json("{}").and_wait()).await?;
    let received = scene.received()?;
    assert_eq!(received.header("x-source").as_deref(), Some("shop =\"a\\b\"; c, d\te"));
    assert_eq!(received.header("x-empty").as_deref(), Some(""));
    assert_eq!(received.header("authorization").as_deref(), Some(format!("Bearer {token}").as_str()));
    // A configured content type stands for the caller's, and is sent once.
    let types: Vec<_> = received.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type")).collect();
    let [(_, value)] = &types[..] else { panic!("{types:?}") };
    assert_eq!(value, b"application/vnd.custom+json");
    Ok(())
}

#[tokio::test]
async fn what_a_caller_sends_beside_the_payload_is_not_passed_on() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    let path = format!("/webhook/{}/trigger?sync=true", scene.webhook.config_id);
    let request = api.request(Method::POST, &path).body("{}");
    let request = request.header("cookie", "session=1").header("x-mine", "1").header("authorization", "Bearer mine");
    let answer = api.send(request).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    let received = scene.received()?;
    for name in ["cookie", "x-mine", "authorization"] {
        assert_eq!(received.header(name), None, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn the_correlation_id_is_kept_in_the_row() -> Result<()> {
    let scene = Scene::new().await?;
    let correlation_id = Some("order 42/\"x\"; \\".to_owned());
    for sync in [true, false] {
        let trigger = Trigger { correlation_id: correlation_id.clone(), sync: Some(sync), ..Trigger::json("{}") };
        let event = scene.deliver(&trigger).await?;
        assert_eq!(event.rest["correlation_id"].as_str(), correlation_id.as_deref());
    }
    let without = scene.deliver(&Trigger::json("{}")).await?;
    assert!(without.rest["correlation_id"].is_null());
    Ok(())
}

#[tokio::test]
async fn a_configured_header_that_would_break_the_request_is_refused() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let cases = [
        ("x-a", "1\r\nx-b: 2"),
        ("x-a", "1\nx-b: 2"),
        ("x-a", "1\rx-b: 2"),
        ("x-a", "a\u{0}b"),
        ("x-a", "caf\u{e9}"),
        ("x-a", " 1"),
        ("x-a\r\nx-b", "1"),
        ("x-a: 1\r\nx-b", "2"),
        ("x a", "1"),
        ("", "1"),
        ("Host", "evil.example"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "close"),
        ("webhook-id", "evt_1"),
        ("Webhook-Signature", "v1,x"),
        ("User-Agent", "x"),
    ];
    for (name, value) in cases {
        let body = json!({ "name": "n", "url": "http://127.0.0.1:9/", "headers": { name: value } }).to_string();
        let answer = api.send(api.request(Method::POST, "/webhook").body(body)).await?;
        assert_eq!(answer.status, 400, "{name:?}: {value:?}: {}", answer.in_words());
        let problem = answer.problem()?;
        let [error] = &problem.errors[..] else { panic!("{:?}", problem.errors) };
        // A header that may be configured, with a value that can't be sent.
        let code = if name == "x-a" { "invalid" } else { "invalid_header" };
        assert_eq!((&error["code"], &error["pointer"]), (&json!(code), &json!(format!("/headers/{name}"))));
    }
    Ok(())
}

#[tokio::test]
async fn a_header_of_a_caller_that_cannot_be_kept_is_refused_and_nothing_is_sent() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    let cases = [
        ("x-correlation-id", "x".repeat(256).into_bytes(), "invalid_correlation_id"),
        ("x-correlation-id", b"".to_vec(), "invalid_correlation_id"),
        ("x-correlation-id", "caf\u{e9}".as_bytes().to_vec(), "invalid_correlation_id"),
        ("x-correlation-id", b"\xe9".to_vec(), "invalid_correlation_id"),
        ("idempotency-key", "caf\u{e9}".as_bytes().to_vec(), "invalid_idempotency_key"),
        ("idempotency-key", b"\xe9".to_vec(), "invalid_idempotency_key"),
        ("content-type", "text/plain; a=".bytes().chain([b'x'; 256]).collect(), "invalid_content_type"),
        ("content-type", "text/\u{e9}".as_bytes().to_vec(), "invalid_content_type"),
    ];
    for (name, value, code) in cases {
        let path = format!("/webhook/{}/trigger", scene.webhook.config_id);
        let request = api.request(Method::POST, &path).header(name, HeaderValue::from_bytes(&value)?).body("{}");
        let answer = api.send(request).await?;
        let shown = String::from_utf8_lossy(&value);
        assert_eq!(answer.status, 400, "{name}: {shown}: {}", answer.in_words());
        assert_eq!(answer.problem()?.code, code, "{name}: {shown}");
    }
    let listed = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
    assert_eq!((listed.data.len(), scene.received_count()), (0, 0));
    Ok(())
}

#[tokio::test]
async fn a_line_break_in_a_url_adds_no_header() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let receiver = hookstep_tests::Receiver::start().await?;
    let body = json!({ "name": "n", "url": receiver.url("/a HTTP/1.1\r\nx-b: 1\r\n\r\n%0d%0ax-c: 1") }).to_string();
    let api = &hookstep.api;
    let answer = api.send(api.request(Method::POST, "/webhook").body(body)).await?;
    assert_eq!(answer.status, 201, "{}", answer.in_words());
    let webhook: Value = answer.json()?;
    // The URL standard drops line breaks.
    let target = "/a%20HTTP/1.1x-b:%201%0d%0ax-c:%201";
    assert_eq!(webhook["url"], receiver.url(target));
    hookstep.api.trigger(webhook["config_id"].as_str().unwrap(), &Trigger::json("{}").and_wait()).await?;
    let [request] = &receiver.requests()[..] else { panic!("one request was sent") };
    assert_eq!((request.target.as_str(), request.header("x-b"), request.header("x-c")), (target, None, None));
    Ok(())
}
