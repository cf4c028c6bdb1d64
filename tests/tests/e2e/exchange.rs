//! The exchange with the receiver: its phases and their times, what is on the wire, compressed answers, HTTP/2.

use std::time::Duration;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_local::receiver::{ReceiverOptions, Version};
use hookstep_tests::signatures::Judges;
use hookstep_tests::{Attempt, Event, HOOK, Hookstep, NewWebhook, Receiver, Scene, Script, Trigger};
use serde_json::json;
use tokio::net::TcpListener;

use crate::signatures::good;

const MIB: usize = 1_048_576;

fn only_attempt(event: &Event) -> &Attempt {
    let [attempt] = &event.attempts[..] else { panic!("{:?}", event.attempts) };
    attempt
}

/// A receiver that speaks HTTP/2, and a webhook to it.
async fn http2(change: impl FnOnce(&mut NewWebhook)) -> Result<Scene> {
    let hookstep = Hookstep::connect()?;
    let options = ReceiverOptions::new().tls(hookstep.authority()?.issue(&["127.0.0.1"])?).http2();
    let receiver = Receiver::start_with(options).await?;
    let webhook = hookstep.webhook_to(&receiver, HOOK, change).await?;
    Ok(Scene { hookstep, receiver, webhook })
}

#[tokio::test]
async fn the_time_to_the_first_byte_and_the_whole_time_are_told_apart() -> Result<()> {
    let slow = Script::status(200).body("12345").after(Duration::from_millis(700)).dripping(Duration::from_millis(300));
    for scene in [Scene::new().await?, http2(|_| ()).await?] {
        scene.receiver.on(HOOK, slow.clone());
        let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
        let told = outcome.attempt.context("no attempt")?;
        let first = told.first_byte_ms.context("no first_byte_ms")?;
        assert!(first >= 700 && told.duration_ms >= first + 1_000, "{first} ms, {} ms", told.duration_ms);
        let event = scene.event(&outcome.event_id).await?;
        let kept = only_attempt(&event);
        assert_eq!((kept.first_byte_ms, kept.duration_ms), (Some(first), told.duration_ms));
        let listed = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
        assert_eq!(only_attempt(&listed.data[0]).first_byte_ms, Some(first));
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_that_never_began_has_no_time_to_its_first_byte() -> Result<()> {
    let silent = Scene::with(|draft| draft.timeout_seconds = Some(1)).await?;
    silent.receiver.on(HOOK, Script::never());
    let closing = Scene::where_receiver(Script::close()).await?;
    for scene in [&silent, &closing] {
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!((event.status.as_str(), only_attempt(&event).first_byte_ms), ("failed", None), "{event:?}");
    }
    // One that began and broke off has.
    let broken = Scene::where_receiver(Script::status(200).body("half").closing_mid_body()).await?;
    let event = broken.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.reason.as_deref(), Some("response_incomplete"));
    assert!(only_attempt(&event).first_byte_ms.is_some(), "{event:?}");
    Ok(())
}

/// Triggers, and expects a timeout of this name.
async fn assert_times_out(scene: &Scene, code: &str) -> Result<Event> {
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some(code)), "{event:?}");
    let attempt = only_attempt(&event);
    assert_eq!(attempt.outcome, "timed_out");
    assert!((1_900..9_000).contains(&attempt.duration_ms), "{} ms", attempt.duration_ms);
    Ok(event)
}

