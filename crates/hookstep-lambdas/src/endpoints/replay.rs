//! `POST /webhook/{config_id}/events/{event_id}/replay`: sends one event again, as a new one.

use hookstep_core::event::EventKey;
use hookstep_core::ids::EventId;
use hookstep_core::ports::{
    Clock, Entropy, EventReader, IdempotencyKeys, PayloadCopier, PayloadWriter, WebhookReader, Workflow,
};
use hookstep_core::replay::one::{OneStep, ReplayError, ReplayRequest};
use hookstep_core::trigger::TriggerStep;
use serde_json::json;

use super::replay_json::parse_one;
use super::trigger;
use crate::http::{Answer, Problem, Request};
use crate::log;

/// Answers the call.
pub async fn call<W, E, I, P, X, C>(
    step: &TriggerStep<'_, W, E, I, P, X, C>,
    request: Request,
) -> Result<Answer, Problem>
where
    W: WebhookReader,
    E: EventReader,
    I: IdempotencyKeys,
    P: PayloadCopier + PayloadWriter,
    X: Workflow,
    C: Clock + Entropy,
{
    let config_id = request.config_id()?;
    log::about_webhook(&config_id);
    let of: EventId = request.path("event_id").parse().map_err(|_| Problem::event_not_found())?;
    let options = parse_one(&request.body)?;
    let idempotency_key = trigger::idempotency_key(&request)?;
    let step = OneStep {
        webhooks: step.webhooks,
        events: step.events,
        keys: step.keys,
        payloads: step.payloads,
        workflow: step.workflow,
        clock: step.clock,
        retention: step.retention,
    };
    let key = EventKey { event_id: of.clone(), tenant: request.tenant(), config_id };
    let replayed = step.run(ReplayRequest { key, options, idempotency_key }).await?;
    let EventKey { event_id, config_id, .. } = &replayed.key;
    log::about_event(event_id);
    let body = json!({ "event_id": event_id.as_str(), "status": replayed.status.as_str(), "replay_of": of.as_str() });
    Ok(Answer::json(202, body).with_header("location", format!("/webhook/{config_id}/events/{event_id}")))
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::WebhookNotFound => Self::webhook_not_found(),
            ReplayError::WebhookDisabled => Self::webhook_disabled(),
            ReplayError::EventNotFound => Self::event_not_found(),
            ReplayError::EventInProgress => Self::event_in_progress(),
            ReplayError::PayloadMissing => Self::payload_missing(),
            ReplayError::Store(error) => error.into(),
            ReplayError::Payload(error) => error.into(),
            ReplayError::Workflow(error) => error.into(),
        }
    }
}
