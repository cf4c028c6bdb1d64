//! The receiver behaves as its scripts say, seen by an ordinary HTTP client and by a plain socket.

#![expect(clippy::disallowed_methods, reason = "an ordinary HTTP client is the point, and real time passes")]

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use hookstep_local::receiver::{ReceivedRequest, Receiver, Script};
use hookstep_local::tls::{Authority, TlsIdentity};
use reqwest::{Certificate, Client};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SOON: Duration = Duration::from_secs(5);

fn client() -> Result<Client> {
    let builder = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    Ok(builder.timeout(Duration::from_millis(500)).build()?)
}

#[tokio::test]
async fn it_records_a_request_as_it_came() -> Result<()> {
    let receiver = Receiver::start().await?;
    let mut stream = TcpStream::connect(("127.0.0.1", receiver.port())).await?;
    stream.write_all(b"PUT /a/b?c=%20d HTTP/1.1\r\nHost: x\r\nX-Two: 2\r\nx-ONE: \xff\r\nX-Two: 3\r\nContent-Length: 3\r\n\r\n\x00\xfe\n").await?;

    let [request] = &receiver.wait_for("/a/b", 1, SOON).await?[..] else { bail!("one request was sent") };
    assert_eq!((request.method.as_str(), request.target.as_str()), ("PUT", "/a/b?c=%20d"));
    assert_eq!(&request.body[..], b"\x00\xfe\n");
    let headers: Vec<(&str, &[u8])> = request.headers.iter().map(|(name, value)| (name.as_str(), &value[..])).collect();
    let expected: [(&str, &[u8]); 5] =
        [("Host", b"x"), ("X-Two", b"2"), ("x-ONE", b"\xff"), ("X-Two", b"3"), ("Content-Length", b"3")];
    assert_eq!(headers, expected);
    Ok(())
}

#[tokio::test]
async fn it_reads_a_chunked_body_and_the_request_after_it() -> Result<()> {
    let receiver = Receiver::start().await?;
    let mut stream = TcpStream::connect(("127.0.0.1", receiver.port())).await?;
    stream.write_all(b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nGET /d HTTP/1.1\r\n\r\n").await?;
    assert_eq!(receiver.wait_for("/c", 1, SOON).await?[0].text(), "abcde");
    receiver.wait_for("/d", 1, SOON).await?;
    Ok(())
}

#[tokio::test]
async fn it_answers_200_unless_told_otherwise() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on("/told", Script::status(503).header("retry-after", "7").body("busy"));
    let told = client()?.post(receiver.url("/told")).body("x").send().await?;
    assert_eq!((told.status().as_u16(), told.headers()["retry-after"].to_str()?), (503, "7"));
    assert_eq!(told.text().await?, "busy");
    assert_eq!(client()?.get(receiver.url("/untold")).send().await?.status(), 200);
    Ok(())
}

#[tokio::test]
async fn it_takes_scripts_in_turn_and_keeps_the_last() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on_each("/", [Script::status(500), Script::status(429), Script::status(204)]);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(client()?.get(receiver.url("/")).send().await?.status().as_u16());
    }
    assert_eq!(statuses, [500, 429, 204, 204]);
    assert_eq!(receiver.requests_to("/").len(), 4);
    Ok(())
}

#[tokio::test]
async fn it_decides_by_the_request() -> Result<()> {
    let receiver = Receiver::start().await?;
    let is_known = |request: &ReceivedRequest| request.header("authorization").as_deref() == Some("Bearer x");
    receiver.on("/", Script::when(is_known, Script::status(204), Script::status(401).header("x-why", "unknown")));
    assert_eq!(client()?.get(receiver.url("/")).bearer_auth("x").send().await?.status(), 204);
    let refused = client()?.get(receiver.url("/")).send().await?;
    assert_eq!((refused.status().as_u16(), refused.headers()["x-why"].to_str()?), (401, "unknown"));

    receiver.on("/echo", Script::decide(|request| Script::status(200).body(request.body.clone())));
    assert_eq!(client()?.post(receiver.url("/echo")).body("abc").send().await?.text().await?, "abc");
    Ok(())
}

