//! Metrics in `CloudWatch`'s Embedded Metric Format: a log line that `CloudWatch` turns into a metric, without a call.

use std::io::Write;

use jiff::Timestamp;
use serde_json::{Value, json};

/// The namespace of every metric.
const NAMESPACE: &str = "Hookstep";

/// One delivery that ended in an exception of ours.
pub fn delivery_exception(now: Timestamp, event_id: &str, config_id: &str, request_id: &str) {
    let about = json!({ "event_id": event_id, "config_id": config_id, "request_id": request_id });
    write(now, "DeliveryExceptions", 1, about);
}

/// Events that nobody worked on.
pub fn reconciled_events(now: Timestamp, count: u32, request_id: &str) {
    write(now, "ReconciledEvents", count, json!({ "request_id": request_id }));
}

/// Webhooks that listen to an event and whose filter is not taken any more.
pub fn unreadable_listeners(now: Timestamp, count: usize, request_id: &str) {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    write(now, "UnreadableListeners", count, json!({ "request_id": request_id }));
}

fn write(now: Timestamp, name: &str, count: u32, about: Value) {
    let mut line = json!({
        "_aws": {
            "Timestamp": now.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [[]],
                "Metrics": [{ "Name": name, "Unit": "Count" }],
            }],
        },
        name: count,
    });
    if let (Value::Object(line), Value::Object(about)) = (&mut line, about) {
        line.extend(about);
    }
    // A metric that can't be written must not fail the step that it counts.
    let _ = writeln!(std::io::stdout(), "{line}");
}
