//! A decorator of any port, by which calls fail: before they have done anything or after they have done it all, with an error or by the
//! end of the process that waits for them.

use std::future::{Future, pending};
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use hookstep_core::attempt::Attempt;
use hookstep_core::event::{Event, EventKey, EventRow, Leg};
use hookstep_core::history::Entry;
use hookstep_core::ids::{ConfigId, EventId, PayloadId, TenantId};
use hookstep_core::lifecycle::Notice;
use hookstep_core::payload::StoredPayload;
use hookstep_core::ports::{
    Alert, Alerts, BusClaim, BusClaims, Clock, Conclusion, Entropy, EventReader, IdempotencyKeys, LegEnd, Lifecycle,
    Listeners, ListeningWebhooks, OpenEvents, OutcomeRecorder, Overdue, Page, PayloadError, PayloadWriter, Redelivery,
    SharedPayloads, Source, StoreError, UploadSlot, Uploaded, Uploads, WebhookHealth, WebhookReader, Workflow,
    WorkflowError, Written,
};
use hookstep_core::secret::Owner;
use hookstep_core::verdict::Ending;
use hookstep_core::webhook::{Machine, Webhook};
use jiff::Timestamp;

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It does nothing and says so.
    Refused,
    /// It does all, and its answer is lost.
    AnswerLost,
    /// The process ends before it does anything.
    KilledBefore,
    /// It does all, and then the process ends.
    KilledAfter,
}

/// Calls that fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The number of the first of them, among all calls of all ports.
    pub(crate) first: usize,
    /// How many.
    pub(crate) count: usize,
    pub(crate) kind: Kind,
}

/// What goes wrong, and how many calls there have been.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    planned: Vec<Fault>,
    made: Mutex<usize>,
}

impl Faults {
    pub(crate) fn new(planned: Vec<Fault>) -> Self {
        Self { planned, made: Mutex::default() }
    }

    /// What the next call does.
    pub(crate) fn next(&self) -> Option<Kind> {
        let mut made = self.made.lock().unwrap();
        let number = *made;
        *made += 1;
        let hit = |fault: &&Fault| (fault.first..fault.first + fault.count).contains(&number);
        self.planned.iter().find(hit).map(|fault| fault.kind)
    }
}

/// A port whose calls fail as planned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Faulty<'a, P> {
    pub(crate) port: &'a P,
    pub(crate) faults: &'a Faults,
}

impl<P> Faulty<'_, P> {
    async fn call<T, E>(
        &self,
        error: impl FnOnce() -> E + Send,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        match self.faults.next() {
            None => call.await,
            Some(Kind::Refused) => Err(error()),
            Some(Kind::AnswerLost) => call.await.and(Err(error())),
            Some(Kind::KilledBefore) => pending().await,
            Some(Kind::KilledAfter) => {
                // Nobody hears what it says.
                let _ = call.await;
                pending().await
            }
        }
    }
}

fn table() -> StoreError {
    StoreError::Unavailable { table: "any", source: "as told".into() }
}

fn workflow() -> WorkflowError {
    WorkflowError::Unavailable("as told".into())
}

fn bucket() -> PayloadError {
    PayloadError::Unavailable("as told".into())
}

fn nobody() -> Source {
    "as told".into()
}

impl<P: WebhookReader> WebhookReader for Faulty<'_, P> {
    async fn webhook(&self, tenant: &TenantId, id: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        self.call(table, self.port.webhook(tenant, id)).await
    }
}

impl<P: WebhookHealth> WebhookHealth for Faulty<'_, P> {
    async fn failing(&self, owner: &Owner, since: Timestamp) -> Result<(), StoreError> {
        self.call(table, self.port.failing(owner, since)).await
    }

    async fn recovered(&self, owner: &Owner) -> Result<(), StoreError> {
        self.call(table, self.port.recovered(owner)).await
    }

    async fn auto_disable(&self, webhook: &Webhook, reason: &str, entry: &Entry) -> Result<Written, StoreError> {
        self.call(table, self.port.auto_disable(webhook, reason, entry)).await
    }
}

impl<P: EventReader> EventReader for Faulty<'_, P> {
    async fn event(&self, key: &EventKey) -> Result<Option<EventRow>, StoreError> {
        self.call(table, self.port.event(key)).await
    }
}

impl<P: OpenEvents> OpenEvents for Faulty<'_, P> {
    type Place = P::Place;

    async fn overdue(
        &self,
        now: Timestamp,
        from: Option<Self::Place>,
    ) -> Result<Page<Overdue, Self::Place>, StoreError> {
        self.call(table, self.port.overdue(now, from)).await
    }
}

