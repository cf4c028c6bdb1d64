//! `FetchConfig`: reads the webhook as it is now, decides what the leg does, and makes the row that `RecordEvent` puts.

use hookstep_aws::events::new_row;
use hookstep_aws::leg_json::{EventJson, TargetJson};
use hookstep_core::event::Event;
use hookstep_core::leg::{Plan, plan};
use hookstep_core::ports::{Clock, WebhookReader};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fault::StepFault;
use crate::log;

/// What the machine passes.
#[derive(Debug, Deserialize)]
pub struct Input {
    event: EventJson,
    execution_arn: String,
}

/// What the rest of the leg works on.
#[derive(Debug, Serialize)]
pub struct Output {
    event: EventJson,
    /// The row, as the native `dynamodb:putItem` takes it.
    record: Value,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<TargetJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_timeout_seconds: Option<u32>,
}

/// Runs the step.
pub async fn run<W: WebhookReader, C: Clock>(webhooks: &W, clock: &C, input: Input) -> Result<Output, StepFault> {
    let event = Event::try_from(input.event)?;
    log::about_event(&event.key.event_id);
    log::about_webhook(&event.key.config_id);
    let webhook = webhooks
        .webhook(&event.key.tenant, &event.key.config_id)
        .await
        .map_err(|error| StepFault::of_configs(&error))?;
    let plan = plan(webhook, &event);
    let record = new_row(&event, &plan, &input.execution_arn, clock.now());
    let (action, target) = match &plan {
        Plan::Deliver(target) => ("deliver", Some(target)),
        Plan::Skip(_) => ("skip", None),
    };
    tracing::info!(target: "hookstep", action, "planned");
    Ok(Output {
        event: EventJson::from(&event),
        record,
        action,
        target: target.map(TargetJson::from),
        task_timeout_seconds: target.map(hookstep_core::leg::Target::task_timeout_seconds),
    })
}
