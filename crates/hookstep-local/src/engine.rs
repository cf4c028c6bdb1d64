//! `MiniStack`, which stands in for AWS.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::ports::{free_port, is_free};
use crate::process::ServerProcess;
use crate::python_env::PythonEnv;
use crate::workspace::Workspace;

const READY_WITHIN: Duration = Duration::from_mins(1);
/// Enough for its state to be written to a slow disk: the code of the Lambdas is in it.
const STOP_WITHIN: Duration = Duration::from_mins(2);

/// How to start the engine.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Its state, log and temporary files.
    pub dir: PathBuf,
    /// The port of 127.0.0.1; a free one when `None`.
    pub port: Option<u16>,
    /// Keep its state in `dir` from one run to the next; otherwise it begins empty and forgets everything.
    pub keep_state: bool,
    /// Check every call against the caller's IAM policies.
    pub enforce_iam: bool,
    /// More environment variables for it and for the Lambdas, which inherit them.
    pub extra_env: Vec<(String, OsString)>,
}

/// A running engine. Stop it with [`Engine::stop`]: dropping it ends it too, but blocks meanwhile.
#[derive(Debug)]
pub struct Engine {
    process: ServerProcess,
    port: u16,
}

impl Engine {
    /// Starts it and waits until it answers.
    pub async fn start(workspace: &Workspace, python: &PythonEnv, options: &EngineOptions) -> Result<Self> {
        let port = match options.port {
            Some(port) if !is_free(port) => bail!("port {port} of 127.0.0.1 is taken by another program"),
            Some(port) => port,
            None => free_port()?,
        };
        let dir = &options.dir;
        let temporary = dir.join("tmp");
        if temporary.exists() {
            fs::remove_dir_all(&temporary)?;
        }
        fs::create_dir_all(&temporary).with_context(|| format!("cannot make {}", temporary.display()))?;

        // Lambdas inherit this environment, so nothing of the caller's may be in it: no proxy, no credentials, no profile.
        let mut command = ServerProcess::python_module(python, workspace, "ministack", dir);
        command
            // Makes it do what AWS does and it does not: tools/local/sitecustomize.py.
            .env("HOOKSTEP_ENGINE", "1")
            .env("TMPDIR", &temporary)
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("AWS_ENDPOINT_URL", endpoint_url(port))
            .env("IOT_MTLS_ENABLED", "0")
            .env("SFTP_ENABLED", "0")
            .env("LAMBDA_EXECUTOR", "local")
            .env("STATE_DIR", dir.join("state"))
            .env("S3_DATA_DIR", dir.join("s3"))
            .envs(options.extra_env.iter().map(|(name, value)| (name, value)));
        if options.keep_state {
            command.env("PERSIST_STATE", "1").env("S3_PERSIST", "1");
        }
        if options.enforce_iam {
            command.env("AUTH", "true");
        }
        let mut process = ServerProcess::spawn("local engine", command, &dir.join("engine.log"))?;
        process.wait_until_answers(&format!("{}/_ministack/ready", endpoint_url(port)), READY_WITHIN).await?;
        Ok(Self { process, port })
    }

    /// Where it answers every AWS call.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        endpoint_url(self.port)
    }

    /// Its process id.
    #[must_use]
    pub fn process_id(&self) -> i32 {
        self.process.id()
    }

    /// Whether it has ended by itself, which it should not.
    pub fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }

    /// The end of its log.
    #[must_use]
    pub fn log_tail(&self) -> String {
        self.process.log_tail()
    }

    /// Ends it and its Lambdas; the state that it keeps is on disk afterwards.
    pub async fn stop(self) -> Result<()> {
        self.process.stop(STOP_WITHIN).await
    }
}

fn endpoint_url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
