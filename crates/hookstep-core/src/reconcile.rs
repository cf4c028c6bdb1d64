//! Events that nobody works on any more: found by their deadlines, or named by the workflow service, and brought to an end or
//! set going again.
//!
//! A leg that dies without a word (cut off, aborted, none of its functions to be reached) leaves its row in progress, and a
//! redelivery that does leaves one that waits. Each row in progress has a deadline for that.
//!
//! Everything is decided on the row as it is now, and takes effect on a condition: a leg that comes to its end at this moment,
//! one that a redelivery starts, and another reconciliation get the row before or after, and then nothing is left to do here.

use std::time::Duration;

use futures_util::{StreamExt as _, future, stream};
use jiff::Timestamp;

use crate::conclude::{ConcludeError, Concluder};
use crate::event::{Event, EventKey, EventRow, Leg};
use crate::exception::Exception;
use crate::leg::machine_for;
use crate::limits::{RECONCILE_SECONDS, RECONCILED_EVENTS_MAX_COUNT};
use crate::ports::{
    Alerts, Clock, Conclusion, Entropy, EventReader, Execution, Lifecycle, OpenEvents, OutcomeRecorder, Redelivery,
    StoreError, WebhookHealth, WebhookReader, Workflow, WorkflowError,
};
use crate::verdict::Ending;
use crate::webhook::Machine;

/// How many events are settled at a time.
const AT_A_TIME: usize = 48;

/// What the row of a leg says that was found dead.
const WITHOUT_A_WORD: &str = "its execution ended without a word";

/// The ports of reconciliation, and what the operator set.
pub struct ReconcileStep<'a, E, F, W, R, X, L, A, C> {
    /// Finds and reads events.
    pub events: &'a E,
    /// Starts legs.
    pub workflow: &'a F,
    /// Ends legs.
    pub concluder: Concluder<'a, W, R, X, L, A, C>,
    /// How the workflow service names the machines.
    pub machines: MachineNames,
}

/// How the workflow service names the two delivery machines.
#[derive(Debug, Clone)]
pub struct MachineNames {
    /// The EXPRESS one.
    pub express: String,
    /// The STANDARD one.
    pub standard: String,
}

/// An execution that the workflow service says has failed, timed out or been aborted.
#[derive(Debug, Clone)]
pub enum Ended {
    /// A leg.
    Leg {
        /// Its execution.
        execution: String,
        /// Which leg.
        leg: Leg,
        /// The event of a first leg, whose row may not be there yet.
        first: Option<Box<Event>>,
    },
    /// The wait for this leg.
    Redelivery(Leg),
}

/// What was done about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Its leg was dead, and no other follows: it has failed.
    Failed,
    /// Its leg was dead: it waits for the next one.
    Waits,
    /// The leg that it waited for was started.
    Started,
    /// Nothing, just now: the next run finds it again.
    Nothing,
}

impl Done {
    /// All of it.
    pub const ALL: [Self; 4] = [Self::Failed, Self::Waits, Self::Started, Self::Nothing];

    /// The name in alerts and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Waits => "waits",
            Self::Started => "started",
            Self::Nothing => "not_settled",
        }
    }
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    counts: [u32; Done::ALL.len()],
    /// The first [`RECONCILED_EVENTS_MAX_COUNT`] events that nobody worked on, with what was done.
    pub events: Vec<(EventKey, Done)>,
    /// Events that had moved on by the time they were looked at.
    pub moved_on: u32,
    /// Whether time was up before all were looked at: the next run goes on.
    pub more: bool,
}

impl Report {
    /// How many events this was done about.
    #[must_use]
    pub fn count(&self, done: Done) -> u32 {
        self.counts[done as usize]
    }

    /// How many events nobody worked on.
    #[must_use]
    pub fn found(&self) -> u32 {
        self.counts.iter().sum()
    }

