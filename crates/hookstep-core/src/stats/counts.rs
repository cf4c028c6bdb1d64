//! What is counted.

use std::collections::BTreeMap;

use super::histogram::Histogram;

/// What the statistics keep of a place. A difference of two has negative numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that were accepted.
    pub accepted: i64,
    /// Those that were delivered.
    pub succeeded: i64,
    /// Those that were not, and will not be.
    pub failed: i64,
    /// Those that were not attempted: the webhook was disabled or gone.
    pub skipped: i64,
    /// Attempts at any of them.
    pub attempts: i64,
    /// Those of the attempts that came after the first leg.
    pub retries: i64,
    /// How often which reason ended an event, by its code.
    pub reasons: BTreeMap<&'static str, i64>,
    /// How long the attempts took that brought an answer, in milliseconds.
    pub latencies_ms: Histogram,
}

impl Counts {
    /// Adds `sign` times all of another one.
    pub fn add(&mut self, other: &Self, sign: i64) {
        let numbers = [
            (&mut self.accepted, other.accepted),
            (&mut self.succeeded, other.succeeded),
            (&mut self.failed, other.failed),
            (&mut self.skipped, other.skipped),
            (&mut self.attempts, other.attempts),
            (&mut self.retries, other.retries),
        ];
        for (number, more) in numbers {
            *number = number.saturating_add(more.saturating_mul(sign));
        }
        for (reason, more) in &other.reasons {
            let number = self.reasons.entry(reason).or_default();
            *number = number.saturating_add(more.saturating_mul(sign));
            if *number == 0 {
                self.reasons.remove(reason);
            }
        }
        self.latencies_ms.add_all(&other.latencies_ms, sign);
    }

    /// Whether nothing is counted.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Accepted events that have not come to their end. None of an hour that was accepted before statistics were kept, and ended since.
    #[must_use]
    pub fn in_progress(&self) -> i64 {
        self.accepted.saturating_sub(self.succeeded).saturating_sub(self.failed).saturating_sub(self.skipped).max(0)
    }

    /// Which part of the events that were attempted and came to their end was delivered. `None` where there are none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of events are far below 2^52")]
    pub fn success_rate(&self) -> Option<f64> {
        let ended = self.succeeded.saturating_add(self.failed);
        (ended > 0).then(|| self.succeeded as f64 / ended as f64)
    }
}

/// What a change adds: the counts, and what metrics show beside them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// What the statistics keep.
    pub counts: Counts,
    /// How large the payloads of accepted events are, in bytes.
    pub payload_bytes: Histogram,
    /// How many of them are in the bucket and not in the row.
    pub claim_checks: i64,
}

impl Tally {
    /// Adds `sign` times all of another one.
    pub fn add(&mut self, other: &Self, sign: i64) {
        self.counts.add(&other.counts, sign);
        self.payload_bytes.add_all(&other.payload_bytes, sign);
        self.claim_checks = self.claim_checks.saturating_add(other.claim_checks.saturating_mul(sign));
    }
}
