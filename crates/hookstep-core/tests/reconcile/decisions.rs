//! What is done about each kind of row.

use std::time::Duration;

use hookstep_core::event::{Event, EventRow, EventStatus, Leg};
use hookstep_core::exception::Exception;
use hookstep_core::ids::EventId;
use hookstep_core::leg::machine_for;
use hookstep_core::lifecycle::DeliveryEnd;
use hookstep_core::limits::{
    EXPRESS_LEG_MAX_SECONDS, RECONCILE_SECONDS, RECONCILED_EVENTS_MAX_COUNT, REDELIVERY_DELAY_MAX_SECONDS,
};
use hookstep_core::reconcile::{Done, Ended, Run};
use hookstep_core::verdict::Reason;
use hookstep_core::webhook::{Machine, TimeoutSeconds};
use jiff::{SignedDuration, Timestamp};

use crate::make::{EXECUTION, START, answered, event, running, seconds, waiting};
use crate::world::{World, alone};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// A world some time after a deadline of either kind.
fn late(max_retries: u32, rows: impl IntoIterator<Item = EventRow>) -> World {
    let world = World::new(max_retries, rows);
    world.passes(seconds(EXPRESS_LEG_MAX_SECONDS) + SECOND);
    world
}

fn sweep(world: &World) -> Run {
    alone(world.step().sweep())
}

fn ended(world: &World, ended: Ended) -> Run {
    alone(world.step().ended(ended))
}

/// The end of an execution of the row's leg.
fn death(row: &EventRow, execution: &str) -> Ended {
    Ended::Leg { execution: execution.to_owned(), leg: Leg::from(row), first: None }
}

fn assert_done(run: &Run, done: Option<Done>) {
    assert!(run.stopped.is_none() && !run.report.more, "{run:?}");
    for each in Done::ALL {
        assert_eq!(run.report.count(each), u32::from(done == Some(each)), "{run:?}");
    }
    let listed: Vec<_> = run.report.events.iter().map(|(_, done)| *done).collect();
    assert_eq!(listed, Vec::from_iter(done));
}

#[test]
fn a_dead_leg_of_a_webhook_with_retries_waits_for_the_next() {
    let world = late(3, [running(1)]);
    assert_done(&sweep(&world), Some(Done::Waits));
    let row = world.row(&running(1).key);
    assert_eq!((row.status, row.leg, row.attempts.len()), (EventStatus::InProgress, 1, 0));
    assert_eq!(row.reason, Some(Reason::Exception(Exception::Internal)));
    assert_eq!(row.reason_detail.as_deref(), Some("a step of the delivery failed: its execution ended without a word"));
    let waits = world.state().waits.clone();
    let [wait] = &waits[..] else { panic!("{waits:?}") };
    assert_eq!((wait.leg.number, wait.machine.as_str(), Some(wait.due)), (2, "express", row.next_attempt_at));
    // And what waits is not touched before its time.
    assert_done(&sweep(&world), None);
}

#[test]
fn a_dead_leg_without_a_retry_fails_and_the_bus_is_told_once() {
    let world = late(0, [running(1)]);
    assert_done(&sweep(&world), Some(Done::Failed));
    let row = world.row(&running(1).key);
    assert_eq!((row.status, row.deadline_at), (EventStatus::Failed, None));
    assert_done(&sweep(&world), None);
    assert_eq!(world.state().told, [(row.key.event_id, DeliveryEnd::Failed)]);
    assert!(world.state().waits.is_empty());
}

#[test]
fn the_last_of_the_retries_can_die_too() {
    let world = late(1, [EventRow { leg: 2, attempts: vec![answered(1, 500, START)], ..running(1) }]);
    assert_done(&sweep(&world), Some(Done::Failed));
    let row = world.row(&running(1).key);
    assert_eq!((row.status, row.attempts.len()), (EventStatus::Failed, 1));
    assert_eq!(world.state().told, [(row.key.event_id, DeliveryEnd::Exhausted)]);
}

#[test]
fn an_event_of_which_there_is_only_a_note_gets_its_second_leg() {
    let note = EventRow { leg: 0, deadline_at: Some(Timestamp::UNIX_EPOCH), ..running(1) };
    for by_sweep in [true, false] {
        let world = World::new(3, [note.clone()]);
        let run = if by_sweep { sweep(&world) } else { ended(&world, death(&note, EXECUTION)) };
        assert_done(&run, Some(Done::Waits));
        assert_eq!((world.row(&note.key).leg, world.state().waits[0].leg.number), (1, 2));
    }
}

#[test]
fn a_note_without_the_event_fails_and_is_not_found_again() {
    let note = EventRow { leg: 0, deadline_at: Some(Timestamp::UNIX_EPOCH), payload: None, ..running(1) };
    let world = World::new(3, [note.clone()]);
    assert_done(&sweep(&world), Some(Done::Failed));
    assert_eq!(world.row(&note.key).reason, Some(Reason::Exception(Exception::PayloadMissing)));
    assert_done(&sweep(&world), None);
}

