//! The end-to-end tests, each time on a stack of their own that starts empty.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use hookstep_local::lambdas::{self, Profile};
use hookstep_local::notices::NoticeSchemas;
use hookstep_local::python_env::PythonEnv;
use hookstep_local::verifiers::Verifiers;
use hookstep_local::{LocalStack, StackOptions, Trust, Workspace};

use super::cargo_test::{self, Tally};
use super::checks::{PROFILE, cargo};
use super::verdicts;
use crate::steps::Steps;

/// Which stack, and which tests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leg {
    /// Everything that needs a stack without authentication, and then the search for what it leaked.
    E2e,
    /// The end-to-end tests, with every call checked against the caller's policies.
    Iam,
    /// The tests of tenants, with tokens, and with every call checked against the caller's policies; and those of static IPs.
    Jwt,
    /// The tests of faults, which show their ledgers.
    Faults,
    /// The one of many events at once, with so many that it takes minutes.
    Storm,
}

const STORM_EVENTS: &str = "5000";

/// Starts a stack on a free port, runs the tests against it, and stops it whatever they say. Its files stay in
/// `target/local/test/<name>` for whoever looks into a failure, until the next run.
pub(super) async fn run_tests(workspace: &Workspace, name: &str, leg: Leg, tally: &mut Tally) -> Result<()> {
    let dir = workspace.local_dir().join("test").join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(&dir)?;
    let steps = Steps::new();
    steps.begin("compile the Lambdas, prepare the local engine and the libraries that verify signatures and notices");
    let lock = workspace.tools_dir().join("engine.lock");
    let venv = workspace.local_dir().join("venv");
    let (python, _, _, _) = tokio::try_join!(
        PythonEnv::prepare(&venv, &lock, || ()),
        Verifiers::prepare(workspace),
        NoticeSchemas::prepare(workspace),
        lambdas::build(workspace, Profile::Quick)
    )?;
    let options = StackOptions {
        enforce_iam: matches!(leg, Leg::Iam | Leg::Jwt),
        trust: if leg == Leg::Jwt { Trust::OwnIssuer } else { Trust::OwnAuthority },
        // Elsewhere it is refused, which is tested there.
        static_ip_zones: u8::from(leg == Leg::Jwt),
        // Elsewhere it would be a call of `trigger` for each delivery.
        parameters: if leg == Leg::Jwt { publish_succeeded() } else { BTreeMap::new() },
        ..StackOptions::empty(dir.clone())
    };
    let stack = LocalStack::start(workspace, &python, &options, &|name| steps.begin(name)).await?;
    steps.end();
    let stack_file = dir.join("stack.json");
    stack.stack().write(&stack_file)?;

    let tests = Tests { workspace, stack_file: &stack_file, record: &dir.join("record") };
    let tested = tests.run(leg, tally).await;
    print!("{}", verdicts::table(tests.record)?);
    fs::remove_file(&stack_file)?;
    // What the tests found matters more than how the engine ended.
    let stopped = stack.stop().await;
    tested.and(stopped)
}

/// The bus is told of successes too.
fn publish_succeeded() -> BTreeMap<String, String> {
    [("PublishSucceeded".to_owned(), "true".to_owned())].into()
}

/// What the tests are told.
struct Tests<'a> {
    workspace: &'a Workspace,
    stack_file: &'a Path,
    /// Where they record what they were answered and which secrets they used.
    record: &'a Path,
}

impl Tests<'_> {
    async fn run(&self, leg: Leg, tally: &mut Tally) -> Result<()> {
        match leg {
            Leg::E2e => {
                let adapters = self.cargo_test(&["--package", "hookstep-aws", "--test", "engine"], tally).await;
                let whole = self.cargo_test(&["--package", "hookstep-tests"], tally).await;
                adapters.and(whole).and(self.search_for_leaks(tally).await)
            }
            // The adapters' tests call as the engine's root user. The machines' tests replace the Lambdas, and of a machine's own
            // role the engine takes no notice.
            Leg::Iam => self.cargo_test(&["--package", "hookstep-tests", "--test", "e2e"], tally).await,
            Leg::Faults => {
                self.cargo_test(&["--package", "hookstep-tests", "--test", "faults", "--", "--show-output"], tally)
                    .await
            }
            Leg::Storm => {
                let arguments = ["--package", "hookstep-tests", "--test", "faults", "--", "--show-output", "storm"];
                self.run_cargo_test(&arguments, &[("HOOKSTEP_STORM_EVENTS", STORM_EVENTS)], tally).await
            }
            Leg::Jwt => {
                let tenants = self.cargo_test(&["--package", "hookstep-tests", "--test", "tenants"], tally).await;
                tenants.and(self.search_for_leaks(tally).await)
            }
        }
    }

    /// After all others, because it searches what they left.
    async fn search_for_leaks(&self, tally: &mut Tally) -> Result<()> {
        self.cargo_test(&["--package", "hookstep-tests", "--test", "leaks"], tally).await
    }

    async fn cargo_test(&self, arguments: &[&str], tally: &mut Tally) -> Result<()> {
        self.run_cargo_test(arguments, &[], tally).await
    }

    async fn run_cargo_test(&self, arguments: &[&str], environment: &[(&str, &str)], tally: &mut Tally) -> Result<()> {
        let mut command = cargo(self.workspace, &["test", "--no-fail-fast", "--profile", PROFILE]);
        command.args(arguments).env("HOOKSTEP_STACK", self.stack_file).env("HOOKSTEP_RECORD", self.record);
        // They wait for slow receivers, not for the processor.
        command.env("RUST_TEST_THREADS", "16").envs(environment.iter().copied());
        cargo_test::run(command, tally).await
    }
}
