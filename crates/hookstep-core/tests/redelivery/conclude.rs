//! What the end of a leg brings about, and what it does not.

use hookstep_core::attempt::{Attempt, Obstacle};
use hookstep_core::conclude::{ConcludeError, Concluded};
use hookstep_core::event::{EventStatus, Leg, Source};
use hookstep_core::exception::Exception;
use hookstep_core::history::{Action, Actor, Entry};
use hookstep_core::lifecycle::DeliveryEnd;
use hookstep_core::ports::{Conclusion, Execution, Written};
use hookstep_core::retry::{Failure, Next, RetryPolicy};
use hookstep_core::verdict::{Ending, Verdict};
use hookstep_core::webhook::Status;
use jiff::{SignedDuration, Timestamp};

use crate::make::{START, answered, answered_with, kept_from, leg, policy, seconds};
use crate::world::{Did, Down, World, at_once};

fn execution() -> Execution {
    Execution { id: "execution".to_owned(), machine: "machine".to_owned() }
}

fn attempted(world: &World, leg: &Leg, attempt: &Attempt) -> Result<Concluded, ConcludeError> {
    at_once(world.concluder(false).attempt(leg, &execution(), attempt))
}

fn raised(world: &World, leg: &Leg, exception: Exception) -> Result<Concluded, ConcludeError> {
    at_once(world.concluder(false).exception(leg, None, &execution(), exception, "cause"))
}

/// When the leg after this one is due, with the webhook's policy.
fn due(leg: &Leg, failure: Failure<'_>, policy: &RetryPolicy, ended_at: Timestamp) -> Timestamp {
    match policy.next(leg, failure, ended_at) {
        Next::At(at) => at,
        other => panic!("{other:?}"),
    }
}

fn again(at: Timestamp, attempt: &Attempt) -> Ending {
    Ending::Again { at, because: Verdict::of_attempt(attempt) }
}

fn scheduled(leg: u32, due: Timestamp) -> Did {
    Did::Scheduled { leg, machine: "machine".to_owned(), due }
}

fn ended(attempt: &Attempt) -> Did {
    Did::Recorded(Ending::Final(Verdict::of_attempt(attempt)))
}

#[test]
fn a_failed_leg_is_followed_by_one_that_is_due_counted_from_its_end_and_nobody_is_told() {
    let (world, rejected) = (World::new(), answered(503));
    for number in [1, 2] {
        let leg = leg(1, number);
        // However late the step runs.
        let at = due(&leg, Failure::Attempt(&rejected), &policy(2), START);
        attempted(&world, &leg, &rejected).expect("all ports work");
        assert_eq!(world.did(), [Did::Recorded(again(at, &rejected)), scheduled(number + 1, at), Did::StartsFailing]);
    }
    attempted(&world, &leg(1, 3), &rejected).expect("all ports work");
    assert_eq!(world.did(), [ended(&rejected), Did::StartsFailing, Did::Told(DeliveryEnd::Exhausted)]);
}

#[test]
fn what_is_not_tried_again_has_failed_and_is_not_exhausted() {
    let world = World::new();
    let unsendable = kept_from(Obstacle::PayloadNotJson);
    attempted(&world, &leg(1, 1), &unsendable).expect("all ports work");
    // It says nothing of the receiver.
    assert_eq!(world.did(), [ended(&unsendable), Did::Told(DeliveryEnd::Failed)]);
    // A webhook that is gone has no policy.
    world.state().webhook = None;
    attempted(&world, &leg(1, 1), &answered(503)).expect("all ports work");
    assert_eq!(world.did(), [ended(&answered(503)), Did::Told(DeliveryEnd::Failed)]);
    raised(&world, &leg(1, 1), Exception::Internal).expect("all ports work");
    let verdict = Verdict::of_exception(Exception::Internal, "cause");
    assert_eq!(world.did(), [Did::Recorded(Ending::Final(verdict)), Did::Told(DeliveryEnd::Failed)]);
}

#[test]
fn the_bus_is_told_of_successes_where_asked_and_of_nothing_twice_removed() {
    let delivered = answered(204);
    for (is_asked, told) in [(false, vec![]), (true, vec![Did::Told(DeliveryEnd::Succeeded)])] {
        for (is_failing, recovered) in [(false, vec![]), (true, vec![Did::Recovered])] {
            let world = World::new();
            let leg = Leg { webhook_failing: is_failing, ..leg(1, 1) };
            at_once(world.concluder(is_asked).attempt(&leg, &execution(), &delivered)).expect("all ports work");
            assert_eq!(world.did(), [vec![ended(&delivered)], recovered, told.clone()].concat());
        }
        // Neither of tests nor of what tells of deliveries itself.
        for leg in [Leg { source: Source::Test, ..leg(1, 1) }, Leg { lifecycle: true, ..leg(1, 1) }] {
            for attempt in [&delivered, &answered(400)] {
                let world = World::with(|webhook| webhook.failing_since = Some(START));
                at_once(world.concluder(is_asked).attempt(&leg, &execution(), attempt)).expect("all ports work");
                assert_eq!(world.did(), [ended(attempt)]);
            }
        }
    }
}

