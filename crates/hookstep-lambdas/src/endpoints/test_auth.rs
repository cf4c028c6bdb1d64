//! `POST /webhook/{config_id}/test-auth`: tries a webhook's authentication as far as that goes without sending a webhook.

use std::time::Duration;

use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::auth::Auth;
use hookstep_core::grant::{self, ConnectionCredentials, Grant};
use hookstep_core::limits::TOKEN_TIMEOUT_SECONDS;
use hookstep_core::ports::{Clock, ConnectionError, ConnectionReader, SecretOpener, Tokens, WebhookReader};
use hookstep_core::secret::Secrets;
use hookstep_core::token::Token;
use hookstep_core::webhook::Webhook;
use serde_json::{Map, Value, json};

use crate::http::{Answer, Problem, Request};
use crate::log;

/// What the call takes.
pub struct TestAuth<'a, W, K, N, T, C> {
    /// Reads webhooks.
    pub webhooks: &'a W,
    /// Opens secrets.
    pub secrets: &'a K,
    /// Reads connections.
    pub connections: &'a N,
    /// Makes token exchanges.
    pub tokens: &'a T,
    /// The time.
    pub clock: &'a C,
}

impl<W, K, N, T, C> TestAuth<'_, W, K, N, T, C>
where
    W: WebhookReader,
    K: SecretOpener,
    N: ConnectionReader,
    T: Tokens,
    C: Clock,
{
    /// Answers the call: 200 whether or not the authentication works, as the trial itself did.
    pub async fn call(&self, request: Request) -> Result<Answer, Problem> {
        let owner = request.owner()?;
        log::about_webhook(&owner.config_id);
        let webhook = self.webhooks.webhook(&owner.tenant, &owner.config_id).await?;
        let webhook = webhook.ok_or_else(Problem::webhook_not_found)?;
        let started = self.clock.now();
        let tried = self.tried(&webhook).await?;
        let duration = self.clock.now().duration_since(started).as_millis();
        let mut answer = Map::new();
        answer.insert("ok".to_owned(), json!(tried.is_ok()));
        answer.insert("auth_type".to_owned(), json!(webhook.auth.kind()));
        answer.insert("duration_ms".to_owned(), json!(u64::try_from(duration).unwrap_or(0)));
        match tried {
            Ok(None) => {}
            Ok(Some(token)) => {
                let token = json!({ "token_type": token.token_type, "expires_in": token.expires_in });
                answer.insert("token".to_owned(), token);
            }
            Err(error) => {
                let message = match error.detail.as_str() {
                    "" => error.obstacle.sentence().to_owned(),
                    detail => format!("{}: {detail}", error.obstacle.sentence()),
                };
                answer.insert("error".to_owned(), json!({ "code": error.obstacle.code(), "message": message }));
            }
        }
        Ok(Answer::json(200, Value::Object(answer)))
    }

    async fn tried(&self, webhook: &Webhook) -> Result<Result<Option<Token>, AttemptError>, Problem> {
        let owner = webhook.owner();
        let secrets = match webhook.sealed() {
            Some(sealed) => self.secrets.open(&owner, sealed).await?,
            None => Secrets::default(),
        };
        if let Err(error) = grant::headers(&webhook.headers, &secrets) {
            return Ok(Err(error));
        }
        let grant = match &webhook.auth {
            Auth::Connection(connection) => match self.read_anew(&connection.secret_arn).await {
                Ok(credentials) => Grant::of_connection(credentials),
                Err(ConnectionError::Unusable(detail)) => {
                    return Ok(Err(AttemptError { obstacle: Obstacle::ConnectionUnavailable, detail }));
                }
                Err(error @ ConnectionError::Unavailable(_)) => return Err(Problem::unavailable(&error)),
            },
            auth => match Grant::of(auth, &secrets) {
                Ok(grant) => grant,
                Err(error) => return Ok(Err(error)),
            },
        };
        let Some(request) = grant.token else { return Ok(Ok(None)) };
        // A token from an earlier trial would prove nothing.
        let patience = Duration::from_secs(TOKEN_TIMEOUT_SECONDS);
        Ok(self.tokens.fresh(&request, patience).await.map(Some))
    }

    async fn read_anew(&self, secret_arn: &str) -> Result<ConnectionCredentials, ConnectionError> {
        self.connections.forget(secret_arn).await;
        self.connections.credentials(secret_arn).await
    }
}
