//! HTTP exchanges with receivers, from the name's resolution to the last byte of the answer.
//!
//! | file | what |
//! | --- | --- |
//! | `exchange.rs` | one exchange, from phase to phase |
//! | `target.rs` | the key of its connections, the head of its request |
//! | `resolve.rs`, `dial.rs` | from the name to a connection; what is dialled was checked |
//! | `tls.rs`, `identity.rs` | handshakes, client certificates |
//! | `connection.rs`, `wire.rs` | HTTP/1.1 or HTTP/2 on a connection |
//! | `pool.rs`, `gate.rs` | connections that are kept, and how a dead one is told before it costs a request |
//! | `body.rs` | what is sent |
//! | `read.rs`, `decode.rs` | what comes back, bounded |
//! | `deadline.rs`, `obstacle.rs` | time, and what went wrong |
//!
//! Redirects are not followed, no proxy is taken from the environment, no cookies are kept, no protocol is changed on the way. Why this is not left to
//! a client library: docs/adr/0017.

mod body;
mod connection;
mod deadline;
mod decode;
mod dial;
mod exchange;
mod gate;
mod identity;
mod obstacle;
mod pool;
mod read;
mod resolve;
mod target;
mod tls;
mod wire;

use std::sync::Arc;

use hookstep_core::address::Reachable;
use hookstep_core::ports::{Clock, Exchange, OutboundRequest, PayloadError, Sender};
use jiff::Timestamp;
use rustls::RootCertStore;

pub use identity::check_identity;
pub use resolve::{Resolve, Resolving, SystemResolver};

/// Sends requests over HTTP. Clones share their connections.
#[derive(Clone)]
pub struct HttpSender<C> {
    shared: Arc<Shared>,
    clock: C,
}

struct Shared {
    reachable: Reachable,
    resolver: Box<dyn Resolve>,
    tls: tls::Tls,
    pool: pool::Pool,
}

/// There can be no sender.
#[derive(Debug, thiserror::Error)]
pub enum NoSender {
    /// Nobody could be trusted.
    #[error("no certificate authority could be loaded from the system")]
    Authorities,
    /// TLS can't be set up.
    #[error("TLS can't be set up")]
    Tls(#[source] rustls::Error),
}

impl<C: Clock> HttpSender<C> {
    /// A sender that goes where it may, and trusts the authorities that the system trusts.
    pub fn new(reachable: Reachable, clock: C) -> Result<Self, NoSender> {
        Self::with(reachable, clock, SystemResolver, tls::system_authorities().ok_or(NoSender::Authorities)?)
    }

    /// The same with another resolver and other authorities.
    pub fn with(
        reachable: Reachable,
        clock: C,
        resolver: impl Resolve + 'static,
        authorities: RootCertStore,
    ) -> Result<Self, NoSender> {
        let tls = tls::Tls::new(authorities).map_err(NoSender::Tls)?;
        let shared = Shared { reachable, resolver: Box::new(resolver), tls, pool: pool::Pool::default() };
        Ok(Self { shared: Arc::new(shared), clock })
    }
}

fn milliseconds(from: Timestamp, to: Timestamp) -> u64 {
    // A clock that was set back measures nothing.
    u64::try_from(to.duration_since(from).as_millis()).unwrap_or(0)
}

impl<C: Clock> Sender for HttpSender<C> {
    async fn send(&self, request: OutboundRequest) -> Result<Exchange, PayloadError> {
        let started_at = self.clock.now();
        let answer = self.exchange(request).await?;
        Ok(Exchange {
            started_at,
            duration_ms: milliseconds(started_at, self.clock.now()),
            first_byte_ms: answer.first_byte_at.map(|at| milliseconds(started_at, at)),
            response: answer.received,
            error: answer.error,
        })
    }
}
