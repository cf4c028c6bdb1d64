//! A webhook over weeks: deliveries that succeed and fail, people who change it, and steps whose calls break off. It is disabled when
//! it should be, once, and whoever is to be told is told.

#![expect(clippy::unwrap_used, reason = "what is not as it should be in the tests' own functions ends the test")]

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use futures_util::FutureExt as _;
use hookstep_core::attempt::Attempt;
use hookstep_core::auth::Auth;
use hookstep_core::conclude::Concluder;
use hookstep_core::event::{Event, EventKey, Leg, Source as Origin};
use hookstep_core::history::{Actor, Entry};
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::lifecycle::{AutoDisabledNotice, Notice};
use hookstep_core::ports::{
    Alert, Alerts, Clock, Conclusion, Execution, Lifecycle, OutcomeRecorder, Redelivery, Source, StoreError,
    WebhookHealth, WebhookReader, WorkflowError, Written,
};
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::retry::RetryPolicy;
use hookstep_core::secret::Owner;
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::verdict::Ending;
use hookstep_core::webhook::{Machine, Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;

const START: Timestamp = Timestamp::constant(1_795_000_000, 0);
const SPAN: Duration = Duration::from_hours(120);
/// What passes between two happenings is a multiple of this, of which no number comes to the span.
const STEP: SignedDuration = SignedDuration::from_hours(7);

/// What the outside of a step is.
struct World {
    state: Mutex<State>,
}

struct State {
    now: Timestamp,
    webhook: Webhook,
    history: Vec<Entry>,
    rows: HashMap<EventId, Ending>,
    notices: Vec<Notice>,
    alerts: Vec<Alert>,
    /// Whether the next calls fail, and whether each of those has done its work.
    faults: Vec<Option<bool>>,
}

impl World {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// A call of a port. Time passes with each.
    fn call<T>(&self, work: impl FnOnce(&mut State) -> T) -> Result<T, Source> {
        let mut state = self.state();
        state.now += SignedDuration::from_millis(5);
        match state.faults.pop().flatten() {
            None => Ok(work(&mut state)),
            Some(is_done) => {
                if is_done {
                    work(&mut state);
                }
                Err("it broke off".into())
            }
        }
    }

    fn table<T>(&self, work: impl FnOnce(&mut State) -> T) -> Result<T, StoreError> {
        self.call(work).map_err(|source| StoreError::Unavailable { table: "any", source })
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    async fn pause(&self, _: Duration) {}
}

impl WebhookReader for World {
    async fn webhook(&self, _: &TenantId, _: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        self.table(|state| Some(state.webhook.clone()))
    }
}

impl WebhookHealth for World {
    async fn failing(&self, _: &Owner, since: Timestamp) -> Result<(), StoreError> {
        self.table(|state| {
            state.webhook.failing_since.get_or_insert(since);
        })
    }

    async fn recovered(&self, _: &Owner) -> Result<(), StoreError> {
        self.table(|state| state.webhook.failing_since = None)
    }

    async fn auto_disable(&self, seen: &Webhook, reason: &str, entry: &Entry) -> Result<Written, StoreError> {
        self.table(|state| {
            let webhook = &mut state.webhook;
            let is_as_seen = seen.failing_since.is_none() || webhook.failing_since == seen.failing_since;
            if webhook.version != seen.version || !is_as_seen {
                return Written::Outdated;
            }
            (webhook.status, webhook.status_reason) = (Status::AutoDisabled, Some(reason.to_owned()));
            (webhook.version, webhook.updated_at) = (entry.version, entry.at);
            state.history.push(entry.clone());
            Written::Done
        })
    }
}

impl OutcomeRecorder for World {
    async fn conclude(
        &self,
        leg: &Leg,
        _: &str,
        _: &Attempt,
        ending: &Ending,
        _: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        self.table(|state| {
            if let Some(first) = state.rows.get(&leg.key.event_id) {
                return Conclusion::Repeated(first.clone());
            }
            state.rows.insert(leg.key.event_id.clone(), ending.clone());
            Conclusion::Recorded
        })
    }

    async fn conclude_without_attempt(
        &self,
        _: &Leg,
        _: Option<&Event>,
        _: &str,
        _: &Ending,
        _: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        panic!("every leg comes to an attempt");
    }
}

impl Redelivery for World {
    async fn schedule(&self, _: &Leg, _: &str, _: Timestamp) -> Result<(), WorkflowError> {
        panic!("nothing is tried again");
    }

    async fn give_up(&self, _: &EventId, _: u32) -> Result<(), WorkflowError> {
        panic!("nothing waits");
    }
}

impl Lifecycle for World {
    async fn publish(&self, notice: &Notice) -> Result<(), Source> {
        self.call(|state| state.notices.push(notice.clone()))
    }
}

impl Alerts for World {
    async fn raise(&self, alert: &Alert) -> Result<(), Source> {
        self.call(|state| state.alerts.push(alert.clone()))
    }
}

fn webhook() -> Webhook {
    Webhook {
        id: ConfigId::generate(START, 1),
        tenant: TenantId::single(),
        name: "name".to_owned(),
        description: String::new(),
        event_name: None,
        filter: None,
        url: WebhookUrl::parse("https://example.com", false).unwrap(),
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
        timeout: TimeoutSeconds::DEFAULT,
        retry_policy: RetryPolicy { max_retries: 0, ..RetryPolicy::default() },
        created_at: START,
        updated_at: START,
        version: 1,
    }
}

/// What happens to the webhook.
#[derive(Debug, Clone)]
enum Happening {
    /// The receiver answers a delivery with this status, and calls of the step that concludes it break off.
    Delivery(u16, Vec<Option<bool>>),
    /// Somebody changes it; it is enabled after that.
    Change,
}

fn happening() -> impl Strategy<Value = Happening> {
    let status = prop_oneof![2 => Just(200_u16), 12 => Just(503), 3 => Just(404), 1 => Just(410)];
    let fault = prop_oneof![2 => Just(None), 1 => any::<bool>().prop_map(Some)];
    prop_oneof![
        9 => (status, vec(fault, 0..10)).prop_map(|(status, faults)| Happening::Delivery(status, faults)),
        1 => Just(Happening::Change),
    ]
}

/// Concludes a delivery that was answered so; the step is repeated until it comes to its end.
fn delivered(world: &World, number: u128, status_code: u16, faults: Vec<Option<bool>>) {
    let (started_at, webhook) = {
        let mut state = world.state();
        state.faults = faults;
        (state.now, state.webhook.clone())
    };
    world.state().now += SignedDuration::from_millis(20);
    let response =
        Response { status_code, headers: vec![], body: ResponseBody::Inline(bytes::Bytes::new()), truncated: false };
    let attempt =
        Attempt { number: 1, started_at, duration_ms: 20, first_byte_ms: None, response: Some(response), error: None };
    let leg = Leg {
        key: EventKey {
            event_id: EventId::generate(started_at, number),
            tenant: webhook.tenant,
            config_id: webhook.id,
        },
        number: 1,
        event_name: None,
        source: Origin::Api,
        created_at: started_at,
        expires_at: started_at + SignedDuration::from_hours(720),
        machine: Machine::Express,
        one_attempt: false,
        lifecycle: false,
        webhook_failing: webhook.failing_since.is_some(),
        trace: None,
    };
    let execution = Execution { id: format!("execution-{number}"), machine: "express".to_owned() };
    let concluder = Concluder {
        webhooks: world,
        rows: world,
        redelivery: world,
        lifecycle: world,
        alerts: world,
        clock: world,
        auto_disable_after: SPAN,
        publish_succeeded: false,
    };
    let is_done = || concluder.attempt(&leg, &execution, &attempt).now_or_never().unwrap().is_ok();
    assert!((0..=10).any(|_| is_done()), "it never comes to its end");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn it_is_disabled_when_it_should_be_and_everybody_is_told(
        story in vec((1_i32..6, happening()), 1..30),
    ) {
        let state = State {
            now: START,
            webhook: webhook(),
            history: vec![],
            rows: HashMap::new(),
            notices: vec![],
            alerts: vec![],
            faults: vec![],
        };
        let world = World { state: Mutex::new(state) };
        // What was disabled, as it should have been told.
        let mut disabled: Vec<AutoDisabledNotice> = Vec::new();
        for (number, (steps, happening)) in (0_u128..).zip(story) {
            let before = {
                let mut state = world.state();
                state.now += STEP * steps;
                state.webhook.clone()
            };
            let Happening::Delivery(status_code, faults) = happening else {
                let mut state = world.state();
                let changed = Webhook { version: before.version + 1, updated_at: state.now, ..webhook() };
                state.webhook = changed;
                continue;
            };
            if before.status != Status::Active {
                continue;
            }
            let began = world.now();
            delivered(&world, number, status_code, faults);
            let after = world.state().webhook.clone();
            let is_long = before.failing_since.is_some_and(|since| began.duration_since(since) >= SignedDuration::from_hours(120));
            if status_code == 410 || (status_code != 200 && is_long) {
                prop_assert_eq!(after.version, before.version + 1);
                prop_assert_eq!(after.failing_since, before.failing_since);
                disabled.push(AutoDisabledNotice::of(&after).expect("it is disabled"));
            } else {
                prop_assert_eq!((after.status, after.version), (Status::Active, before.version));
                match before.failing_since {
                    _ if status_code == 200 => prop_assert_eq!(after.failing_since, None),
                    Some(since) => prop_assert_eq!(after.failing_since, Some(since)),
                    None => prop_assert!(after.failing_since.is_some_and(|since| since >= began)),
                }
            }
        }
        let state = world.state();
        let mut told: Vec<_> = state.notices.iter().filter_map(|notice| match notice {
            Notice::AutoDisabled(notice) => Some(AutoDisabledNotice::clone(notice)),
            Notice::Delivery(_) => None,
        }).collect();
        let mut alerted: Vec<_> = state.alerts.iter().map(|alert| match alert {
            Alert::AutoDisabled(notice) => AutoDisabledNotice::clone(notice),
            other => panic!("{other:?}"),
        }).collect();
        // What is told again says the same.
        told.dedup();
        alerted.dedup();
        prop_assert_eq!(&told, &disabled);
        prop_assert_eq!(&alerted, &disabled);
        // In the history it stands once.
        let written: Vec<_> = state.history.iter().map(|entry| (entry.at, entry.actor.clone())).collect();
        prop_assert_eq!(written, disabled.iter().map(|notice| (notice.at, Actor::hookstep())).collect::<Vec<_>>());
    }
}
