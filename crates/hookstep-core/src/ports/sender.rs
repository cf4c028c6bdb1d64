//! HTTP exchanges.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::{PayloadError, PayloadStream};
use crate::attempt::AttemptError;
use crate::grant::Pairs;
use crate::ids::TenantId;
use crate::secret::Secret;
use crate::webhook::{Method, WebhookUrl};

/// The bytes of a request.
pub enum OutboundBody {
    /// All of them.
    Bytes(Bytes),
    /// A stream of exactly `size` bytes.
    Stream {
        /// Length in bytes.
        size: u64,
        /// The bytes.
        stream: PayloadStream,
    },
}

impl OutboundBody {
    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Stream { size, .. } => *size == 0,
        }
    }
}

/// A client certificate with its key (mutual TLS).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientIdentity {
    /// The certificate and those that lead to its root, PEM.
    pub certificate: Secret,
    /// The private key, PEM.
    pub private_key: Secret,
}

/// One request, complete but for what HTTP itself adds.
pub struct OutboundRequest {
    /// Where to.
    pub url: WebhookUrl,
    /// How.
    pub method: Method,
    /// Headers.
    pub headers: Pairs,
    /// The body.
    pub body: OutboundBody,
    /// Shown to a receiver that asks for a client certificate.
    pub identity: Option<ClientIdentity>,
    /// Whose connections it may use, and leave one to: what is left over on a connection is read with the next request. Nobody's
    /// where there is none.
    pub connections_of: Option<TenantId>,
    /// How long the exchange may take, to the last byte of the answer.
    pub timeout: Duration,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// After how long the answer began, in milliseconds, if one did.
    pub first_byte_ms: Option<u64>,
    /// The answer as far as it came, its body cut at what is kept at all.
    pub response: Option<Received>,
    /// What kept it from completing, if something did.
    pub error: Option<AttemptError>,
}

/// An answer as read from the wire, bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// HTTP status.
    pub status_code: u16,
    /// Headers, bounded.
    pub headers: Vec<(String, String)>,
    /// Body, bounded.
    pub body: Bytes,
    /// Something was cut.
    pub truncated: bool,
}

/// Sends requests to receivers. Whatever a receiver does is a value; an error means that our own payload broke off.
pub trait Sender: Send + Sync {
    /// Makes one exchange.
    fn send(&self, request: OutboundRequest) -> impl Future<Output = Result<Exchange, PayloadError>> + Send;
}
