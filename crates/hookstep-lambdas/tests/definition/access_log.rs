//! The access log: every byte of a line is paid for with each call (docs/COST.md).

use serde_json::Value;

const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

/// What stands in a line of a trigger, where there is much of it.
const OF_A_TRIGGER: [(&str, &str); 12] = [
    ("requestId", "JKJaXmPLvHcESHA="),
    ("identity.sourceIp", "203.0.113.117"),
    ("identity.userArn", "arn:aws:sts::123456789012:assumed-role/orders-service-production/i-0abcdef1234567890"),
    ("authorizer.claims.sub", "-"),
    ("httpMethod", "POST"),
    ("path", "/webhook/wh_01M81C8YNY6V8F8F4Z46KT0D3K/trigger"),
    ("status", "202"),
    ("responseLength", "71"),
    ("responseLatency", "31"),
    ("error.responseType", "-"),
    ("authorizer.error", "-"),
    ("integrationErrorMessage", "-"),
];

/// The most that it may have, in bytes, with the 26 that `CloudWatch` counts for each event.
const LINE_MAX_BYTES: usize = 328;

#[test]
fn a_trigger_writes_no_more_than_its_bound() {
    let (_, format) = TEMPLATE.split_once("        Format: >-\n").expect("the access log has a format");
    let folded: Vec<&str> = format.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let mut line = folded.join(" ");
    // The longest first: some names begin with others.
    let mut variables = OF_A_TRIGGER;
    variables.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    for (name, value) in variables {
        let variable = format!("$context.{name}");
        assert_eq!(line.matches(&variable).count(), 1, "{variable} in {line}");
        line = line.replace(&variable, value);
    }
    assert!(!line.contains('$'), "{line}");
    let told: Value = serde_json::from_str(&line).expect("it is JSON");
    assert_eq!((&told["status"], &told["errors"]), (&"202".into(), &"- - -".into()));
    assert!(line.len() + 26 <= LINE_MAX_BYTES, "{} bytes: {line}", line.len() + 26);
}
