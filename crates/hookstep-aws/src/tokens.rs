//! Access tokens, kept while they are good: one exchange, however many deliveries want the token at the same time.

use std::time::Duration;

use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::grant::Pairs;
use hookstep_core::limits::{OPENED_SECRETS_MAX_COUNT, TOKEN_TIMEOUT_SECONDS};
use hookstep_core::ports::{Clock, Sender, Tokens};
use hookstep_core::secret::Owner;
use hookstep_core::token::{self, Token, TokenRequest};
use sha2::{Digest, Sha256};

use crate::kept::Kept;

/// Gets tokens by the sender that webhooks go by: the same addresses may be reached, the same bounds hold.
#[derive(Debug)]
pub struct TokenCache<S, C> {
    sender: S,
    clock: C,
    tokens: Kept<[u8; 32], Token>,
}

fn timed_out() -> AttemptError {
    AttemptError { obstacle: Obstacle::TokenTimeout, detail: String::new() }
}

/// What a token belongs to. The secrets are part of it: a changed one asks for a new token.
fn key(owner: &Owner, request: &TokenRequest) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    };
    add(owner.tenant.as_str());
    add(owner.config_id.as_str());
    add(request.url.as_str());
    add(request.method.as_str());
    let mut add_all = |pairs: &Pairs| {
        add("");
        for (name, value) in pairs {
            add(name);
            add(value.expose());
        }
    };
    add_all(&request.headers);
    add_all(&request.query);
    add_all(&request.form);
    hash.finalize().into()
}

impl<S: Sender, C: Clock> TokenCache<S, C> {
    /// An empty one.
    pub fn new(sender: S, clock: C) -> Self {
        Self { sender, clock, tokens: Kept::new(OPENED_SECRETS_MAX_COUNT) }
    }

    async fn exchange(&self, request: &TokenRequest, timeout: Duration) -> Result<Token, AttemptError> {
        let answer = self.sender.send(request.outbound(timeout)).await;
        // Its body is in memory: there is no payload that could break off.
        let exchange =
            answer.map_err(|_| AttemptError { obstacle: Obstacle::TokenUnreachable, detail: String::new() })?;
        token::read(&exchange, self.clock.now())
    }
}

impl<S: Sender, C: Clock> Tokens for TokenCache<S, C> {
    async fn token(&self, owner: &Owner, request: &TokenRequest, patience: Duration) -> Result<Token, AttemptError> {
        let patience = patience.min(Duration::from_secs(TOKEN_TIMEOUT_SECONDS));
        if patience.is_zero() {
            return Err(timed_out());
        }
        let fetch = async || {
            let token = self.exchange(request, patience).await?;
            let until = token.use_until;
            Ok((token, until))
        };
        // Also the wait for somebody else's exchange.
        let wanted = self.tokens.get_or_fetch(key(owner, request), self.clock.now(), fetch);
        tokio::time::timeout(patience, wanted).await.map_err(|_| timed_out())?
    }

    async fn fresh(&self, request: &TokenRequest, patience: Duration) -> Result<Token, AttemptError> {
        self.exchange(request, patience.min(Duration::from_secs(TOKEN_TIMEOUT_SECONDS))).await
    }

    async fn forget(&self, owner: &Owner, request: &TokenRequest, token: &Token) {
        self.tokens.forget(&key(owner, request), |kept| kept == token).await;
    }
}
