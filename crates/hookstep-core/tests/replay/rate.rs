//! How fast a replay is.

use hookstep_core::event::EventStatus;
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::world::{ASKED, World, all_failed, row};

proptest! {
    #[test]
    fn no_more_than_the_rate_and_one_round_have_been_started_at_any_moment_and_the_rate_is_kept(
        count in 1_u64..800, per_second in 1_u32..=500, micros in 0_i64..1_900,
    ) {
        let world = World::of((0..count).map(|number| row(number, EventStatus::Failed))).asked(all_failed(), per_second);
        world.state().pace = SignedDuration::from_micros(micros);
        let size = world.record().batch_size() as u64;
        world.rounds();
        let state = world.state();
        prop_assert_eq!(state.starts.len() as u64, count);
        for (before, at) in state.starts.iter().enumerate() {
            // Waits are of whole seconds, and rounded down.
            let seconds = at.duration_since(ASKED).as_secs_f64() + 1.0;
            let most = f64::from(per_second) * seconds + f64::from(u32::try_from(size).unwrap_or(u32::MAX));
            prop_assert!(f64::from(u32::try_from(before).unwrap_or(u32::MAX)) <= most, "{before} by {at}");
        }
        let took = state.now.duration_since(ASKED).as_secs_f64();
        let ideal = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / f64::from(per_second);
        prop_assert!(took <= ideal.max(f64::from(u32::try_from(count).unwrap_or(0)) * 0.0019) + 2.0, "{took} s and not {ideal} s");
    }
}
