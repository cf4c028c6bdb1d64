//! What becomes of an event: its final status, and why.

use crate::attempt::{Attempt, Obstacle, Outcome};
use crate::event::EventStatus;
use crate::exception::Exception;
use crate::limits::DETAIL_MAX_BYTES;
use jiff::Timestamp;

/// Why an event was not delivered, or not yet. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The receiver answered with something other than 2xx.
    ReceiverRejected,
    /// There was no complete exchange, for this cause.
    Obstacle(Obstacle),
    /// The webhook is disabled.
    WebhookDisabled,
    /// The webhook was deleted after the trigger.
    WebhookDeleted,
    /// Somebody canceled it while it waited for its next attempt.
    Canceled,
    /// Our fault.
    Exception(Exception),
}

impl Reason {
    /// The code in rows and answers.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ReceiverRejected => "receiver_rejected",
            Self::Obstacle(obstacle) => obstacle.code(),
            Self::WebhookDisabled => "webhook_disabled",
            Self::WebhookDeleted => "webhook_deleted",
            Self::Canceled => "canceled",
            Self::Exception(exception) => exception.code(),
        }
    }

    /// What kind of failure it is; `None` for what was not to be delivered.
    #[must_use]
    pub fn class(self) -> Option<FailureClass> {
        match self {
            Self::ReceiverRejected => Some(FailureClass::Rejected),
            Self::Obstacle(obstacle) => Some(match obstacle.outcome() {
                Outcome::TimedOut => FailureClass::TimedOut,
                Outcome::Refused => FailureClass::Refused,
                Outcome::Rejected => FailureClass::Rejected,
                Outcome::Unreachable | Outcome::Delivered => FailureClass::Unreachable,
            }),
            Self::Canceled => Some(FailureClass::Canceled),
            Self::Exception(_) => Some(FailureClass::Exception),
            Self::WebhookDisabled | Self::WebhookDeleted => None,
        }
    }

    /// The reason of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "receiver_rejected" => Some(Self::ReceiverRejected),
            "webhook_disabled" => Some(Self::WebhookDisabled),
            "webhook_deleted" => Some(Self::WebhookDeleted),
            "canceled" => Some(Self::Canceled),
            other => Obstacle::from_code(other)
                .map(Self::Obstacle)
                .or_else(|| Exception::from_code(other).map(Self::Exception)),
        }
    }
}

/// Kinds of failure: few enough for each to be a metric of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// The receiver answered something other than 2xx.
    Rejected,
    /// Time was up.
    TimedOut,
    /// There was no complete exchange.
    Unreachable,
    /// Hookstep did not send.
    Refused,
    /// Somebody canceled it.
    Canceled,
    /// Our fault.
    Exception,
}

impl FailureClass {
    /// Every class.
    pub const ALL: [Self; 6] =
        [Self::Rejected, Self::TimedOut, Self::Unreachable, Self::Refused, Self::Canceled, Self::Exception];

    /// The name in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => Outcome::Rejected.as_str(),
            Self::TimedOut => Outcome::TimedOut.as_str(),
            Self::Unreachable => Outcome::Unreachable.as_str(),
            Self::Refused => Outcome::Refused.as_str(),
            Self::Canceled => "canceled",
            Self::Exception => "exception",
        }
    }
}

/// A final status with its reason and one plain sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Never `InProgress`.
    pub status: EventStatus,
    /// Absent on success.
    pub reason: Option<Reason>,
    /// Absent on success; at most [`DETAIL_MAX_BYTES`].
    pub detail: Option<String>,
}

/// What a leg's end means for its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Nothing follows.
    Final(Verdict),
    /// The next leg is due at this moment. The verdict is what the event would have come to without it.
    Again {
        /// When.
        at: Timestamp,
        /// Why this leg did not do.
        because: Verdict,
    },
}

impl Ending {
    /// The verdict, whether it is the last word or not.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        match self {
            Self::Final(verdict) | Self::Again { because: verdict, .. } => verdict,
        }
    }

    /// Where the event stands after it.
    #[must_use]
    pub fn status(&self) -> EventStatus {
        match self {
            Self::Final(verdict) => verdict.status,
            Self::Again { .. } => EventStatus::InProgress,
        }
    }
}

impl Verdict {
    /// The verdict on an event whose last attempt was this one.
    #[must_use]
    pub fn of_attempt(attempt: &Attempt) -> Self {
        if let Some(error) = &attempt.error {
            let mut detail = error.obstacle.sentence().to_owned();
            if !error.detail.is_empty() {
                detail.push_str(": ");
                detail.push_str(&error.detail);
            }
            return Self::failed(Reason::Obstacle(error.obstacle), &detail);
        }
        match (attempt.outcome(), &attempt.response) {
            (Outcome::Delivered, _) => Self { status: EventStatus::Succeeded, reason: None, detail: None },
            (_, Some(response)) => {
                let sentence = format!("the receiver answered {}", response.status_code);
                Self::failed(Reason::ReceiverRejected, &sentence)
            }
            (_, None) => {
                Self::failed(Reason::Obstacle(Obstacle::ConnectionFailed), Obstacle::ConnectionFailed.sentence())
            }
        }
    }

