//! What callers and receivers send stays a value: in the machine, on the wire, in the API's answers and in the logs.

use anyhow::{Context as _, Result};
use hookstep_local::deploy::STACK_NAME;
use hookstep_tests::{HOOK, Hookstep, Receiver, SOON, Scene, Script, Trigger, until};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Expressions of the machine, of `JSONata`, of templates and shells.
const EXPRESSIONS: [&str; 10] = [
    "$.event.tenant_id",
    "$$.Execution.Id",
    "States.Format('{}', $.target)",
    "{% $states.input %}",
    "{{payload}}",
    "${AWS_SECRET_ACCESS_KEY}",
    "<%= ENV %>",
    "$eval(\"1\")",
    "`id` $(id)",
    "%{jndi:ldap://x}",
];

/// Event names, headers and payloads pass through the machine's state, where a name that ends in `.$` makes an expression of its value.
#[tokio::test]
async fn an_expression_is_never_evaluated_wherever_it_stands() -> Result<()> {
    for text in EXPRESSIONS {
        let scene = Scene::with(|webhook| {
            webhook.set("event_name", text);
            webhook.set("headers", json!({ "x-text": text, "x-text.$": "$.event", "$": text }));
            webhook.set("payload_format", "standard_webhooks");
        })
        .await?;
        let payload = json!({ "a.$": text, text: "$.event", "FunctionName": text, "S": text });
        let trigger = Trigger { correlation_id: Some(text.to_owned()), ..Trigger::json(payload.to_string()) };
        for trigger in [trigger.clone(), trigger.and_wait()] {
            let event = scene.deliver(&trigger).await?;
            assert_eq!(event.status, "succeeded", "{text}: {event:?}");
            assert_eq!((&event.rest["event_name"], &event.rest["correlation_id"]), (&json!(text), &json!(text)));
            let received = scene.request_of(&event.event_id)?;
            assert_eq!(received.header("x-text").as_deref(), Some(text));
            assert_eq!(received.header("x-text.$").as_deref(), Some("$.event"));
            assert_eq!(received.header("$").as_deref(), Some(text));
            let body: Value = serde_json::from_slice(&received.body)?;
            assert_eq!((&body["type"], &body["data"]), (&json!(text), &payload), "{text}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_expression_in_a_url_is_a_part_of_the_url() -> Result<()> {
    let (hookstep, receiver) = (Hookstep::connect()?, Receiver::start().await?);
    let target = "/$.event/{{a}}/$(id)?q=${HOME}&$=<%25=a%25>";
    let webhook = hookstep.webhook_at(receiver.url(target), |_| ()).await?;
    hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
    let requests = receiver.requests();
    let [request] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!(request.target, "/$.event/%7B%7Ba%7D%7D/$(id)?q=${HOME}&$=%3C%25=a%25%3E");
    Ok(())
}

#[tokio::test]
async fn headers_of_a_trigger_that_are_no_visible_ascii_are_refused_and_nothing_is_sent() -> Result<()> {
    let scene = Scene::new().await?;
    for (name, code) in [
        ("content-type", "invalid_content_type"),
        ("x-correlation-id", "invalid_correlation_id"),
        ("idempotency-key", "invalid_idempotency_key"),
    ] {
        for value in [&b"a\xc3\xbcb"[..], "a\u{85}b".as_bytes(), "\u{560d}\u{560a}x-evil: 1".as_bytes()] {
            let path = format!("/webhook/{}/trigger?sync=true", scene.webhook.config_id);
            let request = scene.hookstep.api.request(Method::POST, &path).header(name, HeaderValue::from_bytes(value)?);
            let answer = scene.hookstep.api.send(request.body("{}")).await?;
            assert_eq!((answer.status.as_u16(), answer.problem()?.code.as_str()), (400, code), "{}", answer.in_words());
        }
    }
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

/// What would colour a terminal, end a line of a log, or end a header of our own answer.
#[tokio::test]
async fn what_a_receiver_answers_is_shown_as_data_and_nowhere_else() -> Result<()> {
    let scene = Scene::new().await?;
    let body = b"\x1b[31mred\x1b[0m\0\r\nset-cookie: evil=1\r\n\r\n<script>alert(1)</script>";
    let script = Script::status(200)
        .header("set-cookie", "evil=1")
        .header("x-evil", &b"a\xff\xc3\xbc\tb"[..])
        .header("location", "https://evil.example/")
        .body(&body[..]);
    scene.receiver.on(HOOK, script);
    let answer = scene.trigger_raw(&Trigger::json("{}").and_wait()).await?;
    let event_id = answer.json::<Value>()?["event_id"].as_str().context("an id")?.to_owned();
    let path = format!("/webhook/{}/events/{event_id}", scene.webhook.config_id);
    let shown = scene.hookstep.api.send(scene.hookstep.api.request(Method::GET, &path)).await?;
    for answer in [&answer, &shown] {
        assert_eq!(answer.status, 200, "{}", answer.in_words());
        for name in ["set-cookie", "x-evil", "location"] {
            assert_eq!(answer.header(name), None, "{name}");
        }
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.body.iter().all(|byte| *byte >= 0x20), "no control character stands in the answer as it is");
    }
    let attempt = &shown.json::<Value>()?["attempts"][0];
    assert_eq!(attempt["response_headers"]["x-evil"], "a????b");
    let decoded = match attempt["response_body_encoding"].as_str() {
        Some("base64") => base64_of(attempt["response_body"].as_str().unwrap_or_default())?,
        _ => attempt["response_body"].as_str().unwrap_or_default().as_bytes().to_vec(),
    };
    assert_eq!(decoded, body);
    // The lines about it are lines.
    let engine = scene.hookstep.engine();
    for function in ["trigger", "deliver", "status-update"] {
        let lines = until(&format!("a line of {function}"), SOON, async || {
            let lines = engine.log_lines(&format!("/aws/lambda/{STACK_NAME}/{function}"), &event_id).await?;
            Ok((!lines.is_empty()).then_some(lines))
        })
        .await?;
        for line in lines {
            assert!(!line.contains("evil") && !line.trim_end().contains(|c: char| c.is_control()), "{line:?}");
        }
    }
    Ok(())
}

fn base64_of(text: &str) -> Result<Vec<u8>> {
    use base64::Engine as _;
    Ok(base64::engine::general_purpose::STANDARD.decode(text)?)
}

/// A receiver that sends a second answer after the first, on connections that it keeps.
async fn smuggling() -> Result<(String, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_twice(stream));
        }
    });
    Ok((url, serving))
}

