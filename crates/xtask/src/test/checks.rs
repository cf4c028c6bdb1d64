//! The checks.

use anyhow::{Context as _, Result, bail};
use hookstep_local::Workspace;
use tokio::process::Command;

use super::cargo_test::{self, Tally};
use super::{Check, console, openapi, stacks};

/// The profile of everything that is compiled here, so that it is compiled once.
pub(super) const PROFILE: &str = "quick";
/// Checks the dependencies.
const POLICY_CHECK: &str = "tools/lint/rust-policy";
/// Checks the template and the state machines.
const INFRA_CHECK: &str = "infra/check";

pub(super) async fn run(check: Check, workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    match check {
        Check::Fmt => succeed(cargo(workspace, &["fmt", "--all", "--check"])).await,
        Check::Clippy => {
            let arguments = ["clippy", "--workspace", "--all-targets", "--profile", PROFILE, "--", "-D", "warnings"];
            succeed(cargo(workspace, &arguments)).await?;
            // Not among all targets, because they run on a stack of their own kind only.
            for (package, test) in [
                ("hookstep-aws", "engine"),
                ("hookstep-tests", "tenants"),
                ("hookstep-tests", "faults"),
                ("hookstep-tests", "leaks"),
            ] {
                let target = ["clippy", "--package", package, "--test", test];
                succeed(cargo(workspace, &[&target[..], &["--profile", PROFILE, "--", "-D", "warnings"]].concat()))
                    .await?;
            }
            Ok(())
        }
        Check::Policy => script(workspace, POLICY_CHECK).await,
        Check::Unit => {
            let arguments =
                ["test", "--no-fail-fast", "--workspace", "--exclude", "hookstep-tests", "--profile", PROFILE];
            cargo_test::run(cargo(workspace, &arguments), tally).await
        }
        Check::Infra => script(workspace, INFRA_CHECK).await,
        Check::E2e => stacks::run_tests(workspace, check.name(), stacks::Leg::E2e, tally).await,
        Check::Iam => stacks::run_tests(workspace, check.name(), stacks::Leg::Iam, tally).await,
        Check::Jwt => stacks::run_tests(workspace, check.name(), stacks::Leg::Jwt, tally).await,
        Check::Faults => stacks::run_tests(workspace, check.name(), stacks::Leg::Faults, tally).await,
        Check::Storm => stacks::run_tests(workspace, check.name(), stacks::Leg::Storm, tally).await,
        Check::Openapi => openapi::run(workspace, check.name()).await,
        Check::Console => console::run(workspace, check.name(), tally).await,
    }
}

pub(super) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(workspace.root());
    command
}

async fn succeed(mut command: Command) -> Result<()> {
    let shown = command.as_std().get_program().to_string_lossy().into_owned();
    let status = command.kill_on_drop(true).status().await.with_context(|| format!("cannot run {shown}"))?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(())
}

/// Runs a script of the repository, which installs what it needs and explains what it lacks.
async fn script(workspace: &Workspace, path: &str) -> Result<()> {
    let script = workspace.root().join(path);
    if !script.exists() {
        bail!("{path} is missing from this checkout");
    }
    let mut command = Command::new(script);
    command.current_dir(workspace.root());
    succeed(command).await
}