    /// The verdict on an event that an exception of ours ended.
    #[must_use]
    pub fn of_exception(exception: Exception, cause: &str) -> Self {
        let mut detail = exception.sentence().to_owned();
        if !cause.is_empty() {
            detail.push_str(": ");
            detail.push_str(cause);
        }
        Self::failed(Reason::Exception(exception), &detail)
    }

    /// The same as everybody may know it: without what a receiver, a certificate or a payload had to do with it.
    #[must_use]
    pub fn without_particulars(&self) -> Self {
        let sentence = match self.reason {
            Some(Reason::Obstacle(obstacle)) => Some(obstacle.sentence().to_owned()),
            Some(Reason::Exception(exception)) => Some(exception.sentence().to_owned()),
            _ => self.detail.clone(),
        };
        Self { detail: sentence, ..self.clone() }
    }

    /// The verdict on an event that is not to be delivered.
    #[must_use]
    pub fn skipped(reason: Reason, sentence: &str) -> Self {
        Self { status: EventStatus::Skipped, reason: Some(reason), detail: Some(sentence.to_owned()) }
    }

    /// The verdict on an event that failed for this reason.
    #[must_use]
    pub fn failed(reason: Reason, detail: &str) -> Self {
        Self { status: EventStatus::Failed, reason: Some(reason), detail: Some(bounded(detail)) }
    }
}

/// The text, cut to [`DETAIL_MAX_BYTES`] at a character's boundary.
#[must_use]
pub fn bounded(text: &str) -> String {
    text[..text.floor_char_boundary(DETAIL_MAX_BYTES)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::AttemptError;
    use crate::response::{Response, ResponseBody};
    use proptest::prelude::*;

    fn attempt(status: Option<u16>, obstacle: Option<Obstacle>) -> Attempt {
        Attempt {
            number: 1,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            duration_ms: 1,
            first_byte_ms: None,
            response: status.map(|status_code| Response {
                status_code,
                headers: vec![],
                body: ResponseBody::Inline(bytes::Bytes::new()),
                truncated: false,
            }),
            error: obstacle.map(|obstacle| AttemptError { obstacle, detail: String::new() }),
        }
    }

    #[test]
    fn every_outcome_leads_to_a_final_status_and_every_failure_to_a_reason() {
        assert_eq!(Verdict::of_attempt(&attempt(Some(204), None)).status, EventStatus::Succeeded);
        let rejected = Verdict::of_attempt(&attempt(Some(302), None));
        assert_eq!((rejected.status, rejected.reason), (EventStatus::Failed, Some(Reason::ReceiverRejected)));
        assert_eq!(rejected.detail.as_deref(), Some("the receiver answered 302"));
        for obstacle in Obstacle::ALL {
            // An answer that began with 200 and broke off is a failure all the same.
            let verdict = Verdict::of_attempt(&attempt(Some(200), Some(obstacle)));
            assert_eq!((verdict.status, verdict.reason), (EventStatus::Failed, Some(Reason::Obstacle(obstacle))));
        }
    }

    #[test]
    fn codes_lead_back_to_their_reasons() {
        let obstacles = Obstacle::ALL.into_iter().map(Reason::Obstacle);
        let exceptions = Exception::ALL.into_iter().map(Reason::Exception);
        for reason in obstacles.chain(exceptions).chain([
            Reason::ReceiverRejected,
            Reason::WebhookDeleted,
            Reason::WebhookDisabled,
            Reason::Canceled,
        ]) {
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
        }
    }

    #[test]
    fn what_everybody_may_know_holds_nothing_of_a_payload_or_a_host() {
        let error =
            AttemptError { obstacle: Obstacle::TransformationFailed, detail: "\"4111 1111\" is no number".into() };
        let attempt = Attempt { error: Some(error), ..attempt(None, None) };
        let verdict = Verdict::of_attempt(&attempt);
        assert!(verdict.detail.as_ref().is_some_and(|detail| detail.contains("4111")));
        let told = verdict.without_particulars();
        assert_eq!((told.status, told.reason), (verdict.status, verdict.reason));
        assert_eq!(told.detail.as_deref(), Some(Obstacle::TransformationFailed.sentence()));
        let exception = Verdict::of_exception(Exception::Internal, "Runtime.ExitError").without_particulars();
        assert_eq!(exception.detail.as_deref(), Some(Exception::Internal.sentence()));
    }

    proptest! {
        #[test]
        fn a_detail_is_never_longer_than_its_bound(cause in "\\PC{0,2000}") {
            let verdict = Verdict::of_exception(Exception::Internal, &cause);
            prop_assert!(verdict.detail.unwrap().len() <= DETAIL_MAX_BYTES);
        }
    }
}
