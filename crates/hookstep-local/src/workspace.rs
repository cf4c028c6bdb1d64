//! Where things are in the repository.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The checkout that this crate was built from.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the checkout: the parent of the folder `crates` that holds this crate.
    pub fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("the hookstep-local crate is not in a workspace")?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// The repository's root.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The SAM template that is deployed, locally and to AWS.
    #[must_use]
    pub fn template(&self) -> PathBuf {
        self.root.join("infra/template.yaml")
    }

    /// What the local stack keeps between runs.
    #[must_use]
    pub fn local_dir(&self) -> PathBuf {
        self.root.join("target/local")
    }

    /// One folder per Lambda, each with the `bootstrap` that the template's `CodeUri` names.
    #[must_use]
    pub fn lambda_dir(&self) -> PathBuf {
        self.root.join("target/lambda")
    }

    /// The lock files and the interpreter's start-up file of the local tools.
    #[must_use]
    pub fn tools_dir(&self) -> PathBuf {
        self.root.join("tools/local")
    }
}
