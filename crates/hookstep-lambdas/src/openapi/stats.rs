//! The calls that answer statistics, with their schemas and examples.

use std::collections::BTreeMap;

use hookstep_core::limits::STATS_KEPT_DAYS;
use hookstep_core::stats::counts::Counts;
use hookstep_core::stats::histogram::RELATIVE_ERROR;
use hookstep_core::stats::period::{Bucket, Period};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::{Call, Content};
use super::event::object;
use super::text::{described, id, moment, nullable, schema};
use crate::endpoints::stats_json;

/// The schemas, by name.
pub(super) fn schemas() -> [(&'static str, Value); 5] {
    [
        ("Stats", stats()),
        ("StatsCounts", object(&counts(), &[])),
        ("StatsBucket", bucket()),
        ("LastDay", last_day()),
        ("ListedWebhook", listed_webhook()),
    ]
}

fn number(description: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": description })
}

/// The members that every count of events has.
fn ended() -> Vec<(&'static str, Value)> {
    let rate = json!({
        "type": ["number", "null"],
        "minimum": 0,
        "maximum": 1,
        "description": "`succeeded` of `succeeded` and `failed` together; null where both are 0.",
    });
    vec![
        ("accepted", number("Events that were accepted in this time.")),
        ("in_progress", number("Those of them that have not come to their end.")),
        ("succeeded", number("Those that were delivered, whenever that was.")),
        ("failed", number("Those that were not, and will not be.")),
        ("skipped", number("Those that were not attempted: the webhook was disabled or deleted.")),
        ("success_rate", rate),
    ]
}

fn counts() -> Vec<(&'static str, Value)> {
    let reasons = json!({
        "type": "object",
        "propertyNames": schema("Reason"),
        "additionalProperties": { "type": "integer", "minimum": 1 },
        "description": "How often which reason ended an event: those of `failed` and `skipped`.",
    });
    let percentiles = object(&["p50", "p95", "p99"].map(|name| (name, number("In milliseconds."))), &[]);
    let text = format!(
        "How long the attempts took to which the receiver answered, whatever it answered: half of them at most `p50`, and so on. Each is at most \
         {} % off. Null where there are none.",
        RELATIVE_ERROR * 100.0
    );
    let mut members = ended();
    members.extend([
        ("attempts", number("Attempts at these events.")),
        ("retries", number("Those of the attempts that were not an event's first.")),
        ("reasons", reasons),
        ("latency_ms", described(nullable(percentiles), &text)),
    ]);
    members
}

fn bucket() -> Value {
    let mut members = vec![("start", described(moment(), "When it begins."))];
    members.extend(counts());
    object(&members, &[])
}

fn stats() -> Value {
    let buckets = json!({
        "type": "array",
        "items": schema("StatsBucket"),
        "description": "Every bucket, oldest first; those without events too.",
    });
    let delay = number(
        "How old changes may be that are not counted yet, in seconds. Under load, and after a fault, they may be older.",
    );
    object(
        &[
            ("from", described(moment(), "The beginning of the first bucket.")),
            ("to", described(moment(), "The end of the last one.")),
            ("bucket", super::text::one_of(Bucket::ALL.map(Bucket::as_str))),
            ("delay_seconds", delay),
            ("totals", schema("StatsCounts")),
            ("buckets", buckets),
        ],
        &[],
    )
}

fn last_day() -> Value {
    let failure = object(
        &[
            ("at", described(moment(), "When it came to its end.")),
            ("event_id", id("evt")),
            ("reason", nullable(schema("Reason"))),
        ],
        &[],
    );
    let mut members = ended();
    let text = "The event that failed last, of those that were accepted in this time.";
    members.push(("last_failure", described(nullable(failure), text)));
    described(object(&members, &[]), "The events that were accepted in this hour (UTC) and the 23 before it.")
}

fn listed_webhook() -> Value {
    let with = object(&[], &[("last_day", described(schema("LastDay"), "With `include=stats`."))]);
    json!({ "allOf": [schema("Webhook"), with] })
}

/// Two hours of deliveries.
fn example() -> Value {
    let at = |text: &str| text.parse::<Timestamp>().unwrap_or_default();
    let period =
        Period { from: hour(at("2026-11-22T07:00:00Z")), to: hour(at("2026-11-22T09:00:00Z")), bucket: Bucket::Hour };
    let mut full = Counts { accepted: 112, succeeded: 108, failed: 3, attempts: 121, retries: 10, ..Counts::default() };
    full.reasons = BTreeMap::from([("receiver_rejected", 2), ("connect_timeout", 1)]);
    for (milliseconds, count) in [(38, 60), (71, 50), (240, 8), (1_900, 2)] {
        full.latencies_ms.add(hookstep_core::stats::histogram::bucket_of(milliseconds), count);
    }
    let counted = [hookstep_core::ports::CountedHour { hour: period.from, counts: full, last_failure: None }];
    stats_json::show(&period, &counted, 120)
}

fn hour(moment: Timestamp) -> hookstep_core::stats::hour::Hour {
    hookstep_core::stats::hour::Hour::of(moment)
}

fn call(summary: &'static str, description: &'static str) -> Call {
    const {
        // What the descriptions say.
        assert!(STATS_KEPT_DAYS == 400);
    }
    let answer = Content::of("Totals, and each bucket.", "Stats").example("stats", "Two hours", &example());
    Call::new("Statistics", summary, description)
        .parameters(&["StatsFrom", "StatsTo", "StatsBucket"])
        .answer(200, answer.answer())
        .problems(&["invalid_time", "invalid_bucket"])
}

pub(super) fn of_webhook() -> Call {
    let description = "An event counts for the time that it was accepted in, whenever its attempts were. Kept for 400 days, also when the webhook \
                       is deleted.";
    call("How a webhook's deliveries went", description).problems(&["webhook_not_found"])
}

pub(super) fn of_tenant() -> Call {
    let description = "Of all webhooks together, those that were deleted too. Otherwise as for one webhook.";
    call("How all deliveries went", description)
}
