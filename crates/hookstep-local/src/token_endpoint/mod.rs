//! The token endpoint of an OAuth 2.0 authorization server (RFC 6749 4.4, client credentials) on 127.0.0.1.
//!
//! It is strict: a request that is not exactly as the [`TokenClient`] says gets an error of RFC 6749 5.2 and a line in
//! [`TokenEndpoint::refusals`]. It can fail in every way that such servers fail, and it revokes tokens, which a receiver then refuses
//! ([`TokenEndpoint::guard`]).

mod client;
pub mod failures;
mod issued;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;

pub use client::TokenClient;
use issued::Tokens;

use crate::receiver::{ReceivedRequest, Receiver, Script};
use crate::tls::TlsIdentity;

const PATH: &str = "/oauth/token";

/// A running token endpoint with one client. It ends when it is dropped.
#[derive(Debug)]
pub struct TokenEndpoint {
    server: Receiver,
    tokens: Arc<Mutex<Tokens>>,
}

impl TokenEndpoint {
    /// Starts it on plain HTTP. Its tokens are good for an hour until told otherwise.
    pub async fn start(client: TokenClient) -> Result<Self> {
        Ok(Self::at(Receiver::start().await?, client))
    }

    /// As [`TokenEndpoint::start`], with TLS.
    pub async fn start_tls(client: TokenClient, identity: TlsIdentity) -> Result<Self> {
        Ok(Self::at(Receiver::start_tls(identity).await?, client))
    }

    fn at(server: Receiver, client: TokenClient) -> Self {
        let tokens = Arc::new(Mutex::new(Tokens::new()));
        let answering = Arc::clone(&tokens);
        server.on(PATH, Script::decide(move |request| lock(&answering).answer(&client, request)));
        Self { server, tokens }
    }

    /// What `token_url` says.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url(PATH)
    }

    /// Every request for a token so far, those that were refused too.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.server.requests()
    }

    /// How many requests there were.
    #[must_use]
    pub fn count(&self) -> usize {
        self.requests().len()
    }

    /// The tokens that were given, the first first. No two are the same.
    #[must_use]
    pub fn issued(&self) -> Vec<String> {
        lock(&self.tokens).issued().to_vec()
    }

    /// What was wrong with the requests that were refused.
    #[must_use]
    pub fn refusals(&self) -> Vec<String> {
        lock(&self.tokens).refusals().to_vec()
    }

    /// From now on tokens say that they are good for so many seconds, or don't say for how long.
    pub fn expire_in(&self, seconds: Option<u64>) {
        lock(&self.tokens).expires_in = seconds;
    }

    /// From now on tokens are of this type (`Bearer` until told otherwise), or don't say of which.
    pub fn of_type(&self, token_type: Option<&str>) {
        lock(&self.tokens).token_type = token_type.map(str::to_owned);
    }

    /// The tokens given so far are good for nothing any more.
    pub fn revoke_all(&self) {
        lock(&self.tokens).revoke_all();
    }

    /// This token is good for nothing any more.
    pub fn revoke(&self, token: &str) {
        lock(&self.tokens).revoke(token);
    }

    /// Whether a request to somebody else carries a token that was given and not revoked.
    #[must_use]
    pub fn accepts(&self, request: &ReceivedRequest) -> bool {
        lock(&self.tokens).accepts(request)
    }

    /// For a receiver: one script for requests with a good token, another for the rest.
    #[must_use]
    pub fn guard(&self, then: Script, otherwise: Script) -> Script {
        let tokens = Arc::clone(&self.tokens);
        Script::when(move |request| lock(&tokens).accepts(request), then, otherwise)
    }

    /// From now on every request gets this, until [`TokenEndpoint::recovers`].
    pub fn fails(&self, script: Script) {
        lock(&self.tokens).always = Some(script);
    }

    /// The next requests get these in turn, and later ones a token again.
    pub fn fails_each(&self, scripts: impl IntoIterator<Item = Script>) {
        lock(&self.tokens).next.extend(scripts);
    }

    /// From now on requests get tokens again.
    pub fn recovers(&self) {
        let mut tokens = lock(&self.tokens);
        tokens.always = None;
        tokens.next.clear();
    }

    /// From now on it waits before it answers with a token.
    pub fn delays(&self, delay: Duration) {
        lock(&self.tokens).delay = delay;
    }
}

fn lock(tokens: &Mutex<Tokens>) -> MutexGuard<'_, Tokens> {
    tokens.lock().unwrap_or_else(PoisonError::into_inner)
}
