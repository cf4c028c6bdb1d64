//! What the functions read from their environment is what the template puts there.

use std::collections::BTreeSet;

use crate::routes::{resources, value_of};

/// Read by `access`, by `console`, by `env::reachable` and by `log` for those that use them.
const READ_ELSEWHERE: [&str; 14] = [
    "ALLOWED_PORTS",
    "ALLOWED_TARGETS",
    "AUTH_MODE",
    "CONSOLE_AUDIENCE",
    "CONSOLE_CLIENT_ID",
    "CONSOLE_SCOPES",
    "CONSOLE_SIGN_IN_ORIGINS",
    "JWT_ISSUER",
    "JWT_PERMISSION_CLAIM",
    "JWT_READ_PERMISSION",
    "JWT_TENANT_CLAIM",
    "JWT_TRIGGER_PERMISSION",
    "JWT_WRITE_PERMISSION",
    "STACK_NAME",
];

/// What Lambda itself puts there.
const OF_LAMBDA: [&str; 2] = ["AWS_REGION", "AWS_XRAY_DAEMON_ADDRESS"];

/// The variables that a binary names.
fn read_by(source: &str) -> BTreeSet<&str> {
    let calls = source.split("env::").skip(1).filter_map(|call| call.split_once("(\"").map(|(_, after)| after));
    calls.filter_map(|after| after.split_once('"').map(|(name, _)| name)).filter(|name| is_variable(name)).collect()
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
}

/// The variables of a function of the template, in the lines of its resource.
fn given<'a>(lines: &[&'a str]) -> BTreeSet<&'a str> {
    let begins = lines.iter().position(|line| *line == "Variables:").map_or(lines.len(), |place| place + 1);
    let named = lines[begins..].iter().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
    named.filter(|name| is_variable(name)).collect()
}

#[test]
fn every_function_gets_the_variables_that_it_reads_and_no_other() {
    let binaries = [
        ("trigger", include_str!("../../src/bin/trigger.rs")),
        ("fetch-config", include_str!("../../src/bin/fetch-config.rs")),
        ("deliver", include_str!("../../src/bin/deliver.rs")),
        ("status-update", include_str!("../../src/bin/status-update.rs")),
        ("api", include_str!("../../src/bin/api.rs")),
        ("replay", include_str!("../../src/bin/replay.rs")),
        ("reconcile", include_str!("../../src/bin/reconcile.rs")),
        ("stats", include_str!("../../src/bin/stats.rs")),
    ];
    let mut functions = 0;
    for (name, lines) in resources("AWS::Serverless::Function") {
        let folder = value_of("CodeUri", &lines).trim_end_matches('/');
        let binary = binaries.iter().find(|(binary, _)| folder.ends_with(&format!("/{binary}")));
        let read = read_by(binary.expect("it is a binary of ours").1);
        let given = given(&lines);
        let missing: Vec<_> = read.difference(&given).filter(|variable| !OF_LAMBDA.contains(variable)).collect();
        assert!(missing.is_empty(), "{name} lacks {missing:?}");
        let unread: Vec<_> = given.difference(&read).filter(|variable| !READ_ELSEWHERE.contains(variable)).collect();
        assert!(unread.is_empty(), "{name} does not read {unread:?}");
        functions += 1;
    }
    assert!(functions >= binaries.len(), "{functions}");
}
