//! `cargo xtask up`: Hookstep on this machine, from nothing to the first delivered webhook.

mod first_webhook;
mod sample;
mod show;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use hookstep_local::api::Api;
use hookstep_local::python_env::PythonEnv;
use hookstep_local::receiver::Receiver;
use hookstep_local::{LocalStack, StackOptions, Workspace, lambdas};
use tokio::time::interval;

use crate::running::Running;
use crate::steps::Steps;
use crate::stop_signal::StopSignal;
use sample::Sample;

const DEFAULT_PORT: u16 = 4566;
const ENGINE_CHECK_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, PartialEq)]
pub(crate) struct UpOptions {
    /// The engine's port.
    pub(crate) port: u16,
}

impl Default for UpOptions {
    fn default() -> Self {
        Self { port: DEFAULT_PORT }
    }
}

/// What is up.
struct Up {
    stack: LocalStack,
    receiver: Receiver,
    stack_file: PathBuf,
}

/// Starts everything, and stays until it is told to stop.
pub(crate) async fn run(options: UpOptions) -> Result<()> {
    let workspace = Workspace::find()?;
    let mut stop = StopSignal::listen()?;
    let _running = Running::only("up", &workspace.local_dir())?;
    check_port(options.port)?;

    let steps = Steps::new();
    let mut up = tokio::select! {
        up = start(&workspace, &options, &steps) => up?,
        () = stop.asked() => {
            println!("\nstopped before it was ready");
            return Ok(());
        }
    };
    let ended = tokio::select! {
        ended = watch(&mut up) => ended,
        () = stop.asked() => Ok(()),
    };
    println!("\nstopping ...");
    up.stop().await?;
    ended?;
    println!("stopped; webhooks and events are kept for the next `cargo xtask up` (`rm -r target/local` forgets them)");
    Ok(())
}

fn check_port(port: u16) -> Result<()> {
    if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        bail!(
            "the local engine cannot have port {port} of 127.0.0.1 ({error}): end the program that has it, or choose another with `cargo xtask up --port {}`",
            port.wrapping_add(100).max(1024)
        );
    }
    Ok(())
}

async fn start(workspace: &Workspace, options: &UpOptions, steps: &Steps) -> Result<Up> {
    let stack_file = workspace.local_dir().join("stack.json");
    remove_file(&stack_file)?;
    println!("Starting Hookstep. The first time takes minutes, later ones seconds.");

    steps.begin("compile the Lambdas, prepare the local engine");
    let lock = workspace.tools_dir().join("engine.lock");
    let venv = workspace.local_dir().join("venv");
    let (python, _) =
        tokio::try_join!(PythonEnv::prepare(&venv, &lock, || ()), lambdas::build(workspace, lambdas::Profile::Quick))?;

    let stack_options = StackOptions {
        port: Some(options.port),
        keep_state: true,
        ..StackOptions::empty(workspace.local_dir().join("up"))
    };
    let stack = LocalStack::start(workspace, &python, &stack_options, &|name| steps.begin(name)).await?;

    steps.begin("start the sample receiver, create the sample webhook");
    let api = Api::new(&stack.stack().api_url)?;
    let Sample { receiver, webhook } = sample::start(&api).await?;

    steps.begin("deliver a first webhook, and wait for its outcome");
    let sync = first_webhook::deliver_sync(&api, &webhook, &receiver).await?;
    steps.begin("deliver another without waiting");
    let background = first_webhook::deliver_async(&api, &webhook, &receiver).await?;
    steps.end();

    let mut description = stack.stack().clone();
    description.receiver_url = Some(receiver.url(""));
    description.write(&stack_file)?;
    show::delivery("Asked to wait, the trigger answered with the outcome:", &sync);
    show::delivery("Asked not to, it answered at once, and the event was delivered a moment later:", &background);
    show::ready(&description, &webhook, &stack_file, steps.seconds());
    Ok(Up { stack, receiver, stack_file })
}

/// Shows what the receiver gets. Returns only when the engine has ended by itself.
async fn watch(up: &mut Up) -> Result<()> {
    let mut seen = up.receiver.requests().len() as u64;
    let mut check = interval(ENGINE_CHECK_EVERY);
    loop {
        tokio::select! {
            Some((number, request)) = up.receiver.next_after(seen) => {
                seen = number;
                show::arrival(&request);
            }
            _ = check.tick() => if up.stack.engine().has_ended() {
                bail!("the local engine has ended by itself:\n{}", up.stack.engine().log_tail());
            },
        }
    }
}

impl Up {
    async fn stop(self) -> Result<()> {
        remove_file(&self.stack_file)?;
        // The engine first: a delivery under way may still reach the receiver.
        let stopped = self.stack.stop().await;
        self.receiver.stop().await;
        stopped
    }
}

fn remove_file(path: &std::path::Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
