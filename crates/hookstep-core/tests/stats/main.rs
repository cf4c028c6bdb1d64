//! What is counted from the changes of rows is a recount of the rows, whatever happened to them and however often, and however cut,
//! their changes come.

#![expect(clippy::unwrap_used, reason = "what is not as it should be in the tests' own functions ends the test")]

mod history;
mod store;

use std::collections::BTreeMap;

use futures_util::FutureExt;
use hookstep_core::stats::count::{CountStep, Counted};
use hookstep_core::stats::counts::Tally;
use hookstep_core::stats::{Failure, Place};
use proptest::collection::vec;
use proptest::prelude::*;

use history::{Shard, event, played};
use store::Store;

/// Counts a batch, of whose changes the first comes twice.
fn count(store: &Store, shard: &Shard, batch: std::ops::Range<usize>) -> Counted {
    let step = CountStep { store };
    let mut changes = shard.changes[batch].to_vec();
    changes.extend(changes.first().cloned());
    let done = step.run(&shard.name, &changes).now_or_never();
    done.unwrap()
}

/// Counts the changes of a shard as Lambda hands them over: batches in their order, of any size, each again until all of it is
/// counted, and some from an earlier place once more.
fn hand_over(store: &Store, shard: &Shard, cuts: &[(usize, usize)]) -> Tally {
    let mut newly = Tally::default();
    let mut done = 0;
    let mut cuts = cuts.iter().cycle();
    while done < shard.changes.len() {
        let (size, back) = cuts.next().copied().unwrap_or((1, 0));
        let from = done.saturating_sub(back);
        let to = (done + size.max(1)).min(shard.changes.len());
        let counted = count(store, shard, from..to);
        newly.add(&counted.newly, 1);
        if counted.error.is_none() {
            done = to;
        }
    }
    newly
}

/// What the rows, as they stand at the end, count.
fn recount(shards: &[Shard]) -> (BTreeMap<Place, Tally>, BTreeMap<Place, Failure>) {
    let (mut tallies, mut failures) = (BTreeMap::<Place, Tally>::new(), BTreeMap::<Place, Failure>::new());
    for row in shards.iter().flat_map(|shard| &shard.rows) {
        for place in row.places() {
            tallies.entry(place.clone()).or_default().add(&row.tally(), 1);
            if let Some(failure) = row.failure() {
                let newest = failures.entry(place).or_insert_with(|| failure.clone());
                *newest = newest.clone().max(failure);
            }
        }
    }
    (tallies, failures)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_batches_are_cut_and_repeated_the_counts_are_those_of_a_recount(
        events in vec(event(), 1..12),
        order in any::<u64>(),
        cuts in vec((1_usize..6, 0_usize..8), 1..6),
        faults in vec(0_u8..10, 0..40),
    ) {
        let shards = played(&events, order);
        let store = Store::failing(faults);
        let mut newly = Tally::default();
        for shard in &shards {
            newly.add(&hand_over(&store, shard, &cuts), 1);
        }
        let (tallies, failures) = recount(&shards);
        let (counted, last) = store.counted();
        for (place, tally) in &tallies {
            prop_assert_eq!(counted.get(place), Some(&tally.counts), "{:?}", place);
        }
        prop_assert_eq!(counted.len(), tallies.len());
        prop_assert_eq!(last, failures);
        // What metrics tell is no more than that, and no less where no answer was lost.
        let all = tallies.iter().filter(|(place, _)| place.subject.config_id.is_none());
        let mut total = Tally::default();
        for (_, tally) in all {
            total.add(tally, 1);
        }
        if store.lost_answers() {
            prop_assert!(newly.counts.accepted <= total.counts.accepted);
        } else {
            prop_assert_eq!(newly, total);
        }
    }

    #[test]
    fn a_row_counts_the_same_whatever_happened_on_the_way_to_it(events in vec(event(), 1..6), order in any::<u64>()) {
        for shard in played(&events, order) {
            let mut sum = BTreeMap::<Place, Tally>::new();
            for (place, deltas) in hookstep_core::stats::change::deltas(&shard.changes) {
                let tally = sum.entry(place).or_default();
                for delta in deltas {
                    tally.add(&delta.tally, 1);
                }
            }
            sum.retain(|_, tally| *tally != Tally::default());
            prop_assert_eq!(sum, recount(std::slice::from_ref(&shard)).0);
        }
    }
}
