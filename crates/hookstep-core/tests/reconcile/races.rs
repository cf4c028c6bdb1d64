//! Legs, redeliveries and reconciliations of one event, which take turns in any order and die anywhere: AWS ends a leg after
//! 300 s, and whoever likes ends any of them at any time.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Waker};

use hookstep_core::event::{EventStatus, Leg};
use hookstep_core::ports::Execution;
use hookstep_core::reconcile::Ended;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::make::{answered, event, seconds};
use crate::world::{World, turn};

/// After so long AWS ends an EXPRESS execution.
const CUT_OFF: SignedDuration = SignedDuration::from_secs(300);
const MAX_RETRIES: u32 = 3;

/// What happens next.
#[derive(Debug, Clone)]
enum Move {
    /// One of those who are there goes on to its next call.
    Turn(usize),
    /// So many seconds pass.
    Time(u32),
    /// One of those who are there dies.
    Death(usize),
    /// A reconciliation begins.
    Sweep,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        12 => (0..8_usize).prop_map(Move::Turn),
        2 => prop_oneof![Just(1_u32), Just(61), Just(121), Just(299), Just(331)].prop_map(Move::Time),
        1 => (0..8_usize).prop_map(Move::Death),
        2 => Just(Move::Sweep),
    ];
    prop::collection::vec(one, 0..160)
}

/// What a leg does, by the number of its execution.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Answered(u16),
    HangsBeforeItsRow,
    HangsAfterIt,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let one = prop_oneof![
        2 => Just(Fate::Answered(200)),
        4 => Just(Fate::Answered(500)),
        1 => Just(Fate::HangsBeforeItsRow),
        2 => Just(Fate::HangsAfterIt),
    ];
    prop::collection::vec(one, 0..12)
}

enum Role {
    Leg { execution: String, leg: Leg, began: Timestamp },
    Redelivery(Leg),
    Reconciliation,
}

struct Actor<'a> {
    role: Role,
    life: Pin<Box<dyn Future<Output = ()> + 'a>>,
}

/// Who is there, and what they did.
struct Play<'a> {
    world: &'a World,
    fates: Vec<Fate>,
    actors: Vec<Actor<'a>>,
    executions: usize,
    waits: usize,
    seen: &'a Seen,
}

#[derive(Default)]
struct Seen {
    /// Executions that took the row, by leg.
    claims: Mutex<BTreeMap<u32, Vec<String>>>,
    /// Legs that reached the receiver.
    requests: Mutex<Vec<u32>>,
}

impl Play<'_> {
    fn begin_leg(&mut self, leg: Leg) {
        let fate = self.fates.get(self.executions).copied().unwrap_or(Fate::Answered(200));
        let execution = format!("execution {}", self.executions);
        self.executions += 1;
        let (world, seen) = (self.world, self.seen);
        world.state().alive.insert(execution.clone());
        let role = Role::Leg { execution: execution.clone(), leg: leg.clone(), began: world.state().now };
        let life = Box::pin(live(world, seen, leg, execution, fate));
        self.actors.push(Actor { role, life });
    }

    fn begin_reconciliation(&mut self, ended: Option<Ended>) {
        let world = self.world;
        let life = Box::pin(async move {
            let step = world.step();
            let _ = match ended {
                None => step.sweep().await,
                Some(ended) => step.ended(ended).await,
            };
        });
        self.actors.push(Actor { role: Role::Reconciliation, life });
    }

    /// Legs and redeliveries that were started since the last time are there from now on.
    fn arrive(&mut self) {
        let started = std::mem::take(&mut self.world.state().started);
        for (leg, _) in started {
            self.begin_leg(leg);
        }
        let waits = self.world.state().waits[self.waits..].to_vec();
        self.waits += waits.len();
        for wait in waits {
            let world = self.world;
            let role = Role::Redelivery(wait.leg.clone());
            let life = Box::pin(async move {
                while world.state().now < wait.due {
                    turn().await;
                }
                let name = format!("{}-{}", wait.leg.key.event_id, wait.leg.number);
                world.state().started.push((wait.leg, name));
            });
            self.actors.push(Actor { role, life });
        }
    }

    fn turn_of(&mut self, at: usize) {
        let done = self.actors[at].life.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        if done {
            let actor = self.actors.remove(at);
            if let Role::Leg { execution, .. } = actor.role {
                self.world.state().alive.remove(&execution);
            }
        }
        self.arrive();
    }

    /// It does not come to its next call, and the rule says so where there is one.
    fn dies(&mut self, at: usize) {
        match self.actors.remove(at).role {
            Role::Leg { execution, leg, .. } => {
                self.world.state().alive.remove(&execution);
                let first = (leg.number == 1).then(|| Box::new(event(1)));
                self.begin_reconciliation(Some(Ended::Leg { execution, leg, first }));
            }
            Role::Redelivery(leg) => self.begin_reconciliation(Some(Ended::Redelivery(leg))),
            Role::Reconciliation => (),
        }
    }

    fn time_passes(&mut self, by: u32) {
        self.world.passes(seconds(by));
        let now = self.world.state().now;
        let world = self.world;
        self.actors.retain(|actor| match &actor.role {
            Role::Leg { execution, began, .. } if now.duration_since(*began) >= CUT_OFF => {
                // EXPRESS: nobody says so.
                world.state().alive.remove(execution);
                false
            }
            _ => true,
        });
    }

    fn make(&mut self, next: &Move) {
        match *next {
            Move::Time(by) => self.time_passes(by),
            Move::Sweep => self.begin_reconciliation(None),
            Move::Turn(at) if !self.actors.is_empty() => self.turn_of(at % self.actors.len()),
            Move::Death(at) if !self.actors.is_empty() => self.dies(at % self.actors.len()),
            Move::Turn(_) | Move::Death(_) => (),
        }
    }

    /// From now on nothing dies, every receiver answers, and there is a sweep every five minutes.
    fn comes_to_rest(&mut self) {
        self.fates.clear();
        for _ in 0..=5 * MAX_RETRIES {
            for _ in 0..100 {
                for at in (0..self.actors.len()).rev() {
                    self.turn_of(at);
                }
            }
            self.time_passes(300);
            self.begin_reconciliation(None);
        }
    }
}

