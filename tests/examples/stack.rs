//! Keeps a stack for the end-to-end tests up until Enter or Ctrl-C, so that they can be run again and again while they are written:
//!
//! ```text
//! cargo run --profile quick -p hookstep-tests --example stack -- target/local/test/mine [--iam] [--jwt | --sign-in] [--static-ip]
//! HOOKSTEP_STACK=target/local/test/mine/stack.json cargo test --profile quick -p hookstep-tests
//! ```
//!
//! With `--jwt --static-ip` it takes tokens and has a static IP, as for the tests of `tenants` (and the bus is told of successes). With `--sign-in` it takes the tokens of an `OpenID` provider at which people sign in to the console. It deploys the Lambdas that are in `target/lambda` (`cargo xtask build` puts them there).

#![expect(clippy::print_stdout, reason = "a command line program talks through it")]

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use hookstep_local::python_env::PythonEnv;
use hookstep_local::{LocalStack, StackOptions, Trust, Workspace};

#[tokio::main]
async fn main() -> Result<()> {
    let dir = std::env::args().nth(1).context("name a folder for the stack")?;
    let dir = std::path::absolute(PathBuf::from(dir))?;
    std::fs::create_dir_all(&dir)?;
    let workspace = Workspace::find()?;
    let lock = workspace.tools_dir().join("engine.lock");
    let python = PythonEnv::prepare(&workspace.local_dir().join("venv"), &lock, || ()).await?;
    let is_asked = |option: &str| std::env::args().any(|argument| argument == option);
    let trust = match (is_asked("--jwt"), is_asked("--sign-in")) {
        (_, true) => Trust::SignIn,
        (true, _) => Trust::OwnIssuer,
        _ => Trust::OwnAuthority,
    };
    let options = StackOptions {
        enforce_iam: is_asked("--iam"),
        trust,
        static_ip_zones: u8::from(is_asked("--static-ip")),
        parameters: [("PublishSucceeded".to_owned(), is_asked("--jwt").to_string())].into(),
        ..StackOptions::empty(dir.clone())
    };
    let stack = LocalStack::start(&workspace, &python, &options, &|step| println!("{step}")).await?;
    let file = dir.join("stack.json");
    stack.stack().write(&file)?;
    println!("HOOKSTEP_STACK={}", file.display());
    std::io::stdin().read_line(&mut String::new())?;
    std::fs::remove_file(&file)?;
    stack.stop().await
}
