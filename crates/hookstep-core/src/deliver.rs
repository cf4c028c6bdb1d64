//! The Deliver step: exactly one attempt.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::attempt::{Attempt, AttemptError, Obstacle};
use crate::auth::Auth;
use crate::event::EventKey;
use crate::grant::{self, Additions, Grant, Pairs};
use crate::leg::{Delivery, Target};
use crate::limits::{BODY_MERGE_MAX_BYTES, RESPONSE_INLINE_MAX_BYTES};
use crate::merge::with_members;
use crate::payload::Payload;
use crate::ports::{
    Clock, ConnectionError, ConnectionReader, Exchange, OutboundBody, OutboundRequest, PayloadError, PayloadReader,
    PayloadStream, Received, ResponseWriter, SecretOpener, SecretsError, Sender, Source, Tokens,
};
use crate::redact::redacted;
use crate::response::{Response, ResponseBody};
use crate::secret::{Owner, Secret, Secrets};
use crate::token::{Token, TokenRequest};

/// Sent where the caller named no content type.
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// Why no attempt could be made: our fault, and never the receiver's.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// The payload can't be read.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The webhook's secrets can't be opened.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The connection's secret can't be read just now.
    #[error("the connection's secret can't be read")]
    Connection(#[source] Source),
}

/// The ports of an attempt.
pub struct DeliverStep<'a, S, P, C, K, N, T> {
    /// Sends the request.
    pub sender: &'a S,
    /// Reads payloads, keeps responses.
    pub objects: &'a P,
    /// The time.
    pub clock: &'a C,
    /// Opens the webhook's secrets.
    pub secrets: &'a K,
    /// Reads the credentials of connections.
    pub connections: &'a N,
    /// Gets access tokens.
    pub tokens: &'a T,
}

/// With less time than this left there is no second request.
const SECOND_CHANCE_MIN: Duration = Duration::from_secs(1);

/// Either what was wanted, or what kept the attempt from being made.
type Prepared<T> = Result<Result<T, AttemptError>, DeliverError>;

