//! Every event once, whatever happens to the rounds.

use std::collections::BTreeSet;

use hookstep_core::event::{EventRow, EventStatus, Source};
use hookstep_core::ids::EventId;
use hookstep_core::payload::Payload;
use hookstep_core::replay::batch::Next;
use hookstep_core::replay::record::{Counts, Cut, ReplayStatus, Selection};
use hookstep_core::webhook::Status;
use proptest::prelude::*;

use crate::world::{ASKED, Break, RETENTION, World, all_failed, id, row, stored};

/// What was replayed, and that each was once.
fn replayed(world: &World) -> BTreeSet<EventId> {
    let state = world.state();
    let of: Vec<&EventId> =
        state.started.values().map(|event| &event.replay.as_ref().expect("it is a replay").of).collect();
    let distinct: BTreeSet<EventId> = of.iter().map(|id| (*id).clone()).collect();
    assert_eq!(distinct.len(), of.len(), "an event was replayed twice");
    distinct
}

fn ids_of(rows: &[EventRow], status: EventStatus) -> BTreeSet<EventId> {
    rows.iter().filter(|row| row.status == status).map(|row| row.key.event_id.clone()).collect()
}

fn breaks() -> impl Strategy<Value = (usize, Break)> {
    (0_usize..400, prop::sample::select(vec![Break::DiesBefore, Break::DiesAfter, Break::Refused]))
}

fn rows() -> impl Strategy<Value = Vec<EventRow>> {
    prop::collection::vec(prop::sample::select(EventStatus::ALL.to_vec()), 0..400).prop_map(|statuses| {
        statuses.into_iter().enumerate().map(|(number, status)| row(number as u64, status)).collect()
    })
}

/// Rounds, with the next break each time that one has happened.
fn drive(world: &World, breaks: Vec<(usize, Break)>) {
    let run = world.record().run;
    for (after, kind) in breaks {
        world.state().breaks = Some((after, kind));
        for _ in 0..50 {
            let _ = world.round(run);
            if world.state().breaks.is_none() {
                break;
            }
        }
    }
    world.state().breaks = None;
    world.rounds();
}

proptest! {
    #[test]
    fn wherever_rounds_break_off_every_event_of_the_range_is_sent_again_once(
        rows in rows(), page in 1_usize..200, per_second in 1_u32..120, breaks in prop::collection::vec(breaks(), 0..8),
    ) {
        let world = World::of(rows.clone()).asked(all_failed(), per_second);
        world.state().page = page;
        drive(&world, breaks);
        let failed = ids_of(&rows, EventStatus::Failed);
        prop_assert_eq!(replayed(&world), failed.clone());
        let record = world.record();
        prop_assert_eq!(record.status, ReplayStatus::Finished);
        prop_assert_eq!(record.counts, Counts { replayed: failed.len() as u64, ..Counts::default() });
    }

    #[test]
    fn a_list_is_taken_once_too_and_what_can_not_be_sent_is_counted(
        rows in rows(), missing in 0_u64..5, per_second in 1_u32..120, breaks in prop::collection::vec(breaks(), 0..8),
    ) {
        let mut ids: Vec<EventId> = rows.iter().map(|row| row.key.event_id.clone()).collect();
        ids.extend((0..missing).map(|number| id(100_000 + number)));
        let world = World::of(rows.clone()).asked(Selection::of_ids(ids), per_second);
        drive(&world, breaks);
        let in_progress = ids_of(&rows, EventStatus::InProgress).len() as u64;
        let replayed = replayed(&world).len() as u64;
        prop_assert_eq!(replayed, rows.len() as u64 - in_progress);
        let counts = Counts { replayed, not_found: missing, in_progress, ..Counts::default() };
        prop_assert_eq!(world.record().counts, counts);
    }

    #[test]
    fn stopped_anywhere_and_resumed_it_loses_and_doubles_nothing(
        rows in rows(), per_second in 1_u32..20, stops in prop::collection::vec(0_usize..10, 0..4),
        breaks in prop::collection::vec(breaks(), 0..4),
    ) {
        let world = World::of(rows.clone()).asked(all_failed(), per_second);
        for rounds in stops {
            let run = world.record().run;
            for _ in 0..rounds {
                let _ = world.round(run);
            }
            let seen = world.record();
            if seen.status == ReplayStatus::Running {
                world.state().record = Some(seen.stopping(ASKED));
            }
            world.rounds();
            let stopped = world.record();
            let started = world.state().starts.len();
            prop_assert!(matches!(world.round(run), Some(Ok(Next::Done))));
            prop_assert_eq!(world.state().starts.len(), started, "it goes on after its end");
            if stopped.status == ReplayStatus::Stopped {
                prop_assert_eq!(stopped.cut, Some(Cut::Requested));
                world.state().record = Some(stopped.resumed(ASKED, RETENTION));
                // The machine of the run before finds itself replaced.
                prop_assert!(matches!(world.round(run), Some(Ok(Next::Done))));
            }
        }
        drive(&world, breaks);
        prop_assert_eq!(replayed(&world), ids_of(&rows, EventStatus::Failed));
        prop_assert_eq!(world.record().status, ReplayStatus::Finished);
    }
}

