//! What a leg is to do, decided by the `FetchConfig` step from the event and the webhook as it is now.

use crate::attempt::Obstacle;
use crate::auth::Auth;
use crate::event::{Event, EventKey, Source};
use crate::header::Header;
use crate::limits::{
    DELIVER_MARGIN_SECONDS, DELIVER_TASK_MAX_SECONDS, REOPEN_SECONDS, SIGNING_BYTES_PER_SECOND, SIGNING_PASSES,
    WHOLE_PAYLOAD_MAX_BYTES,
};
use crate::payload::Payload;
use crate::secret::Sealed;
use crate::shape::Shape;
use crate::signing::{KeyRing, Signing};
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
    /// The event's name, if it has one.
    pub event_name: Option<String>,
    /// When the event was accepted.
    pub created_at: Timestamp,
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
/// is when it is most wanted.
#[must_use]
pub fn plan(webhook: Option<Webhook>, event: &Event, has_static_ip: bool) -> Plan {
    let Some(webhook) = webhook else {
        return Plan::Skip(Verdict::skipped(Reason::WebhookDeleted, "the webhook was deleted before the delivery"));
    };
    if webhook.status != Status::Active && event.source != Source::Test {
        return Plan::Skip(Verdict::skipped(Reason::WebhookDisabled, "the webhook is disabled"));
    }
    if webhook.static_ip && !has_static_ip {
        let obstacle = Obstacle::StaticIpUnavailable;
        return Plan::Skip(Verdict::failed(Reason::Obstacle(obstacle), obstacle.sentence()));
    }
    let most = DELIVER_TASK_MAX_SECONDS.saturating_sub(margin_seconds(&event.payload));
    Plan::Deliver(Box::new(Target {
        timeout: webhook.timeout.capped_for(event.machine).capped_at(most),
        signing: SigningPlan { signing: webhook.signing.clone(), keys: None },
        shape: webhook.shape.clone(),
        static_ip: webhook.static_ip,
        sealed: webhook.sealed().cloned(),
        url: webhook.url,
        method: webhook.method,
        headers: webhook.headers,
        auth: webhook.auth,
    }))
}

impl Delivery {
    /// The first attempt of `event` to `target`.
    #[must_use]
    pub fn first(event: Event, target: Target) -> Self {
        Self {
            key: event.key,
            attempt_number: 1,
            event_name: event.event_name,
            created_at: event.created_at,
            content_type: event.content_type,
            payload: event.payload,
            target,
        }
    }
}
