//! Legs, and telling people of them.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

use super::Source;
use crate::event::{Event, EventKey, Leg};
use crate::ids::EventId;
use crate::lifecycle::AutoDisabledNotice;
use crate::reconcile::Report;
use crate::verdict::Ending;
use crate::webhook::Machine;

/// How a synchronous leg ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegEnd {
    /// The machine came to its end; the row says what happened.
    Finished,
    /// The machine failed, even in handling its exception.
    Broken {
        /// The error name.
        error: String,
    },
    /// Time was up; the machine goes on.
    StillRunning,
}

/// The workflow service can't start a leg.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    /// Worth a retry by the caller.
    #[error("the workflow service is throttled or unavailable")]
    Unavailable(#[source] Source),
}

/// Starts legs.
pub trait Workflow: Send + Sync {
    /// Starts one and returns once it is accepted.
    fn start(
        &self,
        machine: Machine,
        event: &Event,
        leg_name: &str,
    ) -> impl Future<Output = Result<(), WorkflowError>> + Send;
    /// Starts a leg after the first, on the machine that it names; the payload is in the row.
    fn start_again(&self, leg: &Leg, leg_name: &str) -> impl Future<Output = Result<(), WorkflowError>> + Send;
    /// Runs one on the EXPRESS machine and waits for its end, at most for `patience`.
    fn run(
        &self,
        event: &Event,
        leg_name: &str,
        patience: Duration,
    ) -> impl Future<Output = Result<LegEnd, WorkflowError>> + Send;
}

/// An execution of the delivery machine, as the workflow service names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// Which one.
    pub id: String,
    /// Of which machine: the next leg runs there too.
    pub machine: String,
}

/// Waits until legs are due, and starts them.
pub trait Redelivery: Send + Sync {
    /// Has `leg` start on `machine` when it is due. The same leg asked for again is one wait.
    fn schedule(
        &self,
        leg: &Leg,
        machine: &str,
        due: Timestamp,
    ) -> impl Future<Output = Result<(), WorkflowError>> + Send;
    /// Gives up the wait for leg `leg` of the event, if there is one.
    fn give_up(&self, event_id: &EventId, leg: u32) -> impl Future<Output = Result<(), WorkflowError>> + Send;
}

/// What on-call engineers are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alert {
    /// A leg ended in an exception.
    Exception(Box<ExceptionAlert>),
    /// A webhook was disabled.
    AutoDisabled(Box<AutoDisabledNotice>),
    /// Events were found that nobody worked on: one alert for a whole run.
    Reconciled(Box<Report>),
}

/// A leg that ended in an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionAlert {
    /// Which event.
    pub key: EventKey,
    /// The execution in which it happened.
    pub execution: String,
    /// The error name, as Step Functions gives it.
    pub error: String,
    /// What the row shows.
    pub ending: Ending,
}

/// Tells on-call engineers.
pub trait Alerts: Send + Sync {
    /// Raises an alert.
    fn raise(&self, alert: &Alert) -> impl Future<Output = Result<(), Source>> + Send;
}
