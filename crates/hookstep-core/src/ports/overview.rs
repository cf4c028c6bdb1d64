//! What needs attention: a tenant's backlog, and what reached no function.

use std::future::Future;

use jiff::Timestamp;

use super::{Source, StoreError};
use crate::event::EventRow;
use crate::ids::TenantId;

/// How many there are, as far as somebody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// So many were seen.
    pub count: u64,
    /// Whether that is all: if not, there are more.
    pub complete: bool,
}

/// A tenant's events in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// Those that wait for their next attempt.
    pub waiting: Seen,
    /// When the first of these is due, to the second.
    pub next_attempt_at: Option<Timestamp>,
    /// Those of which an attempt is made now.
    pub running: Seen,
    /// The one that was accepted first.
    pub oldest: Option<EventRow>,
}

/// Looks at a tenant's events in progress, at so many at most that it takes about a second.
pub trait BacklogReader: Send + Sync {
    /// How things stand.
    fn backlog(&self, tenant: &TenantId) -> impl Future<Output = Result<Backlog, StoreError>> + Send;
}

/// The queue of dead letters can't be asked.
#[derive(Debug, thiserror::Error)]
#[error("the queue of dead letters is unavailable")]
pub struct DeadLettersError(#[source] pub Source);

/// Counts what `EventBridge` and Lambda could not bring to a function, of the whole deployment.
pub trait DeadLetters: Send + Sync {
    /// About how many there are.
    fn count(&self) -> impl Future<Output = Result<u64, DeadLettersError>> + Send;
}
