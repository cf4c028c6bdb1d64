//! How many connections there are, and the end of those that nobody uses.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::sync::watch;

/// All connections of a receiver.
#[derive(Debug, Default)]
pub(super) struct Connections {
    made: AtomicU64,
    open: watch::Sender<usize>,
    idle: watch::Sender<usize>,
    /// Changes when idle connections are to close.
    closing: watch::Sender<u64>,
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Peer {
    /// The connection's number; the first is 1.
    pub(super) connection: u64,
    /// Its port.
    pub(super) client_port: u16,
    /// The certificate that the client showed.
    pub(super) certificate: Option<Bytes>,
}

impl Connections {
    pub(super) fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    pub(super) fn open(&self) -> usize {
        *self.open.borrow()
    }

    /// Counts a new connection, until the guard is dropped.
    pub(super) fn begin(&self, client_port: u16, certificate: Option<Bytes>) -> (Peer, Counted<'_>) {
        let connection = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        (Peer { connection, client_port, certificate }, Counted::new(&self.open))
    }

    /// Counts a connection as idle until the guard is dropped. It is to close when the second of the two changes.
    pub(super) fn idle(&self) -> (Counted<'_>, watch::Receiver<u64>) {
        // Subscribed before it is counted, so that nobody waits for one that does not listen.
        let closing = self.closing.subscribe();
        (Counted::new(&self.idle), closing)
    }

    /// Closes those that are idle now, and waits until there is none.
    pub(super) async fn close_idle(&self) {
        let mut idle = self.idle.subscribe();
        self.closing.send_modify(|times| *times += 1);
        // The sender is in `self`.
        let _ = idle.wait_for(|count| *count == 0).await;
    }
}

/// One of those that are counted.
pub(super) struct Counted<'a> {
    count: &'a watch::Sender<usize>,
}

impl<'a> Counted<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self { count }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.count.send_modify(|count| *count -= 1);
    }
}
