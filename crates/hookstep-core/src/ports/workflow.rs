//! Legs, and telling people of them.

use std::future::Future;
use std::time::Duration;

use super::Source;
use crate::event::{Event, EventKey};
use crate::verdict::Verdict;
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
    /// Runs one on the EXPRESS machine and waits for its end, at most for `patience`.
    fn run(
        &self,
        event: &Event,
        leg_name: &str,
        patience: Duration,
    ) -> impl Future<Output = Result<LegEnd, WorkflowError>> + Send;
}

/// What on-call engineers are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Which event.
    pub key: EventKey,
    /// The execution in which it happened.
    pub execution: String,
    /// The error name, as Step Functions gives it.
    pub error: String,
    /// The verdict that the row shows.
    pub verdict: Verdict,
}

/// Tells on-call engineers.
pub trait Alerts: Send + Sync {
    /// Raises an alert.
    fn raise(&self, alert: &Alert) -> impl Future<Output = Result<(), Source>> + Send;
}
