//! A TCP stream that can be told to let one byte out and no more.
//!
//! Nobody can act on a request of which one byte has come (over TLS not even that: a record opens whole or not at all). So while the gate is shut, a connection that proves
//! dead has not cost a request, and it may be sent again.

use std::io::{self, IoSlice, Read as _};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use hookstep_core::attempt::AttemptError;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::obstacle::tls_failure;

/// What may be written.
#[derive(Debug)]
enum Gate {
    /// Everything.
    Open,
    /// The next byte.
    OneByte,
    /// Nothing, until it is opened.
    Shut(Option<Waker>),
}

/// A connection's socket, as seen from outside of the task that drives the connection.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    gate: Mutex<Gate>,
    shut: Notify,
    tls_failure: OnceLock<AttemptError>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Arc<Self> {
        Arc::new(Self { stream, gate: Mutex::new(Gate::Open), shut: Notify::new(), tls_failure: OnceLock::new() })
    }

    /// Lets the next byte out and then no more.
    pub(super) fn hold(&self) {
        *self.gate() = Gate::OneByte;
    }

    /// Waits until that byte is out.
    pub(super) async fn held(&self) {
        self.shut.notified().await;
    }

    /// Lets everything out again.
    pub(super) fn release(&self) {
        if let Gate::Shut(Some(waker)) = std::mem::replace(&mut *self.gate(), Gate::Open) {
            waker.wake();
        }
    }

    /// Whether the peer has neither closed the connection nor sent anything that nobody asked for.
    pub(super) fn is_quiet(&self) -> bool {
        let peeked = SockRef::from(&self.stream).peek(&mut [MaybeUninit::uninit()]);
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Takes what has come from the peer, also where the runtime has not noticed it yet.
    pub(super) fn receive(&self, bytes: &mut [u8]) -> io::Result<usize> {
        (&*SockRef::from(&self.stream)).read(bytes)
    }

    /// What TLS found wrong, if it did. It is told beside the exchange, because HTTP/2 hands on no more of an error than a line of text.
    pub(super) fn tls_failure(&self) -> Option<AttemptError> {
        self.tls_failure.get().cloned()
    }

    /// Looks whether this error of reading is one of TLS.
    pub(super) fn has_failed(&self, error: &io::Error) {
        if let Some(failure) = tls_failure(error) {
            // The first one is what happened.
            let _ = self.tls_failure.set(failure);
        }
    }

    /// Ends the connection in both directions.
    pub(super) fn close(&self) {
        // One that has ended already is as good.
        let _ = SockRef::from(&self.stream).shutdown(Shutdown::Both);
    }

    /// A statement with the lock leaves the gate whole, so a panic elsewhere does not spoil it.
    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll_write_with(
        &self,
        context: &mut Context<'_>,
        length: usize,
        write: impl Fn(&TcpStream, usize) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let mut gate = self.gate();
        let allowed = match &mut *gate {
            Gate::Open => length,
            Gate::OneByte => length.min(1),
            Gate::Shut(waker) => {
                *waker = Some(context.waker().clone());
                return Poll::Pending;
            }
        };
        loop {
            ready!(self.stream.poll_write_ready(context))?;
            match write(&self.stream, allowed) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(1..) if matches!(*gate, Gate::OneByte) => {
                    *gate = Gate::Shut(None);
                    self.shut.notify_one();
                    return Poll::Ready(Ok(1));
                }
                written => return Poll::Ready(written),
            }
        }
    }
}

/// The stream, for the task that drives the connection.
#[derive(Debug)]
pub(super) struct Gated(pub(super) Arc<Socket>);

impl AsyncRead for Gated {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = &self.0.stream;
        loop {
            ready!(stream.poll_read_ready(context))?;
            match stream.try_read_buf(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read.map(drop)),
            }
        }
    }
}

impl AsyncWrite for Gated {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.poll_write_with(context, bytes.len(), |stream, allowed| stream.try_write(&bytes[..allowed]))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = slices.iter().map(|slice| slice.len()).sum();
        self.0.poll_write_with(context, length, |stream, allowed| {
            if allowed == length {
                return stream.try_write_vectored(slices);
            }
            let first = slices.iter().find(|slice| !slice.is_empty());
            first.map_or(Ok(0), |slice| stream.try_write(&slice[..allowed]))
        })
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(SockRef::from(&self.0.stream).shutdown(Shutdown::Write))
    }
}