#[test]
fn who_is_gone_is_disabled_once_and_told_of_again_where_nobody_may_have_been() {
    let (world, gone) = (World::new(), answered(410));
    let now = world.state().now;
    let entry = Entry {
        version: 8,
        at: now,
        actor: Actor::hookstep(),
        action: Action::Disabled,
        changed_fields: vec!["/enabled".to_owned()],
    };
    let disabled = Did::Disabled { reason: "the receiver answered 410 Gone".to_owned(), entry };
    attempted(&world, &leg(1, 1), &gone).expect("all ports work");
    let told = [Did::ToldOfDisabling(now), Did::Alerted, Did::Told(DeliveryEnd::Failed)];
    assert_eq!(world.did(), [vec![ended(&gone), disabled.clone()], told.to_vec()].concat());

    // The bus fails after the webhook was disabled, which is no reason to tell nobody, and the step is run again.
    world.state().down = Some(Down::Bus);
    assert!(matches!(attempted(&world, &leg(1, 1), &gone), Err(ConcludeError::Notification(..))));
    assert_eq!(world.did(), [ended(&gone), disabled, Did::Alerted]);
    {
        let mut state = world.state();
        state.down = None;
        state.conclusion = Conclusion::Repeated(Ending::Final(Verdict::of_attempt(&gone)));
        state.now = now + seconds(5);
        let webhook = state.webhook.as_mut().expect("it is there");
        (webhook.status, webhook.updated_at) = (Status::AutoDisabled, now);
    }
    attempted(&world, &leg(1, 1), &gone).expect("all ports work");
    assert_eq!(world.did(), told);

    // Whoever changed the webhook meanwhile has the last word.
    let world = World::new();
    world.state().disabling = Written::Outdated;
    attempted(&world, &leg(1, 1), &gone).expect("all ports work");
    assert_eq!(world.did(), [ended(&gone), Did::Told(DeliveryEnd::Failed)]);
}

#[test]
fn a_webhook_that_can_not_be_read_ends_nothing() {
    let world = World::new();
    world.state().down = Some(Down::Configs);
    assert!(matches!(attempted(&world, &leg(1, 1), &answered(503)), Err(ConcludeError::Webhooks(_))));
    assert_eq!(world.did(), []);
    // Nobody asks once more after an exception: the default policy has to do, for as long as it lasts.
    for number in [1, 9] {
        let leg = leg(1, number);
        let now = world.state().now;
        let at = due(&leg, Failure::Exception(Exception::Throttled), &RetryPolicy::default(), now);
        let because = Verdict::of_exception(Exception::Throttled, "cause");
        let concluded = raised(&world, &leg, Exception::Throttled).expect("what it needs works");
        assert_eq!(concluded.ending.status(), EventStatus::InProgress);
        assert_eq!(world.did(), [Did::Recorded(Ending::Again { at, because }), scheduled(number + 1, at)]);
    }
    raised(&world, &leg(1, 10), Exception::Throttled).expect("what it needs works");
    assert!(matches!(&world.did()[..], [Did::Recorded(Ending::Final(_)), Did::Told(DeliveryEnd::Exhausted)]));
}

#[test]
fn what_was_written_first_counts_when_the_step_is_run_again() {
    let (world, rejected) = (World::new(), answered_with(503, &[("retry-after", "600")]));
    world.state().down = Some(Down::Workflow);
    assert!(matches!(attempted(&world, &leg(1, 1), &rejected), Err(ConcludeError::Redelivery(..))));
    let at = START + seconds(600);
    assert_eq!(world.did(), [Did::Recorded(again(at, &rejected))]);
    {
        let mut state = world.state();
        state.down = None;
        state.conclusion = Conclusion::Repeated(again(at, &rejected));
        // By now no attempt would follow.
        state.webhook.as_mut().expect("it is there").retry_policy.max_retries = 0;
    }
    let concluded = attempted(&world, &leg(1, 1), &rejected).expect("all ports work");
    assert_eq!(concluded.ending, again(at, &rejected));
    assert_eq!(world.did(), [scheduled(2, at), Did::StartsFailing]);

    // And the other way round.
    world.state().webhook.as_mut().expect("it is there").retry_policy = policy(9);
    world.state().conclusion = Conclusion::Repeated(Ending::Final(Verdict::of_attempt(&rejected)));
    attempted(&world, &leg(1, 1), &rejected).expect("all ports work");
    assert!(matches!(&world.did()[..], [Did::StartsFailing, Did::Told(_)]));
}

#[test]
fn the_end_of_a_leg_whose_row_is_anothers_brings_about_nothing() {
    let world = World::with(|webhook| webhook.failing_since = Some(START - SignedDuration::from_hours(200)));
    world.state().conclusion = Conclusion::Taken;
    for status in [200, 410, 503] {
        let leg = Leg { webhook_failing: true, ..leg(1, 1) };
        at_once(world.concluder(true).attempt(&leg, &execution(), &answered(status))).expect("all ports work");
        assert_eq!(world.did(), []);
    }
}
