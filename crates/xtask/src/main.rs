//! Developer commands: `cargo xtask up`, `cargo xtask test`, `cargo xtask build`, `cargo xtask openapi`, `cargo xtask bench`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program talks through them")]
#![expect(clippy::disallowed_methods, reason = "it measures and waits on the developer's machine")]

mod args;
mod bench;
mod build;
mod openapi;
mod running;
mod steps;
mod stop_signal;
mod test;
mod up;

use std::process::ExitCode;

use args::Command;

#[tokio::main]
async fn main() -> ExitCode {
    let command = match args::parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("{error}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    let result = match command {
        Command::Help => {
            println!("{}", args::USAGE);
            Ok(())
        }
        Command::Up(options) => up::run(options).await,
        Command::Test(options) => test::run(&options).await,
        Command::Build(profile) => build::run(profile).await,
        Command::Openapi => openapi::run().await,
        Command::Bench => bench::run().await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
