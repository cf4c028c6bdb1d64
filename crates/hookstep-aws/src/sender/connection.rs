//! One connection to a receiver, HTTP spoken on it.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use hookstep_core::attempt::AttemptError;
use http::Response;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use jiff::SignedDuration;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::timeout;

use super::body::Payload;
use super::gate::Socket;
use super::obstacle::{not_processed, without_answer};
use super::target::Head;
use super::wire::Wire;

/// Header lines of an answer over HTTP/1.1 that are read; one more is not HTTP to us. Ten times as many as are kept.
const READ_HEADERS_MAX_COUNT: usize = 1_000;

/// Headers of an answer that are read, in bytes.
const READ_HEADERS_MAX_BYTES: u32 = 262_144;

/// What a receiver may send over HTTP/2 before it is read, in bytes.
const WINDOW_BYTES: u32 = 262_144;

/// A connection that carried a request whose answer is read is ready for another at once, if it ever is.
const READY_TIMEOUT: Duration = Duration::from_millis(50);

/// What a connection that died in silence has for its say beyond the way there and back.
const HOLD_MARGIN: Duration = Duration::from_millis(5);

/// No kept connection is waited for longer than this.
const HOLD_MAX: Duration = Duration::from_millis(300);

/// A connection. Its socket is closed when it is dropped.
pub(super) struct Connection {
    requests: Requests,
    driver: JoinHandle<()>,
    socket: Arc<Socket>,
    peer: SocketAddr,
    /// How long the first byte of a request waits for the rest when the connection was kept.
    hold: Duration,
}

enum Requests {
    One(http1::SendRequest<Payload>),
    Two(http2::SendRequest<Payload>),
}

/// What came of a request.
pub(super) enum Sent {
    /// An answer began.
    Answered(Response<Incoming>),
    /// It was not, and can't have been, processed.
    Unprocessed(hyper::Error),
    /// It may have been processed.
    Failed(hyper::Error),
}

impl Connection {
    /// Begins HTTP on a connection that took `way` to be made.
    pub(super) async fn open(
        wire: Wire,
        socket: Arc<Socket>,
        peer: SocketAddr,
        way: Duration,
    ) -> Result<Self, hyper::Error> {
        let (requests, driver) = if wire.is_http2() {
            let (requests, connection) = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_header_list_size(READ_HEADERS_MAX_BYTES)
                .initial_stream_window_size(WINDOW_BYTES)
                .initial_connection_window_size(WINDOW_BYTES)
                .handshake(TokioIo::new(wire))
                .await?;
            // Whoever waits for an answer is told what happened.
            (Requests::Two(requests), tokio::spawn(async { drop(connection.await) }))
        } else {
            let (requests, connection) = http1::Builder::new()
                .max_headers(READ_HEADERS_MAX_COUNT)
                .max_header_size(READ_HEADERS_MAX_BYTES as usize)
                .max_buf_size(READ_HEADERS_MAX_BYTES as usize)
                .handshake(TokioIo::new(wire))
                .await?;
            (Requests::One(requests), tokio::spawn(async { drop(connection.await) }))
        };
        let hold = (way.mul_f32(1.5) + HOLD_MARGIN).min(HOLD_MAX);
        Ok(Self { requests, driver, socket, peer, hold })
    }

    /// Where it leads.
    pub(super) fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Why a request that was sent on it has no answer.
    pub(super) fn without_answer(&self, error: &hyper::Error) -> AttemptError {
        // With TLS 1.3 a receiver looks at the client's certificate when the handshake is over for the client.
        self.socket.tls_failure().unwrap_or_else(|| without_answer(error))
    }

    /// Whether it speaks HTTP/2.
    pub(super) fn is_http2(&self) -> bool {
        matches!(self.requests, Requests::Two(_))
    }

    /// Sends a request on a new connection.
    pub(super) async fn send(&mut self, head: &Head, body: Payload) -> Sent {
        match self.start(head, body).await {
            Ok(answer) => Sent::Answered(answer),
            Err(error) if not_processed(&error) => Sent::Unprocessed(error),
            Err(error) => Sent::Failed(error),
        }
    }

    /// Sends a request on a connection that was kept so long; `None` where it is dead, and nobody has the request.
    ///
    /// A byte of the request goes first, alone, and has the time of a way there and back: a peer that has closed the connection,
    /// or does not know it any more, says so. Until then the request is not whole anywhere. Also an answer in that time is none to it.
    /// A connection on which an answer ended less than that time ago has just given the same proof.
    pub(super) async fn send_again(&mut self, head: &Head, body: Payload, idle: SignedDuration) -> Option<Sent> {
        if !self.is_alive().await {
            return None;
        }
        if idle.unsigned_abs() < self.hold {
            return match self.send(head, body).await {
                // It was given back unsent.
                Sent::Failed(error) if error.is_canceled() => None,
                sent => Some(sent),
            };
        }
        let (socket, hold) = (Arc::clone(&self.socket), self.hold);
        socket.hold();
        let answer = pin!(self.send(head, body));
        let waited = async {
            socket.held().await;
            // It is time that passes here, and nothing else that could come.
            let _ = timeout(hold, std::future::pending::<()>()).await;
            // A small function has the processor for a part of the time: what came while it had not is not noticed yet.
            let_others_run().await;
        };
        match select(answer, pin!(waited)).await {
            Either::Left(_) => None,
            Either::Right(_) if !socket.is_quiet() => None,
            Either::Right(((), answer)) => {
                socket.release();
                Some(answer.await)
            }
        }
    }

    /// Whether a kept connection seems to be usable.
    async fn is_alive(&mut self) -> bool {
        let_others_run().await;
        let ready = async {
            match &mut self.requests {
                Requests::One(requests) => requests.ready().await,
                Requests::Two(requests) => requests.ready().await,
            }
        };
        matches!(timeout(READY_TIMEOUT, ready).await, Ok(Ok(()))) && self.socket.is_quiet()
    }

    async fn start(&mut self, head: &Head, body: Payload) -> Result<Response<Incoming>, hyper::Error> {
        match &mut self.requests {
            Requests::One(requests) => requests.send_request(head.one(body)).await,
            Requests::Two(requests) => requests.send_request(head.two(body)).await,
        }
    }
}

/// Lets the tasks of connections learn what has come: when this one goes on, the runtime has looked at its sockets, and at the
/// second time they have run.
async fn let_others_run() {
    yield_now().await;
    yield_now().await;
}

impl Drop for Connection {
    fn drop(&mut self) {
        // HTTP/2 has tasks of its own besides the driver, which end with the socket.
        self.socket.close();
        self.driver.abort();
    }
}
