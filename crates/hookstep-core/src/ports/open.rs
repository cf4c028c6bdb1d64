//! Events in progress, by the time at which something should have happened to them.

use std::future::Future;

use jiff::Timestamp;

use super::{Page, StoreError};
use crate::event::EventKey;

/// An event in progress whose deadline has passed: maybe nobody works on it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Which event.
    pub key: EventKey,
    /// When its leg should have ended, or the one that it waits for should have begun.
    pub deadline_at: Timestamp,
}

/// Finds events in progress by their deadlines.
pub trait OpenEvents: Send + Sync {
    /// Where a page ended.
    type Place: Send;

    /// Events whose deadline lies before `now`, oldest first within a page. What is found may have moved on since: the row
    /// tells.
    fn overdue(
        &self,
        now: Timestamp,
        from: Option<Self::Place>,
    ) -> impl Future<Output = Result<Page<Overdue, Self::Place>, StoreError>> + Send;
}

/// What is in progress at a moment, counted. Zero by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    /// Events of which a leg runs.
    pub running: u64,
    /// Events that wait for their next leg.
    pub waiting: u64,
    /// When the oldest of them was accepted, if there is one.
    pub oldest_accepted_at: Option<Timestamp>,
    /// The earliest of their deadlines, if there is one: it lies ahead where nothing is overdue.
    pub earliest_deadline_at: Option<Timestamp>,
}

/// Counts events in progress.
pub trait OpenCounter: Send + Sync {
    /// All of them, up to a bound that only a backlog of hundreds of thousands reaches: then the counts are the least that
    /// there are.
    fn census(&self) -> impl Future<Output = Result<Census, StoreError>> + Send;
}
