//! Peak memory of processes, as the kernel keeps it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The most memory that a process has held so far, in kB.
pub(super) fn peak_kb(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel tells no peak")?;
    let number = line.trim().trim_end_matches("kB").trim();
    number.parse().with_context(|| format!("{number} is not a number of kB"))
}

/// The peak of each function's processes whose binary lies in `dir`, by the function's name.
pub(super) fn peaks_of_functions(dir: &Path) -> Result<BTreeMap<String, u64>> {
    let mut peaks = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let entry = entry?;
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        // A process may end while it is looked at.
        let Ok(binary) = fs::read_link(entry.path().join("exe")) else { continue };
        let Ok(environment) = fs::read(entry.path().join("environ")) else { continue };
        if !binary.starts_with(dir) {
            continue;
        }
        let name = environment
            .split(|byte| *byte == 0)
            .filter_map(|variable| std::str::from_utf8(variable).ok())
            .find_map(|variable| variable.strip_prefix("AWS_LAMBDA_FUNCTION_NAME="));
        if let (Some(name), Ok(peak)) = (name, peak_kb(pid)) {
            let most = peaks.entry(name.to_owned()).or_default();
            *most = peak.max(*most);
        }
    }
    Ok(peaks)
}
