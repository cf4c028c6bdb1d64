//! The world behind the ports: tables with the conditions of the real ones, machines that are started, receivers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use hookstep_core::attempt::Attempt;
use hookstep_core::auth::Auth;
use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Leg};
use hookstep_core::history::Entry;
use hookstep_core::ids::{ConfigId, EventId, PayloadId, TenantId};
use hookstep_core::leg::Plan;
use hookstep_core::lifecycle::Notice;
use hookstep_core::limits::{EXPRESS_LEG_MAX_SECONDS, LEG_MAX_SECONDS, REDELIVERY_DELAY_MAX_SECONDS};
use hookstep_core::payload::StoredPayload;
use hookstep_core::ports::{
    Alert, Alerts, BusClaim, BusClaims, Clock, Conclusion, Entropy, EventReader, IdempotencyKeys, LegEnd, Lifecycle,
    Listener, Listeners, ListeningWebhooks, OpenEvents, OutcomeRecorder, Overdue, Page, PayloadError, PayloadWriter,
    Redelivery, SharedPayloads, Source, StoreError, UploadSlot, Uploaded, Uploads, WebhookHealth, WebhookReader,
    Workflow, WorkflowError, Written,
};
use hookstep_core::retry::{RetryOn, RetryPolicy};
use hookstep_core::secret::Owner;
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::verdict::{Ending, Verdict};
use hookstep_core::webhook::{Machine, Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::{SignedDuration, Timestamp};

const BEGIN: i64 = 1_800_000_000;

/// An execution of the delivery machine that has been started.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) execution: String,
    pub(crate) machine: Machine,
    pub(crate) of: Started,
}

#[derive(Debug, Clone)]
pub(crate) enum Started {
    First(Box<Event>),
    Again(Leg),
}

/// An execution of the redelivery machine.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) leg: Leg,
    pub(crate) due: Timestamp,
    pub(crate) is_over: bool,
}

/// Everything there is.
#[derive(Debug, Default)]
pub(crate) struct World {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    passed: SignedDuration,
    drawn: u128,
    pub(crate) webhooks: BTreeMap<ConfigId, Webhook>,
    pub(crate) rows: BTreeMap<EventId, EventRow>,
    pub(crate) started: VecDeque<Start>,
    /// By the name of the execution.
    pub(crate) waits: BTreeMap<String, Wait>,
    keys: BTreeMap<String, EventId>,
    claims: BTreeMap<String, BusClaim>,
    /// How often the receivers refuse each message before they take it.
    pub(crate) refusals: u32,
    /// What the receivers got: how often each message was refused, and how often it was taken.
    pub(crate) received: BTreeMap<EventId, (u32, u32)>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) alerts: Vec<Alert>,
}

pub(crate) fn event_name() -> &'static str {
    "something.happened"
}

impl World {
    /// With so many webhooks that all listen to the same events.
    pub(crate) fn new(webhooks: usize, machine: Machine, retries: u32, refusals: u32) -> Self {
        let world = Self::default();
        for number in 0..webhooks {
            let webhook = webhook(number as u128, machine, retries);
            world.state().webhooks.insert(webhook.id.clone(), webhook);
        }
        world.state().refusals = refusals;
        world
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.state().passed += time;
    }

    /// A receiver gets a message, and says whether it takes it: it refuses each a few times, and takes it from then on.
    pub(crate) fn receive(&self, message: &EventId) -> bool {
        let mut state = self.state();
        let most = state.refusals;
        let (refused, taken) = state.received.entry(message.clone()).or_default();
        if *refused < most {
            *refused += 1;
            return false;
        }
        *taken += 1;
        true
    }

    /// `RecordEvent`: `false` where the row does not fit its condition.
    pub(crate) fn record(&self, event: &Event, plan: &Plan, execution: &str) -> bool {
        let now = self.now();
        let mut state = self.state();
        let before = state.rows.get(&event.key.event_id);
        let fits = match before {
            None => event.leg == 1,
            Some(row) if event.leg == 1 => is_open(row) && (row.leg == 0 || owns(row, execution)),
            Some(row) => waits_for(row, event.leg) || (row.leg == event.leg && owns(row, execution)),
        };
        if !fits {
            return false;
        }
        let mut row = before.cloned().unwrap_or_else(|| row_of(event));
        row.leg = event.leg;
        row.machine = event.machine;
        execution.clone_into(&mut row.execution_arn);
        row.next_attempt_at = None;
        match plan {
            Plan::Deliver(_) => {
                let most = match event.machine {
                    Machine::Express => EXPRESS_LEG_MAX_SECONDS,
                    Machine::Standard => LEG_MAX_SECONDS,
                };
                row.deadline_at = Some(now + SignedDuration::from_secs(i64::from(most)));
            }
            Plan::Skip(verdict) => end(&mut row, verdict),
        }
        state.rows.insert(event.key.event_id.clone(), row);
        true
    }