#[tokio::test]
async fn every_phase_has_a_timeout_of_its_own_name() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let within = |draft: &mut NewWebhook| draft.timeout_seconds = Some(2);
    // It takes connections, and says nothing: not even of TLS.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("https://{}/", listener.local_addr()?);
    let webhook = hookstep.webhook_at(&url, within).await?;
    let scene = Scene { hookstep: hookstep.clone(), receiver: Receiver::start().await?, webhook };
    let accepting = tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            kept.push(stream);
        }
    });
    let event = assert_times_out(&scene, "tls_timeout").await?;
    assert!(event.rest["reason_detail"].as_str().is_some_and(|detail| detail.contains("TLS")), "{event:?}");
    accepting.abort();

    let dripping = Script::status(200).body_of(b'.', 600).dripping(Duration::from_millis(300));
    for scene in [Scene::with(within).await?, http2(within).await?] {
        scene.receiver.on_each(HOOK, [Script::never(), dripping.clone()]);
        let event = assert_times_out(&scene, "first_byte_timeout").await?;
        assert_eq!(only_attempt(&event).first_byte_ms, None);
        let event = assert_times_out(&scene, "response_timeout").await?;
        let attempt = only_attempt(&event);
        assert!(attempt.first_byte_ms.is_some_and(|first| first < 1_900), "{attempt:?}");
        assert_eq!(attempt.status_code, Some(200));
        // What came in time is kept.
        assert!(attempt.response_body.as_deref().is_some_and(|body| body.starts_with("..")), "{attempt:?}");
    }
    Ok(())
}

/// The beginning of a gzip file (RFC 1952) that announces so many bytes, stored as they are, and holds these.
fn gzip_begun(announced: u16, held: &[u8]) -> Vec<u8> {
    let start = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
    [&start[..], &announced.to_le_bytes(), &(!announced).to_le_bytes(), held].concat()
}

/// What is kept of this answer.
async fn kept_of(script: Script) -> Result<Attempt> {
    let scene = Scene::where_receiver(script).await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    assert_eq!(scene.received()?.header("accept-encoding").as_deref(), Some("gzip"));
    Ok(only_attempt(&event).clone())
}

#[tokio::test]
async fn compressed_answers_are_shown_as_what_they_are() -> Result<()> {
    let text = "{\"n\":1}\u{1f980}".repeat(100);
    let attempt = kept_of(Script::status(200).gzipped(text.as_bytes())).await?;
    assert_eq!((attempt.response_body.as_deref(), attempt.response_truncated), (Some(text.as_str()), Some(false)));
    assert_eq!(attempt.response_headers["content-encoding"], "gzip");
    // Too large for the row, binary, empty.
    let long = "0123456789".repeat(5_000);
    let attempt = kept_of(Script::status(200).gzipped(long.as_bytes())).await?;
    assert!(attempt.response_s3_key.is_some() && attempt.response_body.as_deref() == Some(long.as_str()));
    let bytes: Vec<u8> = (0..=255).collect();
    let attempt = kept_of(Script::status(200).gzipped(&bytes)).await?;
    assert_eq!(STANDARD.decode(attempt.response_body.unwrap_or_default())?, bytes);
    let attempt = kept_of(Script::status(200).gzipped(b"")).await?;
    assert_eq!((attempt.response_body.as_deref(), attempt.response_truncated), (Some(""), Some(false)));
    Ok(())
}

#[tokio::test]
async fn a_bomb_is_bounded_and_marked() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(200).gzip_bomb(2_000_000_000)).await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    let attempt = only_attempt(&event);
    assert_eq!((attempt.response_truncated, attempt.response_size), (Some(true), Some(MIB as u64)));
    assert!(attempt.duration_ms < 20_000, "{} ms", attempt.duration_ms);
    let body = STANDARD.decode(attempt.response_body.as_deref().context("no body")?)?;
    assert!(body == vec![0; MIB], "{} bytes", body.len());
    Ok(())
}

#[tokio::test]
async fn what_is_compressed_otherwise_or_not_at_all_stays_as_it_came() -> Result<()> {
    let gzip = gzip_begun(4, b"text");
    let cases = [
        ("br", b"\x0b\x01\x80text\x03".to_vec()),
        ("deflate", b"x\x9c+I\xad(\x01\x00\x04]\x01\xc1".to_vec()),
        ("gzip, gzip", gzip.clone()),
        ("gzip", b"no gzip at all".to_vec()),
        ("identity", gzip.clone()),
    ];
    for (coding, body) in cases {
        let attempt = kept_of(Script::status(200).header("content-encoding", coding).body(body.clone())).await?;
        let shown = attempt.response_body.unwrap_or_default();
        let is_text = attempt.response_body_encoding.as_deref() == Some("utf8");
        let kept = if is_text { shown.into_bytes() } else { STANDARD.decode(shown)? };
        assert_eq!((kept, attempt.response_truncated), (body, Some(false)), "{coding}");
    }
    // What of it was good is kept of one that breaks off, and it is marked.
    let script = Script::status(200).header("content-encoding", "gzip").body(gzip_begun(20_000, &[b'z'; 10_000]));
    let attempt = kept_of(script).await?;
    assert_eq!(attempt.response_truncated, Some(true));
    let kept = attempt.response_body.unwrap_or_default();
    assert!(!kept.is_empty() && kept.bytes().all(|byte| byte == b'z'), "{} bytes", kept.len());
    Ok(())
}

