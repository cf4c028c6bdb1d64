//! What an execution is started with.

use bytes::Bytes;
use hookstep_aws::clock::System;
use hookstep_aws::leg_json::EventJson;
use hookstep_core::event::{Event, EventKey, Source};
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::payload::Payload;
use hookstep_core::ports::{Clock as _, Entropy as _};
use hookstep_core::webhook::Machine;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Long after any test.
pub(crate) const EXPIRES: Timestamp = Timestamp::constant(4_000_000_000, 0);
/// Before any test.
pub(crate) const CREATED: Timestamp = Timestamp::constant(1_750_000_000, 0);

/// A new event for a webhook, with a small payload.
pub(crate) fn event(config_id: &ConfigId) -> Event {
    Event {
        key: EventKey {
            event_id: EventId::generate(System.now(), System.random()),
            tenant: TenantId::single(),
            config_id: config_id.clone(),
        },
        event_name: Some("order.created".to_owned()),
        source: Source::Api,
        created_at: CREATED,
        expires_at: EXPIRES,
        content_type: Some("application/json".to_owned()),
        correlation_id: Some("correlation".to_owned()),
        trace: None,
        payload: Payload::Inline(Bytes::from_static(br#"{"order":1}"#)),
        machine: Machine::Express,
        leg: 1,
        one_attempt: false,
        lifecycle: false,
        replay: None,
    }
}

/// The input of an execution, as the trigger writes it.
pub(crate) fn input(event: &Event) -> Value {
    json!({ "event": EventJson::from(event) })
}
