//! Runs that have less time than they need.

use hookstep_core::bus::{FanOutError, FannedOut};
use hookstep_core::ports::Clock as _;
use proptest::prelude::*;
use serde_json::json;

use crate::world::{START, TIME, World, bus_event};

proptest! {
    #[test]
    fn each_run_goes_on_behind_the_last_until_all_are_reached(count in 1_usize..160, page in 1_usize..90, in_time in 1_i32..90) {
        let world = World::of(count);
        {
            let mut state = world.state();
            state.page = page;
            // So many legs fit into a run.
            state.pace = TIME / in_time;
        }
        let mut runs = 0;
        loop {
            runs += 1;
            let before = world.state().rows.len();
            match world.run(&bus_event(&json!({}))).expect("nobody kills it") {
                Ok(_) => break,
                Err(FanOutError::OutOfTime(started)) => {
                    prop_assert!(started > 0);
                    prop_assert!(world.state().rows.len() > before, "no progress");
                }
                Err(other) => panic!("{other}"),
            }
        }
        prop_assert_eq!(world.reached(), world.all());
        prop_assert!(runs <= count.div_ceil(usize::try_from(in_time).expect("a count")) + 1, "{runs} runs");
        // What was under way when time was up had been begun in time, and is done: nothing twice.
        prop_assert_eq!(world.state().starts, count);
    }
}

#[test]
fn a_start_that_fails_is_tried_again_while_there_is_time() {
    let world = World::of(100);
    world.state().failures = 30;
    let done = world.run(&bus_event(&json!({}))).expect("nobody kills it").expect("it comes to its end");
    assert_eq!(done, FannedOut { listening: 100, matched: 100, started: 100, unreadable: vec![] });
    assert_eq!(world.reached(), world.all());
}

#[test]
fn starts_that_go_on_failing_are_an_error_before_time_is_up_and_the_next_run_goes_on() {
    let world = World::of(200);
    world.state().failures = usize::MAX;
    let end = world.run(&bus_event(&json!({}))).expect("nobody kills it");
    assert!(matches!(end, Err(FanOutError::Workflow(_))), "{end:?}");
    assert!(world.now() < START + TIME);
    world.state().failures = 0;
    world.run(&bus_event(&json!({}))).expect("nobody kills it").expect("it comes to its end");
    assert_eq!(world.reached(), world.all());
    assert_eq!(world.state().starts, 200);
}

#[test]
fn pages_for_nobody_are_noted_too() {
    let world = World::of(50);
    {
        let mut state = world.state();
        state.page = 10;
        for hook in &mut state.listening {
            hook.filter = Some(json!({ "detail": { "total": [{ "numeric": [">", 10] }] } }));
        }
    }
    let done = world.run(&bus_event(&json!({ "total": 10 }))).expect("nobody kills it").expect("it comes to its end");
    assert_eq!(done, FannedOut { listening: 50, matched: 0, started: 0, unreadable: vec![] });
    assert_eq!(world.state().notes, 4);
}
