//! The things that pass through the ports.

use bytes::Bytes;
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::auth::Auth;
use hookstep_core::event::{EventKey, EventRow, EventStatus, Leg, Source};
use hookstep_core::ids::{ConfigId, EventId};
use hookstep_core::payload::Payload;
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::retry::RetryPolicy;
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::webhook::{Machine, Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::{SignedDuration, Timestamp};

pub(crate) const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

pub(crate) fn seconds(seconds: u32) -> SignedDuration {
    SignedDuration::from_secs(i64::from(seconds))
}

/// That waits a minute at most before each of so many retries.
pub(crate) fn policy(max_retries: u32) -> RetryPolicy {
    RetryPolicy { max_retries, schedule_seconds: vec![60], ..RetryPolicy::default() }
}

pub(crate) fn webhook() -> Webhook {
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
        retry_policy: policy(2),
        created_at: START,
        updated_at: START,
        version: 7,
    }
}

/// A leg of the event of that number, which expires in 30 days.
pub(crate) fn leg(event: u128, number: u32) -> Leg {
    let webhook = webhook();
    Leg {
        key: EventKey { event_id: EventId::generate(START, event), tenant: webhook.tenant, config_id: webhook.id },
        number,
        event_name: None,
        source: Source::Api,
        created_at: START,
        expires_at: START + SignedDuration::from_hours(24 * 30),
        machine: Machine::Express,
        one_attempt: false,
        lifecycle: false,
        webhook_failing: false,
        trace: None,
    }
}

/// The row of an event whose first leg failed, and which waits for the second.
pub(crate) fn waiting() -> EventRow {
    let leg = leg(1, 1);
    EventRow {
        key: leg.key,
        event_name: None,
        source: leg.source,
        created_at: leg.created_at,
        expires_at: leg.expires_at,
        content_type: None,
        correlation_id: None,
        trace: None,
        payload: Some(Payload::Inline(Bytes::from_static(b"{}"))),
        status: EventStatus::InProgress,
        reason: None,
        reason_detail: None,
        url: None,
        http_method: None,
        execution_arn: "execution".to_owned(),
        updated_at: START,
        attempts: vec![answered(503)],
        leg: 1,
        machine: leg.machine,
        next_attempt_at: Some(START + seconds(60)),
        deadline_at: None,
        one_attempt: false,
        lifecycle: false,
        replay: None,
        shape: Shape::default(),
    }
}

/// An attempt that ended at [`START`] with this answer.
pub(crate) fn answered(status_code: u16) -> Attempt {
    answered_with(status_code, &[])
}

pub(crate) fn answered_with(status_code: u16, headers: &[(&str, &str)]) -> Attempt {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let body = ResponseBody::Inline(Bytes::new());
    let response = Response { status_code, headers: headers.collect(), body, truncated: false };
    Attempt {
        number: 1,
        started_at: START - SignedDuration::from_millis(250),
        duration_ms: 250,
        first_byte_ms: Some(200),
        response: Some(response),
        error: None,
    }
}

/// An attempt that ended at [`START`] without one.
pub(crate) fn kept_from(obstacle: Obstacle) -> Attempt {
    Attempt { response: None, error: Some(AttemptError { obstacle, detail: String::new() }), ..answered(200) }
}