#[tokio::test]
async fn a_length_is_always_told_and_a_body_never_comes_in_chunks() -> Result<()> {
    let scene = Scene::new().await?;
    let h2 = http2(|_| ()).await?;
    for length in [0, 1, 8_192, 300_000, 2 * MIB] {
        for scene in [&scene, &h2] {
            let trigger = Trigger { content_type: Some("text/plain".to_owned()), ..Trigger::json("x".repeat(length)) };
            let event = scene.deliver(&trigger).await?;
            assert_eq!(event.status, "succeeded", "{event:?}");
            let request = scene.request_of(&event.event_id)?;
            assert_eq!(request.header("content-length"), Some(length.to_string()));
            assert_eq!(request.header("transfer-encoding"), None);
            assert_eq!((request.body.len(), request.header("expect")), (length, None));
        }
    }
    // One that streams from the bucket.
    for scene in [&scene, &h2] {
        let api = &scene.hookstep.api;
        let slot = api.create_upload(&scene.webhook.config_id).await?;
        api.upload(&slot.upload, vec![b'y'; 9 * MIB]).await?;
        let event = scene.deliver(&Trigger { payload_id: Some(slot.payload_id), ..Trigger::default() }).await?;
        assert_eq!(event.status, "succeeded", "{event:?}");
        let request = scene.request_of(&event.event_id)?;
        assert_eq!(request.header("content-length"), Some((9 * MIB).to_string()));
        assert_eq!(request.header("transfer-encoding"), None);
        assert!(request.body.len() == 9 * MIB && request.body.iter().all(|&byte| byte == b'y'));
    }
    Ok(())
}

#[tokio::test]
async fn cookies_are_not_sent_back() -> Result<()> {
    for scene in [Scene::new().await?, http2(|_| ()).await?] {
        scene
            .receiver
            .on(HOOK, Script::status(200).header("set-cookie", "session=1; Path=/").header("set-cookie", "b=2"));
        for _ in 0..3 {
            let event = scene.deliver(&Trigger::json("{}")).await?;
            assert_eq!(event.status, "succeeded");
        }
        let requests = scene.receiver.requests_to(HOOK);
        assert_eq!(requests.len(), 3);
        assert!(requests.iter().all(|request| request.header("cookie").is_none()));
    }
    Ok(())
}

#[tokio::test]
async fn over_http2_a_request_is_what_it_is_over_http1() -> Result<()> {
    let headers = json!({ "X-Source": "shop =\"a\\b\"; c", "x-empty": "", "Accept": "text/plain" });
    let scene = http2(|draft| {
        draft.url.push_str("?a=b%20c");
        draft.set("headers", headers.clone());
        draft.set("http_method", "PUT");
    })
    .await?;
    let event = scene.deliver(&Trigger::json("{ \"n\" : 1.0 }")).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    let request = scene.request_of(&event.event_id)?;
    assert_eq!((request.version, request.method.as_str()), (Version::Http2, "PUT"));
    assert_eq!((request.target.as_str(), request.text().as_str()), ("/hook?a=b%20c", "{ \"n\" : 1.0 }"));
    let mut names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let expected = [
        ":authority",
        ":scheme",
        "accept",
        "accept-encoding",
        "content-length",
        "content-type",
        "traceparent",
        "user-agent",
        "webhook-id",
        "webhook-signature",
        "webhook-timestamp",
        "x-empty",
        "x-source",
    ];
    assert_eq!(names, expected);
    assert_eq!(request.header(":authority"), Some(format!("127.0.0.1:{}", scene.receiver.port())));
    assert_eq!(request.header("user-agent"), Some(format!("Hookstep/{}", env!("CARGO_PKG_VERSION"))));
    assert_eq!(request.header("x-source").as_deref(), Some("shop =\"a\\b\"; c"));
    assert_eq!(
        (request.header("x-empty").as_deref(), request.header("accept").as_deref()),
        (Some(""), Some("text/plain"))
    );
    let secret = scene.webhook.new_secret()?;
    Judges::prepare().await?.expect(good("over HTTP/2", &request, &[&secret])?).await
}

