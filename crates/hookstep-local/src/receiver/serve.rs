//! Accepting connections and acting on requests.

use std::fmt::Write as _;
use std::future::pending;
use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::connections::Peer;
use super::hold::Sent;
use super::http2;
use super::record::Shared;
use super::script::{Act, Answer, Body, Script};
use super::wire::read_request;

const PIECE: usize = 64 * 1024;
/// What an answer that closes mid-body announces beyond what it sends.
pub(super) const NEVER_SENT: u64 = 1000;

/// Accepts until it is aborted; its connections end with it.
pub(super) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        // The set would otherwise hold every connection that ever was.
        while connections.try_join_next().is_some() {}
        let Ok((stream, client)) = listener.accept().await else { continue };
        // A short answer in two pieces would wait for the peer's word that it has the first. It works without, only slower.
        let _ = stream.set_nodelay(true);
        let tls = tls.clone();
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            // A peer that goes away, or refuses the certificate, is none of the receiver's business.
            let _ = match tls {
                None => {
                    let (peer, _counted) = shared.connections.begin(client.port(), None);
                    converse(stream, &shared, &peer).await
                }
                Some(tls) => converse_by_tls(stream, client.port(), &tls, &shared).await,
            };
        });
    }
}

async fn converse_by_tls(
    stream: TcpStream,
    client_port: u16,
    tls: &TlsAcceptor,
    shared: &Arc<Shared>,
) -> io::Result<()> {
    let stream = tls.accept(stream).await?;
    let (_, session) = stream.get_ref();
    let shown = session.peer_certificates().and_then(<[_]>::first);
    let (peer, _counted) = shared.connections.begin(client_port, shown.map(|shown| Bytes::copy_from_slice(shown)));
    if session.alpn_protocol() == Some(b"h2") {
        http2::converse(stream, shared, &peer).await
    } else {
        converse(stream, shared, &peer).await
    }
}

async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared, peer: &Peer) -> io::Result<()> {
    let mut buffer = BytesMut::new();
    while more_to_come(&mut stream, &mut buffer, shared).await? {
        let Some(mut request) = read_request(&mut stream, &mut buffer, &shared.large_bodies).await? else { break };
        request.connection = peer.connection;
        request.client_port = peer.client_port;
        request.client_certificate.clone_from(&peer.certificate);
        let script = shared.next_script(request.path()).decided(&request);
        let wants_body = request.method != "HEAD";
        let closes = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        shared.record(request);
        let stays = act(&mut stream, &script, wants_body).await?;
        if closes || script.closes || !stays {
            break;
        }
    }
    stream.shutdown().await
}

/// Waits for the first bytes of a request, and returns whether there are some, or whether the connection is to close.
async fn more_to_come(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut BytesMut,
    shared: &Shared,
) -> io::Result<bool> {
    if !buffer.is_empty() {
        return Ok(true);
    }
    let (_counted, mut closing) = shared.connections.idle();
    tokio::select! {
        read = stream.read_buf(buffer) => Ok(read? > 0),
        _ = closing.changed() => Ok(false),
    }
}

/// Does what the script says, and returns whether the connection can take another request.
async fn act(stream: &mut (impl AsyncWrite + Unpin), script: &Script, wants_body: bool) -> io::Result<bool> {
    sleep(script.delay).await;
    let Some(hold) = &script.hold else { return answer(stream, script, wants_body).await };
    hold.released().await;
    let stays = answer(stream, script, wants_body).await?;
    hold.tell(Sent::Whole);
    Ok(stays)
}

async fn answer(stream: &mut (impl AsyncWrite + Unpin), script: &Script, wants_body: bool) -> io::Result<bool> {
    let answer = &script.answer;
    let length = answer.body.length();
    match &script.act {
        Act::Answer => {
            let mut head = head(answer, length);
            match &answer.body {
                _ if !wants_body => stream.write_all(&head).await?,
                // In one piece, so that a client gets it in one, too.
                Body::Given(bytes) if bytes.len() <= PIECE => {
                    head.extend_from_slice(bytes);
                    stream.write_all(&head).await?;
                }
                body => {
                    stream.write_all(&head).await?;
                    send_body(stream, body).await?;
                }
            }
            stream.flush().await?;
            Ok(true)
        }
        Act::Drip { every } => {
            stream.write_all(&head(answer, length)).await?;
            for piece in pieces(&answer.body) {
                for byte in piece {
                    stream.write_all(&[byte]).await?;
                    stream.flush().await?;
                    sleep(*every).await;
                }
            }
            Ok(true)
        }
        Act::Halve(hold) => {
            let Body::Given(body) = &answer.body else { return Ok(false) };
            let (first, second) = body.split_at(body.len() / 2);
            stream.write_all(&[&head(answer, length)[..], first].concat()).await?;
            stream.flush().await?;
            hold.tell(Sent::Half);
            hold.released().await;
            stream.write_all(second).await?;
            stream.flush().await?;
            hold.tell(Sent::Whole);
            Ok(true)
        }
        Act::CloseMidBody => {
            stream.write_all(&head(answer, length + NEVER_SENT)).await?;
            send_body(stream, &answer.body).await?;
            stream.flush().await?;
            Ok(false)
        }
        Act::CloseAtOnce => Ok(false),
        // What is left to decide has no answer, and nothing is: see `Script::decided`.
        Act::Never | Act::Decide(_) => pending().await,
    }
}

fn head(answer: &Answer, length: u64) -> Vec<u8> {
    let mut start = String::new();
    // Writing to a string cannot fail.
    let _ = write!(start, "HTTP/1.1 {} Scripted\r\n", answer.status);
    let mut head = start.into_bytes();
    for (name, value) in &answer.headers {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    if answer.has_body() {
        head.extend_from_slice(format!("content-length: {length}\r\n").as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

async fn send_body(stream: &mut (impl AsyncWrite + Unpin), body: &Body) -> io::Result<()> {
    for piece in pieces(body) {
        stream.write_all(&piece).await?;
    }
    Ok(())
}

/// A body, made as it is sent.
pub(super) fn pieces(body: &Body) -> Box<dyn Iterator<Item = Bytes> + Send> {
    match body {
        Body::Given(bytes) => Box::new(std::iter::once(bytes.clone())),
        Body::Repeated { byte, length } => {
            let (piece, mut left) = (Bytes::from(vec![*byte; PIECE]), *length);
            Box::new(std::iter::from_fn(move || {
                let size = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
                left -= size as u64;
                (size > 0).then(|| piece.slice(..size))
            }))
        }
    }
}
