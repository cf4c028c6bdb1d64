//! A webhook receiver on 127.0.0.1 that records what it gets and behaves as told, or misbehaves.
//!
//! It speaks HTTP/1.1 on plain sockets: a server library would not send half an answer. HTTP/2, whose frames nobody wants to write by
//! hand, is there for those who ask for it.

mod connections;
mod hold;
mod http2;
mod options;
mod record;
mod script;
mod serve;
mod store;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

pub use hold::Hold;
pub use options::{LARGE_BODY, LargeBodies, ReceiverOptions};
pub use record::{ReceivedRequest, StoredBody, Version};
pub use script::Script;

use crate::tls::TlsIdentity;
use record::Shared;

/// A running receiver. It ends when it is dropped, and its open connections with it.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    scheme: &'static str,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Receiver {
    /// Starts a receiver of plain HTTP on a free port. It answers 200 to everything until told otherwise by [`Receiver::on`].
    pub async fn start() -> Result<Self> {
        Self::start_with(ReceiverOptions::new()).await
    }

    /// As [`Receiver::start`], on this port.
    pub async fn start_on(port: u16) -> Result<Self> {
        Self::start_with(ReceiverOptions::new().port(port)).await
    }

    /// As [`Receiver::start`], with TLS.
    pub async fn start_tls(identity: TlsIdentity) -> Result<Self> {
        Self::start_with(ReceiverOptions::new().tls(identity)).await
    }

    /// As [`Receiver::start`], with these options.
    pub async fn start_with(options: ReceiverOptions) -> Result<Self> {
        let ReceiverOptions { port, tls, http2, clients, large_bodies } = options;
        let tls = match tls {
            Some(identity) => Some(TlsAcceptor::from(identity.into_server_config(http2, &clients)?)),
            None => None,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .with_context(|| format!("the receiver cannot listen on port {port} of 127.0.0.1"))?;
        let address = listener.local_addr()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let shared = Arc::new(Shared::new(large_bodies));
        let accepting = tokio::spawn(serve::accept(listener, tls, Arc::clone(&shared)));
        Ok(Self { address, scheme, shared, accepting })
    }

    /// The URL of a path here, by IP address. The path starts with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on, requests to this path get this.
    pub fn on(&self, path: &str, script: Script) {
        self.on_each(path, [script]);
    }

    /// The next requests to this path get these in turn, and later ones the last.
    pub fn on_each(&self, path: &str, scripts: impl IntoIterator<Item = Script>) {
        self.shared.set_scripts(path, scripts.into_iter().collect());
    }

    /// Everything received so far, in order of arrival. Of many requests only the last thousand are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.requests()
    }

    /// What this path has received so far.
    #[must_use]
    pub fn requests_to(&self, path: &str) -> Vec<ReceivedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.path() == path);
        requests
    }

    /// Waits until this path has received at least `count` requests, whole with their bodies, and returns all it has received.
    pub async fn wait_for(&self, path: &str, count: usize, within: Duration) -> Result<Vec<ReceivedRequest>> {
        let mut arrivals = self.shared.arrivals();
        let enough = async {
            loop {
                let requests = self.requests_to(path);
                if requests.len() >= count || arrivals.changed().await.is_err() {
                    return requests;
                }
            }
        };
        match timeout(within, enough).await {
            Ok(requests) => Ok(requests),
            Err(_) => bail!(
                "{path} has received {} of {count} requests after {} s",
                self.requests_to(path).len(),
                within.as_secs_f32()
            ),
        }
    }

    /// Waits for the next request to any path beyond the first `seen` ones, and returns it.
    pub async fn next_after(&self, seen: u64) -> Option<(u64, ReceivedRequest)> {
        let mut arrivals = self.shared.arrivals();
        loop {
            if let Some(found) = self.shared.first_after(seen) {
                return Some(found);
            }
            arrivals.changed().await.ok()?;
        }
    }

    /// How many connections have been made so far. One whose TLS handshake failed does not count.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.made()
    }

    /// How many connections are open now.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.shared.connections.open()
    }

    /// Closes the connections on which no request is under way, as servers do after a while, and returns when they are closed.
    pub async fn close_idle(&self) {
        self.shared.connections.close_idle().await;
    }

    /// Stops accepting, drops the open connections and waits until both are done.
    pub async fn stop(mut self) {
        self.accepting.abort();
        // The only possible result is the cancellation asked for.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
