//! The trigger: accepts one payload for one webhook and sets a leg going.

use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use crate::event::{Event, EventKey, EventRow, EventStatus, Source};
use crate::ids::{ConfigId, EventId, PayloadId, TenantId};
use crate::leg::machine_for;
use crate::limits::{SYNC_BUDGET_MS, UPLOAD_MAX_BYTES};
use crate::payload::{Payload, fits_inline};
use crate::ports::{
    Clock, Entropy, EventReader, IdempotencyKeys, LegEnd, PayloadError, PayloadWriter, StoreError, Uploaded, Uploads,
    WebhookReader, Workflow, WorkflowError,
};
use crate::sample;
use crate::trace::Trace;
use crate::webhook::Machine;

/// How often a sync trigger looks at the row of an event that another execution delivers.
const WATCH_INTERVAL: Duration = Duration::from_millis(400);

/// What a caller asks for. (Without `Debug`: it holds the payload.)
#[derive(Clone)]
pub struct TriggerRequest {
    /// Whose webhook.
    pub tenant: TenantId,
    /// Which webhook.
    pub config_id: ConfigId,
    /// What brings it about.
    pub source: Source,
    /// Whether the caller waits for the outcome.
    pub sync: bool,
    /// The payload.
    pub payload: GivenPayload,
    /// As given.
    pub content_type: Option<String>,
    /// As given.
    pub correlation_id: Option<String>,
    /// The trace that the call belongs to, if any.
    pub trace: Option<Trace>,
    /// As given: the same key for the same webhook means the same event.
    pub idempotency_key: Option<String>,
}

/// Where the payload is.
#[derive(Clone)]
pub enum GivenPayload {
    /// In the request's body.
    Body(Bytes),
    /// Uploaded before.
    Upload(PayloadId),
    /// That of an earlier event.
    Earlier(Payload),
    /// A sample that Hookstep makes up for the webhook.
    Sample,
}

/// What a caller is told.
#[derive(Debug, Clone)]
pub enum Triggered {
    /// Accepted; the caller does not wait. The status is the row's where the event existed before.
    Accepted(EventKey, EventStatus),
    /// It has come to its end.
    Concluded(Box<EventRow>),
    /// The caller's time is up, and the delivery goes on.
    StillRunning(EventKey),
}

