//! The vocabulary and the rules of Hookstep.
//!
//! - A **webhook** is one configured target: URL, method, headers, timeout ([`webhook::Webhook`]).
//! - An **event** is one thing to deliver to one webhook ([`event::Event`]); it has a row in the events table.
//! - An **attempt** is one HTTP exchange for an event, or the failure to have one ([`attempt::Attempt`]).
//!   Its **outcome** is a value, never an `Err`: `Err` means that the fault is ours.
//! - A **claim check** is a payload kept in object storage and passed by its key ([`payload::Payload::Stored`]).
//! - A **leg** is one execution of the delivery machine: exactly one attempt.
//!
//! Nothing here knows AWS, HTTP libraries, a runtime or the environment: input and output go through
//! the traits in [`ports`], and time and randomness are passed in ([`ports::Clock`], [`ports::Entropy`]).

pub mod address;
pub mod attempt;
pub mod auth;
pub mod bus;
pub mod compose;
pub mod conclude;
pub mod deliver;
pub mod event;
pub mod exception;
pub mod filter;
pub mod grant;
pub mod header;
pub mod health;
pub mod history;
pub mod ids;
pub mod leg;
pub mod lifecycle;
pub mod limits;
pub mod merge;
pub mod payload;
pub mod ports;
pub mod reconcile;
pub mod redact;
pub mod replay;
pub mod response;
pub mod retry;
pub mod retry_after;
pub mod sample;
pub mod secret;
pub mod shape;
pub mod signing;
pub mod stats;
pub mod token;
pub mod trace;
pub mod trigger;
pub mod verdict;
pub mod waiting;
pub mod webhook;
