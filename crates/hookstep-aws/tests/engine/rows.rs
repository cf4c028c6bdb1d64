//! Event rows: what is written is read, whichever way it was written.

use bytes::Bytes;
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::event::{Event, EventRow, EventStatus, Leg, Rendering, Replay, Source};
use hookstep_core::exception::Exception;
use hookstep_core::ids::EventId;
use hookstep_core::leg::{Plan, plan};
use hookstep_core::limits::EXPRESS_LEG_MAX_SECONDS;
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_core::ports::{Conclusion, EventReader, OutcomeRecorder};
use hookstep_core::response::ResponseBody;
use hookstep_core::shape::{Expression, PayloadFormat, Shape};
use hookstep_core::trace::Trace;
use hookstep_core::verdict::Verdict;
use jiff::{SignedDuration, Timestamp};

use crate::make::{EXECUTION, LATER, NOW, answered, config_id, delivery, event, last, small_body, tenant};
use crate::stack::Tables;

/// The row that an event has while nothing was attempted.
fn expected(event: &Event, plan: &Plan) -> EventRow {
    let (target, verdict) = match plan {
        Plan::Deliver(target) => (Some(target), None),
        Plan::Skip(verdict) => (None, Some(verdict)),
    };
    EventRow {
        key: event.key.clone(),
        event_name: event.event_name.clone(),
        source: event.source,
        created_at: event.created_at,
        // Kept in seconds.
        expires_at: event.expires_at,
        content_type: event.content_type.clone(),
        correlation_id: event.correlation_id.clone(),
        trace: event.trace.clone(),
        payload: Some(event.payload.clone()),
        status: verdict.map_or(EventStatus::InProgress, |verdict| verdict.status),
        reason: verdict.and_then(|verdict| verdict.reason),
        reason_detail: verdict.and_then(|verdict| verdict.detail.clone()),
        url: target.map(|target| target.url.to_string()),
        http_method: target.map(|target| target.method.as_str().to_owned()),
        execution_arn: EXECUTION.to_owned(),
        updated_at: NOW,
        attempts: Vec::new(),
        leg: event.leg,
        machine: event.machine,
        next_attempt_at: None,
        // Kept in seconds.
        deadline_at: target.map(|_| Timestamp::constant(NOW.as_second() + i64::from(EXPRESS_LEG_MAX_SECONDS), 0)),
        one_attempt: event.one_attempt,
        lifecycle: event.lifecycle,
        replay: event.replay.clone(),
        shape: target.map(|target| target.shape.clone()).unwrap_or_default(),
    }
}

fn inline(bytes: &[u8]) -> Payload {
    Payload::Inline(Bytes::copy_from_slice(bytes))
}

#[tokio::test]
async fn every_payload_comes_back_as_it_was_given() {
    let (tables, tenant, config_id) = (Tables::connect(), tenant(), config_id());
    let every_byte: Vec<u8> = (0..=255).collect();
    let payloads = [
        inline(b""),
        inline(b" "),
        inline(b"{\"order\": 1}\r\n\t"),
        inline("\"\\ü \u{1fa9d}".as_bytes()),
        inline(b"\0"),
        inline(b"\x1b[0m"),
        inline(&[0xc3, 0x28]),
        inline(&every_byte),
        // Text that looks like what binary is kept as.
        inline(b"AAEC/w=="),
        Payload::Stored(StoredPayload {
            key: "payloads/a/b/c".to_owned(),
            etag: "\"etag\"".to_owned(),
            size: 5_000_000_000,
        }),
    ];
    for payload in payloads {
        let event = Event { payload: payload.clone(), ..event(&tenant, &config_id) };
        tables.record(&event, &delivery(), EXECUTION, NOW).await;
        let row = tables.events(NOW).event(&event.key).await.expect("it is readable").expect("it is there");
        assert_eq!(row, expected(&event, &delivery()));

        // And so it does where the exception makes the row.
        let event = Event { key: crate::make::event(&tenant, &config_id).key, ..event };
        let verdict = Verdict::of_exception(Exception::Internal, "Cause");
        let concluded = tables
            .events(NOW)
            .conclude_without_attempt(&Leg::from(&event), Some(&event), EXECUTION, &last(&verdict), NOW)
            .await;
        assert_eq!(concluded.expect("it is written"), Conclusion::Recorded);
        let row = tables.events(NOW).event(&event.key).await.expect("it is readable").expect("it is there");
        assert_eq!(row.payload, Some(payload));
    }
}

