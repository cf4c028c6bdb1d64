//! The event that sends another one again.

use jiff::{SignedDuration, Timestamp};

use crate::event::{Event, EventKey, EventRow, Replay, Source};
use crate::ids::EventId;
use crate::leg::machine_for;
use crate::limits::{INLINE_PAYLOAD_CEILING_BYTES, REPLAY_RENDERING_MAX_BYTES};
use crate::payload::{Payload, StoredPayload, fits_inline};
use crate::ports::{PayloadCopier, PayloadError, PayloadWriter, Workflow, WorkflowError};
use crate::webhook::Webhook;

/// Which bytes are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Body {
    /// The payload in the shape that the webhook has at the attempt.
    #[default]
    AsConfigured,
    /// The payload in the shape of the event's first attempt, about the event as it was then: the same bytes. An event that was never
    /// attempted is sent as configured.
    AsSent,
}

impl Body {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AsConfigured, Self::AsSent];

    /// The name in calls and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AsConfigured => "as_configured",
            Self::AsSent => "as_sent",
        }
    }

    /// The body of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|body| body.as_str() == name)
    }
}

/// Which `webhook-id` it is sent with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WebhookId {
    /// That of the event: a receiver that has seen it drops it.
    #[default]
    Same,
    /// The new event's: it counts as another message.
    New,
}

impl WebhookId {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Same, Self::New];

    /// The name in calls and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::New => "new",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.as_str() == name)
    }
}

/// How events are sent again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Which bytes.
    pub body: Body,
    /// Which id.
    pub webhook_id: WebhookId,
}

/// The new event's own data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct New {
    pub(super) event_id: EventId,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    /// The name of the execution. The same name means the same leg.
    pub(super) leg_name: String,
    /// A name that no other try uses, for a stored payload.
    pub(super) unique: String,
}

/// Why an event can't be sent again.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Its payload is gone, was altered or was never recorded.
    PayloadMissing,
    /// The bucket failed.
    Payload(PayloadError),
    /// The workflow service failed.
    Workflow(WorkflowError),
}

/// Starts the first leg of the event that sends `row` again, and returns its key.
pub(super) async fn start<P: PayloadCopier + PayloadWriter, X: Workflow>(
    payloads: &P,
    workflow: &X,
    row: EventRow,
    webhook: &Webhook,
    options: Options,
    new: New,
) -> Result<EventKey, Refusal> {
    let key = EventKey { event_id: new.event_id, tenant: row.key.tenant.clone(), config_id: row.key.config_id.clone() };
    let replay = replay_of(&row, options);
    // Whatever is sent of one payload is one trace.
    let trace = Some(row.trace());
    let most = INLINE_PAYLOAD_CEILING_BYTES - if replay.as_sent.is_some() { REPLAY_RENDERING_MAX_BYTES } else { 0 };
    let payload = match &row.payload {
        None => return Err(Refusal::PayloadMissing),
        Some(Payload::Inline(bytes)) if fits_inline(bytes, most) => Payload::Inline(bytes.clone()),
        Some(Payload::Inline(bytes)) => kept(payloads.store(&key, &new.unique, bytes.clone()).await)?,
        Some(Payload::Stored(stored)) => kept(payloads.copy(stored, &key, &new.unique).await)?,
    };
    let event = Event {
        key,
        // An event that came without a name has that of the webhook, as a trigger's does.
        event_name: row.event_name.or_else(|| webhook.event_name.clone()),
        source: Source::Replay,
        created_at: new.created_at,
        expires_at: new.expires_at,
        content_type: row.content_type,
        correlation_id: row.correlation_id,
        trace,
        machine: machine_for(webhook.timeout, &payload),
        payload,
        leg: 1,
        one_attempt: false,
        // What tells of a delivery still does when it is sent again.
        lifecycle: row.lifecycle,
        replay: Some(replay),
    };
    workflow.start(event.machine, &event, &new.leg_name).await.map_err(Refusal::Workflow)?;
    Ok(event.key)
}

fn kept(stored: Result<StoredPayload, PayloadError>) -> Result<Payload, Refusal> {
    match stored {
        Ok(stored) => Ok(Payload::Stored(stored)),
        Err(PayloadError::Missing | PayloadError::Altered) => Err(Refusal::PayloadMissing),
        Err(other) => Err(Refusal::Payload(other)),
    }
}

fn replay_of(row: &EventRow, options: Options) -> Replay {
    let has_rendering = row.url.is_some() || row.replay.as_ref().is_some_and(|replay| replay.as_sent.is_some());
    Replay {
        of: row.key.event_id.clone(),
        webhook_id: (options.webhook_id == WebhookId::Same).then(|| row.webhook_id().clone()),
        as_sent: (options.body == Body::AsSent && has_rendering).then(|| row.rendering()),
    }
}

/// When what begins now may be forgotten.
pub(super) fn expiry(now: Timestamp, retention: SignedDuration) -> Timestamp {
    now.saturating_add(retention).unwrap_or(now)
}
