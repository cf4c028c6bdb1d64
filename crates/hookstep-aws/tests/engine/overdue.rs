//! Overdue events by the index of deadlines, and that a row is one's only, whoever wants it at the same instant.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use hookstep_aws::events::webhook_shard;
use hookstep_core::event::{Event, EventKey, Leg};
use hookstep_core::exception::Exception;
use hookstep_core::ids::{EventId, TenantId};
use hookstep_core::limits::{EXPRESS_LEG_MAX_SECONDS, LEG_MAX_SECONDS, REDELIVERY_DELAY_MAX_SECONDS};
use hookstep_core::ports::{Conclusion, EventReader, OpenEvents, OutcomeRecorder, Overdue};
use hookstep_core::verdict::{Ending, Verdict};
use hookstep_core::webhook::Machine;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Barrier;

use crate::make::{Dice, EXECUTION, answered, config_id, delivery, event, small_body, tenant};
use crate::meter::Meter;
use crate::stack::Tables;

/// Before every other test, so that their rows are not overdue.
const THEN: Timestamp = Timestamp::constant(3_000_000_000, 0);

fn seconds(seconds: u32) -> SignedDuration {
    SignedDuration::from_secs(i64::from(seconds))
}

/// Of one tenant, page by page, with what each page is sorted by. And how many pages there were.
async fn overdue(tables: &Tables, now: Timestamp, tenant: &TenantId) -> (Vec<Overdue>, usize) {
    let events = tables.events(now);
    let (mut found, mut place, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = events.overdue(now, place).await.expect("the index is readable");
        assert!(page.items.is_sorted_by_key(|overdue| overdue.deadline_at));
        assert!(page.items.iter().all(|overdue| overdue.deadline_at < now));
        found.extend(page.items.into_iter().filter(|overdue| overdue.key.tenant == *tenant));
        pages += 1;
        match page.next {
            Some(next) => place = Some(next),
            None => return (found, pages),
        }
    }
}

fn sorted(keys: impl IntoIterator<Item = EventKey>) -> Vec<EventId> {
    let mut ids: Vec<EventId> = keys.into_iter().map(|key| key.event_id).collect();
    ids.sort();
    ids
}

/// The ending of a leg that another one follows, at this moment.
fn again(at: Timestamp) -> Ending {
    Ending::Again { at, because: Verdict::of_attempt(&answered(500, small_body())) }
}

#[tokio::test]
async fn what_runs_or_waits_is_overdue_from_its_deadline_on_and_what_has_ended_never() {
    let (tables, owner, webhook) = (Tables::connect(), tenant(), config_id());
    let new = |machine| Event { machine, ..event(&owner, &webhook) };
    let [express, waits, ends] = [Machine::Express; 3].map(new);
    let standard = new(Machine::Standard);
    for event in [&express, &standard, &waits, &ends] {
        tables.record(event, &delivery(), EXECUTION, THEN).await;
    }
    let events = tables.events(THEN);
    let due = THEN + seconds(600);
    let failed = answered(500, small_body());
    let concluded = events.conclude(&Leg::from(&waits), EXECUTION, &failed, &again(due), THEN).await;
    assert_eq!(concluded.expect("it is written"), Conclusion::Recorded);
    let last = Ending::Final(Verdict::of_attempt(&failed));
    let concluded = events.conclude(&Leg::from(&ends), EXECUTION, &failed, &last, THEN).await;
    assert_eq!(concluded.expect("it is written"), Conclusion::Recorded);

    let deadlines = [
        (THEN + seconds(EXPRESS_LEG_MAX_SECONDS), &express),
        (due + seconds(REDELIVERY_DELAY_MAX_SECONDS), &waits),
        (THEN + seconds(LEG_MAX_SECONDS), &standard),
    ];
    let mut known = Vec::new();
    for (deadline, event) in deadlines {
        let (before, _) = overdue(&tables, deadline, &owner).await;
        assert_eq!(sorted(before.into_iter().map(|overdue| overdue.key)), sorted(known.clone()));
        known.push(event.key.clone());
        let (after, _) = overdue(&tables, deadline + seconds(1), &owner).await;
        assert!(after.iter().any(|overdue| overdue.key == event.key && overdue.deadline_at == deadline), "{after:?}");
        assert_eq!(sorted(after.into_iter().map(|overdue| overdue.key)), sorted(known.clone()));
    }

    // The next leg takes the row, and with it a deadline of its own.
    let second = Event { leg: 2, ..waits.clone() };
    let later = due + seconds(10);
    tables.record(&second, &delivery(), "arn:second", later).await;
    let (left, _) = overdue(&tables, later + seconds(EXPRESS_LEG_MAX_SECONDS), &owner).await;
    assert!(left.iter().all(|overdue| overdue.key != waits.key));
    let (left, _) = overdue(&tables, later + seconds(EXPRESS_LEG_MAX_SECONDS + 1), &owner).await;
    assert!(left.iter().any(|overdue| overdue.key == waits.key));
}

#[tokio::test]
async fn every_partition_is_read_to_its_end_and_no_event_is_found_twice() {
    let (tables, mut dice) = (Tables::connect(), Dice::seeded(5));
    let (owner, webhooks) = (tenant(), [config_id(), config_id()]);
    let mut known = Vec::new();
    // Most of them in two partitions, which take more than a page; some in each of the others.
    for number in 0..160_u32 {
        let mut random = dice.wide();
        if number >= 64 {
            random = random & !0b11111 | u128::from(number % 2);
        } else {
            random = random & !0b11111 | u128::from(number % 32);
        }
        let event = event(&owner, &webhooks[usize::from(dice.percent(50))]);
        let event_id = EventId::generate(THEN, random);
        let event = Event { key: EventKey { event_id, ..event.key }, ..event };
        let began = dice.moment(THEN, SignedDuration::from_mins(20));
        known.push((event, began));
    }
    let plan = delivery();
    join_all(known.iter().map(|(event, began)| tables.record(event, &plan, EXECUTION, *began))).await;

    let now = THEN + SignedDuration::from_hours(1);
    let (found, pages) = overdue(&tables, now, &owner).await;
    assert!(pages > 1, "one page does not show how they go on");
    assert_eq!(
        sorted(found.into_iter().map(|overdue| overdue.key)),
        sorted(known.into_iter().map(|(event, _)| event.key))
    );
}

