//! Faults, each with its ledger: what was accepted has succeeded, failed or been skipped, what succeeded is what the receiver took, and nothing is left
//! in progress.
//!
//! They have a stack of their own (`cargo xtask test --only faults`). Some of them harm all that use it, and run [alone](stage::alone).

#![expect(clippy::unwrap_used, reason = "in the tests' own functions too, what is not as expected ends the test")]
#![expect(clippy::print_stdout, reason = "their ledgers are figures")]
#![expect(clippy::disallowed_methods, reason = "an outage lasts for a time, and a storm is measured")]

mod duplicates;
mod killed_deliveries;
mod killed_functions;
mod payloads;
mod redeliveries;
mod refused_writes;
mod restart;
mod stage;
mod stats;
mod storm;
mod throttled;
