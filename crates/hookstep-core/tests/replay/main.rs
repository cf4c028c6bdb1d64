//! Replays with ports that do as told: wherever a round breaks off, no event is lost and none is sent twice.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

mod counting;
mod one;
mod rate;
mod rounds;
mod world;
