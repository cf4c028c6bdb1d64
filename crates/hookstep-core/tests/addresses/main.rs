//! Where requests may go, held against what others say: Python's `ipaddress`, arithmetic of its own, and a table of targets that
//! are known from attacks.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what is not as expected ends the test")]

mod lists;
mod make;
mod oracle;
mod parameters;
mod properties;
mod python;
mod spellings;
mod targets;
