//! Replays, and the events that they take.

use std::future::Future;

use jiff::Timestamp;

use super::{Page, StoreError, Written};
use crate::ids::{EventId, ReplayId};
use crate::replay::record::{EventRange, ReplayKey, ReplayRecord};
use crate::secret::Owner;

/// Keeps replays while they go on.
pub trait ReplayProgress: Send + Sync {
    /// The replay as it is now, if there is one that has not expired.
    fn replay(&self, key: &ReplayKey) -> impl Future<Output = Result<Option<ReplayRecord>, StoreError>> + Send;

    /// Writes what has changed of a replay (everything but what was asked for), if its run, its rounds and its status still are those
    /// of `seen`.
    fn update(
        &self,
        record: &ReplayRecord,
        seen: &ReplayRecord,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;
}

/// Makes and lists replays.
pub trait ReplayStore: ReplayProgress {
    /// Stores a new one, if there is none of its id.
    fn create(&self, record: &ReplayRecord) -> impl Future<Output = Result<Written, StoreError>> + Send;

    /// The replay id that belongs to a caller's key: `candidate` for the first caller, the first caller's for every later one.
    fn claim(
        &self,
        owner: &Owner,
        key: &str,
        candidate: &ReplayId,
        now: Timestamp,
    ) -> impl Future<Output = Result<ReplayId, StoreError>> + Send;

    /// Those of a webhook, newest first, before the one of an id. A page may hold fewer than `limit` and still have a next one.
    fn replays(
        &self,
        owner: &Owner,
        before: Option<&ReplayId>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<ReplayRecord, ReplayId>, StoreError>> + Send;
}

/// How many events a range has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// So many.
    pub events: u64,
    /// Whether that is all of them: else time was up.
    pub complete: bool,
}

/// Finds the events of a range.
pub trait EventPicker: Send + Sync {
    /// Their ids, oldest first, from the one after `after` on. A page may hold fewer than `limit`, or none, and still have a next one.
    fn pick(
        &self,
        range: &EventRange,
        after: Option<&EventId>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<EventId, EventId>, StoreError>> + Send;

    /// How many there are, counted until this moment.
    fn count(&self, range: &EventRange, until: Timestamp) -> impl Future<Output = Result<Counted, StoreError>> + Send;
}

/// Sets the rounds of replays going.
pub trait ReplayMachine: Send + Sync {
    /// Starts this run of a replay. Started twice, it runs once.
    fn start_replay(&self, key: &ReplayKey, run: u32) -> impl Future<Output = Result<(), super::WorkflowError>> + Send;
}
