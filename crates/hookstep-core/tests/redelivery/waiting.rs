//! Trying now, and giving up.

use hookstep_core::event::{EventRow, EventStatus};
use hookstep_core::ids::EventId;
use hookstep_core::verdict::{Reason, Verdict};
use hookstep_core::waiting::WaitingError;
use hookstep_core::webhook::{Machine, Status, TimeoutSeconds};

use crate::make::{START, waiting};
use crate::world::{Did, Down, World, at_once};

fn running() -> EventRow {
    EventRow { next_attempt_at: None, leg: 2, ..waiting() }
}

fn failed() -> EventRow {
    EventRow { status: EventStatus::Failed, ..running() }
}

#[test]
fn only_what_waits_is_tried_now_or_canceled() {
    for row in [None, Some(running()), Some(failed())] {
        let world = World::where_rows([row.clone()]);
        let key = waiting().key;
        for refused in [at_once(world.waiting().try_now(&key)), at_once(world.waiting().cancel(&key))] {
            let is_right = match (&row, refused) {
                (None, Err(WaitingError::NotFound)) => true,
                (Some(row), Err(WaitingError::Ended)) => row.status.is_final(),
                (Some(row), Err(WaitingError::Running)) => !row.status.is_final(),
                _ => false,
            };
            assert!(is_right, "{row:?}");
        }
        assert_eq!(world.did(), []);
    }
}

#[test]
fn the_next_leg_is_started_on_the_machine_that_the_webhook_takes_now_and_its_wait_given_up() {
    let row = waiting();
    let name = format!("{}-2-00123456", EventId::generate(START, 1));
    for (seconds, machine) in [(30, Machine::Express), (600, Machine::Standard)] {
        let world = World::where_rows([Some(row.clone())]);
        let timeout = TimeoutSeconds::new(seconds).expect("a timeout");
        world.state().webhook.as_mut().expect("it is there").timeout = timeout;
        let done = at_once(world.waiting().try_now(&row.key)).expect("all ports work");
        assert!(done.not_given_up.is_none());
        assert_eq!(world.did(), [Did::Started { leg: 2, machine, name: name.clone() }, Did::GaveUp { leg: 2 }]);
    }
    // Nothing would come of it where the webhook is gone or disabled, and the wait would be lost.
    let world = World::where_rows([Some(row.clone())]);
    world.state().webhook.as_mut().expect("it is there").status = Status::Disabled;
    assert!(matches!(at_once(world.waiting().try_now(&row.key)), Err(WaitingError::WebhookDisabled)));
    world.state().webhook = None;
    assert!(matches!(at_once(world.waiting().try_now(&row.key)), Err(WaitingError::WebhookNotFound)));
    assert_eq!(world.did(), []);
}

#[test]
fn an_event_is_canceled_unless_its_wait_ends_at_that_very_moment() {
    let row = waiting();
    let world = World::where_rows([Some(row.clone())]);
    // That the wait can't be ended is no reason to fail.
    world.state().down = Some(Down::Workflow);
    let done = at_once(world.waiting().cancel(&row.key)).expect("what it needs works");
    assert!(done.not_given_up.is_some());
    let did = world.did();
    let [Did::Canceled { leg: 2, verdict: Verdict { status, reason, .. } }] = &did[..] else { panic!("{did:?}") };
    assert_eq!((*status, *reason), (EventStatus::Failed, Some(Reason::Canceled)));

    for (then, is_running) in [(running(), true), (waiting(), true), (failed(), false)] {
        let world = World::where_rows([Some(row.clone()), Some(then)]);
        world.state().is_canceled = false;
        let refused = at_once(world.waiting().cancel(&row.key));
        assert_eq!(matches!(refused, Err(WaitingError::Running)), is_running, "{refused:?}");
        assert_eq!(matches!(refused, Err(WaitingError::Ended)), !is_running, "{refused:?}");
        assert_eq!(world.did(), []);
    }
}