    /// `RecordFailure`, the last resort: a row that is overdue at once. One that is not the execution's own stays as it is.
    pub(crate) fn note(&self, leg: &Leg, first: Option<&Event>, execution: &str) {
        let mut state = self.state();
        let row = match state.rows.get(&leg.key.event_id) {
            Some(row) if !owns(row, execution) => return,
            Some(row) => row.clone(),
            None => EventRow { leg: 0, ..first.map_or_else(|| row_of_leg(leg), row_of) },
        };
        let row = EventRow { execution_arn: execution.to_owned(), deadline_at: Some(Timestamp::UNIX_EPOCH), ..row };
        state.rows.insert(leg.key.event_id.clone(), row);
    }
}

fn is_open(row: &EventRow) -> bool {
    row.status == EventStatus::InProgress
}

/// The execution's own row, while its leg runs.
fn owns(row: &EventRow, execution: &str) -> bool {
    is_open(row) && row.execution_arn == execution && row.next_attempt_at.is_none()
}

/// A row that waits for this leg.
fn waits_for(row: &EventRow, leg: u32) -> bool {
    is_open(row) && row.leg + 1 == leg && row.next_attempt_at.is_some()
}

fn end(row: &mut EventRow, verdict: &Verdict) {
    row.status = verdict.status;
    row.reason = verdict.reason;
    row.reason_detail.clone_from(&verdict.detail);
    row.next_attempt_at = None;
    row.deadline_at = None;
}

fn conclude(row: &mut EventRow, ending: &Ending) {
    match ending {
        Ending::Final(verdict) => end(row, verdict),
        Ending::Again { at, because } => {
            row.reason = because.reason;
            row.reason_detail.clone_from(&because.detail);
            row.next_attempt_at = Some(*at);
            row.deadline_at = Some(*at + SignedDuration::from_secs(i64::from(REDELIVERY_DELAY_MAX_SECONDS)));
        }
    }
}

fn row_of(event: &Event) -> EventRow {
    EventRow {
        payload: Some(event.payload.clone()),
        content_type: event.content_type.clone(),
        correlation_id: event.correlation_id.clone(),
        ..row_of_leg(&Leg::from(event))
    }
}

fn row_of_leg(leg: &Leg) -> EventRow {
    EventRow {
        key: leg.key.clone(),
        event_name: leg.event_name.clone(),
        source: leg.source,
        created_at: leg.created_at,
        expires_at: leg.expires_at,
        content_type: None,
        correlation_id: None,
        payload: None,
        status: EventStatus::InProgress,
        reason: None,
        reason_detail: None,
        url: None,
        http_method: None,
        execution_arn: String::new(),
        updated_at: leg.created_at,
        attempts: Vec::new(),
        leg: leg.number,
        machine: leg.machine,
        next_attempt_at: None,
        deadline_at: None,
        one_attempt: leg.one_attempt,
        lifecycle: leg.lifecycle,
        replay: None,
        shape: Shape::default(),
    }
}

fn webhook(number: u128, machine: Machine, retries: u32) -> Webhook {
    let begin = Timestamp::from_second(BEGIN).unwrap();
    let seconds = if machine == Machine::Standard { 600 } else { 30 };
    Webhook {
        id: ConfigId::generate(begin, number),
        tenant: TenantId::single(),
        name: "name".to_owned(),
        description: String::new(),
        event_name: Some(event_name().to_owned()),
        filter: None,
        url: WebhookUrl::parse("https://receiver.example", false).unwrap(),
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
        timeout: TimeoutSeconds::new(seconds).unwrap(),
        retry_policy: RetryPolicy {
            max_retries: retries,
            schedule_seconds: vec![5, 60],
            retry_on: RetryOn::ALL.to_vec(),
        },
        created_at: begin,
        updated_at: begin,
        version: 1,
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(BEGIN).unwrap() + self.state().passed
    }

    async fn pause(&self, duration: Duration) {
        self.pass(SignedDuration::try_from(duration).unwrap());
    }
}

impl Entropy for World {
    fn random(&self) -> u128 {
        let mut state = self.state();
        state.drawn += 1;
        state.drawn
    }
}

