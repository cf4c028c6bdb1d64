//! The edge of Hookstep: what the five Lambda functions share.
//!
//! - [`steps`]: the three steps of a leg, invoked by the machine.
//! - [`bus`]: events of the bus, for the function that serves calls too.
//! - [`endpoints`]: the calls of the HTTP API, each a file with its errors.
//! - [`console`]: the console's files, to browsers.
//! - [`routes`]: the table of all calls. [`access`]: who may make them.
//! - [`webhook_json`]: webhooks as callers write and read them.
//! - [`http`]: requests and answers of API Gateway, problem details.
//! - [`openapi`]: the document of the API.
//! - [`env`]: the only place that reads the environment.
//! - [`fault`]: errors with the `errorType` that the machine matches on.
//! - [`log`]: structured logs, without payloads and secrets.
//! - [`metrics`]: metrics as log lines.
//!
//! To add a call: a row in [`routes`], a file in `endpoints`, a line in the `match` of the function that serves it, a route in
//! `infra/template.yaml`.

pub mod access;
pub mod bus;
pub mod console;
pub mod endpoints;
pub mod env;
pub mod fault;
pub mod http;
pub mod log;
pub mod metrics;
pub mod openapi;
pub mod routes;
pub mod row_json;
pub mod steps;
pub mod webhook_json;