/// Why a trigger is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TriggerError {
    /// The tenant has no such webhook.
    #[error("there is no such webhook")]
    WebhookNotFound,
    /// Nothing was uploaded under the payload id.
    #[error("nothing was uploaded under this payload id")]
    UploadNotFound,
    /// The upload is larger than a webhook may be.
    #[error("the upload holds {size} bytes; {UPLOAD_MAX_BYTES} are the most")]
    UploadTooLarge {
        /// Length in bytes.
        size: u64,
    },
    /// A table failed.
    #[error("a table failed")]
    Store(#[from] StoreError),
    /// The payload bucket failed.
    #[error("the payload bucket failed")]
    Payload(#[source] PayloadError),
    /// The workflow service failed.
    #[error("the workflow service failed")]
    Workflow(#[from] WorkflowError),
    /// The machine failed, even in handling its exception.
    #[error("the delivery of {event_id} broke off with {error}")]
    LegBroken {
        /// The event.
        event_id: EventId,
        /// The error name.
        error: String,
    },
}

/// The ports of a trigger, and what the operator set.
pub struct TriggerStep<'a, W, E, I, P, X, C> {
    /// Reads webhooks.
    pub webhooks: &'a W,
    /// Reads event rows.
    pub events: &'a E,
    /// Remembers idempotency keys.
    pub keys: &'a I,
    /// Stores claim-checked payloads, finds uploads.
    pub payloads: &'a P,
    /// Starts legs.
    pub workflow: &'a X,
    /// Time and randomness.
    pub clock: &'a C,
    /// The largest payload that travels inline, in bytes of encoded JSON.
    pub inline_max_bytes: usize,
    /// How long rows and payloads are kept.
    pub retention: SignedDuration,
}

impl<W, E, I, P, X, C> TriggerStep<'_, W, E, I, P, X, C>
where
    W: WebhookReader,
    E: EventReader,
    I: IdempotencyKeys,
    P: PayloadWriter + Uploads,
    X: Workflow,
    C: Clock + Entropy,
{
    /// Accepts the request, or says why not.
    ///
    /// The event is safe once the leg is started: from then on the machine sees to its row. Until then nothing
    /// was promised to the caller.
    pub async fn run(&self, request: TriggerRequest) -> Result<Triggered, TriggerError> {
        let accepted_at = self.clock.now();
        let deadline = accepted_at + Duration::from_millis(SYNC_BUDGET_MS);
        let webhook =
            self.webhooks.webhook(&request.tenant, &request.config_id).await?.ok_or(TriggerError::WebhookNotFound)?;

        let candidate = EventId::generate(accepted_at, self.clock.random());
        let event_id = match &request.idempotency_key {
            None => candidate.clone(),
            Some(key) => {
                // A test's key is not a trigger's. Keys of callers hold no NUL.
                let key = if request.source == Source::Test { &format!("test\0{key}") } else { key };
                self.keys.claim(&webhook.tenant, &webhook.id, key, &candidate, accepted_at).await?
            }
        };
        let key = EventKey { event_id, tenant: webhook.tenant.clone(), config_id: webhook.id.clone() };
        if key.event_id != candidate
            && let Some(row) = self.events.event(&key).await?
        {
            return self.answer_repeated(row, request.sync, deadline).await;
        }
        // A repeated key whose event has no row yet starts a leg of its own: the first caller may have died
        // before it started one. The condition on the row lets only one of the two deliver.

        let leg_name = format!("{}-{:08x}", key.event_id, self.clock.random() & 0xffff_ffff);
        let content_type = match request.payload {
            GivenPayload::Sample => Some(sample::CONTENT_TYPE.to_owned()),
            _ => request.content_type,
        };
        let mut kept_from = accepted_at;
        let payload = match request.payload {
            GivenPayload::Body(bytes) => self.claim_check(&key, &leg_name, bytes).await?,
            GivenPayload::Sample => self.claim_check(&key, &leg_name, sample::payload(&webhook, accepted_at)).await?,
            GivenPayload::Upload(id) => {
                let uploaded = self.uploaded(&key, &id).await?;
                kept_from = uploaded.kept_from(accepted_at);
                Payload::Stored(uploaded.payload)
            }
            GivenPayload::Earlier(payload) => payload,
        };
        let event = Event {
            key,
            event_name: webhook.event_name.clone(),
            source: request.source,
            created_at: accepted_at,
            expires_at: kept_from + self.retention,
            content_type,
            correlation_id: request.correlation_id,
            trace: request.trace,
            machine: machine_for(webhook.timeout, &payload),
            payload,
            leg: 1,
            // Who waits is told of the first attempt, and decides.
            one_attempt: request.sync || request.source == Source::Test,
            lifecycle: false,
            replay: None,
        };
        if request.sync {
            self.deliver_now(event, &leg_name, deadline).await
        } else {
            self.workflow.start(event.machine, &event, &leg_name).await?;
            Ok(Triggered::Accepted(event.key, EventStatus::InProgress))
        }
    }

    async fn answer_repeated(&self, row: EventRow, sync: bool, deadline: Timestamp) -> Result<Triggered, TriggerError> {
        if !sync {
            return Ok(Triggered::Accepted(row.key, row.status));
        }
        if row.status.is_final() {
            return Ok(Triggered::Concluded(Box::new(row)));
        }
        self.watch(row.key, deadline).await
    }

    async fn claim_check(&self, key: &EventKey, unique: &str, bytes: Bytes) -> Result<Payload, TriggerError> {
        if fits_inline(&bytes, self.inline_max_bytes) {
            return Ok(Payload::Inline(bytes));
        }
        let stored = self.payloads.store(key, unique, bytes).await.map_err(TriggerError::Payload)?;
        Ok(Payload::Stored(stored))
    }

    async fn uploaded(&self, key: &EventKey, id: &PayloadId) -> Result<Uploaded, TriggerError> {
        let uploaded = match self.payloads.uploaded(&key.tenant, &key.config_id, id).await {
            Ok(uploaded) => uploaded,
            Err(PayloadError::Missing) => return Err(TriggerError::UploadNotFound),
            Err(other) => return Err(TriggerError::Payload(other)),
        };
        if uploaded.payload.size > UPLOAD_MAX_BYTES {
            return Err(TriggerError::UploadTooLarge { size: uploaded.payload.size });
        }
        Ok(uploaded)
    }

    async fn deliver_now(&self, event: Event, leg_name: &str, deadline: Timestamp) -> Result<Triggered, TriggerError> {
        if event.machine == Machine::Standard {
            // STANDARD has no synchronous start: the row tells when it is over.
            self.workflow.start(Machine::Standard, &event, leg_name).await?;
            return self.watch(event.key, deadline).await;
        }
        match self.workflow.run(&event, leg_name, self.left(deadline)).await? {
            LegEnd::StillRunning => Ok(Triggered::StillRunning(event.key)),
            LegEnd::Finished => self.watch(event.key, deadline).await,
            LegEnd::Broken { error } => match self.events.event(&event.key).await? {
                Some(row) if row.status.is_final() => Ok(Triggered::Concluded(Box::new(row))),
                _ => Err(TriggerError::LegBroken { event_id: event.key.event_id, error }),
            },
        }
    }

    /// Waits for the row to become final. After a finished leg that is the case at the first look, unless the
    /// leg found that another execution delivers the same event.
    async fn watch(&self, key: EventKey, deadline: Timestamp) -> Result<Triggered, TriggerError> {
        loop {
            if let Some(row) = self.events.event(&key).await?
                && row.status.is_final()
            {
                return Ok(Triggered::Concluded(Box::new(row)));
            }
            if self.left(deadline) <= WATCH_INTERVAL {
                return Ok(Triggered::StillRunning(key));
            }
            self.clock.pause(WATCH_INTERVAL).await;
        }
    }

    fn left(&self, deadline: Timestamp) -> Duration {
        Duration::try_from(deadline.duration_since(self.clock.now())).unwrap_or_default()
    }
}
