//! The ports, which note what they are asked and answer as told.

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::compose::{Composer, Previewed};
use hookstep_core::deliver::{DeliverError, DeliverStep};
use hookstep_core::event::EventKey;
use hookstep_core::grant::ConnectionCredentials;
use hookstep_core::ids::TenantId;
use hookstep_core::leg::Delivery;
use hookstep_core::payload::StoredPayload;
use hookstep_core::ports::{
    ClientIdentity, Clock, ConnectionError, ConnectionReader, Exchange, OutboundBody, OutboundRequest, PayloadError,
    PayloadReader, PayloadStream, ResponseWriter, SecretOpener, SecretsError, Sender, Source, Tokens, TransformError,
    Transformation, Transformer,
};
use hookstep_core::secret::{Owner, Sealed, Secret, Secrets};
use hookstep_core::token::{Token, TokenRequest};
use hookstep_core::webhook::Method;
use jiff::{SignedDuration, Timestamp};

use crate::make::{SEALED_KEYS, START, answered, owner};

/// A request as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the body came as a stream, and how long it said it was.
    pub(crate) streamed: Option<u64>,
    pub(crate) timeout: Duration,
    pub(crate) identity: Option<ClientIdentity>,
}

impl Sent {
    /// Every value of this header.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let same = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_str()).collect()
    }
}

/// What the world does, and what it saw.
#[derive(Default)]
pub(crate) struct World {
    state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    /// Time passed since [`START`].
    pub(crate) passed: Duration,
    pub(crate) sent: Vec<Sent>,
    /// What the receiver does with the next requests; with later ones it answers 200.
    pub(crate) answers: VecDeque<Exchange>,
    /// What an exchange with the receiver takes.
    pub(crate) receiver_takes: Duration,
    pub(crate) payload: Vec<u8>,
    /// What the bucket gives instead the next times, one after the other.
    pub(crate) readings: VecDeque<Reading>,
    pub(crate) payload_error: Option<PayloadError>,
    pub(crate) opened_payloads: usize,
    pub(crate) stored: Vec<Bytes>,
    pub(crate) storing_fails: bool,
    pub(crate) secrets: Vec<(&'static str, &'static str)>,
    pub(crate) secrets_error: Option<SecretsError>,
    pub(crate) secrets_take: Duration,
    /// For whom what was opened.
    pub(crate) opened_secrets: Vec<(Owner, String)>,
    /// What Secrets Manager says, one after the other.
    pub(crate) connections: VecDeque<Result<ConnectionCredentials, ConnectionError>>,
    pub(crate) forgotten_connections: usize,
    pub(crate) read_connections: Vec<String>,
    /// What the token endpoint says, one after the other.
    pub(crate) tokens: VecDeque<Result<&'static str, Obstacle>>,
    pub(crate) token_takes: Duration,
    /// How long each exchange of a token might have taken.
    pub(crate) patience: Vec<Duration>,
    pub(crate) token_requests: Vec<TokenRequest>,
    pub(crate) forgotten: Vec<String>,
    /// Whether it sends from a static IP address.
    pub(crate) has_static_ip: bool,
    /// What the tenant's keys open to.
    pub(crate) keys: Vec<(String, Secret)>,
    /// What the transformer says, one after the other.
    pub(crate) transformations: VecDeque<Result<&'static str, TransformError>>,
    /// What it was asked.
    pub(crate) transformed: Vec<(String, Vec<u8>)>,
}

impl World {
    pub(crate) fn with(set: impl FnOnce(&mut State)) -> Self {
        let world = Self::default();
        set(&mut world.state());
        world
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panicked with it")
    }

    /// Makes the attempt.
    pub(crate) fn deliver(&self, delivery: &Delivery) -> Result<Attempt, DeliverError> {
        let composer = Composer { objects: self, clock: self, secrets: self, connections: self, transformer: self };
        let has_static_ip = self.state().has_static_ip;
        let step = DeliverStep { composer, sender: self, tokens: self, has_static_ip };
        finished(step.run(delivery))
    }

    /// Shows the request that would be sent, and sends nothing.
    pub(crate) fn preview(&self, delivery: &Delivery) -> Result<Previewed, AttemptError> {
        let composer = Composer { objects: self, clock: self, secrets: self, connections: self, transformer: self };
        let previewed = finished(composer.preview(delivery)).expect("no fault of ours");
        let state = self.state();
        assert_eq!((state.sent.len(), state.token_requests.len(), state.stored.len()), (0, 0, 0));
        previewed
    }

    /// Makes the attempt, which fails without a request. Returns why.
    pub(crate) fn refused(&self, delivery: &Delivery) -> (Obstacle, String) {
        let attempt = self.deliver(delivery).expect("no fault of ours");
        assert_eq!(self.state().sent, []);
        assert_eq!(attempt.response, None);
        let AttemptError { obstacle, detail } = attempt.error.expect("a reason");
        (obstacle, detail)
    }

    /// Makes the attempt, and returns the one request of it.
    pub(crate) fn sent(&self, delivery: &Delivery) -> Sent {
        let attempt = self.deliver(delivery).expect("no fault of ours");
        assert_eq!(attempt.error, None);
        let sent = std::mem::take(&mut self.state().sent);
        <[Sent; 1]>::try_from(sent).map(|[sent]| sent).expect("one request")
    }
}

/// Nothing here waits for anything, so that one poll is enough.
fn finished<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

fn collected(mut stream: PayloadStream) -> Vec<u8> {
    let mut context = Context::from_waker(Waker::noop());
    let mut whole = Vec::new();
    while let Poll::Ready(Some(chunk)) = stream.as_mut().poll_next(&mut context) {
        whole.extend_from_slice(&chunk.expect("a chunk"));
    }
    whole
}

