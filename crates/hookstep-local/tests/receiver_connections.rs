//! What receivers do beyond one request and one answer: connections that stay and go, HTTP/2, certificates of clients, large and
//! compressed bodies.

#![expect(clippy::disallowed_methods, reason = "an ordinary HTTP client is the point")]

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use flate2::read::GzDecoder;
use hookstep_local::receiver::{LARGE_BODY, LargeBodies, Receiver, ReceiverOptions, Script, Version};
use hookstep_local::tls::{Authority, ClientCertificates, ClientIdentity};
use reqwest::{Certificate, Client, ClientBuilder, Identity};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SOON: Duration = Duration::from_secs(5);

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("hookstep-{name}-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn builder() -> ClientBuilder {
    Client::builder().no_proxy().timeout(SOON)
}

fn trusting(authority: &Authority) -> Result<ClientBuilder> {
    let root = Certificate::from_pem(&std::fs::read(authority.certificate_file())?)?;
    Ok(builder().tls_certs_only([root]))
}

fn shown_by(identity: &ClientIdentity) -> Result<Identity> {
    Ok(Identity::from_pem(format!("{}{}", identity.private_key_pem, identity.certificate_pem).as_bytes())?)
}

#[tokio::test]
async fn a_connection_is_used_again_and_counted_once() -> Result<()> {
    let receiver = Receiver::start().await?;
    let client = builder().build()?;
    for _ in 0..3 {
        client.post(receiver.url("/")).body("x").send().await?.bytes().await?;
    }
    let on: Vec<u64> = receiver.requests().iter().map(|request| request.connection).collect();
    assert_eq!((on, receiver.connections(), receiver.open_connections()), (vec![1, 1, 1], 1, 1));
    Ok(())
}

#[tokio::test]
async fn idle_connections_are_closed_on_request_and_others_are_not() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on("/never", Script::never());
    let mut busy = TcpStream::connect(("127.0.0.1", receiver.port())).await?;
    busy.write_all(b"GET /never HTTP/1.1\r\n\r\n").await?;
    receiver.wait_for("/never", 1, SOON).await?;
    let mut idle = TcpStream::connect(("127.0.0.1", receiver.port())).await?;
    idle.write_all(b"GET /once HTTP/1.1\r\n\r\n").await?;
    let mut head = [0; 12];
    idle.read_exact(&mut head).await?;
    assert_eq!(&head, b"HTTP/1.1 200");
    receiver.close_idle().await;
    idle.read_to_end(&mut Vec::new()).await?;
    assert_eq!((receiver.connections(), receiver.open_connections()), (2, 1));
    Ok(())
}

#[tokio::test]
async fn a_script_can_close_the_connection_with_and_without_saying_so() -> Result<()> {
    for (script, says) in
        [(Script::status(200).body("a").closing(), true), (Script::status(200).body("a").closing_silently(), false)]
    {
        let receiver = Receiver::start().await?;
        receiver.on("/", script);
        let mut stream = TcpStream::connect(("127.0.0.1", receiver.port())).await?;
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\na"), "{answer}");
        assert_eq!(answer.contains("connection: close"), says);
    }
    Ok(())
}

#[tokio::test]
async fn the_head_is_recorded_byte_by_byte() -> Result<()> {
    let receiver = Receiver::start().await?;
    let mut stream = TcpStream::connect(("127.0.0.1", receiver.port())).await?;
    let head = b"POST /a HTTP/1.1\r\nX-A:  1 \r\nx-a:\t2\r\nContent-Length: 1\r\n\r\n";
    stream.write_all(&[&head[..], b"x"].concat()).await?;
    let requests = receiver.wait_for("/a", 1, SOON).await?;
    assert_eq!((&requests[0].head[..], &requests[0].body[..]), (&head[..], &b"x"[..]));
    assert_eq!(requests[0].version, Version::Http1);
    Ok(())
}

#[tokio::test]
async fn http2_is_spoken_with_those_who_offer_it() -> Result<()> {
    let folder = Folder::new("http2");
    let authority = Authority::make_or_open(&folder.0)?;
    let identity = authority.issue(&["127.0.0.1"])?;
    let receiver = Receiver::start_with(ReceiverOptions::new().tls(identity).http2()).await?;
    receiver.on("/told", Script::status(418).header("x-a", "1").body_of(b'x', 3_000_000));
    receiver.on("/close", Script::close());
    receiver.on("/mid", Script::status(200).body("half").closing_mid_body());
    receiver.on("/drip", Script::status(200).body("abc").dripping(Duration::from_millis(1)));
    let client = trusting(&authority)?.build()?;
    let sent = vec![7; 5_000_000];
    let told = client.put(receiver.url("/told?a=%20")).header("x-sent", "2").body(sent.clone()).send().await?;
    assert_eq!((told.version(), told.status().as_u16()), (reqwest::Version::HTTP_2, 418));
    assert_eq!(told.headers()["x-a"].to_str()?, "1");
    assert_eq!(told.bytes().await?.len(), 3_000_000);
    assert_eq!(client.get(receiver.url("/drip")).send().await?.text().await?, "abc");
    assert!(client.get(receiver.url("/mid")).send().await?.bytes().await.is_err());
    assert_eq!((receiver.connections(), receiver.open_connections()), (1, 1));
    assert!(client.get(receiver.url("/close")).send().await.is_err());

    let request = &receiver.requests_to("/told")[0];
    assert_eq!((request.method.as_str(), request.target.as_str()), ("PUT", "/told?a=%20"));
    assert!(request.body == sent, "it arrived changed");
    assert_eq!((request.version, request.header("x-sent").as_deref()), (Version::Http2, Some("2")));
    assert_eq!(request.header(":authority"), Some(format!("127.0.0.1:{}", receiver.port())));

    let old = trusting(&authority)?.http1_only().build()?.get(receiver.url("/told")).send().await?;
    assert_eq!((old.version(), old.status().as_u16()), (reqwest::Version::HTTP_11, 418));
    Ok(())
}

