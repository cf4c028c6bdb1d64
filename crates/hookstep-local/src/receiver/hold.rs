//! Answers that wait for a test's word.

use std::sync::Arc;

use tokio::sync::watch;

/// Holds answers back until it is released, and tells how far they have come. Its clones are the same hold.
///
/// ```
/// # use hookstep_local::receiver::{Hold, Script};
/// let hold = Hold::new();
/// let late = Script::status(200).held_by(&hold);
/// let halved = Script::status(200).body("first half, second half").halved_by(&hold);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Hold {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    is_released: watch::Sender<bool>,
    sent: watch::Sender<Sent>,
}

/// How far the answer that has come farthest is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sent {
    #[default]
    Nothing,
    Half,
    Whole,
}

impl Hold {
    /// Holds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets go what is held, and what comes later.
    pub fn release(&self) {
        self.inner.is_released.send_replace(true);
    }

    /// Waits until the first half of an answer has been handed to the system.
    pub async fn half_sent(&self) {
        self.wait_for(Sent::Half).await;
    }

    /// Waits until a whole answer has been handed to the system. Nobody need have read it.
    pub async fn whole_sent(&self) {
        self.wait_for(Sent::Whole).await;
    }

    async fn wait_for(&self, sent: Sent) {
        // The sender is in `self`.
        let _ = self.inner.sent.subscribe().wait_for(|so_far| *so_far >= sent).await;
    }

    pub(super) async fn released(&self) {
        let _ = self.inner.is_released.subscribe().wait_for(|is_released| *is_released).await;
    }

    pub(super) fn tell(&self, sent: Sent) {
        self.inner.sent.send_modify(|so_far| *so_far = sent.max(*so_far));
    }
}