#[test]
fn of_a_hundred_thousand_events_none_is_lost_and_none_is_doubled() {
    let world = World::of((0..100_000).map(|number| row(number, EventStatus::Failed))).asked(all_failed(), 500);
    // A death every few hundred calls, by turns before and after the effect.
    let breaks = (0..100).map(|turn| {
        let kind = [Break::DiesBefore, Break::DiesAfter, Break::Refused][turn % 3];
        (137 + 31 * (turn % 17), kind)
    });
    drive(&world, breaks.collect());
    assert_eq!(replayed(&world).len(), 100_000);
    assert_eq!(world.record().counts.replayed, 100_000);
    assert!(world.state().starts.len() > 100_000, "nothing was ever repeated");
}

#[test]
fn events_that_the_replay_makes_are_not_in_its_range() {
    let world = World::of([row(1, EventStatus::Failed)]).asked(all_failed(), 50);
    world.rounds();
    let made = world.state().started.values().next().cloned().expect("one was started");
    assert_eq!((made.source, made.created_at, made.key.event_id.moment()), (Source::Replay, ASKED, ASKED));
    let failed = EventRow { key: made.key.clone(), ..row(2, EventStatus::Failed) };
    world.state().rows.insert(made.key.event_id.clone(), failed);
    let seen = world.record();
    world.state().record = Some(seen.ended(ReplayStatus::Stopped, None, ASKED).resumed(ASKED, RETENTION));
    world.rounds();
    assert_eq!(world.state().starts.len(), 1);
}

#[test]
fn a_webhook_that_is_disabled_or_deleted_stops_it_before_events_are_skipped() {
    for (status, cut) in [(Some(Status::AutoDisabled), Cut::WebhookDisabled), (None, Cut::WebhookDeleted)] {
        let world = World::of((0..10).map(|number| row(number, EventStatus::Failed))).asked(all_failed(), 1);
        assert!(matches!(world.round(1), Some(Ok(Next::Round { wait_seconds: 5 }))));
        let webhook = world.state().webhook.clone();
        world.state().webhook = status.and_then(|status| Some(hookstep_core::webhook::Webhook { status, ..webhook? }));
        assert!(matches!(world.round(1), Some(Ok(Next::Done))));
        let record = world.record();
        assert_eq!((record.status, record.cut, record.counts.replayed), (ReplayStatus::Stopped, Some(cut), 5));
    }
}

#[test]
fn stored_payloads_are_copied_and_missing_ones_counted() {
    let with = |number, payload| EventRow { payload, ..row(number, EventStatus::Failed) };
    let rows =
        [with(1, Some(Payload::Stored(stored("here")))), with(2, Some(Payload::Stored(stored("gone")))), with(3, None)];
    let world = World::of(rows).asked(all_failed(), 50);
    world.rounds();
    assert_eq!(world.record().counts, Counts { replayed: 1, payload_missing: 2, ..Counts::default() });
    let state = world.state();
    let event = state.started.values().next().expect("one was started");
    let Payload::Stored(copy) = &event.payload else { panic!("it is stored") };
    assert_eq!(state.copies, std::slice::from_ref(&copy.key));
    assert!(copy.key.starts_with(event.key.event_id.as_str()));
}

#[test]
fn a_row_that_can_not_be_read_is_counted_and_holds_up_nobody() {
    let world = World::of((0..20).map(|number| row(number, EventStatus::Failed))).asked(all_failed(), 1);
    world.state().corrupt = [id(0), id(7)].into();
    world.rounds();
    let record = world.record();
    assert_eq!(record.status, ReplayStatus::Finished);
    assert_eq!(record.counts, Counts { replayed: 18, unreadable: 2, ..Counts::default() });
}

#[test]
fn a_run_whose_rounds_fail_is_marked_and_one_that_is_silent_shown_as_failed() {
    use hookstep_core::limits::REPLAY_STALLED_SECONDS;
    use jiff::SignedDuration;

    let world = World::of([row(1, EventStatus::Failed)]).asked(all_failed(), 50);
    let silent = ASKED + SignedDuration::from_secs(REPLAY_STALLED_SECONDS + 1);
    assert_eq!(world.record().at(silent).cut, Some(Cut::Stalled));
    assert_eq!(world.record().at(ASKED).status, ReplayStatus::Running);
    world.mark_failed(2);
    assert_eq!(world.record().status, ReplayStatus::Running, "another run was marked");
    world.mark_failed(1);
    assert_eq!((world.record().status, world.record().cut), (ReplayStatus::Failed, Some(Cut::Broken)));
    assert!(matches!(world.round(1), Some(Ok(Next::Done))));
}
