//! Kept connections that are dead, or die: a request is delivered once, and what may have been delivered is not repeated.

use std::time::Duration;

use hookstep_core::attempt::Obstacle;
use hookstep_local::receiver::{Receiver, ReceiverOptions};
use tokio::net::TcpListener;

use super::server::{Accepted, Between, OK, Server};
use super::world::{PATIENCE, World, authority, request, trust_in};

/// In milliseconds: longer than a connection is taken to live because it just has.
const A_WHILE: i64 = 400;

/// A server that answers the first request of its first connection and then does this with it; others it serves as they come.
async fn server_that<F: Future<Output = ()> + Send + 'static>(
    then: impl Fn(Accepted) -> F + Send + Sync + Clone + 'static,
) -> Server {
    Server::start(move |mut accepted| {
        let then = then.clone();
        async move {
            accepted.answers(OK).await;
            if accepted.number == 1 {
                return then(accepted).await;
            }
            while !accepted.read().await.is_empty() {
                accepted.write(OK).await;
            }
        }
    })
    .await
}

/// Two requests arrive, each once, and both are answered: the second on another connection.
async fn assert_two_arrive(server: &Server) {
    let world = World::new();
    world.delivers(&server.url()).await;
    world.clock.moves(A_WHILE);
    world.delivers(&server.url()).await;
    assert_eq!((server.connections(), server.requests()), (2, 2));
    // The new one is kept as any other.
    world.delivers(&server.url()).await;
    assert_eq!((server.connections(), server.requests()), (2, 3));
}

#[tokio::test]
async fn a_connection_that_was_closed_in_the_meantime_is_not_used() {
    assert_two_arrive(&server_that(|accepted| async { drop(accepted) }).await).await;
}

#[tokio::test]
async fn a_connection_that_was_reset_in_the_meantime_is_not_used() {
    assert_two_arrive(&server_that(|accepted| async { accepted.resets() }).await).await;
}

#[tokio::test]
async fn a_connection_with_words_that_nobody_asked_for_is_not_used() {
    let timed_out = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    assert_two_arrive(&server_that(move |mut accepted| async move { accepted.write(timed_out).await }).await).await;
    // Also where it stays open afterwards.
    let stays = |mut accepted: Accepted| async move {
        accepted.write(OK).await;
        accepted.read().await;
    };
    assert_two_arrive(&server_that(stays).await).await;
}

#[tokio::test]
async fn a_connection_that_is_closed_just_when_a_request_begins_costs_it_nothing() {
    // Unread bytes make it a reset; those that were read make it an end in order.
    assert_two_arrive(&server_that(|accepted| async move { accepted.is_asked().await }).await).await;
    let reads = |mut accepted: Accepted| async move {
        accepted.is_asked().await;
        let mut bytes = [0; 100];
        let read = tokio::io::AsyncReadExt::read(&mut accepted.stream, &mut bytes).await.unwrap();
        assert_eq!(&bytes[..read], b"P", "a byte of the request and no more");
    };
    assert_two_arrive(&server_that(reads).await).await;
}

#[tokio::test]
async fn an_answer_to_a_request_that_has_only_begun_is_none() {
    for answer in [
        &b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno",
    ] {
        let answers = move |mut accepted: Accepted| async move {
            accepted.is_asked().await;
            accepted.write(answer).await;
            // It stays open until the client leaves.
            accepted.read().await;
        };
        assert_two_arrive(&server_that(answers).await).await;
    }
}

/// The second request came whole, and may have been processed.
async fn assert_second_is_not_repeated<F: Future<Output = ()> + Send + 'static>(
    then: impl Fn(Accepted) -> F + Send + Sync + Clone + 'static,
) {
    for idle in [A_WHILE, 0] {
        assert_second_of(&server_that(then.clone()).await, idle).await;
    }
}

async fn assert_second_of(server: &Server, idle: i64) {
    let world = World::new();
    world.delivers(&server.url()).await;
    world.clock.moves(idle);
    world.fails(request(&server.url()), Obstacle::ConnectionClosed).await;
    assert_eq!((server.connections(), server.requests()), (1, 2));
    world.delivers(&server.url()).await;
    assert_eq!((server.connections(), server.requests()), (2, 3));
}

#[tokio::test]
async fn a_request_that_was_read_whole_is_not_repeated_however_its_connection_ends() {
    let closes = |mut accepted: Accepted| async move {
        accepted.read().await;
    };
    assert_second_is_not_repeated(closes).await;
    // The peer's kernel tells nobody that it took the request: a reset goes out before the acknowledgement.
    let resets = |mut accepted: Accepted| async move {
        accepted.read().await;
        accepted.resets();
    };
    assert_second_is_not_repeated(resets).await;
}

#[tokio::test]
async fn an_answer_that_begins_and_breaks_off_is_not_asked_for_again() {
    let begins = |mut accepted: Accepted| async move {
        accepted.read().await;
        accepted.write(b"HTTP/1.1 200 OK\r\ncontent-le").await;
    };
    assert_second_is_not_repeated(begins).await;
}

#[tokio::test]
async fn a_server_that_was_started_again_gets_the_request_once() {
    let (world, first) = (World::new(), Receiver::start().await.unwrap());
    let (url, port) = (first.url("/"), first.port());
    world.delivers(&url).await;
    first.stop().await;
    let second = Receiver::start_on(port).await.unwrap();
    world.delivers(&url).await;
    assert_eq!((second.connections(), second.requests().len()), (1, 1));
}

#[tokio::test]
async fn a_server_that_is_gone_is_refused_and_its_connection_not_to_blame() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let url = receiver.url("/");
    world.delivers(&url).await;
    receiver.stop().await;
    world.fails(request(&url), Obstacle::ConnectionRefused).await;
}

