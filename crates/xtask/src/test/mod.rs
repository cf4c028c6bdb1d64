//! `cargo xtask test`: every check there is.

mod cargo_test;
mod checks;
mod console;
mod openapi;
mod stacks;
mod verdicts;

use anyhow::{Result, bail};
use hookstep_local::Workspace;

use crate::running::Running;
use crate::stop_signal::StopSignal;
use cargo_test::Tally;

/// One kind of check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// The formatting.
    Fmt,
    /// The lints.
    Clippy,
    /// The tests that need no stack.
    Unit,
    /// The dependencies: licences, banned crates, unused ones.
    Policy,
    /// The template and the state machines.
    Infra,
    /// The tests that need a stack: adapters, end to end, machines; and then the search for the secrets they used.
    E2e,
    /// The end-to-end tests with IAM enforcement.
    Iam,
    /// The tests of tenants and their tokens, with IAM enforcement.
    Jwt,
    /// The tests of faults, on a stack that suffers from them.
    Faults,
    /// The API called by its own document.
    Openapi,
    /// The console: its types, lints, unit tests and size, and then in a real browser.
    Console,
    /// One of the tests of faults with twenty times its events. It takes minutes, and runs only where it is asked for.
    Storm,
}

impl Check {
    /// In the order in which they run: what fails soonest comes first.
    const ALL: [Self; 12] = [
        Self::Fmt,
        Self::Clippy,
        Self::Unit,
        Self::Policy,
        Self::Infra,
        Self::E2e,
        Self::Iam,
        Self::Jwt,
        Self::Faults,
        Self::Openapi,
        Self::Console,
        Self::Storm,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Unit => "unit",
            Self::Policy => "policy",
            Self::Infra => "infra",
            Self::E2e => "e2e",
            Self::Iam => "iam",
            Self::Jwt => "jwt",
            Self::Faults => "faults",
            Self::Openapi => "openapi",
            Self::Console => "console",
            Self::Storm => "storm",
        }
    }

    pub(crate) fn from_name(name: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|check| check.name() == name);
        found.ok_or_else(|| format!("there is no check {name}; there are {names}"))
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct TestOptions {
    pub(crate) checks: Vec<Check>,
}

impl TestOptions {
    pub(crate) fn everything() -> Self {
        Self { checks: Check::ALL.into_iter().filter(|check| *check != Check::Storm).collect() }
    }
}

/// How a check went.
struct Finished {
    check: Check,
    seconds: f32,
    failure: Option<String>,
}

/// Runs the checks, all of them also when one fails, and ends with a summary in cargo's words.
pub(crate) async fn run(options: &TestOptions) -> Result<()> {
    let workspace = Workspace::find()?;
    let mut stop = StopSignal::listen()?;
    let _running = Running::only("test", &workspace.local_dir())?;
    let begun = std::time::Instant::now();
    let mut tally = Tally::default();
    let mut finished = Vec::new();
    for &check in &options.checks {
        println!("\n=== {}", check.name());
        let check_begun = std::time::Instant::now();
        let outcome = tokio::select! {
            outcome = checks::run(check, &workspace, &mut tally) => outcome,
            // Dropped, the check ends what it started.
            () = stop.asked() => bail!("stopped"),
        };
        let failure = outcome.err().map(|error| format!("{error:#}"));
        let seconds = check_begun.elapsed().as_secs_f32();
        match &failure {
            None => println!("=== {} passed in {seconds:.1} s", check.name()),
            Some(failure) => println!("=== {} FAILED in {seconds:.1} s: {failure}", check.name()),
        }
        finished.push(Finished { check, seconds, failure });
    }
    summarize(&finished, &tally, begun.elapsed().as_secs_f32())
}

fn summarize(finished: &[Finished], tally: &Tally, seconds: f32) -> Result<()> {
    println!();
    for Finished { check, seconds, failure } in finished {
        let verdict = if failure.is_some() { "FAILED" } else { "ok" };
        println!("check {:<7} ... {verdict} ({seconds:.1} s)", check.name());
    }
    let failed: Vec<&str> = finished.iter().filter(|one| one.failure.is_some()).map(|one| one.check.name()).collect();
    println!("\nall tests together:\n{}", tally.in_cargos_words(failed.is_empty(), seconds));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