#[test]
fn the_next_leg_runs_on_the_machine_of_the_dead_one() {
    let world = late(3, [EventRow { machine: Machine::Standard, ..running(1) }]);
    assert_done(&sweep(&world), Some(Done::Waits));
    assert_eq!(world.state().waits[0].machine, "standard");
}

#[test]
fn nothing_is_touched_until_its_deadline_has_passed() {
    let world = World::new(3, [running(1), waiting(2)]);
    for deadline in [REDELIVERY_DELAY_MAX_SECONDS, EXPRESS_LEG_MAX_SECONDS] {
        let passed = world.state().now.duration_since(START);
        world.passes(seconds(deadline) - passed);
        let run = sweep(&world);
        let overdue = u32::from(deadline == EXPRESS_LEG_MAX_SECONDS);
        assert_eq!((run.report.found(), run.report.count(Done::Waits)), (overdue, 0), "{run:?}");
    }
    world.passes(SECOND);
    assert_eq!(sweep(&world).report.count(Done::Waits), 1);
}

#[test]
fn an_overdue_wait_ends_and_its_leg_starts_under_a_new_name() {
    let world = late(3, [waiting(1)]);
    assert_done(&sweep(&world), Some(Done::Started));
    // Nobody took the row: perhaps that leg died too. It is started again, and its first name is used up.
    assert_done(&sweep(&world), Some(Done::Started));
    let started = world.state().started.clone();
    let [(leg, first), (_, second)] = &started[..] else { panic!("{started:?}") };
    assert_eq!((leg.number, leg.machine), (2, Machine::Express));
    let id = &leg.key.event_id;
    assert!(first.starts_with(&format!("{id}-2-")) && second.starts_with(&format!("{id}-2-")) && first != second);
    assert!(first.len() <= 80, "an execution's name has 80 characters at most");
    // The row is the leg's to write.
    assert_eq!(world.row(&waiting(1).key), waiting(1));
}

#[test]
fn a_leg_runs_on_the_machine_that_the_webhook_needs_now() {
    let world = late(3, [waiting(1)]);
    let long = TimeoutSeconds::new(600).expect("a timeout");
    world.state().webhook.as_mut().expect("a webhook").timeout = long;
    assert_done(&sweep(&world), Some(Done::Started));
    let machine = world.state().started[0].0.machine;
    assert_eq!((machine, machine_for(long, &event(1).payload)), (Machine::Standard, Machine::Standard));
}

#[test]
fn the_events_of_a_deleted_webhook_come_to_an_end() {
    let world = late(3, [running(1), waiting(2)]);
    world.state().webhook = None;
    let run = sweep(&world);
    // The leg of the other one finds that the webhook is gone, and skips it.
    assert_eq!((run.report.count(Done::Failed), run.report.count(Done::Started)), (1, 1));
}

#[test]
fn what_the_index_says_does_not_count_where_the_row_says_otherwise() {
    let concluded = EventRow { status: EventStatus::Succeeded, deadline_at: None, ..running(1) };
    let newly_begun = EventRow { deadline_at: Some(START + SignedDuration::from_hours(1)), leg: 2, ..running(2) };
    let waits_anew = EventRow { deadline_at: newly_begun.deadline_at, ..waiting(3) };
    let expired = EventRow { expires_at: START, ..running(4) };
    let before_deadlines = EventRow { deadline_at: None, ..running(5) };
    let rows = [concluded, newly_begun, waits_anew, expired, before_deadlines];
    let world = late(3, rows.clone());
    world.state().stale = rows.iter().map(|row| (row.key.event_id.clone(), START)).collect();
    let run = sweep(&world);
    assert_eq!((run.report.found(), run.report.moved_on, run.report.events.len()), (0, 5, 0), "{run:?}");
    for row in rows {
        assert_eq!(world.row(&row.key), row);
    }
}

#[test]
fn the_oldest_come_first_and_every_page_is_read() {
    let ages = [5, 2, 9, 1, 7, 3, 8, 4, 6, 0_u32];
    let rows = ages.map(|age| EventRow { deadline_at: Some(START - seconds(age)), ..waiting(u128::from(age)) });
    let world = late(0, rows);
    world.state().page = 3;
    assert_eq!(sweep(&world).report.count(Done::Started), 10);
    let started = world.state().started.iter().map(|(leg, _)| leg.key.event_id.clone()).collect::<Vec<_>>();
    assert_eq!(started, (0..10).rev().map(|age| EventId::generate(START, age)).collect::<Vec<_>>());
}

#[test]
fn one_that_can_not_be_settled_stops_no_other_and_is_named() {
    let world = late(0, (0..40).map(running));
    let broken = running(7).key;
    world.state().unreadable.insert(broken.event_id.clone());
    let run = sweep(&world);
    assert_eq!((run.report.count(Done::Failed), run.report.count(Done::Nothing)), (39, 1));
    assert_eq!(run.faults.iter().map(|(key, _)| key).collect::<Vec<_>>(), [&broken]);
    world.state().unreadable.clear();
    assert_done(&sweep(&world), Some(Done::Failed));
}

