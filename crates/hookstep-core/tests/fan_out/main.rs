//! The fan-out with ports that do as told: whoever repeats it, wherever it breaks off, each webhook gets one event.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

mod once;
mod routes;
mod time;
mod world;
