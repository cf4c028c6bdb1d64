//! What a receiver answers is kept, bounded.

use hookstep_core::attempt::Obstacle;
use hookstep_core::limits::{RESPONSE_HEADERS_MAX_BYTES, RESPONSE_HEADERS_MAX_COUNT, RESPONSE_STORED_MAX_BYTES};
use hookstep_local::receiver::{Receiver, ReceiverOptions, Script};

use tokio::io::AsyncWriteExt as _;

use super::server::Server;
use super::world::{World, authority, request, trust_in};

/// A receiver of each version of HTTP, with who trusts it.
pub(crate) async fn both() -> [(World, Receiver); 2] {
    let authority = authority("trusted");
    let identity = || authority.issue(&["127.0.0.1"]).unwrap();
    let one = Receiver::start_tls(identity()).await.unwrap();
    let two = Receiver::start_with(ReceiverOptions::new().tls(identity()).http2()).await.unwrap();
    let world = || World::that_trusts(trust_in(&authority));
    [(world(), one), (world(), two)]
}

#[tokio::test]
async fn a_body_is_kept_up_to_its_bound() {
    let max = RESPONSE_STORED_MAX_BYTES as u64;
    for (world, receiver) in both().await {
        for (length, kept, cut) in
            [(0, 0, false), (1, 1, false), (max, max, false), (max + 1, max, true), (50_000_000, max, true)]
        {
            receiver.on("/", Script::status(200).body_of(b'x', length));
            let received = world.delivers(&receiver.url("/")).await;
            assert_eq!((received.body.len() as u64, received.truncated), (kept, cut), "{length}");
            assert!(received.body.iter().all(|&byte| byte == b'x'));
        }
    }
}

#[tokio::test]
async fn headers_are_kept_up_to_their_bounds() {
    for (world, receiver) in both().await {
        let many = (0..900).fold(Script::status(200), |script, n| script.header(&format!("x-{n:04}"), "v"));
        receiver.on("/many", many.body("ok"));
        let received = world.delivers(&receiver.url("/many")).await;
        assert_eq!(
            (received.headers.len(), received.truncated, &received.body[..]),
            (RESPONSE_HEADERS_MAX_COUNT, true, &b"ok"[..])
        );
        receiver.on("/long", Script::status(200).header("x-first", "1").header("x-long", "l".repeat(60_000)));
        let received = world.delivers(&receiver.url("/long")).await;
        let size: usize = received.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        assert!(received.truncated && (RESPONSE_HEADERS_MAX_BYTES / 2..=RESPONSE_HEADERS_MAX_BYTES).contains(&size));
        assert_eq!(received.headers[0], ("x-first".to_owned(), "1".to_owned()));
    }
}

#[tokio::test]
async fn an_answer_with_more_headers_than_are_read_is_none() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    receiver.on("/many", (0..2_000).fold(Script::status(200), |script, n| script.header(&format!("x-{n:04}"), "v")));
    receiver.on("/long", Script::status(200).header("x", "l".repeat(300_000)));
    for path in ["/many", "/long"] {
        world.fails(request(&receiver.url(path)), Obstacle::InvalidResponse).await;
    }
    let endless = Server::start(|mut accepted| async move {
        accepted.read().await;
        accepted.write(b"HTTP/1.1 200 OK\r\n").await;
        let lines = b"x: y\r\n".repeat(1_000);
        while accepted.stream.write_all(&lines).await.is_ok() {}
    })
    .await;
    world.fails(request(&endless.url()), Obstacle::InvalidResponse).await;
    let [_, (world, receiver)] = both().await;
    receiver.on(
        "/long",
        (0..400).fold(Script::status(200), |script, n| script.header(&format!("x-{n}"), "l".repeat(1_000))),
    );
    let exchange = world.post(&receiver.url("/long")).await;
    assert!(exchange.error.is_some() && exchange.response.is_none(), "{exchange:?}");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_replaced_in_headers_and_kept_in_bodies() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let script = Script::status(200).header("x-name", "caf\u{e9}\tx").header("x-name", "2").body(&b"\0\xff\xfe"[..]);
    receiver.on("/", script);
    let kept = world.delivers(&receiver.url("/")).await;
    assert_eq!(kept.headers[..2], [("x-name".to_owned(), "caf???x".to_owned()), ("x-name".to_owned(), "2".to_owned())]);
    assert_eq!(&kept.body[..], b"\0\xff\xfe");
}

#[tokio::test]
async fn every_way_to_say_where_an_answer_ends_is_understood() {
    for (answer, status, body) in [
        (&b"HTTP/1.1 200 OK\r\n\r\nabc"[..], 200, "abc"),
        (b"HTTP/1.0 200 OK\r\n\r\nabc", 200, "abc"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n0\r\nx-trailer: 1\r\n\r\n", 200, "abc"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 3\r\n\r\nabc", 201, "abc"),
        (b"HTTP/1.1 204 No Content\r\n\r\nabc", 204, ""),
        (b"HTTP/1.1 304 Not Modified\r\ncontent-length: 3\r\n\r\nabc", 304, ""),
        (b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nabc", 101, ""),
    ] {
        let server = Server::start(move |mut accepted| async move { accepted.answers(answer).await }).await;
        let exchange = World::new().post(&server.url()).await;
        let shown = String::from_utf8_lossy(answer);
        assert_eq!(exchange.error, None, "{shown}");
        let received = exchange.response.unwrap();
        assert_eq!((received.status_code, &received.body[..]), (status, body.as_bytes()), "{shown}");
    }
}
