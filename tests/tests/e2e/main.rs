//! The end-to-end tests: the real Lambda binaries, the real template and the real definition on the local engine, real receivers.

mod after_a_while;
mod broken_receivers;
mod claim_check;
mod events;
mod idempotency;
mod logs;
mod payload_bytes;
mod request_headers;
mod responses;
mod trigger;
mod webhooks;
