//! Calls a second of the management endpoints, inside the Lambda's code alone.

use anyhow::{Context as _, Result, ensure};
use hookstep_local::Workspace;
use tokio::process::Command;

/// Runs the benchmark of `hookstep-lambdas`, which prints its figures.
pub(super) async fn measure(workspace: &Workspace) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["run", "--quiet", "--release", "--package", "hookstep-lambdas", "--example", "crud_rate"])
        .current_dir(workspace.root());
    let status = command.status().await.context("cannot run cargo")?;
    ensure!(status.success(), "the benchmark of the management endpoints ended with {status}");
    Ok(())
}
