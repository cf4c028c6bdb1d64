//! Events in progress by their deadlines: a page is the oldest of each partition of `open_by_deadline`.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use hookstep_core::event::EventKey;
use hookstep_core::ports::{Clock, OpenEvents, Overdue, Page, StoreError};
use jiff::Timestamp;

use super::keys::open_partitions;
use super::{DynamoEvents, TABLE, unavailable};
use crate::attribute::{Item, ItemReader};

/// How many events of one partition a page holds at most: one read unit of keys.
const PER_PARTITION: i32 = 40;

/// How many partitions are read at a time.
const PARTITIONS_AT_A_TIME: usize = 16;

/// Where a page ended: the partitions that hold more, each with the last key that was read.
#[derive(Debug, Clone)]
pub struct OpenPlace(Vec<Part>);

/// A partition, from a key on.
#[derive(Debug, Clone)]
struct Part {
    partition: String,
    start: Option<Item>,
}

impl<C: Clock> OpenEvents for DynamoEvents<C> {
    type Place = OpenPlace;

    async fn overdue(&self, now: Timestamp, from: Option<OpenPlace>) -> Result<Page<Overdue, OpenPlace>, StoreError> {
        let first = || open_partitions().map(|partition| Part { partition, start: None }).collect();
        let parts = from.map_or_else(first, |place| place.0);
        let mut read = stream::iter(parts).map(|part| self.part(now, part)).buffer_unordered(PARTITIONS_AT_A_TIME);
        let (mut items, mut rest) = (Vec::new(), Vec::new());
        while let Some((found, more)) = read.try_next().await? {
            items.extend(found);
            rest.extend(more);
        }
        items.sort_by_key(|overdue| overdue.deadline_at);
        Ok(Page { items, next: (!rest.is_empty()).then_some(OpenPlace(rest)) })
    }
}

impl<C: Clock> DynamoEvents<C> {
    async fn part(&self, now: Timestamp, part: Part) -> Result<(Vec<Overdue>, Option<Part>), StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("open_by_deadline")
            .key_condition_expression("open_shard = :partition AND deadline_at < :now")
            .expression_attribute_values(":partition", AttributeValue::S(part.partition.clone()))
            .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
            .limit(PER_PARTITION)
            .set_exclusive_start_key(part.start)
            .send()
            .await
            .map_err(unavailable)?;
        // What has keys that Hookstep does not make is nothing that it could settle.
        let found = answer.items().iter().filter_map(|item| overdue(item).ok()).collect();
        let more = answer.last_evaluated_key.map(|start| Part { partition: part.partition, start: Some(start) });
        Ok((found, more))
    }
}

fn overdue(item: &Item) -> Result<Overdue, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    let corrupt = || reader.corrupt("webhook_shard");
    let mut parts = reader.text("webhook_shard")?.split('#');
    let (Some(tenant), Some(config_id)) = (parts.next(), parts.next()) else { return Err(corrupt()) };
    Ok(Overdue {
        key: EventKey {
            event_id: reader.parsed("event_id")?,
            tenant: tenant.parse().map_err(|_| corrupt())?,
            config_id: config_id.parse().map_err(|_| corrupt())?,
        },
        deadline_at: reader.seconds("deadline_at")?,
    })
}
