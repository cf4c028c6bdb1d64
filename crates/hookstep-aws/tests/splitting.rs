//! Answers that try to be more than one, and requests that try to: on bare sockets, where nothing puts them right.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hookstep_aws::clock::System;
use hookstep_aws::sender::{HttpSender, SystemResolver};
use hookstep_core::address::Reachable;
use hookstep_core::attempt::Obstacle;
use hookstep_core::ports::{Exchange, OutboundBody, OutboundRequest, Sender as _};
use hookstep_core::secret::Secret;
use hookstep_core::webhook::{Method, WebhookUrl};
use rustls::RootCertStore;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

type Seen = Arc<Mutex<Vec<String>>>;

/// A receiver that writes these bytes for each request, and keeps every connection open as long as the sender does.
struct Raw {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Seen,
}

impl Raw {
    async fn start(answers: &'static [&'static [u8]]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("it listens");
        let port = listener.local_addr().expect("an address").port();
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Seen::default());
        let (count, seen) = (Arc::clone(&connections), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, answers, Arc::clone(&seen)));
            }
        });
        Self { port, connections, requests }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    async fn requests(&self) -> Vec<String> {
        self.requests.lock().await.clone()
    }
}

/// The answer to a request is the one at its place among all that came, or the last.
async fn serve(mut stream: TcpStream, answers: &[&[u8]], seen: Seen) {
    let mut read = Vec::new();
    loop {
        while let Some(length) = whole(&read) {
            let request: Vec<u8> = read.drain(..length).collect();
            let mut seen = seen.lock().await;
            let answer = answers[seen.len().min(answers.len() - 1)];
            seen.push(String::from_utf8_lossy(&request).into_owned());
            drop(seen);
            if stream.write_all(answer).await.is_err() {
                return;
            }
        }
        if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
            return;
        }
    }
}

/// How long the request is that stands at the start, if it is all there.
fn whole(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
    let length = text.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
    let whole = head + length.unwrap_or(0);
    (read.len() >= whole).then_some(whole)
}

fn sender() -> HttpSender<System> {
    let reachable = Reachable::new("127.0.0.1".parse().expect("a list"), "1-65535".parse().expect("ports"));
    HttpSender::with(reachable, System, SystemResolver, RootCertStore::empty()).expect("a sender")
}

fn post(url: &str, headers: &[(&str, &str)]) -> OutboundRequest {
    OutboundRequest {
        url: WebhookUrl::parse(url, true).expect("a target"),
        method: Method::Post,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect(),
        body: OutboundBody::Bytes(Bytes::from_static(b"{}")),
        identity: None,
        connections_of: Some("acme".parse().expect("a tenant id")),
        timeout: Duration::from_secs(5),
    }
}

async fn exchange(sender: &HttpSender<System>, raw: &Raw) -> Exchange {
    sender.send(post(&raw.url(), &[])).await.expect("the payload does not break off")
}

/// Status and body of an answer that came whole.
fn answer(exchange: &Exchange) -> (u16, String) {
    assert_eq!(exchange.error, None, "{exchange:?}");
    let response = exchange.response.as_ref().expect("an answer");
    (response.status_code, String::from_utf8_lossy(&response.body).into_owned())
}

const SECOND: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecond";

/// What follows an answer on its connection is never the answer to the request that comes next, which may be another tenant's.
#[tokio::test]
async fn what_follows_an_answer_is_not_read_as_another_one() {
    let evil = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
    let firsts: [String; 9] = [
        format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst{evil}"),
        format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst\r\n{evil}"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n{evil}"),
        // With trailers, and with extensions of chunks.
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\nx-a: b\r\n\r\n{evil}"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\nfirst\r\n0;c=\"d\"\r\n\r\n{evil}"),
        // Of both framings the chunks count (RFC 9112, section 6.3), and what the length leaves over is no answer.
        format!(
            "HTTP/1.1 200 OK\r\ncontent-length: 200\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n{evil}"
        ),
        format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n5\r\nfirst\r\n0\r\n\r\n{evil}"
        ),
        // An answer that has no body, with one.
        format!("HTTP/1.1 204 No Content\r\n\r\n{evil}"),
        format!("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n{evil}"),
    ];
    for first in firsts {
        let answers: &'static [&'static [u8]] = Box::leak(Box::new([&*first.clone().into_bytes().leak(), SECOND]));
        let (sender, raw) = (sender(), Raw::start(answers).await);
        let (status, body) = answer(&exchange(&sender, &raw).await);
        let expected = if first.starts_with("HTTP/1.1 200") { (200, "first") } else { (status, "") };
        assert_eq!((status, body.as_str()), expected, "{first:?}");
        for _ in 0..2 {
            assert_eq!(answer(&exchange(&sender, &raw).await), (200, "second".to_owned()), "{first:?}");
        }
        let requests = raw.requests().await;
        assert_eq!(requests.len(), 3, "each was sent once: {requests:?}");
        assert!(raw.connections.load(Ordering::SeqCst) >= 2, "{first:?}");
    }
}