#[tokio::test]
async fn it_waits_before_it_answers() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on("/", Script::status(200).after(Duration::from_millis(200)));
    let begun = Instant::now();
    client()?.get(receiver.url("/")).send().await?;
    assert!(begun.elapsed() >= Duration::from_millis(200));
    Ok(())
}

#[tokio::test]
async fn it_can_keep_silent() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on("/", Script::never());
    let error = client()?.get(receiver.url("/")).send().await.err().context("there should be no answer")?;
    assert!(error.is_timeout(), "{error:?}");
    receiver.wait_for("/", 1, SOON).await?;
    Ok(())
}

#[tokio::test]
async fn it_can_drip() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on("/", Script::status(200).body("abc").dripping(Duration::from_millis(50)));
    let begun = Instant::now();
    assert_eq!(client()?.get(receiver.url("/")).send().await?.text().await?, "abc");
    assert!(begun.elapsed() >= Duration::from_millis(100));

    receiver.on("/", Script::status(200).body_of(b'.', 600).dripping(Duration::from_millis(50)));
    let answer = client()?.get(receiver.url("/")).send().await?;
    let error = answer.bytes().await.err().context("the body should not end in time")?;
    assert!(error.is_timeout(), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn it_can_close_mid_body_and_at_once() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on("/mid", Script::status(200).body("half").closing_mid_body());
    let answer = client()?.get(receiver.url("/mid")).send().await?;
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());

    receiver.on("/once", Script::close());
    assert!(client()?.get(receiver.url("/once")).send().await.is_err());
    Ok(())
}

#[tokio::test]
async fn it_can_answer_hugely() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on("/", Script::status(200).header("x-huge", "h".repeat(60_000)).body_of(b'x', 10_000_001));
    let answer = client()?.get(receiver.url("/")).send().await?;
    assert_eq!(answer.headers()["x-huge"].len(), 60_000);
    assert_eq!(answer.bytes().await?.len(), 10_000_001);
    Ok(())
}

#[tokio::test]
async fn it_can_redirect() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on("/", Script::redirect(307, "/elsewhere"));
    let answer = client()?.get(receiver.url("/")).send().await?;
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str()?), (307, "/elsewhere"));
    Ok(())
}

#[tokio::test]
async fn a_wait_for_too_much_ends() -> Result<()> {
    let receiver = Receiver::start().await?;
    let error = receiver.wait_for("/", 1, Duration::from_millis(20)).await.err().context("nothing was sent")?;
    assert!(error.to_string().starts_with("/ has received 0 of 1"));
    Ok(())
}

#[tokio::test]
async fn a_stopped_receiver_refuses_connections() -> Result<()> {
    let receiver = Receiver::start().await?;
    let (port, url) = (receiver.port(), receiver.url("/"));
    let mut open = TcpStream::connect(("127.0.0.1", port)).await?;
    receiver.on("/", Script::never());
    open.write_all(b"GET / HTTP/1.1\r\n\r\n").await?;
    receiver.wait_for("/", 1, SOON).await?;
    receiver.stop().await;
    assert!(client()?.get(url).send().await.is_err_and(|error| error.is_connect()));
    // The open connection ends, in order or by a reset.
    assert!(matches!(open.read(&mut [0; 16]).await, Ok(0) | Err(_)));
    Ok(())
}

#[tokio::test]
async fn tls_is_trusted_when_the_authority_is() -> Result<()> {
    let dir = std::env::temp_dir().join(format!("hookstep-authority-{}", std::process::id()));
    let authority = Authority::make_or_open(&dir)?;
    // Opened again, as by a test while the stack runs.
    let identity = Authority::make_or_open(&dir)?.issue(&["127.0.0.1", "localhost"])?;
    let receiver = Receiver::start_tls(identity).await?;
    let root = Certificate::from_pem(&std::fs::read(authority.certificate_file())?)?;
    std::fs::remove_dir_all(&dir)?;
    let trusting = Client::builder().no_proxy().tls_certs_only([root]).timeout(SOON).build()?;
    assert_eq!(trusting.get(receiver.url("/")).send().await?.status(), 200);

    let stranger = Receiver::start_tls(TlsIdentity::self_signed(&["127.0.0.1"])?).await?;
    assert!(trusting.get(stranger.url("/")).send().await.is_err());
    assert!(stranger.requests().is_empty());
    Ok(())
}
