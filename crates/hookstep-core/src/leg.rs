//! What a leg is to do, decided by the `FetchConfig` step from the event and the webhook as it is now.

use crate::auth::Auth;
use crate::event::{Event, EventKey, Source};
use crate::header::Header;
use crate::limits::DELIVER_MARGIN_SECONDS;
use crate::payload::Payload;
use crate::secret::Sealed;
use crate::verdict::{Reason, Verdict};
use crate::webhook::{Method, Status, TimeoutSeconds, Webhook, WebhookUrl};

/// Whether a leg delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// One attempt is to be made to this target.
    Deliver(Target),
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
    /// The secrets of headers and authentication.
    pub sealed: Option<Sealed>,
    /// How long the attempt may take.
    pub timeout: TimeoutSeconds,
}

impl Target {
    /// What the Deliver task may take in all, in seconds.
    #[must_use]
    pub fn task_timeout_seconds(&self) -> u32 {
        self.timeout.get() + DELIVER_MARGIN_SECONDS
    }
}

/// An event with the target that it goes to: what the Deliver step works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which event.
    pub key: EventKey,
    /// The number of the attempt, 1 for the first.
    pub attempt_number: u32,
    /// The caller's content type.
    pub content_type: Option<String>,
    /// The bytes to send, or where they are.
    pub payload: Payload,
    /// Where to.
    pub target: Target,
}

/// Decides on a leg. `webhook` is `None` where it was deleted since the trigger. A test reaches a disabled webhook too: that
/// is when it is most wanted.
#[must_use]
pub fn plan(webhook: Option<Webhook>, event: &Event) -> Plan {
    let Some(webhook) = webhook else {
        return Plan::Skip(Verdict::skipped(Reason::WebhookDeleted, "the webhook was deleted before the delivery"));
    };
    if webhook.status != Status::Active && event.source != Source::Test {
        return Plan::Skip(Verdict::skipped(Reason::WebhookDisabled, "the webhook is disabled"));
    }
    Plan::Deliver(Target {
        timeout: webhook.timeout.capped_for(event.machine),
        sealed: webhook.sealed().cloned(),
        url: webhook.url,
        method: webhook.method,
        headers: webhook.headers,
        auth: webhook.auth,
    })
}

impl Delivery {
    /// The first attempt of `event` to `target`.
    #[must_use]
    pub fn first(event: Event, target: Target) -> Self {
        Self { key: event.key, attempt_number: 1, content_type: event.content_type, payload: event.payload, target }
    }
}
