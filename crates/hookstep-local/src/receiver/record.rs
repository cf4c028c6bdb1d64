//! What a receiver has been told and has got.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use tokio::sync::watch;

use super::connections::Connections;
use super::options::LargeBodies;
use super::script::Script;

/// Requests kept; older ones are forgotten.
const KEPT: usize = 1000;

/// One request as it came over the wire.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    /// The method, as written.
    pub method: String,
    /// The path with its query, as written.
    pub target: String,
    /// The headers in the order they came, names as written, values as bytes. Over HTTP/2 `:authority` and `:scheme` are among them.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, whole; empty where it is [`ReceivedRequest::stored`].
    pub body: Bytes,
    /// A large body that was not kept in memory.
    pub stored: Option<StoredBody>,
    /// When the last byte had come.
    pub received_at: SystemTime,
    /// The head as it came, with the empty line at its end; empty over HTTP/2.
    pub head: Bytes,
    /// How it came.
    pub version: Version,
    /// On which connection: the first is 1.
    pub connection: u64,
    /// The port from which that was made: it tells which process is at its other end.
    pub client_port: u16,
    /// The certificate (DER) that the client showed, if it was asked for one and showed one.
    pub client_certificate: Option<Bytes>,
}

/// A version of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
}

/// A body that was not kept in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBody {
    /// The file that holds it, if one does.
    pub path: Option<PathBuf>,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

impl ReceivedRequest {
    /// The target without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The first header of this name, in any case, as text; what is not UTF-8 in it is replaced.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let (_, value) = self.headers.iter().find(|(written, _)| written.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// The body as text; what is not UTF-8 in it is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Shared between the receiver and its connections.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) large_bodies: LargeBodies,
    pub(super) connections: Connections,
    scripts: Mutex<HashMap<String, VecDeque<Script>>>,
    received: Mutex<VecDeque<ReceivedRequest>>,
    /// How many requests have come since the start.
    count: watch::Sender<u64>,
}

impl Shared {
    pub(super) fn new(large_bodies: LargeBodies) -> Self {
        Self {
            large_bodies,
            connections: Connections::default(),
            scripts: Mutex::default(),
            received: Mutex::default(),
            count: watch::Sender::default(),
        }
    }

    pub(super) fn set_scripts(&self, path: &str, scripts: VecDeque<Script>) {
        lock(&self.scripts).insert(path.to_owned(), scripts);
    }

    /// What to do with the next request to this path.
    pub(super) fn next_script(&self, path: &str) -> Script {
        let mut scripts = lock(&self.scripts);
        let Some(queue) = scripts.get_mut(path) else { return Script::default() };
        if queue.len() > 1 { queue.pop_front() } else { queue.front().cloned() }.unwrap_or_default()
    }

    pub(super) fn record(&self, request: ReceivedRequest) {
        let mut received = lock(&self.received);
        if received.len() == KEPT {
            received.pop_front();
        }
        received.push_back(request);
        // Under the lock, so that the count and the list agree.
        self.count.send_modify(|count| *count += 1);
    }

    pub(super) fn requests(&self) -> Vec<ReceivedRequest> {
        lock(&self.received).iter().cloned().collect()
    }

    /// The oldest request kept of those after the first `seen`, and its number.
    pub(super) fn first_after(&self, seen: u64) -> Option<(u64, ReceivedRequest)> {
        let received = lock(&self.received);
        let forgotten = *self.count.borrow() - received.len() as u64;
        let index = usize::try_from(seen.saturating_sub(forgotten)).ok()?;
        let request = received.get(index)?;
        Some((seen.max(forgotten) + 1, request.clone()))
    }

    pub(super) fn arrivals(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }
}

/// The data is whole between two statements, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