/// What comes of opening a payload.
pub(crate) enum Reading {
    /// These bytes.
    Whole(Vec<u8>),
    /// These bytes, and then an error.
    Breaks(Vec<u8>),
}

/// The least that comes in one piece.
const CHUNK: usize = 7;

/// Bytes in pieces.
struct Pieces(VecDeque<Result<Bytes, Source>>);

impl Stream for Pieces {
    type Item = Result<Bytes, Source>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        START + SignedDuration::try_from(self.state().passed).expect("a short time")
    }

    async fn pause(&self, _: Duration) {
        panic!("Deliver never sleeps");
    }
}

impl Sender for World {
    async fn send(&self, request: OutboundRequest) -> Result<Exchange, PayloadError> {
        let started_at = self.now();
        let mut state = self.state();
        let (body, streamed) = match request.body {
            OutboundBody::Bytes(bytes) => (bytes.to_vec(), None),
            OutboundBody::Stream { size, stream } => (collected(stream), Some(size)),
        };
        let headers = request.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
        state.sent.push(Sent {
            method: request.method,
            url: request.url.to_string(),
            headers,
            body,
            streamed,
            timeout: request.timeout,
            identity: request.identity,
        });
        let taken = state.receiver_takes;
        state.passed += taken;
        let exchange = state.answers.pop_front().unwrap_or_else(|| answered(200, "ok"));
        let duration_ms = u64::try_from(taken.as_millis()).expect("a short time");
        Ok(Exchange { started_at, duration_ms, ..exchange })
    }
}

impl PayloadReader for World {
    async fn open(&self, _: &StoredPayload) -> Result<PayloadStream, PayloadError> {
        let mut state = self.state();
        state.opened_payloads += 1;
        if let Some(error) = state.payload_error.take() {
            return Err(error);
        }
        let (bytes, breaks) = match state.readings.pop_front() {
            None => (state.payload.clone(), false),
            Some(Reading::Whole(bytes)) => (bytes, false),
            Some(Reading::Breaks(bytes)) => (bytes, true),
        };
        let pieces = bytes.chunks(CHUNK.max(bytes.len() / 50)).map(|piece| Ok(Bytes::copy_from_slice(piece)));
        let end = breaks.then(|| Err("the bucket broke off".into()));
        Ok(Box::pin(Pieces(pieces.chain(end).collect())))
    }
}

impl ResponseWriter for World {
    async fn store_response(&self, _: &EventKey, number: u32, body: Bytes) -> Result<String, PayloadError> {
        let mut state = self.state();
        if state.storing_fails {
            return Err(PayloadError::Unavailable("no bucket".into()));
        }
        state.stored.push(body);
        Ok(format!("responses/{number}"))
    }
}

impl SecretOpener for World {
    async fn open(&self, owner: &Owner, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        let mut state = self.state();
        state.opened_secrets.push((owner.clone(), sealed.as_str().to_owned()));
        let taken = state.secrets_take;
        state.passed += taken;
        if let Some(error) = state.secrets_error.take() {
            return Err(error);
        }
        Ok(state.secrets.iter().map(|(slot, text)| ((*slot).to_owned(), Secret::new(*text))).collect())
    }

    async fn open_tenants(&self, tenant: &TenantId, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        assert_eq!((tenant, sealed.as_str()), (&owner().tenant, SEALED_KEYS));
        Ok(self.state().keys.iter().cloned().collect())
    }
}

impl Transformer for World {
    async fn transform(&self, job: Transformation<'_>, payload: Bytes) -> Result<Bytes, TransformError> {
        let mut state = self.state();
        state.transformed.push((job.expression.to_owned(), payload.to_vec()));
        match state.transformations.pop_front().expect("no more transformations than the test has told of") {
            Ok(text) => Ok(Bytes::from_static(text.as_bytes())),
            Err(error) => Err(error),
        }
    }
}

impl ConnectionReader for World {
    async fn credentials(&self, secret_arn: &str) -> Result<ConnectionCredentials, ConnectionError> {
        let mut state = self.state();
        state.read_connections.push(secret_arn.to_owned());
        state.connections.pop_front().expect("no more connections than the test has told of")
    }

    async fn forget(&self, secret_arn: &str) {
        assert_eq!(secret_arn, "arn:secret");
        self.state().forgotten_connections += 1;
    }
}

impl Tokens for World {
    async fn token(&self, owner: &Owner, request: &TokenRequest, patience: Duration) -> Result<Token, AttemptError> {
        let mut state = self.state();
        assert_eq!(*owner, crate::make::owner());
        state.patience.push(patience);
        state.token_requests.push(request.clone());
        let taken = state.token_takes;
        state.passed += taken;
        match state.tokens.pop_front().expect("no more tokens than the test has told of") {
            Ok(text) => Ok(token(text)),
            Err(obstacle) => Err(AttemptError { obstacle, detail: "as told".to_owned() }),
        }
    }

    async fn fresh(&self, _: &TokenRequest, _: Duration) -> Result<Token, AttemptError> {
        panic!("only a trial takes a token past the cache");
    }

    async fn forget(&self, _: &Owner, _: &TokenRequest, token: &Token) {
        self.state().forgotten.push(token.authorization.expose().to_owned());
    }
}

fn token(text: &str) -> Token {
    Token {
        authorization: Secret::new(format!("Bearer {text}")),
        token_type: "Bearer".to_owned(),
        expires_in: Some(3_600),
        use_until: START,
    }
}

/// A world in which [`oauth`] works, with these tokens.
pub(crate) fn with_tokens<const N: usize>(tokens: [Result<&'static str, Obstacle>; N]) -> World {
    World::with(|state| {
        state.secrets = vec![("/auth/client_secret", "client-secret")];
        state.tokens = tokens.into();
    })
}
