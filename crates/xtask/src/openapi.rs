//! `cargo xtask openapi`: writes the API's document.

use anyhow::{Context as _, Result, bail};
use hookstep_local::Workspace;
use tokio::process::Command;

pub(crate) async fn run() -> Result<()> {
    let workspace = Workspace::find()?;
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--profile", "quick", "--package", "hookstep-lambdas", "--example", "openapi"]);
    let status = cargo.current_dir(workspace.root()).status().await.context("cannot run cargo")?;
    if !status.success() {
        bail!("cargo ended with {status}");
    }
    println!("crates/hookstep-lambdas/openapi.json is written");
    Ok(())
}