/// The frame of an answer has to be beyond doubt.
#[tokio::test]
async fn an_answer_whose_end_is_in_doubt_is_none() {
    for bad in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nevil!"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 4, 5\r\n\r\nevil!",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\ncontent-length: +4\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\ncontent-length: 0x4\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\nevil",
        // Folded over two lines (obsolete in RFC 9112, section 5.2).
        b"HTTP/1.1 200 OK\r\nx-a: b\r\n c: d\r\ncontent-length: 4\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\ncontent-length:\r\n 4\r\n\r\nevil",
        // White space before a colon (section 5.1), and at the start of a line.
        b"HTTP/1.1 200 OK\r\ncontent-length : 4\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\n content-length: 4\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\nx-a: b\0c\r\ncontent-length: 4\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\nx-a: b\x1b[31mc\r\ncontent-length: 4\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\nx-a: b\rc: d\r\ncontent-length: 4\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\nx\xc3\xbc: b\r\ncontent-length: 4\r\n\r\nevil",
        b"HTTP/1.1 2000 OK\r\ncontent-length: 4\r\n\r\nevil",
        b"HTTP/1.1 099 OK\r\ncontent-length: 4\r\n\r\nevil",
        b"HTTP/1.1 \xff00 OK\r\ncontent-length: 4\r\n\r\nevil",
        b"HTTP/2.0 200 OK\r\ncontent-length: 4\r\n\r\nevil",
        b"ICY 200 OK\r\ncontent-length: 4\r\n\r\nevil",
        b"<html>evil</html>\r\n\r\n",
    ] {
        let answers: &'static [&'static [u8]] = Box::leak(Box::new([bad, SECOND]));
        let (sender, raw) = (sender(), Raw::start(answers).await);
        let failed = exchange(&sender, &raw).await;
        let shown = bad.escape_ascii().to_string();
        assert_eq!(failed.response, None, "{shown}");
        assert_eq!(failed.error.map(|error| error.obstacle), Some(Obstacle::InvalidResponse), "{shown}");
        // And nothing of it is left for whoever comes next; it is not sent again either.
        assert_eq!(answer(&exchange(&sender, &raw).await), (200, "second".to_owned()), "{shown}");
        assert_eq!((raw.requests().await.len(), raw.connections.load(Ordering::SeqCst)), (2, 2), "{shown}");
    }
}

/// What is read as one answer by everybody is one.
#[tokio::test]
async fn what_is_unusual_and_clear_is_an_answer() {
    for good in [
        // Twice the same (RFC 9110, section 8.6).
        &b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 4\r\n\r\ngood"[..],
        // Bare line feeds (RFC 9112, section 2.2).
        b"HTTP/1.1 200 OK\ncontent-length: 4\n\ngood",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood",
        b"HTTP/1.1 200 \r\ncontent-length: 4\r\nx-a:\r\nx-b: \t b \t\r\n\r\ngood",
        b"HTTP/1.1 200 \xfcber\r\nx-a: \xfc\r\ncontent-length: 4\r\n\r\ngood",
    ] {
        let answers: &'static [&'static [u8]] = Box::leak(Box::new([good]));
        let (sender, raw) = (sender(), Raw::start(answers).await);
        for _ in 0..2 {
            let exchange = exchange(&sender, &raw).await;
            assert_eq!(answer(&exchange), (200, "good".to_owned()), "{}", good.escape_ascii());
            let headers = exchange.response.expect("an answer").headers;
            let visible = |text: &String| text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
            assert!(headers.iter().all(|(name, value)| visible(name) && visible(value)), "{headers:?}");
        }
        assert_eq!(raw.requests().await.len(), 2);
    }
}

/// Chunks that are not what they say end the answer where they do, and its connection with it.
#[tokio::test]
async fn chunks_that_are_none_take_their_connection_with_them() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    for chunks in [
        "5\r\nfirstX\r\n0\r\n\r\n",
        "5\r\nfirst\r\n-1\r\n\r\n",
        "5\r\nfirst\r\n0x0\r\n\r\n",
        "5\r\nfirst\r\nffffffffffffffffff\r\n",
        "5\r\nfirst0\r\n\r\n",
    ] {
        let first = format!("{head}{chunks}").into_bytes().leak();
        let answers: &'static [&'static [u8]] = Box::leak(Box::new([&*first, SECOND]));
        let (sender, raw) = (sender(), Raw::start(answers).await);
        let broken = exchange(&sender, &raw).await;
        assert!(broken.error.is_some(), "{chunks:?}: {broken:?}");
        assert_eq!(answer(&exchange(&sender, &raw).await), (200, "second".to_owned()), "{chunks:?}");
        assert_eq!((raw.requests().await.len(), raw.connections.load(Ordering::SeqCst)), (2, 2), "{chunks:?}");
    }
}

