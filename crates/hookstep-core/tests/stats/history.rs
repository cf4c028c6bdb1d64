//! Histories of rows: what legs, cancelling and reconciliation can make of them, as changes of the shards of a stream.

use hookstep_core::attempt::Obstacle;
use hookstep_core::event::{EventKey, EventStatus};
use hookstep_core::ids::{ConfigId, EventId};
use hookstep_core::stats::change::Change;
use hookstep_core::stats::row::{CountedAttempt, CountedRow};
use hookstep_core::verdict::Reason;
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;

const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// Something that happens to a row.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// An attempt that another leg follows.
    Attempt { duration_ms: u64, answered: bool },
    /// A write that counts nothing: a leg begins, or a deadline moves.
    Touched,
    /// The end.
    Ended(EventStatus, Option<Reason>),
}

/// An event, and what happens to it.
#[derive(Debug, Clone)]
pub(crate) struct Played {
    webhook: u8,
    tenant: u8,
    minute: i64,
    payload: u64,
    steps: Vec<Step>,
}

/// A shard of the stream, with the rows as they stand after it.
#[derive(Debug)]
pub(crate) struct Shard {
    pub(crate) name: String,
    pub(crate) changes: Vec<Change>,
    pub(crate) rows: Vec<CountedRow>,
}

fn end() -> impl Strategy<Value = Option<Step>> {
    prop_oneof![
        Just(None),
        Just(Some(Step::Ended(EventStatus::Succeeded, None))),
        Just(Some(Step::Ended(EventStatus::Failed, Some(Reason::ReceiverRejected)))),
        Just(Some(Step::Ended(EventStatus::Failed, Some(Reason::Obstacle(Obstacle::DnsFailure))))),
        Just(Some(Step::Ended(EventStatus::Failed, Some(Reason::Canceled)))),
        Just(Some(Step::Ended(EventStatus::Failed, None))),
        Just(Some(Step::Ended(EventStatus::Skipped, Some(Reason::WebhookDisabled)))),
    ]
}

pub(crate) fn event() -> impl Strategy<Value = Played> {
    let step = prop_oneof![
        (0_u64..100_000, any::<bool>()).prop_map(|(duration_ms, answered)| Step::Attempt { duration_ms, answered }),
        Just(Step::Touched),
    ];
    (0_u8..3, 0_u8..2, 0_i64..180, 0_u64..10_000, vec(step, 0..5), end()).prop_map(
        |(webhook, tenant, minute, payload, mut steps, end)| {
            steps.extend(end);
            Played { webhook, tenant, minute, payload, steps }
        },
    )
}

/// The changes of each shard. Those of one event are in one shard and in their order; `order` says how they lie among the others.
pub(crate) fn played(events: &[Played], mut order: u64) -> Vec<Shard> {
    let mut shards =
        [0, 1].map(|number| Shard { name: format!("shardId-{number}"), changes: Vec::new(), rows: Vec::new() });
    let mut waiting: Vec<(usize, Option<CountedRow>, Vec<CountedRow>)> =
        events.iter().enumerate().map(|(index, event)| (index % 2, None, images(event, index))).collect();
    let mut sequence = 0_i64;
    while !waiting.is_empty() {
        order = order.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let chosen = usize::try_from(order >> 33).unwrap() % waiting.len();
        let (shard, before, images) = &mut waiting[chosen];
        let mut after = images.remove(0);
        sequence += 1;
        // The stream is in the order of the writes, and they tell the time.
        after.updated_at = START + SignedDuration::from_hours(3) + SignedDuration::from_secs(sequence);
        let change = Change {
            sequence: sequence.to_string().parse().unwrap(),
            before: before.replace(after.clone()),
            after: after.clone(),
        };
        shards[*shard].changes.push(change);
        if images.is_empty() {
            shards[*shard].rows.push(after);
            waiting.remove(chosen);
        }
    }
    shards.into()
}

/// The row after each of its writes.
fn images(event: &Played, index: usize) -> Vec<CountedRow> {
    let created_at = START + SignedDuration::from_mins(event.minute);
    let mut row = CountedRow {
        key: EventKey {
            event_id: EventId::generate(created_at, index as u128),
            tenant: format!("tenant-{}", event.tenant).parse().unwrap(),
            config_id: ConfigId::generate(START, u128::from(event.webhook)),
        },
        created_at,
        updated_at: created_at,
        status: EventStatus::InProgress,
        reason: None,
        attempts: Vec::new(),
        payload_bytes: Some(event.payload),
        claim_check: event.payload > 8_192,
    };
    let mut images = vec![row.clone()];
    for step in &event.steps {
        match step {
            Step::Attempt { duration_ms, answered } => {
                let number = u32::try_from(row.attempts.len()).unwrap() + 1;
                row.attempts.push(CountedAttempt { number, duration_ms: *duration_ms, answered: *answered });
                row.reason = Some(Reason::ReceiverRejected);
            }
            Step::Touched => {}
            Step::Ended(status, reason) => {
                row.status = *status;
                row.reason = *reason;
            }
        }
        images.push(row.clone());
    }
    images
}
