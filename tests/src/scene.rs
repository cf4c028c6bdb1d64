//! What most tests need: a receiver of their own and a webhook to it.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use hookstep_local::api::{Answer, Event, NewWebhook, Trigger, TriggerOutcome, Webhook};
use hookstep_local::receiver::{ReceivedRequest, Receiver, Script};
use reqwest::{Method, StatusCode};

use crate::hookstep::Hookstep;
use crate::wait::{SOON, until};

/// The path that a scene's webhook goes to.
pub const HOOK: &str = "/hook";

/// A receiver and a webhook to it.
#[derive(Debug)]
pub struct Scene {
    /// The stack.
    pub hookstep: Hookstep,
    /// The receiver, which answers 200 until told otherwise.
    pub receiver: Receiver,
    /// The webhook to [`HOOK`] of the receiver.
    pub webhook: Webhook,
}

impl Scene {
    /// A webhook with nothing but what it must have.
    pub async fn new() -> Result<Self> {
        Self::with(|_| ()).await
    }

    /// A webhook as `change` makes it.
    pub async fn with(change: impl FnOnce(&mut NewWebhook)) -> Result<Self> {
        Self::of(Hookstep::connect()?, change).await
    }

    /// A webhook as `change` makes it, made by this client: of its tenant, in a stack that has tenants.
    pub async fn of(hookstep: Hookstep, change: impl FnOnce(&mut NewWebhook)) -> Result<Self> {
        let receiver = Receiver::start().await?;
        let webhook = hookstep.webhook_to(&receiver, HOOK, change).await?;
        Ok(Self { hookstep, receiver, webhook })
    }

    /// A webhook whose receiver does this with each request.
    pub async fn where_receiver(script: Script) -> Result<Self> {
        let scene = Self::new().await?;
        scene.receiver.on(HOOK, script);
        Ok(scene)
    }

    /// Triggers the webhook, with whatever answer that gets.
    pub async fn trigger_raw(&self, trigger: &Trigger) -> Result<Answer> {
        self.hookstep.api.trigger_raw(&self.webhook.config_id, trigger).await
    }

    /// Triggers the webhook.
    pub async fn trigger(&self, trigger: &Trigger) -> Result<TriggerOutcome> {
        self.hookstep.api.trigger(&self.webhook.config_id, trigger).await
    }

    /// Triggers the webhook and waits until its event is settled, whatever it came to.
    pub async fn deliver(&self, trigger: &Trigger) -> Result<Event> {
        let outcome = self.trigger(trigger).await?;
        self.settled(&outcome.event_id).await
    }

    /// The event's row, as it is now.
    pub async fn event(&self, event_id: &str) -> Result<Event> {
        self.hookstep.api.get_event(&self.webhook.config_id, event_id).await
    }

    /// The event's row, if it has one by now.
    pub async fn event_if_any(&self, event_id: &str) -> Result<Option<Event>> {
        let api = &self.hookstep.api;
        let path = format!("/webhook/{}/events/{event_id}", self.webhook.config_id);
        let answer = api.send(api.request(Method::GET, &path)).await?;
        if answer.status == StatusCode::NOT_FOUND { Ok(None) } else { answer.expect(StatusCode::OK).map(Some) }
    }

    /// The event's row, when it is final.
    pub async fn settled(&self, event_id: &str) -> Result<Event> {
        self.settled_within(event_id, SOON).await
    }

    /// As [`Scene::settled`], for what is slow on purpose.
    pub async fn settled_within(&self, event_id: &str, within: Duration) -> Result<Event> {
        self.hookstep.api.wait_until_settled(&self.webhook.config_id, event_id, within).await
    }

    /// The event's row, when it has had so many attempts and waits for the next.
    pub async fn waiting(&self, event_id: &str, attempts: usize) -> Result<Event> {
        until("the event to wait for its next attempt", SOON, async || {
            let event = self.event_if_any(event_id).await?;
            Ok(event.filter(|event| event.attempts.len() == attempts && event.rest["next_attempt_at"].is_string()))
        })
        .await
    }

    /// The one request that the webhook's path has received.
    pub fn received(&self) -> Result<ReceivedRequest> {
        let mut requests = self.receiver.requests_to(HOOK);
        ensure!(requests.len() == 1, "the receiver got {} requests and not one", requests.len());
        requests.pop().context("there is one")
    }

    /// The one request that delivered this event.
    pub fn request_of(&self, event_id: &str) -> Result<ReceivedRequest> {
        let mut requests = self.receiver.requests_to(HOOK);
        requests.retain(|request| request.header("webhook-id").as_deref() == Some(event_id));
        ensure!(requests.len() == 1, "the receiver got {} requests for {event_id} and not one", requests.len());
        requests.pop().context("there is one")
    }

    /// Waits until no execution works on this event any more: from then on nothing can happen to it.
    pub async fn all_legs_over(&self, event_id: &str) -> Result<()> {
        let engine = self.hookstep.engine();
        let machines = &self.hookstep.stack.machines;
        until("executions to end", SOON, async || {
            let running = engine.running(&machines.express, event_id).await?
                + engine.running(&machines.standard, event_id).await?;
            Ok((running == 0).then_some(()))
        })
        .await
    }

    /// How many requests the webhook's path has received.
    #[must_use]
    pub fn received_count(&self) -> usize {
        self.receiver.requests_to(HOOK).len()
    }
}
