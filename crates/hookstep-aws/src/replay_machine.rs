//! The rounds of replays as executions of the replay machine.

use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use hookstep_core::ports::{ReplayMachine, WorkflowError};
use hookstep_core::replay::record::ReplayKey;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A run of a replay, in the state of its machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayJson {
    /// Whose webhook.
    pub tenant_id: String,
    /// Which webhook.
    pub config_id: String,
    /// Which replay.
    pub replay_id: String,
    /// Which run of it.
    pub run: u32,
}

/// `statemachine/replay.asl.json`.
#[derive(Debug, Clone)]
pub struct StepFunctionsReplays {
    client: aws_sdk_sfn::Client,
    machine_arn: String,
}

impl StepFunctionsReplays {
    /// The machine of that ARN.
    #[must_use]
    pub fn new(client: aws_sdk_sfn::Client, machine_arn: String) -> Self {
        Self { client, machine_arn }
    }
}

impl ReplayMachine for StepFunctionsReplays {
    async fn start_replay(&self, key: &ReplayKey, run: u32) -> Result<(), WorkflowError> {
        let replay = ReplayJson {
            tenant_id: key.owner.tenant.to_string(),
            config_id: key.owner.config_id.to_string(),
            replay_id: key.id.to_string(),
            run,
        };
        let request = self
            .client
            .start_execution()
            .state_machine_arn(&self.machine_arn)
            .name(format!("{}-{run}", key.id))
            .input(json!({ "replay": replay, "round": 0 }).to_string());
        match request.send().await {
            Ok(_) => Ok(()),
            // A try before this one was accepted after all, and its answer was lost.
            Err(error) if error.as_service_error().is_some_and(StartExecutionError::is_execution_already_exists) => {
                Ok(())
            }
            Err(error) => Err(WorkflowError::Unavailable(error.into())),
        }
    }
}
