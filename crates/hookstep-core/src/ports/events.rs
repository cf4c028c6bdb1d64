//! Events and idempotency keys.

use std::future::Future;

use jiff::Timestamp;

use super::{Page, StoreError};
use crate::attempt::Attempt;
use crate::event::{Event, EventKey, EventRow, EventStatus, Leg};
use crate::ids::{ConfigId, EventId, TenantId};
use crate::verdict::{Ending, Verdict};

/// Reads one event's row.
pub trait EventReader: Send + Sync {
    /// The row, if there is one that has not expired.
    fn event(&self, key: &EventKey) -> impl Future<Output = Result<Option<EventRow>, StoreError>> + Send;
}

/// Which events a list is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// Whose.
    pub tenant: TenantId,
    /// Of one webhook, or of all.
    pub config_id: Option<ConfigId>,
    /// In one status, or in any.
    pub status: Option<EventStatus>,
    /// Of one name, or of any and none.
    pub event_name: Option<String>,
    /// Of one correlation id, or of any and none. Rows of before there was an index of them are not found by it.
    pub correlation_id: Option<String>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Not after this moment.
    pub to: Option<Timestamp>,
    /// Only events older than this one.
    pub before: Option<EventId>,
    /// At most so many.
    pub limit: usize,
}

/// Lists events, newest first.
pub trait EventLister: Send + Sync {
    /// One page. A page may hold fewer than `limit` and still have a next one.
    fn events(&self, query: &EventQuery) -> impl Future<Output = Result<Page<EventRow, EventId>, StoreError>> + Send;
}

/// What became of writing a leg's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    /// The row was written.
    Recorded,
    /// This same leg wrote its end before, as a step that is run again finds: what it wrote then.
    Repeated(Ending),
    /// The row is final, waits, or belongs to another execution: it stays as it is.
    Taken,
}

/// Writes what became of events.
pub trait OutcomeRecorder: Send + Sync {
    /// Adds the attempt and the ending to the row that `execution` owns.
    fn conclude(
        &self,
        leg: &Leg,
        execution: &str,
        attempt: &Attempt,
        ending: &Ending,
        now: Timestamp,
    ) -> impl Future<Output = Result<Conclusion, StoreError>> + Send;

    /// Writes the ending of a leg that came to no attempt. `first` is the event of a first leg: its row is made where there is
    /// none yet.
    fn conclude_without_attempt(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        execution: &str,
        ending: &Ending,
        now: Timestamp,
    ) -> impl Future<Output = Result<Conclusion, StoreError>> + Send;
}

/// Ends events that wait.
pub trait EventCanceler: Send + Sync {
    /// Ends an event that waits for leg `leg`: `false` where it does not (any more).
    fn cancel(
        &self,
        key: &EventKey,
        leg: u32,
        verdict: &Verdict,
        now: Timestamp,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// Remembers idempotency keys.
pub trait IdempotencyKeys: Send + Sync {
    /// The event id that belongs to the key: `candidate` for the first caller, the first caller's for every later one.
    fn claim(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        key: &str,
        candidate: &EventId,
        now: Timestamp,
    ) -> impl Future<Output = Result<EventId, StoreError>> + Send;
}
