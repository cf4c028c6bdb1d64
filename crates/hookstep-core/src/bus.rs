//! The fan-out: brings one event of the bus to the webhooks that ask for it.
//!
//! An event names its webhook (`detail.config_id`), or it goes to each active webhook of its tenant that listens to its
//! `detail-type` and whose filter it matches. The bus may repeat an event, and Lambda runs a function again that failed, so
//! this may be run any number of times for one event, also at the same time, and each webhook gets one event row:
//!
//! - The event is **claimed** once. The claim holds a base id, and the id of each webhook's event is derived from it and from the
//!   webhook. A second leg of the same id finds the row taken and ends. An event that nobody listens to is not claimed, and costs
//!   one query.
//! - Legs are started in the order of the listeners, some at a time. **Where time runs out** or a start keeps failing, this ends
//!   with an error before it is killed, and notes in the claim up to which listener every leg was started. The next run goes on
//!   behind that one: the two that Lambda makes by itself, and each one that somebody makes with the dead letter. So a fan-out of
//!   any size comes to its end in a number of runs, as long as a run starts one leg; one run does thousands.
//! - A webhook whose filter is not taken any more, from before an update, gets nothing, is named in the result, and hinders nobody.
//!   An event that can't be looked into reaches those without a filter, and is an error for the others, in each run.
//! - After each page of listeners but the last the same is noted, so that a run that is killed after all repeats one page at most.
//! - What is started stays started.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::event::{Event, EventKey, Source};
use crate::ids::{ConfigId, EventId, TenantId};
use crate::leg::machine_for;
use crate::limits::{EVENT_NAME_MAX_CHARS, TOKEN_MAX_BYTES};
use crate::payload::{Payload, fits_inline};
use crate::ports::{
    BusClaim, BusClaims, Clock, Entropy, Listener, Listeners, ListeningWebhooks, PayloadError, SharedPayloads,
    StoreError, WebhookReader, Workflow, WorkflowError,
};
use crate::trace::Trace;
use crate::webhook::TimeoutSeconds;

/// Starts under way at a time: many times what a function of this size keeps up with, and few enough for its memory.
const IN_FLIGHT: usize = 48;

/// How long a start that failed waits before it is tried again.
const START_PAUSE: Duration = Duration::from_millis(500);

/// What the detail of an event of the bus is.
pub const CONTENT_TYPE: &str = "application/json";

/// What [`is_event_name`] takes, in words.
pub const EVENT_NAMES: &str = "1 to 128 characters without control characters, or up to 255 of ASCII";

/// Whether a webhook may listen to this name: 1 to 128 characters without control characters, as a `detail-type` has them, or up
/// to 255 of ASCII.
#[must_use]
pub fn is_event_name(text: &str) -> bool {
    let fits = text.chars().count() <= EVENT_NAME_MAX_CHARS || (text.is_ascii() && text.len() <= TOKEN_MAX_BYTES);
    !text.is_empty() && fits && !text.chars().any(char::is_control)
}

/// One event of the bus. (Without `Debug`: it holds the payload.)
#[derive(Clone)]
pub struct BusEvent {
    /// Whose webhooks it is for.
    pub tenant: TenantId,
    /// The id that the bus gave it: 1 to 255 characters of visible ASCII.
    pub id: String,
    /// The replay of an archive of the bus that it comes from, if it does. Who replays an archive wants its events delivered
    /// again, and they have the ids of before.
    pub archive_replay: Option<String>,
    /// Its `detail-type`, of the form of [`is_event_name`].
    pub name: String,
    /// Which webhooks it goes to.
    pub addressee: Addressee,
    /// Whether it tells of a delivery itself.
    pub lifecycle: bool,
    /// The trace that it came with, if any.
    pub trace: Option<Trace>,
    /// The bytes of its `detail`: the payload.
    pub detail: Bytes,
    /// All of it, for filters. `None` where it is JSON that can be passed on and not be looked into: more than 128 levels, a number
    /// beyond 1.8e308, text that is not Unicode.
    pub document: Option<Value>,
}

/// Which webhooks an event goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// The one that it names.
    Webhook(ConfigId),
    /// All that listen.
    Listeners,
}

/// What was done in one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FannedOut {
    /// Webhooks that it was held against.
    pub listening: usize,
    /// Those that it is for.
    pub matched: usize,
    /// Legs that were started.
    pub started: usize,
    /// Webhooks that listen, and whose filter or item is not taken any more: nothing matches it. Somebody should save them again.
    pub unreadable: Vec<ConfigId>,
}

