//! The world behind the ports: tables, machines that are started, receivers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use hookstep_core::auth::Auth;
use hookstep_core::event::{Event, EventKey, EventRow, Leg};
use hookstep_core::history::Entry;
use hookstep_core::ids::{ConfigId, EventId, PayloadId, TenantId};
use hookstep_core::lifecycle::Notice;
use hookstep_core::payload::StoredPayload;
use hookstep_core::ports::{
    Alert, Alerts, BusClaim, BusClaims, Clock, Entropy, IdempotencyKeys, LegEnd, Lifecycle, Listener, Listeners,
    ListeningWebhooks, PayloadError, PayloadWriter, Redelivery, SharedPayloads, Source, StoreError, UploadSlot,
    Uploaded, Uploads, WebhookHealth, WebhookReader, Workflow, WorkflowError, Written,
};
use hookstep_core::retry::{RetryOn, RetryPolicy};
use hookstep_core::secret::Owner;
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
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
        let first = || BusClaim { base: candidate.clone(), reached: None, unasked: None };
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
