//! `UpdateStatus` and `HandleException`: what became of the event goes to its row.

use hookstep_aws::leg_json::{AttemptJson, EventJson};
use hookstep_core::attempt::Attempt;
use hookstep_core::conclude::{ConcludeError, Concluded, Concluder};
use hookstep_core::event::{Event, EventKey};
use hookstep_core::exception::{Exception, StepError};
use hookstep_core::ports::{
    Alert, Alerts, Clock, Conclusion, ExceptionAlert, Execution, Lifecycle, OutcomeRecorder, Redelivery, WebhookHealth,
    WebhookReader,
};
use hookstep_core::verdict::{Ending, Reason};
use serde::{Deserialize, Serialize};

use crate::fault::StepFault;
use crate::log;

/// What the machine passes.
#[derive(Debug, Deserialize)]
pub struct Input {
    task: Task,
    leg: LegState,
    execution_arn: String,
    /// Absent in executions from before there was a next leg.
    machine_arn: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Task {
    RecordAttempt,
    HandleException,
}

/// As much of the machine's state as there is.
#[derive(Debug, Deserialize)]
struct LegState {
    event: EventJson,
    delivered: Option<Delivered>,
    error: Option<CaughtError>,
}

#[derive(Debug, Deserialize)]
struct Delivered {
    attempt: AttemptJson,
}

/// An error as a `Catch` of the machine writes it. Its cause may hold anything, and is neither kept nor logged.
#[derive(Debug, Deserialize)]
struct CaughtError {
    #[serde(rename = "Error")]
    name: String,
}

/// The end of the leg.
#[derive(Debug, Serialize)]
pub struct Output {
    event_id: String,
    status: &'static str,
    reason: Option<&'static str>,
}

/// Runs the step.
pub async fn run<W, R, X, L, A, C>(step: &Concluder<'_, W, R, X, L, A, C>, input: Input) -> Result<Output, StepFault>
where
    W: WebhookReader + WebhookHealth,
    R: OutcomeRecorder,
    X: Redelivery,
    L: Lifecycle,
    A: Alerts,
    C: Clock,
{
    let leg = input.leg.event.leg()?;
    log::about_event(&leg.key.event_id);
    log::about_webhook(&leg.key.config_id);
    let attempt = input.leg.delivered.map(|delivered| Attempt::try_from(delivered.attempt)).transpose()?;
    let error = input.leg.error.map_or_else(|| StepError::InputInvalid.name().to_owned(), |error| error.name);
    let machine = input.machine_arn.unwrap_or_else(|| machine_of(&input.execution_arn));
    let execution = Execution { id: input.execution_arn, machine };

    // An exception after the attempt changes nothing about what the receiver got.
    let concluded = if let Some(attempt) = &attempt {
        step.attempt(&leg, &execution, attempt).await
    } else {
        let (exception, cause) = cause_of(&error);
        // The row of a first leg may not be there yet.
        let first = if input.leg.event.is_in_row() { None } else { Some(Event::try_from(input.leg.event)?) };
        let first = first.as_ref().filter(|_| leg.number == 1);
        step.exception(&leg, first, &execution, exception, cause).await
    };
    let handles = matches!(input.task, Task::HandleException);
    let concluded = match concluded {
        Ok(concluded) => concluded,
        // The row is written: reconciliation starts what waits. The alert tells what the bus did not take.
        Err(ConcludeError::Redelivery(concluded, _) | ConcludeError::Notification(concluded, _)) if handles => {
            tracing::error!(target: "hookstep", "the end of the leg is not complete");
            *concluded
        }
        Err(error) => return Err(error.into()),
    };
    report(&concluded);
    let ending = concluded.ending;
    if handles {
        let alert = ExceptionAlert { key: leg.key.clone(), execution: execution.id, error, ending: ending.clone() };
        raise(step.alerts, alert).await;
    }
    Ok(Output::new(&leg.key, &ending))
}

/// The machine of an execution, by the form of their ARNs: `arn:…:execution:NAME:…` and `arn:…:express:NAME:…`.
fn machine_of(execution_arn: &str) -> String {
    let parts: Vec<&str> = execution_arn.split(':').collect();
    match parts.as_slice() {
        [head @ .., _, name, _] if head.len() == 5 => format!("{}:stateMachine:{name}", head.join(":")),
        [head @ .., _, name, _, _] if head.len() == 5 => format!("{}:stateMachine:{name}", head.join(":")),
        _ => execution_arn.to_owned(),
    }
}

fn report(concluded: &Concluded) {
    let verdict = concluded.ending.verdict();
    tracing::info!(
        target: "hookstep",
        status = concluded.ending.status().as_str(),
        reason = verdict.reason.map(Reason::code),
        recorded = concluded.conclusion == Conclusion::Recorded,
        "concluded"
    );
}

/// The exception behind an error's name, which stands in the row itself where the exception does not say as much already.
fn cause_of(error: &str) -> (Exception, &str) {
    let exception = Exception::from_error_name(error);
    let told = StepError::from_name(error).is_some() && exception != Exception::Internal;
    (exception, if told { "" } else { error })
}

/// Tells on-call engineers. The row is safe by now: an alert that can't be sent is logged, and does not undo it.
async fn raise<A: Alerts>(alerts: &A, alert: ExceptionAlert) {
    if let Err(source) = alerts.raise(&Alert::Exception(Box::new(alert))).await {
        let error = log::chain(&*source);
        tracing::error!(target: "hookstep", error, "the alert was not sent");
    }
}

impl Output {
    fn new(key: &EventKey, ending: &Ending) -> Self {
        Self {
            event_id: key.event_id.to_string(),
            status: ending.status().as_str(),
            reason: ending.verdict().reason.map(Reason::code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_of_an_execution_is_known_by_its_name() {
        let machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:delivery";
        for execution in ["execution:delivery:evt_1-aa", "express:delivery:evt_1-aa:4f1c"] {
            assert_eq!(machine_of(&format!("arn:aws:states:eu-central-1:123456789012:{execution}")), machine);
        }
    }
}
