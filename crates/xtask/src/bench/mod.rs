//! `cargo xtask bench`: what a delivery costs, measured on the release binaries.
//!
//! Package sizes, the time from a process's start to its first call for work, peak memory, and what one small delivery takes
//! in states, invocations and log bytes, and in processor time beside a bare POST; memory for payloads of 50 and 500 MB; calls of KMS
//! for deliveries with secrets; how long events of the bus take to their webhooks, and 10,000 events of a replay; calls of the management endpoints a second.
//! Figures, not tests: nothing here fails for being slow.

mod cold_start;
mod cpu;
mod delivery;
mod examples;
mod fan_out;
mod keys;
mod management;
mod memory;
mod replay;

use std::fs;

use anyhow::{Context as _, Result};
use hookstep_local::lambdas::{self, FUNCTIONS, Profile};
use hookstep_local::python_env::PythonEnv;
use hookstep_local::{LocalStack, StackOptions, Workspace};

use crate::steps::Steps;
use examples::Examples;

pub(crate) async fn run() -> Result<()> {
    let workspace = Workspace::find()?;
    let steps = Steps::new();
    steps.begin("compile the Lambdas for release, prepare the local engine");
    let lock = workspace.tools_dir().join("engine.lock");
    let venv = workspace.local_dir().join("venv");
    let (python, bootstraps) =
        tokio::try_join!(PythonEnv::prepare(&venv, &lock, || ()), lambdas::build(&workspace, Profile::Release))?;
    let examples = Examples::build(&workspace, Profile::Release).await?;
    let deliver = FUNCTIONS.iter().zip(&bootstraps).find(|(name, _)| **name == "deliver").context("no deliver")?.1;

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
    let keys = keys::CountingProxy::start().await?;
    let mut options = StackOptions::empty(dir.clone());
    options.environment.insert("AWS_ENDPOINT_URL_KMS".to_owned(), keys.url());
    let stack = LocalStack::start(&workspace, &python, &options, &|name| steps.begin(name)).await?;
    keys.forward_to(&stack.stack().endpoint_url)?;
    steps.begin("deliver 2,000 small webhooks by each way, and count processor time");
    let processor = cpu::measure(stack.stack(), &dir, deliver, &examples).await;
    steps.begin("deliver small webhooks, and some of 50 and 500 MB");
    let measured = delivery::measure(stack.stack(), &dir).await;
    steps.begin("deliver a thousand webhooks with a secret, and count the calls of KMS");
    let key_calls = keys::measure(stack.stack(), &keys).await;
    steps.begin("find who wants an event of the bus among 100,000 webhooks, and bring one to 1,000");
    let fan_out = fan_out::measure(stack.stack()).await;
    steps.begin("replay 10,000 events");
    let replayed = replay::measure(stack.stack()).await;
    stack.stop().await?;
    steps.begin("call the management endpoints, with tables and keys in memory");
    management::measure(&workspace).await?;
    steps.end();

    println!("\nfunction        binary    zipped  start to first call, ms (min median max)  peak memory idle");
    for (name, binary, zipped, start) in starts {
        println!(
            "{name:<13} {binary:>8} {zipped:>9}  {:>8.1} {:>6.1} {:>6.1} {:>29} kB",
            start.fastest_ms, start.median_ms, start.slowest_ms, start.peak_kb
        );
    }
    println!("\n{}", measured?);
    println!("{}", processor?);
    println!("{}", key_calls?);
    println!("{}", fan_out?);
    println!("{}", replayed?);
    Ok(())
}
