//! The time for an exchange, and its phases' shares of it.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// When an exchange has to be over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    pub(super) fn after(duration: Duration) -> Self {
        Self(Instant::now() + duration)
    }

    /// What comes of a phase that may take this long at most; `None` when either time is up first.
    pub(super) async fn within<F: Future>(self, limit: Duration, phase: F) -> Option<F::Output> {
        timeout_at(self.0.min(Instant::now() + limit), phase).await.ok()
    }

    /// What comes of a phase that may take what is left.
    pub(super) async fn left<F: Future>(self, phase: F) -> Option<F::Output> {
        timeout_at(self.0, phase).await.ok()
    }
}
