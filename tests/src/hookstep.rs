//! The stack under test.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use hookstep_local::api::{Api, NewWebhook, Webhook};
use hookstep_local::receiver::Receiver;
use hookstep_local::stack::Stack;
use hookstep_local::tls::Authority;
use serde_json::json;

use crate::connections::Connections;
use crate::engine::Engine;
use crate::record;

/// A running stack and a client of its API.
#[derive(Debug, Clone)]
pub struct Hookstep {
    /// Where everything is.
    pub stack: Stack,
    /// Its API.
    pub api: Api,
}

impl Hookstep {
    /// The stack that `HOOKSTEP_STACK` describes. Its client of the API sends no token: see [`Hookstep::as_tenant`].
    pub fn connect() -> Result<Self> {
        record::begin()?;
        let file = std::env::var_os("HOOKSTEP_STACK").map(PathBuf::from);
        let file =
            file.context("HOOKSTEP_STACK names no stack.json: run the tests by `cargo xtask test --only e2e`")?;
        let stack = Stack::read(&file)?;
        let api = Api::new(&stack.api_url)?;
        Ok(Self { stack, api })
    }

    /// The engine that stands in for AWS, for what the API does not show.
    #[must_use]
    pub fn engine(&self) -> Engine {
        Engine::of(&self.stack)
    }

    /// The engine's `EventBridge` connections.
    #[must_use]
    pub fn connections(&self) -> Connections {
        self.engine().connections()
    }

    /// A new webhook to a path of a receiver, as `change` makes it.
    pub async fn webhook_to(
        &self,
        receiver: &Receiver,
        path: &str,
        change: impl FnOnce(&mut NewWebhook),
    ) -> Result<Webhook> {
        self.webhook_at(receiver.url(path), change).await
    }

    /// A new webhook to any URL, as `change` makes it. Its events are tried once, so that what fails has failed: tests of
    /// redelivery say otherwise.
    pub async fn webhook_at(&self, url: impl Into<String>, change: impl FnOnce(&mut NewWebhook)) -> Result<Webhook> {
        let mut draft = NewWebhook::to("end-to-end test", url).with("retry_policy", json!({ "max_retries": 0 }));
        change(&mut draft);
        self.api.create_webhook(&draft).await
    }

    /// The authority whose certificates the stack's Lambdas trust.
    pub fn authority(&self) -> Result<Authority> {
        let dir = self.stack.authority_dir.as_deref();
        Authority::make_or_open(dir.context("this stack trusts the public authorities, and not one of the tests")?)
    }
}