#[tokio::test]
async fn every_field_of_an_event_comes_back() {
    let (tables, tenant, config_id) = (Tables::connect(), tenant(), config_id());
    for source in Source::ALL {
        let full = Event {
            source,
            event_name: Some("order.created".to_owned()),
            content_type: None,
            correlation_id: Some("a \"b\"".to_owned()),
            one_attempt: true,
            lifecycle: true,
            trace: Some(Trace::of_id(Trace::derived(&EventId::generate(NOW, 4)).id, 2).with_state("a=b".parse().ok())),
            replay: Some(Replay {
                of: EventId::generate(NOW, 1),
                webhook_id: Some(EventId::generate(NOW, 2)),
                as_sent: Some(Rendering {
                    event_id: EventId::generate(NOW, 3),
                    event_name: None,
                    created_at: NOW,
                    shape: Shape {
                        format: PayloadFormat::StandardWebhooks,
                        transformation: Expression::new("$.order"),
                    },
                }),
            }),
            ..event(&tenant, &config_id)
        };
        for plan in [delivery(), plan(None, &full)] {
            let event = Event { key: crate::make::event(&tenant, &config_id).key, ..full.clone() };
            tables.record(&event, &plan, EXECUTION, NOW).await;
            let row = tables.events(NOW).event(&event.key).await.expect("it is readable");
            assert_eq!(row, Some(expected(&event, &plan)));
        }
    }
}

#[tokio::test]
async fn every_attempt_comes_back() {
    let (tables, tenant, config_id) = (Tables::connect(), tenant(), config_id());
    let nothing = |obstacle, detail: &str| Attempt {
        response: None,
        error: Some(AttemptError { obstacle, detail: detail.to_owned() }),
        ..answered(200, small_body())
    };
    let mut attempts = vec![
        answered(204, ResponseBody::Inline(Bytes::new())),
        answered(200, small_body()),
        answered(302, ResponseBody::Inline(Bytes::from_static(&[0xff, 0, b'"']))),
        answered(599, ResponseBody::Stored { key: "responses/a/b/c/1".to_owned(), size: 1_048_576 }),
    ];
    attempts.extend(Obstacle::ALL.map(|obstacle| nothing(obstacle, "")));
    attempts.push(nothing(Obstacle::TlsFailure, "the certificate expired \"yesterday\""));
    let mut cut = answered(200, small_body());
    cut.number = u32::MAX;
    cut.duration_ms = 840_000;
    cut.started_at = NOW + SignedDuration::from_nanos(1);
    cut.error = Some(AttemptError { obstacle: Obstacle::ResponseIncomplete, detail: String::new() });
    if let Some(response) = &mut cut.response {
        response.truncated = true;
        response.headers = vec![("a".to_owned(), String::new()), ("b".to_owned(), "\"1\"".to_owned())];
    }
    attempts.push(cut);
    for attempt in attempts {
        let event = event(&tenant, &config_id);
        tables.record(&event, &delivery(), EXECUTION, NOW).await;
        let (verdict, at) = (Verdict::of_attempt(&attempt), NOW + SignedDuration::from_secs(1));
        let events = tables.events(NOW);
        let concluded = events.conclude(&Leg::from(&event), EXECUTION, &attempt, &last(&verdict), at).await;
        assert_eq!(concluded.expect("it is written"), Conclusion::Recorded);
        let row = events.event(&event.key).await.expect("it is readable").expect("it is there");
        let expected = EventRow {
            status: verdict.status,
            reason: verdict.reason,
            reason_detail: verdict.detail,
            updated_at: at,
            attempts: vec![attempt],
            deadline_at: None,
            ..expected(&event, &delivery())
        };
        assert_eq!(row, expected);
    }
}

#[tokio::test]
async fn headers_of_the_same_name_become_one_in_the_order_received() {
    let (tables, tenant, config_id) = (Tables::connect(), tenant(), config_id());
    let mut attempt = answered(200, small_body());
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    if let Some(response) = &mut attempt.response {
        response.headers = vec![header("vary", "b"), header("etag", "1"), header("vary", "a")];
    }
    let (event, events) = (event(&tenant, &config_id), tables.events(NOW));
    tables.record(&event, &delivery(), EXECUTION, NOW).await;
    let verdict = Verdict::of_attempt(&attempt);
    events.conclude(&Leg::from(&event), EXECUTION, &attempt, &last(&verdict), NOW).await.expect("it is written");
    let row = events.event(&event.key).await.expect("it is readable").expect("it is there");
    let headers = row.attempts[0].response.as_ref().map(|response| response.headers.clone());
    assert_eq!(headers, Some(vec![header("etag", "1"), header("vary", "b, a")]));
}

#[tokio::test]
async fn a_row_that_has_expired_is_not_there_although_it_is_not_swept_yet() {
    let (tables, tenant, config_id) = (Tables::connect(), tenant(), config_id());
    let event = event(&tenant, &config_id);
    tables.record(&event, &delivery(), EXECUTION, NOW).await;
    let before = LATER - SignedDuration::from_nanos(1);
    assert!(tables.events(before).event(&event.key).await.expect("it is readable").is_some());
    assert!(tables.events(LATER).event(&event.key).await.expect("to look for it is no error").is_none());
}

#[tokio::test]
async fn a_row_is_its_tenants_and_its_webhooks_only() {
    let (tables, owner) = (Tables::connect(), tenant());
    let event = event(&owner, &config_id());
    tables.record(&event, &delivery(), EXECUTION, NOW).await;
    let events = tables.events(NOW);
    let (mut of_stranger, mut of_other_webhook) = (event.key.clone(), event.key.clone());
    of_stranger.tenant = tenant();
    of_other_webhook.config_id = config_id();
    for key in [of_stranger, of_other_webhook] {
        assert_eq!(events.event(&key).await.expect("to look for it is no error"), None);
    }
}
