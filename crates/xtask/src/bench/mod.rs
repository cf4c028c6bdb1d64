//! `cargo xtask bench`: what a delivery costs, measured on the release binaries.
//!
//! Package sizes, the time from a process's start to its first call for work, peak memory, and what one small delivery takes
//! in states, invocations and log bytes. Figures, not tests: nothing here fails for being slow.

mod cold_start;
mod delivery;
mod memory;

use std::fs;

use anyhow::Result;
use hookstep_local::lambdas::{self, FUNCTIONS, Profile};
use hookstep_local::python_env::PythonEnv;
use hookstep_local::{LocalStack, StackOptions, Workspace};

use crate::steps::Steps;

pub(crate) async fn run() -> Result<()> {
    let workspace = Workspace::find()?;
    let steps = Steps::new();
    steps.begin("compile the Lambdas for release, prepare the local engine");
    let lock = workspace.tools_dir().join("engine.lock");
    let venv = workspace.local_dir().join("venv");
    let (python, bootstraps) =
        tokio::try_join!(PythonEnv::prepare(&venv, &lock, || ()), lambdas::build(&workspace, Profile::Release))?;

    steps.begin("start each function, and wait for its first call for work");
    let mut starts = Vec::new();
    for (name, bootstrap) in FUNCTIONS.iter().zip(&bootstraps) {
        let zipped = lambdas::pack(bootstrap, lambdas::Compression::Best)?.len();
        let binary = fs::metadata(bootstrap)?.len();
        starts.push((name, binary, zipped, cold_start::measure(bootstrap).await?));
    }

    let dir = workspace.local_dir().join("bench");
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(&dir)?;
    let options = StackOptions::empty(dir.clone());
    let stack = LocalStack::start(&workspace, &python, &options, &|name| steps.begin(name)).await?;
    steps.begin("deliver small webhooks, and one of 50 MB");
    let measured = delivery::measure(stack.stack(), &dir).await;
    stack.stop().await?;
    steps.end();

    println!("\nfunction        binary    zipped  start to first call, ms (min median max)  peak memory idle");
    for (name, binary, zipped, start) in starts {
        println!(
            "{name:<13} {binary:>8} {zipped:>9}  {:>8.1} {:>6.1} {:>6.1} {:>29} kB",
            start.fastest_ms, start.median_ms, start.slowest_ms, start.peak_kb
        );
    }
    println!("\n{}", measured?);
    Ok(())
}
