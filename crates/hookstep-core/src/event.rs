//! Events and their rows.

use jiff::Timestamp;

use crate::attempt::Attempt;
use crate::ids::{ConfigId, EventId, TenantId};
use crate::payload::Payload;
use crate::verdict::Reason;
use crate::webhook::Machine;

/// What brought an event about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A trigger call.
    Api,
    /// An event on the bus.
    EventBridge,
    /// A replay of another event.
    Replay,
    /// A test call.
    Test,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 4] = [Self::Api, Self::EventBridge, Self::Replay, Self::Test];

    /// The name in rows and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::EventBridge => "eventbridge",
            Self::Replay => "replay",
            Self::Test => "test",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == name)
    }
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventStatus {
    /// A leg runs, or another one is due.
    InProgress,
    /// Delivered.
    Succeeded,
    /// Not delivered, and no attempt will follow.
    Failed,
    /// Not attempted: the webhook is disabled or gone.
    Skipped,
}

impl EventStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::InProgress, Self::Succeeded, Self::Failed, Self::Skipped];

    /// The name in rows and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub fn is_final(self) -> bool {
        self != Self::InProgress
    }
}

/// Which event it is: what every step of a leg needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventKey {
    /// The event.
    pub event_id: EventId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The webhook that it is for.
    pub config_id: ConfigId,
}

/// One thing to deliver to one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Which one.
    pub key: EventKey,
    /// The name that it came with, if any.
    pub event_name: Option<String>,
    /// What brought it about.
    pub source: Source,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When its row and its payload may be forgotten.
    pub expires_at: Timestamp,
    /// As the caller gave it.
    pub content_type: Option<String>,
    /// As the caller gave it.
    pub correlation_id: Option<String>,
    /// The bytes, or where they are.
    pub payload: Payload,
    /// The machine that its leg was started on.
    pub machine: Machine,
}

/// An event with all that happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Which event.
    pub key: EventKey,
    /// The name that it came with, if any.
    pub event_name: Option<String>,
    /// What brought it about.
    pub source: Source,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When its row and its payload may be forgotten.
    pub expires_at: Timestamp,
    /// As the caller gave it.
    pub content_type: Option<String>,
    /// As the caller gave it.
    pub correlation_id: Option<String>,
    /// The bytes, or where they are. Absent only where no Lambda function could be run to record them.
    pub payload: Option<Payload>,
    /// Where it stands.
    pub status: EventStatus,
    /// Why it was not delivered.
    pub reason: Option<Reason>,
    /// One plain sentence on the reason.
    pub reason_detail: Option<String>,
    /// The target at the time of the leg; absent where the webhook was gone.
    pub url: Option<String>,
    /// The HTTP method at the time of the leg.
    pub http_method: Option<String>,
    /// The execution that owns the row.
    pub execution_arn: String,
    /// When the row was written last.
    pub updated_at: Timestamp,
    /// Every attempt so far, oldest first.
    pub attempts: Vec<Attempt>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_values() {
        for status in EventStatus::ALL {
            assert_eq!(EventStatus::from_name(status.as_str()), Some(status));
        }
        for source in Source::ALL {
            assert_eq!(Source::from_name(source.as_str()), Some(source));
        }
        assert_eq!(EventStatus::from_name("IN_PROGRESS"), None);
    }
}
