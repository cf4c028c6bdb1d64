//! Programs that are measured beside the functions.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use hookstep_local::Workspace;
use hookstep_local::lambdas::Profile;
use serde_json::Value;
use std::process::Stdio;
use tokio::process::Command;

pub(super) struct Examples {
    /// A function that does nothing.
    pub(super) empty_loop: PathBuf,
    /// A bare HTTP client.
    pub(super) bare_posts: PathBuf,
}

impl Examples {
    /// Compiles them as the functions are compiled.
    pub(super) async fn build(workspace: &Workspace, profile: Profile) -> Result<Self> {
        let output = Command::new("cargo")
            .args(["build", "--profile", profile.name(), "--package", "hookstep-lambdas"])
            .args(["--example", "empty_loop", "--example", "bare_posts"])
            .arg("--message-format=json-render-diagnostics")
            .current_dir(workspace.root())
            .stderr(Stdio::inherit())
            .output()
            .await
            .context("cannot run cargo")?;
        ensure!(output.status.success(), "the examples do not compile (see above)");
        let messages = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let messages = messages.map(serde_json::from_slice).collect::<Result<Vec<Value>, _>>()?;
        let executable = |name: &str| {
            let built =
                messages.iter().find(|message| message["target"]["name"] == name && message["executable"].is_string());
            let path = built
                .and_then(|message| message["executable"].as_str())
                .with_context(|| format!("there is no {name}"))?;
            Ok::<_, anyhow::Error>(PathBuf::from(path))
        };
        Ok(Self { empty_loop: executable("empty_loop")?, bare_posts: executable("bare_posts")? })
    }
}
