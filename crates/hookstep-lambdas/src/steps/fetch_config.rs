//! `FetchConfig`: reads the webhook as it is now, decides what the leg does, and makes the row that `RecordEvent` puts.

use std::time::Duration;

use hookstep_aws::events::new_row;
use hookstep_aws::leg_json::{EventJson, TargetJson};
use hookstep_core::event::Event;
use hookstep_core::leg::{Plan, Target, plan};
use hookstep_core::ports::{Clock, SigningKeys, StoreError, WebhookReader};
use hookstep_core::signing::Scheme;
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

/// How long both reads may take together: less than the function has, so that a table that does not answer becomes an error
/// with a name.
const READS_MAX: Duration = Duration::from_millis(8_500);

/// What planning a leg takes.
pub struct FetchConfig<'a, W, S, C> {
    /// Reads webhooks.
    pub webhooks: &'a W,
    /// Reads the tenants' keys.
    pub signing_keys: &'a S,
    /// The time.
    pub clock: &'a C,
    /// Whether the deployment has a static IP address.
    pub has_static_ip: bool,
}

/// Runs the step.
pub async fn run<W, S, C>(step: &FetchConfig<'_, W, S, C>, input: Input) -> Result<Output, StepFault>
where
    W: WebhookReader,
    S: SigningKeys,
    C: Clock,
{
    let event = Event::try_from(input.event)?;
    log::about_event(&event.key.event_id);
    log::about_webhook(&event.key.config_id);
    let until = tokio::time::Instant::now() + READS_MAX;
    let webhook = step
        .webhooks
        .webhook(&event.key.tenant, &event.key.config_id)
        .await
        .map_err(|error| StepFault::of_configs(&error))?;
    let mut plan = plan(webhook, &event, step.has_static_ip);
    if let Plan::Deliver(target) = &mut plan {
        let keys = tokio::time::timeout_at(until, add_keys(step.signing_keys, &event, target)).await;
        let slow = |_| Err(StoreError::Unavailable { table: "signing keys", source: "it took too long".into() });
        keys.unwrap_or_else(slow).map_err(|error| StepFault::of_configs(&error))?;
    }
    let record = new_row(&event, &plan, &input.execution_arn, step.clock.now());
    let (action, target) = match &plan {
        Plan::Deliver(target) if target.static_ip => ("deliver_static_ip", Some(target)),
        Plan::Deliver(target) => ("deliver", Some(target)),
        Plan::Skip(_) => ("skip", None),
    };
    tracing::info!(target: "hookstep", action, "planned");
    Ok(Output {
        event: EventJson::from(&event),
        record,
        action,
        target: target.map(|target| TargetJson::from(&**target)),
        task_timeout_seconds: target.map(|target| target.task_timeout_seconds(&event.payload)),
    })
}

/// The tenant's keys, where the target is signed with them.
async fn add_keys<S: SigningKeys>(keys: &S, event: &Event, target: &mut Target) -> Result<(), StoreError> {
    if target.signing.signing.uses(Scheme::V1a) {
        let found = keys.keys(&event.key.tenant).await?;
        // They were made when the webhook was saved.
        let missing = || StoreError::Corrupt { table: "signing keys", what: "the tenant has none".to_owned() };
        target.signing.keys = Some(found.ok_or_else(missing)?.ring());
    }
    Ok(())
}
