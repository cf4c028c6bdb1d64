//! Metrics in `CloudWatch`'s Embedded Metric Format: a log line that `CloudWatch` turns into a metric, without a call.

use std::io::Write;

use jiff::Timestamp;
use serde_json::json;

/// The namespace of every metric.
const NAMESPACE: &str = "Hookstep";

/// One delivery that ended in an exception of ours.
pub fn delivery_exception(now: Timestamp, event_id: &str, config_id: &str, request_id: &str) {
    let line = json!({
        "_aws": {
            "Timestamp": now.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [[]],
                "Metrics": [{ "Name": "DeliveryExceptions", "Unit": "Count" }],
            }],
        },
        "DeliveryExceptions": 1,
        "event_id": event_id,
        "config_id": config_id,
        "request_id": request_id,
    });
    // A metric that can't be written must not fail the step that it counts.
    let _ = writeln!(std::io::stdout(), "{line}");
}
