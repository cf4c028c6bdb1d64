//! The calls of the API, a file each.

pub mod downloads;
pub mod events;
pub mod filter_test;
pub mod history;
pub mod if_match;
pub mod list_query;
pub mod overview;
pub mod preview;
pub mod replay;
pub mod replay_json;
pub mod replays;
mod rotate;
mod rotation;
mod sealing;
pub mod signing_keys;
pub mod stats;
pub mod stats_json;
pub mod test_auth;
pub mod test_webhook;
pub mod trigger;
pub mod uploads;
pub mod waiting;
pub mod webhooks;