#[tokio::test]
async fn over_http2_an_answer_is_kept_as_over_http1() -> Result<()> {
    let scene = http2(|_| ()).await?;
    let bytes: Vec<u8> = (0..=255).collect::<Vec<u8>>().repeat(100);
    scene.receiver.on_each(
        HOOK,
        [
            Script::status(503).header("x-why", "fire").header("retry-after", "9").body("no"),
            Script::status(200).body(bytes.clone()),
            Script::status(200).gzipped(b"text"),
            Script::status(200).body_of(b'x', 5_000_000),
            Script::status(204),
            Script::close(),
        ],
    );
    let mut attempts = Vec::new();
    for _ in 0..6 {
        let event = scene.deliver(&Trigger::json("{}")).await?;
        attempts.push(only_attempt(&event).clone());
    }
    let codes: Vec<_> = attempts.iter().map(|attempt| (attempt.outcome.as_str(), attempt.status_code)).collect();
    let expected = [
        ("rejected", Some(503)),
        ("delivered", Some(200)),
        ("delivered", Some(200)),
        ("delivered", Some(200)),
        ("delivered", Some(204)),
        ("unreachable", None),
    ];
    assert_eq!(codes, expected);
    assert_eq!(
        (&attempts[0].response_headers["x-why"], attempts[0].response_body.as_deref()),
        (&json!("fire"), Some("no"))
    );
    assert_eq!(STANDARD.decode(attempts[1].response_body.as_deref().unwrap_or_default())?, bytes);
    assert_eq!(attempts[2].response_body.as_deref(), Some("text"));
    assert_eq!((attempts[3].response_truncated, attempts[3].response_size), (Some(true), Some(MIB as u64)));
    assert_eq!(attempts[5].error.as_ref().map(|error| error.code.as_str()), Some("connection_closed"));
    assert_eq!(scene.received_count(), 6);
    Ok(())
}

#[tokio::test]
async fn every_header_that_can_be_configured_arrives_as_it_is() -> Result<()> {
    let mut headers = serde_json::Map::new();
    for (number, odd) in "!#$%&'*+.^_`|~".chars().enumerate() {
        headers.insert(format!("X{odd}{number}"), format!("{odd} {odd}\t{number}").into());
    }
    let visible: String = (0x21..0x7f_u8).map(char::from).collect();
    headers.insert("x-visible".to_owned(), visible.into());
    headers.insert("X-LOUD".to_owned(), "LOUD".into());
    headers.insert("Date".to_owned(), "Thu, 01 Jan 1970 00:00:00 GMT".into());
    headers.insert("X-Forwarded-For".to_owned(), "203.0.113.7".into());
    headers.insert("Accept-Language".to_owned(), "de, en;q=0.5".into());
    headers.insert("x-empty".to_owned(), "".into());
    headers.insert("x-long".to_owned(), "v".repeat(4_000).into());
    while headers.len() < 50 {
        headers.insert(format!("x-filler-{}", headers.len()), "1".into());
    }
    let given = headers.clone();
    for scene in [
        Scene::with(|draft| draft.set("headers", headers.clone())).await?,
        http2(|draft| draft.set("headers", headers.clone())).await?,
    ] {
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!(event.status, "succeeded", "{event:?}");
        let request = scene.request_of(&event.event_id)?;
        for (name, value) in &given {
            let found: Vec<String> = request
                .headers
                .iter()
                .filter(|(other, _)| other.eq_ignore_ascii_case(name))
                .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
                .collect();
            assert_eq!(found, [value.as_str().context("no text")?], "{name}");
        }
    }
    Ok(())
}
