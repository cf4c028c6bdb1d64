//! Callers, machines and the schedule, as Step Functions, Lambda and `EventBridge` run them (`statemachine/*.asl.json`): steps that are tried
//! again, caught, given up; executions that die or are run twice; waits that end; sweeps.

use std::future::{Future, ready};
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use hookstep_core::attempt::Attempt;
use hookstep_core::bus::{Addressee, BusEvent, FanOut};
use hookstep_core::conclude::{ConcludeError, Concluder};
use hookstep_core::event::{Event, EventStatus, Leg, Source};
use hookstep_core::exception::Exception;
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::leg::{Plan, plan};
use hookstep_core::ports::{Clock as _, EventReader as _, Execution, WebhookReader as _, Workflow as _};
use hookstep_core::reconcile::{Ended, MachineNames, ReconcileStep, Run};
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::trigger::{GivenPayload, TriggerRequest, TriggerStep, Triggered};
use hookstep_core::webhook::Machine;
use jiff::SignedDuration;

use crate::fault::{Faults, Faulty, Kind};
use crate::world::{Start, Started, Wait, World, event_name};

/// How often a caller tries a call that fails.
const TRIES: u32 = 3;
/// More than anything that ends takes.
const MOVES_MAX: usize = 1_000;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Which executions die, and which are run twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lives {
    /// The numbers of the states, among all that are entered, at which the execution dies.
    pub(crate) deaths: Vec<usize>,
    /// The numbers of the EXPRESS executions that are run once more from their beginning when they are over.
    pub(crate) restarts: Vec<usize>,
}

/// All of it.
pub(crate) struct Play {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    lives: Lives,
    entered: Mutex<usize>,
    run: Mutex<usize>,
}

/// Why a step did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Its process ended.
    Killed,
    /// The error of this name, which the machine tries again.
    Error(&'static str),
    /// The leg has had its turn.
    Outdated,
}

impl Trouble {
    fn error(self) -> &'static str {
        match self {
            Self::Killed => "Runtime.ExitError",
            Self::Error(name) => name,
            Self::Outdated => "LegOutdated",
        }
    }
}

/// How an execution ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// As it should, whatever that means for its event.
    Done,
    /// It failed, or died.
    Dead,
}

impl Play {
    pub(crate) fn new(world: World, faults: Faults, lives: Lives) -> Self {
        Self { world, faults, lives, entered: Mutex::default(), run: Mutex::default() }
    }

