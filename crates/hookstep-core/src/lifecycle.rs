//! What is told to the world outside of the end of an event, and of a webhook that was disabled.
//!
//! A notice goes to every listener of the bus. It holds no payload, no header, no answer of a receiver and no secret, and no
//! URL either: the URLs of many receivers are secrets in themselves. The ids lead to all of that, for those who may see it.

use jiff::Timestamp;

use crate::attempt::{Attempt, Outcome};
use crate::event::{EventKey, Source};
use crate::ids::{ConfigId, TenantId};
use crate::verdict::Verdict;
use crate::webhook::{Status, Webhook};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// An event came to its end.
    Delivery(Box<DeliveryNotice>),
    /// Hookstep disabled a webhook.
    AutoDisabled(Box<AutoDisabledNotice>),
}

/// How an event ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryEnd {
    /// It was delivered.
    Succeeded,
    /// It failed, and is of a kind that is not tried again.
    Failed,
    /// It failed, and no retries are left: they were used up, or the event expires before the next.
    Exhausted,
}

impl DeliveryEnd {
    /// Every end.
    pub const ALL: [Self; 3] = [Self::Succeeded, Self::Failed, Self::Exhausted];
}

/// The end of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryNotice {
    /// Which end.
    pub end: DeliveryEnd,
    /// Of which event.
    pub key: EventKey,
    /// The name that it came with, if any.
    pub event_name: Option<String>,
    /// What brought it about.
    pub source: Source,
    /// How many legs it had.
    pub leg: u32,
    /// What its row says.
    pub verdict: Verdict,
    /// Its last attempt; absent where the last leg came to none.
    pub attempt: Option<AttemptSummary>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it ended.
    pub at: Timestamp,
}

/// As much of an attempt as everybody may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptSummary {
    /// 1 for the first.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What it came to.
    pub outcome: Outcome,
    /// The status of the answer, if one began.
    pub status_code: Option<u16>,
}

impl From<&Attempt> for AttemptSummary {
    fn from(attempt: &Attempt) -> Self {
        Self {
            number: attempt.number,
            started_at: attempt.started_at,
            duration_ms: attempt.duration_ms,
            outcome: attempt.outcome(),
            status_code: attempt.response.as_ref().map(|response| response.status_code),
        }
    }
}

/// A webhook that Hookstep disabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoDisabledNotice {
    /// Whose it is.
    pub tenant: TenantId,
    /// Which one.
    pub config_id: ConfigId,
    /// Its name.
    pub name: String,
    /// Why: the `status_reason` that it shows.
    pub reason: String,
    /// Since when it had failed without a success, where it was disabled for that.
    pub failing_since: Option<Timestamp>,
    /// When it was disabled.
    pub at: Timestamp,
}

impl AutoDisabledNotice {
    /// The notice of a webhook as it is, the same whenever it is made. `None` where Hookstep did not disable it.
    #[must_use]
    pub fn of(webhook: &Webhook) -> Option<Self> {
        (webhook.status == Status::AutoDisabled).then(|| Self {
            tenant: webhook.tenant.clone(),
            config_id: webhook.id.clone(),
            name: webhook.name.clone(),
            reason: webhook.status_reason.clone().unwrap_or_default(),
            failing_since: webhook.failing_since,
            at: webhook.updated_at,
        })
    }
}
