use std::collections::BTreeMap;

use hookstep_core::ports::Census;
use hookstep_core::verdict::{FailureClass, Reason};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::schema::checked;
use super::{Counted, Metrics, Single, deliveries, open};

fn metrics() -> Metrics {
    Metrics { stack: "hookstep".to_owned() }
}

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn lines(counted: &Counted) -> Vec<Map<String, Value>> {
    checked(&deliveries::lines(&metrics(), now(), counted))
}

fn definitions(line: &Map<String, Value>) -> (&Value, &Value) {
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    (&directive["Dimensions"], &directive["Metrics"])
}

#[test]
fn a_batch_is_a_line_and_one_more_for_each_class_of_failure() {
    let counted = Counted {
        accepted: 7,
        succeeded: 3,
        failed: 3,
        skipped: 1,
        attempts: 9,
        retries: 2,
        reasons: BTreeMap::from([
            ("receiver_rejected".to_owned(), 1),
            ("connect_timeout".to_owned(), 1),
            ("first_byte_timeout".to_owned(), 1),
            ("webhook_disabled".to_owned(), 1),
        ]),
        claim_checks: 1,
        latency_ms: vec![(101.4, 2), (100.9, 1), (2.2, 6)],
        payload_bytes: vec![(612.0, 7)],
    };
    let [first, rejected, timed_out] = &lines(&counted)[..] else { panic!("three lines") };
    let (dimensions, definitions_) = definitions(first);
    assert_eq!(*dimensions, json!([["Stack"]]));
    assert_eq!(definitions_.as_array().unwrap().len(), 9, "{definitions_}");
    let told = ["Stack", "Accepted", "Succeeded", "Failed", "Skipped", "Attempts", "Retries", "ClaimChecks"];
    assert_eq!(json!(told.map(|name| &first[name])), json!(["hookstep", 7, 3, 3, 1, 9, 2, 1]));
    assert_eq!(first["LatencyMs"], json!({ "Values": [2, 101], "Counts": [6, 3] }));
    assert_eq!(first["PayloadBytes"], json!({ "Values": [612], "Counts": [7] }));
    assert_eq!(first["_aws"]["Timestamp"], json!(now().as_millisecond()));
    for (line, class, count) in [(rejected, "rejected", 1), (timed_out, "timed_out", 2)] {
        assert_eq!(*definitions(line).0, json!([["Stack", "Class"]]));
        assert_eq!((&line["Class"], &line["FailedBy"]), (&json!(class), &json!(count)));
    }
}

#[test]
fn nothing_is_written_of_nothing() {
    assert!(lines(&Counted::default()).is_empty());
}

#[test]
fn classes_are_as_many_as_a_month_is_paid_for() {
    let every = |code: &str| Reason::from_code(code).and_then(Reason::class);
    assert_eq!(FailureClass::ALL.len(), 6);
    assert_eq!(every("canceled"), Some(FailureClass::Canceled));
    assert_eq!(every("internal_error"), Some(FailureClass::Exception));
    assert_eq!(every("address_not_allowed"), Some(FailureClass::Refused));
    assert_eq!(every("webhook_deleted"), None);
}

#[test]
fn what_is_in_progress_is_told_also_where_nothing_is() {
    let none = checked(&open::lines(&metrics(), now(), &Census::default()));
    let told = ["Running", "Waiting", "OldestInProgressSeconds", "OverdueSeconds"];
    assert_eq!(json!(told.map(|name| &none[0][name])), json!([0, 0, 0, 0]));
    let census = Census {
        running: 2,
        waiting: 5,
        oldest_accepted_at: Some(now() - SignedDuration::from_secs(90)),
        earliest_deadline_at: Some(now() + SignedDuration::from_secs(240)),
    };
    let some = checked(&open::lines(&metrics(), now(), &census));
    assert_eq!(json!(told.map(|name| &some[0][name])), json!([2, 5, 90, 0]), "a deadline ahead is no delay");
}

#[test]
fn what_a_line_is_about_is_in_the_line_and_in_no_dimension() {
    let single = Single { name: "DeliveryExceptions", count: 1, about: &[("event_id", "evt_1")] };
    let line = &checked(&metrics().line(now(), &[], &single))[0];
    assert_eq!(line["event_id"], json!("evt_1"));
    assert_eq!(*definitions(line).0, json!([["Stack"]]));
}

proptest! {
    #[test]
    fn no_measured_value_is_lost_and_every_line_is_within_the_formats_limits(
        latency in prop::collection::vec((0.0..900_000.0_f64, 1_u64..1_000_000), 0..400),
        sizes in prop::collection::vec((0.0..1.1e9_f64, 1_u64..1_000), 0..250),
    ) {
        let total = |values: &[(f64, u64)]| values.iter().map(|(_, count)| count).sum::<u64>();
        let counted = Counted { accepted: 1, latency_ms: latency.clone(), payload_bytes: sizes.clone(), ..Counted::default() };
        let lines = lines(&counted);
        let told = |name: &str| {
            let counts = lines.iter().filter_map(|line| line.get(name)).flat_map(|value| value["Counts"].as_array().unwrap());
            counts.map(|count| count.as_u64().unwrap()).sum::<u64>()
        };
        prop_assert_eq!(told("LatencyMs"), total(&latency));
        prop_assert_eq!(told("PayloadBytes"), total(&sizes));
        prop_assert_eq!(lines.iter().filter(|line| line.contains_key("Accepted")).count(), 1);
    }
}
