//! A table of counts with the condition of the real one, whose calls fail as they are told.

use std::collections::BTreeMap;
use std::sync::Mutex;

use hookstep_core::ports::{Added, Increment, StatsCounter, StoreError};
use hookstep_core::stats::change::Sequence;
use hookstep_core::stats::counts::Counts;
use hookstep_core::stats::{Failure, Place};

#[derive(Debug, Default)]
struct Item {
    counts: Counts,
    counted: BTreeMap<String, Sequence>,
    failures: BTreeMap<String, Failure>,
}

#[derive(Debug, Default)]
struct Table {
    items: BTreeMap<Place, Item>,
    /// For each call: 0 is refused, 1 is done and its answer is lost, anything else is done.
    faults: Vec<u8>,
    lost_answers: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Store(Mutex<Table>);

impl Store {
    pub(crate) fn failing(faults: Vec<u8>) -> Self {
        Self(Mutex::new(Table { faults, ..Table::default() }))
    }

    /// What it holds: the counts, and who failed last.
    pub(crate) fn counted(&self) -> (BTreeMap<Place, Counts>, BTreeMap<Place, Failure>) {
        let table = self.0.lock().unwrap();
        let counts = table.items.iter().map(|(place, item)| (place.clone(), item.counts.clone())).collect();
        let failures = table.items.iter().filter_map(|(place, item)| {
            let newest = item.failures.values().max()?;
            Some((place.clone(), newest.clone()))
        });
        (counts, failures.collect())
    }

    /// Whether anything was counted without being told.
    pub(crate) fn lost_answers(&self) -> bool {
        self.0.lock().unwrap().lost_answers
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable { table: "stats", source: "a test says so".into() }
}

impl StatsCounter for Store {
    async fn add(&self, place: &Place, shard: &str, increment: &Increment) -> Result<Added, StoreError> {
        let mut table = self.0.lock().unwrap();
        let fault = table.faults.pop();
        if fault == Some(0) {
            return Err(unavailable());
        }
        let item = table.items.entry(place.clone()).or_default();
        if let Some(newest) = item.counted.get(shard).filter(|newest| **newest >= increment.first) {
            return Ok(Added::Before(newest.clone()));
        }
        item.counted.insert(shard.to_owned(), increment.last.clone());
        item.counts.add(&increment.tally.counts, 1);
        if let Some(failure) = &increment.failure {
            item.failures.insert(shard.to_owned(), failure.clone());
        }
        if fault == Some(1) {
            table.lost_answers = true;
            return Err(unavailable());
        }
        Ok(Added::Now)
    }
}
