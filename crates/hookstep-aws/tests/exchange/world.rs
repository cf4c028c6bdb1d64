//! A sender whose clock and names are the test's.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use hookstep_aws::sender::{HttpSender, Resolve, Resolving};
use hookstep_core::address::Reachable;
use hookstep_core::attempt::Obstacle;
use hookstep_core::ports::{Clock, Exchange, OutboundBody, OutboundRequest, PayloadError, Received, Sender as _};
use hookstep_core::secret::Secret;
use hookstep_core::webhook::{Method, WebhookUrl};
use hookstep_local::tls::Authority;
use jiff::{SignedDuration, Timestamp};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Longer than anything here takes that goes well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A clock that is moved by hand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hand(Arc<AtomicI64>);

impl Hand {
    pub(crate) fn moves(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(self.0.load(Ordering::SeqCst))
    }

    async fn pause(&self, _: Duration) {}
}

/// Names whose addresses the test says: one list after the other, the last one again and again. A name that it has not heard of never
/// comes to an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    lists: Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>,
    asked: Arc<AtomicUsize>,
}

impl Names {
    pub(crate) fn set(&self, name: &str, lists: &[&[&str]]) {
        let parse = |list: &&[&str]| list.iter().map(|address| address.parse().expect("an address")).collect();
        self.lists.lock().expect("no panic").insert(name.to_owned(), lists.iter().map(parse).collect());
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolve for Names {
    fn resolve(&self, host: &str) -> Resolving {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut lists = self.lists.lock().expect("no panic");
        let Some(lists) = lists.get_mut(host) else { return Box::pin(std::future::pending()) };
        let list = if lists.len() > 1 { lists.remove(0) } else { lists.first().cloned().unwrap_or_default() };
        Box::pin(async { if list.is_empty() { Err(io::Error::other("no such name")) } else { Ok(list) } })
    }
}

/// A sender and what it is made of.
pub(crate) struct World {
    pub(crate) sender: HttpSender<Hand>,
    pub(crate) clock: Hand,
    pub(crate) names: Names,
}

impl World {
    /// It reaches 127.0.0.1 and nothing else here, at any port.
    pub(crate) fn new() -> Self {
        Self::that_trusts(RootCertStore::empty())
    }

    pub(crate) fn that_trusts(roots: RootCertStore) -> Self {
        let reachable = Reachable::new("127.0.0.1".parse().unwrap(), "1-65535".parse().unwrap());
        Self::that_reaches(reachable, roots)
    }

    pub(crate) fn that_reaches(reachable: Reachable, roots: RootCertStore) -> Self {
        let (clock, names) = (Hand::default(), Names::default());
        let sender = HttpSender::with(reachable, clock.clone(), names.clone(), roots).expect("a sender");
        Self { sender, clock, names }
    }

    pub(crate) async fn send(&self, request: OutboundRequest) -> Exchange {
        self.sender.send(request).await.expect("the payload does not break off")
    }

    /// Posts `{}` there.
    pub(crate) async fn post(&self, url: &str) -> Exchange {
        self.send(request(url)).await
    }

    /// The same, and it is answered 200.
    pub(crate) async fn delivers(&self, url: &str) -> Received {
        let exchange = self.post(url).await;
        assert_eq!(exchange.error, None, "{exchange:?}");
        let received = exchange.response.expect("an answer");
        assert_eq!(received.status_code, 200, "{received:?}");
        received
    }

    /// The same, and it fails like this without an answer.
    pub(crate) async fn fails(&self, request: OutboundRequest, obstacle: Obstacle) -> String {
        let exchange = self.send(request).await;
        let error = exchange.error.clone().unwrap_or_else(|| panic!("{exchange:?}"));
        assert_eq!(error.obstacle, obstacle, "{exchange:?}");
        assert_eq!((&exchange.response, exchange.first_byte_ms), (&None, None));
        error.detail
    }
}

/// A POST of `{}`.
pub(crate) fn request(url: &str) -> OutboundRequest {
    OutboundRequest {
        url: WebhookUrl::parse(url, true).unwrap_or_else(|error| panic!("{url}: {error}")),
        method: Method::Post,
        headers: vec![("content-type".to_owned(), Secret::new("application/json"))],
        body: OutboundBody::Bytes(Bytes::from_static(b"{}")),
        identity: None,
        connections_of: Some(hookstep_core::ids::TenantId::single()),
        timeout: PATIENCE,
    }
}

/// The same with less time.
pub(crate) fn request_within(url: &str, milliseconds: u64) -> OutboundRequest {
    OutboundRequest { timeout: Duration::from_millis(milliseconds), ..request(url) }
}

/// The same with a body that streams.
pub(crate) fn streamed(url: &str, size: u64, pieces: Vec<Result<Bytes, PayloadError>>) -> OutboundRequest {
    let pieces = pieces.into_iter().map(|piece| piece.map_err(Into::into));
    let body = OutboundBody::Stream { size, stream: Box::pin(futures_util::stream::iter(pieces)) };
    OutboundRequest { body, ..request(url) }
}

/// Two authorities of these tests, each made once.
pub(crate) fn authority(name: &str) -> Authority {
    static MAKING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = MAKING.lock().expect("no panic");
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    Authority::make_or_open(&dir).expect("an authority")
}

/// Who trusts this authority and no other.
pub(crate) fn trust_in(authority: &Authority) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority.certificate_file()).expect("a certificate")).expect("it is one");
    roots
}
