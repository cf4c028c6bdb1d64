//! The adapters against the engine that stands in for AWS: what goes in comes out, and conditions hold.
//!
//! They run against the stack that `HOOKSTEP_STACK` names, as the end-to-end tests do (`cargo xtask test` starts one), and share its tables with
//! them: each test has tenants of its own.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "tests read the name of their stack; what can not be set up fails the test, and says why"
)]

mod backlog;
mod census;
mod conclusions;
mod config_items;
mod config_list;
mod config_units;
mod configs;
mod connections;
mod fan_out;
mod health;
mod history;
mod idempotency;
mod key_life;
mod legs;
mod list;
mod listening;
mod make;
mod meter;
mod notices;
mod objects;
mod overdue;
mod patterns;
mod picking;
mod replays;
mod rows;
mod secrets;
mod signing_keys;
mod stack;
mod stats;
mod webhooks;
mod write_units;
