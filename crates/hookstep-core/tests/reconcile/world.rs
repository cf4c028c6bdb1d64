//! The ports: tables, machines and listeners in memory. Every call of them is a place where others may come in between.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hookstep_core::attempt::Attempt;
use hookstep_core::conclude::Concluder;
use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Leg};
use hookstep_core::history::Entry;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::lifecycle::{DeliveryEnd, Notice};
use hookstep_core::limits::{EXPRESS_LEG_MAX_SECONDS, REDELIVERY_DELAY_MAX_SECONDS};
use hookstep_core::ports::{
    Alert, Alerts, Clock, Conclusion, Entropy, EventReader, LegEnd, Lifecycle, OpenEvents, OutcomeRecorder, Overdue,
    Page, Redelivery, Source, StoreError, WebhookHealth, WebhookReader, Workflow, WorkflowError, Written,
};
use hookstep_core::reconcile::{MachineNames, ReconcileStep};
use hookstep_core::secret::Owner;
use hookstep_core::verdict::{Ending, Verdict};
use hookstep_core::webhook::{Machine, Webhook};
use jiff::{SignedDuration, Timestamp};

use crate::make::{START, running, seconds, webhook};

pub(crate) type Step<'a> = ReconcileStep<'a, World, World, World, World, World, World, World, World>;

/// A wait of the redelivery machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) leg: Leg,
    pub(crate) machine: String,
    pub(crate) due: Timestamp,
}

/// What the world holds, does and saw.
pub(crate) struct State {
    pub(crate) now: Timestamp,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) rows: BTreeMap<EventId, EventRow>,
    /// What the index says of rows that it lags behind.
    pub(crate) stale: BTreeMap<EventId, Timestamp>,
    pub(crate) page: usize,
    pub(crate) index_fails_from_page: usize,
    pub(crate) pages: usize,
    pub(crate) unreadable: BTreeSet<EventId>,
    pub(crate) workflow_down: bool,
    pub(crate) bus_down: bool,
    /// What a read of a row takes.
    pub(crate) reads_take: Duration,
    pub(crate) random: u128,
    pub(crate) started: Vec<(Leg, String)>,
    pub(crate) waits: Vec<Wait>,
    pub(crate) told: Vec<(EventId, DeliveryEnd)>,
    /// Executions that are running.
    pub(crate) alive: BTreeSet<String>,
}

pub(crate) struct World(Mutex<State>);

impl World {
    /// With a webhook that has so many retries, and these rows.
    pub(crate) fn new(max_retries: u32, rows: impl IntoIterator<Item = EventRow>) -> Self {
        Self(Mutex::new(State {
            now: START,
            webhook: Some(webhook(max_retries)),
            rows: rows.into_iter().map(|row| (row.key.event_id.clone(), row)).collect(),
            stale: BTreeMap::new(),
            page: 100,
            index_fails_from_page: usize::MAX,
            pages: 0,
            unreadable: BTreeSet::new(),
            workflow_down: false,
            bus_down: false,
            reads_take: Duration::ZERO,
            random: 0,
            started: Vec::new(),
            waits: Vec::new(),
            told: Vec::new(),
            alive: BTreeSet::new(),
        }))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics with the world in hand")
    }

    pub(crate) fn row(&self, key: &EventKey) -> EventRow {
        self.state().rows.get(&key.event_id).cloned().expect("it has a row")
    }

    pub(crate) fn passes(&self, by: SignedDuration) {
        self.state().now += by;
    }

