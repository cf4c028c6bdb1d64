//! Events, a replay of them and the machine, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use hookstep_core::auth::Auth;
use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Leg, Source};
use hookstep_core::ids::{ConfigId, EventId, ReplayId, TenantId};
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_core::ports::{
    Clock, Counted, Entropy, EventPicker, EventReader, IdempotencyKeys, LegEnd, Page, PayloadCopier, PayloadError,
    PayloadWriter, ReplayProgress, StoreError, WebhookReader, Workflow, WorkflowError, Written,
};
use hookstep_core::replay::again::Options;
use hookstep_core::replay::batch::{BatchError, BatchStep, Next};
use hookstep_core::replay::record::{EventRange, ReplayKey, ReplayRecord, Selection};
use hookstep_core::retry::RetryPolicy;
use hookstep_core::secret::Owner;
use hookstep_core::shape::{PayloadFormat, Shape};
use hookstep_core::signing::Signing;
use hookstep_core::webhook::{Machine, Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::{SignedDuration, Timestamp};

/// When the replay is asked for.
pub(crate) const ASKED: Timestamp = Timestamp::constant(1_800_000_000, 0);
/// How long rows are kept.
pub(crate) const RETENTION: SignedDuration = SignedDuration::from_hours(24);

/// What breaks off a call of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// The process dies before the call has an effect.
    DiesBefore,
    /// It dies after that, and hears of nothing.
    DiesAfter,
    /// The service does not take the call.
    Refused,
}

/// What there is, and what was done.
pub(crate) struct State {
    pub(crate) now: Timestamp,
    pub(crate) rows: BTreeMap<EventId, EventRow>,
    /// Rows that Hookstep did not write.
    pub(crate) corrupt: BTreeSet<EventId>,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) record: Option<ReplayRecord>,
    /// The first leg of each new event: its row.
    pub(crate) started: BTreeMap<EventId, Event>,
    /// Legs that were started, the second ones of an event too, each with its moment.
    pub(crate) starts: Vec<Timestamp>,
    pub(crate) copies: Vec<String>,
    pub(crate) keys: BTreeMap<String, EventId>,
    /// How many rows one look into the index passes.
    pub(crate) page: usize,
    /// How long a leg's start takes.
    pub(crate) pace: SignedDuration,
    /// After so many calls one breaks off.
    pub(crate) breaks: Option<(usize, Break)>,
    dead: bool,
    dice: u128,
}

pub(crate) struct World(Mutex<State>);

pub(crate) fn owner() -> Owner {
    Owner { tenant: TenantId::single(), config_id: ConfigId::generate(ASKED, 1) }
}

/// The id of the event of this number, a second after the one before.
pub(crate) fn id(number: u64) -> EventId {
    let moment = Timestamp::from_second(1_790_000_000 + i64::try_from(number).unwrap_or(0));
    EventId::generate(moment.expect("a moment"), u128::from(number))
}

/// An event of this number and status.
pub(crate) fn row(number: u64, status: EventStatus) -> EventRow {
    let event_id = id(number);
    EventRow {
        created_at: event_id.moment(),
        key: EventKey { event_id, tenant: owner().tenant, config_id: owner().config_id },
        event_name: Some("order.created".to_owned()),
        source: Source::Api,
        expires_at: ASKED,
        content_type: Some("application/json".to_owned()),
        correlation_id: None,
        trace: None,
        payload: Some(Payload::Inline(Bytes::from(format!("{{\"number\":{number}}}")))),
        status,
        reason: None,
        reason_detail: None,
        url: (status != EventStatus::Skipped).then(|| "https://example.com/".to_owned()),
        http_method: None,
        execution_arn: String::new(),
        updated_at: ASKED,
        attempts: Vec::new(),
        leg: 1,
        machine: Machine::Express,
        next_attempt_at: None,
        deadline_at: None,
        one_attempt: false,
        lifecycle: false,
        replay: None,
        shape: Shape { transformation: None, format: PayloadFormat::StandardWebhooks },
    }
}

/// An object in the bucket.
pub(crate) fn stored(key: &str) -> StoredPayload {
    StoredPayload { key: key.to_owned(), etag: "\"1\"".to_owned(), size: 9 }
}

fn webhook() -> Webhook {
    Webhook {
        id: owner().config_id,
        tenant: owner().tenant,
        name: "orders".to_owned(),
        description: String::new(),
        event_name: Some("order.renamed".to_owned()),
        filter: None,
        url: WebhookUrl::parse("https://example.com/", false).expect("a target"),
        method: Method::Post,
        headers: vec![],
        auth: Auth::None,
        signing: Signing::off(),
        shape: Shape::default(),
        static_ip: false,
        secrets: None,
        status: Status::Active,
        status_reason: None,
        failing_since: None,
        timeout: TimeoutSeconds::new(30).expect("a timeout"),
        retry_policy: RetryPolicy::default(),
        created_at: ASKED,
        updated_at: ASKED,
        version: 1,
    }
}

