//! Waits for the next leg as executions of `statemachine/redelivery.asl.json`.

use aws_sdk_sfn::operation::stop_execution::StopExecutionError;
use hookstep_core::event::Leg;
use hookstep_core::ids::EventId;
use hookstep_core::ports::{Redelivery, WorkflowError};
use jiff::Timestamp;
use serde_json::json;

use crate::workflow::{leg_input, start_once, trace_header};

/// The redelivery machine.
#[derive(Debug, Clone)]
pub struct RedeliveryMachine {
    client: aws_sdk_sfn::Client,
    arn: String,
    traced: bool,
}

impl RedeliveryMachine {
    /// The machine of that ARN.
    #[must_use]
    pub fn new(client: aws_sdk_sfn::Client, arn: String) -> Self {
        Self { client, arn, traced: false }
    }

    /// The same, whose executions X-Ray follows.
    #[must_use]
    pub fn traced(self, traced: bool) -> Self {
        Self { traced, ..self }
    }
}

/// The name of the one execution that waits for a leg, and of the leg that it starts.
fn name(event_id: &EventId, leg: u32) -> String {
    format!("{event_id}-{leg}")
}

impl Redelivery for RedeliveryMachine {
    async fn schedule(&self, leg: &Leg, machine: &str, due: Timestamp) -> Result<(), WorkflowError> {
        let name = name(&leg.key.event_id, leg.number);
        let input = json!({
            "due": due.to_string(),
            "machine_arn": machine,
            "leg_name": name,
            "input": leg_input(leg),
        });
        let trace = trace_header(self.traced, leg.trace.as_ref());
        start_once(&self.client, &self.arn, &name, input.to_string(), trace).await
    }

    async fn give_up(&self, event_id: &EventId, leg: u32) -> Result<(), WorkflowError> {
        let execution = format!("{}:{}", self.arn.replace(":stateMachine:", ":execution:"), name(event_id, leg));
        let answer = self.client.stop_execution().execution_arn(execution).send().await;
        match answer {
            Ok(_) => Ok(()),
            // It has ended, and that long ago that its record is gone.
            Err(error) if error.as_service_error().is_some_and(StopExecutionError::is_execution_does_not_exist) => {
                Ok(())
            }
            Err(error) => Err(WorkflowError::Unavailable(error.into())),
        }
    }
}
