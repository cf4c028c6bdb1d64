//! Statistics: what is added comes back, once, and what that costs. docs/COST.md has the arithmetic.

use hookstep_aws::stats::DynamoStats;
use hookstep_core::event::{EventKey, EventStatus};
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::ports::{Added, CountedHour, Increment, StatsCounter as _, StatsReader as _};
use hookstep_core::stats::change::Change;
use hookstep_core::stats::count::CountStep;
use hookstep_core::stats::counts::{Counts, Tally};
use hookstep_core::stats::hour::Hour;
use hookstep_core::stats::row::{CountedAttempt, CountedRow};
use hookstep_core::stats::{Failure, Place, Subject};
use hookstep_core::verdict::Reason;
use jiff::{SignedDuration, Timestamp};

use crate::make::{Dice, NOW, config_id, tenant};
use crate::meter::{Meter, of};
use crate::stack::{At, Tables};

const SHARD: &str = "shardId-00000001414576573621-f55eea83";

fn stats(tables: &Tables, now: Timestamp) -> DynamoStats<At> {
    DynamoStats::new(tables.dynamodb.clone(), tables.stack.stats_table.clone(), At(now))
}

fn place(tenant: &TenantId, config_id: &ConfigId, hours: i64) -> Place {
    let subject = Subject { tenant: tenant.clone(), config_id: Some(config_id.clone()) };
    Place { subject, hour: Hour::of(NOW).after(hours) }
}

fn failure(millisecond: i64) -> Failure {
    let at = NOW + SignedDuration::from_millis(millisecond);
    Failure { at, event_id: EventId::generate(at, 7), reason: Some("receiver_rejected") }
}

/// What failed events add.
fn failed(first: u64, last: u64, events: i64) -> Increment {
    let mut counts = Counts { accepted: events, failed: events, attempts: events, ..Counts::default() };
    counts.reasons.insert("receiver_rejected", events);
    counts.latencies_ms.add(30, events);
    Increment {
        first: first.to_string().parse().expect("digits"),
        last: last.to_string().parse().expect("digits"),
        tally: Tally { counts, ..Tally::default() },
        failure: Some(failure(i64::try_from(last).expect("a small number"))),
    }
}

#[tokio::test]
async fn what_is_added_comes_back_added_up_in_its_hour() {
    let (tables, tenant, config_id) = (Tables::connect(), tenant(), config_id());
    let stats = stats(&tables, NOW);
    let of = |hours| place(&tenant, &config_id, hours);
    for (hours, shard, first, last, events) in
        [(0, SHARD, 9, 10, 2), (0, SHARD, 100, 100, 1), (0, "another", 1, 7, 4), (1, SHARD, 11, 11, 3)]
    {
        let added = stats.add(&of(hours), shard, &failed(first, last, events)).await;
        assert_eq!(added.expect("it is written"), Added::Now);
    }
    let hour = of(0).hour;
    let read = async |from, to| stats.hours(&of(0).subject, from, to).await.expect("it is readable");
    let expected = |hour, events, last| CountedHour {
        hour,
        counts: failed(1, 1, events).tally.counts,
        last_failure: Some(failure(last)),
    };
    let (first, second) = (expected(hour, 7, 100), expected(hour.after(1), 3, 11));
    assert_eq!(read(hour.after(-5), hour.after(5)).await, [first.clone(), second.clone()]);
    assert_eq!(read(hour, hour.after(1)).await, [first]);
    assert_eq!(read(hour.after(1), hour.after(9)).await, [second]);
    assert_eq!(read(hour, hour).await, []);
    // Of the tenant and of its other webhooks nothing was told.
    for config_id in [None, Some(crate::make::config_id())] {
        let subject = Subject { tenant: tenant.clone(), config_id };
        assert_eq!(stats.hours(&subject, hour, hour.after(2)).await.expect("it is readable"), []);
    }
}

#[tokio::test]
async fn what_was_added_is_not_added_again_whatever_comes_with_it() {
    let (tables, tenant, config_id) = (Tables::connect(), tenant(), config_id());
    let stats = stats(&tables, NOW);
    let place = place(&tenant, &config_id, 0);
    let add = async |first, last| {
        let added = stats.add(&place, SHARD, &failed(first, last, 1)).await;
        added.expect("it is written or refused")
    };
    let before = |number: u64| Added::Before(number.to_string().parse().expect("digits"));
    assert_eq!(add(5, 20).await, Added::Now);
    for (first, last) in [(5, 20), (5, 6), (20, 30), (1, 100)] {
        assert_eq!(add(first, last).await, before(20), "{first} to {last}");
    }
    assert_eq!(add(21, 21).await, Added::Now);
    assert_eq!(add(21, 22).await, before(21));
    let hours = stats.hours(&place.subject, place.hour, place.hour.after(1)).await.expect("it is readable");
    assert_eq!(hours[0].counts.accepted, 2);
}