/// All failed events from the beginning to the call.
pub(crate) fn all_failed() -> Selection {
    Selection::matching(EventStatus::Failed, Timestamp::UNIX_EPOCH, ASKED, ASKED)
}

pub(crate) fn key() -> ReplayKey {
    ReplayKey { owner: owner(), id: ReplayId::generate(ASKED, 7) }
}

impl World {
    pub(crate) fn of(rows: impl IntoIterator<Item = EventRow>) -> Self {
        Self(Mutex::new(State {
            now: ASKED,
            rows: rows.into_iter().map(|row| (row.key.event_id.clone(), row)).collect(),
            corrupt: BTreeSet::new(),
            webhook: Some(webhook()),
            record: None,
            started: BTreeMap::new(),
            starts: Vec::new(),
            copies: Vec::new(),
            keys: BTreeMap::new(),
            page: 1_000,
            pace: SignedDuration::ZERO,
            breaks: None,
            dead: false,
            dice: 0,
        }))
    }

    /// The same with a replay of these events.
    pub(crate) fn asked(self, selection: Selection, per_second: u32) -> Self {
        let record = ReplayRecord::new(key(), selection, Options::default(), per_second, None, ASKED, RETENTION);
        self.state().record = Some(record);
        self
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics with it")
    }

    pub(crate) fn record(&self) -> ReplayRecord {
        self.state().record.clone().expect("there is a replay")
    }

    /// One round. `None` where it died.
    pub(crate) fn round(&self, run: u32) -> Option<Result<Next, BatchError>> {
        self.state().dead = false;
        self.finish(self.step().run(&key(), run))
    }

    /// What the machine does when rounds fail again and again.
    pub(crate) fn mark_failed(&self, run: u32) {
        self.finish(self.step().mark_failed(&key(), run)).expect("it lives").expect("it is written");
    }

    fn step(&self) -> BatchStep<'_, Self, Self, Self, Self, Self, Self> {
        BatchStep {
            replays: self,
            webhooks: self,
            events: self,
            payloads: self,
            workflow: self,
            clock: self,
            retention: RETENTION,
        }
    }

    /// Rounds as the machine does them, until there is nothing more to do.
    pub(crate) fn rounds(&self) {
        let run = self.record().run;
        for _ in 0..10_000 {
            match self.round(run) {
                Some(Ok(Next::Done)) => return,
                Some(Ok(Next::Round { wait_seconds })) => {
                    let wait = i64::try_from(wait_seconds).expect("it is a few seconds");
                    self.state().now += SignedDuration::from_secs(wait);
                }
                Some(Err(_)) | None => self.state().now += SignedDuration::from_secs(2),
            }
        }
        panic!("it comes to no end: {:?}", self.record());
    }

    /// Runs a step to its end, or to its death.
    pub(crate) fn finish<F: Future>(&self, step: F) -> Option<F::Output> {
        let mut step = pin!(step);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            match step.as_mut().poll(&mut context) {
                Poll::Ready(output) => return Some(output),
                Poll::Pending if self.state().dead => return None,
                Poll::Pending => {}
            }
        }
    }

    /// A call of a port, which may break off.
    async fn call<T>(&self, effect: impl FnOnce(&mut State) -> T) -> Result<T, &'static str> {
        let (result, dies) = {
            let mut state = self.state();
            let breaks = match &mut state.breaks {
                Some((0, _)) => state.breaks.take().map(|(_, kind)| kind),
                Some((left, _)) => {
                    *left -= 1;
                    None
                }
                None => None,
            };
            let dead = state.dead;
            match breaks {
                _ if dead => (None, true),
                Some(Break::DiesBefore) => (None, true),
                Some(Break::DiesAfter) => (Some(effect(&mut state)), true),
                Some(Break::Refused) => (None, false),
                None => (Some(effect(&mut state)), false),
            }
        };
        if dies {
            self.state().dead = true;
            std::future::pending::<()>().await;
        }
        result.ok_or("refused")
    }
}

fn unavailable(source: &'static str) -> StoreError {
    StoreError::Unavailable { table: "any", source: source.into() }
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
    async fn webhook(&self, _: &TenantId, _: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        self.call(|state| state.webhook.clone()).await.map_err(unavailable)
    }
}

