//! The bytes of a connection, in the clear or over TLS.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::client::TlsStream;

use super::gate::Gated;

/// What HTTP is spoken on.
pub(super) enum Wire {
    Clear(Gated),
    Secure(Box<TlsStream<Gated>>),
}

impl Wire {
    /// Whether the handshake agreed on HTTP/2.
    pub(super) fn is_http2(&self) -> bool {
        match self {
            Self::Clear(_) => false,
            Self::Secure(stream) => stream.get_ref().1.alpn_protocol() == Some(b"h2"),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Secure(stream) => {
                let read = ready!(Pin::new(&mut *stream).poll_read(context, buffer));
                if let Err(error) = &read {
                    stream.get_ref().0.0.has_failed(error);
                }
                Poll::Ready(read)
            }
        }
    }
}

/// Reads what the peer said before it closed the connection. Over TLS 1.3 it may refuse the client's certificate while a request is
/// being written: the write fails, and the reason is there to be read. What else there is stays for whoever reads on.
fn hear(stream: &mut TlsStream<Gated>) {
    let (socket, session) = stream.get_mut();
    let mut bytes = [0; 4_096];
    let Ok(count) = socket.0.receive(&mut bytes) else { return };
    let mut heard = &bytes[..count];
    while !heard.is_empty() && session.read_tls(&mut heard).is_ok_and(|count| count > 0) {
        if let Err(error) = session.process_new_packets() {
            socket.0.has_failed(&io::Error::new(io::ErrorKind::InvalidData, error));
            return;
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Secure(stream) => {
                let written = ready!(Pin::new(&mut **stream).poll_write(context, bytes));
                if written.is_err() {
                    hear(stream);
                }
                Poll::Ready(written)
            }
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            Self::Secure(stream) => {
                let written = ready!(Pin::new(&mut **stream).poll_write_vectored(context, slices));
                if written.is_err() {
                    hear(stream);
                }
                Poll::Ready(written)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Clear(stream) => stream.is_write_vectored(),
            Self::Secure(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_flush(context),
            Self::Secure(stream) => {
                let written = ready!(Pin::new(&mut **stream).poll_flush(context));
                if written.is_err() {
                    hear(stream);
                }
                Poll::Ready(written)
            }
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Clear(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Secure(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
