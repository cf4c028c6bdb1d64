//! The end-to-end tests: the real Lambda binaries, the real template and the real definition on the local engine, real receivers.

#![expect(clippy::unwrap_used, reason = "in the tests' own functions too, what is not as expected ends the test")]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests compare with the time of day and measure how long things take"
)]

mod after_a_while;
mod alarms;
mod alerts;
mod auth_plain;
mod auto_disable;
mod broken_receivers;
mod bus;
mod bus_faults;
mod bus_repeats;
mod changes_count;
mod claim_check;
mod client_certificates;
mod connections;
mod console;
mod downloads;
mod event_filters;
mod event_table;
mod events;
mod exchange;
mod filter_test;
mod getting_started;
mod history;
mod idempotency;
mod injection;
mod keep_alive;
mod large_payloads;
mod lifecycle;
mod log_bytes;
mod logs;
mod metrics;
mod migrating;
mod oauth;
mod oauth_failures;
mod oauth_tokens;
mod overview;
mod payload_bytes;
mod payload_shapes;
mod preview;
mod preview_bounds;
mod preview_event;
mod reconcile;
mod redelivery;
mod redelivery_calls;
mod redelivery_classes;
mod replay;
mod replays;
mod request_headers;
mod responses;
mod secrets_echoed;
mod secrets_kept;
mod secrets_sealed;
mod signatures;
mod signatures_rotation;
mod signatures_schemes;
mod signatures_verifiers;
mod signing_changes;
mod signing_config;
mod slow_receivers;
mod ssrf;
mod ssrf_save;
mod static_ip;
mod stats;
mod support;
mod test_auth;
mod test_event;
mod traces;
mod transformations;
mod trigger;
mod webhook_delete;
mod webhook_faults;
mod webhook_limits;
mod webhook_list;
mod webhook_patch;
mod webhook_put;
mod webhooks;
