//! Every path through the definitions under `statemachine/`, on two interpreters: the local engine's own, and moto's over the engine's Lambdas
//! and tables. Neither is AWS, but they were written apart: where they agree, the definition says what it seems to say.
//!
//! What runs is the real definition with its real functions and table. A fault comes from a copy of the definition in which one placeholder stands for a broken function
//! (`broken/bootstrap`) or for a table that does not exist; no state is ever edited.
//!
//! What the interpreters can't show:
//!
//! - The engine has no `TimeoutSecondsPath`: the timeout of Deliver is seen on moto only.
//! - The engine has no `JitterStrategy` and no `MaxDelaySeconds`, and skips waits here; moto waits, so what is retried takes a while.
//! - Neither enforces the machine's role nor ends an execution after its time.
//! - The engine yields null for a path that leads nowhere, has no limit on the size of a state, and takes the text of a binary attribute as
//!   base64, where AWS and moto encode it once more.
//! - moto gives an output that is no object, such as the event id, without its quotes.
//! - With IAM enforcement on, only the engine's interpreter runs: moto calls it with keys of its own, which it does not know.

#![expect(clippy::disallowed_methods, reason = "the tests talk to 127.0.0.1 only")]

mod aws;
mod interpreter;
mod leg;
mod path;

mod alert;
mod deliver;
mod fetch_config;
mod handle_exception;
mod happy;
mod later_legs;
mod record_event;
mod redelivery;
mod replay;
mod secrets;
mod sizes;
mod static_ip;
mod update_status;
mod versions;