    fn add(&mut self, key: EventKey, done: Option<Done>) {
        let Some(done) = done else {
            self.moved_on += 1;
            return;
        };
        self.counts[done as usize] += 1;
        if self.events.len() < RECONCILED_EVENTS_MAX_COUNT {
            self.events.push((key, done));
        }
    }
}

/// Why an event is not settled, or not completely.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// Its row can't be read.
    #[error("the row can't be read")]
    Rows(#[source] StoreError),
    /// Its webhook can't be read.
    #[error("the webhook can't be read")]
    Webhooks(#[source] StoreError),
    /// Its next leg can't be started.
    #[error("the next leg can't be started")]
    Workflow(#[source] WorkflowError),
    /// Its dead leg can't be brought to an end.
    #[error("the dead leg can't be concluded")]
    Conclude(#[source] ConcludeError),
}

/// A run, to its end or to where it broke off.
#[derive(Debug, Default)]
pub struct Run {
    /// What it did.
    pub report: Report,
    /// The first [`RECONCILED_EVENTS_MAX_COUNT`] failures, each of one event.
    pub faults: Vec<(EventKey, ReconcileError)>,
    /// Why no more events could be looked for.
    pub stopped: Option<StoreError>,
}

impl Run {
    fn add(&mut self, key: EventKey, settled: Result<Option<Done>, ReconcileError>) {
        let done = match settled {
            Ok(done) => done,
            Err(fault) => {
                // What was to be told is all that is missing.
                let told = matches!(fault, ReconcileError::Conclude(ConcludeError::Notification(..)));
                if self.faults.len() < RECONCILED_EVENTS_MAX_COUNT {
                    self.faults.push((key.clone(), fault));
                }
                Some(if told { Done::Failed } else { Done::Nothing })
            }
        };
        self.report.add(key, done);
    }
}

impl<E, F, W, R, X, L, A, C> ReconcileStep<'_, E, F, W, R, X, L, A, C>
where
    E: EventReader + OpenEvents,
    F: Workflow,
    W: WebhookReader + WebhookHealth,
    R: OutcomeRecorder,
    X: Redelivery,
    L: Lifecycle,
    A: Alerts,
    C: Clock + Entropy,
{
    /// Settles every event whose deadline has passed, oldest first, for at most [`RECONCILE_SECONDS`] until the last one is
    /// begun. One that can't be settled stops no other.
    pub async fn sweep(&self) -> Run {
        let began = self.clock().now();
        let until = began + Duration::from_secs(RECONCILE_SECONDS);
        let mut run = Run::default();
        let mut place = None;
        loop {
            let page = match self.events.overdue(began, place).await {
                Ok(page) => page,
                Err(error) => {
                    run.stopped = Some(error);
                    return run;
                }
            };
            let found = page.items.len();
            let in_time = stream::iter(page.items).take_while(|_| future::ready(self.clock().now() < until));
            let mut settled = in_time
                .map(|overdue| async { (self.overdue(&overdue.key, began).await, overdue.key) })
                .buffer_unordered(AT_A_TIME);
            let mut looked_at = 0;
            while let Some((settled, key)) = settled.next().await {
                run.add(key, settled);
                looked_at += 1;
            }
            run.report.more = looked_at < found || (page.next.is_some() && self.clock().now() >= until);
            match page.next {
                Some(next) if !run.report.more => place = Some(next),
                _ => return run,
            }
        }
    }

    /// Settles the event of an execution that has just ended, if it is still that execution's to settle.
    pub async fn ended(&self, ended: Ended) -> Run {
        let mut run = Run::default();
        match ended {
            Ended::Leg { execution, leg, first } => {
                let settled = self.dead(&execution, &leg, first.as_deref()).await;
                run.add(leg.key, settled);
            }
            Ended::Redelivery(leg) => {
                let settled = self.unwaited(&leg).await;
                run.add(leg.key, settled);
            }
        }
        run
    }

    fn clock(&self) -> &C {
        self.concluder.clock
    }

    async fn row(&self, key: &EventKey) -> Result<Option<EventRow>, ReconcileError> {
        let row = self.events.event(key).await.map_err(ReconcileError::Rows)?;
        Ok(row.filter(|row| !row.status.is_final()))
    }

    async fn overdue(&self, key: &EventKey, now: Timestamp) -> Result<Option<Done>, ReconcileError> {
        match self.row(key).await? {
            Some(row) if row.deadline_at.is_some_and(|deadline| deadline < now) => match row.next_attempt_at {
                Some(_) => self.start(&row).await.map(Some),
                None => self.bury(row).await,
            },
            _ => Ok(None),
        }
    }

    async fn dead(&self, execution: &str, leg: &Leg, first: Option<&Event>) -> Result<Option<Done>, ReconcileError> {
        let row = self.events.event(&leg.key).await.map_err(ReconcileError::Rows)?;
        match row {
            Some(row) if row.status.is_final() || row.execution_arn != execution => Ok(None),
            Some(row) => match row.next_attempt_at {
                None => self.bury(row).await,
                // It wrote that another leg is due, and died before it saw to that.
                Some(due) if due <= self.clock().now() => self.start(&row).await.map(Some),
                Some(_) => Ok(None),
            },
            // It died before it had a row.
            None if first.is_some() => self.conclude(leg, first, execution, Exception::Internal).await,
            None => Ok(None),
        }
    }

    /// A wait that somebody ended before its time is left to the sweep, so that a leg is late and never early.
    async fn unwaited(&self, leg: &Leg) -> Result<Option<Done>, ReconcileError> {
        let now = self.clock().now();
        match self.row(&leg.key).await? {
            Some(row) if row.leg + 1 == leg.number && row.next_attempt_at.is_some_and(|due| due <= now) => {
                self.start(&row).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Ends the leg that a row says is running.
    async fn bury(&self, row: EventRow) -> Result<Option<Done>, ReconcileError> {
        let (leg, execution) = (Leg::from(&row), row.execution_arn.clone());
        if row.leg > 0 {
            return self.conclude(&leg, None, &execution, Exception::Internal).await;
        }
        // No function could record the event: the row is a note of it.
        let leg = Leg { number: 1, ..leg };
        match row.into_event(leg.number) {
            Some(event) => self.conclude(&leg, Some(&event), &execution, Exception::Internal).await,
            None => self.conclude(&leg, None, &execution, Exception::PayloadMissing).await,
        }
    }

    async fn conclude(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        execution: &str,
        exception: Exception,
    ) -> Result<Option<Done>, ReconcileError> {
        let machine = match leg.machine {
            Machine::Express => &self.machines.express,
            Machine::Standard => &self.machines.standard,
        };
        let execution = Execution { id: execution.to_owned(), machine: machine.clone() };
        let cause = if exception == Exception::Internal { WITHOUT_A_WORD } else { "" };
        let concluded = self.concluder.exception(leg, first, &execution, exception, cause).await;
        let concluded = concluded.map_err(ReconcileError::Conclude)?;
        Ok(match (concluded.conclusion, concluded.ending) {
            (Conclusion::Taken, _) => None,
            (_, Ending::Final(_)) => Some(Done::Failed),
            (_, Ending::Again { .. }) => Some(Done::Waits),
        })
    }

    /// Starts the leg that a row waits for. Its name is a new one: an execution that died before it took the row has used up
    /// the name of the leg.
    async fn start(&self, row: &EventRow) -> Result<Done, ReconcileError> {
        let mut leg = Leg::from(row).next();
        let webhook = self.concluder.webhooks.webhook(&leg.key.tenant, &leg.key.config_id).await;
        // Where it can't be read, the leg itself ends by that.
        if let (Ok(Some(webhook)), Some(payload)) = (webhook, &row.payload) {
            leg.machine = machine_for(webhook.timeout, payload);
        }
        let name = format!("{}-{}-{:08x}", leg.key.event_id, leg.number, self.clock().random() & 0xffff_ffff);
        self.workflow.start_again(&leg, &name).await.map_err(ReconcileError::Workflow)?;
        Ok(Done::Started)
    }
}
