//! What the tests share: a webhook whose receiver keeps a book, what was accepted for it, and who may harm the stack meanwhile.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result};
use hookstep_tests::{Book, Engine, Event, HOOK, Ledger, Scene, Trigger, TriggerOutcome, until};
use serde_json::{Value, json};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Enough for faults that last, on a machine that does other things too.
pub(crate) const IN_THE_END: Duration = Duration::from_mins(4);

static STACK: RwLock<()> = RwLock::const_new(());

/// For tests that harm nobody else.
pub(crate) async fn beside_others() -> RwLockReadGuard<'static, ()> {
    STACK.read().await
}

/// For tests that harm all that use the stack.
pub(crate) async fn alone() -> RwLockWriteGuard<'static, ()> {
    STACK.write().await
}

/// A webhook and its receiver.
pub(crate) struct Stage {
    pub(crate) scene: Scene,
    pub(crate) book: Book,
    accepted: BTreeSet<String>,
}

/// Another attempt within a second after each of the first so many.
pub(crate) fn soon(retries: u32) -> Value {
    json!({ "max_retries": retries, "schedule_seconds": [1] })
}

/// One more attempt, some time within a day.
pub(crate) fn later() -> Value {
    json!({ "max_retries": 3, "schedule_seconds": [86_400] })
}

impl Stage {
    /// A webhook with this retry policy, whose receiver takes everything until told otherwise.
    pub(crate) async fn new(retry_policy: Value) -> Result<Self> {
        let scene = Scene::with(|draft| draft.set("retry_policy", retry_policy)).await?;
        let book = Book::default();
        scene.receiver.on(HOOK, book.deciding(|_, _| true));
        Ok(Self { scene, book, accepted: BTreeSet::new() })
    }

    pub(crate) fn engine(&self) -> Engine {
        self.scene.hookstep.engine()
    }

    /// Triggers the webhook, and returns the event's id.
    pub(crate) async fn trigger(&mut self, trigger: &Trigger) -> Result<String> {
        let TriggerOutcome { event_id, .. } = self.scene.trigger(trigger).await?;
        self.accept(&event_id);
        Ok(event_id)
    }

    /// Notes that this was accepted.
    pub(crate) fn accept(&mut self, event_id: &str) {
        self.accepted.insert(event_id.to_owned());
    }

    pub(crate) async fn ledger(&self) -> Result<Ledger> {
        self.ledger_within(IN_THE_END).await
    }

    pub(crate) async fn ledger_within(&self, within: Duration) -> Result<Ledger> {
        let config_id = &self.scene.webhook.config_id;
        let ledger = self.scene.hookstep.ledger(config_id, &self.accepted, &self.book, within).await?;
        println!("{ledger:?}");
        Ok(ledger)
    }

    /// Waits until the event waits for its next attempt.
    pub(crate) async fn waiting(&self, event_id: &str) -> Result<Event> {
        until("an event to wait for its next attempt", IN_THE_END, async || {
            let event = self.scene.event_if_any(event_id).await?;
            Ok(event.filter(|event| event.rest.get("next_attempt_at").is_some_and(Value::is_string)))
        })
        .await
    }

    /// Waits until the event has a row, whatever it says.
    pub(crate) async fn recorded(&self, event_id: &str) -> Result<Event> {
        let row = async || self.scene.event_if_any(event_id).await;
        until("an event's row", IN_THE_END, row).await
    }

    /// Waits until the event's newest execution has entered this state, and returns the execution's ARN.
    pub(crate) async fn entered(&self, event_id: &str, state: &str) -> Result<String> {
        let engine = self.engine();
        let event = self.recorded(event_id).await?;
        let execution = event.rest["execution_arn"].as_str().context("no execution")?.to_owned();
        until(state, IN_THE_END, async || {
            let states = engine.states_of(&execution).await?;
            Ok(states.iter().any(|entered| entered == state).then(|| execution.clone()))
        })
        .await
    }
}