    pub(crate) fn concluder(&self) -> Concluder<'_, Self, Self, Self, Self, Self, Self> {
        Concluder {
            webhooks: self,
            rows: self,
            redelivery: self,
            lifecycle: self,
            alerts: self,
            clock: self,
            auto_disable_after: Duration::from_hours(120),
            publish_succeeded: false,
        }
    }

    pub(crate) fn step(&self) -> Step<'_> {
        let machines = MachineNames { express: "express".to_owned(), standard: "standard".to_owned() };
        ReconcileStep { events: self, workflow: self, concluder: self.concluder(), machines }
    }

    /// What `RecordEvent` does, on its condition: a leg takes its row, or does not.
    pub(crate) fn claims(&self, leg: &Leg, execution: &str) -> bool {
        let mut state = self.state();
        let now = state.now;
        if leg.number == 1 && !state.rows.contains_key(&leg.key.event_id) {
            let row = EventRow { key: leg.key.clone(), execution_arn: String::new(), ..running(0) };
            state.rows.insert(leg.key.event_id.clone(), row);
        } else {
            let row = state.rows.get(&leg.key.event_id).expect("the leg before had a row");
            let due = row.next_attempt_at.filter(|_| row.leg + 1 == leg.number && !row.status.is_final());
            let Some(due) = due else { return false };
            assert!(due <= now, "leg {} begins before it is due", leg.number);
        }
        let row = state.rows.get_mut(&leg.key.event_id).expect("it is there");
        execution.clone_into(&mut row.execution_arn);
        (row.leg, row.next_attempt_at) = (leg.number, None);
        row.deadline_at = Some(now + seconds(EXPRESS_LEG_MAX_SECONDS));
        true
    }

    async fn record(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        execution: &str,
        attempt: Option<&Attempt>,
        ending: &Ending,
    ) -> Conclusion {
        turn().await;
        let mut state = self.state();
        if attempt.is_none() {
            assert!(!state.alive.contains(execution), "{execution} is alive");
        }
        if let (Some(first), None) = (first, state.rows.get(&leg.key.event_id)) {
            let row = EventRow {
                key: first.key.clone(),
                execution_arn: execution.to_owned(),
                expires_at: first.expires_at,
                ..running(0)
            };
            state.rows.insert(first.key.event_id.clone(), row);
        }
        let Some(row) = state.rows.get_mut(&leg.key.event_id) else { return Conclusion::Taken };
        let due = match ending {
            Ending::Again { at, .. } => Some(*at),
            Ending::Final(_) => None,
        };
        // A note of an event is what its first leg may take over.
        let is_note = row.leg == 0 && leg.number == 1;
        let owned = row.execution_arn == execution && (row.leg == leg.number || is_note);
        if !owned || row.status.is_final() || row.next_attempt_at.is_some() {
            let attempted = row.attempts.iter().any(|one| one.number == leg.number);
            return match written(row) {
                Some(ending) if owned && attempted == attempt.is_some() => Conclusion::Repeated(ending),
                _ => Conclusion::Taken,
            };
        }
        row.leg = leg.number;
        row.status = ending.status();
        row.reason = ending.verdict().reason;
        row.reason_detail.clone_from(&ending.verdict().detail);
        row.attempts.extend(attempt.cloned());
        row.next_attempt_at = due;
        row.deadline_at = due.map(|due| due + seconds(REDELIVERY_DELAY_MAX_SECONDS));
        Conclusion::Recorded
    }
}

/// The ending that a row shows.
fn written(row: &EventRow) -> Option<Ending> {
    let verdict = |status| Verdict { status, reason: row.reason, detail: row.reason_detail.clone() };
    match row.next_attempt_at {
        Some(at) => Some(Ending::Again { at, because: verdict(EventStatus::Failed) }),
        None => row.status.is_final().then(|| Ending::Final(verdict(row.status))),
    }
}

