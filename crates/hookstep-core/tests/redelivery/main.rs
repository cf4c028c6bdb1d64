//! Redelivery: whether and when an attempt follows on a failure, what the end of a leg brings about, and what can be asked of an event
//! that waits.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

mod conclude;
mod decisions;
mod jitter;
mod make;
mod waiting;
mod world;
