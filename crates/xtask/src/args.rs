//! The command line.

use hookstep_local::lambdas::Profile;
use lexopt::prelude::*;

use crate::test::{Check, TestOptions};
use crate::up::UpOptions;

pub(crate) const USAGE: &str = "\
Usage: cargo xtask <command>

  up [--port <port>]       run Hookstep on this machine until Ctrl-C (port of the local engine, default 4566)
  test [--only <check>]    run every check, or only these (may be repeated): fmt, clippy, unit, policy, infra,
                           e2e, iam, jwt, faults, openapi, console; storm only where it is asked for
  build [--release]        build the Lambda binaries into target/lambda
  openapi                  write the API's document, crates/hookstep-lambdas/openapi.json
  bench                    measure the release binaries: size, start, memory, deliveries";

#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Up(UpOptions),
    Test(TestOptions),
    Build(Profile),
    Openapi,
    Bench,
    Help,
}

pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let command = match parser.next()? {
        Some(Value(name)) => name.string()?,
        Some(Short('h') | Long("help")) | None => return Ok(Command::Help),
        Some(other) => return Err(other.unexpected()),
    };
    match command.as_str() {
        "up" => parse_up(parser).map(Command::Up),
        "test" => parse_test(parser).map(Command::Test),
        "build" => parse_build(parser).map(Command::Build),
        "openapi" => match parser.next()? {
            Some(unexpected) => Err(unexpected.unexpected()),
            None => Ok(Command::Openapi),
        },
        "bench" => match parser.next()? {
            Some(unexpected) => Err(unexpected.unexpected()),
            None => Ok(Command::Bench),
        },
        "help" => Ok(Command::Help),
        unknown => Err(format!("there is no command {unknown}").into()),
    }
}

fn parse_up(mut parser: lexopt::Parser) -> Result<UpOptions, lexopt::Error> {
    let mut options = UpOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => options.port = parser.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

fn parse_test(mut parser: lexopt::Parser) -> Result<TestOptions, lexopt::Error> {
    let mut only = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("only") => only.push(parser.value()?.parse_with(Check::from_name)?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(if only.is_empty() { TestOptions::everything() } else { TestOptions { checks: only } })
}

fn parse_build(mut parser: lexopt::Parser) -> Result<Profile, lexopt::Error> {
    let mut profile = Profile::Quick;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("release") => profile = Profile::Release,
            other => return Err(other.unexpected()),
        }
    }
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Command, String> {
        parse(lexopt::Parser::from_args(arguments)).map_err(|error| error.to_string())
    }

    #[test]
    fn commands_and_their_options_are_read() {
        assert_eq!(parsed(&[]), Ok(Command::Help));
        assert_eq!(parsed(&["up"]), Ok(Command::Up(UpOptions { port: 4566 })));
        assert_eq!(parsed(&["up", "--port", "4600"]), Ok(Command::Up(UpOptions { port: 4600 })));
        assert_eq!(parsed(&["build", "--release"]), Ok(Command::Build(Profile::Release)));
        assert_eq!(parsed(&["test"]), Ok(Command::Test(TestOptions::everything())));
        let only = TestOptions { checks: vec![Check::Fmt, Check::Iam] };
        assert_eq!(parsed(&["test", "--only", "fmt", "--only=iam"]), Ok(Command::Test(only)));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(parsed(&["down"]), Err("there is no command down".to_owned()));
        assert!(parsed(&["up", "--port", "x"]).is_err_and(|message| message.contains("\"x\"")));
        assert!(parsed(&["test", "--only", "x"]).is_err_and(|message| message.contains("fmt, clippy")));
        assert!(parsed(&["up", "now"]).is_err());
    }
}