    fn port(&self) -> Faulty<'_, World> {
        Faulty { port: &self.world, faults: &self.faults }
    }

    /// A call of the API, tried again with its key, or as another call without one. Returns what was accepted.
    pub(crate) fn trigger(&self, config_id: &ConfigId, key: Option<&str>) -> Option<EventId> {
        let port = self.port();
        let step = TriggerStep {
            webhooks: &port,
            events: &port,
            keys: &port,
            payloads: &port,
            workflow: &port,
            clock: &port,
            inline_max_bytes: 8_192,
            retention: DAY * 30,
        };
        let request = TriggerRequest {
            trace: None,
            tenant: TenantId::single(),
            config_id: config_id.clone(),
            source: Source::Api,
            sync: false,
            payload: GivenPayload::Body(Bytes::from_static(b"{}")),
            content_type: None,
            correlation_id: None,
            idempotency_key: key.map(str::to_owned),
        };
        let accepted = (0..TRIES).find_map(|_| step.run(request.clone()).now_or_never()?.ok())?;
        let Triggered::Accepted(key, _) = accepted else { panic!("nobody waits") };
        Some(key.event_id)
    }

    /// An event of the bus, which is brought again until it has come through: by the bus, by Lambda, and in the end by hand from the
    /// dead-letter queue.
    pub(crate) fn fan_out(&self, id: &str) {
        let port = self.port();
        let step = FanOut {
            webhooks: &port,
            listening: &port,
            claims: &port,
            payloads: &port,
            workflow: &port,
            clock: &port,
            inline_max_bytes: 8_192,
            retention: DAY * 30,
        };
        let event = BusEvent {
            tenant: TenantId::single(),
            id: id.to_owned(),
            archive_replay: None,
            trace: None,
            name: event_name().to_owned(),
            addressee: Addressee::Listeners,
            lifecycle: false,
            detail: Bytes::from_static(b"{}"),
            document: None,
        };
        let came_through = (0..MOVES_MAX).any(|_| {
            let until = self.world.now() + Duration::from_mins(1);
            step.run(&event, until).now_or_never().is_some_and(|done| done.is_ok())
        });
        assert!(came_through);
    }

    /// Runs everything that is started, due or overdue, until nothing is left to happen.
    pub(crate) fn settle(&self) {
        for _ in 0..MOVES_MAX {
            let next = self.world.state().started.pop_front();
            if let Some(start) = next {
                self.execute(&start);
            } else if !self.wait() && !self.sweep() {
                return;
            }
        }
        panic!("it does not come to an end");
    }

    fn execute(&self, start: &Start) {
        let number = next(&self.run);
        let end = self.leg(start);
        match (start.machine, &start.of) {
            // At least once: that much is promised.
            (Machine::Express, _) if self.lives.restarts.contains(&number) || !self.is_recorded(start) => {
                self.leg(start);
            }
            (Machine::Express, _) => {}
            (Machine::Standard, _) if end == End::Done => {}
            (Machine::Standard, Started::First(event)) => {
                let (leg, first) = (Leg::from(&**event), Some(event.clone()));
                self.ended(&Ended::Leg { execution: start.execution.clone(), leg, first });
            }
            (Machine::Standard, Started::Again(leg)) => {
                self.ended(&Ended::Leg { execution: start.execution.clone(), leg: leg.clone(), first: None });
            }
        }
    }

    fn is_recorded(&self, start: &Start) -> bool {
        let key = match &start.of {
            Started::First(event) => &event.key,
            Started::Again(leg) => &leg.key,
        };
        self.world.state().rows.contains_key(&key.event_id)
    }

    /// `true` where the execution dies as it enters a state.
    fn dies(&self) -> bool {
        self.lives.deaths.contains(&next(&self.entered))
    }

    /// `delivery.asl.json`.
    fn leg(&self, start: &Start) -> End {
        if self.dies() {
            return End::Dead;
        }
        let (event, failing, plan) = match self.lambda(5, || self.fetch_config(start)) {
            Ok(fetched) => fetched,
            Err(Trouble::Outdated) => return End::Done,
            Err(trouble) => return self.handle_exception(start, None, trouble),
        };
        if self.dies() {
            return End::Dead;
        }
        match self.native(3, || self.world.record(&event, &plan, &start.execution)) {
            Some(true) => {}
            Some(false) => return End::Done,
            None => {
                return self.handle_exception(start, None, Trouble::Error("DynamoDB.ThrottlingException"));
            }
        }
        if let Plan::Skip(_) = plan {
            return End::Done;
        }
        if self.dies() {
            return End::Dead;
        }
        let attempt = match self.lambda(1, || ready(self.deliver(&event))) {
            Ok(attempt) => attempt,
            Err(trouble) => return self.handle_exception(start, None, trouble),
        };
        if self.dies() {
            return End::Dead;
        }
        let leg = Leg { webhook_failing: failing, ..Leg::from(&event) };
        match self.lambda(5, || self.conclude(&leg, None, start, Some(&attempt), Trouble::Killed)) {
            Ok(()) => End::Done,
            Err(trouble) => self.handle_exception(start, Some(&attempt), trouble),
        }
    }

    async fn fetch_config(&self, start: &Start) -> Result<(Event, bool, Plan), Trouble> {
        let port = self.port();
        let event = match &start.of {
            Started::First(event) => (**event).clone(),
            Started::Again(leg) => {
                let row = port.event(&leg.key).await.map_err(|_| Trouble::Error("EventsUnavailable"))?;
                let row = row.filter(|row| !row.status.is_final() && row.leg <= leg.number);
                let mut row = row.ok_or(Trouble::Outdated)?;
                row.machine = leg.machine;
                row.into_event(leg.number).ok_or(Trouble::Outdated)?
            }
        };
        let webhook = port.webhook(&event.key.tenant, &event.key.config_id).await;
        let webhook = webhook.map_err(|_| Trouble::Error("ConfigsUnavailable"))?;
        let failing = webhook.as_ref().is_some_and(|webhook| webhook.failing_since.is_some());
        let plan = plan(webhook, &event);
        Ok((event, failing, plan))
    }

    /// One call, to a receiver: what is lost there is an attempt that nobody knows of.
    fn deliver(&self, event: &Event) -> Result<Attempt, Trouble> {
        let fault = self.faults.next();
        if fault == Some(Kind::Refused) {
            return Err(Trouble::Error("PayloadUnavailable"));
        }
        if fault == Some(Kind::KilledBefore) {
            return Err(Trouble::Killed);
        }
        let started_at = self.world.now();
        self.world.pass(SignedDuration::from_millis(20));
        let status_code = if self.world.receive(&event.key.event_id) { 204 } else { 503 };
        if fault.is_some() {
            return Err(Trouble::Killed);
        }
        let response =
            Response { status_code, headers: vec![], body: ResponseBody::Inline(Bytes::new()), truncated: false };
        Ok(Attempt {
            number: event.leg,
            started_at,
            duration_ms: 20,
            first_byte_ms: Some(20),
            response: Some(response),
            error: None,
        })
    }

    async fn conclude(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        start: &Start,
        attempt: Option<&Attempt>,
        trouble: Trouble,
    ) -> Result<(), Trouble> {
        let port = self.port();
        let step = concluder(&port);
        let execution = Execution { id: start.execution.clone(), machine: "machine".to_owned() };
        let exception = Exception::from_error_name(trouble.error());
        let concluded = match attempt {
            Some(attempt) => step.attempt(leg, &execution, attempt).await,
            None => step.exception(leg, first, &execution, exception, "").await,
        };
        concluded.map(drop).map_err(|error| Trouble::Error(name_of(&error)))
    }

    fn handle_exception(&self, start: &Start, attempt: Option<&Attempt>, trouble: Trouble) -> End {
        if self.dies() {
            return End::Dead;
        }
        let (leg, first) = match &start.of {
            Started::First(event) => (Leg::from(&**event), Some(&**event)),
            Started::Again(leg) => (leg.clone(), None),
        };
        let handled = self.lambda(5, || async {
            match self.conclude(&leg, first, start, attempt, trouble).await {
                Err(Trouble::Error("NotificationUnavailable")) => Ok(()),
                other => other,
            }
        });
        if handled.is_ok() {
            return End::Done;
        }
        if self.dies() {
            return End::Dead;
        }
        self.native(3, || self.world.note(&leg, first, &start.execution));
        End::Dead
    }

    /// The first wait that is due, in `redelivery.asl.json`. `false` where there is none.
    fn wait(&self) -> bool {
        let name = {
            let state = self.world.state();
            let open = state.waits.iter().filter(|(_, wait)| !wait.is_over);
            open.min_by_key(|(_, wait)| wait.due).map(|(name, _)| name.clone())
        };
        let Some(name) = name else { return false };
        let Wait { leg, due, .. } = {
            let mut state = self.world.state();
            let wait = state.waits.get_mut(&name).expect("it was there");
            wait.is_over = true;
            wait.clone()
        };
        if self.dies() {
            self.ended(&Ended::Redelivery(leg));
            return true;
        }
        let early = due.duration_since(self.world.now());
        if early.is_positive() {
            self.world.pass(early);
        }
        let begun =
            !self.dies() && self.native(6, || self.world.start_again(&leg, &name).now_or_never()).flatten().is_some();
        if !begun {
            self.ended(&Ended::Redelivery(leg));
        }
        true
    }

    /// Lets the next deadline pass, and has the schedule look for what is overdue. `false` where no row is open.
    fn sweep(&self) -> bool {
        let deadline = {
            let state = self.world.state();
            let open = state.rows.values().filter(|row| row.status == EventStatus::InProgress);
            let deadlines = open.map(|row| row.deadline_at.expect("a row in progress has a deadline"));
            deadlines.min()
        };
        let Some(deadline) = deadline else { return false };
        let left = deadline.duration_since(self.world.now()).max(SignedDuration::ZERO);
        self.world.pass(left + SignedDuration::from_secs(1));
        let port = self.port();
        // Killed, it is followed by the next.
        let _ = reconcile(&port).sweep().now_or_never();
        true
    }

    /// What a rule on the machines' ends has a function do, which is brought again until it has come through (as
    /// [`Play::fan_out`]).
    fn ended(&self, ended: &Ended) {
        let port = self.port();
        let step = reconcile(&port);
        let is_clean = |run: Run| run.faults.is_empty() && run.stopped.is_none();
        let came_through = (0..MOVES_MAX).any(|_| step.ended(ended.clone()).now_or_never().is_some_and(is_clean));
        assert!(came_through);
    }

    /// A task with a function.
    fn lambda<T, F>(&self, retries: u32, step: impl Fn() -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let mut tried = 0;
        loop {
            match step().now_or_never().unwrap_or(Err(Trouble::Killed)) {
                Err(Trouble::Error(_)) if tried < retries => tried += 1,
                other => return other,
            }
            self.world.pass(SignedDuration::from_secs(1));
        }
    }

    /// A task without one: there is no process to kill. `None` where no try was answered.
    fn native<T>(&self, retries: u32, call: impl Fn() -> T) -> Option<T> {
        (0..=retries).find_map(|_| match self.faults.next() {
            None | Some(Kind::KilledBefore | Kind::KilledAfter) => Some(call()),
            Some(Kind::Refused) => None,
            Some(Kind::AnswerLost) => {
                call();
                None
            }
        })
    }
}

