//! npm packages, installed from package-lock files: into private folders, or beside the programs that use them.

use std::env;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use tokio::process::Command;

const OLDEST_NODE: u32 = 20;
const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];
/// Written last, so that an environment without it is not finished.
const STAMP: &str = "hookstep-lock.sha256";

/// A folder with exactly the packages that a lock file names.
#[derive(Debug, Clone)]
pub struct NodeEnv {
    dir: PathBuf,
}

impl NodeEnv {
    /// Opens the environment in `dir`, and makes it first when it is missing or was made from other manifests than those in
    /// `source`. `progress` is told before the slow part.
    pub async fn prepare(dir: &Path, source: &Path, progress: impl FnOnce()) -> Result<Self> {
        let env = Self { dir: dir.to_path_buf() };
        let wanted = digest(source)?;
        fs::create_dir_all(dir.parent().context("the environment needs a parent folder")?)?;
        // Two commands that start together make it once.
        let guard = File::create(dir.with_extension("guard"))?;
        guard.lock()?;
        let stamp = dir.join(STAMP);
        if is_made_from(&stamp, &wanted) {
            return Ok(env);
        }
        progress();
        check_version().await?;
        if dir.exists() {
            fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
        }
        fs::create_dir_all(dir)?;
        for name in MANIFESTS {
            fs::copy(source.join(name), dir.join(name))?;
        }
        env.install().await?;
        fs::write(stamp, wanted)?;
        Ok(env)
    }

    /// Opens the packages in `dir/node_modules`, and installs them first when they are missing or not those of the manifests in `dir`:
    /// for programs of many files. `progress` is told before the slow part.
    pub async fn in_place(dir: &Path, progress: impl FnOnce()) -> Result<Self> {
        let env = Self { dir: dir.to_path_buf() };
        let wanted = digest(dir)?;
        let guard = File::open(dir.join(MANIFESTS[0]))?;
        guard.lock()?;
        let stamp = dir.join("node_modules").join(STAMP);
        if is_made_from(&stamp, &wanted) {
            return Ok(env);
        }
        progress();
        check_version().await?;
        env.install().await?;
        fs::write(stamp, wanted)?;
        Ok(env)
    }

    /// A command that runs this script of `package.json`, in the caller's environment.
    #[must_use]
    pub fn npm_run(&self, script: &str) -> Command {
        let mut command = Command::new("npm");
        command.args(["run", "--silent", script]).current_dir(&self.dir).kill_on_drop(true);
        command
    }

    /// Puts a program where it finds the packages, and returns a command that runs it. Of the caller's environment it gets the search
    /// path only.
    pub fn program(&self, file: &Path) -> Result<Command> {
        let name = file.file_name().context("the program has no name")?;
        let (source, installed) = (fs::read(file)?, self.dir.join(name));
        if fs::read(&installed).ok().as_deref() != Some(&source[..]) {
            // Renamed into its place: another process may be about to run it.
            let unfinished = self.dir.join(format!("{}.{}", name.to_string_lossy(), std::process::id()));
            fs::write(&unfinished, source)?;
            fs::rename(unfinished, &installed)?;
        }
        let mut command = Command::new("node");
        command.arg(installed).env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
        Ok(command)
    }

    /// A command that runs this program of a package, in the caller's environment.
    #[must_use]
    pub fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.dir.join("node_modules/.bin").join(name));
        command.current_dir(&self.dir).kill_on_drop(true);
        command
    }

    async fn install(&self) -> Result<()> {
        let npm = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&self.dir)
            .kill_on_drop(true)
            .output()
            .await
            .context("cannot run npm: install Node 20 or newer with npm")?;
        if !npm.status.success() {
            bail!(
                "npm could not install {}; the first run needs the network:\n{}",
                self.dir.join(MANIFESTS[1]).display(),
                String::from_utf8_lossy(&npm.stderr).trim()
            );
        }
        Ok(())
    }
}

/// Of the manifests in this folder.
fn digest(dir: &Path) -> Result<String> {
    let mut digest = Sha256::new();
    for name in MANIFESTS {
        let file = dir.join(name);
        digest.update(fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(hex::encode(digest.finalize()))
}

fn is_made_from(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|made_from| made_from == wanted)
}

async fn check_version() -> Result<()> {
    let asked = Command::new("node").arg("--version").output().await;
    let version = match asked {
        Ok(answer) if answer.status.success() => String::from_utf8_lossy(&answer.stdout).trim().to_owned(),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).context("cannot run node"),
        _ => bail!(
            "Node {OLDEST_NODE} or newer is needed, and there is no node on the PATH: install it and run this again"
        ),
    };
    if major(&version).is_none_or(|major| major < OLDEST_NODE) {
        bail!("Node {OLDEST_NODE} or newer is needed, and node is {version}: install a newer one and run this again");
    }
    Ok(())
}

/// The first number of a version such as `v20.1.0`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v8.1.0"), Some(8));
        assert_eq!(major("20"), None);
    }
}
