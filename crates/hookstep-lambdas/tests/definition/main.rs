//! What has to be true of the definitions under `statemachine/`, above all of `delivery.asl.json`, of the JSON that passes
//! through it, and of the routes of `infra/template.yaml`, whatever interprets them.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

mod access_log;
mod asl;
mod environment;
mod make;
mod names;
mod reconciliation;
mod routes;
mod time;
mod wire;
