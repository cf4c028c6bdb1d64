//! `FetchConfig`: reads the webhook as it is now, decides what the leg does, and makes the row that `RecordEvent` puts.

use std::time::Duration;

use hookstep_aws::events::{record, record_item};
use hookstep_aws::leg_json::{EventJson, TargetJson};
use hookstep_core::event::{Event, EventRow, Leg};
use hookstep_core::leg::{Plan, Target, plan};
use hookstep_core::ports::{Clock, EventReader, SigningKeys, StoreError, WebhookReader};
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
    #[serde(default)]
    record_as: RecordAs,
}

/// What `RecordEvent` of the definition does with the row.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordAs {
    /// It puts the row whole. Definitions from before there were later legs do, and say nothing of it.
    #[default]
    Item,
    /// It updates it.
    Update,
}

/// What the rest of the leg works on.
#[derive(Debug, Serialize)]
pub struct Output {
    event: EventJson,
    /// The update of the row, as the native `dynamodb:updateItem` takes it; or the row, see [`RecordAs`].
    record: Value,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<TargetJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_timeout_seconds: Option<u32>,
}

/// How long the reads may take together: less than the function has, so that a table that does not answer becomes an error
/// with a name.
const READS_MAX: Duration = Duration::from_millis(8_500);

/// What planning a leg takes.
pub struct FetchConfig<'a, W, E, S, C> {
    /// Reads webhooks.
    pub webhooks: &'a W,
    /// Reads the rows of later legs.
    pub events: &'a E,
    /// Reads the tenants' keys.
    pub signing_keys: &'a S,
    /// The time.
    pub clock: &'a C,
}

/// Runs the step.
pub async fn run<W, E, S, C>(step: &FetchConfig<'_, W, E, S, C>, input: Input) -> Result<Output, StepFault>
where
    W: WebhookReader,
    E: EventReader,
    S: SigningKeys,
    C: Clock,
{
    let leg = input.event.leg()?;
    log::about_event(&leg.key.event_id);
    log::about_webhook(&leg.key.config_id);
    let until = tokio::time::Instant::now() + READS_MAX;
    let (event, is_first_attempt) = if input.event.is_in_row() {
        let row = tokio::time::timeout_at(until, recorded(step.events, &leg)).await;
        row.unwrap_or_else(|_| Err(StepFault::of_events(&slow("events"))))?
    } else {
        (Event::try_from(input.event)?, true)
    };
    let webhook = step
        .webhooks
        .webhook(&event.key.tenant, &event.key.config_id)
        .await
        .map_err(|error| StepFault::of_configs(&error))?;
    let failing = webhook.as_ref().is_some_and(|webhook| webhook.failing_since.is_some());
    let mut plan = plan(webhook, &event);
    if let Plan::Deliver(target) = &mut plan {
        let keys = tokio::time::timeout_at(until, add_keys(step.signing_keys, &event, target)).await;
        keys.unwrap_or_else(|_| Err(slow("signing keys"))).map_err(|error| StepFault::of_configs(&error))?;
    }
    let record = match input.record_as {
        RecordAs::Update => record(&event, &plan, is_first_attempt, &input.execution_arn, step.clock.now()),
        RecordAs::Item => record_item(&event, &plan, &input.execution_arn, step.clock.now()),
    };
    let (action, target) = match &plan {
        Plan::Deliver(target) if target.static_ip => ("deliver_static_ip", Some(target)),
        Plan::Deliver(target) => ("deliver", Some(target)),
        Plan::Skip(_) => ("skip", None),
    };
    report(&plan, action, event.leg);
    Ok(Output {
        event: EventJson::from(&event).with_webhook_failing(failing),
        record,
        action,
        target: target.map(|target| TargetJson::from(&**target)),
        task_timeout_seconds: target.map(|target| target.task_timeout_seconds(&event.payload)),
    })
}

/// A leg that delivers has a line of deliver and one of status-update, and every line is paid for.
fn report(plan: &Plan, action: &str, leg: u32) {
    match plan {
        Plan::Deliver(_) => tracing::debug!(target: "hookstep", action, leg, "planned"),
        Plan::Skip(_) => tracing::info!(target: "hookstep", action, leg, "planned"),
    }
}

fn slow(table: &'static str) -> StoreError {
    StoreError::Unavailable { table, source: "it took too long".into() }
}

/// The event of a later leg, from the row that waits for it, and whether no leg came to an attempt yet. `RecordEvent` looks at the row again, on a condition; this
/// spares the leg of an event that was canceled meanwhile the rest of it.
async fn recorded<E: EventReader>(events: &E, leg: &Leg) -> Result<(Event, bool), StepFault> {
    let row = events.event(&leg.key).await.map_err(|error| StepFault::of_events(&error))?;
    let waits = |row: &EventRow| !row.status.is_final() && row.leg <= leg.number;
    let Some(row) = row.filter(waits) else { return Err(StepFault::outdated()) };
    let row = EventRow { machine: leg.machine, ..row };
    // The target stands in the row since the first leg that got as far as an attempt.
    let is_first_attempt = row.url.is_none();
    row.into_event(leg.number).map(|event| (event, is_first_attempt)).ok_or_else(StepFault::outdated)
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
