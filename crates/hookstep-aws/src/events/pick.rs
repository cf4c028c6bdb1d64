//! The events of a range, oldest first, for a replay: ids only.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use futures_util::future::try_join_all;
use hookstep_core::event::EventStatus;
use hookstep_core::ids::EventId;
use hookstep_core::ports::{Clock, Counted, EventPicker, Page, StoreError};
use hookstep_core::replay::record::EventRange;
use jiff::Timestamp;

use super::keys::{WEBHOOK_SHARDS, webhook_partition, webhook_status_partition};
use super::{DynamoEvents, TABLE, unavailable};
use crate::attribute::{Item, ItemReader};

/// How many rows of a shard a query looks at after one that found none of the status among those that it looked at.
const AFTER_NONE: usize = 500;

/// How often it is looked for events of the status, for one page.
const LOOKS: usize = 5;

/// What one shard gave.
struct Shard {
    ids: Vec<EventId>,
    /// Newer events of this shard were not looked at above this id.
    read_to: Option<EventId>,
}

impl<C: Clock> EventPicker for DynamoEvents<C> {
    async fn pick(
        &self,
        range: &EventRange,
        after: Option<&EventId>,
        limit: usize,
    ) -> Result<Page<EventId, EventId>, StoreError> {
        // A shard has its share of the page, and some more where chance gave it more.
        let fair = limit.div_ceil(usize::from(WEBHOOK_SHARDS));
        let mut page = self.look(range, after, limit, fair + fair / 2 + 8).await?;
        for _ in 1..LOOKS {
            let Some(after) = page.next.clone().filter(|_| page.items.is_empty()) else { break };
            page = self.look(range, Some(&after), limit, AFTER_NONE).await?;
        }
        Ok(page)
    }

    async fn count(&self, range: &EventRange, until: Timestamp) -> Result<Counted, StoreError> {
        let shards = try_join_all((0..WEBHOOK_SHARDS).map(|shard| self.count_shard(range, shard, until))).await?;
        Ok(Counted {
            events: shards.iter().map(|counted| counted.events).sum(),
            complete: shards.iter().all(|counted| counted.complete),
        })
    }
}

impl<C: Clock> DynamoEvents<C> {
    /// One look at so many rows of each shard.
    async fn look(
        &self,
        range: &EventRange,
        after: Option<&EventId>,
        limit: usize,
        rows: usize,
    ) -> Result<Page<EventId, EventId>, StoreError> {
        let shards = try_join_all((0..WEBHOOK_SHARDS).map(|shard| self.oldest(range, after, shard, rows))).await?;
        // What lies above the lowest unread point of any shard may be incomplete, and waits for the next page.
        let frontier = shards.iter().filter_map(|shard| shard.read_to.clone()).min();
        let mut items: Vec<EventId> = shards
            .into_iter()
            .flat_map(|shard| shard.ids)
            .filter(|id| frontier.as_ref().is_none_or(|frontier| id <= frontier))
            .collect();
        items.sort_unstable();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().cloned() } else { frontier };
        Ok(Page { items, next })
    }

    async fn oldest(
        &self,
        range: &EventRange,
        after: Option<&EventId>,
        shard: u8,
        rows: usize,
    ) -> Result<Shard, StoreError> {
        let Some(request) = self.range(range, after, shard) else {
            return Ok(Shard { ids: Vec::new(), read_to: None });
        };
        let answer = request
            .projection_expression("event_id")
            .limit(i32::try_from(rows).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(unavailable)?;
        let id = |item: &Item| ItemReader::new(TABLE, item).parsed("event_id");
        Ok(Shard {
            ids: answer.items().iter().map(id).collect::<Result<_, _>>()?,
            read_to: answer.last_evaluated_key().map(id).transpose()?,
        })
    }

    async fn count_shard(&self, range: &EventRange, shard: u8, until: Timestamp) -> Result<Counted, StoreError> {
        let mut events = 0;
        let mut start: Option<Item> = None;
        loop {
            let Some(request) = self.range(range, None, shard) else { return Ok(Counted { events, complete: true }) };
            let request = request.select(Select::Count).set_exclusive_start_key(start.take());
            let answer = request.send().await.map_err(unavailable)?;
            events += u64::try_from(answer.count()).unwrap_or(0);
            start = answer.last_evaluated_key;
            if start.is_none() || self.clock.now() >= until {
                return Ok(Counted { events, complete: start.is_none() });
            }
        }
    }

    /// A query of one shard, oldest first. None where nothing can be in the range.
    fn range(&self, range: &EventRange, after: Option<&EventId>, shard: u8) -> Option<QueryFluentBuilder> {
        let EventRange { owner, status, from, to } = range;
        let newest = EventId::last_at(*to).to_string();
        let oldest = match after {
            // The smallest text above the id: what is no id.
            Some(after) if *after >= EventId::first_at(*from) => format!("{after}!"),
            _ => EventId::first_at(*from).to_string(),
        };
        if oldest > newest {
            return None;
        }
        let request = self.client.query().table_name(&self.table).scan_index_forward(true);
        let (request, name, partition) = if is_filtered(range) {
            let request = request
                .filter_expression("#status = :status")
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":status", AttributeValue::S(status.as_str().to_owned()));
            (request, "webhook_shard", webhook_partition(&owner.tenant, &owner.config_id, shard))
        } else {
            let partition = webhook_status_partition(&owner.tenant, &owner.config_id, *status, shard);
            (request.index_name("status_by_webhook"), "webhook_status", partition)
        };
        Some(
            request
                .key_condition_expression(format!("{name} = :partition AND event_id BETWEEN :oldest AND :newest"))
                .expression_attribute_values(":partition", AttributeValue::S(partition))
                .expression_attribute_values(":oldest", AttributeValue::S(oldest))
                .expression_attribute_values(":newest", AttributeValue::S(newest)),
        )
    }
}

/// Whether the events of the status have no index of their own, and are looked for among all.
fn is_filtered(range: &EventRange) -> bool {
    !matches!(range.status, EventStatus::Failed | EventStatus::Skipped)
}