/// Why a run did not reach every webhook.
#[derive(Debug, thiserror::Error)]
pub enum FanOutError {
    /// It names a webhook that the tenant does not have.
    #[error("`detail.config_id` names no webhook of tenant {0}")]
    WebhookUnknown(TenantId),
    /// It can't be looked into, and this webhook has a filter, maybe others too. Those without one were served.
    #[error(
        "webhook {0} has a filter, which this event can't be held against: it has more than 128 levels, a number beyond 1.8e308, or text that is not Unicode"
    )]
    EventUnreadable(ConfigId),
    /// The next run goes on.
    #[error("time was up when {0} legs were started in this run; the next run goes on behind them")]
    OutOfTime(usize),
    /// A table failed.
    #[error("a table failed")]
    Store(#[from] StoreError),
    /// The payload bucket failed.
    #[error("the payload bucket failed")]
    Payload(#[from] PayloadError),
    /// The workflow service failed for as long as there was time.
    #[error("the workflow service failed")]
    Workflow(#[from] WorkflowError),
}

/// The ports of a fan-out, and what the operator set.
pub struct FanOut<'a, W, L, B, P, X, C> {
    /// Reads the webhook that an event names.
    pub webhooks: &'a W,
    /// Finds those that listen.
    pub listening: &'a L,
    /// Remembers events of the bus.
    pub claims: &'a B,
    /// Stores claim-checked payloads.
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

/// What the events of all webhooks have in common.
struct Common<'e> {
    event: &'e BusEvent,
    base: EventId,
    payload: Payload,
    expires_at: Timestamp,
}

impl Common<'_> {
    fn for_webhook(&self, config_id: &ConfigId, timeout: TimeoutSeconds) -> Event {
        let created_at = self.base.moment();
        Event {
            key: EventKey {
                event_id: EventId::derive(created_at, &[self.base.as_str(), config_id.as_str()]),
                tenant: self.event.tenant.clone(),
                config_id: config_id.clone(),
            },
            event_name: Some(self.event.name.clone()),
            source: Source::EventBridge,
            created_at,
            expires_at: self.expires_at,
            content_type: Some(CONTENT_TYPE.to_owned()),
            correlation_id: Some(self.event.id.clone()),
            trace: self.event.trace.clone(),
            machine: machine_for(timeout, &self.payload),
            payload: self.payload.clone(),
            leg: 1,
            one_attempt: false,
            lifecycle: self.event.lifecycle,
            replay: None,
        }
    }
}

/// How far a run has come.
struct Progress {
    claim: BusClaim,
    done: FannedOut,
}

