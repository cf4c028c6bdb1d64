//! Each phase of an exchange has its time, and what goes wrong in it its name.

use std::time::Duration;

use bytes::Bytes;
use hookstep_aws::clock::System;
use hookstep_aws::sender::{HttpSender, SystemResolver};
use hookstep_core::address::Reachable;
use hookstep_core::attempt::Obstacle;
use hookstep_core::ports::{OutboundBody, OutboundRequest, PayloadError, Sender as _};
use hookstep_local::receiver::{Receiver, ReceiverOptions, Script};
use hookstep_local::tls::TlsIdentity;
use rustls::RootCertStore;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::server::Server;
use super::world::{World, authority, request, request_within, streamed, trust_in};

/// A port that takes no more connections: its queue is full, and it answers no further SYN.
pub(crate) struct Full {
    pub(crate) port: u16,
    _listener: TcpListener,
    _waiting: Vec<TcpStream>,
}

impl Full {
    pub(crate) async fn at(address: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(address.parse().unwrap()).unwrap();
        let listener = socket.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut waiting = Vec::new();
        while let Ok(connected) = tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
            waiting.push(connected.unwrap());
        }
        Self { port: address.port(), _listener: listener, _waiting: waiting }
    }
}

/// Where the webhook has a minute.
async fn assert_fails_after(seconds: u64, world: &World, url: &str, obstacle: Obstacle) {
    let begun = tokio::time::Instant::now();
    world.fails(OutboundRequest { timeout: Duration::from_mins(1), ..request(url) }, obstacle).await;
    assert!((seconds..seconds + 5).contains(&begun.elapsed().as_secs()), "{url}: {:?}", begun.elapsed());
}

/// All at the same time, because that is what it takes.
#[tokio::test]
async fn no_phase_takes_longer_than_it_may_whatever_time_the_webhook_has() {
    let (full, silent) = (Full::at("127.0.0.1:0").await, silent().await);
    let (port, silent) = (full.port, silent.url().replace("http:", "https:"));
    let world = World::new();
    world.names.set("full.test", &[&["127.0.0.1"; 40]]);
    let (literal, named) = (format!("http://127.0.0.1:{port}/"), format!("http://full.test:{port}/"));
    tokio::join!(
        assert_fails_after(5, &world, "http://unknown.test/", Obstacle::DnsFailure),
        assert_fails_after(10, &world, &literal, Obstacle::ConnectTimeout),
        // All addresses together have the time of one connection.
        assert_fails_after(10, &world, &named, Obstacle::ConnectTimeout),
        assert_fails_after(10, &world, &silent, Obstacle::TlsTimeout),
    );
}

