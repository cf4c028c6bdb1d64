//! The events of a range, oldest first, from all shards.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures_util::{StreamExt as _, stream};
use hookstep_aws::events::webhook_shard;
use hookstep_core::event::{EventKey, EventStatus};
use hookstep_core::ids::EventId;
use hookstep_core::ports::EventPicker as _;
use hookstep_core::replay::record::EventRange;
use hookstep_core::secret::Owner;
use jiff::SignedDuration;

use crate::make::{Dice, NOW, config_id, tenant};
use crate::stack::Tables;

const ROWS: usize = 400;
const SPAN: SignedDuration = SignedDuration::from_hours(1);

/// Random rows, as far as an index looks at them: most in three shards, few of them successes.
fn rows(dice: &mut Dice) -> BTreeMap<EventId, EventStatus> {
    let mut row = || {
        let mut random = dice.wide();
        if dice.percent(60) {
            // The last five bits decide on the shard.
            random = random & !0b11111 | u128::from(dice.below(3));
        }
        let status = match dice.below(100) {
            0..4 => EventStatus::Succeeded,
            4..70 => EventStatus::Failed,
            70..80 => EventStatus::InProgress,
            _ => EventStatus::Skipped,
        };
        (EventId::generate(dice.moment(NOW - SPAN, SPAN), random), status)
    };
    (0..ROWS).map(|_| row()).collect()
}

async fn write(tables: &Tables, owner: &Owner, rows: &BTreeMap<EventId, EventStatus>) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let puts: Vec<WriteRequest> = rows
        .iter()
        .map(|(id, status)| {
            let (tenant, config_id) = (owner.tenant.clone(), owner.config_id.clone());
            let partition = webhook_shard(&EventKey { event_id: id.clone(), tenant, config_id });
            let mut put = PutRequest::builder()
                .item("webhook_shard", text(&partition))
                .item("event_id", text(id.as_str()))
                .item("status", text(status.as_str()));
            if matches!(status, EventStatus::Failed | EventStatus::Skipped) {
                let (webhook, shard) = partition.rsplit_once('#').expect("it ends in a shard");
                put = put.item("webhook_status", text(&format!("{webhook}#{}#{shard}", status.as_str())));
            }
            let put = put.build().expect("it is complete");
            WriteRequest::builder().put_request(put).build()
        })
        .collect();
    let write = |batch: &[WriteRequest]| {
        let request = tables.dynamodb.batch_write_item();
        request.request_items(&tables.stack.events_table, batch.to_vec()).send()
    };
    let written = stream::iter(puts.chunks(25)).map(write).buffer_unordered(8);
    written.for_each(async |answer| drop(answer.expect("it is written"))).await;
}

#[tokio::test]
async fn every_event_of_a_range_comes_once_in_its_order_in_pages_of_any_size_and_the_count_is_theirs() {
    let (tables, mut dice) = (Tables::connect(), Dice::seeded(5));
    let owner = Owner { tenant: tenant(), config_id: config_id() };
    let rows = rows(&mut dice);
    write(&tables, &owner, &rows).await;
    // The same events of another webhook.
    let other = Owner { config_id: config_id(), ..owner.clone() };
    write(&tables, &other, &rows.iter().take(100).map(|(id, status)| (id.clone(), *status)).collect()).await;

    let events = tables.events(NOW);
    let any: Vec<&EventId> = rows.keys().collect();
    let mut seen_in_all = 0;
    for round in 0..9 {
        let status = dice.one_of(&[EventStatus::Failed, EventStatus::Skipped, EventStatus::Succeeded]);
        let mut edge = || any[usize::try_from(dice.below(any.len() as u64)).expect("a small number")].moment();
        let (a, b) = (edge(), edge());
        // Sometimes all of them.
        let (from, to) = if round % 3 == 0 { (NOW - SPAN, NOW) } else { (a.min(b), a.max(b)) };
        let range = EventRange { owner: owner.clone(), status, from, to };
        let expected: Vec<EventId> = rows
            .range(EventId::first_at(from)..=EventId::last_at(to))
            .filter(|(_, known)| **known == status)
            .map(|(id, _)| id.clone())
            .collect();
        let limit = dice.one_of(&[1, 7, 50, 250, 500]).max(expected.len() / 8);
        let (mut seen, mut after): (Vec<EventId>, Option<EventId>) = (Vec::new(), None);
        loop {
            let page = events.pick(&range, after.as_ref(), limit).await.expect("it is readable");
            assert!(page.items.len() <= limit);
            seen.extend(page.items);
            let Some(next) = page.next else { break };
            assert!(after.is_none_or(|after| after < next), "the cursor does not advance");
            after = Some(next);
        }
        assert_eq!(seen, expected, "{range:?}");
        let counted = events.count(&range, NOW + SPAN).await.expect("it is countable");
        assert_eq!((counted.events, counted.complete), (expected.len() as u64, true));
        seen_in_all += seen.len();
    }
    assert!(seen_in_all > 200, "this looks at too little");
}
