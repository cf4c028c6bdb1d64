//! The rules of the published JSON schema of the Embedded Metric Format, and its limits, for tests.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

/// What a log line of a Lambda function may hold, in bytes.
const LINE_MAX_BYTES: usize = 262_144;

/// Every line, held to the rules.
pub(super) fn checked(lines: &[u8]) -> Vec<Map<String, Value>> {
    let text = std::str::from_utf8(lines).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end");
    text.lines().map(checked_line).collect()
}

fn checked_line(line: &str) -> Map<String, Value> {
    assert!(line.len() <= LINE_MAX_BYTES, "{} bytes", line.len());
    let Ok(Value::Object(root)) = serde_json::from_str(line) else { panic!("no object: {line}") };
    let about = root["_aws"].as_object().unwrap();
    assert!(about["Timestamp"].as_u64().is_some_and(|millis| millis > 1_000_000_000_000), "{line}");
    let directives = about["CloudWatchMetrics"].as_array().unwrap();
    assert!(!directives.is_empty(), "{line}");
    for directive in directives {
        assert!(fits(&directive["Namespace"], 1_024), "{line}");
        let sets = directive["Dimensions"].as_array().unwrap();
        assert!(!sets.is_empty(), "{line}");
        for name in sets.iter().flat_map(|set| {
            let set = set.as_array().unwrap();
            assert!(set.len() <= 30, "{line}");
            set
        }) {
            assert!(fits(name, 250), "{line}");
            // A dimension's value is a member of the root, and text.
            assert!(fits(&root[name.as_str().unwrap()], 1_024), "{line}");
        }
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!((1..=100).contains(&metrics.len()), "{line}");
        let mut names = BTreeSet::new();
        for metric in metrics {
            let name = metric["Name"].as_str().unwrap();
            assert!(fits(&metric["Name"], 1_024) && names.insert(name), "{line}");
            assert!(metric.get("Unit").is_none_or(|unit| UNITS.contains(&unit.as_str().unwrap())), "{line}");
            let resolution = metric.get("StorageResolution");
            assert!(resolution.is_none_or(|seconds| [1, 60].contains(&seconds.as_u64().unwrap())), "{line}");
            is_metric(&root[name], line);
        }
    }
    root
}

/// A number, up to 100 of them, or up to 100 values with their counts.
fn is_metric(value: &Value, line: &str) {
    let numbers = |value: &Value| {
        let list = value.as_array().unwrap();
        assert!((1..=100).contains(&list.len()) && list.iter().all(Value::is_number), "{line}");
        list.len()
    };
    match value {
        Value::Number(_) => {}
        Value::Array(_) => drop(numbers(value)),
        Value::Object(members) => assert_eq!(numbers(&members["Values"]), numbers(&members["Counts"]), "{line}"),
        other => panic!("{other} in {line}"),
    }
}

fn fits(text: &Value, most: usize) -> bool {
    text.as_str().is_some_and(|text| (1..=most).contains(&text.len()) && !text.starts_with(':'))
}
