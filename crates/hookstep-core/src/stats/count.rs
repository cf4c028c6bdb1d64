//! Counting a batch of changes, each once.

use futures_util::stream::{self, StreamExt};

use super::Place;
use super::change::{Change, Delta, Sequence, deltas};
use super::counts::Tally;
use crate::ports::{Added, Increment, StatsCounter, StoreError};

/// How many places are written at the same time.
const AT_ONCE: usize = 16;

/// Counts batches.
#[derive(Debug)]
pub struct CountStep<'a, S> {
    /// Where to.
    pub store: &'a S,
}

/// What became of a batch.
#[derive(Debug)]
pub struct Counted {
    /// What was counted now, over all tenants; without what had been counted before.
    pub newly: Tally,
    /// Why some of it was not: the batch has to come again.
    pub error: Option<StoreError>,
}

impl<S: StatsCounter> CountStep<'_, S> {
    /// Counts a batch of one shard. It may hold changes that were counted before, in this batch or another one: those below what a place
    /// holds of the shard are left out there.
    pub async fn run(&self, shard: &str, changes: &[Change]) -> Counted {
        let places = deltas(changes).into_iter();
        let mut written = stream::iter(places.map(|(place, deltas)| async move {
            let (newly, error) = self.add(&place, shard, &deltas).await;
            (place, newly, error)
        }))
        .buffer_unordered(AT_ONCE);
        let mut counted = Counted { newly: Tally::default(), error: None };
        while let Some((place, newly, error)) = written.next().await {
            // Each event is in two places: once is enough.
            if place.subject.config_id.is_none() {
                counted.newly.add(&newly, 1);
            }
            counted.error = counted.error.or(error);
        }
        counted
    }

    async fn add(&self, place: &Place, shard: &str, deltas: &[Delta]) -> (Tally, Option<StoreError>) {
        let mut left = deltas;
        while let (Some(first), Some(last)) = (left.first(), left.last()) {
            let increment = increment(first, last, left);
            match self.store.add(place, shard, &increment).await {
                Ok(Added::Now) => return (increment.tally, None),
                Ok(Added::Before(newest)) => left = after(left, &newest),
                Err(error) => return (Tally::default(), Some(error)),
            }
        }
        (Tally::default(), None)
    }
}

fn increment(first: &Delta, last: &Delta, deltas: &[Delta]) -> Increment {
    let mut tally = Tally::default();
    for delta in deltas {
        tally.add(&delta.tally, 1);
    }
    Increment {
        first: first.sequence.clone(),
        last: last.sequence.clone(),
        tally,
        failure: deltas.iter().filter_map(|delta| delta.failure.clone()).max(),
    }
}

/// Those that came after `newest`; one fewer at least, as `newest` is not below the first.
fn after<'a>(deltas: &'a [Delta], newest: &Sequence) -> &'a [Delta] {
    let counted = deltas.partition_point(|delta| delta.sequence <= *newest).max(1);
    &deltas[counted..]
}
