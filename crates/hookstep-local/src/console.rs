//! Building the console, which lies in the package of the Lambda `api`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::node_env::NodeEnv;
use crate::workspace::Workspace;

/// The name of its folder beside the `bootstrap`.
pub const FOLDER: &str = "console";
/// The function that serves it.
pub const FUNCTION: &str = "api";
/// What of the source folder its build does not read: what npm and the build put there, and its browser tests.
const NO_INPUT: [&str; 3] = ["node_modules", "dist", "e2e"];
/// What it was built from; beside the function's folder, as everything in there is packed.
const STAMP: &str = "console.sha256";

/// Builds the console and puts it at `target/lambda/api/console`, where the function looks for it. Nothing is done where that
/// was made from the same sources.
pub async fn build(workspace: &Workspace) -> Result<()> {
    let source = workspace.root().join("console");
    let place = workspace.lambda_dir().join(FUNCTION).join(FOLDER);
    let stamp = workspace.lambda_dir().join(STAMP);
    let inputs = digest(&inputs(&source)?)?;
    fs::create_dir_all(workspace.lambda_dir())?;
    // Two commands that start together build it once.
    let guard = File::create(workspace.lambda_dir().join("console.guard"))?;
    guard.lock()?;
    if place.join("index.html").exists() && fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == inputs) {
        return Ok(());
    }
    let npm = NodeEnv::in_place(&source, || ()).await.context("the console can't be built")?;
    let built = npm.npm_run("build").output().await.context("cannot run npm: install Node 20 or newer with npm")?;
    if !built.status.success() {
        let said = [built.stdout, built.stderr].concat();
        bail!("the console does not build:\n{}", String::from_utf8_lossy(&said).trim());
    }
    install(&source.join("dist"), &place)?;
    fs::write(stamp, inputs)?;
    Ok(())
}

/// The files that the build reads, sorted.
fn inputs(source: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files = files_below(source)?;
    files.retain(|(name, _)| {
        let first = name.split('/').next().unwrap_or_default();
        !NO_INPUT.contains(&first) && !first.starts_with(".cache")
    });
    Ok(files)
}

/// Puts the files of a folder in the place of another.
fn install(from: &Path, to: &Path) -> Result<()> {
    let unfinished = to.with_extension("new");
    for old in [&unfinished, to] {
        if old.exists() {
            fs::remove_dir_all(old).with_context(|| format!("cannot remove {}", old.display()))?;
        }
    }
    for (name, file) in files_below(from)? {
        let copy = unfinished.join(name);
        fs::create_dir_all(copy.parent().context("a file is in a folder")?)?;
        fs::copy(file, copy)?;
    }
    fs::rename(&unfinished, to).with_context(|| format!("{} is empty", from.display()))
}

/// Every file below a folder, by its path in there with `/` between, sorted. Folders of packages are not looked into.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut left = vec![(String::new(), folder.to_path_buf())];
    while let Some((below, folder)) = left.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name().into_string().ok().context("a file has a name that is not Unicode")?;
            let path = format!("{below}{name}");
            match entry.file_type()? {
                kind if kind.is_dir() && name != "node_modules" => left.push((format!("{path}/"), entry.path())),
                kind if kind.is_file() => found.push((path, entry.path())),
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Of the names and the contents of files.
pub(crate) fn digest(files: &[(String, PathBuf)]) -> Result<String> {
    let mut digest = Sha256::new();
    for (name, file) in files {
        let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        digest.update((name.len() as u64).to_be_bytes());
        digest.update(name);
        digest.update((content.len() as u64).to_be_bytes());
        digest.update(content);
    }
    Ok(hex::encode(digest.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_what_the_build_reads_is_a_change_and_no_other_is() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("hookstep-console-inputs-{}", std::process::id()));
        let write = |name: &str, text: &str| -> Result<()> {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().context("a folder")?)?;
            Ok(fs::write(file, text)?)
        };
        let current = || digest(&inputs(&folder)?);
        write("package.json", "{}")?;
        write("src/main.tsx", "1")?;
        let before = current()?;
        for name in ["node_modules/x/index.js", "dist/index.html", "e2e/list.spec.ts"] {
            write(name, "2")?;
            assert_eq!(current()?, before, "{name}");
        }
        for name in ["src/main.tsx", "src/e2e/new.ts", "index.html"] {
            let before = current()?;
            write(name, "2")?;
            assert_ne!(current()?, before, "{name}");
        }
        fs::remove_dir_all(&folder)?;
        Ok(())
    }
}
