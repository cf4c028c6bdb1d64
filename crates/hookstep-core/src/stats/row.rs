//! What a row contributes.

use jiff::Timestamp;

use super::counts::Tally;
use super::hour::Hour;
use super::{Failure, Place, Subject};
use crate::event::{EventKey, EventStatus};
use crate::verdict::Reason;

/// What of a row is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedRow {
    /// Which event.
    pub key: EventKey,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When the row was written last.
    pub updated_at: Timestamp,
    /// Where it stands.
    pub status: EventStatus,
    /// Why it was not delivered; not known where a newer version wrote it.
    pub reason: Option<Reason>,
    /// Every attempt so far.
    pub attempts: Vec<CountedAttempt>,
    /// Length of the payload, in bytes. `None` where it was never recorded.
    pub payload_bytes: Option<u64>,
    /// Whether the payload is in the bucket.
    pub claim_check: bool,
}

/// What of an attempt is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedAttempt {
    /// The number of its leg.
    pub number: u32,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Whether an answer came back.
    pub answered: bool,
}

impl CountedRow {
    /// The hour that it counts for.
    #[must_use]
    pub fn hour(&self) -> Hour {
        Hour::of(self.created_at)
    }

    /// The places that it counts for: its webhook's and its tenant's.
    #[must_use]
    pub fn places(&self) -> [Place; 2] {
        let of =
            |config_id| Place { subject: Subject { tenant: self.key.tenant.clone(), config_id }, hour: self.hour() };
        [of(Some(self.key.config_id.clone())), of(None)]
    }

    /// What it counts: the same, whatever happened on the way to it.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally { claim_checks: i64::from(self.claim_check), ..Tally::default() };
        if let Some(bytes) = self.payload_bytes {
            tally.payload_bytes.record(bytes);
        }
        let counts = &mut tally.counts;
        counts.accepted = 1;
        match self.status {
            EventStatus::InProgress => {}
            EventStatus::Succeeded => counts.succeeded = 1,
            EventStatus::Failed => counts.failed = 1,
            EventStatus::Skipped => counts.skipped = 1,
        }
        if let (true, Some(reason)) = (self.status.is_final(), self.reason) {
            counts.reasons.insert(reason.code(), 1);
        }
        for attempt in &self.attempts {
            counts.attempts += 1;
            counts.retries += i64::from(attempt.number > 1);
            if attempt.answered {
                counts.latencies_ms.record(attempt.duration_ms);
            }
        }
        tally
    }

    /// How it failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        (self.status == EventStatus::Failed).then(|| Failure {
            at: self.updated_at,
            event_id: self.key.event_id.clone(),
            reason: self.reason.map(Reason::code),
        })
    }
}
