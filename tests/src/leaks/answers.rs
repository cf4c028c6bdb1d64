//! Every answer of the API to any test of the run.

use std::fs;
use std::path::Path;

use anyhow::Result;
use hookstep_local::secrets::Needles;

use super::{Leak, Search};
use crate::record;

/// What begins an answer in a record, and the line about it.
const BEGIN: &[u8] = b"\n\n==> ";

pub(super) fn search(folder: &Path, needles: &Needles, search: &mut Search) -> Result<()> {
    for file in record::answers(folder)? {
        let recorded = fs::read(&file)?;
        search.count("answers", recorded.len());
        for found in needles.find(&recorded) {
            search.leaks.push(Leak { place: format!("answer to {}", asked(&recorded, found.at)), found });
        }
    }
    Ok(())
}

/// What was asked, of the answer in which this place is.
fn asked(recorded: &[u8], at: usize) -> String {
    let begin = recorded[..at].windows(BEGIN.len()).rposition(|window| window == BEGIN);
    let line = begin.map_or(&[][..], |begin| &recorded[begin + BEGIN.len()..]);
    String::from_utf8_lossy(line.split(|&byte| byte == b'\n').next().unwrap_or_default()).into_owned()
}