/// Lets others do something first.
pub(crate) async fn turn() {
    let mut waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// With nobody else around.
pub(crate) fn alone<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

fn down(table: &'static str) -> StoreError {
    StoreError::Unavailable { table, source: "as told".into() }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    async fn pause(&self, _: Duration) {
        turn().await;
    }
}

impl Entropy for World {
    fn random(&self) -> u128 {
        let mut state = self.state();
        state.random += 1;
        state.random
    }
}

impl OpenEvents for World {
    type Place = (Timestamp, EventId);

    async fn overdue(
        &self,
        now: Timestamp,
        from: Option<Self::Place>,
    ) -> Result<Page<Overdue, Self::Place>, StoreError> {
        turn().await;
        let mut state = self.state();
        state.pages += 1;
        if state.pages > state.index_fails_from_page {
            return Err(down("events"));
        }
        let entries = state.rows.values().filter_map(|row| {
            let lags = state.stale.get(&row.key.event_id).copied();
            let open = row.deadline_at.filter(|_| !row.status.is_final());
            Some((lags.or(open)?, row.key.event_id.clone(), row.key.clone()))
        });
        let mut entries: Vec<_> = entries
            .filter(|(deadline, id, _)| {
                *deadline < now && from.as_ref().is_none_or(|from| (*deadline, id) > (from.0, &from.1))
            })
            .collect();
        entries.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let more = entries.len() > state.page;
        entries.truncate(state.page);
        let next = entries.last().filter(|_| more).map(|(deadline, id, _)| (*deadline, id.clone()));
        let items = entries.into_iter().map(|(deadline_at, _, key)| Overdue { key, deadline_at }).collect();
        Ok(Page { items, next })
    }
}

impl EventReader for World {
    async fn event(&self, key: &EventKey) -> Result<Option<EventRow>, StoreError> {
        turn().await;
        let mut state = self.state();
        let takes = state.reads_take;
        state.now += takes;
        if state.unreadable.contains(&key.event_id) {
            return Err(down("events"));
        }
        Ok(state.rows.get(&key.event_id).filter(|row| row.expires_at > state.now).cloned())
    }
}

impl OutcomeRecorder for World {
    async fn conclude(
        &self,
        leg: &Leg,
        execution: &str,
        attempt: &Attempt,
        ending: &Ending,
        _: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        Ok(self.record(leg, None, execution, Some(attempt), ending).await)
    }

    async fn conclude_without_attempt(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        execution: &str,
        ending: &Ending,
        _: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        Ok(self.record(leg, first, execution, None, ending).await)
    }
}

impl WebhookReader for World {
    async fn webhook(&self, _: &TenantId, _: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        turn().await;
        Ok(self.state().webhook.clone())
    }
}

impl WebhookHealth for World {
    async fn failing(&self, _: &Owner, _: Timestamp) -> Result<(), StoreError> {
        turn().await;
        Ok(())
    }

    async fn recovered(&self, _: &Owner) -> Result<(), StoreError> {
        turn().await;
        Ok(())
    }

    async fn auto_disable(&self, _: &Webhook, _: &str, _: &Entry) -> Result<Written, StoreError> {
        panic!("no receiver fails for that long");
    }
}

impl Redelivery for World {
    async fn schedule(&self, leg: &Leg, machine: &str, due: Timestamp) -> Result<(), WorkflowError> {
        turn().await;
        let mut state = self.state();
        if state.workflow_down {
            return Err(WorkflowError::Unavailable("as told".into()));
        }
        // Its execution is named by the event and the leg.
        if !state.waits.iter().any(|wait| wait.leg.key == leg.key && wait.leg.number == leg.number) {
            state.waits.push(Wait { leg: leg.clone(), machine: machine.to_owned(), due });
        }
        Ok(())
    }

    async fn give_up(&self, _: &EventId, _: u32) -> Result<(), WorkflowError> {
        panic!("nobody asks for it");
    }
}

impl Workflow for World {
    async fn start(&self, _: Machine, _: &Event, _: &str) -> Result<(), WorkflowError> {
        panic!("first legs are started by a trigger");
    }

    async fn start_again(&self, leg: &Leg, leg_name: &str) -> Result<(), WorkflowError> {
        turn().await;
        let mut state = self.state();
        if state.workflow_down {
            return Err(WorkflowError::Unavailable("as told".into()));
        }
        state.started.push((leg.clone(), leg_name.to_owned()));
        Ok(())
    }

    async fn run(&self, _: &Event, _: &str, _: Duration) -> Result<LegEnd, WorkflowError> {
        panic!("nobody waits for it");
    }
}

impl Lifecycle for World {
    async fn publish(&self, notice: &Notice) -> Result<(), Source> {
        turn().await;
        let mut state = self.state();
        if state.bus_down {
            return Err("as told".into());
        }
        let Notice::Delivery(notice) = notice else { panic!("nothing is disabled") };
        let failed = state.rows.get(&notice.key.event_id).is_some_and(|row| row.status == EventStatus::Failed);
        assert!(failed, "the bus is told of a failure that is none");
        state.told.push((notice.key.event_id.clone(), notice.end));
        Ok(())
    }
}

impl Alerts for World {
    async fn raise(&self, _: &Alert) -> Result<(), Source> {
        panic!("the alert on a run is its caller's");
    }
}
