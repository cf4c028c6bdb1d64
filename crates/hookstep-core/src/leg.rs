//! What a leg is to do, decided by the `FetchConfig` step from the event and the webhook as it is now.

use crate::auth::Auth;
use crate::event::{Event, EventKey, Source};
use crate::header::Header;
use crate::ids::EventId;
use crate::limits::{
    DELIVER_MARGIN_SECONDS, DELIVER_TASK_MAX_SECONDS, REOPEN_SECONDS, SIGNING_BYTES_PER_SECOND, SIGNING_PASSES,
    WHOLE_PAYLOAD_MAX_BYTES,
};
use crate::payload::Payload;
use crate::secret::Sealed;
use crate::shape::Shape;
use crate::signing::{KeyRing, Signing};
use crate::trace::{SpanId, Trace};
use crate::verdict::{Reason, Verdict};
use crate::webhook::{Machine, Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::Timestamp;

/// Whether a leg delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// One attempt is to be made to this target.
    Deliver(Box<Target>),
    /// None is, for the reason in the verdict.
    Skip(Verdict),
}

/// Where a leg sends to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The target.
    pub url: WebhookUrl,
    /// The HTTP method.
    pub method: Method,
    /// Headers added to the request.
    pub headers: Vec<Header>,
    /// How the request is authenticated.
    pub auth: Auth,
    /// How it is signed.
    pub signing: SigningPlan,
    /// What becomes of the payload first.
    pub shape: Shape,
    /// Whether it is sent from the deployment's static IP address.
    pub static_ip: bool,
    /// The webhook's secrets.
    pub sealed: Option<Sealed>,
    /// How long the attempt may take.
    pub timeout: TimeoutSeconds,
}

/// How a request is signed: what is configured, and the tenant's keys where `v1a` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningPlan {
    /// As configured.
    pub signing: Signing,
    /// The keys of `v1a`.
    pub keys: Option<KeyRing>,
}

impl Target {
    /// What the Deliver task may take in all with this payload, in seconds.
    #[must_use]
    pub fn task_timeout_seconds(&self, payload: &Payload) -> u32 {
        self.timeout.get() + margin_seconds(payload)
    }
}

/// An event with the target that it goes to: what the Deliver step works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which event.
    pub key: EventKey,
    /// The number of the attempt, 1 for the first.
    pub attempt_number: u32,
    /// The `webhook-id` of the request.
    pub webhook_id: EventId,
    /// The event that a transformation is told of: where the bytes of another one are to be sent again, that one.
    pub told_of: EventId,
    /// Its name, if it has one.
    pub event_name: Option<String>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The trace that it belongs to.
    pub trace: Trace,
    /// The caller's content type.
    pub content_type: Option<String>,
    /// The bytes to send, or where they are.
    pub payload: Payload,
    /// Where to.
    pub target: Target,
}

/// What a Deliver task gets beyond the webhook's timeout with this payload, in seconds.
fn margin_seconds(payload: &Payload) -> u32 {
    match payload {
        Payload::Stored(stored) if stored.size > WHOLE_PAYLOAD_MAX_BYTES => {
            let reading = (SIGNING_PASSES * stored.size).div_ceil(SIGNING_BYTES_PER_SECOND);
            DELIVER_MARGIN_SECONDS + REOPEN_SECONDS + u32::try_from(reading).unwrap_or(u32::MAX / 2)
        }
        _ => DELIVER_MARGIN_SECONDS,
    }
}

/// The machine that can hold the delivery of this payload.
#[must_use]
pub fn machine_for(timeout: TimeoutSeconds, payload: &Payload) -> Machine {
    match payload {
        Payload::Stored(stored) if stored.size > WHOLE_PAYLOAD_MAX_BYTES => Machine::Standard,
        _ => timeout.machine(),
    }
}

/// Decides on a leg. `webhook` is `None` where it was deleted since the trigger. A test reaches a disabled webhook too: that
/// is when it is most wanted. A replay that is to send the bytes of another event has that one's shape, whatever the
/// webhook's is now.
#[must_use]
pub fn plan(webhook: Option<Webhook>, event: &Event) -> Plan {
    let Some(webhook) = webhook else {
        return Plan::Skip(Verdict::skipped(Reason::WebhookDeleted, "the webhook was deleted before the delivery"));
    };
    if webhook.status != Status::Active && event.source != Source::Test {
        return Plan::Skip(Verdict::skipped(Reason::WebhookDisabled, "the webhook is disabled"));
    }
    let most = DELIVER_TASK_MAX_SECONDS.saturating_sub(margin_seconds(&event.payload));
    Plan::Deliver(Box::new(Target {
        timeout: webhook.timeout.capped_for(event.machine).capped_at(most),
        signing: SigningPlan { signing: webhook.signing.clone(), keys: None },
        shape: match event.replay.as_ref().and_then(|replay| replay.as_sent.as_ref()) {
            Some(rendering) => rendering.shape.clone(),
            None => webhook.shape.clone(),
        },
        static_ip: webhook.static_ip,
        sealed: webhook.sealed().cloned(),
        url: webhook.url,
        method: webhook.method,
        headers: webhook.headers,
        auth: webhook.auth,
    }))
}

impl Delivery {
    /// The span of the attempt.
    #[must_use]
    pub fn span(&self) -> SpanId {
        SpanId::of_attempt(&self.key.event_id, self.attempt_number)
    }

    /// The attempt of the event's leg, to `target`.
    #[must_use]
    pub fn of(event: Event, target: Target) -> Self {
        let (webhook_id, as_sent) = match event.replay {
            Some(replay) => (replay.webhook_id, replay.as_sent),
            None => (None, None),
        };
        let (told_of, event_name, created_at) = match as_sent {
            Some(rendering) => (rendering.event_id, rendering.event_name, rendering.created_at),
            None => (event.key.event_id.clone(), event.event_name, event.created_at),
        };
        Self {
            trace: event.trace.unwrap_or_else(|| Trace::derived(&event.key.event_id)),
            webhook_id: webhook_id.unwrap_or_else(|| event.key.event_id.clone()),
            key: event.key,
            attempt_number: event.leg,
            told_of,
            event_name,
            created_at,
            content_type: event.content_type,
            payload: event.payload,
            target,
        }
    }
}