impl WebhookReader for World {
    async fn webhook(&self, _tenant: &TenantId, id: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        Ok(self.state().webhooks.get(id).cloned())
    }
}

impl WebhookHealth for World {
    async fn failing(&self, owner: &Owner, since: Timestamp) -> Result<(), StoreError> {
        if let Some(webhook) = self.state().webhooks.get_mut(&owner.config_id) {
            webhook.failing_since.get_or_insert(since);
        }
        Ok(())
    }

    async fn recovered(&self, owner: &Owner) -> Result<(), StoreError> {
        if let Some(webhook) = self.state().webhooks.get_mut(&owner.config_id) {
            webhook.failing_since = None;
        }
        Ok(())
    }

    async fn auto_disable(&self, _webhook: &Webhook, _reason: &str, _entry: &Entry) -> Result<Written, StoreError> {
        panic!("nothing here fails for days");
    }
}

impl EventReader for World {
    async fn event(&self, key: &EventKey) -> Result<Option<EventRow>, StoreError> {
        Ok(self.state().rows.get(&key.event_id).cloned())
    }
}

impl OpenEvents for World {
    type Place = ();

    async fn overdue(&self, now: Timestamp, _from: Option<()>) -> Result<Page<Overdue, ()>, StoreError> {
        let state = self.state();
        let open = state.rows.values().filter_map(|row| Some((&row.key, row.deadline_at?)));
        let late = open.filter(|(_, deadline_at)| *deadline_at < now);
        let items = late.map(|(key, deadline_at)| Overdue { key: key.clone(), deadline_at }).collect();
        Ok(Page { items, next: None })
    }
}

impl OutcomeRecorder for World {
    async fn conclude(
        &self,
        leg: &Leg,
        execution: &str,
        attempt: &Attempt,
        ending: &Ending,
        _now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        let mut state = self.state();
        let Some(row) = state.rows.get_mut(&leg.key.event_id) else { return Ok(Conclusion::Taken) };
        if owns(row, execution) {
            row.attempts.push(attempt.clone());
            conclude(row, ending);
            return Ok(Conclusion::Recorded);
        }
        let is_there = row.execution_arn == execution && row.attempts.iter().any(|one| one.number == attempt.number);
        Ok(repeated(row, is_there))
    }

    async fn conclude_without_attempt(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        execution: &str,
        ending: &Ending,
        _now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        let mut state = self.state();
        let before = state.rows.get(&leg.key.event_id);
        let fits = match before {
            None => first.is_some(),
            Some(row) if first.is_some() => is_open(row) && (row.leg + 1 == leg.number || owns(row, execution)),
            Some(row) => waits_for(row, leg.number) || owns(row, execution),
        };
        if fits {
            let mut row = before.cloned().or_else(|| first.map(row_of)).expect("one of the two is there");
            row.leg = leg.number;
            row.machine = leg.machine;
            execution.clone_into(&mut row.execution_arn);
            conclude(&mut row, ending);
            state.rows.insert(leg.key.event_id.clone(), row);
            return Ok(Conclusion::Recorded);
        }
        let Some(row) = before else { return Ok(Conclusion::Taken) };
        let without_attempt = row.attempts.iter().all(|one| one.number != leg.number);
        Ok(repeated(row, row.execution_arn == execution && row.leg == leg.number && without_attempt))
    }
}

/// What the row that did not fit says, if it is this step that wrote it before.
fn repeated(row: &EventRow, is_of_step: bool) -> Conclusion {
    let verdict = |status| Verdict { status, reason: row.reason, detail: row.reason_detail.clone() };
    match row.next_attempt_at {
        Some(at) if is_of_step => Conclusion::Repeated(Ending::Again { at, because: verdict(EventStatus::Failed) }),
        None if is_of_step && row.status.is_final() => Conclusion::Repeated(Ending::Final(verdict(row.status))),
        _ => Conclusion::Taken,
    }
}

impl IdempotencyKeys for World {
    async fn claim(
        &self,
        _tenant: &TenantId,
        config_id: &ConfigId,
        key: &str,
        candidate: &EventId,
        _now: Timestamp,
    ) -> Result<EventId, StoreError> {
        Ok(self.state().keys.entry(format!("{config_id} {key}")).or_insert_with(|| candidate.clone()).clone())
    }
}

impl Workflow for World {
    async fn start(&self, machine: Machine, event: &Event, leg_name: &str) -> Result<(), WorkflowError> {
        self.state().start(machine, leg_name, Started::First(Box::new(event.clone())));
        Ok(())
    }