#[tokio::test]
async fn what_is_past_its_time_is_not_shown() {
    let (tables, tenant, config_id) = (Tables::connect(), tenant(), config_id());
    let place = place(&tenant, &config_id, 0);
    stats(&tables, NOW).add(&place, SHARD, &failed(1, 1, 1)).await.expect("it is written");
    for (hours, shown) in [(400 * 24 - 1, 1), (400 * 24, 0)] {
        let now = place.hour.after(hours).start();
        let read = stats(&tables, now).hours(&place.subject, place.hour, place.hour.after(1)).await;
        assert_eq!(read.expect("it is readable").len(), shown, "after {hours} hours");
    }
}

/// So many deliveries, one in twenty of which fails, of these webhooks in turn: as two changes each.
fn deliveries(tenant: &TenantId, webhooks: &[ConfigId], count: u64) -> Vec<Change> {
    let mut dice = Dice::seeded(count);
    let mut changes = Vec::new();
    for (number, config_id) in (0..count).zip(webhooks.iter().cycle()) {
        let accepted = CountedRow {
            key: EventKey {
                event_id: EventId::generate(NOW, dice.wide()),
                tenant: tenant.clone(),
                config_id: config_id.clone(),
            },
            created_at: NOW,
            updated_at: NOW,
            status: EventStatus::InProgress,
            reason: None,
            attempts: Vec::new(),
            payload_bytes: Some(400),
            claim_check: false,
        };
        let fails = number % 20 == 0;
        // From 20 ms to a few seconds.
        let duration_ms = 20 + dice.below(10) * dice.below(20) * dice.below(20);
        let ended = CountedRow {
            status: if fails { EventStatus::Failed } else { EventStatus::Succeeded },
            reason: fails.then_some(Reason::ReceiverRejected),
            attempts: vec![CountedAttempt { number: 1, duration_ms, answered: true }],
            ..accepted.clone()
        };
        let sequence = |change: u64| format!("4421584500000000017450439{change:03}").parse().expect("digits");
        changes.push(Change { sequence: sequence(2 * number), before: None, after: accepted.clone() });
        changes.push(Change { sequence: sequence(2 * number + 1), before: Some(accepted), after: ended });
    }
    changes
}

/// Units that counting these changes takes, where so many shards have counted into the same hours before.
async fn units(webhooks: usize, count: u64, shards: usize) -> f64 {
    let meter = Meter::default();
    let tables = Tables::connect().metered(&meter);
    let (stats, tenant) = (stats(&tables, NOW), tenant());
    let webhooks: Vec<ConfigId> = std::iter::repeat_with(config_id).take(webhooks).collect();
    let changes = deliveries(&tenant, &webhooks, count);
    let step = CountStep { store: &stats };
    for shard in 0..shards {
        let counted = step.run(&format!("{SHARD}-{shard}"), &changes).await;
        assert!(counted.error.is_none());
    }
    meter.read();
    let counted = step.run(SHARD, &changes).await;
    assert!(counted.error.is_none());
    assert_eq!(counted.newly.counts.accepted, i64::try_from(count).expect("a small number"));
    meter.read().iter().map(|units| units["table"]).sum()
}

#[tokio::test]
async fn a_batch_takes_a_unit_for_each_webhook_and_one_for_the_tenant() {
    // One delivery by itself: the most that one can take, but for one whose beginning and end are in two batches.
    assert!((units(1, 1, 0).await - 2.0).abs() < f64::EPSILON);
    // 500 deliveries, which is a full batch.
    assert!((units(1, 500, 0).await - 2.0).abs() < f64::EPSILON);
    assert!((units(50, 500, 0).await - 51.0).abs() < f64::EPSILON);
    // An hour that the four shards of a new table tell of is still within a kilobyte.
    assert!((units(1, 500, 3).await - 2.0).abs() < f64::EPSILON);
    for (others, most) in [(9, 4.0), (19, 8.0)] {
        let units = units(1, 500, others).await;
        println!("an hour of {} shards: {units} units a batch", others + 1);
        assert!(units <= most, "{units} with {others} others");
    }
}

#[tokio::test]
async fn batches_that_overlap_count_what_is_new_in_them() {
    let meter = Meter::default();
    let tables = Tables::connect().metered(&meter);
    let (stats, tenant, config_id) = (stats(&tables, NOW), tenant(), config_id());
    let changes = deliveries(&tenant, std::slice::from_ref(&config_id), 100);
    let step = CountStep { store: &stats };
    // Of the hundred deliveries, 75 are in the first 150 changes. (What a refused write costs, it does not say.)
    for (batch, newly, units) in [(0..150, 75, 2), (0..150, 0, 0), (50..200, 25, 2), (0..200, 0, 0)] {
        let counted = step.run(SHARD, &changes[batch.clone()]).await;
        assert!(counted.error.is_none());
        assert_eq!(counted.newly.counts.accepted, newly, "{batch:?}");
        assert_eq!(meter.read(), vec![of(&[("table", 1.0)]); units], "{batch:?}");
    }
    let place = place(&tenant, &config_id, 0);
    let read = stats.hours(&place.subject, place.hour, place.hour.after(1)).await.expect("it is readable");
    assert_eq!((read[0].counts.accepted, read[0].counts.attempts, read[0].counts.failed), (100, 100, 5));
}
