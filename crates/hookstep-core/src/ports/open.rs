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
