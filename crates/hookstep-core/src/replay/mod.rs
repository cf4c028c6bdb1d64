//! Replays: events that are sent again, each as a new event of its own.
//!
//! - [`one`]: one event, by a call that answers with the new one.
//! - [`record`]: many events: what was asked for, and how far it has come.
//! - [`batch`]: a round of such a replay. Whatever breaks off, the round is repeated, and loses and doubles nothing.
//! - [`count`]: how many events there are.
//! - [`again`]: the new event.
//!
//! An event that is in progress is not replayed, it can be retried. One that was delivered, failed or was skipped can be replayed any
//! number of times; its own row stays as it is.

pub mod again;
pub mod batch;
pub mod count;
pub mod one;
pub mod record;
