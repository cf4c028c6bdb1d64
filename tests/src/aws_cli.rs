//! The AWS CLI against the engine: what a document tells people to type is tried as it stands.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use hookstep_local::Workspace;
use hookstep_local::aws::REGION;
use hookstep_local::python_env::PythonEnv;
use tokio::process::Command;

/// The engine's root user.
const ROOT: Credentials = Credentials { id: "test", secret: "test" };

/// Whose calls they are.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// The access key's id.
    pub id: &'a str,
    /// Its secret.
    pub secret: &'a str,
}

impl Default for Credentials<'_> {
    fn default() -> Self {
        ROOT
    }
}

/// What a script came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Whether all of its commands went well.
    pub ok: bool,
    /// What it printed.
    pub output: String,
    /// What it complained of.
    pub complaints: String,
}

/// The CLI, installed.
#[derive(Debug, Clone)]
pub struct AwsCli {
    programs: PathBuf,
    config: PathBuf,
    endpoint_url: String,
}

impl AwsCli {
    /// Installs the CLI in an environment of its own (`tools/cli`), once.
    pub async fn prepare(endpoint_url: &str) -> Result<Self> {
        let workspace = Workspace::find()?;
        let tool = workspace.root().join("tools/cli");
        let lock = tool.join("requirements.lock");
        let python = PythonEnv::prepare(&workspace.local_dir().join("venv-cli"), &lock, || ()).await?;
        let programs = python.python().parent().context("the interpreter is in a folder")?.to_path_buf();
        Ok(Self { programs, config: tool.join("config"), endpoint_url: endpoint_url.to_owned() })
    }

    /// Runs a script by bash as this caller, with these variables, and ends it at the first command that fails.
    pub async fn run(&self, caller: Credentials<'_>, variables: &[(&str, &str)], script: &str) -> Result<Ran> {
        let before = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(self.programs.clone()).chain(std::env::split_paths(&before));
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", script])
            .env_clear()
            .env("PATH", std::env::join_paths(path)?)
            .env("AWS_ENDPOINT_URL", &self.endpoint_url)
            .env("AWS_REGION", REGION)
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", caller.id)
            .env("AWS_SECRET_ACCESS_KEY", caller.secret)
            .env("AWS_CONFIG_FILE", &self.config)
            // Nothing of whoever runs the tests.
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_PAGER", "")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .context("bash is needed")?;
        Ok(Ran {
            ok: output.status.success(),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            complaints: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}
