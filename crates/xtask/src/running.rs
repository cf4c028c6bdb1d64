//! One of each command at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// Holds a lock file until it is dropped, or until the process is gone, however it went.
#[derive(Debug)]
pub(crate) struct Running {
    _file: File,
}

impl Running {
    /// Takes the lock, or says which process has it.
    pub(crate) fn only(command: &str, dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let path = dir.join(format!("{command}.lock"));
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                bail!(
                    "another `cargo xtask {command}` is running in this checkout (process {}): use it, or stop it with Ctrl-C",
                    holder.trim()
                );
            }
            Err(TryLockError::Error(error)) => return Err(error).context("cannot lock")?,
        }
        file.set_len(0)?;
        write!(file, "{}", std::process::id())?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_of_the_first() -> Result<()> {
        let dir = std::env::temp_dir().join(format!("hookstep-running-{}", std::process::id()));
        let first = Running::only("up", &dir)?;
        let error = Running::only("up", &dir).expect_err("the first has it");
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
        Running::only("test", &dir)?;
        drop(first);
        Running::only("up", &dir)?;
        fs::remove_dir_all(&dir)?;
        Ok(())
    }
}
