//! The ports: they answer as they are told to, and say what was asked of them, in its order.

use std::future::Future;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hookstep_core::attempt::Attempt;
use hookstep_core::conclude::Concluder;
use hookstep_core::event::{Event, EventKey, EventRow, Leg};
use hookstep_core::history::Entry;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::lifecycle::{DeliveryEnd, Notice};
use hookstep_core::ports::{
    Alert, Alerts, Clock, Conclusion, Entropy, EventCanceler, EventReader, LegEnd, Lifecycle, OutcomeRecorder,
    Redelivery, Source, StoreError, WebhookHealth, WebhookReader, Workflow, WorkflowError, Written,
};
use hookstep_core::secret::Owner;
use hookstep_core::verdict::{Ending, Verdict};
use hookstep_core::waiting::WaitingStep;
use hookstep_core::webhook::{Machine, Webhook};
use jiff::Timestamp;

use crate::make::{START, seconds, webhook};

/// Something that was asked of a port, and done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Did {
    Recorded(Ending),
    Scheduled { leg: u32, machine: String, due: Timestamp },
    StartsFailing,
    Recovered,
    Disabled { reason: String, entry: Entry },
    Told(DeliveryEnd),
    ToldOfDisabling(Timestamp),
    Alerted,
    Started { leg: u32, machine: Machine, name: String },
    Canceled { leg: u32, verdict: Verdict },
    GaveUp { leg: u32 },
}

/// A port that does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Down {
    Configs,
    Workflow,
    Bus,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) now: Timestamp,
    pub(crate) webhook: Option<Webhook>,
    /// What is found in the table, one after the other; the last one stays.
    pub(crate) rows: Vec<Option<EventRow>>,
    /// What comes of writing the end of a leg.
    pub(crate) conclusion: Conclusion,
    /// What comes of disabling a webhook.
    pub(crate) disabling: Written,
    /// What comes of canceling.
    pub(crate) is_canceled: bool,
    pub(crate) down: Option<Down>,
    did: Vec<Did>,
}

#[derive(Debug)]
pub(crate) struct World(Mutex<State>);

impl World {
    /// A second after [`START`], with a webhook of two retries.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            now: START + seconds(1),
            webhook: Some(webhook()),
            rows: Vec::new(),
            conclusion: Conclusion::Recorded,
            disabling: Written::Done,
            is_canceled: true,
            down: None,
            did: Vec::new(),
        }))
    }

    /// With a webhook as `change` makes it.
    pub(crate) fn with(change: impl FnOnce(&mut Webhook)) -> Self {
        let world = Self::new();
        change(world.state().webhook.as_mut().expect("it has one"));
        world
    }

    /// With these rows in the table, one after the other.
    pub(crate) fn where_rows(rows: impl IntoIterator<Item = Option<EventRow>>) -> Self {
        let world = Self::new();
        world.state().rows = rows.into_iter().collect();
        world
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics with the world in hand")
    }

    /// What was done since this was asked last.
    pub(crate) fn did(&self) -> Vec<Did> {
        std::mem::take(&mut self.state().did)
    }

    fn does(&self, did: Did) {
        self.state().did.push(did);
    }

    fn is_down(&self, what: Down) -> bool {
        self.state().down == Some(what)
    }

    pub(crate) fn concluder(&self, publish_succeeded: bool) -> Concluder<'_, Self, Self, Self, Self, Self, Self> {
        Concluder {
            webhooks: self,
            rows: self,
            redelivery: self,
            lifecycle: self,
            alerts: self,
            clock: self,
            auto_disable_after: Duration::from_hours(120),
            publish_succeeded,
        }
    }

    pub(crate) fn waiting(&self) -> WaitingStep<'_, Self, Self, Self, Self, Self> {
        WaitingStep { webhooks: self, events: self, workflow: self, redelivery: self, clock: self }
    }
}

/// What a future comes to that waits for nothing.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("it waits"),
    }
}

fn table() -> StoreError {
    StoreError::Unavailable { table: "any", source: "as told".into() }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    async fn pause(&self, _: Duration) {
        panic!("nobody waits");
    }
}