    async fn start_again(&self, leg: &Leg, leg_name: &str) -> Result<(), WorkflowError> {
        self.state().start(leg.machine, leg_name, Started::Again(leg.clone()));
        Ok(())
    }

    async fn run(&self, _event: &Event, _leg_name: &str, _patience: Duration) -> Result<LegEnd, WorkflowError> {
        panic!("nobody waits for the outcome here");
    }
}

impl State {
    /// A STANDARD machine starts one execution of a name, an EXPRESS machine one more each time.
    fn start(&mut self, machine: Machine, name: &str, of: Started) {
        let execution = match machine {
            Machine::Standard => name.to_owned(),
            Machine::Express => {
                self.drawn += 1;
                format!("{name}:{}", self.drawn)
            }
        };
        if machine == Machine::Standard && self.started.iter().any(|one| one.execution == execution) {
            return;
        }
        self.started.push_back(Start { execution, machine, of });
    }
}

impl Redelivery for World {
    async fn schedule(&self, leg: &Leg, _machine: &str, due: Timestamp) -> Result<(), WorkflowError> {
        let name = format!("{}-{}", leg.key.event_id, leg.number);
        let wait = Wait { leg: leg.clone(), due, is_over: false };
        self.state().waits.entry(name).or_insert(wait);
        Ok(())
    }

    async fn give_up(&self, event_id: &EventId, leg: u32) -> Result<(), WorkflowError> {
        if let Some(wait) = self.state().waits.get_mut(&format!("{event_id}-{leg}")) {
            wait.is_over = true;
        }
        Ok(())
    }
}

impl Lifecycle for World {
    async fn publish(&self, notice: &Notice) -> Result<(), Source> {
        self.state().notices.push(notice.clone());
        Ok(())
    }
}

impl Alerts for World {
    async fn raise(&self, alert: &Alert) -> Result<(), Source> {
        self.state().alerts.push(alert.clone());
        Ok(())
    }
}

impl ListeningWebhooks for World {
    async fn listeners(
        &self,
        _tenant: &TenantId,
        _event_name: &str,
        after: Option<&ConfigId>,
    ) -> Result<Listeners, StoreError> {
        let state = self.state();
        let mut left = state.webhooks.values().filter(|webhook| after.is_none_or(|after| webhook.id > *after));
        // A page holds two.
        let page: Vec<&Webhook> = left.by_ref().take(2).collect();
        let next = left.next().and(page.last().map(|webhook| webhook.id.clone()));
        let listener =
            |webhook: &&Webhook| Listener { config_id: webhook.id.clone(), filter: None, timeout: webhook.timeout };
        Ok(Listeners { readable: page.iter().map(listener).collect(), unreadable: Vec::new(), next })
    }
}

impl BusClaims for World {
    async fn claim(
        &self,
        _tenant: &TenantId,
        bus_event: &str,
        candidate: &EventId,
        _now: Timestamp,
    ) -> Result<BusClaim, StoreError> {
        let first = || BusClaim { base: candidate.clone(), reached: None };
        Ok(self.state().claims.entry(bus_event.to_owned()).or_insert_with(first).clone())
    }

    async fn note(
        &self,
        _tenant: &TenantId,
        bus_event: &str,
        claim: &BusClaim,
        _now: Timestamp,
    ) -> Result<(), StoreError> {
        self.state().claims.insert(bus_event.to_owned(), claim.clone());
        Ok(())
    }
}

/// Payloads here are small.
impl PayloadWriter for World {
    async fn store(&self, _key: &EventKey, _unique: &str, _bytes: Bytes) -> Result<StoredPayload, PayloadError> {
        Err(PayloadError::Missing)
    }
}

impl SharedPayloads for World {
    async fn store_shared(
        &self,
        _tenant: &TenantId,
        _unique: &str,
        _bytes: Bytes,
    ) -> Result<StoredPayload, PayloadError> {
        Err(PayloadError::Missing)
    }
}

impl Uploads for World {
    async fn open(
        &self,
        _tenant: &TenantId,
        _config_id: &ConfigId,
        _id: &PayloadId,
        _now: Timestamp,
    ) -> Result<UploadSlot, PayloadError> {
        Err(PayloadError::Missing)
    }

    async fn uploaded(
        &self,
        _tenant: &TenantId,
        _config_id: &ConfigId,
        _id: &PayloadId,
    ) -> Result<Uploaded, PayloadError> {
        Err(PayloadError::Missing)
    }
}