impl<P: OutcomeRecorder> OutcomeRecorder for Faulty<'_, P> {
    async fn conclude(
        &self,
        leg: &Leg,
        execution: &str,
        attempt: &Attempt,
        ending: &Ending,
        now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        self.call(table, self.port.conclude(leg, execution, attempt, ending, now)).await
    }

    async fn conclude_without_attempt(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        execution: &str,
        ending: &Ending,
        now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        self.call(table, self.port.conclude_without_attempt(leg, first, execution, ending, now)).await
    }
}

impl<P: IdempotencyKeys> IdempotencyKeys for Faulty<'_, P> {
    async fn claim(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        key: &str,
        candidate: &EventId,
        now: Timestamp,
    ) -> Result<EventId, StoreError> {
        self.call(table, self.port.claim(tenant, config_id, key, candidate, now)).await
    }
}

impl<P: Workflow> Workflow for Faulty<'_, P> {
    async fn start(&self, machine: Machine, event: &Event, leg_name: &str) -> Result<(), WorkflowError> {
        self.call(workflow, self.port.start(machine, event, leg_name)).await
    }

    async fn start_again(&self, leg: &Leg, leg_name: &str) -> Result<(), WorkflowError> {
        self.call(workflow, self.port.start_again(leg, leg_name)).await
    }

    async fn run(&self, event: &Event, leg_name: &str, patience: Duration) -> Result<LegEnd, WorkflowError> {
        self.call(workflow, self.port.run(event, leg_name, patience)).await
    }
}

impl<P: Redelivery> Redelivery for Faulty<'_, P> {
    async fn schedule(&self, leg: &Leg, machine: &str, due: Timestamp) -> Result<(), WorkflowError> {
        self.call(workflow, self.port.schedule(leg, machine, due)).await
    }

    async fn give_up(&self, event_id: &EventId, leg: u32) -> Result<(), WorkflowError> {
        self.call(workflow, self.port.give_up(event_id, leg)).await
    }
}

impl<P: Lifecycle> Lifecycle for Faulty<'_, P> {
    async fn publish(&self, notice: &Notice) -> Result<(), Source> {
        self.call(nobody, self.port.publish(notice)).await
    }
}

impl<P: Alerts> Alerts for Faulty<'_, P> {
    async fn raise(&self, alert: &Alert) -> Result<(), Source> {
        self.call(nobody, self.port.raise(alert)).await
    }
}

impl<P: ListeningWebhooks> ListeningWebhooks for Faulty<'_, P> {
    async fn listeners(
        &self,
        tenant: &TenantId,
        event_name: &str,
        after: Option<&ConfigId>,
    ) -> Result<Listeners, StoreError> {
        self.call(table, self.port.listeners(tenant, event_name, after)).await
    }
}

impl<P: BusClaims> BusClaims for Faulty<'_, P> {
    async fn claim(
        &self,
        tenant: &TenantId,
        bus_event: &str,
        candidate: &EventId,
        now: Timestamp,
    ) -> Result<BusClaim, StoreError> {
        self.call(table, BusClaims::claim(self.port, tenant, bus_event, candidate, now)).await
    }

    async fn note(
        &self,
        tenant: &TenantId,
        bus_event: &str,
        claim: &BusClaim,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.call(table, self.port.note(tenant, bus_event, claim, now)).await
    }
}

impl<P: PayloadWriter> PayloadWriter for Faulty<'_, P> {
    async fn store(&self, key: &EventKey, unique: &str, bytes: Bytes) -> Result<StoredPayload, PayloadError> {
        self.call(bucket, self.port.store(key, unique, bytes)).await
    }
}

impl<P: SharedPayloads> SharedPayloads for Faulty<'_, P> {
    async fn store_shared(&self, tenant: &TenantId, unique: &str, bytes: Bytes) -> Result<StoredPayload, PayloadError> {
        self.call(bucket, self.port.store_shared(tenant, unique, bytes)).await
    }
}

impl<P: Uploads> Uploads for Faulty<'_, P> {
    async fn open(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        id: &PayloadId,
        now: Timestamp,
    ) -> Result<UploadSlot, PayloadError> {
        self.call(bucket, self.port.open(tenant, config_id, id, now)).await
    }

    async fn uploaded(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        id: &PayloadId,
    ) -> Result<Uploaded, PayloadError> {
        self.call(bucket, self.port.uploaded(tenant, config_id, id)).await
    }
}

/// Time does not fail.
impl<P: Clock> Clock for Faulty<'_, P> {
    fn now(&self) -> Timestamp {
        self.port.now()
    }

    async fn pause(&self, duration: Duration) {
        self.port.pause(duration).await;
    }
}

impl<P: Entropy> Entropy for Faulty<'_, P> {
    fn random(&self) -> u128 {
        self.port.random()
    }
}
