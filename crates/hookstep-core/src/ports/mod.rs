//! What the rules need from the world, a trait per capability: a step receives just what its IAM policy allows.
//!
//! `hookstep-aws` implements each in a file of the same subject.

mod bus;
mod credentials;
mod events;
mod lifecycle;
mod objects;
mod open;
mod overview;
mod replays;
mod sender;
mod signing_keys;
mod stats;
mod transformer;
mod webhooks;
mod workflow;

pub use bus::*;
pub use credentials::*;
pub use events::*;
pub use lifecycle::*;
pub use objects::*;
pub use open::*;
pub use overview::*;
pub use replays::*;
pub use sender::*;
pub use signing_keys::*;
pub use stats::*;
pub use transformer::*;
pub use webhooks::*;
pub use workflow::*;

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

/// An error of an adapter, kept whole for the log at the edge.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// The time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Lets time pass, where a rule has to look again later.
    fn pause(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// Randomness.
pub trait Entropy: Send + Sync {
    /// 128 random bits.
    fn random(&self) -> u128;
}

/// A table can't be read or written just now, or holds something that Hookstep did not write.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Worth a retry.
    #[error("the {table} table is unavailable")]
    Unavailable {
        /// Which table.
        table: &'static str,
        /// What the SDK said.
        #[source]
        source: Source,
    },
    /// Not worth one.
    #[error("an item of the {table} table is not readable: {what}")]
    Corrupt {
        /// Which table.
        table: &'static str,
        /// The attribute at fault.
        what: String,
    },
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<C>,
}
