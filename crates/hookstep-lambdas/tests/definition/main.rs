//! What has to be true of `statemachine/delivery.asl.json` and of the JSON that passes through it, whatever interprets it.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

mod asl;
mod names;
mod time;
mod wire;
