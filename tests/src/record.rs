//! What is kept of a run for the search for leaks at its end.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::Result;
use hookstep_local::{api, secrets};

const ANSWERS: &str = "answers-";
const PLANTED: &str = "planted-";

/// The folder of the run's records, if it has one.
pub(crate) fn folder() -> Option<PathBuf> {
    env::var_os("HOOKSTEP_RECORD").map(PathBuf::from)
}

/// From now on this process records the API's answers and the secrets that it plants, if it is to. Each process has files of its own.
pub(crate) fn begin() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    api::record_answers_to(&folder.join(format!("{ANSWERS}{}", process::id())))?;
    secrets::register_in(&folder.join(format!("{PLANTED}{}", process::id())))
}

/// The files of answers, of all processes of the run.
pub(crate) fn answers(folder: &Path) -> Result<Vec<PathBuf>> {
    files(folder, ANSWERS)
}

/// The secrets that were planted, by all processes of the run.
pub(crate) fn planted(folder: &Path) -> Result<Vec<String>> {
    let mut planted = Vec::new();
    for file in files(folder, PLANTED)? {
        planted.extend(fs::read_to_string(file)?.lines().map(str::to_owned));
    }
    Ok(planted)
}

fn files(folder: &Path, prefix: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            files.push(entry.path());
        }
    }
    Ok(files)
}
