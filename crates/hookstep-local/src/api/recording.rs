//! A record of every answer, for a search through all of them once the tests are over.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::{Context as _, Result};

use super::Answer;

/// Of the process, because each test makes clients of its own.
static RECORD: OnceLock<Mutex<File>> = OnceLock::new();

/// From now on, every answer that a client of this process gets is added to this file: request line, status, headers and body. The
/// first file that is named stays the record.
pub fn record_answers_to(file: &Path) -> Result<()> {
    if RECORD.get().is_some() {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let opened = OpenOptions::new().create(true).append(true).open(file);
    let opened = opened.with_context(|| format!("cannot record answers in {}", file.display()))?;
    RECORD.get_or_init(|| Mutex::new(opened));
    Ok(())
}

/// Adds an answer, if answers are recorded.
pub(super) fn record(asked: &str, answer: &Answer) -> Result<()> {
    let Some(record) = RECORD.get() else { return Ok(()) };
    let entry = entry(asked, answer);
    let mut file = record.lock().unwrap_or_else(PoisonError::into_inner);
    file.write_all(&entry).context("cannot record an answer")
}

fn entry(asked: &str, answer: &Answer) -> Vec<u8> {
    let mut entry = format!("\n\n==> {asked}\n{}\n", answer.status).into_bytes();
    for (name, value) in &answer.headers {
        entry.extend_from_slice(name.as_str().as_bytes());
        entry.extend_from_slice(b": ");
        entry.extend_from_slice(value.as_bytes());
        entry.push(b'\n');
    }
    entry.push(b'\n');
    entry.extend_from_slice(&answer.body);
    entry
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::StatusCode;
    use reqwest::header::{ETAG, HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn an_entry_holds_all_of_an_answer() {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::from_static("\"1\""));
        let answer = Answer { status: StatusCode::CREATED, headers, body: Bytes::from_static(b"{\xff}") };
        let expected = b"\n\n==> POST http://x/webhook\n201 Created\netag: \"1\"\n\n{\xff}";
        assert_eq!(entry("POST http://x/webhook", &answer), expected);
    }
}
