//! The tokens that an endpoint has given, and what it does with the next request.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use serde_json::json;

use super::client::{Refusal, TokenClient};
use super::failures;
use crate::receiver::{ReceivedRequest, Script};
use crate::secrets::planted;

#[derive(Debug)]
pub(super) struct Tokens {
    issued: Vec<String>,
    revoked: BTreeSet<String>,
    refusals: Vec<String>,
    pub(super) expires_in: Option<u64>,
    pub(super) token_type: Option<String>,
    pub(super) delay: Duration,
    pub(super) always: Option<Script>,
    pub(super) next: VecDeque<Script>,
}

impl Tokens {
    pub(super) fn new() -> Self {
        Self {
            issued: Vec::new(),
            revoked: BTreeSet::new(),
            refusals: Vec::new(),
            expires_in: Some(3600),
            token_type: Some("Bearer".to_owned()),
            delay: Duration::ZERO,
            always: None,
            next: VecDeque::new(),
        }
    }

    /// What the next request gets.
    pub(super) fn answer(&mut self, client: &TokenClient, request: &ReceivedRequest) -> Script {
        if let Some(script) = self.next.pop_front().or_else(|| self.always.clone()) {
            return script;
        }
        match client.check(request) {
            Ok(()) => self.issue(),
            Err(Refusal { status, code, reason }) => {
                self.refusals.push(reason);
                failures::error(status, code)
            }
        }
    }

    fn issue(&mut self) -> Script {
        let token = planted("token");
        let mut answer = json!({ "access_token": token });
        if let Some(token_type) = &self.token_type {
            answer["token_type"] = token_type.as_str().into();
        }
        if let Some(seconds) = self.expires_in {
            answer["expires_in"] = seconds.into();
        }
        self.issued.push(token);
        failures::json(200, &answer.to_string()).after(self.delay)
    }

    pub(super) fn accepts(&self, request: &ReceivedRequest) -> bool {
        let authorization = request.header("authorization").unwrap_or_default();
        let Some(token) = authorization.strip_prefix("Bearer ") else { return false };
        self.issued.iter().any(|issued| issued == token) && !self.revoked.contains(token)
    }

    pub(super) fn revoke(&mut self, token: &str) {
        self.revoked.insert(token.to_owned());
    }

    pub(super) fn revoke_all(&mut self) {
        self.revoked.extend(self.issued.iter().cloned());
    }

    pub(super) fn issued(&self) -> &[String] {
        &self.issued
    }

    pub(super) fn refusals(&self) -> &[String] {
        &self.refusals
    }
}
