//! Accepting connections and acting on requests.

use std::fmt::Write as _;
use std::future::pending;
use std::io;
use std::sync::Arc;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::record::Shared;
use super::script::{Act, Answer, Body, Script};
use super::wire::read_request;

const PIECE: usize = 64 * 1024;
/// What an answer that closes mid-body announces beyond what it sends.
const NEVER_SENT: u64 = 1000;

/// Accepts until it is aborted; its connections end with it.
pub(super) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        // The set would otherwise hold every connection that ever was.
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else { continue };
        let tls = tls.clone();
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            // A peer that goes away, or refuses the certificate, is none of the receiver's business.
            let _ = match tls {
                None => converse(stream, &shared).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => converse(stream, &shared).await,
                    Err(error) => Err(error),
                },
            };
        });
    }
}

async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared) -> io::Result<()> {
    let mut buffer = BytesMut::new();
    while let Some(request) = read_request(&mut stream, &mut buffer).await? {
        let script = shared.next_script(request.path()).decided(&request);
        let wants_body = request.method != "HEAD";
        let closes = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        shared.record(request);
        let stays = act(&mut stream, &script, wants_body).await?;
        if closes || !stays {
            break;
        }
    }
    stream.shutdown().await
}

/// Does what the script says, and returns whether the connection can take another request.
async fn act(stream: &mut (impl AsyncWrite + Unpin), script: &Script, wants_body: bool) -> io::Result<bool> {
    sleep(script.delay).await;
    let answer = &script.answer;
    let length = answer.body.length();
    match script.act {
        Act::Answer => {
            stream.write_all(&head(answer, length)).await?;
            if wants_body {
                send_body(stream, &answer.body).await?;
            }
            stream.flush().await?;
            Ok(true)
        }
        Act::Drip { every } => {
            stream.write_all(&head(answer, length)).await?;
            for index in 0..length {
                stream.write_all(&[byte_at(&answer.body, index)]).await?;
                stream.flush().await?;
                sleep(every).await;
            }
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
    let has_body = !matches!(answer.status, 100..=199 | 204 | 304);
    if has_body {
        head.extend_from_slice(format!("content-length: {length}\r\n").as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

async fn send_body(stream: &mut (impl AsyncWrite + Unpin), body: &Body) -> io::Result<()> {
    match body {
        Body::Given(bytes) => stream.write_all(bytes).await,
        Body::Repeated { byte, length } => {
            let piece = vec![*byte; PIECE];
            let mut left = *length;
            while left > 0 {
                let size = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
                stream.write_all(&piece[..size]).await?;
                left -= size as u64;
            }
            Ok(())
        }
    }
}

fn byte_at(body: &Body, index: u64) -> u8 {
    match body {
        Body::Given(bytes) => {
            usize::try_from(index).ok().and_then(|index| bytes.get(index)).copied().unwrap_or_default()
        }
        Body::Repeated { byte, .. } => *byte,
    }
}
