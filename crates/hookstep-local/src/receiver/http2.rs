//! Requests over HTTP/2.

use std::future::{pending, poll_fn};
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use h2::server::{self, SendResponse};
use h2::{RecvStream, SendStream};
use http::{HeaderName, HeaderValue, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::connections::Peer;
use super::record::{ReceivedRequest, Shared, Version};
use super::script::{Act, Answer, Script};
use super::serve::{NEVER_SENT, pieces};

/// Requests that may be under way on one connection.
const STREAMS: u32 = 100;
/// How much a client may send before it waits.
const WINDOW: u32 = 4 * 1024 * 1024;

/// Serves a connection until it ends.
pub(super) async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    shared: &Arc<Shared>,
    peer: &Peer,
) -> io::Result<()> {
    let mut builder = server::Builder::new();
    builder.max_concurrent_streams(STREAMS).initial_window_size(WINDOW).initial_connection_window_size(WINDOW);
    let mut connection = builder.handshake(stream).await.map_err(io::Error::other)?;
    let mut exchanges = JoinSet::new();
    let ends = Arc::new(Ends::default());
    let mut leaving = None;
    loop {
        let (mut idle, mut closing) = (None, None);
        if exchanges.is_empty() && leaving.is_none() {
            let (counted, asked) = shared.connections.idle();
            (idle, closing) = (Some(counted), Some(asked));
        }
        let asked_to_close = async {
            match &mut closing {
                // The sender lives as long as the receiver.
                Some(closing) => drop(closing.changed().await),
                None => pending().await,
            }
        };
        tokio::select! {
            accepted = connection.accept() => {
                let Some(accepted) = accepted else { return Ok(()) };
                let (request, respond) = accepted.map_err(io::Error::other)?;
                let exchange = Exchange { shared: Arc::clone(shared), peer: peer.clone(), ends: Arc::clone(&ends) };
                exchanges.spawn(exchange.run(request, respond));
            }
            Some(_) = exchanges.join_next(), if !exchanges.is_empty() => {}
            () = asked_to_close => {
                connection.graceful_shutdown();
                // It counts as idle until it is closed.
                leaving = idle.take();
            }
            () = ends.in_order.notified() => connection.graceful_shutdown(),
            () = ends.at_once.notified() => return Ok(()),
        }
    }
}

/// How a script ends the connection, and all that is on it.
#[derive(Default)]
struct Ends {
    at_once: Notify,
    in_order: Notify,
}

/// One request and its answer.
struct Exchange {
    shared: Arc<Shared>,
    peer: Peer,
    ends: Arc<Ends>,
}

impl Exchange {
    async fn run(self, request: Request<RecvStream>, respond: SendResponse<Bytes>) -> Result<(), h2::Error> {
        let request = read(request, self.peer.clone()).await?;
        let script = self.shared.next_script(request.path()).decided(&request);
        let wants_body = request.method != "HEAD";
        self.shared.record(request);
        self.act(respond, script, wants_body).await
    }

    async fn act(self, mut respond: SendResponse<Bytes>, script: Script, wants_body: bool) -> Result<(), h2::Error> {
        sleep(script.delay).await;
        if let Some(hold) = &script.hold {
            hold.released().await;
        }
        let answer = &script.answer;
        let has_body = wants_body && answer.has_body() && answer.body.length() > 0;
        match script.act {
            Act::Answer => {
                let mut stream = respond.send_response(head(answer, answer.body.length()), !has_body)?;
                if has_body {
                    send(&mut stream, pieces(&answer.body), true).await?;
                }
            }
            Act::Drip { every } => {
                let mut stream = respond.send_response(head(answer, answer.body.length()), false)?;
                for piece in pieces(&answer.body) {
                    for index in 0..piece.len() {
                        send(&mut stream, [piece.slice(index..=index)], false).await?;
                        sleep(every).await;
                    }
                }
                stream.send_data(Bytes::new(), true)?;
            }
            Act::CloseMidBody => {
                // The stream ends in order: a reset would overtake what was sent before it.
                let length = answer.body.length() + NEVER_SENT;
                let mut stream = respond.send_response(head(answer, length), false)?;
                send(&mut stream, pieces(&answer.body), true).await?;
            }
            // Halves are for HTTP/1.1.
            Act::CloseAtOnce | Act::Halve(_) => self.ends.at_once.notify_one(),
            // What is left to decide has no answer, and nothing is: see `Script::decided`.
            Act::Never | Act::Decide(_) => pending().await,
        }
        if script.closes {
            self.ends.in_order.notify_one();
        }
        Ok(())
    }
}

async fn read(request: Request<RecvStream>, peer: Peer) -> Result<ReceivedRequest, h2::Error> {
    let (parts, mut body) = request.into_parts();
    let mut headers = Vec::new();
    if let Some(authority) = parts.uri.authority() {
        headers.push((":authority".to_owned(), authority.as_str().into()));
    }
    if let Some(scheme) = parts.uri.scheme_str() {
        headers.push((":scheme".to_owned(), scheme.into()));
    }
    headers.extend(parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())));
    let mut whole = BytesMut::new();
    while let Some(piece) = body.data().await {
        let piece = piece?;
        whole.extend_from_slice(&piece);
        body.flow_control().release_capacity(piece.len())?;
    }
    Ok(ReceivedRequest {
        method: parts.method.as_str().to_owned(),
        target: parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers,
        body: whole.freeze(),
        stored: None,
        received_at: SystemTime::now(),
        head: Bytes::new(),
        version: Version::Http2,
        connection: peer.connection,
        client_port: peer.client_port,
        client_certificate: peer.certificate,
    })
}

/// The answer's head. Headers that HTTP/2 can't carry are left out.
fn head(answer: &Answer, length: u64) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = answer.status.try_into().unwrap_or_default();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value))
            && name != "connection"
        {
            response.headers_mut().append(name, value);
        }
    }
    if answer.has_body() {
        response.headers_mut().insert("content-length", length.into());
    }
    response
}

async fn send(
    stream: &mut SendStream<Bytes>,
    pieces: impl IntoIterator<Item = Bytes>,
    is_all: bool,
) -> Result<(), h2::Error> {
    for mut piece in pieces {
        while !piece.is_empty() {
            stream.reserve_capacity(piece.len());
            let capacity = match poll_fn(|context| stream.poll_capacity(context)).await {
                Some(capacity) => capacity?,
                None => return Ok(()),
            };
            let sent = piece.split_to(capacity.min(piece.len()));
            stream.send_data(sent, false)?;
        }
    }
    if is_all {
        stream.send_data(Bytes::new(), true)?;
    }
    Ok(())
}
