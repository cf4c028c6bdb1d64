//! Connections are used again, and for how long.

use hookstep_core::ports::{OutboundBody, OutboundRequest};
use hookstep_core::webhook::Method;
use hookstep_local::receiver::{Receiver, ReceiverOptions, Script};

use super::answers::both;
use super::server::{OK, Server};
use super::world::{World, authority, request, streamed, trust_in};

#[tokio::test]
async fn a_connection_is_used_again_by_whatever_comes_next() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    world.names.set("receiver.test", &[&["127.0.0.1"]]);
    let url = format!("http://receiver.test:{}/a", receiver.port());
    world.delivers(&url).await;
    receiver.on("/b", Script::status(404).body("none"));
    assert_eq!(world.post(&url.replace("/a", "/b?x=1")).await.response.unwrap().status_code, 404);
    let put = OutboundRequest { method: Method::Put, ..request(&url) };
    assert_eq!(world.send(put).await.error, None);
    assert_eq!((receiver.connections(), world.names.asked()), (1, 1));
    let requests: Vec<_> = receiver.requests().into_iter().map(|request| (request.method, request.target)).collect();
    assert_eq!(requests, [("POST", "/a"), ("POST", "/b?x=1"), ("PUT", "/a")].map(|(m, t)| (m.into(), t.into())));
}

#[tokio::test]
async fn clones_of_a_sender_share_their_connections() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let other = World { sender: world.sender.clone(), clock: world.clock.clone(), names: world.names.clone() };
    world.delivers(&receiver.url("/")).await;
    other.delivers(&receiver.url("/")).await;
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_connection_leads_to_one_host_by_one_name_and_scheme() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    for name in ["a.test", "b.test"] {
        world.names.set(name, &[&["127.0.0.1"]]);
        world.delivers(&format!("http://{name}:{}/", receiver.port())).await;
    }
    world.delivers(&receiver.url("/")).await;
    assert_eq!(receiver.connections(), 3);
    let authority = authority("trusted");
    let world = World::that_trusts(trust_in(&authority));
    let secure = Receiver::start_tls(authority.issue(&["127.0.0.1"]).unwrap()).await.unwrap();
    world.delivers(&secure.url("/")).await;
    world.delivers(&secure.url("/")).await;
    assert_eq!(secure.connections(), 1);
}

/// As another tenant, or as nobody in particular.
fn as_tenant(tenant: Option<&str>, url: &str) -> OutboundRequest {
    OutboundRequest { connections_of: tenant.map(|tenant| tenant.parse().unwrap()), ..request(url) }
}

#[tokio::test]
async fn a_connection_is_its_tenants_alone() {
    for (world, receiver) in both().await {
        let url = receiver.url("/");
        for (tenant, connections) in [("one", 1), ("two", 2), ("one", 2), ("two", 2), ("three", 3)] {
            assert_eq!(world.send(as_tenant(Some(tenant), &url)).await.error, None);
            assert_eq!(receiver.connections(), connections, "{tenant}");
        }
        // Who is nobody's leaves nothing and takes nothing.
        for connections in [4, 5] {
            assert_eq!(world.send(as_tenant(None, &url)).await.error, None);
            assert_eq!(receiver.connections(), connections);
        }
    }
}

