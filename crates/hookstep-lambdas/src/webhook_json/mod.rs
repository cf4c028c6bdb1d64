//! A webhook as callers write and read it. Every field at fault is named at once.

mod auth;
mod changes;
mod client_certificate;
mod fields;
mod merge_patch;
mod parse;
mod rules;
mod secrets;
mod show;
mod signing;

pub use auth::DraftAuth;
pub use changes::changed_fields;
pub(crate) use fields::{Fields, whole_number};
pub use merge_patch::patched;
pub use parse::{Draft, object, parse};
pub(crate) use parse::{filter, object_of};
pub use rules::Rules;
pub use secrets::{SecretChange, SecretChanges};
pub use show::show;

#[cfg(test)]
mod tests;
