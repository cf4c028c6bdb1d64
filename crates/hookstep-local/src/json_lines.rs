//! Programs that are asked in lines of JSON and answer in as many.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// The program's answers to these questions, in their order.
pub(crate) async fn ask<T: DeserializeOwned>(mut command: Command, questions: &[Value]) -> Result<Vec<T>> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot run a verifier")?;
    let mut input = child.stdin.take().context("a verifier has no input")?;
    let lines: Vec<String> = questions.iter().map(|question| format!("{question}\n")).collect();
    // It answers before it has read all, so it is written to and read from at the same time.
    let write = async move {
        for line in lines {
            input.write_all(line.as_bytes()).await?;
        }
        input.shutdown().await
    };
    let (written, output) = tokio::join!(write, child.wait_with_output());
    let output = output?;
    ensure!(output.status.success(), "a verifier failed: {}", String::from_utf8_lossy(&output.stderr));
    written.context("a verifier did not read its cases")?;
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let answers = lines.map(|line| serde_json::from_slice(line).context("a verifier wrote a line that is no answer"));
    let answers = answers.collect::<Result<Vec<T>>>()?;
    ensure!(answers.len() == questions.len(), "a verifier judged {} of {} cases", answers.len(), questions.len());
    Ok(answers)
}
