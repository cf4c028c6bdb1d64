//! Legs as executions of the delivery machine.

use std::time::Duration;

use aws_sdk_sfn::config::timeout::TimeoutConfig;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use aws_sdk_sfn::types::SyncExecutionStatus;
use hookstep_core::event::{Event, Leg};
use hookstep_core::ports::{LegEnd, Workflow, WorkflowError};
use hookstep_core::trace::Trace;
use hookstep_core::webhook::Machine;
use serde_json::{Value, json};

use crate::leg_json::EventJson;

/// The two deployments of `statemachine/delivery.asl.json`.
#[derive(Debug, Clone)]
pub struct StepFunctions {
    client: aws_sdk_sfn::Client,
    express_arn: String,
    standard_arn: String,
    traced: bool,
}

impl StepFunctions {
    /// The machines of those ARNs.
    #[must_use]
    pub fn new(client: aws_sdk_sfn::Client, express_arn: String, standard_arn: String) -> Self {
        Self { client, express_arn, standard_arn, traced: false }
    }

    /// The same, whose executions X-Ray follows.
    #[must_use]
    pub fn traced(self, traced: bool) -> Self {
        Self { traced, ..self }
    }
}

fn input(event: &Event) -> String {
    json!({ "event": EventJson::from(event) }).to_string()
}

/// The input of a later leg, whose payload is in the row.
pub(crate) fn leg_input(leg: &Leg) -> Value {
    json!({ "event": EventJson::from(leg) })
}

impl StepFunctions {
    /// The ARN of a machine.
    #[must_use]
    pub fn arn(&self, machine: Machine) -> &str {
        match machine {
            Machine::Express => &self.express_arn,
            Machine::Standard => &self.standard_arn,
        }
    }
}

/// What an execution belongs to for X-Ray, where X-Ray is on and records it.
pub(crate) fn trace_header(traced: bool, trace: Option<&Trace>) -> Option<String> {
    trace.filter(|trace| traced && trace.is_sampled()).map(Trace::xray_header)
}

/// Starts an execution of that name once.
pub(crate) async fn start_once(
    client: &aws_sdk_sfn::Client,
    arn: &str,
    name: &str,
    input: String,
    trace_header: Option<String>,
) -> Result<(), WorkflowError> {
    let request = client.start_execution().state_machine_arn(arn).name(name).input(input);
    match request.set_trace_header(trace_header).send().await {
        Ok(_) => Ok(()),
        // A try before this one was accepted after all, and its answer was lost: names are used once.
        Err(error) if error.as_service_error().is_some_and(StartExecutionError::is_execution_already_exists) => Ok(()),
        Err(error) => Err(WorkflowError::Unavailable(error.into())),
    }
}

impl Workflow for StepFunctions {
    async fn start(&self, machine: Machine, event: &Event, leg_name: &str) -> Result<(), WorkflowError> {
        let trace = trace_header(self.traced, event.trace.as_ref());
        start_once(&self.client, self.arn(machine), leg_name, input(event), trace).await
    }

    async fn start_again(&self, leg: &Leg, leg_name: &str) -> Result<(), WorkflowError> {
        let trace = trace_header(self.traced, leg.trace.as_ref());
        start_once(&self.client, self.arn(leg.machine), leg_name, leg_input(leg).to_string(), trace).await
    }

    async fn run(&self, event: &Event, leg_name: &str, patience: Duration) -> Result<LegEnd, WorkflowError> {
        let unbounded =
            TimeoutConfig::builder().disable_operation_attempt_timeout().disable_operation_timeout().build();
        let request = self
            .client
            .start_sync_execution()
            .state_machine_arn(&self.express_arn)
            .name(leg_name)
            .input(input(event))
            .set_trace_header(trace_header(self.traced, event.trace.as_ref()))
            .customize()
            .config_override(aws_sdk_sfn::config::Builder::new().timeout_config(unbounded));
        let Ok(answer) = tokio::time::timeout(patience, request.send()).await else {
            // The execution goes on without its caller.
            return Ok(LegEnd::StillRunning);
        };
        let answer = answer.map_err(|error| WorkflowError::Unavailable(error.into()))?;
        Ok(match answer.status() {
            SyncExecutionStatus::Succeeded => LegEnd::Finished,
            other => LegEnd::Broken { error: answer.error().unwrap_or(other.as_str()).to_owned() },
        })
    }
}