/// No protocol is changed on the way, whatever the receiver says.
#[tokio::test]
async fn an_answer_that_changes_the_protocol_is_none_to_go_on_with() {
    let switching: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n";
    let answers: &'static [&'static [u8]] = Box::leak(Box::new([switching, SECOND]));
    let (sender, raw) = (sender(), Raw::start(answers).await);
    let first = exchange(&sender, &raw).await;
    assert!(first.error.is_some() || first.response.is_some_and(|response| response.status_code == 101));
    assert_eq!(answer(&exchange(&sender, &raw).await), (200, "second".to_owned()));
    assert_eq!(raw.connections.load(Ordering::SeqCst), 2);
}

/// No webhook is saved with these, and no core composes them; the wire does not rely on that.
#[tokio::test]
async fn the_frame_of_a_request_is_the_senders_whatever_headers_say() {
    let headers = [
        ("Content-Length", "200"),
        ("transfer-encoding", "chunked"),
        ("TE", "trailers"),
        ("trailer", "x-a"),
        ("Connection", "x-mine, close"),
        ("upgrade", "h2c"),
        ("expect", "100-continue"),
        ("HOST", "other.example"),
        ("keep-alive", "timeout=1"),
        ("proxy-connection", "keep-alive"),
        ("http2-settings", "AAMAAABkAAQAAP__"),
        ("x-mine", "stays"),
    ];
    let (sender, raw) = (sender(), Raw::start(&[SECOND]).await);
    let sent = sender.send(post(&raw.url(), &headers)).await.expect("no fault of ours");
    assert_eq!(answer(&sent).0, 200);
    let requests = raw.requests().await;
    let [request] = &requests[..] else { panic!("{requests:?}") };
    let lower = request.to_ascii_lowercase();
    let (head, body) = lower.split_once("\r\n\r\n").expect("a head");
    assert_eq!(body, "{}");
    let line = |name: &str| {
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(other, _)| *other == name).map(|(_, value)| value.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((line("content-length"), line("host")), (vec!["2".to_owned()], vec![format!("127.0.0.1:{}", raw.port)]));
    assert_eq!(line("x-mine"), ["stays"]);
    for name in [
        "transfer-encoding",
        "te",
        "trailer",
        "connection",
        "upgrade",
        "expect",
        "keep-alive",
        "proxy-connection",
        "http2-settings",
    ] {
        assert_eq!(line(name), [""; 0], "{head}");
    }
}

#[tokio::test]
async fn a_header_that_is_more_than_one_line_is_not_sent_and_neither_is_the_request() {
    for (name, value) in [
        ("x-a", "b\r\nx-c: d"),
        ("x-a", "b\nx-c: d"),
        ("x-a", "b\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
        ("x-a", "b\0"),
        ("x-a", "b\r"),
        ("x-a\r\nx-b", "c"),
        ("x-a: b\r\nx-c", "d"),
        ("x a", "b"),
        ("x-a:", "b"),
        ("", "b"),
        (":authority", "b"),
    ] {
        let (sender, raw) = (sender(), Raw::start(&[SECOND]).await);
        let sent = sender.send(post(&raw.url(), &[(name, value)])).await.expect("no fault of ours");
        assert!(sent.error.is_some() && sent.response.is_none(), "{name:?}: {value:?}");
        let quoted = format!("{:?}", sent.error);
        assert!(!quoted.contains("x-c") && !quoted.contains("GET"), "{quoted}");
        assert_eq!((raw.requests().await.len(), raw.connections.load(Ordering::SeqCst)), (0, 0), "{name:?}: {value:?}");
    }
}

/// Targets that look like more than one line are percent-encoded by then.
#[tokio::test]
async fn a_request_line_is_one_whatever_is_in_the_url() {
    let (sender, raw) = (sender(), Raw::start(&[SECOND]).await);
    for path in
        ["/a b", "/a\r\nx-b: c", "/?q=\r\n\r\nGET / HTTP/1.1", "/%0d%0ax-b:%20c", "/\0", "/ü\u{85}", "/a HTTP/1.0"]
    {
        let url = format!("http://127.0.0.1:{}{path}", raw.port);
        let sent = sender.send(post(&url, &[])).await.expect("no fault of ours");
        assert_eq!(answer(&sent).0, 200, "{path:?}");
    }
    for request in raw.requests().await {
        let (head, body) = request.split_once("\r\n\r\n").expect("a head");
        let line = head.lines().next().expect("a line");
        assert!(line.starts_with("POST /") && line.ends_with(" HTTP/1.1") && line.split(' ').count() == 3, "{line}");
        assert!(!head.to_ascii_lowercase().contains("\r\nx-b"), "{head}");
        assert_eq!(body, "{}");
    }
    assert_eq!(raw.requests().await.len(), 7);
}