impl Entropy for World {
    fn random(&self) -> u128 {
        0xabcd_0000_0000_0012_3456
    }
}

impl WebhookReader for World {
    async fn webhook(&self, _: &TenantId, _: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        if self.is_down(Down::Configs) { Err(table()) } else { Ok(self.state().webhook.clone()) }
    }
}

impl WebhookHealth for World {
    async fn failing(&self, _: &Owner, _: Timestamp) -> Result<(), StoreError> {
        self.does(Did::StartsFailing);
        Ok(())
    }

    async fn recovered(&self, _: &Owner) -> Result<(), StoreError> {
        self.does(Did::Recovered);
        Ok(())
    }

    async fn auto_disable(&self, _: &Webhook, reason: &str, entry: &Entry) -> Result<Written, StoreError> {
        let written = self.state().disabling;
        if written == Written::Done {
            self.does(Did::Disabled { reason: reason.to_owned(), entry: entry.clone() });
        }
        Ok(written)
    }
}

impl OutcomeRecorder for World {
    async fn conclude(
        &self,
        _: &Leg,
        _: &str,
        _: &Attempt,
        ending: &Ending,
        _: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        let conclusion = self.state().conclusion.clone();
        if conclusion == Conclusion::Recorded {
            self.does(Did::Recorded(ending.clone()));
        }
        Ok(conclusion)
    }

    async fn conclude_without_attempt(
        &self,
        _: &Leg,
        _: Option<&Event>,
        _: &str,
        ending: &Ending,
        _: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        self.does(Did::Recorded(ending.clone()));
        Ok(Conclusion::Recorded)
    }
}

impl EventReader for World {
    async fn event(&self, _: &EventKey) -> Result<Option<EventRow>, StoreError> {
        let mut state = self.state();
        Ok(if state.rows.len() > 1 { state.rows.remove(0) } else { state.rows.first().cloned().flatten() })
    }
}

impl EventCanceler for World {
    async fn cancel(&self, _: &EventKey, leg: u32, verdict: &Verdict, _: Timestamp) -> Result<bool, StoreError> {
        let is_canceled = self.state().is_canceled;
        if is_canceled {
            self.does(Did::Canceled { leg, verdict: verdict.clone() });
        }
        Ok(is_canceled)
    }
}

impl Redelivery for World {
    async fn schedule(&self, leg: &Leg, machine: &str, due: Timestamp) -> Result<(), WorkflowError> {
        if self.is_down(Down::Workflow) {
            return Err(WorkflowError::Unavailable("as told".into()));
        }
        self.does(Did::Scheduled { leg: leg.number, machine: machine.to_owned(), due });
        Ok(())
    }

    async fn give_up(&self, _: &EventId, leg: u32) -> Result<(), WorkflowError> {
        if self.is_down(Down::Workflow) {
            return Err(WorkflowError::Unavailable("as told".into()));
        }
        self.does(Did::GaveUp { leg });
        Ok(())
    }
}

impl Workflow for World {
    async fn start(&self, _: Machine, _: &Event, _: &str) -> Result<(), WorkflowError> {
        panic!("first legs are started by a trigger");
    }

    async fn start_again(&self, leg: &Leg, name: &str) -> Result<(), WorkflowError> {
        self.does(Did::Started { leg: leg.number, machine: leg.machine, name: name.to_owned() });
        Ok(())
    }

    async fn run(&self, _: &Event, _: &str, _: Duration) -> Result<LegEnd, WorkflowError> {
        panic!("nobody waits for it");
    }
}

impl Lifecycle for World {
    async fn publish(&self, notice: &Notice) -> Result<(), Source> {
        if self.is_down(Down::Bus) {
            return Err("as told".into());
        }
        self.does(match notice {
            Notice::Delivery(notice) => Did::Told(notice.end),
            Notice::AutoDisabled(notice) => Did::ToldOfDisabling(notice.at),
        });
        Ok(())
    }
}

impl Alerts for World {
    async fn raise(&self, _: &Alert) -> Result<(), Source> {
        self.does(Did::Alerted);
        Ok(())
    }
}