#[tokio::test]
async fn looking_for_overdue_events_takes_32_units_where_there_are_none() {
    let meter = Meter::default();
    let tables = Tables::connect().metered(&meter);
    // Nothing has a deadline that long ago.
    let long_ago = Timestamp::UNIX_EPOCH;
    let page = tables.events(long_ago).overdue(long_ago, None).await.expect("the index is readable");
    assert_eq!((page.items, page.next.is_some()), (vec![], false));
    let costs = meter.read();
    let units: f64 = costs.iter().filter_map(|units| units.get("open_by_deadline")).sum();
    println!("a sweep that finds nothing: {} queries, {units} read units", costs.len());
    assert_eq!((costs.len(), units.to_string().as_str()), (64, "32"));
}

#[tokio::test]
async fn rows_of_the_version_before_are_not_found() {
    let (tables, owner) = (Tables::connect(), tenant());
    let event = event(&owner, &config_id());
    tables.record(&event, &delivery(), EXECUTION, THEN).await;
    let row = tables.dynamodb.update_item().table_name(&tables.stack.events_table);
    row.key("webhook_shard", AttributeValue::S(webhook_shard(&event.key)))
        .key("event_id", AttributeValue::S(event.key.event_id.to_string()))
        .update_expression("REMOVE open_shard, deadline_at, leg, machine")
        .send()
        .await
        .expect("the row is as it was then");
    let (found, _) = overdue(&tables, THEN + SignedDuration::from_hours(1), &owner).await;
    assert_eq!(found, []);
    let row = tables.events(THEN).event(&event.key).await.expect("it is readable").expect("it is there");
    assert_eq!((row.deadline_at, row.leg), (None, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_a_leg_and_reconciliations_that_end_it_at_the_same_instant_one_does() {
    for _ in 0..5 {
        let tables = Arc::new(Tables::connect());
        let event = event(&tenant(), &config_id());
        tables.record(&event, &delivery(), EXECUTION, THEN).await;
        let barrier = Arc::new(Barrier::new(4));
        let tasks = (0..4).map(|number| {
            let (tables, barrier, leg) = (tables.clone(), barrier.clone(), Leg::from(&event));
            tokio::spawn(async move {
                barrier.wait().await;
                let events = tables.events(THEN);
                if number == 0 {
                    let attempt = answered(200, small_body());
                    let ending = Ending::Final(Verdict::of_attempt(&attempt));
                    events.conclude(&leg, EXECUTION, &attempt, &ending, THEN).await
                } else {
                    let because = Verdict::of_exception(Exception::Internal, "");
                    let ending = Ending::Again { at: THEN + seconds(number), because };
                    events.conclude_without_attempt(&leg, None, EXECUTION, &ending, THEN).await
                }
            })
        });
        let results =
            join_all(tasks).await.into_iter().map(|task| task.expect("no task panics").expect("it is answered"));
        let results: Vec<Conclusion> = results.collect();
        let recorded: Vec<usize> = (0..4).filter(|&at| results[at] == Conclusion::Recorded).collect();
        let [winner] = recorded[..] else { panic!("{results:?}") };
        let row = tables.events(THEN).event(&event.key).await.expect("it is readable").expect("it is there");
        for (at, result) in results.iter().enumerate().filter(|(at, _)| *at != winner) {
            match (winner, at, result) {
                // Another reconciliation goes on with what the first one decided.
                (1.., 1.., Conclusion::Repeated(Ending::Again { at, .. })) => {
                    assert_eq!(Some(*at), row.next_attempt_at);
                }
                (_, _, Conclusion::Taken) if winner == 0 || at == 0 => (),
                _ => panic!("{results:?}"),
            }
        }
        assert_eq!((row.status.is_final(), row.attempts.len()), (winner == 0, usize::from(winner == 0)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_legs_that_are_started_by_a_redelivery_and_by_reconciliation_one_takes_the_row() {
    let tables = Arc::new(Tables::connect());
    let first = event(&tenant(), &config_id());
    tables.record(&first, &delivery(), EXECUTION, THEN).await;
    let concluded = tables
        .events(THEN)
        .conclude(&Leg::from(&first), EXECUTION, &answered(500, small_body()), &again(THEN), THEN)
        .await;
    assert_eq!(concluded.expect("it is written"), Conclusion::Recorded);
    let barrier = Arc::new(Barrier::new(8));
    let tasks = (0..8).map(|number| {
        let (tables, barrier, second) = (tables.clone(), barrier.clone(), Event { leg: 2, ..first.clone() });
        tokio::spawn(async move {
            barrier.wait().await;
            tables.try_record(&second, &delivery(), false, &format!("arn:{number}"), THEN).await.is_some()
        })
    });
    let taken: Vec<bool> = join_all(tasks).await.into_iter().map(|task| task.expect("no task panics")).collect();
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    let owner = taken.iter().position(|taken| *taken).map(|number| format!("arn:{number}"));
    let row = tables.events(THEN).event(&first.key).await.expect("it is readable").expect("it is there");
    assert_eq!((Some(row.execution_arn), row.leg, row.next_attempt_at), (owner, 2, None));
}
