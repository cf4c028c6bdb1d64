//! Receivers that can't be reached or break off: each its own outcome, in the row and in the answer.

use std::time::Duration;

use anyhow::{Context as _, Result};
use hookstep_local::tls::TlsIdentity;
use hookstep_tests::{Event, HOOK, Hookstep, NewWebhook, Receiver, Script, Trigger, Webhook};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::support::{TARGET, set_attribute};

/// What an attempt came to: outcome, error code, and the status that came before it broke off.
type Expected<'a> = (&'a str, &'a str, Option<u16>);

/// Triggers the webhook in both modes, and expects that each event failed like this. Returns the last row.
async fn assert_fails(hookstep: &Hookstep, webhook: &Webhook, expected: Expected<'_>) -> Result<Event> {
    let (outcome, code, status_code) = expected;
    let answer = hookstep.api.trigger_raw(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    let answered: Value = answer.json()?;
    assert_eq!((&answered["status"], &answered["reason"]), (&"failed".into(), &code.into()), "{answered}");
    assert!(answered["reason_detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{answered}");
    let attempt = &answered["attempt"];
    assert_eq!((&attempt["outcome"], &attempt["error"]["code"]), (&outcome.into(), &code.into()), "{answered}");
    assert!(attempt["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{answered}");
    assert_eq!(attempt.get("status_code"), status_code.map(Value::from).as_ref(), "{answered}");

    let accepted = hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}")).await?;
    let row = hookstep.api.wait_until_settled(&webhook.config_id, &accepted.event_id, hookstep_tests::SOON).await?;
    assert_eq!((row.status.as_str(), row.reason.as_deref()), ("failed", Some(code)), "{row:?}");
    let [attempt] = &row.attempts[..] else { panic!("{:?}", row.attempts) };
    assert_eq!((attempt.number, attempt.outcome.as_str(), attempt.status_code), (1, outcome, status_code));
    let error = attempt.error.as_ref().context("an attempt that failed without an error")?;
    assert_eq!(error.code, code);
    assert!(error.message.as_deref().is_some_and(|message| !message.is_empty()));
    Ok(row)
}

/// The same for a webhook to any URL.
async fn assert_fails_at(url: &str, change: impl FnOnce(&mut NewWebhook), expected: Expected<'_>) -> Result<Event> {
    let hookstep = Hookstep::connect()?;
    let webhook = hookstep.webhook_at(url, change).await?;
    assert_fails(&hookstep, &webhook, expected).await
}

/// The same for a receiver with a script. Each trigger is one request there.
async fn assert_script_fails(
    script: Script,
    change: impl FnOnce(&mut NewWebhook),
    expected: Expected<'_>,
) -> Result<Event> {
    let receiver = Receiver::start().await?;
    receiver.on(HOOK, script);
    let row = assert_fails_at(&receiver.url(HOOK), change, expected).await?;
    assert_eq!(receiver.requests_to(HOOK).len(), 2);
    Ok(row)
}

#[tokio::test]
async fn a_receiver_that_never_answers_times_out() -> Result<()> {
    let expected = ("timed_out", "first_byte_timeout", None);
    let row = assert_script_fails(Script::never(), |draft| draft.timeout_seconds = Some(2), expected).await?;
    let taken = row.attempts[0].duration_ms;
    assert!((2000..10_000).contains(&taken), "{taken} ms");
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_drips_a_byte_a_second_times_out_and_its_status_is_kept() -> Result<()> {
    let script = Script::status(200).header("x-kind", "drip").body_of(b'.', 600).dripping(Duration::from_secs(1));
    let expected = ("timed_out", "response_timeout", Some(200));
    let row = assert_script_fails(script, |draft| draft.timeout_seconds = Some(3), expected).await?;
    let attempt = &row.attempts[0];
    assert!((3000..10_000).contains(&attempt.duration_ms), "{} ms", attempt.duration_ms);
    assert_eq!(attempt.response_headers["x-kind"], "drip");
    // What came in time is kept too.
    let body = attempt.response_body.as_deref().unwrap();
    assert!((1..10).contains(&body.len()) && body.bytes().all(|byte| byte == b'.'), "{body:?}");
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_closes_mid_body_is_response_incomplete() -> Result<()> {
    let script = Script::status(200).body("the first half").closing_mid_body();
    let row = assert_script_fails(script, |_| (), ("unreachable", "response_incomplete", Some(200))).await?;
    assert_eq!(row.attempts[0].response_body.as_deref(), Some("the first half"));
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_closes_without_an_answer_is_connection_closed() -> Result<()> {
    assert_script_fails(Script::close(), |_| (), ("unreachable", "connection_closed", None)).await?;
    Ok(())
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_connection_refused() -> Result<()> {
    // Bound, so that it is nobody else's, and not listened to.
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    let url = format!("http://{}/", socket.local_addr()?);
    assert_fails_at(&url, |_| (), ("unreachable", "connection_refused", None)).await?;
    Ok(())
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_a_dns_failure() -> Result<()> {
    let url = "https://no-such-receiver.invalid/hook";
    assert_fails_at(url, |_| (), ("unreachable", "dns_failure", None)).await?;
    Ok(())
}

/// A host that takes no more connections: its queue of one is full, and it answers no further SYN.
async fn host_without_room() -> Result<(u16, TcpListener, Vec<TcpStream>)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    let listener = socket.listen(0)?;
    let port = listener.local_addr()?.port();
    let mut fillers = Vec::new();
    loop {
        match tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(("127.0.0.1", port))).await {
            Ok(connected) => fillers.push(connected?),
            Err(_) => return Ok((port, listener, fillers)),
        }
    }
}

#[tokio::test]
async fn a_host_that_takes_no_connection_is_a_connect_timeout() -> Result<()> {
    let (port, _listener, _fillers) = host_without_room().await?;
    let url = format!("http://127.0.0.1:{port}/");
    let row = assert_fails_at(&url, |_| (), ("timed_out", "connect_timeout", None)).await?;
    let taken = row.attempts[0].duration_ms;
    assert!((10_000..20_000).contains(&taken), "{taken} ms");
    Ok(())
}

/// A server that takes requests and answers each with these bytes, whatever they mean, and closes the connection.
async fn server_that_says(answer: &'static [u8]) -> Result<(String, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let serving = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            // Until the payload has come, which is all that these tests send.
            while !request.ends_with(b"\r\n\r\n{}") {
                if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                    break;
                }
            }
            // Who does not want to hear it is not told.
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    });
    Ok((url, serving))
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_an_invalid_response() -> Result<()> {
    let answers: [&[u8]; 6] = [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x03\x00\x02\x02\x32",
        b"<html>hello</html>\r\n\r\n",
        b"HTTP/1.1 2000 Fine\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    ];
    for answer in answers {
        let (url, serving) = server_that_says(answer).await?;
        let expected = ("unreachable", "invalid_response", None);
        assert_fails_at(&url, |_| (), expected).await.with_context(|| String::from_utf8_lossy(answer).into_owned())?;
        serving.abort();
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_that_ends_in_its_headers_is_connection_closed() -> Result<()> {
    let (url, serving) = server_that_says(b"HTTP/1.1 200 OK\r\ncontent-le").await?;
    assert_fails_at(&url, |_| (), ("unreachable", "connection_closed", None)).await?;
    serving.abort();
    Ok(())
}

#[tokio::test]
async fn a_chunked_answer_that_ends_before_its_last_chunk_is_response_incomplete() -> Result<()> {
    let (url, serving) = server_that_says(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n").await?;
    let row = assert_fails_at(&url, |_| (), ("unreachable", "response_incomplete", Some(200))).await?;
    assert_eq!(row.attempts[0].response_body.as_deref(), Some("abc"));
    serving.abort();
    Ok(())
}

#[tokio::test]
async fn an_answer_without_a_length_is_over_when_the_receiver_closes() -> Result<()> {
    for answer in [
        &b"HTTP/1.1 200 OK\r\n\r\nabc"[..],
        b"HTTP/1.0 200 OK\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc",
    ] {
        let (url, serving) = server_that_says(answer).await?;
        let hookstep = Hookstep::connect()?;
        let webhook = hookstep.webhook_at(url, |_| ()).await?;
        let outcome = hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
        assert_eq!(outcome.status, "succeeded", "{outcome:?}");
        assert_eq!(outcome.attempt.unwrap().response_body.as_deref(), Some("abc"));
        serving.abort();
    }
    Ok(())
}

/// A receiver behind a certificate that nobody should trust, and that is sent nothing.
async fn assert_certificate_refused(identity: TlsIdentity) -> Result<()> {
    let receiver = Receiver::start_tls(identity).await?;
    let row = assert_fails_at(&receiver.url(HOOK), |_| (), ("unreachable", "tls_failure", None)).await?;
    // The row says what is wrong with it.
    let message = row.attempts[0].error.as_ref().and_then(|error| error.message.clone()).unwrap();
    assert!(message.contains("certificate"), "{message}");
    assert!(receiver.requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_a_tls_failure() -> Result<()> {
    assert_certificate_refused(TlsIdentity::self_signed(&["127.0.0.1"])?).await
}

#[tokio::test]
async fn a_certificate_for_another_name_is_a_tls_failure() -> Result<()> {
    let identity = Hookstep::connect()?.authority()?.issue(&["receiver.example", "127.0.0.2"])?;
    assert_certificate_refused(identity).await
}

/// A server that answers the first bytes of each connection with these, and closes it.
async fn server_that_interrupts_with(answer: &'static [u8]) -> Result<(u16, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let serving = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    });
    Ok((port, serving))
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_a_tls_failure() -> Result<()> {
    let (port, serving) = server_that_interrupts_with(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await?;
    let url = format!("https://127.0.0.1:{port}/");
    assert_fails_at(&url, |_| (), ("unreachable", "tls_failure", None)).await?;
    serving.abort();
    Ok(())
}

#[tokio::test]
async fn a_server_that_hangs_up_on_tls_is_a_tls_failure() -> Result<()> {
    let (port, serving) = server_that_interrupts_with(b"").await?;
    let url = format!("https://127.0.0.1:{port}/");
    assert_fails_at(&url, |_| (), ("unreachable", "tls_failure", None)).await?;
    serving.abort();
    Ok(())
}

#[tokio::test]
async fn a_receiver_with_a_good_certificate_is_delivered_to() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let receiver = Receiver::start_tls(hookstep.authority()?.issue(&["127.0.0.1"])?).await?;
    let webhook = hookstep.webhook_to(&receiver, HOOK, |_| ()).await?;
    assert!(webhook.url.starts_with("https://"));
    let outcome = hookstep.api.trigger(&webhook.config_id, &Trigger::json(r#"{"n":1}"#).and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    assert_eq!(receiver.requests_to(HOOK)[0].text(), r#"{"n":1}"#);
    Ok(())
}

#[tokio::test]
async fn an_address_that_is_not_allowed_is_refused_without_a_connection() -> Result<()> {
    // It listens on every address of this machine that leads to 127.0.0.1.
    let receiver = Receiver::start().await?;
    let port = receiver.port();
    let checks = [
        "http://10.255.255.1/".to_owned(),
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/".to_owned(),
        "https://192.168.0.1/".to_owned(),
        "http://[fd00:ec2::254]/".to_owned(),
        "http://[::ffff:169.254.169.254]/".to_owned(),
        // The kernel takes these two for the machine itself: a connection would be a request at the receiver.
        format!("http://0.0.0.0:{port}/"),
        format!("http://0:{port}/"),
    ]
    .map(async |url| {
        // Saved when the operator still allowed it.
        let hookstep = Hookstep::connect()?;
        let webhook = hookstep.webhook_at(TARGET, |_| ()).await?;
        set_attribute(&hookstep, &webhook, "url", &url).await?;
        let expected = ("refused", "address_not_allowed", None);
        assert_fails(&hookstep, &webhook, expected).await.with_context(|| url.clone())
    });
    for row in futures_util::future::try_join_all(checks).await? {
        let taken = row.attempts[0].duration_ms;
        assert!(taken < 5000, "{:?} took {taken} ms", row.rest["url"]);
    }
    assert!(receiver.requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn an_odd_spelling_of_an_allowed_address_is_that_address() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let receiver = Receiver::start().await?;
    for host in ["127.1", "2130706433", "0x7f.0.0.1", "[::ffff:127.0.0.1]"] {
        let webhook = hookstep.webhook_at(format!("http://{host}:{}/odd", receiver.port()), |_| ()).await?;
        let outcome = hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
        assert_eq!(outcome.status, "succeeded", "{host}: {outcome:?}");
    }
    assert_eq!(receiver.requests_to("/odd").len(), 4);
    Ok(())
}