#[test]
fn where_no_wait_can_be_started_the_row_waits_for_the_next_run() {
    let world = late(3, [running(1)]);
    world.state().workflow_down = true;
    let run = sweep(&world);
    assert_eq!((run.report.count(Done::Nothing), run.faults.len()), (1, 1));
    world.state().workflow_down = false;
    // It was written that it waits, and nothing wakes it: that is what a deadline is for.
    assert_done(&sweep(&world), None);
    world.passes(seconds(60 + REDELIVERY_DELAY_MAX_SECONDS) + SECOND);
    assert_done(&sweep(&world), Some(Done::Started));
}

#[test]
fn an_event_has_failed_although_the_bus_could_not_be_told() {
    let world = late(0, [running(1)]);
    world.state().bus_down = true;
    let run = sweep(&world);
    assert_eq!((run.report.count(Done::Failed), run.faults.len()), (1, 1));
    assert_eq!(world.row(&running(1).key).status, EventStatus::Failed);
}

#[test]
fn an_index_that_breaks_off_ends_the_run_with_what_is_done() {
    let world = late(0, (0..10).map(running));
    (world.state().page, world.state().index_fails_from_page) = (4, 1);
    let run = sweep(&world);
    assert!(run.stopped.is_some());
    assert_eq!(run.report.count(Done::Failed), 4);
}

#[test]
fn a_run_begins_nothing_when_its_time_is_over_and_the_next_one_goes_on() {
    let count = 100;
    let world = late(0, (0..count).map(running));
    world.state().page = 30;
    world.state().reads_take = Duration::from_secs(2);
    let run = sweep(&world);
    let failed = run.report.count(Done::Failed);
    assert!(run.report.more && failed < 60, "{failed}");
    // As many as were under way when it was over.
    assert!(u64::from(failed) * 2 <= RECONCILE_SECONDS + 2 * 16, "{failed}");
    world.state().reads_take = Duration::ZERO;
    let run = sweep(&world);
    assert_eq!((u128::from(failed + run.report.count(Done::Failed)), run.report.more), (count, false));
}

#[test]
fn a_report_names_some_and_counts_all() {
    let run = sweep(&late(0, (0..25).map(running)));
    assert_eq!((run.report.found(), run.report.events.len()), (25, RECONCILED_EVENTS_MAX_COUNT));
}

#[test]
fn an_execution_that_dies_is_settled_without_waiting_for_the_deadline() {
    let world = World::new(3, [running(1)]);
    assert_done(&ended(&world, death(&running(1), EXECUTION)), Some(Done::Waits));
    // The same news twice.
    assert_done(&ended(&world, death(&running(1), EXECUTION)), None);
    assert_eq!(world.state().waits.len(), 1);
}

#[test]
fn an_execution_that_dies_takes_no_event_with_it_that_is_not_its_own() {
    let final_row = EventRow { status: EventStatus::Succeeded, deadline_at: None, ..running(2) };
    let not_yet = EventRow { next_attempt_at: Some(START + SECOND), ..waiting(3) };
    for (row, execution) in
        [(running(1), "another"), (final_row, EXECUTION), (not_yet, EXECUTION), (waiting(4), "another")]
    {
        let world = World::new(3, [row.clone()]);
        assert_done(&ended(&world, death(&row, execution)), None);
        assert_eq!(world.row(&row.key), row);
    }
}

#[test]
fn an_execution_that_dies_when_its_next_leg_is_due_already_has_it_started() {
    let world = World::new(3, [waiting(1)]);
    assert_done(&ended(&world, death(&waiting(1), EXECUTION)), Some(Done::Started));
}

#[test]
fn an_event_whose_execution_dies_before_its_row_gets_one() {
    let first = event(1);
    let death = |first: Option<Event>| Ended::Leg {
        execution: EXECUTION.to_owned(),
        leg: Leg::from(&event(1)),
        first: first.map(Box::new),
    };
    let world = World::new(0, []);
    // Without the event there is nothing to make it of.
    assert_done(&ended(&world, death(None)), None);
    assert_done(&ended(&world, death(Some(first.clone()))), Some(Done::Failed));
    assert_eq!(world.row(&first.key).status, EventStatus::Failed);
}

#[test]
fn a_redelivery_that_dies_when_it_was_due_is_made_up_for_at_once() {
    let next = Leg::from(&waiting(1)).next();
    let world = World::new(3, [waiting(1)]);
    assert_done(&ended(&world, Ended::Redelivery(next)), Some(Done::Started));
}

#[test]
fn a_redelivery_that_dies_early_or_is_not_waited_for_starts_nothing() {
    let next = Leg::from(&waiting(1)).next();
    let early = EventRow { next_attempt_at: Some(START + SECOND), ..waiting(1) };
    let begun = EventRow { leg: 2, ..running(1) };
    let later = EventRow { leg: 2, ..waiting(1) };
    let canceled = EventRow { status: EventStatus::Failed, ..waiting(1) };
    for row in [early, begun, later, canceled] {
        let world = World::new(3, [row.clone()]);
        assert_done(&ended(&world, Ended::Redelivery(next.clone())), None);
        assert_eq!((world.row(&row.key), world.state().started.len()), (row, 0));
    }
}
