//! `UpdateStatus` and `HandleException`: what became of the event goes to its row.

use hookstep_aws::leg_json::{AttemptJson, EventJson};
use hookstep_core::attempt::Attempt;
use hookstep_core::event::{Event, EventKey};
use hookstep_core::exception::{Exception, StepError};
use hookstep_core::ports::{Alert, Alerts, Clock, Conclusion, OutcomeRecorder};
use hookstep_core::verdict::{Reason, Verdict};
use serde::{Deserialize, Serialize};

use crate::fault::StepFault;
use crate::steps::Invocation;
use crate::{log, metrics};

/// What the machine passes.
#[derive(Debug, Deserialize)]
pub struct Input {
    task: Task,
    leg: Leg,
    execution_arn: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Task {
    RecordAttempt,
    HandleException,
}

/// As much of the machine's state as there is.
#[derive(Debug, Deserialize)]
struct Leg {
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
pub async fn run<R, A, C>(
    rows: &R,
    alerts: &A,
    clock: &C,
    input: Input,
    invocation: &Invocation,
) -> Result<Output, StepFault>
where
    R: OutcomeRecorder,
    A: Alerts,
    C: Clock,
{
    let event = Event::try_from(input.leg.event)?;
    log::about_event(&event.key.event_id);
    log::about_webhook(&event.key.config_id);
    let attempt = input.leg.delivered.map(|delivered| Attempt::try_from(delivered.attempt)).transpose()?;
    let error = input.leg.error.map_or_else(|| StepError::InputInvalid.name().to_owned(), |error| error.name);

    // An exception after the attempt changes nothing about what the receiver got.
    let now = clock.now();
    let (verdict, conclusion) = if let Some(attempt) = &attempt {
        let verdict = Verdict::of_attempt(attempt);
        let conclusion = rows.conclude(&event.key, &input.execution_arn, attempt, &verdict, now).await;
        (verdict, conclusion)
    } else {
        let verdict = exception_verdict(&error);
        let conclusion = rows.conclude_without_attempt(&event, &input.execution_arn, &verdict, now).await;
        (verdict, conclusion)
    };
    let conclusion = conclusion.map_err(|error| StepFault::of_events(&error))?;
    tracing::info!(
        target: "hookstep",
        status = verdict.status.as_str(),
        reason = verdict.reason.map(Reason::code),
        recorded = conclusion == Conclusion::Recorded,
        "concluded"
    );
    if matches!(input.task, Task::HandleException) {
        let alert = Alert { key: event.key.clone(), execution: input.execution_arn, error, verdict: verdict.clone() };
        raise(alerts, clock, &alert, invocation).await;
    }
    Ok(Output::new(&event.key, &verdict))
}

/// The error's own name stands in the row where the reason does not say as much already.
fn exception_verdict(error: &str) -> Verdict {
    let exception = Exception::from_error_name(error);
    let told = StepError::from_name(error).is_some() && exception != Exception::Internal;
    Verdict::of_exception(exception, if told { "" } else { error })
}

/// Tells on-call engineers. The row is safe by now: an alert that can't be sent is logged, and does not undo it.
async fn raise<A: Alerts, C: Clock>(alerts: &A, clock: &C, alert: &Alert, invocation: &Invocation) {
    metrics::delivery_exception(
        clock.now(),
        alert.key.event_id.as_str(),
        alert.key.config_id.as_str(),
        &invocation.request_id,
    );
    if let Err(source) = alerts.raise(alert).await {
        let error = log::chain(&*source);
        tracing::error!(target: "hookstep", error, "the alert was not sent");
    }
}

impl Output {
    fn new(key: &EventKey, verdict: &Verdict) -> Self {
        Self {
            event_id: key.event_id.to_string(),
            status: verdict.status.as_str(),
            reason: verdict.reason.map(Reason::code),
        }
    }
}
