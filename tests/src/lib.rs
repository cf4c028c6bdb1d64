//! The harness of the end-to-end tests: a running stack, and what a test makes in it.
//!
//! The tests run against the stack that `HOOKSTEP_STACK` names (`cargo xtask test` starts one; `cargo run --profile quick -p hookstep-tests
//! --example stack` keeps one up while tests are written). They share it and run side by side, so each makes its own receiver and its own webhook, looks at nothing
//! else, and waits for conditions with a bound and never for a time to pass.

#![expect(clippy::disallowed_methods, reason = "tests read the name of their stack, and wait for what it does")]

mod engine;
mod hookstep;
mod scene;
mod wait;

pub use engine::Engine;
pub use hookstep::Hookstep;
pub use hookstep_local::api::{
    Answer, Api, Attempt, Event, NewWebhook, Page, Problem, Trigger, TriggerOutcome, Webhook,
};
pub use hookstep_local::receiver::{ReceivedRequest, Receiver, Script};
pub use hookstep_local::stack::Stack;
pub use scene::{HOOK, Scene};
pub use wait::{SOON, until};
