//! The console: its own checks, and then in a real browser on two stacks of its own.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use hookstep_local::lambdas::{self, Profile};
use hookstep_local::node_env::NodeEnv;
use hookstep_local::python_env::PythonEnv;
use hookstep_local::verifiers::Verifiers;
use hookstep_local::{LocalStack, StackOptions, Trust, Workspace};
use tokio::process::Command;

use super::cargo_test::{self, Tally};
use crate::steps::Steps;

const CONSOLE: &str = "console";
/// A package of its own, so that building the console needs none of what it is tested with.
const BROWSER_TESTS: &str = "console/e2e";
/// Scripts of the console's `package.json`, the quickest first. That it builds, and is small enough, is seen where the Lambdas are built.
const SCRIPTS: [&str; 3] = ["lint", "check", "test"];
/// Has the tests of the console fail where what they need is missing, instead of leaving them out.
const SKIP_NOTHING: (&str, &str) = ("HOOKSTEP_SKIP_NOTHING", "1");

/// Runs the console's scripts, and then the browser's tests: without authentication, and where people sign in at an `OpenID` provider.
/// What they leave is in `target/local/test/<name>`, and what the browser saw of a failure in `target/console/e2e`.
pub(super) async fn run(workspace: &Workspace, name: &str, tally: &mut Tally) -> Result<()> {
    let dir = workspace.local_dir().join("test").join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(&dir)?;
    let steps = Steps::new();
    steps.begin("install the packages of the console and its tests");
    let console = NodeEnv::in_place(&workspace.root().join(CONSOLE), || ()).await?;
    let tests = NodeEnv::in_place(&workspace.root().join(BROWSER_TESTS), || ()).await?;
    // Says what is missing before anything slow is done.
    succeed(tests.npm_run("browser")).await?;
    // What the code that verifies signatures is run with.
    Verifiers::prepare(workspace).await?;
    for script in SCRIPTS {
        steps.begin(&format!("npm run {script}"));
        let mut command = console.npm_run(script);
        command.env(SKIP_NOTHING.0, SKIP_NOTHING.1);
        succeed(command).await?;
    }
    steps.begin("check the types of the browser's tests");
    succeed(tests.npm_run("check")).await?;

    steps.begin("compile the Lambdas, build the console, prepare the local engine");
    let lock = workspace.tools_dir().join("engine.lock");
    let venv = workspace.local_dir().join("venv");
    let (python, _) =
        tokio::try_join!(PythonEnv::prepare(&venv, &lock, || ()), lambdas::build(workspace, Profile::Quick))?;
    steps.end();
    let open = on_stack(workspace, &python, &tests, &dir.join("open"), Trust::OwnAuthority, tally).await;
    let signed_in = on_stack(workspace, &python, &tests, &dir.join("sign-in"), Trust::SignIn, tally).await;
    open.and(signed_in)
}

/// Starts a stack, lets the browser's tests for its kind run on it, and stops it whatever they say.
async fn on_stack(
    workspace: &Workspace,
    python: &PythonEnv,
    tests: &NodeEnv,
    dir: &Path,
    trust: Trust,
    tally: &mut Tally,
) -> Result<()> {
    fs::create_dir_all(dir)?;
    let steps = Steps::new();
    // With tokens, every call is checked against the function's policies too.
    let enforce_iam = trust == Trust::SignIn;
    let options = StackOptions { trust, enforce_iam, ..StackOptions::empty(dir.to_path_buf()) };
    let stack = LocalStack::start(workspace, python, &options, &|name| steps.begin(name)).await?;
    steps.end();
    let stack_file = dir.join("stack.json");
    stack.stack().write(&stack_file)?;
    let mut playwright = tests.tool("playwright");
    playwright.arg("test").env("HOOKSTEP_STACK", &stack_file);
    let tested = cargo_test::run(playwright, tally).await;
    fs::remove_file(&stack_file)?;
    let stopped = stack.stop().await;
    tested.and(stopped)
}

async fn succeed(mut command: Command) -> Result<()> {
    let shown = format!("{:?}", command.as_std());
    let status = command.status().await?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(())
}
