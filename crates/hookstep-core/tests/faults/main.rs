//! Whatever fails and whoever dies, each event comes to its end, and the ends add up.
//!
//! The steps of trigger, fan-out, status update, redelivery and reconciliation run in a world whose calls fail by a decorator of the
//! ports ([`fault`]), as Step Functions and Lambda run them ([`play`]), on a table with the conditions of the real one
//! ([`rows`]).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is not as it should be in the tests' own functions ends the test"
)]

mod fault;
mod play;
mod rows;
mod world;

use std::collections::BTreeSet;

use hookstep_core::event::{EventStatus, Source};
use hookstep_core::ids::{ConfigId, EventId};
use hookstep_core::lifecycle::Notice;
use hookstep_core::webhook::Machine;
use proptest::collection::vec;
use proptest::prelude::*;

use fault::{Fault, Faults, Kind};
use play::{Lives, Play};
use world::World;

/// What is sent, and how the receivers and the machines are.
#[derive(Debug, Clone)]
struct Scenery {
    webhooks: usize,
    machine: Machine,
    retries: u32,
    refusals: u32,
    /// Calls of the API, and whether each has an idempotency key.
    calls: Vec<bool>,
    bus_events: usize,
}

fn scenery(retries: impl Strategy<Value = u32>) -> impl Strategy<Value = Scenery> {
    let machine = prop_oneof![Just(Machine::Express), Just(Machine::Standard)];
    (1_usize..4, machine, retries, 0_u32..3, vec(any::<bool>(), 0..3), 0_usize..2).prop_map(
        |(webhooks, machine, retries, refusals, calls, bus_events)| Scenery {
            webhooks,
            machine,
            retries,
            refusals,
            calls,
            bus_events,
        },
    )
}

fn faults() -> impl Strategy<Value = Vec<Fault>> {
    let kind =
        prop_oneof![Just(Kind::Refused), Just(Kind::AnswerLost), Just(Kind::KilledBefore), Just(Kind::KilledAfter)];
    // One call, or an outage.
    let count = prop_oneof![2 => Just(1_usize), 1 => 2_usize..8];
    vec((0_usize..70, count, kind).prop_map(|(first, count, kind)| Fault { first, count, kind }), 0..3)
}

fn lives() -> impl Strategy<Value = Lives> {
    (vec(0_usize..25, 0..2), vec(0_usize..8, 0..2)).prop_map(|(deaths, restarts)| Lives { deaths, restarts })
}

/// Sends all that the scenery says, lets it come to its end, and returns what was accepted.
fn play(scenery: &Scenery, faults: Vec<Fault>, lives: Lives) -> (Play, BTreeSet<EventId>) {
    let world = World::new(scenery.webhooks, scenery.machine, scenery.retries, scenery.refusals);
    let play = Play::new(world, Faults::new(faults), lives);
    let webhooks: Vec<ConfigId> = play.world.state().webhooks.keys().cloned().collect();
    let mut accepted = BTreeSet::new();
    for (number, is_keyed) in scenery.calls.iter().enumerate() {
        let key = format!("key {number}");
        accepted.extend(play.trigger(&webhooks[number % webhooks.len()], is_keyed.then_some(key.as_str())));
    }
    for number in 0..scenery.bus_events {
        play.fan_out(&format!("bus event {number}"));
    }
    play.settle();
    (play, accepted)
}

/// What holds at the end, whatever happened.
fn assert_ledger(scenery: &Scenery, play: &Play, accepted: &BTreeSet<EventId>) -> Result<(), TestCaseError> {
    let state = play.world.state();
    for id in accepted {
        prop_assert!(state.rows.contains_key(id), "{id} was accepted and has no row");
    }
    // An event of the bus has one row for each webhook.
    for webhook in state.webhooks.keys() {
        let rows = state.rows.values();
        let rows = rows.filter(|row| row.key.config_id == *webhook && row.source == Source::EventBridge);
        prop_assert_eq!(rows.count(), scenery.bus_events);
    }
    for row in state.rows.values() {
        let id = &row.key.event_id;
        prop_assert!(row.status.is_final() && row.deadline_at.is_none() && row.next_attempt_at.is_none(), "{:?}", row);
        prop_assert_ne!(row.status, EventStatus::Skipped);
        let (_, taken) = state.received.get(id).copied().unwrap_or_default();
        prop_assert!(row.status != EventStatus::Succeeded || taken > 0, "{id} succeeded, and nobody got it");
        let mut numbers: Vec<u32> = row.attempts.iter().map(|attempt| attempt.number).collect();
        let recorded = numbers.len();
        numbers.dedup();
        prop_assert!(numbers.is_sorted() && numbers.len() == recorded, "attempts {numbers:?}");
    }
    for id in state.received.keys() {
        prop_assert!(state.rows.contains_key(id), "{id} was sent and has no row");
    }
    for notice in &state.notices {
        let Notice::Delivery(notice) = notice else { continue };
        let status = state.rows.get(&notice.key.event_id).map(|row| row.status);
        prop_assert_eq!(status, Some(EventStatus::Failed), "{:?}", notice);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// With retries enough, faults cost time and no event.
    #[test]
    fn faults_lose_no_event(scenery in scenery(Just(40)), faults in faults(), lives in lives()) {
        let (play, accepted) = play(&scenery, faults, lives);
        assert_ledger(&scenery, &play, &accepted)?;
        let state = play.world.state();
        for row in state.rows.values() {
            prop_assert_eq!(row.status, EventStatus::Succeeded, "{:?}", row);
        }
    }

    /// With few retries some fail, and the ends add up all the same.
    #[test]
    fn each_event_comes_to_one_end(scenery in scenery(0_u32..3), faults in faults(), lives in lives()) {
        let (play, accepted) = play(&scenery, faults, lives);
        assert_ledger(&scenery, &play, &accepted)?;
    }

    /// Without faults each event is sent once and once more for each refusal, and somebody is told once of each that failed.
    #[test]
    fn without_faults_nothing_is_sent_twice(scenery in scenery(0_u32..4)) {
        let (play, accepted) = play(&scenery, Vec::new(), Lives::default());
        assert_ledger(&scenery, &play, &accepted)?;
        prop_assert_eq!(accepted.len(), scenery.calls.len());
        let state = play.world.state();
        prop_assert_eq!(state.rows.len(), scenery.calls.len() + scenery.bus_events * scenery.webhooks);
        let fails = scenery.refusals > scenery.retries;
        let refused = if fails { scenery.retries + 1 } else { scenery.refusals };
        for received in state.received.values() {
            prop_assert_eq!(*received, (refused, u32::from(!fails)));
        }
        prop_assert_eq!(state.notices.len(), if fails { state.rows.len() } else { 0 });
        prop_assert!(state.alerts.is_empty());
    }
}
