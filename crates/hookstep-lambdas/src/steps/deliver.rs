//! `Deliver`: one attempt, whatever comes of it.

use hookstep_aws::leg_json::{AttemptJson, EventJson, TargetJson};
use hookstep_aws::xray::{Told, XRay};
use hookstep_core::attempt::Attempt;
use hookstep_core::deliver::DeliverStep;
use hookstep_core::event::Event;
use hookstep_core::leg::{Delivery, Target};
use hookstep_core::ports::{
    Clock, ConnectionReader, PayloadReader, ResponseWriter, SecretOpener, Sender, Tokens, Transformer,
};
use serde::Deserialize;

use crate::fault::StepFault;
use crate::log;
use crate::steps::Invocation;

/// What the machine passes.
#[derive(Debug, Deserialize)]
pub struct Input {
    event: EventJson,
    target: TargetJson,
}

/// Runs the step.
pub async fn run<S, P, C, K, N, X, T>(
    step: &DeliverStep<'_, S, P, C, K, N, X, T>,
    xray: Option<&XRay>,
    input: Input,
    invocation: &Invocation,
) -> Result<AttemptJson, StepFault>
where
    S: Sender,
    P: PayloadReader + ResponseWriter,
    C: Clock,
    K: SecretOpener,
    N: ConnectionReader,
    X: Transformer,
    T: Tokens,
{
    let event = Event::try_from(input.event)?;
    log::about_event(&event.key.event_id);
    log::about_webhook(&event.key.config_id);
    let delivery = Delivery::of(event, Target::try_from(input.target)?);
    let attempt = step.run(&delivery).await?;
    if let (Some(xray), Some(trace)) = (xray, &invocation.trace) {
        xray.record(trace, &Told::from(&delivery), &attempt);
    }
    report(&attempt);
    Ok(AttemptJson::from(&attempt))
}

fn report(attempt: &Attempt) {
    tracing::info!(
        target: "hookstep",
        outcome = attempt.outcome().as_str(),
        status_code = attempt.response.as_ref().map(|response| response.status_code),
        error = attempt.error.as_ref().map(|error| error.obstacle.code()),
        duration_ms = attempt.duration_ms,
        "attempted"
    );
}
