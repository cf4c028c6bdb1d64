//! The process that evaluates one expression: this same program, started again.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::exit;

use hookstep_core::limits::{TRANSFORM_INPUT_MAX_BYTES, TRANSFORM_MEMORY_BYTES, TRANSFORM_SECONDS};
use jsonata_core::value::with_stack;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::check::one_line;
use super::evaluate::Subject;
use super::place;
use super::wire::{FAILURE, FailureJson, JOB_MAX_BYTES, JobJson, RESULT};

/// The argument that makes a program this process.
pub(super) const ARGUMENT: &str = "evaluate-transformation";

/// How it ends when the evaluator panicked.
pub(super) const PANICKED: i32 = 90;

/// How it ends when it can't do its work: it is not limited, or was not asked properly.
const UNABLE: i32 = 91;

/// Evaluates one transformation and ends the process, where this program was started for that; else does nothing.
///
/// Every program that has a [`super::ProcessTransformer`] calls it first.
pub fn run_if_asked() {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == ARGUMENT) {
        exit(run().map_or(UNABLE, |()| 0));
    }
}

fn run() -> io::Result<()> {
    // Whatever a panic does otherwise, a message to an error stream that nobody reads or a core dump, takes time.
    std::panic::set_hook(Box::new(|_| exit(PANICKED)));
    // It asks the system for the size of the stack, which takes an open file, while it may have one.
    with_stack(|| ());
    limit()?;
    let mut input = BufReader::new(io::stdin().lock().take(JOB_MAX_BYTES));
    let mut header = Vec::new();
    input.read_until(b'\n', &mut header)?;
    let job: JobJson<'_> = serde_json::from_slice(&header)?;
    input.get_mut().set_limit(TRANSFORM_INPUT_MAX_BYTES as u64 + 1);
    let mut payload = Vec::new();
    input.read_to_end(&mut payload)?;
    answer(&job, &payload)
}

/// What this process may take. It has what it needs open already, and starts nothing.
fn limit() -> io::Result<()> {
    let seconds = u64::from(TRANSFORM_SECONDS) + 1;
    for (resource, bound) in [
        (Resource::Data, TRANSFORM_MEMORY_BYTES),
        (Resource::Cpu, seconds),
        (Resource::Nofile, 3),
        (Resource::Nproc, 0),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ] {
        let bound = getrlimit(resource).maximum.map_or(bound, |most| most.min(bound));
        setrlimit(resource, Rlimit { current: Some(bound), maximum: Some(bound) })?;
    }
    Ok(())
}

fn answer(job: &JobJson<'_>, payload: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let (failure, subject) = match Subject::new(job, payload) {
        Err(failure) => (failure, None),
        Ok(subject) => match subject.result() {
            Ok(json) => {
                output.write_all(&[RESULT])?;
                output.write_all(&json)?;
                output.flush()?;
                // To take a large value apart takes time, and the process ends anyway.
                std::mem::forget(subject);
                return Ok(());
            }
            Err(failure) => (failure, Some(subject)),
        },
    };
    output.write_all(&[FAILURE])?;
    line(&mut output, FailureJson::What, &failure.to_string())?;
    if let Some(subject) = subject {
        if let Some(place) = place::of(&failure, &subject) {
            line(&mut output, FailureJson::Where, &place)?;
        }
        std::mem::forget(subject);
    }
    Ok(())
}

fn line(output: &mut impl io::Write, kind: fn(String) -> FailureJson, text: &str) -> io::Result<()> {
    serde_json::to_writer(&mut *output, &kind(one_line(text)))?;
    output.write_all(b"\n")?;
    output.flush()
}
