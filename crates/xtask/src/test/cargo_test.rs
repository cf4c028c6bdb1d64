//! Running `cargo test`, or what reports as it does, and counting the tests.

use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

/// The tests of all runs together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
    measured: u64,
    filtered_out: u64,
}

impl Tally {
    /// Adds what a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; ...` says; other lines say nothing.
    fn add_line(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) else {
            return;
        };
        for count in counts.split("; ") {
            let Some((number, what)) = count.split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                "measured" => self.measured += number,
                "filtered out" => self.filtered_out += number,
                _ => {}
            }
        }
    }

    /// The sum of all runs, in the form in which cargo writes it after one test binary.
    pub(super) fn in_cargos_words(&self, all_checks_passed: bool, seconds: f32) -> String {
        let verdict = if all_checks_passed && self.failed == 0 { "ok" } else { "FAILED" };
        let Self { passed, failed, ignored, measured, filtered_out } = self;
        format!(
            "test result: {verdict}. {passed} passed; {failed} failed; {ignored} ignored; {measured} measured; {filtered_out} filtered out; finished in {seconds:.2}s"
        )
    }
}

/// Runs the command, shows its output as it comes, and adds its tests to the tally.
pub(super) async fn run(mut command: Command, tally: &mut Tally) -> Result<()> {
    let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().context("cannot run the tests")?;
    let output = child.stdout.take().context("the tests have no output")?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        println!("{line}");
        tally.add_line(&line);
    }
    let status = child.wait().await?;
    if !status.success() {
        bail!("the tests ended with {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 4 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 5 filtered out; finished in 1.50s",
            "test result: nothing",
        ] {
            tally.add_line(line);
        }
        assert_eq!(tally, Tally { passed: 13, failed: 2, ignored: 1, measured: 0, filtered_out: 5 });
        assert_eq!(
            tally.in_cargos_words(true, 2.0),
            "test result: FAILED. 13 passed; 2 failed; 1 ignored; 0 measured; 5 filtered out; finished in 2.00s"
        );
    }
}