impl<S, P, C, K, N, T> DeliverStep<'_, S, P, C, K, N, T>
where
    S: Sender,
    P: PayloadReader + ResponseWriter,
    C: Clock,
    K: SecretOpener,
    N: ConnectionReader,
    T: Tokens,
{
    /// Makes the attempt and keeps what came back. The webhook's timeout covers all of it: the token exchange, where there is
    /// one, and the request.
    pub async fn run(&self, delivery: &Delivery) -> Result<Attempt, DeliverError> {
        let started_at = self.clock.now();
        let exchange = match self.exchange(delivery).await? {
            Ok(exchange) => exchange,
            Err(error) => {
                let taken = self.clock.now().duration_since(started_at).as_millis();
                let duration_ms = u64::try_from(taken).unwrap_or(0);
                Exchange { started_at, duration_ms, first_byte_ms: None, response: None, error: Some(error) }
            }
        };
        let response = match exchange.response {
            Some(received) => Some(keep(self.objects, &delivery.key, delivery.attempt_number, received).await),
            None => None,
        };
        Ok(Attempt {
            number: delivery.attempt_number,
            started_at: exchange.started_at,
            duration_ms: exchange.duration_ms,
            first_byte_ms: exchange.first_byte_ms,
            response,
            error: exchange.error,
        })
    }

    async fn exchange(&self, delivery: &Delivery) -> Prepared<Exchange> {
        let target = &delivery.target;
        let owner = Owner { tenant: delivery.key.tenant.clone(), config_id: delivery.key.config_id.clone() };
        let secrets = match &target.sealed {
            Some(sealed) => self.secrets.open(&owner, sealed).await?,
            None => Secrets::default(),
        };
        let grant = match self.grant(target, &secrets).await? {
            Ok(grant) => grant,
            Err(error) => return Ok(Err(error)),
        };
        let own = match grant::headers(&target.headers, &secrets) {
            Ok(own) => own,
            Err(error) => return Ok(Err(error)),
        };
        // Only what the token endpoint and the receiver take counts; our own reads have bounds of their own.
        let mut left = Duration::from_secs(u64::from(target.timeout.get()));
        let mut sent = Vec::new();
        let first = self.attempt(delivery, &owner, &own, &grant, &mut left, &mut sent).await?;
        if !may_be_outdated(&first, &target.auth) || left < SECOND_CHANCE_MIN {
            return Ok(first);
        }
        // What the receiver said tells more than what became of the second try, also where that is our own fault.
        let Some(renewed) = self.renewed(target, &secrets, grant, &first).await else { return Ok(first) };
        match self.attempt(delivery, &owner, &own, &renewed, &mut left, &mut sent).await {
            Ok(Ok(second)) => Ok(Ok(second)),
            Ok(Err(_)) | Err(_) => Ok(first),
        }
    }

    /// One request, with a token where there has to be one. The time that they take goes off what is left. `sent` are the
    /// secrets that the receiver knows of this attempt.
    async fn attempt(
        &self,
        delivery: &Delivery,
        owner: &Owner,
        own: &Pairs,
        grant: &Grant,
        left: &mut Duration,
        sent: &mut Vec<Secret>,
    ) -> Prepared<Exchange> {
        let token = match &grant.token {
            None => None,
            Some(request) => match self.token(owner, request, left).await {
                Ok(token) => Some(token),
                Err(error) => return Ok(Err(error)),
            },
        };
        sent.extend(secrets_sent(&delivery.target, own, grant, token.as_ref()).into_iter().cloned());
        let exchange = self.send(delivery, own, grant, token.as_ref(), *left, sent).await?;
        if let Ok(exchange) = &exchange {
            *left = left.saturating_sub(Duration::from_millis(exchange.duration_ms));
            if let (Some(request), Some(token)) = (&grant.token, &token)
                && is_unauthorized(exchange)
            {
                self.tokens.forget(owner, request, token).await;
            }
        }
        Ok(exchange)
    }

    async fn token(&self, owner: &Owner, request: &TokenRequest, left: &mut Duration) -> Result<Token, AttemptError> {
        let asked_at = self.clock.now();
        let token = self.tokens.token(owner, request, *left).await;
        let spent = Duration::try_from(self.clock.now().duration_since(asked_at)).unwrap_or_default();
        *left = left.saturating_sub(spent);
        token
    }

    /// What to try once more with, where there is anything: the connection's credentials if they are others by now, or the
    /// same grant, whose token was dropped.
    async fn renewed(
        &self,
        target: &Target,
        secrets: &Secrets,
        grant: Grant,
        first: &Result<Exchange, AttemptError>,
    ) -> Option<Grant> {
        if let Auth::Connection(connection) = &target.auth {
            self.connections.forget(&connection.secret_arn).await;
            if let Ok(Ok(read)) = self.grant(target, secrets).await
                && read != grant
            {
                return Some(read);
            }
        }
        (first.is_ok() && grant.token.is_some()).then_some(grant)
    }

    async fn grant(&self, target: &Target, secrets: &Secrets) -> Prepared<Grant> {
        let Auth::Connection(connection) = &target.auth else { return Ok(Grant::of(&target.auth, secrets)) };
        match self.connections.credentials(&connection.secret_arn).await {
            Ok(credentials) => Ok(Ok(Grant::of_connection(credentials))),
            Err(ConnectionError::Unavailable(source)) => Err(DeliverError::Connection(source)),
            Err(ConnectionError::Unusable(detail)) => {
                Ok(Err(AttemptError { obstacle: Obstacle::ConnectionUnavailable, detail }))
            }
        }
    }

    /// One request. `own` are the webhook's own headers.
    async fn send(
        &self,
        delivery: &Delivery,
        own: &Pairs,
        grant: &Grant,
        token: Option<&Token>,
        timeout: Duration,
        hidden: &[Secret],
    ) -> Prepared<Exchange> {
        let target = &delivery.target;
        let body = match self.body(&delivery.payload, &grant.additions.body).await? {
            Ok(body) => body,
            Err(error) => return Ok(Err(error)),
        };
        let mut added = Additions { headers: grant.additions.headers.clone(), ..Additions::default() };
        if let Some(token) = token {
            added.set_header("authorization", token.authorization.clone());
        }
        let mut headers = without(own, &added.headers);
        headers.extend(added.headers);
        headers.push(("webhook-id".to_owned(), Secret::new(delivery.key.event_id.as_str())));
        headers.push(("webhook-timestamp".to_owned(), Secret::new(self.clock.now().as_second().to_string())));
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            let content_type = delivery.content_type.as_deref().unwrap_or(DEFAULT_CONTENT_TYPE);
            headers.push(("content-type".to_owned(), Secret::new(content_type)));
        }
        let request = OutboundRequest {
            url: target.url.with_query(&grant.additions.query),
            method: target.method,
            headers,
            body,
            identity: None,
            timeout,
        };
        let mut exchange = self.sender.send(request).await?;
        let is_whole = exchange.error.is_none();
        exchange.response = exchange.response.map(|received| redacted(received, is_whole, hidden));
        Ok(Ok(exchange))
    }

    async fn body(&self, payload: &Payload, members: &Pairs) -> Prepared<OutboundBody> {
        let bytes = match payload {
            Payload::Inline(bytes) => bytes.clone(),
            Payload::Stored(stored) if members.is_empty() => {
                let stream = self.objects.open(stored).await?;
                return Ok(Ok(OutboundBody::Stream { size: stored.size, stream }));
            }
            Payload::Stored(stored) if stored.size > BODY_MERGE_MAX_BYTES => return Ok(Err(not_mergeable())),
            Payload::Stored(stored) => collect(self.objects.open(stored).await?).await?,
        };
        if members.is_empty() {
            return Ok(Ok(OutboundBody::Bytes(bytes)));
        }
        Ok(with_members(&bytes, members).map(OutboundBody::Bytes).map_err(|_| not_mergeable()))
    }
}

