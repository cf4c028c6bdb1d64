//! The end-to-end tests, each time on a stack of their own that starts empty.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use hookstep_local::lambdas::{self, Profile};
use hookstep_local::python_env::PythonEnv;
use hookstep_local::{LocalStack, StackOptions, Workspace};

use super::cargo_test::{self, Tally};
use super::checks::{PROFILE, cargo};
use crate::steps::Steps;

/// Whether the engine checks every call against the caller's policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Iam {
    Ignored,
    Enforced,
}

/// Starts a stack on a free port, runs the tests against it, and stops it whatever they say. Its files stay in
/// `target/local/test/<name>` for whoever looks into a failure, until the next run.
pub(super) async fn run_tests(workspace: &Workspace, name: &str, iam: Iam, tally: &mut Tally) -> Result<()> {
    let dir = workspace.local_dir().join("test").join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(&dir)?;
    let steps = Steps::new();
    steps.begin("compile the Lambdas, prepare the local engine");
    let lock = workspace.tools_dir().join("engine.lock");
    let venv = workspace.local_dir().join("venv");
    let (python, _) =
        tokio::try_join!(PythonEnv::prepare(&venv, &lock, || ()), lambdas::build(workspace, Profile::Quick))?;
    let options = StackOptions {
        dir: dir.clone(),
        port: None,
        keep_state: false,
        enforce_iam: iam == Iam::Enforced,
        own_authority: true,
        parameters: BTreeMap::new(),
    };
    let stack = LocalStack::start(workspace, &python, &options, &|name| steps.begin(name)).await?;
    steps.end();
    let stack_file = dir.join("stack.json");
    stack.stack().write(&stack_file)?;

    let tested = run_on(workspace, &stack_file, iam, tally).await;
    fs::remove_file(&stack_file)?;
    // What the tests found matters more than how the engine ended.
    let stopped = stack.stop().await;
    tested.and(stopped)
}

async fn run_on(workspace: &Workspace, stack_file: &Path, iam: Iam, tally: &mut Tally) -> Result<()> {
    let test = |arguments: &[&str]| {
        let mut command = cargo(workspace, &["test", "--no-fail-fast", "--profile", PROFILE]);
        command.args(arguments).env("HOOKSTEP_STACK", stack_file);
        // They wait for slow receivers, not for the processor.
        command.env("RUST_TEST_THREADS", "16");
        command
    };
    match iam {
        Iam::Ignored => {
            let adapters = cargo_test::run(test(&["--package", "hookstep-aws", "--test", "engine"]), tally).await;
            let whole = cargo_test::run(test(&["--package", "hookstep-tests"]), tally).await;
            adapters.and(whole)
        }
        // The adapters' tests call as the engine's root user. The machines' tests replace the Lambdas, and of a machine's own
        // role the engine takes no notice.
        Iam::Enforced => cargo_test::run(test(&["--package", "hookstep-tests", "--test", "e2e"]), tally).await,
    }
}
