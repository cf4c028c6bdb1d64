//! Events and their rows.

use jiff::Timestamp;

use crate::attempt::Attempt;
use crate::ids::{ConfigId, EventId, TenantId};
use crate::payload::Payload;
use crate::shape::Shape;
use crate::trace::Trace;
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
    /// A leg runs, or the next one is due at some time.
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
    /// The trace that it came with, if any; otherwise it is [`Trace::derived`].
    pub trace: Option<Trace>,
    /// The bytes, or where they are.
    pub payload: Payload,
    /// The machine that its leg was started on.
    pub machine: Machine,
    /// The number of that leg: 1 for the first.
    pub leg: u32,
    /// Whether no leg follows the first: a caller waits for the outcome, or it is a test.
    pub one_attempt: bool,
    /// Whether it tells of a delivery itself. Its own delivery is told of no more, or two webhooks could go on for ever.
    pub lifecycle: bool,
    /// What it is a replay of, if it is one.
    pub replay: Option<Replay>,
}

/// That an event is a replay of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The event that was replayed; maybe a replay itself.
    pub of: EventId,
    /// The `webhook-id` that it is sent with, where that is not its own id.
    pub webhook_id: Option<EventId>,
    /// How its payload was brought into shape the first time, where the same bytes are to be sent again.
    pub as_sent: Option<Rendering>,
}

/// What the body of a request depends on, beside the payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    /// The event that a transformation is told of.
    pub event_id: EventId,
    /// Its name.
    pub event_name: Option<String>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The shape.
    pub shape: Shape,
}

/// One leg of an event, without its payload: what every step after the first needs to know, and what starts the next leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Which event.
    pub key: EventKey,
    /// 1 for the first.
    pub number: u32,
    /// The event's name, if it has one.
    pub event_name: Option<String>,
    /// What brought the event about.
    pub source: Source,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When its row and its payload may be forgotten.
    pub expires_at: Timestamp,
    /// The machine that runs it.
    pub machine: Machine,
    /// See [`Event::trace`].
    pub trace: Option<Trace>,
    /// See [`Event::one_attempt`].
    pub one_attempt: bool,
    /// See [`Event::lifecycle`].
    pub lifecycle: bool,
    /// Whether the webhook had been failing when the leg began.
    pub webhook_failing: bool,
}

impl Leg {
    /// The one after it.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { number: self.number + 1, webhook_failing: false, ..self.clone() }
    }
}

impl From<&Event> for Leg {
    fn from(event: &Event) -> Self {
        Self {
            key: event.key.clone(),
            number: event.leg,
            event_name: event.event_name.clone(),
            source: event.source,
            created_at: event.created_at,
            expires_at: event.expires_at,
            machine: event.machine,
            trace: event.trace.clone(),
            one_attempt: event.one_attempt,
            lifecycle: event.lifecycle,
            webhook_failing: false,
        }
    }
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
    /// See [`Event::trace`].
    pub trace: Option<Trace>,
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
    /// Every attempt so far, oldest first. Their numbers are those of the legs; one that ended in an exception has none.
    pub attempts: Vec<Attempt>,
    /// The number of its newest leg.
    pub leg: u32,
    /// The machine that ran it.
    pub machine: Machine,
    /// When the next leg is due, while it waits for one.
    pub next_attempt_at: Option<Timestamp>,
    /// When the leg that runs should have come to its end, or the one that it waits for should have begun.
    pub deadline_at: Option<Timestamp>,
    /// See [`Event::one_attempt`].
    pub one_attempt: bool,
    /// See [`Event::lifecycle`].
    pub lifecycle: bool,
    /// What it is a replay of, if it is one.
    pub replay: Option<Replay>,
    /// The shape at its first leg.
    pub shape: Shape,
}

impl EventRow {
    /// The `webhook-id` that it is sent with.
    #[must_use]
    pub fn webhook_id(&self) -> &EventId {
        let given = self.replay.as_ref().and_then(|replay| replay.webhook_id.as_ref());
        given.unwrap_or(&self.key.event_id)
    }

    /// The trace that it belongs to.
    #[must_use]
    pub fn trace(&self) -> Trace {
        self.trace.clone().unwrap_or_else(|| Trace::derived(&self.key.event_id))
    }

    /// What its body depended on when it was sent first.
    #[must_use]
    pub fn rendering(&self) -> Rendering {
        let given = self.replay.as_ref().and_then(|replay| replay.as_sent.clone());
        given.unwrap_or_else(|| Rendering {
            event_id: self.key.event_id.clone(),
            event_name: self.event_name.clone(),
            created_at: self.created_at,
            shape: self.shape.clone(),
        })
    }

    /// The event as its leg of this number takes it. `None` where the payload was never recorded.
    #[must_use]
    pub fn into_event(self, leg: u32) -> Option<Event> {
        Some(Event {
            payload: self.payload?,
            key: self.key,
            event_name: self.event_name,
            source: self.source,
            created_at: self.created_at,
            expires_at: self.expires_at,
            content_type: self.content_type,
            correlation_id: self.correlation_id,
            trace: self.trace,
            machine: self.machine,
            leg,
            one_attempt: self.one_attempt,
            lifecycle: self.lifecycle,
            replay: self.replay,
        })
    }
}

impl From<&EventRow> for Leg {
    /// Its newest leg.
    fn from(row: &EventRow) -> Self {
        Self {
            key: row.key.clone(),
            number: row.leg,
            event_name: row.event_name.clone(),
            source: row.source,
            created_at: row.created_at,
            expires_at: row.expires_at,
            machine: row.machine,
            trace: row.trace.clone(),
            one_attempt: row.one_attempt,
            lifecycle: row.lifecycle,
            webhook_failing: false,
        }
    }
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