fn is_unauthorized(exchange: &Exchange) -> bool {
    exchange.error.is_none() && exchange.response.as_ref().is_some_and(|response| response.status_code == 401)
}

/// Whether an attempt may have failed for credentials that are kept here and are others by now: a token that was revoked
/// before its time, a connection that was changed.
fn may_be_outdated(attempt: &Result<Exchange, AttemptError>, auth: &Auth) -> bool {
    match attempt {
        Ok(exchange) => is_unauthorized(exchange) && matches!(auth, Auth::OAuth2(_) | Auth::Connection(_)),
        Err(error) => error.obstacle == Obstacle::TokenRejected && matches!(auth, Auth::Connection(_)),
    }
}

fn not_mergeable() -> AttemptError {
    AttemptError { obstacle: Obstacle::BodyNotMergeable, detail: String::new() }
}

/// `own` less what `added` takes the place of.
fn without(own: &Pairs, added: &Pairs) -> Pairs {
    let replaced = |name: &str| added.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
    own.iter().filter(|(name, _)| !replaced(name)).cloned().collect()
}

/// Every secret that a request shows to its receiver.
fn secrets_sent<'a>(target: &Target, own: &'a Pairs, grant: &'a Grant, token: Option<&'a Token>) -> Vec<&'a Secret> {
    let secret_header = |name: &str| {
        let of_name = target.headers.iter().find(|header| header.name() == name);
        of_name.is_some_and(|header| *header.value() == crate::auth::Value::Secret)
    };
    let own = own.iter().filter(|(name, _)| secret_header(name)).map(|(_, value)| value);
    own.chain(&grant.hidden).chain(token.map(|token| &token.authorization)).collect()
}

async fn collect(mut stream: PayloadStream) -> Result<Bytes, PayloadError> {
    let mut whole = BytesMut::new();
    while let Some(chunk) = std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await {
        whole.extend_from_slice(&chunk.map_err(|error| PayloadError::Interrupted(error.to_string()))?);
    }
    Ok(whole.freeze())
}

/// Puts a body that is too large for the row into object storage. Where that fails the attempt still counts: its
/// first bytes are kept and marked as cut.
async fn keep<P: ResponseWriter>(objects: &P, key: &EventKey, attempt_number: u32, received: Received) -> Response {
    let Received { status_code, headers, body, truncated } = received;
    if body.len() <= RESPONSE_INLINE_MAX_BYTES {
        return Response { status_code, headers, body: ResponseBody::Inline(body), truncated };
    }
    let size = body.len() as u64;
    if let Ok(key) = objects.store_response(key, attempt_number, body.clone()).await {
        Response { status_code, headers, body: ResponseBody::Stored { key, size }, truncated }
    } else {
        let start = body.slice(..RESPONSE_INLINE_MAX_BYTES);
        Response { status_code, headers, body: ResponseBody::Inline(start), truncated: true }
    }
}