#[tokio::test]
async fn all_that_were_kept_may_be_dead_and_the_request_arrives_once() {
    let (world, receiver) = (World::new(), Receiver::start().await.unwrap());
    let url = receiver.url("/");
    futures_util::future::join_all((0..4).map(|_| world.delivers(&url))).await;
    assert_eq!(receiver.open_connections(), 4);
    receiver.close_idle().await;
    world.delivers(&url).await;
    assert_eq!((receiver.connections(), receiver.requests().len()), (5, 5));
}

#[tokio::test]
async fn no_more_than_two_that_die_are_tried() {
    let server = Server::start(|mut accepted| async move {
        accepted.answers(OK).await;
        if accepted.number <= 4 {
            return accepted.is_asked().await;
        }
        accepted.answers(OK).await;
    })
    .await;
    let world = World::new();
    let url = server.url();
    futures_util::future::join_all((0..4).map(|_| world.delivers(&url))).await;
    world.clock.moves(A_WHILE);
    world.delivers(&url).await;
    assert_eq!((server.connections(), server.requests()), (5, 5));
    // The other two are still there, behind the new one.
    world.clock.moves(A_WHILE);
    world.delivers(&url).await;
    assert_eq!((server.connections(), server.requests()), (5, 6));
}

#[tokio::test]
async fn a_connection_that_has_just_answered_is_not_asked_whether_it_lives() {
    let reads_at_once = |mut accepted: Accepted| async move {
        accepted.is_asked().await;
        let mut bytes = [0; 1_000];
        let read = tokio::io::AsyncReadExt::read(&mut accepted.stream, &mut bytes).await.unwrap();
        assert!(bytes[..read].ends_with(b"{}"), "{}", String::from_utf8_lossy(&bytes[..read]));
        accepted.write(OK).await;
    };
    let server = server_that(reads_at_once).await;
    let world = World::new();
    world.delivers(&server.url()).await;
    world.delivers(&server.url()).await;
    assert_eq!(server.connections(), 1);
    // What is seen to be dead is not used here either.
    world.delivers(&server.url()).await;
    assert_eq!(server.connections(), 2);
}

/// A receiver with TLS behind something that cuts connections.
async fn assert_cut_costs_nothing(options: ReceiverOptions) {
    let authority = authority("trusted");
    let world = World::that_trusts(trust_in(&authority));
    let options = options.tls(authority.issue(&["127.0.0.1"]).unwrap());
    let receiver = Receiver::start_with(options).await.unwrap();
    let between = Between::start(receiver.port()).await;
    let url = format!("https://127.0.0.1:{}/", between.port());
    world.delivers(&url).await;
    world.delivers(&url).await;
    assert_eq!((between.connections(), receiver.requests().len()), (1, 2));

    let cuts_the_first = async {
        between.cuts(true);
        world.clock.moves(A_WHILE);
        let exchange = world.post(&url).await;
        // It is cut as well where it begins anew.
        assert_eq!(exchange.error.unwrap().obstacle, Obstacle::TlsFailure);
    };
    cuts_the_first.await;
    assert_eq!((between.connections(), receiver.requests().len()), (2, 2));
    between.cuts(false);
    world.delivers(&url).await;

    between.cuts_once();
    world.clock.moves(A_WHILE);
    world.delivers(&url).await;
    assert_eq!((between.connections(), receiver.requests().len()), (4, 4));
}

#[tokio::test]
async fn over_tls_a_connection_that_is_cut_costs_nothing() {
    assert_cut_costs_nothing(ReceiverOptions::new()).await;
}

#[tokio::test]
async fn over_http2_a_connection_that_is_cut_costs_nothing() {
    assert_cut_costs_nothing(ReceiverOptions::new().http2()).await;
}

#[tokio::test]
async fn a_connection_that_is_silent_for_ever_is_the_receivers_and_its_request_not_repeated() {
    let silent = |mut accepted: Accepted| async move {
        accepted.read().await;
        std::future::pending::<()>().await;
    };
    let server = server_that(silent).await;
    let world = World::new();
    world.delivers(&server.url()).await;
    world.fails(super::world::request_within(&server.url(), 300), Obstacle::FirstByteTimeout).await;
    assert_eq!((server.connections(), server.requests()), (1, 2));
}

#[tokio::test]
async fn what_is_given_up_is_closed() {
    let (closed, mut closing) = tokio::sync::mpsc::channel(1);
    let server = Server::start(move |mut accepted| {
        let closed = closed.clone();
        async move {
            accepted.read().await;
            accepted.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok").await;
            assert!(accepted.read().await.is_empty());
            closed.send(accepted.number).await.unwrap();
        }
    })
    .await;
    let world = World::new();
    let exchange = world.send(super::world::request_within(&server.url(), 300)).await;
    assert_eq!(exchange.error.unwrap().obstacle, Obstacle::ResponseTimeout);
    assert_eq!(tokio::time::timeout(PATIENCE, closing.recv()).await, Ok(Some(1)));
}

#[tokio::test]
async fn the_rest_of_a_request_does_not_wait_long_for_a_receiver_that_is_near() {
    // The listener's own time to answer is in it as well, so that this is no more than an upper bound.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::on(listener, |mut accepted| async move {
        while !accepted.read().await.is_empty() {
            accepted.write(OK).await;
        }
    });
    let world = World::new();
    world.delivers(&server.url()).await;
    world.clock.moves(A_WHILE);
    let begun = tokio::time::Instant::now();
    world.delivers(&server.url()).await;
    assert!(begun.elapsed() < Duration::from_millis(300), "{:?}", begun.elapsed());
    assert_eq!(server.connections(), 1);
}
