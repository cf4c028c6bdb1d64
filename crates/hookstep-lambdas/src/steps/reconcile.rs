//! Reconciliation: every few minutes over all events whose deadline has passed, and at once for an execution that has died.

use std::time::Duration;

use hookstep_aws::leg_json::{EventJson, InvalidState};
use hookstep_core::event::Event;
use hookstep_core::limits::CENSUS_SECONDS;
use hookstep_core::ports::{
    Alert, Alerts, Clock, Entropy, EventReader, Lifecycle, OpenCounter, OpenEvents, OutcomeRecorder, Redelivery,
    WebhookHealth, WebhookReader, Workflow,
};
use hookstep_core::reconcile::{Done, Ended, ReconcileStep, Report};
use serde::{Deserialize, Serialize};

use crate::fault::StepFault;
use crate::log;
use crate::metrics::Metrics;

/// What the schedule passes, or a rule: an event `Step Functions Execution Status Change` of an execution that came to no good end.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Input {
    /// By the schedule.
    Sweep {
        /// Always `sweep`.
        task: Task,
    },
    /// By the rule.
    Ended {
        /// Of the event.
        detail: Detail,
    },
}

/// The one task that has a name.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// See [`ReconcileStep::sweep`].
    Sweep,
}

/// As much of the event as is needed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    execution_arn: String,
    /// JSON as text. Null where it is longer than an event may be.
    input: Option<String>,
}

/// What an execution of either machine was started with.
#[derive(Deserialize)]
#[serde(untagged)]
enum Started {
    Redelivery { input: LegInput },
    Leg(LegInput),
}

#[derive(Deserialize)]
struct LegInput {
    event: EventJson,
}

/// What a run did.
#[derive(Debug, Serialize)]
pub struct Output {
    failed: u32,
    waits: u32,
    started: u32,
    not_settled: u32,
    moved_on: u32,
    /// Whether some are left for the next run.
    more: bool,
}

/// Runs the step.
pub async fn run<E, F, W, R, X, L, A, C>(
    step: &ReconcileStep<'_, E, F, W, R, X, L, A, C>,
    metrics: &Metrics,
    input: Input,
) -> Result<Output, StepFault>
where
    E: EventReader + OpenEvents + OpenCounter,
    F: Workflow,
    W: WebhookReader + WebhookHealth,
    R: OutcomeRecorder,
    X: Redelivery,
    L: Lifecycle,
    A: Alerts,
    C: Clock + Entropy,
{
    let (mut run, by_rule) = match input {
        Input::Sweep { task: Task::Sweep } => {
            count(step.events, step.concluder.clock, metrics).await;
            (step.sweep().await, false)
        }
        Input::Ended { detail } => match detail.ended() {
            Some(ended) => (step.ended(ended).await, true),
            None => return Ok(Output::of(&Report::default())),
        },
    };
    if by_rule
        && run.report.count(Done::Nothing) > 0
        && let Some((_, fault)) = run.faults.pop()
    {
        // Lambda tries again, and keeps what it gives up: the sweep finds no event that has no row yet.
        return Err(fault.into());
    }
    for (key, fault) in &run.faults {
        let (event_id, config_id, error) = (key.event_id.as_str(), key.config_id.as_str(), log::chain(fault));
        tracing::error!(target: "hookstep", event_id, config_id, error, "not settled");
    }
    let output = Output::of(&run.report);
    tracing::info!(
        target: "hookstep",
        failed = output.failed,
        waits = output.waits,
        started = output.started,
        not_settled = output.not_settled,
        moved_on = output.moved_on,
        more = output.more,
        "reconciled"
    );
    if run.report.found() > 0 {
        raise(step.concluder.alerts, run.report).await;
    }
    match run.stopped {
        // Lambda tries again, and so does the schedule.
        Some(error) => Err(StepFault::of_events(&error)),
        None => Ok(output),
    }
}

/// Counts what is in progress, before anything is settled. The sweep goes on without.
async fn count<E: OpenCounter, C: Clock>(events: &E, clock: &C, metrics: &Metrics) {
    let error = match tokio::time::timeout(Duration::from_secs(CENSUS_SECONDS), events.census()).await {
        Ok(Ok(census)) => return metrics.open(clock.now(), &census),
        Ok(Err(error)) => log::chain(&error),
        Err(_) => "it took too long".to_owned(),
    };
    tracing::error!(target: "hookstep", error, "what is in progress was not counted");
}

/// Tells on-call engineers. What was done is done: an alert that can't be sent is logged, and undoes nothing.
async fn raise<A: Alerts>(alerts: &A, report: Report) {
    if let Err(source) = alerts.raise(&Alert::Reconciled(Box::new(report))).await {
        let error = log::chain(&*source);
        tracing::error!(target: "hookstep", error, "the alert was not sent");
    }
}

