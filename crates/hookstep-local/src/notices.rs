//! What Hookstep puts on the bus, judged by the schemas in `docs/schemas` and two libraries that know nothing of Hookstep.

use std::path::PathBuf;

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;
use tokio::process::Command;

use crate::json_lines::ask;
use crate::python_env::PythonEnv;
use crate::workspace::Workspace;

/// The libraries, installed, and the schemas.
#[derive(Debug, Clone)]
pub struct NoticeSchemas {
    python: PythonEnv,
    judge: PathBuf,
    schemas: PathBuf,
}

impl NoticeSchemas {
    /// Installs the libraries where they are not yet.
    pub async fn prepare(workspace: &Workspace) -> Result<Self> {
        let tools = workspace.root().join("tools/openapi");
        let venv = workspace.local_dir().join("venv-openapi");
        let python = PythonEnv::prepare(&venv, &tools.join("requirements.lock"), || ()).await?;
        let schemas = workspace.root().join("docs/schemas");
        Ok(Self { python, judge: tools.join("notices.py"), schemas })
    }

    /// What each library finds wrong with each `detail`, by the schema that its `type` names. An error where a schema is none,
    /// or its own examples are not valid by it.
    pub async fn faults(&self, details: &[Value]) -> Result<Vec<Vec<String>>> {
        #[derive(Deserialize)]
        struct Answer {
            faults: Vec<String>,
        }
        let mut command = Command::new(self.python.python());
        command.arg(&self.judge).arg(&self.schemas).env_clear().env("PYTHONDONTWRITEBYTECODE", "1");
        let answers: Vec<Answer> = ask(command, details).await?;
        Ok(answers.into_iter().map(|answer| answer.faults).collect())
    }
}