async fn answer_twice(mut stream: TcpStream) {
    let mut read = Vec::new();
    loop {
        while let Some(end) = read.windows(6).position(|bytes| bytes == b"\r\n\r\n{}") {
            let request = String::from_utf8_lossy(&read[..end]).into_owned();
            read.drain(..end + 6);
            let path = request.split(' ').nth(1).unwrap_or_default();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nkeep-alive: timeout=60\r\ncontent-length: {}\r\n\r\n{path}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil",
                path.len()
            );
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
        if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
            return;
        }
    }
}

/// A function is warm for many deliveries, of many tenants. None of them is told what was left over from another.
#[tokio::test]
async fn what_follows_an_answer_is_the_answer_to_no_other_delivery() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let (url, serving) = smuggling().await?;
    let one = hookstep.webhook_at(format!("{url}one"), |_| ()).await?;
    let other = hookstep.webhook_at(format!("{url}other"), |_| ()).await?;
    for _ in 0..4 {
        for (webhook, path) in [(&one, "/one"), (&other, "/other")] {
            let outcome = hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
            let attempt = outcome.attempt.context("an attempt")?;
            assert_eq!((outcome.status.as_str(), attempt.response_body.as_deref()), ("succeeded", Some(path)));
        }
    }
    serving.abort();
    Ok(())
}