impl Detail {
    /// What has ended. `None` where the event does not say: then the sweep finds the row by its deadline.
    fn ended(self) -> Option<Ended> {
        let Some(input) = &self.input else {
            tracing::warn!(target: "hookstep", execution_arn = self.execution_arn, "an execution died without its input");
            return None;
        };
        let ended = match serde_json::from_str(input) {
            Ok(Started::Redelivery { input }) => input.event.leg().map(Ended::Redelivery),
            Ok(Started::Leg(input)) => leg_ended(self.execution_arn.clone(), input.event),
            Err(_) => return none_of_ours(&self.execution_arn),
        };
        ended.ok().or_else(|| none_of_ours(&self.execution_arn))
    }
}

/// What is wrong with the input may quote the payload, and is not logged.
fn none_of_ours(execution_arn: &str) -> Option<Ended> {
    tracing::error!(target: "hookstep", execution_arn, "an execution died whose input is none of ours");
    None
}

fn leg_ended(execution: String, json: EventJson) -> Result<Ended, InvalidState> {
    let leg = json.leg()?;
    log::about_event(&leg.key.event_id);
    log::about_webhook(&leg.key.config_id);
    let first = if json.is_in_row() { None } else { Some(Box::new(Event::try_from(json)?)) };
    Ok(Ended::Leg { execution, leg, first })
}

impl Output {
    fn of(report: &Report) -> Self {
        Self {
            failed: report.count(Done::Failed),
            waits: report.count(Done::Waits),
            started: report.count(Done::Started),
            not_settled: report.count(Done::Nothing),
            moved_on: report.moved_on,
            more: report.more,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ended(input: &serde_json::Value) -> Option<Ended> {
        let event = json!({
            "version": "0",
            "source": "aws.states",
            "detail-type": "Step Functions Execution Status Change",
            "detail": {
                "executionArn": "arn",
                "stateMachineArn": "machine",
                "status": "ABORTED",
                "input": input,
                "inputDetails": { "included": !input.is_null() },
                "output": null,
            },
        });
        match serde_json::from_value(event) {
            Ok(Input::Ended { detail }) => detail.ended(),
            other => panic!("{other:?}"),
        }
    }

    fn event(more: serde_json::Value) -> serde_json::Value {
        let mut event = json!({
            "event_id": "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "tenant_id": "default",
            "config_id": "wh_01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "event_name": null,
            "source": "api",
            "created_at": "2026-11-22T00:00:00Z",
            "expires_at": "1800000000",
            "content_type": null,
            "correlation_id": null,
            "webhook_shard": "default#wh_01ARZ3NDEKTSV4RRFFQ69G5FAV#3",
        });
        let (Some(event), serde_json::Value::Object(more)) = (event.as_object_mut(), more) else { panic!("an object") };
        event.extend(more);
        json!(event)
    }

    #[test]
    fn the_schedules_word_is_a_sweep() {
        let input = serde_json::from_value(json!({ "task": "sweep" }));
        assert!(matches!(input, Ok(Input::Sweep { task: Task::Sweep })));
        assert!(serde_json::from_value::<Input>(json!({ "task": "another" })).is_err());
    }

    #[test]
    fn what_an_execution_was_started_with_tells_what_has_ended() {
        let first = json!({ "event": event(json!({ "payload": { "text": "{}" } })) }).to_string();
        let Some(Ended::Leg { execution, leg, first: Some(first) }) = ended(&json!(first)) else {
            panic!("a first leg")
        };
        assert_eq!((execution.as_str(), leg.number, &leg.key), ("arn", 1, &first.key));

        let later = json!({ "event": event(json!({ "leg": 3 })) });
        let Some(Ended::Leg { leg, first: None, .. }) = ended(&json!(later.to_string())) else { panic!("a later leg") };
        assert_eq!(leg.number, 3);

        let wait = json!({ "due": "2026-11-22T00:00:00Z", "machine_arn": "arn", "leg_name": "a-3", "input": later });
        let Some(Ended::Redelivery(leg)) = ended(&json!(wait.to_string())) else { panic!("a redelivery") };
        assert_eq!(leg.number, 3);
    }

    #[test]
    fn an_execution_whose_input_is_cut_off_or_is_none_of_ours_is_left_to_the_sweep() {
        for input in [json!(null), json!("{"), json!("{}"), json!(json!({ "event": { "event_id": 7 } }).to_string())] {
            assert!(ended(&input).is_none(), "{input}");
        }
    }
}
