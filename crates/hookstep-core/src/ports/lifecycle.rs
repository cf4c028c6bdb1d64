//! What others are told of deliveries and webhooks.

use std::future::Future;

use super::Source;
use crate::lifecycle::Notice;

/// Tells whoever listens to the bus.
pub trait Lifecycle: Send + Sync {
    /// Puts the notice on the bus: at least once, where it is `Ok`.
    fn publish(&self, notice: &Notice) -> impl Future<Output = Result<(), Source>> + Send;
}
