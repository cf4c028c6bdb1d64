//! The end-to-end tests: the real Lambda binaries, the real template and the real definition on the local engine, real receivers.

#![expect(clippy::unwrap_used, reason = "in the tests' own functions too, what is not as expected ends the test")]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests compare with the time of day and measure how long things take"
)]

mod after_a_while;
mod alerts;
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
