//! The search for secrets in everything that a stack keeps, and in everything that its API answered.

mod answers;
mod bucket;
mod executions;
mod logs;
mod tables;

use std::collections::BTreeMap;

use anyhow::Result;
use hookstep_local::secrets::{Found, Needles};

use crate::hookstep::Hookstep;
use crate::record;

/// A secret where none should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// Which row, execution, log group, object or answer.
    pub place: String,
    /// In which form it stands there, and what stands around it.
    pub found: Found,
}

/// What a search saw and what it found.
#[derive(Debug, Default)]
pub struct Search {
    /// The leaks, in no order.
    pub leaks: Vec<Leak>,
    /// How many things of each kind were looked at: `rows`, `executions`, `log events`, `objects`, `answers` (bytes of them).
    pub seen: BTreeMap<&'static str, usize>,
}

impl Search {
    /// Looks through all tables, all executions of all machines with their histories, all log groups, the bucket, and the recorded answers
    /// of the run.
    pub async fn everywhere(hookstep: &Hookstep, needles: &Needles) -> Result<Self> {
        let engine = hookstep.engine();
        let mut search = Self::default();
        tables::search(&engine, needles, &mut search).await?;
        executions::search(&engine, needles, &mut search).await?;
        logs::search(&engine, needles, &mut search).await?;
        bucket::search(&engine, &hookstep.stack.payload_bucket, needles, &mut search).await?;
        if let Some(folder) = record::folder() {
            answers::search(&folder, needles, &mut search)?;
        }
        Ok(search)
    }

    /// The secrets that the run planted, as far as they were recorded.
    pub fn planted() -> Result<Vec<String>> {
        record::folder().map_or(Ok(Vec::new()), |folder| record::planted(&folder))
    }

    /// Whether one of the leaks is in a place that begins so.
    #[must_use]
    pub fn has_leak_in(&self, place: &str) -> bool {
        self.leaks.iter().any(|leak| leak.place.starts_with(place))
    }

    /// The leaks, one to a line, as many as anybody reads.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut lines: Vec<String> = self
            .leaks
            .iter()
            .map(|Leak { place, found }| format!("{place} ({}): {}", found.form, found.excerpt))
            .collect();
        lines.sort();
        lines.dedup();
        let count = lines.len();
        lines.truncate(40);
        format!("{count} places\n{}", lines.join("\n"))
    }

    fn count(&mut self, kind: &'static str, number: usize) {
        *self.seen.entry(kind).or_default() += number;
    }

    fn look(&mut self, needles: &Needles, bytes: &[u8], place: impl Fn() -> String) {
        self.leaks.extend(needles.find(bytes).into_iter().map(|found| Leak { place: place(), found }));
    }
}