impl<W, L, B, P, X, C> FanOut<'_, W, L, B, P, X, C>
where
    W: WebhookReader,
    L: ListeningWebhooks,
    B: BusClaims,
    P: SharedPayloads,
    X: Workflow,
    C: Clock + Entropy,
{
    /// Starts a leg for each webhook that the event is for; none is begun after `until`. A start under way then may take as long
    /// as the workflow service's client lets it.
    pub async fn run(&self, event: &BusEvent, until: Timestamp) -> Result<FannedOut, FanOutError> {
        match &event.addressee {
            Addressee::Webhook(id) => self.to_one(event, id, until).await,
            Addressee::Listeners => self.to_listeners(event, until).await,
        }
    }

    async fn to_one(&self, event: &BusEvent, id: &ConfigId, until: Timestamp) -> Result<FannedOut, FanOutError> {
        let webhook = self.webhooks.webhook(&event.tenant, id).await?;
        let webhook = webhook.ok_or_else(|| FanOutError::WebhookUnknown(event.tenant.clone()))?;
        let claim = self.claim(event).await?;
        let common = self.common(event, claim.base).await?;
        self.start(&common.for_webhook(&webhook.id, webhook.timeout), until).await?;
        Ok(FannedOut { listening: 1, matched: 1, started: 1, unreadable: vec![] })
    }

    async fn to_listeners(&self, event: &BusEvent, until: Timestamp) -> Result<FannedOut, FanOutError> {
        let mut page = self.listeners(event, None).await?;
        // Most events of a bus are for nobody.
        if page.next.is_none() && page.readable.iter().all(|one| wants(one, event) == Some(false)) {
            let listening = page.readable.len();
            return Ok(FannedOut { listening, unreadable: page.unreadable, ..FannedOut::default() });
        }
        let claim = self.claim(event).await?;
        if let Some(reached) = &claim.reached {
            page = self.listeners(event, Some(reached)).await?;
        }
        let common = self.common(event, claim.base.clone()).await?;
        let mut progress = Progress { claim, done: FannedOut::default() };
        loop {
            let next = page.next.take();
            self.serve(&common, page, &mut progress, until).await?;
            let Some(next) = next else { break };
            progress.claim.reached = Some(next.clone());
            self.note(event, &progress).await?;
            // A page may have been for nobody.
            if self.clock.now() >= until {
                return Err(FanOutError::OutOfTime(progress.done.started));
            }
            page = self.listeners(event, Some(&next)).await?;
        }
        match progress.claim.unasked.clone() {
            None => Ok(progress.done),
            Some(id) => {
                // The next run serves nobody twice, and says the same.
                self.note(event, &progress).await?;
                Err(FanOutError::EventUnreadable(id))
            }
        }
    }

    /// Starts the legs of one page, in order.
    async fn serve(
        &self,
        common: &Common<'_>,
        page: Listeners,
        progress: &mut Progress,
        until: Timestamp,
    ) -> Result<(), FanOutError> {
        progress.done.listening += page.readable.len();
        progress.done.unreadable.extend(page.unreadable);
        let mut wanting = Vec::new();
        for listener in &page.readable {
            match wants(listener, common.event) {
                Some(true) => wanting.push(listener),
                Some(false) => {}
                None => drop(progress.claim.unasked.get_or_insert(listener.config_id.clone())),
            }
        }
        progress.done.matched += wanting.len();
        let starts = wanting.into_iter().map(async |listener| {
            let event = common.for_webhook(&listener.config_id, listener.timeout);
            self.start(&event, until).await.map(|()| listener)
        });
        let mut starts = std::pin::pin!(stream::iter(starts).buffered(IN_FLIGHT));
        while let Some(end) = starts.next().await {
            match end {
                Ok(listener) => {
                    progress.done.started += 1;
                    progress.claim.reached = Some(listener.config_id.clone());
                }
                Err(fault) => {
                    // That the place can't be noted is the smaller fault: the next run then begins at an earlier one.
                    let _ = self.note(common.event, progress).await;
                    return Err(match fault {
                        FanOutError::OutOfTime(_) => FanOutError::OutOfTime(progress.done.started),
                        other => other,
                    });
                }
            }
        }
        Ok(())
    }

    /// Starts one leg, and tries again for as long as there is time.
    async fn start(&self, event: &Event, until: Timestamp) -> Result<(), FanOutError> {
        // The same name in each run: a STANDARD execution is not made twice.
        let name = format!("{}-{}", event.key.event_id, event.leg);
        if self.clock.now() >= until {
            return Err(FanOutError::OutOfTime(0));
        }
        loop {
            let Err(error) = self.workflow.start(event.machine, event, &name).await else { return Ok(()) };
            if self.clock.now() + START_PAUSE >= until {
                return Err(error.into());
            }
            self.clock.pause(START_PAUSE).await;
        }
    }

    async fn listeners(&self, event: &BusEvent, after: Option<&ConfigId>) -> Result<Listeners, StoreError> {
        self.listening.listeners(&event.tenant, &event.name, after).await
    }

    async fn claim(&self, event: &BusEvent) -> Result<BusClaim, StoreError> {
        let now = self.clock.now();
        let candidate = EventId::generate(now, self.clock.random());
        self.claims.claim(&event.tenant, &event.identity(), &candidate, now).await
    }

    async fn note(&self, event: &BusEvent, progress: &Progress) -> Result<(), StoreError> {
        if progress.claim.reached.is_none() && progress.claim.unasked.is_none() {
            return Ok(());
        }
        self.claims.note(&event.tenant, &event.identity(), &progress.claim, self.clock.now()).await
    }

    /// A large payload is stored once, for all webhooks.
    async fn common<'e>(&self, event: &'e BusEvent, base: EventId) -> Result<Common<'e>, PayloadError> {
        // Rows and payloads of a run that comes late are kept as long as others.
        let expires_at = self.clock.now() + self.retention;
        let payload = if fits_inline(&event.detail, self.inline_max_bytes) {
            Payload::Inline(event.detail.clone())
        } else {
            let unique = format!("{base}-{:08x}", self.clock.random() & 0xffff_ffff);
            Payload::Stored(self.payloads.store_shared(&event.tenant, &unique, event.detail.clone()).await?)
        };
        Ok(Common { event, base, payload, expires_at })
    }
}

impl BusEvent {
    /// What tells it apart from every other one of its tenant.
    fn identity(&self) -> String {
        // Neither of the two holds a NUL.
        self.archive_replay.as_ref().map_or_else(|| self.id.clone(), |replay| format!("{}\0{replay}", self.id))
    }
}

/// Whether the webhook wants the event; `None` where nobody can tell.
fn wants(listener: &Listener, event: &BusEvent) -> Option<bool> {
    let Some(filter) = &listener.filter else { return Some(true) };
    event.document.as_ref().map(|document| filter.matches(document))
}
