//! `POST /webhook/{config_id}/events/{event_id}/retry` and `…/cancel`: events that wait for their next attempt.

use hookstep_core::event::{EventKey, EventStatus};
use hookstep_core::ids::EventId;
use hookstep_core::ports::{Clock, Entropy, EventCanceler, EventReader, Redelivery, WebhookReader, Workflow};
use hookstep_core::verdict::Reason;
use hookstep_core::waiting::{Done, WaitingError, WaitingStep};
use serde_json::json;

use crate::http::{Answer, Problem, Request};
use crate::log;

/// Makes the next attempt now.
pub async fn retry<W, E, X, R, C>(step: &WaitingStep<'_, W, E, X, R, C>, request: Request) -> Result<Answer, Problem>
where
    W: WebhookReader,
    E: EventReader + EventCanceler,
    X: Workflow,
    R: Redelivery,
    C: Clock + Entropy,
{
    let key = key(&request)?;
    report(&step.try_now(&key).await?);
    let body = json!({ "event_id": key.event_id.as_str(), "status": EventStatus::InProgress.as_str() });
    Ok(Answer::json(202, body).with_header("location", format!("/webhook/{}/events/{}", key.config_id, key.event_id)))
}

/// Ends the event without another attempt.
pub async fn cancel<W, E, X, R, C>(step: &WaitingStep<'_, W, E, X, R, C>, request: Request) -> Result<Answer, Problem>
where
    W: WebhookReader,
    E: EventReader + EventCanceler,
    X: Workflow,
    R: Redelivery,
    C: Clock + Entropy,
{
    let key = key(&request)?;
    report(&step.cancel(&key).await?);
    let body = json!({
        "event_id": key.event_id.as_str(),
        "status": EventStatus::Failed.as_str(),
        "reason": Reason::Canceled.code(),
    });
    Ok(Answer::json(200, body))
}

fn key(request: &Request) -> Result<EventKey, Problem> {
    let config_id = request.config_id()?;
    log::about_webhook(&config_id);
    let event_id: EventId = request.path("event_id").parse().map_err(|_| Problem::event_not_found())?;
    log::about_event(&event_id);
    Ok(EventKey { event_id, tenant: request.tenant(), config_id })
}

fn report(done: &Done) {
    if let Some(source) = &done.not_given_up {
        let error = log::chain(&**source);
        tracing::warn!(target: "hookstep", error, "the wait goes on, and will find nothing to do");
    }
}

impl From<WaitingError> for Problem {
    fn from(error: WaitingError) -> Self {
        match error {
            WaitingError::NotFound => Self::event_not_found(),
            WaitingError::WebhookNotFound => Self::webhook_not_found(),
            WaitingError::WebhookDisabled => Self::webhook_disabled(),
            WaitingError::Running => Self::event_running(),
            WaitingError::Ended => Self::event_ended(),
            WaitingError::Store(error) => error.into(),
            WaitingError::Workflow(error) => error.into(),
        }
    }
}
