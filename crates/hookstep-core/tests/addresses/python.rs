//! The Python side of a comparison.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a script of `tools/addresses`, which answers each line with `1` or `0`.
pub(crate) fn answers(script: &str, arguments: &[&str], lines: &[String]) -> Vec<bool> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/addresses").join(script);
    let mut command = Command::new("python3");
    command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("python3 runs");
    // It reads everything before it writes anything, so neither waits for the other.
    child.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    assert_eq!(output.stdout.len(), lines.len(), "one answer for each line");
    output.stdout.iter().map(|&answer| answer == b'1').collect()
}
