//! The local stack: everything that stands in for AWS and for the receivers on a developer's machine.
//!
//! [`LocalStack`] puts it together: a private Python environment ([`python_env`]) that runs `MiniStack` ([`engine`]), the real Lambda
//! binaries ([`lambdas`], which run as [`lambda_processes`]) with the [`console`], the real template deployed to it ([`deploy`]). Around it: [`receiver`], a webhook receiver that behaves as told,
//! [`token_endpoint`], the OAuth server of one; [`oidc`], an issuer of callers' tokens; [`api`], a client of Hookstep's HTTP API;
//! [`interpreter`], a second interpreter for the state machines; [`verifiers`], the libraries by which receivers check signatures; [`notices`], those that know schemas; [`secrets`], those of tests; and [`stack`], the file by which other programs find a running stack.
//!
//! `xtask` and the end-to-end tests are its users. Nothing here runs in AWS.

#![expect(
    clippy::disallowed_methods,
    reason = "the local stack is a program of the developer's machine: it polls, sleeps and talks to 127.0.0.1"
)]

pub mod api;
pub mod aws;
pub mod console;
pub mod deploy;
pub mod engine;
pub mod interpreter;
mod json_lines;
pub mod lambda_processes;
pub mod lambdas;
mod local_stack;
pub mod node_env;
pub mod notices;
pub mod oidc;
mod ports;
mod process;
pub mod python_env;
pub mod receiver;
pub mod secrets;
pub mod stack;
pub mod tls;
pub mod token_endpoint;
pub mod verifiers;
mod workspace;

pub use local_stack::{LocalStack, StackOptions, Trust};
pub use workspace::Workspace;
