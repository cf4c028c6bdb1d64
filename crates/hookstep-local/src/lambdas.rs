//! Building the Lambda binaries and packing them.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use tokio::process::Command;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::console;
use crate::workspace::Workspace;

const PACKAGE: &str = "hookstep-lambdas";
/// The Lambdas' names, which are their binaries' names too.
pub const FUNCTIONS: [&str; 8] =
    ["trigger", "fetch-config", "deliver", "status-update", "api", "replay", "reconcile", "stats"];

/// How to compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Fast to build: for the local stack and the tests.
    Quick,
    /// Small: for deployment and for measuring.
    Release,
}

impl Profile {
    /// Cargo's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Release => "release",
        }
    }
}

/// How hard to try to make a package small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Hardly: locally nobody downloads it.
    Fast,
    /// As the size counts.
    Best,
}

/// Compiles the Lambdas and puts each at `target/lambda/<name>/bootstrap`, where the template's `CodeUri` points. Returns the
/// files in the order of [`FUNCTIONS`]. A file whose content is the same is left as it is. The console is built beside.
pub async fn build(workspace: &Workspace, profile: Profile) -> Result<Vec<PathBuf>> {
    let mut command = Command::new("cargo");
    command.args(["build", "--profile", profile.name(), "--package", PACKAGE]);
    if profile == Profile::Quick {
        // Nothing of it is built, but its features count, so that what is compiled for xtask is used again.
        command.args(["--package", env!("CARGO_PKG_NAME")]);
    }
    let compile = command
        .args(FUNCTIONS.iter().flat_map(|name| ["--bin", name]))
        .arg("--message-format=json-render-diagnostics")
        .current_dir(workspace.root())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output();
    let (cargo, console) = tokio::join!(compile, console::build(workspace));
    let cargo = cargo.context("cannot run cargo")?;
    if !cargo.status.success() {
        bail!("the Lambdas do not compile (see above)");
    }
    let built = executables(&cargo.stdout)?;
    let mut bootstraps = Vec::new();
    for name in FUNCTIONS {
        let executable =
            built.iter().find(|built| built.name == name).with_context(|| format!("{PACKAGE} has no binary {name}"))?;
        let bootstrap = workspace.lambda_dir().join(name).join("bootstrap");
        install(&executable.path, &bootstrap)?;
        bootstraps.push(bootstrap);
    }
    console?;
    Ok(bootstraps)
}

/// A deployment package with this one binary as its `bootstrap`, and the console where that lies beside it. The same files always
/// give the same bytes.
pub fn pack(bootstrap: &Path, compression: Compression) -> Result<Vec<u8>> {
    let binary = fs::read(bootstrap).with_context(|| format!("cannot read {}", bootstrap.display()))?;
    let level = match compression {
        Compression::Fast => 1,
        Compression::Best => 9,
    };
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(level))
        .unix_permissions(0o755);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bootstrap", options)?;
    archive.write_all(&binary)?;
    for (name, file) in beside(bootstrap)? {
        archive.start_file(name, options.unix_permissions(0o644))?;
        archive.write_all(&fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// What the package of this binary holds beside it, by path.
fn beside(bootstrap: &Path) -> Result<Vec<(String, PathBuf)>> {
    let folder = bootstrap.with_file_name(console::FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let files = console::files_below(&folder)?;
    Ok(files.into_iter().map(|(name, file)| (format!("{}/{name}", console::FOLDER), file)).collect())
}

/// Tells one package from another, without making it.
pub fn digest(bootstrap: &Path) -> Result<String> {
    let mut files = vec![("bootstrap".to_owned(), bootstrap.to_path_buf())];
    files.extend(beside(bootstrap)?);
    console::digest(&files)
}

struct Executable {
    name: String,
    path: PathBuf,
}

/// Reads cargo's messages, one JSON object a line.
fn executables(messages: &[u8]) -> Result<Vec<Executable>> {
    #[derive(Deserialize)]
    struct Message {
        target: Option<Target>,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
    }
    let mut found = Vec::new();
    for line in messages.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let message: Message = serde_json::from_slice(line).context("cargo wrote a message that is not JSON")?;
        if let (Some(target), Some(path)) = (message.target, message.executable) {
            found.push(Executable { name: target.name, path });
        }
    }
    Ok(found)
}

fn install(executable: &Path, bootstrap: &Path) -> Result<()> {
    let binary = fs::read(executable).with_context(|| format!("cannot read {}", executable.display()))?;
    if fs::read(bootstrap).is_ok_and(|installed| installed == binary) {
        return Ok(());
    }
    let folder = bootstrap.parent().context("the bootstrap has no folder")?;
    fs::create_dir_all(folder)?;
    let unfinished = folder.join("bootstrap.new");
    fs::copy(executable, &unfinished)?;
    fs::rename(&unfinished, bootstrap)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executables_are_found_among_cargos_messages() -> Result<()> {
        let messages = br#"{"reason":"compiler-artifact","target":{"name":"hookstep_core"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"api"},"executable":"/t/api"}
{"reason":"build-finished","success":true}
"#;
        let found = executables(messages)?;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name.as_str(), found[0].path.as_path()), ("api", Path::new("/t/api")));
        Ok(())
    }

    #[test]
    fn a_package_holds_an_executable_bootstrap_and_the_console_and_is_reproducible() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("hookstep-pack-{}", std::process::id()));
        let file = folder.join("bootstrap");
        fs::create_dir_all(folder.join("console/assets"))?;
        fs::write(&file, b"binary")?;
        let alone = digest(&file)?;
        fs::write(folder.join("console/assets/index.js"), b"script")?;
        let (first, second) = (pack(&file, Compression::Fast)?, pack(&file, Compression::Fast)?);
        assert_ne!(digest(&file)?, alone);
        fs::remove_dir_all(&folder)?;
        assert_eq!(first, second);
        let mut archive = zip::ZipArchive::new(Cursor::new(first))?;
        assert_eq!(archive.by_name("bootstrap")?.unix_mode().map(|mode| mode & 0o777), Some(0o755));
        assert_eq!(archive.by_name("console/assets/index.js")?.size(), 6);
        Ok(())
    }
}
