//! Signing secrets and keys that are made and replaced, from the call to what is stored, with tables in memory.

#![expect(clippy::expect_used, reason = "what can not be set up fails the test, and says why")]

mod faults;
mod keys;
mod secrets;
mod world;
