//! Payloads reshaped by `JSONata` expressions, each in a process of its own.
//!
//! An expression is a program that somebody else wrote: it may take all memory, overflow the stack, hang, or find a bug of
//! the evaluator, and each of these would end the function with the event that it holds. So this program is started again
//! for every transformation (some milliseconds), limits itself, knows no secret and no environment, and whatever becomes of
//! it is a value here.
//!
//! `wire` is what the two say to each other; `child`, `evaluate`, `numbers`, `result` and `place` run in the other process.

mod check;
mod child;
mod evaluate;
mod numbers;
mod place;
mod result;
mod wire;

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join;
use hookstep_core::limits::{TRANSFORM_INPUT_MAX_BYTES, TRANSFORM_MEMORY_BYTES, TRANSFORM_SECONDS};
use hookstep_core::ports::{TransformError, Transformation, Transformer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

pub use self::check::{Fault, check};
pub use self::child::run_if_asked;
use self::wire::{ANSWER_MAX_BYTES, FAILURE, FailureJson, JobJson, RESULT};

/// How long the process may take from its start to its end: it bounds the evaluation itself, and gets another second to
/// start, to read and to write.
const PROCESS_TIME: Duration = Duration::from_secs(TRANSFORM_SECONDS as u64 + 1);

/// The signal of a process that gives up: out of memory, or of stack.
const ABORTED: i32 = 6;

/// The signals of a process that has used its time: killed, of the processor's.
const OUT_OF_TIME: [i32; 2] = [9, 24];

/// The signals of a process that did what a processor can't do: illegal, bus, arithmetic, segment.
const FAULTY: [i32; 4] = [4, 7, 8, 11];

/// Transforms payloads by starting a program that calls [`run_if_asked`].
#[derive(Debug, Clone)]
pub struct ProcessTransformer {
    program: PathBuf,
}

impl ProcessTransformer {
    /// By this program itself.
    #[must_use]
    pub fn of_this_program() -> Self {
        let own = if cfg!(target_os = "linux") {
            // Not its path: another version may stand there by now.
            PathBuf::from("/proc/self/exe")
        } else {
            std::env::current_exe().unwrap_or_default()
        };
        Self::of_program(own)
    }

    /// By another one.
    #[must_use]
    pub fn of_program(program: PathBuf) -> Self {
        Self { program }
    }

    fn start(&self) -> io::Result<Child> {
        Command::new(&self.program)
            .arg(child::ARGUMENT)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }
}

impl Transformer for ProcessTransformer {
    async fn transform(&self, job: Transformation<'_>, payload: Bytes) -> Result<Bytes, TransformError> {
        if payload.len() > TRANSFORM_INPUT_MAX_BYTES {
            return Err(failed(format!("the payload is larger than {TRANSFORM_INPUT_MAX_BYTES} bytes")));
        }
        let mut header = serde_json::to_vec(&JobJson::from(job)).map_err(unavailable)?;
        header.push(b'\n');
        let mut child = self.start().map_err(unavailable)?;
        let mut answer = Vec::new();
        let exchange = exchange(&mut child, &header, &payload, &mut answer);
        if let Ok(ended) = tokio::time::timeout(PROCESS_TIME, exchange).await {
            ended.map_err(unavailable)?;
        } else {
            child.start_kill().map_err(unavailable)?;
        }
        // It is gone when this returns, as is what the system keeps of it.
        let status = child.wait().await.map_err(unavailable)?;
        understood(answer, status)
    }
}

/// Gives the job and takes the answer, as far as there is one. Then the process has ended, or is about to.
async fn exchange(child: &mut Child, header: &[u8], payload: &[u8], answer: &mut Vec<u8>) -> io::Result<()> {
    let (Some(mut input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::Error::other("the process has no pipes"));
    };
    let give = async {
        let given = async {
            input.write_all(header).await?;
            input.write_all(payload).await?;
            input.shutdown().await
        };
        // One that has ended does not listen. How it ended says more.
        let _: io::Result<()> = given.await;
        drop(input);
    };
    let take = async {
        while answer.len() <= ANSWER_MAX_BYTES && output.read_buf(answer).await? > 0 {}
        // One that does not stop to talk can't go on.
        drop(output);
        child.wait().await.map(drop)
    };
    join(give, take).await.1
}

/// What an answer means, or an end without one.
fn understood(mut answer: Vec<u8>, status: ExitStatus) -> Result<Bytes, TransformError> {
    match answer.first() {
        Some(&RESULT) if status.success() => return Ok(Bytes::from(answer.split_off(1))),
        // A failure stands, whatever came after it.
        Some(&FAILURE) => {
            if let Some(message) = failure_of(answer.get(1..).unwrap_or_default()) {
                return Err(failed(message));
            }
        }
        _ => {}
    }
    match (status.signal(), status.code()) {
        (Some(signal), _) if OUT_OF_TIME.contains(&signal) => Err(failed(too_long())),
        (Some(ABORTED), _) => Err(failed(format!(
            "the expression takes more than {} MB of memory on this payload, or calls itself too deep",
            TRANSFORM_MEMORY_BYTES >> 20
        ))),
        (signal, code) if signal.is_some_and(|signal| FAULTY.contains(&signal)) || code == Some(child::PANICKED) => {
            Err(failed("the expression is too much for the evaluator, which stopped at it".to_owned()))
        }
        _ => Err(unavailable(io::Error::other(format!("the process ended with {status} and no answer")))),
    }
}

/// The message of a failure, which may be cut after any of its lines.
fn failure_of(answer: &[u8]) -> Option<String> {
    let mut lines = answer.split_inclusive(|byte| *byte == b'\n');
    let mut next = || serde_json::from_slice::<FailureJson>(lines.next()?).ok();
    let FailureJson::What(message) = next()? else { return None };
    Some(match next() {
        Some(FailureJson::Where(place)) => format!("{message} ({place})"),
        _ => message,
    })
}

fn too_long() -> String {
    format!("the expression takes longer than {TRANSFORM_SECONDS} s on this payload")
}

fn failed(message: String) -> TransformError {
    TransformError::Failed { message }
}

fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> TransformError {
    TransformError::Unavailable(source.into())
}
