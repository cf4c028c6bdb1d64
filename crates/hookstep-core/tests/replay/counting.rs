//! Dry runs.

use hookstep_core::event::EventStatus;
use hookstep_core::replay::count::{DryRun, count};
use hookstep_core::replay::record::Selection;

use crate::world::{ASKED, World, all_failed, id, owner, row};

#[test]
fn it_counts_what_would_be_replayed() {
    let statuses = [
        EventStatus::Failed,
        EventStatus::InProgress,
        EventStatus::Succeeded,
        EventStatus::Failed,
        EventStatus::Skipped,
    ];
    let world = World::of((0..).zip(statuses).map(|(number, status)| row(number, status)));
    let counted = |selection: &Selection| {
        world.finish(count(&world, &owner(), selection, ASKED)).expect("it lives").expect("it counts")
    };
    let all = DryRun { complete: true, ..DryRun::default() };
    assert_eq!(counted(&all_failed()), DryRun { events: 2, ..all });
    let list = Selection::of_ids((0..7).map(id).collect());
    assert_eq!(counted(&list), DryRun { events: 4, in_progress: 1, not_found: 2, ..all });
    world.state().corrupt = [id(0)].into();
    assert_eq!(counted(&list), DryRun { events: 3, in_progress: 1, not_found: 2, unreadable: 1, ..all });
}
