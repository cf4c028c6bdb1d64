//! Statistics.

use std::future::Future;

use super::StoreError;
use crate::stats::change::Sequence;
use crate::stats::counts::{Counts, Tally};
use crate::stats::hour::Hour;
use crate::stats::{Failure, Place, Subject};

/// What some changes of one shard add to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Increment {
    /// The oldest of the changes.
    pub first: Sequence,
    /// The newest of the changes.
    pub last: Sequence,
    /// What they add; `counts` of it is kept.
    pub tally: Tally,
    /// The newest of the events that they were the failure of.
    pub failure: Option<Failure>,
}

/// What became of adding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is counted, and was not before.
    Now,
    /// Nothing was written: the place holds changes of this shard up to this one, which is not before the first.
    Before(Sequence),
}

/// Counts.
pub trait StatsCounter: Send + Sync {
    /// Adds to a place, unless it holds a change of this shard that is not before the increment's first. In one piece: what is counted
    /// and up to where are written together or not at all.
    fn add(
        &self,
        place: &Place,
        shard: &str,
        increment: &Increment,
    ) -> impl Future<Output = Result<Added, StoreError>> + Send;
}

/// An hour that was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedHour {
    /// Which one.
    pub hour: Hour,
    /// Its counts.
    pub counts: Counts,
    /// The event of this hour that failed last.
    pub last_failure: Option<Failure>,
}

/// Reads what was counted.
pub trait StatsReader: Send + Sync {
    /// The hours from `from` on and before `to` that have counts, oldest first.
    fn hours(
        &self,
        subject: &Subject,
        from: Hour,
        to: Hour,
    ) -> impl Future<Output = Result<Vec<CountedHour>, StoreError>> + Send;
}
