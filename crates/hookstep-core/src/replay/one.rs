//! The replay of one event.

use jiff::SignedDuration;

use super::again::{self, New, Options, Refusal, expiry};
use crate::event::{EventKey, EventStatus};
use crate::ids::EventId;
use crate::ports::{
    Clock, Entropy, EventReader, IdempotencyKeys, PayloadCopier, PayloadError, PayloadWriter, StoreError,
    WebhookReader, Workflow, WorkflowError,
};
use crate::secret::Owner;
use crate::webhook::{Status, Webhook};

/// What a caller asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayRequest {
    /// Which event.
    pub key: EventKey,
    /// How it is sent.
    pub options: Options,
    /// As given: the same key for the same event means the same replay.
    pub idempotency_key: Option<String>,
}

/// The new event, and where it stands: in progress, unless the key was used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Which event.
    pub key: EventKey,
    /// Its status.
    pub status: EventStatus,
}

/// Why an event is not replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The tenant has no such webhook.
    #[error("there is no such webhook")]
    WebhookNotFound,
    /// It would be skipped.
    #[error("the webhook is disabled")]
    WebhookDisabled,
    /// The webhook has no such event, or it has expired.
    #[error("there is no such event")]
    EventNotFound,
    /// It is being delivered, or waits for its next attempt.
    #[error("the event is in progress")]
    EventInProgress,
    /// Its payload is no longer kept.
    #[error("the payload of the event is gone")]
    PayloadMissing,
    /// A table failed.
    #[error("a table failed")]
    Store(#[from] StoreError),
    /// The payload bucket failed.
    #[error("the payload bucket failed")]
    Payload(#[source] PayloadError),
    /// The workflow service failed.
    #[error("the workflow service failed")]
    Workflow(#[source] WorkflowError),
}

impl From<Refusal> for ReplayError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::PayloadMissing => Self::PayloadMissing,
            Refusal::Payload(error) => Self::Payload(error),
            Refusal::Workflow(error) => Self::Workflow(error),
        }
    }
}

/// The webhook, if events can be replayed to it.
pub async fn target<W: WebhookReader>(webhooks: &W, owner: &Owner) -> Result<Webhook, ReplayError> {
    let webhook = webhooks.webhook(&owner.tenant, &owner.config_id).await?.ok_or(ReplayError::WebhookNotFound)?;
    if webhook.status == Status::Active { Ok(webhook) } else { Err(ReplayError::WebhookDisabled) }
}

/// The ports of a replay, and what the operator set.
pub struct OneStep<'a, W, E, I, P, X, C> {
    /// Reads webhooks.
    pub webhooks: &'a W,
    /// Reads event rows.
    pub events: &'a E,
    /// Remembers idempotency keys.
    pub keys: &'a I,
    /// Copies stored payloads.
    pub payloads: &'a P,
    /// Starts legs.
    pub workflow: &'a X,
    /// Time and randomness.
    pub clock: &'a C,
    /// How long rows and payloads are kept.
    pub retention: SignedDuration,
}

impl<W, E, I, P, X, C> OneStep<'_, W, E, I, P, X, C>
where
    W: WebhookReader,
    E: EventReader,
    I: IdempotencyKeys,
    P: PayloadCopier + PayloadWriter,
    X: Workflow,
    C: Clock + Entropy,
{
    /// Starts the replay, or says why not.
    pub async fn run(&self, request: ReplayRequest) -> Result<Replayed, ReplayError> {
        let now = self.clock.now();
        let EventKey { tenant, config_id, event_id } = &request.key;
        let owner = Owner { tenant: tenant.clone(), config_id: config_id.clone() };
        let row = self.events.event(&request.key).await?.ok_or(ReplayError::EventNotFound)?;
        let webhook = target(self.webhooks, &owner).await?;
        if !row.status.is_final() {
            return Err(ReplayError::EventInProgress);
        }
        let candidate = EventId::generate(now, self.clock.random());
        let new_id = match &request.idempotency_key {
            None => candidate.clone(),
            Some(key) => {
                // Keys of callers hold no NUL, and a replay's is not a trigger's.
                let key = format!("replay\0{event_id}\0{key}");
                self.keys.claim(tenant, config_id, &key, &candidate, now).await?
            }
        };
        if new_id != candidate {
            let key = EventKey { event_id: new_id.clone(), ..request.key.clone() };
            if let Some(row) = self.events.event(&key).await? {
                return Ok(Replayed { key, status: row.status });
            }
            // The first caller may have died before it started a leg: the condition on the row lets one deliver.
        }
        let unique = format!("{new_id}-{:08x}", self.clock.random() & 0xffff_ffff);
        let new = New {
            created_at: new_id.moment(),
            expires_at: expiry(now, self.retention),
            leg_name: unique.clone(),
            event_id: new_id,
            unique,
        };
        let key = again::start(self.payloads, self.workflow, row, &webhook, request.options, new).await?;
        Ok(Replayed { key, status: EventStatus::InProgress })
    }
}
