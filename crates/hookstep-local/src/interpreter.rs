//! moto's Step Functions: a second, independent interpreter for the same definitions.
//!
//! It interprets the ASL; the Lambdas and tables that the definition calls are the engine's. Where the engine is lenient the two
//! differ, and a path counts as tested when it passes on both.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::aws::ACCOUNT_ID;
use crate::ports::free_port;
use crate::process::ServerProcess;
use crate::python_env::PythonEnv;
use crate::workspace::Workspace;

const READY_WITHIN: Duration = Duration::from_mins(1);
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// A running moto server.
#[derive(Debug)]
pub struct Interpreter {
    process: ServerProcess,
    endpoint_url: String,
}

impl Interpreter {
    /// Starts it over the engine at `engine_url`. `name` keeps its files apart from those of others that run at the same time;
    /// `progress` is told before its Python environment is made.
    pub async fn start(workspace: &Workspace, engine_url: &str, name: &str, progress: impl FnOnce()) -> Result<Self> {
        let lock = workspace.tools_dir().join("interpreter.lock");
        let python = PythonEnv::prepare(&workspace.local_dir().join("venv-interpreter"), &lock, progress).await?;
        let engine_port = engine_url.rsplit_once(':').context("the engine's URL has no port")?.1;
        let port = free_port()?;
        let dir = workspace.local_dir().join("interpreter").join(name);
        fs::create_dir_all(&dir)?;

        let mut command = ServerProcess::python_module(&python, workspace, "moto.server", &dir);
        command
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .env("MOTO_PORT", engine_port)
            .env("MOTO_ACCOUNT_ID", ACCOUNT_ID)
            // Executions that start others are as in AWS then (tools/local/interpreter_starts.py).
            .env("HOOKSTEP_INTERPRETER", "1");
        let mut process = ServerProcess::spawn("second interpreter", command, &dir.join("interpreter.log"))?;
        let endpoint_url = format!("http://127.0.0.1:{port}");
        process.wait_until_answers(&format!("{endpoint_url}/moto-api/"), READY_WITHIN).await?;
        reqwest::Client::builder()
            .no_proxy()
            .build()?
            .post(format!("{endpoint_url}/moto-api/config"))
            .body(r#"{"stepfunctions":{"execute_state_machine":true}}"#)
            .send()
            .await?
            .error_for_status()
            .context("the second interpreter refused its configuration")?;
        Ok(Self { process, endpoint_url })
    }

    /// Where it answers Step Functions' calls.
    #[must_use]
    pub fn endpoint_url(&self) -> &str {
        &self.endpoint_url
    }

    /// Ends it.
    pub async fn stop(self) -> Result<()> {
        self.process.stop(STOP_WITHIN).await
    }
}
