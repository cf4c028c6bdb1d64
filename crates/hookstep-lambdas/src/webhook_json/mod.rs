//! A webhook as callers write and read it. Every field at fault is named at once.

mod auth;
mod changes;
mod fields;
mod merge_patch;
mod parse;
mod secrets;
mod show;

pub use auth::DraftAuth;
pub use changes::changed_fields;
pub use merge_patch::patched;
pub use parse::{Draft, Rules, object, parse};
pub use secrets::{SecretChange, SecretChanges};
pub use show::show;

#[cfg(test)]
mod tests;