/// A server that answers a request when its head has come. What follows is the next one to it.
async fn careless() -> Server {
    Server::start(|mut accepted| async move {
        while !accepted.read_head().await.is_empty() {
            accepted.write(OK).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_body_that_need_not_be_read_does_not_become_the_next_request() {
    let smuggled = "POST /else HTTP/1.1\r\nhost: x\r\ncontent-length: 300\r\n\r\n";
    for method in [Method::Get, Method::Delete] {
        let (world, server) = (World::new(), careless().await);
        for number in 1..=2 {
            let body = OutboundBody::Bytes(smuggled.into());
            let exchange = world.send(OutboundRequest { method, body, ..request(&server.url()) }).await;
            assert_eq!((exchange.error, server.connections()), (None, number));
        }
        // Without one, there is nothing to leave unread.
        for _ in 0..2 {
            let body = OutboundBody::Bytes("".into());
            let exchange = world.send(OutboundRequest { method, body, ..request(&server.url()) }).await;
            assert_eq!((exchange.error, server.connections()), (None, 3));
        }
    }
}

#[tokio::test]
async fn a_connection_is_kept_as_long_as_its_receiver_says_less_a_second() {
    for (said, kept_ms, gone_ms) in
        [(None, 3_999, 4_000), (Some("timeout=10, max=5"), 8_999, 9_000), (Some("timeout=600"), 58_999, 59_000)]
    {
        let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
        if let Some(said) = said {
            receiver.on("/", Script::status(200).header("keep-alive", said));
        }
        world.delivers(&receiver.url("/")).await;
        world.clock.moves(kept_ms);
        world.delivers(&receiver.url("/")).await;
        assert_eq!(receiver.connections(), 1, "{said:?}");
        world.clock.moves(gone_ms);
        world.delivers(&receiver.url("/")).await;
        assert_eq!(receiver.connections(), 2, "{said:?}");
        // A clock that was set back tells nothing of how long it has been.
        world.clock.moves(-1);
        world.delivers(&receiver.url("/")).await;
        assert_eq!(receiver.connections(), 3, "{said:?}");
    }
}

#[tokio::test]
async fn over_http2_it_is_kept_longer() {
    let authority = authority("trusted");
    let world = World::that_trusts(trust_in(&authority));
    let options = ReceiverOptions::new().tls(authority.issue(&["127.0.0.1"]).unwrap()).http2();
    let receiver = Receiver::start_with(options).await.unwrap();
    for (passed, connections) in [(0, 1), (29_999, 1), (29_999, 1), (30_000, 2)] {
        world.clock.moves(passed);
        world.delivers(&receiver.url("/")).await;
        assert_eq!(receiver.connections(), connections, "{passed}");
    }
}

#[tokio::test]
async fn a_connection_that_can_not_carry_another_request_is_not_kept() {
    let answers: [&'static [u8]; 6] = [
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno",
    ];
    for answer in answers {
        let server = Server::start(move |mut accepted| async move {
            while !accepted.read().await.is_empty() {
                accepted.write(answer).await;
                if answer.windows(16).all(|bytes| bytes != b"content-length: ") || answer.ends_with(b"9\r\n\r\nok") {
                    return;
                }
            }
        })
        .await;
        let world = World::new();
        for number in 1..=3 {
            let exchange = world.post(&server.url()).await;
            assert_eq!(&exchange.response.unwrap().body[..], b"ok", "{}", String::from_utf8_lossy(answer));
            assert_eq!((server.connections(), server.requests()), (number, number));
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_takes_its_connection_with_it() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    receiver.on("/", Script::status(200).body_of(b'x', 5_000_000));
    for number in 1..=2 {
        assert!(world.delivers(&receiver.url("/")).await.truncated);
        assert_eq!(receiver.connections(), number);
    }
}

#[tokio::test]
async fn a_body_that_streams_has_a_connection_of_its_own_and_leaves_it_to_others() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let url = receiver.url("/");
    world.delivers(&url).await;
    let exchange = world.send(streamed(&url, 4, vec![Ok("ab".into()), Ok("cd".into())])).await;
    assert_eq!(exchange.error, None);
    assert_eq!(receiver.connections(), 2);
    world.delivers(&url).await;
    assert_eq!(receiver.connections(), 2);
}

#[tokio::test]
async fn no_more_connections_are_kept_than_there_may_be() {
    let server = Server::start(|mut accepted| async move {
        while !accepted.read().await.is_empty() {
            accepted.write(OK).await;
        }
    })
    .await;
    let world = World::new();
    let urls: Vec<_> = (0..33).map(|n| format!("http://n{n}.test:{}/", server.address.port())).collect();
    for (n, url) in urls.iter().enumerate() {
        world.names.set(&format!("n{n}.test"), &[&["127.0.0.1"]]);
        world.delivers(url).await;
    }
    assert_eq!(server.connections(), 33);
    // The one that was not used for the longest time had to go, and only that.
    world.delivers(&urls[1]).await;
    assert_eq!(server.connections(), 33);
    world.delivers(&urls[0]).await;
    assert_eq!(server.connections(), 34);
}

#[tokio::test]
async fn of_connections_to_one_place_a_few_are_kept() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let url = receiver.url("/");
    let at_once = || futures_util::future::join_all((0..6).map(|_| world.delivers(&url)));
    at_once().await;
    assert_eq!(receiver.connections(), 6);
    at_once().await;
    assert_eq!(receiver.connections(), 8);
}
