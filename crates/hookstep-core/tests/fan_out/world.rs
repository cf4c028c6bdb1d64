//! A bus, its listeners and the machine, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use hookstep_core::bus::{Addressee, BusEvent, FanOut, FanOutError, FannedOut};
use hookstep_core::event::{Event, Leg};
use hookstep_core::filter::Filter;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::payload::StoredPayload;
use hookstep_core::ports::{
    BusClaim, BusClaims, Clock, Entropy, LegEnd, Listener, Listeners, ListeningWebhooks, PayloadError, SharedPayloads,
    StoreError, WebhookReader, Workflow, WorkflowError,
};
use hookstep_core::webhook::{Machine, TimeoutSeconds, Webhook};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// When the first run begins.
pub(crate) const START: Timestamp = Timestamp::constant(1_800_000_000, 123_000_000);
/// How long a run has, as [`World::run`] does it.
pub(crate) const TIME: SignedDuration = SignedDuration::from_secs(20);
pub(crate) const NAME: &str = "order.created";
pub(crate) const INLINE_MAX_BYTES: usize = 100;

/// One webhook.
#[derive(Clone)]
pub(crate) struct Hook {
    pub(crate) id: ConfigId,
    pub(crate) filter: Option<Value>,
    pub(crate) readable: bool,
}

/// What there is, and what was done.
pub(crate) struct State {
    pub(crate) now: Timestamp,
    /// Those that listen to [`NAME`], in the order of the index.
    pub(crate) listening: Vec<Hook>,
    pub(crate) page: usize,
    /// Webhooks that can be named.
    pub(crate) webhooks: Vec<Webhook>,
    claims: BTreeMap<String, BusClaim>,
    pub(crate) notes: usize,
    /// The first leg of each event: its row.
    pub(crate) rows: BTreeMap<EventId, Event>,
    /// Legs that were started, the second ones of an event too.
    pub(crate) starts: usize,
    /// How long a start takes.
    pub(crate) pace: SignedDuration,
    /// After so many starts of a run nothing answers any more.
    pub(crate) dies_after: Option<usize>,
    /// So many starts fail first.
    pub(crate) failures: usize,
    pub(crate) stored: Vec<(String, Bytes)>,
    dice: u128,
}

pub(crate) struct World(Mutex<State>);

pub(crate) fn tenant() -> TenantId {
    "acme".parse().expect("a tenant")
}

/// The webhook of this number. Their order by id is not the order of the index.
pub(crate) fn hook(number: usize) -> Hook {
    let id = ConfigId::generate(START, (number as u128 * 7_919) % 100_003);
    Hook { id, filter: None, readable: true }
}

pub(crate) fn bus_event(detail: &Value) -> BusEvent {
    BusEvent {
        tenant: tenant(),
        id: "6f6f0d1c-0000-4000-8000-000000000001".to_owned(),
        archive_replay: None,
        trace: None,
        name: NAME.to_owned(),
        addressee: Addressee::Listeners,
        lifecycle: false,
        detail: detail.to_string().into(),
        document: Some(json!({ "detail-type": NAME, "source": "shop", "detail": detail })),
    }
}

impl World {
    pub(crate) fn with(listening: Vec<Hook>) -> Self {
        Self(Mutex::new(State {
            now: START,
            listening,
            page: 1_000,
            webhooks: Vec::new(),
            claims: BTreeMap::new(),
            notes: 0,
            rows: BTreeMap::new(),
            starts: 0,
            pace: SignedDuration::ZERO,
            dies_after: None,
            failures: 0,
            stored: Vec::new(),
            dice: 0,
        }))
    }

    pub(crate) fn of(count: usize) -> Self {
        Self::with((0..count).map(hook).collect())
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panicked with it")
    }

    fn step(&self) -> FanOut<'_, Self, Self, Self, Self, Self, Self> {
        FanOut {
            webhooks: self,
            listening: self,
            claims: self,
            payloads: self,
            workflow: self,
            clock: self,
            inline_max_bytes: INLINE_MAX_BYTES,
            retention: SignedDuration::from_hours(24),
        }
    }

    /// One run, from now on. `None` where it is killed.
    pub(crate) fn run(&self, event: &BusEvent) -> Option<Result<FannedOut, FanOutError>> {
        let until = self.state().now + TIME;
        let step = self.step();
        finished(step.run(event, until))
    }

    /// Two runs at the same time.
    pub(crate) fn run_twice(
        &self,
        event: &BusEvent,
    ) -> (Result<FannedOut, FanOutError>, Result<FannedOut, FanOutError>) {
        let until = self.state().now + TIME;
        let (a, b) = (self.step(), self.step());
        finished(futures_util::future::join(a.run(event, until), b.run(event, until))).expect("nobody is killed")
    }

    /// The webhooks that have a row.
    pub(crate) fn reached(&self) -> BTreeSet<ConfigId> {
        let state = self.state();
        let reached: BTreeSet<_> = state.rows.values().map(|event| event.key.config_id.clone()).collect();
        assert_eq!(reached.len(), state.rows.len(), "a webhook has two rows");
        reached
    }

    /// The webhooks that listen.
    pub(crate) fn all(&self) -> BTreeSet<ConfigId> {
        self.state().listening.iter().map(|hook| hook.id.clone()).collect()
    }
}

