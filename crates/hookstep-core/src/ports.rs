//! What the rules need from the world, a trait per capability: a step receives just what its IAM policy allows.
//!
//! `hookstep-aws` implements each in a file of the same subject.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use jiff::Timestamp;

use crate::attempt::{Attempt, AttemptError};
use crate::auth::ConnectionArn;
use crate::event::{Event, EventKey, EventRow, EventStatus};
use crate::grant::{ConnectionCredentials, Pairs};
use crate::history::Entry;
use crate::ids::{ConfigId, EventId, PayloadId, TenantId};
use crate::payload::StoredPayload;
use crate::secret::{Owner, Sealed, Secrets};
use crate::token::{Token, TokenRequest};
use crate::verdict::Verdict;
use crate::webhook::{Machine, Method, Status, Webhook, WebhookUrl};

/// An error of an adapter, kept whole for the log at the edge.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// The time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Lets time pass, where a rule has to look again later.
    fn pause(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// Randomness.
pub trait Entropy: Send + Sync {
    /// 128 random bits.
    fn random(&self) -> u128;
}

/// A table can't be read or written just now, or holds something that Hookstep did not write.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Worth a retry.
    #[error("the {table} table is unavailable")]
    Unavailable {
        /// Which table.
        table: &'static str,
        /// What the SDK said.
        #[source]
        source: Source,
    },
    /// Not worth one.
    #[error("an item of the {table} table is not readable: {what}")]
    Corrupt {
        /// Which table.
        table: &'static str,
        /// The attribute at fault.
        what: String,
    },
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<C>,
}

/// Reads one webhook.
pub trait WebhookReader: Send + Sync {
    /// The webhook as it is now, if the tenant has one of that id.
    fn webhook(
        &self,
        tenant: &TenantId,
        id: &ConfigId,
    ) -> impl Future<Output = Result<Option<Webhook>, StoreError>> + Send;
}

/// Which webhooks a list is of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookQuery {
    /// Those that listen to this event name.
    pub event_name: Option<String>,
    /// Those in this status.
    pub status: Option<Status>,
    /// Those after the one of this id.
    pub after: Option<ConfigId>,
    /// At most so many.
    pub limit: usize,
}

/// What became of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It was done.
    Done,
    /// The webhook has another version by now, or is gone.
    Outdated,
}

