//! What a delivery's writes cost: the second largest part of its price, so a change of it should be meant. docs/COST.md has the arithmetic.

use bytes::Bytes;
use hookstep_core::attempt::Attempt;
use hookstep_core::event::{Event, Leg};
use hookstep_core::leg::plan;
use hookstep_core::payload::Payload;
use hookstep_core::ports::OutcomeRecorder;
use hookstep_core::trace::Trace;
use hookstep_core::verdict::Verdict;

use crate::make::{EXECUTION, NOW, answered, config_id, delivery, event, last, small_body, tenant};
use crate::meter::{Meter, Units, of};
use crate::stack::Tables;

/// What recording and concluding an event cost.
async fn delivered(payload: &str, attempt: &Attempt) -> (Units, Units) {
    let payload = Payload::Inline(Bytes::copy_from_slice(payload.as_bytes()));
    delivery_of(Event { payload, ..event(&tenant(), &config_id()) }, attempt).await
}

/// The same of this event.
async fn delivery_of(event: Event, attempt: &Attempt) -> (Units, Units) {
    let meter = Meter::default();
    let tables = Tables::connect().metered(&meter);
    tables.record(&event, &delivery(), EXECUTION, NOW).await;
    let verdict = Verdict::of_attempt(attempt);
    tables
        .events(NOW)
        .conclude(&Leg::from(&event), EXECUTION, attempt, &last(&verdict), NOW)
        .await
        .expect("it is written");
    let costs: [Units; 2] = meter.read().try_into().expect("two writes");
    let [recorded, concluded] = costs;
    (recorded, concluded)
}

#[tokio::test]
async fn a_small_delivery_that_succeeds_takes_two_units_and_two() {
    let (recorded, concluded) = delivered(r#"{"order":1}"#, &answered(200, small_body())).await;
    println!("success: RecordEvent {recorded:?}, UpdateStatus {concluded:?}");
    assert_eq!(recorded, of(&[("table", 1.0), ("open_by_deadline", 1.0)]));
    // The entry in the index is removed.
    assert_eq!(concluded, of(&[("table", 1.0), ("open_by_deadline", 1.0)]));
}

#[tokio::test]
async fn a_trace_takes_no_unit_more() {
    let new = event(&tenant(), &config_id());
    let trace = Some(Trace::derived(&new.key.event_id));
    let units = delivery_of(Event { trace, ..new }, &answered(200, small_body())).await;
    let each = of(&[("table", 1.0), ("open_by_deadline", 1.0)]);
    assert_eq!(units, (each.clone(), each));
}

#[tokio::test]
async fn a_small_delivery_that_fails_takes_two_units_and_four() {
    let (recorded, concluded) = delivered(r#"{"order":1}"#, &answered(500, small_body())).await;
    println!("failure: RecordEvent {recorded:?}, UpdateStatus {concluded:?}");
    assert_eq!(recorded, of(&[("table", 1.0), ("open_by_deadline", 1.0)]));
    // One entry is removed, and two are new.
    assert_eq!(
        concluded,
        of(&[("table", 1.0), ("open_by_deadline", 1.0), ("status_by_tenant", 1.0), ("status_by_webhook", 1.0)])
    );
}

#[tokio::test]
async fn a_correlation_id_takes_a_unit_more_and_none_at_the_end() {
    let meter = Meter::default();
    let tables = Tables::connect().metered(&meter);
    let event = Event { correlation_id: Some("c0ffee".to_owned()), ..event(&tenant(), &config_id()) };
    tables.record(&event, &delivery(), EXECUTION, NOW).await;
    let attempt = answered(200, small_body());
    let verdict = last(&Verdict::of_attempt(&attempt));
    let written = tables.events(NOW).conclude(&Leg::from(&event), EXECUTION, &attempt, &verdict, NOW).await;
    written.expect("it is written");
    assert_eq!(
        meter.read(),
        [
            of(&[("table", 1.0), ("open_by_deadline", 1.0), ("by_correlation", 1.0)]),
            of(&[("table", 1.0), ("open_by_deadline", 1.0)]),
        ]
    );
}

#[tokio::test]
async fn a_skipped_event_takes_two_units() {
    let meter = Meter::default();
    let tables = Tables::connect().metered(&meter);
    let event = event(&tenant(), &config_id());
    tables.record(&event, &plan(None, &event), EXECUTION, NOW).await;
    assert_eq!(meter.read(), [of(&[("table", 1.0), ("status_by_webhook", 1.0)])]);
}

/// A row passes a kilobyte with a payload of a few hundred bytes and the headers that a server behind a proxy answers with.
#[tokio::test]
async fn a_delivery_of_a_few_hundred_bytes_takes_a_unit_more_at_its_end() {
    let mut attempt = answered(200, small_body());
    if let Some(response) = &mut attempt.response {
        response.headers = [
            ("content-type", "application/json; charset=utf-8"),
            ("content-length", "17"),
            ("date", "Sat, 21 Nov 2026 21:00:00 GMT"),
            ("server", "nginx"),
            ("connection", "keep-alive"),
            ("cache-control", "no-store"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("x-request-id", "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    }
    let (recorded, concluded) = delivered(&"x".repeat(300), &attempt).await;
    println!("300 bytes: RecordEvent {recorded:?}, UpdateStatus {concluded:?}");
    assert_eq!(recorded, of(&[("table", 1.0), ("open_by_deadline", 1.0)]));
    assert_eq!(concluded, of(&[("table", 2.0), ("open_by_deadline", 1.0)]));
}

#[tokio::test]
async fn the_payload_is_paid_for_with_every_write_and_never_in_an_index() {
    let payload = "x".repeat(3_000);
    let (recorded, concluded) = delivered(&payload, &answered(200, small_body())).await;
    assert_eq!(recorded, of(&[("table", 4.0), ("open_by_deadline", 1.0)]));
    assert_eq!(concluded, of(&[("table", 4.0), ("open_by_deadline", 1.0)]));
}
