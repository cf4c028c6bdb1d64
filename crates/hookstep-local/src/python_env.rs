//! Private Python environments, made from hash-locked requirements files.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use tokio::process::Command;

const OLDEST_PYTHON: (u32, u32) = (3, 11);
/// Tried in this order; the first that is not too old is taken.
const PYTHONS: [&str; 5] = ["python3", "python3.13", "python3.12", "python3.11", "python"];
/// Written last, so that an environment without it is not finished.
const STAMP: &str = "hookstep-lock.sha256";
/// Lines of pip's output that an error shows.
const OUTPUT_LINES_SHOWN: usize = 12;
/// What pip says when it cannot reach the package index.
const NO_NETWORK: [&str; 8] = [
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname",
    "Network is unreachable",
    "ConnectTimeoutError",
    "ProxyError",
    // With retries switched off it says only that it found nothing.
    "(from versions: none)",
];

/// A virtual environment that holds exactly what a lock file names.
#[derive(Debug, Clone)]
pub struct PythonEnv {
    dir: PathBuf,
}

impl PythonEnv {
    /// Opens the environment in `dir`, and makes it first when it is missing or was made from another lock file.
    /// `progress` is told before the slow part.
    pub async fn prepare(dir: &Path, lock_file: &Path, progress: impl FnOnce()) -> Result<Self> {
        let env = Self { dir: dir.to_path_buf() };
        let lock = fs::read(lock_file).with_context(|| format!("cannot read {}", lock_file.display()))?;
        let stamp = hex::encode(Sha256::digest(lock));
        let parent = dir.parent().context("the environment needs a parent folder")?;
        fs::create_dir_all(parent)?;
        // Two commands that start together make it once.
        let guard = File::create(dir.with_extension("guard"))?;
        guard.lock()?;
        if env.is_made_from(&stamp) {
            return Ok(env);
        }
        progress();
        let python = find_python().await?;
        env.make(&python, lock_file).await?;
        fs::write(dir.join(STAMP), stamp)?;
        Ok(env)
    }

    /// Its interpreter.
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.dir.join("bin/python")
    }

    fn is_made_from(&self, stamp: &str) -> bool {
        // `exists` follows the link to the system's interpreter, which an upgrade may have removed.
        self.python().exists() && fs::read_to_string(self.dir.join(STAMP)).is_ok_and(|made_from| made_from == stamp)
    }

    async fn make(&self, python: &str, lock_file: &Path) -> Result<()> {
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir).with_context(|| format!("cannot remove {}", self.dir.display()))?;
        }
        let venv = Command::new(python).args(["-m", "venv"]).arg(&self.dir).output().await?;
        if !venv.status.success() {
            bail!(
                "{python} cannot make a virtual environment: install its venv module (Debian, Ubuntu: `apt install python3-venv`) and run this again.\n{}",
                last_lines(&[venv.stdout, venv.stderr].concat())
            );
        }
        let pip = Command::new(self.python())
            .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
            // The lock file is complete, and wheels run no code when they are installed.
            .args(["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r"])
            .arg(lock_file)
            .kill_on_drop(true)
            .output()
            .await?;
        if !pip.status.success() {
            bail!(explain_pip_failure(&[pip.stdout, pip.stderr].concat(), lock_file));
        }
        Ok(())
    }
}

fn explain_pip_failure(output: &[u8], lock_file: &Path) -> String {
    let text = String::from_utf8_lossy(output);
    let shown = last_lines(output);
    if NO_NETWORK.iter().any(|sign| text.contains(sign)) {
        format!(
            "the Python package index cannot be reached: the first run needs the network (or PIP_INDEX_URL naming a mirror), later ones do not.\n{shown}"
        )
    } else {
        format!("pip could not install {}:\n{shown}", lock_file.display())
    }
}

fn last_lines(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(OUTPUT_LINES_SHOWN)..].join("\n")
}

async fn find_python() -> Result<String> {
    let (major, minor) = OLDEST_PYTHON;
    let mut too_old = None;
    for name in PYTHONS {
        let asked = Command::new(name).args(["-c", "import sys; print(*sys.version_info[:2])"]).output().await;
        let answer = match asked {
            Ok(answer) if answer.status.success() => String::from_utf8_lossy(&answer.stdout).trim().to_owned(),
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot run {name}"));
            }
            _ => continue,
        };
        if parse_version(&answer).is_some_and(|version| version >= OLDEST_PYTHON) {
            return Ok(name.to_owned());
        }
        too_old.get_or_insert(format!("{name} is {}", answer.replace(' ', ".")));
    }
    match too_old {
        Some(found) => bail!(
            "the local engine needs Python {major}.{minor} or newer, and {found}: install a newer python3 and run this again"
        ),
        None => bail!(
            "the local engine needs Python {major}.{minor} or newer, and there is no python3 on the PATH: install it and run this again"
        ),
    }
}

fn parse_version(answer: &str) -> Option<(u32, u32)> {
    let (major, minor) = answer.split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(parse_version("3 9"), Some((3, 9)));
        assert!(parse_version("3 9") < Some(OLDEST_PYTHON));
        assert!(parse_version("3 13") > Some(OLDEST_PYTHON));
        assert_eq!(parse_version("Python"), None);
    }

    #[test]
    fn a_missing_network_is_named() {
        let lock = Path::new("engine.lock");
        let offline = b"WARNING: ... NewConnectionError: Failed to establish a new connection: [Errno -3]";
        assert!(explain_pip_failure(offline, lock).contains("needs the network"));
        let altered = b"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES";
        assert!(explain_pip_failure(altered, lock).starts_with("pip could not install engine.lock"));
    }
}
