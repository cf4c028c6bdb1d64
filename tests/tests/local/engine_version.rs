//! Another version of the engine, whose insides are not as `tools/local/engine_*.py` expect them, is refused at its start.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use hookstep_local::Workspace;
use hookstep_local::python_env::PythonEnv;
use hookstep_tests::unique;

/// Starts an interpreter as the engine's, with this in place of the engine, and returns what it says, if it does not start.
async fn refused(modules: &[(&str, &str)]) -> Result<Option<String>> {
    let workspace = Workspace::find()?;
    let venv = workspace.local_dir().join("venv");
    let python = PythonEnv::prepare(&venv, &workspace.tools_dir().join("engine.lock"), || ()).await?;
    let dir = std::env::temp_dir().join(unique("hookstep-engine"));
    for (file, text) in modules {
        let file = dir.join(file);
        fs::create_dir_all(file.parent().unwrap_or(Path::new("/")))?;
        fs::write(file, text)?;
    }
    let path = std::env::join_paths([workspace.tools_dir(), dir.clone()])?;
    let output = Command::new(python.python())
        .args(["-c", "pass"])
        .env("PYTHONPATH", path)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("HOOKSTEP_ENGINE", "1")
        .output()?;
    fs::remove_dir_all(&dir)?;
    Ok((!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned()))
}

#[tokio::test]
async fn an_engine_that_is_not_as_expected_does_not_start() -> Result<()> {
    let empty = refused(&[("ministack/__init__.py", "")]).await?.unwrap_or_default();
    assert!(empty.contains("do not fit this version of the engine: it has no ministack.core"), "{empty}");

    let renamed = [
        ("ministack/__init__.py", ""),
        ("ministack/core/__init__.py", ""),
        ("ministack/core/iam_actions.py", ""),
        ("ministack/services/__init__.py", ""),
        ("ministack/services/eventbridge.py", "def _create_connection(data, context): pass"),
        ("ministack/services/secretsmanager.py", ""),
    ];
    let renamed = refused(&renamed).await?.unwrap_or_default();
    assert!(renamed.contains("_create_connection takes ['data', 'context'] and not ['data']"), "{renamed}");
    Ok(())
}

#[tokio::test]
async fn the_engine_that_is_installed_is_as_expected() -> Result<()> {
    assert_eq!(refused(&[("unrelated.py", "")]).await?, None);
    Ok(())
}
