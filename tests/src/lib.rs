//! The harness of the end-to-end tests: a running stack, and what a test makes in it.
//!
//! The tests run against the stack that `HOOKSTEP_STACK` names (`cargo xtask test` starts one; `cargo run --profile quick -p hookstep-tests
//! --example stack` keeps one up while tests are written). They share it and run side by side, so each makes its own receiver and its own webhook, looks at nothing
//! else, and waits for conditions with a bound and never for a time to pass.
//!
//! Every secret of a test comes from [`secrets::planted`], and every answer that its client of the API gets is recorded where `HOOKSTEP_RECORD` says, so
//! that the tests of `leaks`, which run last, can look for the secrets in all that the others left ([`leaks`]).

#![expect(clippy::disallowed_methods, reason = "tests read the name of their stack, and wait for what it does")]

pub mod aws_cli;
mod connections;
mod engine;
mod faults;
mod hookstep;
pub mod leaks;
mod ledger;
mod queues;
mod record;
mod scene;
pub mod signatures;
mod tenants;
mod wait;

pub use connections::{Connection, Connections};
pub use engine::Engine;
pub use faults::Refusal;
pub use hookstep::Hookstep;
pub use hookstep_local::api::{
    Actor, Answer, Api, Attempt, AuthTest, Change, Event, NewWebhook, Page, Preview, Problem, PublicKey, PublicKeys,
    Replay, ReplayCount, ReplayedEvent, Signing, Trigger, TriggerOutcome, Webhook,
};
pub use hookstep_local::lambda_processes::LambdaProcess;
pub use hookstep_local::oidc::{Flaw, Minter};
pub use hookstep_local::receiver::{Hold, ReceivedRequest, Receiver, Script};
pub use hookstep_local::secrets::{self, unique};
pub use hookstep_local::stack::{AuthMode, JwtIssuer, Stack};
pub use hookstep_local::token_endpoint::{TokenClient, TokenEndpoint, failures as token_failures};
pub use ledger::{Book, Ledger};
pub use queues::Queue;
pub use scene::{HOOK, Scene};
pub use tenants::Permission;
pub use wait::{SOON, until};
