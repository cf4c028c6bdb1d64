//! Statistics as the API shows them.

use hookstep_core::ports::CountedHour;
use hookstep_core::stats::Failure;
use hookstep_core::stats::counts::Counts;
use hookstep_core::stats::period::Period;
use serde_json::{Map, Value, json};

/// A period with its totals and its buckets. `delay_seconds` is how old changes may be that are not counted yet.
#[must_use]
pub fn show(period: &Period, counted: &[CountedHour], delay_seconds: u32) -> Value {
    let (totals, buckets) = period.add_up(counted);
    let buckets = buckets.into_iter().map(|(start, counts)| {
        let mut bucket = show_counts(&counts);
        bucket.insert("start".to_owned(), json!(start.start().to_string()));
        bucket
    });
    json!({
        "from": period.from.start().to_string(),
        "to": period.to.start().to_string(),
        "bucket": period.bucket.as_str(),
        "delay_seconds": delay_seconds,
        "totals": show_counts(&totals),
        "buckets": buckets.collect::<Vec<_>>(),
    })
}

/// The last day of a webhook, in a list of webhooks.
#[must_use]
pub fn show_last_day(period: &Period, counted: &[CountedHour]) -> Value {
    let (totals, _) = period.add_up(counted);
    let failure = counted.iter().filter_map(|hour| hour.last_failure.as_ref()).max();
    let mut shown = show_ended(&totals);
    shown.insert("last_failure".to_owned(), failure.map_or(Value::Null, show_failure));
    Value::Object(shown)
}

fn show_failure(failure: &Failure) -> Value {
    json!({ "at": failure.at.to_string(), "event_id": failure.event_id.as_str(), "reason": failure.reason })
}

fn show_ended(counts: &Counts) -> Map<String, Value> {
    let numbers = [
        ("accepted", counts.accepted),
        ("in_progress", counts.in_progress()),
        ("succeeded", counts.succeeded),
        ("failed", counts.failed),
        ("skipped", counts.skipped),
    ];
    let mut shown: Map<String, Value> =
        numbers.into_iter().map(|(name, number)| (name.to_owned(), json!(number.max(0)))).collect();
    shown.insert("success_rate".to_owned(), json!(counts.success_rate()));
    shown
}

fn show_counts(counts: &Counts) -> Map<String, Value> {
    let mut shown = show_ended(counts);
    let reasons: Map<String, Value> = counts
        .reasons
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(code, count)| ((*code).to_owned(), json!(count)))
        .collect();
    let percentiles = [50, 95, 99].map(|percent| counts.latencies_ms.percentile(percent));
    let latency = match percentiles {
        [Some(p50), Some(p95), Some(p99)] => json!({ "p50": p50, "p95": p95, "p99": p99 }),
        _ => Value::Null,
    };
    shown.extend([
        ("attempts".to_owned(), json!(counts.attempts.max(0))),
        ("retries".to_owned(), json!(counts.retries.max(0))),
        ("reasons".to_owned(), Value::Object(reasons)),
        ("latency_ms".to_owned(), latency),
    ]);
    shown
}
