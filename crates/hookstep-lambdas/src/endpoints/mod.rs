//! The calls of the API, a file each.

pub mod events;
pub mod list_query;
pub mod trigger;
pub mod uploads;
pub mod webhook_body;
pub mod webhooks;
