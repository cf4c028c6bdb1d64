//! The rounds of replays, as the replay machine invokes them.

use std::future::Future;

use hookstep_aws::replay_machine::ReplayJson;
use hookstep_core::ids::InvalidId;
use hookstep_core::ports::{
    Clock, Entropy, EventPicker, EventReader, PayloadCopier, PayloadWriter, ReplayProgress, StoreError, WebhookReader,
    Workflow,
};
use hookstep_core::replay::batch::{BatchError, BatchStep, Next};
use hookstep_core::replay::record::ReplayKey;
use hookstep_core::secret::Owner;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::Instrument;

use crate::log;

/// What the machine passes.
#[derive(Debug, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Input {
    /// The next round.
    Batch {
        /// Of this run.
        replay: ReplayJson,
    },
    /// Rounds have failed again and again.
    MarkFailed {
        /// Of this run.
        replay: ReplayJson,
        /// With this error.
        error: CaughtError,
    },
}

/// An error as a `Catch` of the machine writes it.
#[derive(Debug, Deserialize)]
pub struct CaughtError {
    #[serde(rename = "Error")]
    name: String,
}

/// What the machine does next.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Output {
    done: bool,
    wait_seconds: u64,
}

impl From<Next> for Output {
    fn from(next: Next) -> Self {
        match next {
            Next::Done => Self { done: true, wait_seconds: 0 },
            Next::Round { wait_seconds } => Self { done: false, wait_seconds },
        }
    }
}

/// Why there was no round: our fault.
#[derive(Debug, thiserror::Error)]
pub enum ReplayFault {
    /// Worth a retry.
    #[error("the round could not be done")]
    Unavailable(#[source] BatchError),
    /// Not worth one.
    #[error("the replay can't be read")]
    Corrupt(#[source] BatchError),
    /// Not worth one. What the parser says may quote the input, and is not passed on.
    #[error("the input is not of the form that this function takes")]
    Input,
}

impl ReplayFault {
    /// What the machine matches on.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "ReplaysUnavailable",
            Self::Corrupt(_) | Self::Input => "ReplayBroken",
        }
    }
}

impl From<BatchError> for ReplayFault {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Store(StoreError::Corrupt { .. }) => Self::Corrupt(error),
            other => Self::Unavailable(other),
        }
    }
}

impl From<InvalidId> for ReplayFault {
    fn from(_: InvalidId) -> Self {
        Self::Input
    }
}

/// Does what the machine asks for.
pub async fn run<R, W, E, P, X, C>(step: &BatchStep<'_, R, W, E, P, X, C>, input: Input) -> Result<Output, ReplayFault>
where
    R: ReplayProgress,
    W: WebhookReader,
    E: EventReader + EventPicker,
    P: PayloadCopier + PayloadWriter,
    X: Workflow,
    C: Clock + Entropy,
{
    match input {
        Input::Batch { replay } => {
            let (key, run) = key(&replay)?;
            let output = Output::from(step.run(&key, run).await?);
            let wait_seconds = output.wait_seconds;
            tracing::info!(target: "hookstep", replay_id = %key.id, run, done = output.done, wait_seconds, "round");
            Ok(output)
        }
        Input::MarkFailed { replay, error } => {
            let (key, run) = key(&replay)?;
            tracing::error!(target: "hookstep", replay_id = %key.id, run, error = error.name, "the replay failed");
            step.mark_failed(&key, run).await?;
            Ok(Output { done: true, wait_seconds: 0 })
        }
    }
}

fn key(replay: &ReplayJson) -> Result<(ReplayKey, u32), InvalidId> {
    let owner = Owner { tenant: replay.tenant_id.parse()?, config_id: replay.config_id.parse()? };
    log::about_webhook(&owner.config_id);
    Ok((ReplayKey { owner, id: replay.replay_id.parse()? }, replay.run))
}

/// Serves until the function is shut down. Each failure is logged once, with all its causes.
pub async fn serve<F, Fut>(step: F) -> Result<(), lambda_runtime::Error>
where
    F: Fn(Input) -> Fut,
    Fut: Future<Output = Result<Output, ReplayFault>>,
{
    let handler = service_fn(|event: LambdaEvent<Value>| {
        let span = log::invocation(&event.context.request_id);
        let input = serde_json::from_value(event.payload).map_err(|_| ReplayFault::Input);
        let work = input.map(|input| Box::pin(step(input)));
        async move {
            let result = match work {
                Ok(work) => work.await,
                Err(fault) => Err(fault),
            };
            result.map_err(|fault| {
                let error = log::chain(&fault);
                tracing::error!(target: "hookstep", error_type = fault.name(), error, "round failed");
                Diagnostic { error_type: fault.name().to_owned(), error_message: fault.to_string() }
            })
        }
        .instrument(span)
    });
    Box::pin(lambda_runtime::run(handler)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_machine_passes_is_understood() {
        let replay = json!({ "tenant_id": "default", "config_id": "wh_1", "replay_id": "rep_1", "run": 2 });
        let batch = json!({ "task": "batch", "replay": replay });
        assert!(matches!(serde_json::from_value(batch), Ok(Input::Batch { replay }) if replay.run == 2));
        let failed =
            json!({ "task": "mark_failed", "replay": replay, "error": { "Error": "States.Timeout", "Cause": "" } });
        assert!(
            matches!(serde_json::from_value(failed), Ok(Input::MarkFailed { error, .. }) if error.name == "States.Timeout")
        );
    }
}