/// Polls for as long as something happens. Nothing happens any more in a world that has died.
fn finished<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    for _ in 0..100_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(value);
        }
    }
    None
}

/// Lets others go on first.
async fn others() {
    let mut waited = false;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    async fn pause(&self, duration: Duration) {
        self.state().now += duration;
    }
}

impl Entropy for World {
    fn random(&self) -> u128 {
        let mut state = self.state();
        state.dice += 1;
        state.dice
    }
}

impl WebhookReader for World {
    async fn webhook(&self, tenant: &TenantId, id: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        Ok(self.state().webhooks.iter().find(|webhook| webhook.tenant == *tenant && webhook.id == *id).cloned())
    }
}

impl ListeningWebhooks for World {
    async fn listeners(
        &self,
        tenant: &TenantId,
        event_name: &str,
        after: Option<&ConfigId>,
    ) -> Result<Listeners, StoreError> {
        others().await;
        let state = self.state();
        let all = if (tenant.as_str(), event_name) == ("acme", NAME) { &state.listening[..] } else { &[] };
        let from = after.and_then(|id| all.iter().position(|hook| hook.id == *id)).map_or(0, |at| at + 1);
        let rest = &all[from..];
        let page = &rest[..rest.len().min(state.page)];
        let (readable, unreadable): (Vec<_>, Vec<_>) = page.iter().cloned().partition(|hook| hook.readable);
        let listener = |hook: Hook| Listener {
            config_id: hook.id,
            filter: hook.filter.map(|pattern| Filter::parse(pattern).expect("a pattern")),
            timeout: TimeoutSeconds::DEFAULT,
        };
        Ok(Listeners {
            readable: readable.into_iter().map(listener).collect(),
            unreadable: unreadable.into_iter().map(|hook| hook.id).collect(),
            next: if rest.len() > page.len() { page.last().map(|hook| hook.id.clone()) } else { None },
        })
    }
}

impl BusClaims for World {
    async fn claim(
        &self,
        tenant: &TenantId,
        bus_event: &str,
        candidate: &EventId,
        _: Timestamp,
    ) -> Result<BusClaim, StoreError> {
        others().await;
        let first = BusClaim { base: candidate.clone(), reached: None, unasked: None };
        Ok(self.state().claims.entry(format!("{tenant}#{bus_event}")).or_insert(first).clone())
    }

    async fn note(&self, tenant: &TenantId, bus_event: &str, claim: &BusClaim, _: Timestamp) -> Result<(), StoreError> {
        let mut state = self.state();
        state.notes += 1;
        state.claims.insert(format!("{tenant}#{bus_event}"), claim.clone());
        Ok(())
    }
}

impl SharedPayloads for World {
    async fn store_shared(&self, tenant: &TenantId, unique: &str, bytes: Bytes) -> Result<StoredPayload, PayloadError> {
        let size = bytes.len() as u64;
        let key = format!("payloads/{tenant}/bus/{unique}");
        self.state().stored.push((key.clone(), bytes));
        Ok(StoredPayload { key, etag: "e".to_owned(), size })
    }
}

impl Workflow for World {
    async fn start(&self, machine: Machine, event: &Event, leg_name: &str) -> Result<(), WorkflowError> {
        others().await;
        assert_eq!((machine, leg_name), (event.machine, &*format!("{}-1", event.key.event_id)));
        if self.state().dies_after == Some(0) {
            std::future::pending::<()>().await;
        }
        let mut state = self.state();
        let pace = state.pace;
        state.now += pace;
        if state.failures > 0 {
            state.failures -= 1;
            return Err(WorkflowError::Unavailable("throttled".into()));
        }
        state.dies_after = state.dies_after.map(|left| left - 1);
        state.starts += 1;
        // As RecordEvent: the first leg makes the row, a second one finds it and ends.
        state.rows.entry(event.key.event_id.clone()).or_insert_with(|| event.clone());
        Ok(())
    }

    async fn start_again(&self, _: &Leg, _: &str) -> Result<(), WorkflowError> {
        panic!("a fan-out starts first legs")
    }

    async fn run(&self, _: &Event, _: &str, _: Duration) -> Result<LegEnd, WorkflowError> {
        panic!("a fan-out waits for nobody")
    }
}
