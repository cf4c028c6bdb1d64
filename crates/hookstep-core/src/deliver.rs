//! The Deliver step: exactly one attempt.

use std::time::Duration;

use crate::attempt::{Attempt, AttemptError, Obstacle};
use crate::auth::Auth;
use crate::compose::{Composer, Draft, Prepared, known};
use crate::event::EventKey;
use crate::grant::{Grant, Pairs};
use crate::leg::{Delivery, Target};
use crate::limits::{RESPONSE_INLINE_MAX_BYTES, RETRY_RESPONSE_INLINE_MAX_BYTES};
use crate::ports::{
    Clock, ConnectionReader, Exchange, PayloadError, PayloadReader, Received, ResponseWriter, SecretOpener,
    SecretsError, Sender, Source, Tokens, Transformer,
};
use crate::redact::redacted;
use crate::response::{Response, ResponseBody, bound_headers_of_retry};
use crate::secret::{Owner, Secret, Secrets};
use crate::token::{Token, TokenRequest};

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
    /// The process that transforms payloads can't be started.
    #[error("the payload can't be transformed")]
    Transformer(#[source] Source),
}

/// The ports of an attempt.
pub struct DeliverStep<'a, S, P, C, K, N, X, T> {
    /// Composes the request; its objects keep responses too.
    pub composer: Composer<'a, P, C, K, N, X>,
    /// Sends it.
    pub sender: &'a S,
    /// Gets access tokens.
    pub tokens: &'a T,
    /// Whether this process sends from the deployment's static IP address.
    pub has_static_ip: bool,
}

/// With less time than this left there is no second request.
const SECOND_CHANCE_MIN: Duration = Duration::from_secs(1);

impl<S, P, C, K, N, X, T> DeliverStep<'_, S, P, C, K, N, X, T>
where
    S: Sender,
    P: PayloadReader + ResponseWriter,
    C: Clock,
    K: SecretOpener,
    N: ConnectionReader,
    X: Transformer,
    T: Tokens,
{
    /// Makes the attempt and keeps what came back. The webhook's timeout covers all of it: the token exchange, where there is
    /// one, and the request.
    pub async fn run(&self, delivery: &Delivery) -> Result<Attempt, DeliverError> {
        let started_at = self.composer.clock.now();
        let exchange = match self.exchange(delivery).await? {
            Ok(exchange) => exchange,
            Err(error) => {
                let taken = self.composer.clock.now().duration_since(started_at).as_millis();
                let duration_ms = u64::try_from(taken).unwrap_or(0);
                Exchange { started_at, duration_ms, first_byte_ms: None, response: None, error: Some(error) }
            }
        };
        let response = match exchange.response {
            Some(received) => Some(keep(self.composer.objects, &delivery.key, delivery.attempt_number, received).await),
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
        // While a deployment turns the static IP on or off, the machine may not know yet which function has it.
        if target.static_ip && !self.has_static_ip {
            return Ok(Err(AttemptError { obstacle: Obstacle::StaticIpUnavailable, detail: String::new() }));
        }
        let draft = known!(self.composer.draft(delivery).await?);
        // Only what the token endpoint and the receiver take counts; our own reads have bounds of their own.
        let mut left = Duration::from_secs(u64::from(target.timeout.get()));
        let mut sent = Vec::new();
        let first = self.attempt(delivery, &owner, &draft, &draft.grant, &mut left, &mut sent).await?;
        if !may_be_outdated(&first, &target.auth) || left < SECOND_CHANCE_MIN {
            return Ok(first);
        }
        // What the receiver said tells more than what became of the second try, also where that is our own fault.
        let Some(renewed) = self.renewed(target, &draft.grant, &first).await else { return Ok(first) };
        match self.attempt(delivery, &owner, &draft, &renewed, &mut left, &mut sent).await {
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
        draft: &Draft,
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
        sent.extend(secrets_sent(&delivery.target, &draft.own, grant, token.as_ref()).into_iter().cloned());
        let exchange = self.send(delivery, draft, grant, token.as_ref(), *left, sent).await?;
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
        let asked_at = self.composer.clock.now();
        let token = self.tokens.token(owner, request, *left).await;
        let spent = Duration::try_from(self.composer.clock.now().duration_since(asked_at)).unwrap_or_default();
        *left = left.saturating_sub(spent);
        token
    }

    /// What to try once more with, where there is anything: the connection's credentials if they are others by now, or the
    /// same grant, whose token was dropped.
    async fn renewed(&self, target: &Target, grant: &Grant, first: &Result<Exchange, AttemptError>) -> Option<Grant> {
        if let Auth::Connection(connection) = &target.auth {
            self.composer.connections.forget(&connection.secret_arn).await;
            // A connection's credentials are not among the webhook's secrets.
            if let Ok(Ok(read)) = self.composer.grant(target, &Secrets::default()).await
                && read != *grant
            {
                return Some(read);
            }
        }
        (first.is_ok() && grant.token.is_some()).then(|| grant.clone())
    }

    /// One request.
    async fn send(
        &self,
        delivery: &Delivery,
        draft: &Draft,
        grant: &Grant,
        token: Option<&Token>,
        timeout: Duration,
        hidden: &[Secret],
    ) -> Prepared<Exchange> {
        let request = known!(self.composer.request(delivery, draft, grant, token, timeout).await?);
        let mut exchange = self.sender.send(request).await?;
        let is_whole = exchange.error.is_none();
        exchange.response = exchange.response.map(|received| redacted(received, is_whole, hidden));
        Ok(Ok(exchange))
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

/// Every secret that a request shows to its receiver.
fn secrets_sent<'a>(target: &Target, own: &'a Pairs, grant: &'a Grant, token: Option<&'a Token>) -> Vec<&'a Secret> {
    let secret_header = |name: &str| {
        let of_name = target.headers.iter().find(|header| header.name() == name);
        of_name.is_some_and(|header| *header.value() == crate::auth::Value::Secret)
    };
    let own = own.iter().filter(|(name, _)| secret_header(name)).map(|(_, value)| value);
    own.chain(&grant.hidden).chain(token.map(|token| &token.authorization)).collect()
}

/// Puts a body that is too large for the row into object storage. Where that fails the attempt still counts: its
/// first bytes are kept and marked as cut.
async fn keep<P: ResponseWriter>(objects: &P, key: &EventKey, attempt_number: u32, received: Received) -> Response {
    let Received { status_code, headers, body, truncated } = received;
    let (inline_max, headers, cut) = if attempt_number == 1 {
        (RESPONSE_INLINE_MAX_BYTES, headers, false)
    } else {
        let (headers, cut) = bound_headers_of_retry(headers);
        (RETRY_RESPONSE_INLINE_MAX_BYTES, headers, cut)
    };
    let truncated = truncated || cut;
    if body.len() <= inline_max {
        return Response { status_code, headers, body: ResponseBody::Inline(body), truncated };
    }
    let size = body.len() as u64;
    if let Ok(key) = objects.store_response(key, attempt_number, body.clone()).await {
        Response { status_code, headers, body: ResponseBody::Stored { key, size }, truncated }
    } else {
        let start = body.slice(..inline_max);
        Response { status_code, headers, body: ResponseBody::Inline(start), truncated: true }
    }
}