/// Lists and changes webhooks. Each change is written together with its entry in the webhook's history, or not at all.
pub trait WebhookStore: WebhookReader {
    /// Stores a new webhook.
    fn create(&self, webhook: &Webhook, entry: &Entry) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// Stores a webhook in place of its version `expected`.
    fn replace(
        &self,
        webhook: &Webhook,
        expected: u64,
        entry: &Entry,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;
    /// Removes a webhook of version `expected`.
    fn delete(
        &self,
        owner: &Owner,
        expected: u64,
        entry: &Entry,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;
    /// The tenant's webhooks, oldest first. A page may hold fewer than `limit` and still have a next one.
    fn list(
        &self,
        tenant: &TenantId,
        query: &WebhookQuery,
    ) -> impl Future<Output = Result<Page<Webhook, ConfigId>, StoreError>> + Send;
}

/// Reads what was done to a webhook.
pub trait HistoryReader: Send + Sync {
    /// Entries that have not expired at `now`, newest first, before version `before`. Those of a deleted webhook stay.
    fn history(
        &self,
        owner: &Owner,
        before: Option<u64>,
        limit: usize,
        now: Timestamp,
    ) -> impl Future<Output = Result<Page<Entry, u64>, StoreError>> + Send;
}

/// Secrets can't be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// Worth a retry.
    #[error("the key service is unavailable")]
    Unavailable(#[source] Source),
    /// Not worth one: the key is gone or disabled, access to it is not granted, or the text was tampered with.
    #[error("the secrets can't be opened")]
    Unreadable(#[source] Source),
}

/// Opens sealed secrets.
pub trait SecretOpener: Send + Sync {
    /// The secrets in the clear. Those sealed for another owner do not open.
    fn open(&self, owner: &Owner, sealed: &Sealed) -> impl Future<Output = Result<Secrets, SecretsError>> + Send;
}

/// Seals secrets.
pub trait SecretSealer: SecretOpener {
    /// The secrets, readable for the owner's deliveries only.
    fn seal(&self, owner: &Owner, secrets: &Secrets) -> impl Future<Output = Result<Sealed, SecretsError>> + Send;
}

/// A connection's credentials can't be had.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// Worth a retry.
    #[error("the service that keeps the connection is unavailable")]
    Unavailable(#[source] Source),
    /// Not worth one; what to change. Never a secret.
    #[error("{0}")]
    Unusable(String),
}

/// Reads the credentials of `EventBridge` connections.
pub trait ConnectionReader: Send + Sync {
    /// What is in the connection's secret.
    fn credentials(
        &self,
        secret_arn: &str,
    ) -> impl Future<Output = Result<ConnectionCredentials, ConnectionError>> + Send;
}

/// Finds `EventBridge` connections.
pub trait ConnectionFinder: Send + Sync {
    /// The ARN of the connection's secret.
    fn secret_arn(&self, arn: &ConnectionArn) -> impl Future<Output = Result<String, ConnectionError>> + Send;
}

/// Gets access tokens, and keeps them while they are good.
pub trait Tokens: Send + Sync {
    /// A token, from before or by an exchange that takes no longer than `patience`.
    fn token(
        &self,
        owner: &Owner,
        request: &TokenRequest,
        patience: Duration,
    ) -> impl Future<Output = Result<Token, AttemptError>> + Send;
    /// A token by an exchange of its own, whatever is kept from before.
    fn fresh(
        &self,
        owner: &Owner,
        request: &TokenRequest,
        patience: Duration,
    ) -> impl Future<Output = Result<Token, AttemptError>> + Send;
    /// Drops a token that the receiver refused; one that was fetched since stays.
    fn forget(&self, owner: &Owner, request: &TokenRequest, token: &Token) -> impl Future<Output = ()> + Send;
}

/// Reads one event's row.
pub trait EventReader: Send + Sync {
    /// The row, if there is one that has not expired.
    fn event(&self, key: &EventKey) -> impl Future<Output = Result<Option<EventRow>, StoreError>> + Send;
}

/// Which events a list is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// Whose.
    pub tenant: TenantId,
    /// Of one webhook, or of all.
    pub config_id: Option<ConfigId>,
    /// In one status, or in any.
    pub status: Option<EventStatus>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Not after this moment.
    pub to: Option<Timestamp>,
    /// Only events older than this one.
    pub before: Option<EventId>,
    /// At most so many.
    pub limit: usize,
}

/// Lists events, newest first.
pub trait EventLister: Send + Sync {
    /// One page. A page may hold fewer than `limit` and still have a next one.
    fn events(&self, query: &EventQuery) -> impl Future<Output = Result<Page<EventRow, EventId>, StoreError>> + Send;
}

/// What became of an attempt to conclude an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// The row was written.
    Recorded,
    /// The row has been final before, or belongs to another execution: it stays as it is.
    AlreadyFinal,
}

/// Writes what became of events.
pub trait OutcomeRecorder: Send + Sync {
    /// Adds the attempt and the verdict to the row that `execution` owns.
    fn conclude(
        &self,
        key: &EventKey,
        execution: &str,
        attempt: &Attempt,
        verdict: &Verdict,
        now: Timestamp,
    ) -> impl Future<Output = Result<Conclusion, StoreError>> + Send;