type Port<'a> = Faulty<'a, World>;

fn concluder<'a>(port: &'a Port<'_>) -> Concluder<'a, Port<'a>, Port<'a>, Port<'a>, Port<'a>, Port<'a>, Port<'a>> {
    Concluder {
        webhooks: port,
        rows: port,
        redelivery: port,
        lifecycle: port,
        alerts: port,
        clock: port,
        auto_disable_after: Duration::from_hours(120),
        publish_succeeded: false,
    }
}

fn reconcile<'a>(
    port: &'a Port<'_>,
) -> ReconcileStep<'a, Port<'a>, Port<'a>, Port<'a>, Port<'a>, Port<'a>, Port<'a>, Port<'a>, Port<'a>> {
    let machines = MachineNames { express: "express".to_owned(), standard: "standard".to_owned() };
    ReconcileStep { events: port, workflow: port, concluder: concluder(port), machines }
}

fn name_of(error: &ConcludeError) -> &'static str {
    match error {
        ConcludeError::Rows(_) => "EventsUnavailable",
        ConcludeError::Webhooks(_) => "ConfigsUnavailable",
        ConcludeError::Redelivery(..) => "RedeliveryUnavailable",
        ConcludeError::Notification(..) => "NotificationUnavailable",
    }
}

fn next(counter: &Mutex<usize>) -> usize {
    let mut count = counter.lock().unwrap();
    *count += 1;
    *count - 1
}
