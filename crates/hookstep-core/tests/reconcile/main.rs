//! Reconciliation with ports that do as told: what is found, what is done about it, and that nothing it meets on the way is harmed.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

mod decisions;
mod make;
mod races;
mod world;