    /// Writes the verdict on an event that never came to an attempt, making its row where there is none yet.
    fn conclude_without_attempt(
        &self,
        event: &Event,
        execution: &str,
        verdict: &Verdict,
        now: Timestamp,
    ) -> impl Future<Output = Result<Conclusion, StoreError>> + Send;
}

/// Remembers idempotency keys.
pub trait IdempotencyKeys: Send + Sync {
    /// The event id that belongs to the key: `candidate` for the first caller, the first caller's for every later one.
    fn claim(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        key: &str,
        candidate: &EventId,
        now: Timestamp,
    ) -> impl Future<Output = Result<EventId, StoreError>> + Send;
}

/// The payload bucket can't serve.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// Worth a retry.
    #[error("the payload bucket is unavailable")]
    Unavailable(#[source] Source),
    /// It broke off in the middle of the object.
    #[error("the payload bucket broke off: {0}")]
    Interrupted(String),
    /// There is no such object.
    #[error("the payload object does not exist")]
    Missing,
    /// The object's entity tag or length is not the expected one.
    #[error("the payload object is not the one that the event names")]
    Altered,
}

/// Stores payloads by claim check.
pub trait PayloadWriter: Send + Sync {
    /// Stores the payload of an event under a name that no other call uses.
    fn store(
        &self,
        key: &EventKey,
        unique: &str,
        bytes: Bytes,
    ) -> impl Future<Output = Result<StoredPayload, PayloadError>> + Send;
}

/// A place to upload one payload to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadSlot {
    /// The URL to send one `PUT` to.
    pub url: String,
    /// Headers that the `PUT` has to carry.
    pub headers: Vec<(String, String)>,
    /// When the URL stops working.
    pub expires_at: Timestamp,
}

/// Uploads that callers make themselves, past the limits of API Gateway.
pub trait Uploads: Send + Sync {
    /// Opens a place to upload to.
    fn open(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        id: &PayloadId,
        now: Timestamp,
    ) -> impl Future<Output = Result<UploadSlot, PayloadError>> + Send;

    /// What was uploaded, pinned by its entity tag.
    fn uploaded(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        id: &PayloadId,
    ) -> impl Future<Output = Result<StoredPayload, PayloadError>> + Send;
}

/// The bytes of a stored payload, as they come.
pub type PayloadStream = Pin<Box<dyn Stream<Item = Result<Bytes, Source>> + Send + Sync>>;

/// Reads claim-checked payloads.
pub trait PayloadReader: Send + Sync {
    /// Opens the very object that the event names.
    fn open(&self, payload: &StoredPayload) -> impl Future<Output = Result<PayloadStream, PayloadError>> + Send;
}

/// Keeps response bodies that are too large for a row.
pub trait ResponseWriter: Send + Sync {
    /// Stores one and returns its object key.
    fn store_response(
        &self,
        key: &EventKey,
        attempt_number: u32,
        body: Bytes,
    ) -> impl Future<Output = Result<String, PayloadError>> + Send;
}

/// Reads what is kept of an event beside its row: its response bodies and its payload.
pub trait ObjectReader: Send + Sync {
    /// The whole object; for bounded ones.
    fn read(&self, key: &str) -> impl Future<Output = Result<Bytes, PayloadError>> + Send;
}

/// How a synchronous leg ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegEnd {
    /// The machine came to its end; the row says what happened.
    Finished,
    /// The machine failed, even in handling its exception.
    Broken {
        /// The error name.
        error: String,
    },
    /// Time was up; the machine goes on.
    StillRunning,
}

/// The workflow service can't start a leg.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    /// Worth a retry by the caller.
    #[error("the workflow service is throttled or unavailable")]
    Unavailable(#[source] Source),
}

/// Starts legs.
pub trait Workflow: Send + Sync {
    /// Starts one and returns once it is accepted.
    fn start(
        &self,
        machine: Machine,
        event: &Event,
        leg_name: &str,
    ) -> impl Future<Output = Result<(), WorkflowError>> + Send;
    /// Runs one on the EXPRESS machine and waits for its end, at most for `patience`.
    fn run(
        &self,
        event: &Event,
        leg_name: &str,
        patience: Duration,
    ) -> impl Future<Output = Result<LegEnd, WorkflowError>> + Send;
}

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

/// What on-call engineers are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Which event.
    pub key: EventKey,
    /// The execution in which it happened.
    pub execution: String,
    /// The error name, as Step Functions gives it.
    pub error: String,
    /// The verdict that the row shows.
    pub verdict: Verdict,
}

/// Tells on-call engineers.
pub trait Alerts: Send + Sync {
    /// Raises an alert.
    fn raise(&self, alert: &Alert) -> impl Future<Output = Result<(), Source>> + Send;
}