#[tokio::test]
async fn idle_connections_of_http2_are_closed_too() -> Result<()> {
    let folder = Folder::new("http2-idle");
    let authority = Authority::make_or_open(&folder.0)?;
    let identity = authority.issue(&["127.0.0.1"])?;
    let receiver = Receiver::start_with(ReceiverOptions::new().tls(identity).http2()).await?;
    let client = trusting(&authority)?.build()?;
    for connections in 1..=2 {
        client.get(receiver.url("/")).send().await?.bytes().await?;
        assert_eq!(receiver.connections(), connections);
        receiver.close_idle().await;
        assert_eq!(receiver.open_connections(), 0);
    }
    Ok(())
}

#[tokio::test]
async fn clients_are_asked_who_they_are() -> Result<()> {
    let (folder, strangers) = (Folder::new("clients"), Folder::new("strangers"));
    let authority = Authority::make_or_open(&folder.0)?;
    let ada = authority.issue_client("ada")?;
    let stranger = Authority::make_or_open(&strangers.0)?.issue_client("ada")?;
    let start = async |clients| {
        let identity = authority.issue(&["127.0.0.1"])?;
        Receiver::start_with(ReceiverOptions::new().tls(identity).client_certificates(clients)).await
    };
    let strict = start(ClientCertificates::Required(authority.clone())).await?;
    let lenient = start(ClientCertificates::Asked(authority.clone())).await?;
    let (known, nobody) = (trusting(&authority)?.identity(shown_by(&ada)?).build()?, trusting(&authority)?.build()?);
    let other = trusting(&authority)?.identity(shown_by(&stranger)?).build()?;
    for receiver in [&strict, &lenient] {
        assert_eq!(known.get(receiver.url("/")).send().await?.status(), 200);
        assert_eq!(receiver.requests()[0].client_certificate.as_ref(), Some(&ada.certificate_der));
        assert!(other.get(receiver.url("/")).send().await.is_err());
    }
    assert!(nobody.get(strict.url("/")).send().await.is_err());
    assert_eq!(strict.requests().len(), 1);
    assert_eq!(nobody.get(lenient.url("/")).send().await?.status(), 200);
    assert_eq!(lenient.requests()[1].client_certificate, None);
    Ok(())
}

#[tokio::test]
async fn answers_can_be_compressed_and_much_shorter_than_what_they_stand_for() -> Result<()> {
    let receiver = Receiver::start().await?;
    receiver.on("/plain", Script::status(200).gzipped(b"hello"));
    receiver.on("/bomb", Script::status(200).gzip_bomb(20_000_000));
    // The client of these tests has no decompression of its own.
    let client = builder().build()?;
    for (path, length) in [("/plain", 5), ("/bomb", 20_000_000)] {
        let answer = client.get(receiver.url(path)).send().await?;
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        let compressed = answer.bytes().await?;
        assert!(compressed.len() < 100 + length / 500, "{path}: {} bytes", compressed.len());
        let mut plain = Vec::new();
        GzDecoder::new(&compressed[..]).read_to_end(&mut plain)?;
        assert_eq!(plain.len(), length, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn large_bodies_go_where_they_are_told() -> Result<()> {
    let folder = Folder::new("bodies");
    let body: Vec<u8> = (0..3_000_001_u32).map(|at| at.to_be_bytes()[2]).collect();
    let sha256: [u8; 32] = Sha256::digest(&body).into();
    let client = builder().build()?;
    for large_bodies in [LargeBodies::InFiles(folder.0.clone()), LargeBodies::Hashed] {
        let receiver = Receiver::start_with(ReceiverOptions::new().large_bodies(large_bodies.clone())).await?;
        for (path, body) in [("/large", body.clone()), ("/small", vec![b'x'; usize::try_from(LARGE_BODY)?])] {
            assert_eq!(client.post(receiver.url(path)).body(body).send().await?.status(), 200);
        }
        let large = &receiver.requests_to("/large")[0];
        let stored = large.stored.as_ref().context("it is not stored")?;
        assert_eq!((stored.size, stored.sha256, large.body.len()), (3_000_001, sha256, 0));
        match (&large_bodies, &stored.path) {
            (LargeBodies::InFiles(_), Some(path)) => assert!(std::fs::read(path)? == body, "it is stored changed"),
            (LargeBodies::Hashed, None) => {}
            other => anyhow::bail!("{other:?}"),
        }
        let small = &receiver.requests_to("/small")[0];
        assert_eq!((small.stored.as_ref(), small.body.len() as u64), (None, LARGE_BODY));
    }
    Ok(())
}
