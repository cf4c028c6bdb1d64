//! HTTP/2: by ALPN only, and a receiver's word for what it has not looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use h2::Reason;
use h2::server::{Connection, SendResponse};
use hookstep_core::attempt::Obstacle;
use hookstep_local::receiver::{Receiver, Script, Version};
use rustls::pki_types::PrivateKeyDer;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::answers::both;
use super::server::Server;
use super::world::{World, request};

type Http2 = Connection<TlsStream<TcpStream>, bytes::Bytes>;

/// A server that does with each connection of HTTP/2 what it is told, who trusts it, and how many requests it has looked at.
async fn server<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(usize, Http2, Arc<AtomicUsize>) -> F + Send + Sync + Clone + 'static,
) -> (Server, World, Arc<AtomicUsize>) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let (acceptor, looked_at) = (TlsAcceptor::from(Arc::new(config)), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&looked_at);
    let server = Server::start(move |accepted| {
        let (acceptor, serve, count) = (acceptor.clone(), serve.clone(), Arc::clone(&count));
        async move {
            let stream = acceptor.accept(accepted.stream).await.unwrap();
            let connection = h2::server::handshake(stream).await.unwrap();
            serve(accepted.number, connection, count).await;
        }
    })
    .await;
    (server, World::that_trusts(roots), looked_at)
}

async fn next(connection: &mut Http2) -> Option<SendResponse<bytes::Bytes>> {
    Some(connection.accept().await?.ok()?.1)
}

/// Answers requests until the connection ends.
async fn answers(mut connection: Http2, looked_at: &AtomicUsize) {
    while let Some(mut respond) = next(&mut connection).await {
        looked_at.fetch_add(1, Ordering::SeqCst);
        respond.send_response(http::Response::new(()), true).unwrap();
    }
}

fn url(server: &Server) -> String {
    server.url().replace("http:", "https:")
}

#[tokio::test]
async fn the_handshake_decides_on_the_version() {
    let [(one, first), (two, second)] = both().await;
    one.delivers(&first.url("/")).await;
    two.delivers(&second.url("/")).await;
    assert_eq!(first.requests()[0].version, Version::Http1);
    assert_eq!(second.requests()[0].version, Version::Http2);
    // There is no other way to it.
    let plain = Receiver::start().await.unwrap();
    World::new().delivers(&plain.url("/")).await;
    assert_eq!(plain.requests()[0].version, Version::Http1);
}

#[tokio::test]
async fn a_connection_that_a_receiver_leaves_in_order_costs_nothing() {
    let [_, (world, receiver)] = both().await;
    world.delivers(&receiver.url("/")).await;
    receiver.close_idle().await;
    world.delivers(&receiver.url("/")).await;
    assert_eq!((receiver.connections(), receiver.requests().len()), (2, 2));
    receiver.on("/", Script::status(200).closing_silently());
    world.delivers(&receiver.url("/")).await;
    world.delivers(&receiver.url("/")).await;
    assert_eq!(receiver.requests().len(), 4);
}

#[tokio::test]
async fn a_request_that_is_refused_unseen_goes_out_once_more() {
    // On a connection that was kept, and on a new one.
    for first_answers in [true, false] {
        let (server, world, looked_at) = server(move |number, mut connection, looked_at| async move {
            if number == 1 {
                if first_answers {
                    let mut respond = next(&mut connection).await.unwrap();
                    looked_at.fetch_add(1, Ordering::SeqCst);
                    respond.send_response(http::Response::new(()), true).unwrap();
                }
                next(&mut connection).await.unwrap().send_reset(Reason::REFUSED_STREAM);
            }
            answers(connection, &looked_at).await;
        })
        .await;
        world.delivers(&url(&server)).await;
        world.delivers(&url(&server)).await;
        assert_eq!((server.connections(), looked_at.load(Ordering::SeqCst)), (2, 2), "{first_answers}");
    }
}

#[tokio::test]
async fn a_receiver_that_always_refuses_is_asked_twice_and_no_more() {
    let (server, world, _) = server(|_, mut connection, looked_at| async move {
        while let Some(mut respond) = next(&mut connection).await {
            looked_at.fetch_add(1, Ordering::SeqCst);
            respond.send_reset(Reason::REFUSED_STREAM);
        }
    })
    .await;
    let detail = world.fails(request(&url(&server)), Obstacle::ConnectionClosed).await;
    assert_eq!(detail, "HTTP/2: refused stream before processing any application logic");
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_request_that_comes_after_the_receivers_last_one_goes_out_once_more() {
    let (server, world, looked_at) = server(|number, mut connection, looked_at| async move {
        if number == 1 {
            let mut respond = next(&mut connection).await.unwrap();
            looked_at.fetch_add(1, Ordering::SeqCst);
            respond.send_response(http::Response::new(()), true).unwrap();
            // It says so when the second request is under way.
            let _second = next(&mut connection).await.unwrap();
            connection.abrupt_shutdown(Reason::NO_ERROR);
        }
        answers(connection, &looked_at).await;
    })
    .await;
    world.delivers(&url(&server)).await;
    let second = world.post(&url(&server)).await;
    // This server had taken it for one that it looks at, so that it is not repeated.
    assert_eq!(second.error.unwrap().obstacle, Obstacle::ConnectionClosed);
    assert_eq!((server.connections(), looked_at.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn a_request_that_a_receiver_breaks_off_is_not_repeated() {
    for (reason, says) in
        [(Reason::INTERNAL_ERROR, "unexpected internal error"), (Reason::CANCEL, "stream no longer needed")]
    {
        let (server, world, looked_at) = server(move |_, mut connection, looked_at| async move {
            while let Some(mut respond) = next(&mut connection).await {
                looked_at.fetch_add(1, Ordering::SeqCst);
                respond.send_reset(reason);
            }
        })
        .await;
        let detail = world.fails(request(&url(&server)), Obstacle::ConnectionClosed).await;
        assert!(detail.contains(says), "{detail}");
        assert_eq!((server.connections(), looked_at.load(Ordering::SeqCst)), (1, 1));
    }
}
