//! The Deliver step with ports that do as told: what is sent, how often, in which time, and what is kept of the answer.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

mod bodies;
mod credentials;
mod leaks;
mod make;
mod plan;
mod preview;
mod requests;
mod shapes;
mod signing;
mod timing;
mod tokens;
mod world;