/// A leg's life.
async fn live(world: &World, seen: &Seen, leg: Leg, execution: String, fate: Fate) {
    turn().await;
    if matches!(fate, Fate::HangsBeforeItsRow) {
        pending::<()>().await;
    }
    if !world.claims(&leg, &execution) {
        return;
    }
    seen.claims.lock().expect("a lock").entry(leg.number).or_default().push(execution.clone());
    turn().await;
    let Fate::Answered(status) = fate else { return pending().await };
    let began = world.state().now;
    seen.requests.lock().expect("a lock").push(leg.number);
    turn().await;
    let execution = Execution { id: execution, machine: "express".to_owned() };
    let concluded = world.concluder().attempt(&leg, &execution, &answered(leg.number, status, began)).await;
    concluded.expect("every port works");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_happens_in_whatever_order_the_event_ends_and_no_leg_runs_twice(moves in moves(), fates in fates()) {
        let (world, seen) = (World::new(MAX_RETRIES, []), Seen::default());
        let mut play = Play { world: &world, fates, actors: Vec::new(), executions: 0, waits: 0, seen: &seen };
        // A repeated trigger may start two.
        play.begin_leg(Leg::from(&event(1)));
        play.begin_leg(Leg::from(&event(1)));
        for next in &moves {
            play.make(next);
        }
        play.comes_to_rest();

        let claims = seen.claims.lock().expect("a lock");
        if world.state().rows.is_empty() {
            // Cut off before there was a row, and nobody says so: such an execution is known to the logs only.
            prop_assert!(claims.is_empty());
            return Ok(());
        }
        let row = world.row(&event(1).key);
        prop_assert!(row.status.is_final(), "{row:?}");
        prop_assert!(row.deadline_at.is_none() && row.next_attempt_at.is_none());
        // Each leg was one execution's, and those that the row knows of had an attempt each.
        prop_assert!(claims.values().all(|executions| executions.len() == 1), "{claims:?}");
        prop_assert!(claims.len() <= MAX_RETRIES as usize + 1);
        let requests = seen.requests.lock().expect("a lock");
        let numbers: BTreeSet<u32> = row.attempts.iter().map(|attempt| attempt.number).collect();
        prop_assert_eq!(numbers.len(), row.attempts.len());
        prop_assert!(numbers.iter().all(|number| requests.contains(number)));
        let delivered = row.attempts.iter().any(|attempt| attempt.response.as_ref().is_some_and(|response| response.status_code == 200));
        prop_assert_eq!(row.status == EventStatus::Succeeded, delivered);
        // (A leg that dies between its last write and its last word has nobody to say it.)
        prop_assert!(world.state().told.is_empty() || row.status == EventStatus::Failed);
    }
}
