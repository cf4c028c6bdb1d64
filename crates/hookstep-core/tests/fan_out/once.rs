//! Whoever repeats an event of the bus, and wherever a run breaks off.

use hookstep_core::bus::FannedOut;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::json;

use crate::world::{START, World, bus_event, hook};

proptest! {
    #[test]
    fn a_run_that_is_killed_after_any_start_and_done_again_makes_one_event_for_each_webhook(
        count in 0_usize..140, page in 1_usize..60, kills in prop::collection::vec(0_usize..80, 0..4),
    ) {
        let world = World::of(count);
        world.state().page = page;
        for kill in kills {
            world.state().dies_after = Some(kill);
            let _ = world.run(&bus_event(&json!({})));
            world.state().now += SignedDuration::from_mins(1);
        }
        world.state().dies_after = None;
        let done = world.run(&bus_event(&json!({}))).expect("nobody kills it").expect("it comes to its end");
        prop_assert_eq!(world.reached(), world.all());
        // Of what is noted nothing is done again.
        prop_assert!(done.started <= count);
        // And once more, as the bus may: nothing new.
        let rows = world.state().rows.clone();
        let _ = world.run(&bus_event(&json!({})));
        prop_assert_eq!(&world.state().rows, &rows);
    }

    #[test]
    fn two_runs_at_the_same_instant_make_one_event_for_each_webhook(count in 0_usize..120, page in 1_usize..50) {
        let world = World::of(count);
        world.state().page = page;
        let (a, b) = world.run_twice(&bus_event(&json!({})));
        for done in [a, b] {
            // One that is claimed and noted meanwhile begins behind the note.
            prop_assert!(done.expect("it comes to its end").started <= count);
        }
        prop_assert_eq!(world.reached(), world.all());
    }
}

#[test]
fn every_event_is_of_the_time_of_the_first_claim() {
    let world = World::of(3);
    world.state().dies_after = Some(1);
    assert!(world.run(&bus_event(&json!({}))).is_none());
    world.state().dies_after = None;
    world.state().now += SignedDuration::from_mins(3);
    world.run(&bus_event(&json!({}))).expect("nobody kills it").expect("it comes to its end");
    let state = world.state();
    assert_eq!(state.rows.len(), 3);
    for event in state.rows.values() {
        assert_eq!((event.created_at, event.key.event_id.moment()), (START, START));
        let day = SignedDuration::from_hours(24);
        assert!([START + day, START + SignedDuration::from_mins(3) + day].contains(&event.expires_at));
    }
}

#[test]
fn a_repetition_does_not_reach_a_webhook_twice_and_reaches_what_came_since() {
    let world = World::of(2);
    for (listening, started) in [(2, 2), (3, 3)] {
        let done = world.run(&bus_event(&json!({}))).expect("nobody kills it").expect("it comes to its end");
        assert_eq!(done, FannedOut { listening, matched: listening, started, unreadable: vec![] });
        world.state().listening.push(hook(2));
    }
    assert_eq!(world.state().rows.len(), 3);
}

#[test]
fn events_of_other_ids_and_replays_of_an_archive_are_other_events() {
    let world = World::of(1);
    let first = bus_event(&json!({}));
    let mut other = first.clone();
    other.id.push('2');
    let mut replayed = first.clone();
    replayed.archive_replay = Some("after the outage".to_owned());
    for event in [&first, &other, &replayed, &replayed, &first] {
        world.run(event).expect("nobody kills it").expect("it comes to its end");
    }
    let state = world.state();
    assert_eq!((state.rows.len(), state.starts), (3, 5));
}