#[tokio::test]
async fn the_phase_in_which_the_webhooks_time_is_up_has_a_name() {
    let (world, full, silent) = (World::new(), Full::at("127.0.0.1:0").await, silent().await);
    let detail = world.fails(request_within("http://unknown.test/", 100), Obstacle::DnsFailure).await;
    assert_eq!(detail, "the resolver did not answer in time");
    let full = format!("http://127.0.0.1:{}/", full.port);
    world.fails(request_within(&full, 100), Obstacle::ConnectTimeout).await;
    world.fails(request_within(&silent.url().replace("http:", "https:"), 100), Obstacle::TlsTimeout).await;
    world.fails(request_within(&silent.url(), 100), Obstacle::FirstByteTimeout).await;
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_a_dns_failure() {
    let world = World::new();
    world.names.set("nobody.test", &[&[]]);
    assert_eq!(world.fails(request("http://nobody.test/"), Obstacle::DnsFailure).await, "");
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_connection_refused() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    World::new().fails(request(&url), Obstacle::ConnectionRefused).await;
}

/// A server that accepts and says nothing.
async fn silent() -> Server {
    Server::start(|accepted| async move {
        let _open = accepted;
        std::future::pending::<()>().await;
    })
    .await
}

#[tokio::test]
async fn an_answer_that_does_not_begin_is_a_first_byte_timeout() {
    let world = World::new();
    // A head that does not end has not come.
    let half = Server::start(|mut accepted| async move {
        accepted.read().await;
        accepted.write(b"HTTP/1.1 200 OK\r\ncontent-le").await;
        accepted.read().await;
    })
    .await;
    world.fails(request_within(&half.url(), 200), Obstacle::FirstByteTimeout).await;
    // The head of another answer, which says that this one is to come, has come for nothing.
    let early = Server::start(|mut accepted| async move {
        accepted.read().await;
        accepted.write(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n").await;
        accepted.read().await;
    })
    .await;
    world.fails(request_within(&early.url(), 200), Obstacle::FirstByteTimeout).await;
}

#[tokio::test]
async fn an_answer_that_does_not_end_is_a_response_timeout_and_what_came_is_kept() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let script = Script::status(202).header("x-kind", "drip").body_of(b'.', 600).dripping(Duration::from_millis(20));
    receiver.on("/", script);
    let exchange = world.send(request_within(&receiver.url("/"), 300)).await;
    assert_eq!(exchange.error.unwrap().obstacle, Obstacle::ResponseTimeout);
    let kept = exchange.response.unwrap();
    assert_eq!((kept.status_code, kept.truncated), (202, false));
    assert!(kept.headers.contains(&("x-kind".to_owned(), "drip".to_owned())));
    assert!((1..600).contains(&kept.body.len()), "{}", kept.body.len());
}

#[tokio::test]
async fn the_time_to_the_first_byte_and_that_to_the_last_are_apart() {
    let receiver = Receiver::start().await.unwrap();
    let script = Script::status(200).body_of(b'.', 10).dripping(Duration::from_millis(20));
    receiver.on("/", script.after(Duration::from_millis(150)));
    let loopback = Reachable::new("127.0.0.1".parse().unwrap(), "1-65535".parse().unwrap());
    let sender = HttpSender::with(loopback, System, SystemResolver, RootCertStore::empty()).unwrap();
    let exchange = sender.send(request(&receiver.url("/"))).await.unwrap();
    let first = exchange.first_byte_ms.unwrap();
    assert!((150..2_000).contains(&first), "{exchange:?}");
    assert!(exchange.duration_ms >= first + 150, "{exchange:?}");
}

#[tokio::test]
async fn a_handshake_that_fails_is_a_tls_failure_that_says_why() {
    let (trusted, other) = (authority("trusted"), authority("other"));
    let world = World::that_trusts(trust_in(&trusted));
    for (identity, says) in [
        (TlsIdentity::self_signed(&["127.0.0.1"]).unwrap(), "certificate"),
        (other.issue(&["127.0.0.1"]).unwrap(), "certificate"),
        (trusted.issue(&["127.0.0.2", "receiver.test"]).unwrap(), "not valid for name"),
    ] {
        let receiver = Receiver::start_tls(identity).await.unwrap();
        let detail = world.fails(request(&receiver.url("/")), Obstacle::TlsFailure).await;
        assert!(detail.contains(says), "{detail}");
        assert!(receiver.requests().is_empty());
    }
    let plain = Receiver::start().await.unwrap();
    world.fails(request(&plain.url("/").replace("http:", "https:")), Obstacle::TlsFailure).await;
    let hangs_up = Server::start(|accepted| async move { accepted.is_asked().await }).await;
    let url = hangs_up.url().replace("http:", "https:");
    assert_eq!(world.fails(request(&url), Obstacle::TlsFailure).await, "the receiver closed the connection");
}

#[tokio::test]
async fn what_is_not_an_answer_has_a_name() {
    for (answer, obstacle) in [
        (&b""[..], Obstacle::ConnectionClosed),
        (b"HTTP/1.1 200 OK\r\ncontent-le", Obstacle::ConnectionClosed),
        (b"SSH-2.0-OpenSSH_9.6\r\n", Obstacle::InvalidResponse),
        (b"HTTP/1.1 2000 Fine\r\n\r\n", Obstacle::InvalidResponse),
        (b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", Obstacle::InvalidResponse),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", Obstacle::InvalidResponse),
    ] {
        let server = Server::start(move |mut accepted| async move { accepted.answers(answer).await }).await;
        World::new().fails(request(&server.url()), obstacle).await;
        assert_eq!((server.connections(), server.requests()), (1, 1), "{}", String::from_utf8_lossy(answer));
    }
}

#[tokio::test]
async fn an_answer_that_ends_too_early_is_incomplete_and_what_came_is_kept() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"[..],
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense\r\n",
    ] {
        let server = Server::start(move |mut accepted| async move { accepted.answers(answer).await }).await;
        let exchange = World::new().post(&server.url()).await;
        assert_eq!(exchange.error.unwrap().obstacle, Obstacle::ResponseIncomplete);
        let received = exchange.response.unwrap();
        assert_eq!((received.status_code, &received.body[..]), (200, &b"half"[..]));
    }
}

#[tokio::test]
async fn a_payload_that_breaks_off_is_our_fault_over_either_version() {
    let authority = authority("trusted");
    let world = World::that_trusts(trust_in(&authority));
    for http2 in [false, true] {
        let options = ReceiverOptions::new().tls(authority.issue(&["127.0.0.1"]).unwrap());
        let receiver = Receiver::start_with(if http2 { options.http2() } else { options }).await.unwrap();
        let ab = || Ok(Bytes::from_static(b"ab"));
        let broken = || Err(PayloadError::Interrupted("the bucket".to_owned()));
        for (pieces, says) in [
            (vec![ab(), broken()], "the bucket"),
            (vec![ab()], "2 bytes are missing"),
            (vec![ab(), Ok(Bytes::from_static(b"abc"))], "longer"),
        ] {
            let error = world.sender.send(streamed(&receiver.url("/"), 4, pieces)).await.expect_err("it broke off");
            assert!(matches!(&error, PayloadError::Interrupted(why) if why.contains(says)), "{error:?}");
        }
        assert!(receiver.requests().iter().all(|request| request.body.len() <= 4));
    }
}

#[tokio::test]
async fn a_payload_that_stalls_does_not_outlast_the_exchange() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let stream = Box::pin(futures_util::stream::pending());
    let stalled =
        OutboundRequest { body: OutboundBody::Stream { size: 4, stream }, ..request_within(&receiver.url("/"), 200) };
    world.fails(stalled, Obstacle::FirstByteTimeout).await;
}
