//! The things that pass through the ports.

use bytes::Bytes;
use hookstep_core::attempt::Attempt;
use hookstep_core::auth::Auth;
use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Source};
use hookstep_core::ids::{ConfigId, EventId};
use hookstep_core::limits::{EXPRESS_LEG_MAX_SECONDS, REDELIVERY_DELAY_MAX_SECONDS};
use hookstep_core::payload::Payload;
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::retry::RetryPolicy;
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::webhook::{Machine, Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::{SignedDuration, Timestamp};

pub(crate) const START: Timestamp = Timestamp::constant(1_800_000_000, 0);
pub(crate) const EXECUTION: &str = "execution";

pub(crate) fn seconds(seconds: u32) -> SignedDuration {
    SignedDuration::from_secs(i64::from(seconds))
}

/// One that is tried again after at most a minute, so many times.
pub(crate) fn webhook(max_retries: u32) -> Webhook {
    Webhook {
        id: ConfigId::generate(START, 1),
        tenant: "acme".parse().expect("a tenant id"),
        name: "name".to_owned(),
        description: String::new(),
        event_name: None,
        filter: None,
        url: WebhookUrl::parse("https://example.com/hooks", false).expect("a target"),
        method: Method::Post,
        headers: Vec::new(),
        auth: Auth::None,
        signing: Signing::off(),
        shape: Shape::default(),
        static_ip: false,
        secrets: None,
        status: Status::Active,
        status_reason: None,
        failing_since: None,
        timeout: TimeoutSeconds::DEFAULT,
        retry_policy: RetryPolicy { max_retries, schedule_seconds: vec![60], ..RetryPolicy::default() },
        created_at: START,
        updated_at: START,
        version: 1,
    }
}

pub(crate) fn event(number: u128) -> Event {
    let webhook = webhook(0);
    Event {
        key: EventKey { event_id: EventId::generate(START, number), tenant: webhook.tenant, config_id: webhook.id },
        event_name: None,
        source: Source::Api,
        created_at: START,
        expires_at: START + SignedDuration::from_hours(24 * 30),
        content_type: None,
        correlation_id: None,
        trace: None,
        payload: Payload::Inline(Bytes::from_static(b"{}")),
        machine: Machine::Express,
        leg: 1,
        one_attempt: false,
        lifecycle: false,
        replay: None,
    }
}

/// The row of an event whose first leg began at [`START`], on the EXPRESS machine.
pub(crate) fn running(number: u128) -> EventRow {
    let event = event(number);
    EventRow {
        key: event.key,
        event_name: None,
        source: event.source,
        created_at: START,
        expires_at: event.expires_at,
        content_type: None,
        correlation_id: None,
        trace: None,
        payload: Some(event.payload),
        status: EventStatus::InProgress,
        reason: None,
        reason_detail: None,
        url: Some("https://example.com/hooks".to_owned()),
        http_method: Some("POST".to_owned()),
        execution_arn: EXECUTION.to_owned(),
        updated_at: START,
        attempts: Vec::new(),
        leg: 1,
        machine: event.machine,
        next_attempt_at: None,
        deadline_at: Some(START + seconds(EXPRESS_LEG_MAX_SECONDS)),
        one_attempt: false,
        lifecycle: false,
        replay: None,
        shape: Shape::default(),
    }
}

/// The row of an event that waits for its second leg, due at [`START`].
pub(crate) fn waiting(number: u128) -> EventRow {
    EventRow {
        next_attempt_at: Some(START),
        deadline_at: Some(START + seconds(REDELIVERY_DELAY_MAX_SECONDS)),
        ..running(number)
    }
}

/// An attempt that the receiver answered.
pub(crate) fn answered(number: u32, status_code: u16, at: Timestamp) -> Attempt {
    Attempt {
        number,
        started_at: at,
        duration_ms: 10,
        first_byte_ms: Some(9),
        response: Some(Response {
            status_code,
            headers: Vec::new(),
            body: ResponseBody::Inline(Bytes::new()),
            truncated: false,
        }),
        error: None,
    }
}