impl EventReader for World {
    async fn event(&self, key: &EventKey) -> Result<Option<EventRow>, StoreError> {
        let found = |state: &mut State| (state.corrupt.contains(&key.event_id), state.rows.get(&key.event_id).cloned());
        match self.call(found).await.map_err(unavailable)? {
            (true, _) => Err(StoreError::Corrupt { table: "events", what: "status".to_owned() }),
            (false, row) => Ok(row),
        }
    }
}

impl EventPicker for World {
    async fn pick(
        &self,
        range: &EventRange,
        after: Option<&EventId>,
        limit: usize,
    ) -> Result<Page<EventId, EventId>, StoreError> {
        let (from, to) = (EventId::first_at(range.from), EventId::last_at(range.to));
        let look = |state: &mut State| {
            let mut rows = state.rows.range(from..=to).filter(|(id, _)| after.is_none_or(|after| *id > after));
            let mut page = Page { items: Vec::new(), next: None };
            for (id, row) in rows.by_ref().take(state.page) {
                page.next = Some(id.clone());
                if row.status == range.status {
                    page.items.push(id.clone());
                }
                if page.items.len() == limit {
                    break;
                }
            }
            page.next = page.next.filter(|_| rows.next().is_some());
            page
        };
        self.call(look).await.map_err(unavailable)
    }

    async fn count(&self, range: &EventRange, _: Timestamp) -> Result<Counted, StoreError> {
        let (from, to) = (EventId::first_at(range.from), EventId::last_at(range.to));
        let count =
            |state: &mut State| state.rows.range(from..=to).filter(|(_, row)| row.status == range.status).count();
        let events = self.call(count).await.map_err(unavailable)?;
        Ok(Counted { events: events as u64, complete: true })
    }
}

impl ReplayProgress for World {
    async fn replay(&self, _: &ReplayKey) -> Result<Option<ReplayRecord>, StoreError> {
        self.call(|state| state.record.clone()).await.map_err(unavailable)
    }

    async fn update(&self, record: &ReplayRecord, seen: &ReplayRecord) -> Result<Written, StoreError> {
        let write = |state: &mut State| {
            let same = state
                .record
                .as_ref()
                .is_some_and(|now| (now.run, now.rounds, now.status) == (seen.run, seen.rounds, seen.status));
            if same {
                state.record = Some(record.clone());
                Written::Done
            } else {
                Written::Outdated
            }
        };
        self.call(write).await.map_err(unavailable)
    }
}

impl PayloadCopier for World {
    async fn copy(&self, payload: &StoredPayload, _: &EventKey, unique: &str) -> Result<StoredPayload, PayloadError> {
        if payload.key == "gone" {
            return Err(PayloadError::Missing);
        }
        let copied = self.call(|state| state.copies.push(unique.to_owned())).await;
        copied.map_err(|error| PayloadError::Unavailable(error.into()))?;
        Ok(StoredPayload { key: unique.to_owned(), ..payload.clone() })
    }
}

impl PayloadWriter for World {
    async fn store(&self, _: &EventKey, unique: &str, bytes: Bytes) -> Result<StoredPayload, PayloadError> {
        self.call(|state| state.copies.push(unique.to_owned()))
            .await
            .map_err(|error| PayloadError::Unavailable(error.into()))?;
        Ok(StoredPayload { key: unique.to_owned(), etag: "\"1\"".to_owned(), size: bytes.len() as u64 })
    }
}

impl Workflow for World {
    async fn start(&self, _: Machine, event: &Event, _: &str) -> Result<(), WorkflowError> {
        let start = |state: &mut State| {
            let pace = state.pace;
            state.now += pace;
            let now = state.now;
            state.starts.push(now);
            // Of two legs of one event the row takes one.
            state.started.entry(event.key.event_id.clone()).or_insert_with(|| event.clone());
        };
        self.call(start).await.map_err(|error| WorkflowError::Unavailable(error.into()))
    }

    async fn start_again(&self, _: &Leg, _: &str) -> Result<(), WorkflowError> {
        unreachable!("a replay starts first legs only")
    }

    async fn run(&self, _: &Event, _: &str, _: Duration) -> Result<LegEnd, WorkflowError> {
        unreachable!("nobody waits for a replay")
    }
}

impl IdempotencyKeys for World {
    async fn claim(
        &self,
        _: &TenantId,
        _: &ConfigId,
        key: &str,
        candidate: &EventId,
        _: Timestamp,
    ) -> Result<EventId, StoreError> {
        let claim = |state: &mut State| state.keys.entry(key.to_owned()).or_insert_with(|| candidate.clone()).clone();
        self.call(claim).await.map_err(unavailable)
    }
}
