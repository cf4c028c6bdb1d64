//! A tenant's events in progress, for the overview: counted by their keys, in partitions of which each is looked at once.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::{try_join_all, try_join3};
use hookstep_core::event::{EventRow, EventStatus};
use hookstep_core::ids::{EventId, TenantId};
use hookstep_core::limits::REDELIVERY_DELAY_MAX_SECONDS;
use hookstep_core::ports::{Backlog, BacklogReader, Clock, Seen, StoreError};
use jiff::{SignedDuration, Timestamp};

use super::keys::{WIDE_SHARDS, running_partition, tenant_status_partition, waiting_partition};
use super::{DynamoEvents, TABLE, item, unavailable};
use crate::attribute::{Item, ItemReader};

/// How many keys of each partition are looked at: 8,000 in all, for some 170 read units.
const LOOKED_AT: i32 = 250;

/// How many rows are read to find the oldest that is still in progress: an index lags behind its table.
const CANDIDATES: usize = 5;

impl<C: Clock> BacklogReader for DynamoEvents<C> {
    async fn backlog(&self, tenant: &TenantId) -> Result<Backlog, StoreError> {
        let shards = || 0..WIDE_SHARDS;
        let waiting = try_join_all(shards().map(|shard| self.seen_in(self.waiting_of(tenant, shard))));
        let running = try_join_all(shards().map(|shard| self.seen_in(self.open_of(tenant, running_partition(shard)))));
        let due = try_join_all(shards().map(|shard| self.seen_in(self.open_of(tenant, waiting_partition(shard)))));
        let (waiting, running, due) = try_join3(waiting, running, due).await?;
        let deadlines = due.iter().flat_map(|look| &look.keys);
        let deadlines = deadlines.filter_map(|key| ItemReader::new(TABLE, key).seconds("deadline_at").ok());
        let late = SignedDuration::from_secs(i64::from(REDELIVERY_DELAY_MAX_SECONDS));
        Ok(Backlog {
            waiting: counted(&waiting),
            next_attempt_at: deadlines.min().map(|deadline: Timestamp| deadline - late),
            running: counted(&running),
            oldest: self.oldest_open(waiting.into_iter().chain(running).flat_map(|look| look.keys)).await?,
        })
    }
}

/// What one partition gave.
struct Look {
    keys: Vec<Item>,
    complete: bool,
}

fn counted(looks: &[Look]) -> Seen {
    Seen {
        count: looks.iter().map(|look| look.keys.len() as u64).sum(),
        complete: looks.iter().all(|look| look.complete),
    }
}

impl<C: Clock> DynamoEvents<C> {
    async fn seen_in(&self, request: QueryFluentBuilder) -> Result<Look, StoreError> {
        let answer = request.limit(LOOKED_AT).send().await.map_err(unavailable)?;
        Ok(Look { complete: answer.last_evaluated_key.is_none(), keys: answer.items.unwrap_or_default() })
    }

    /// The tenant's own waiting events, the oldest first.
    fn waiting_of(&self, tenant: &TenantId, shard: u8) -> QueryFluentBuilder {
        let partition = tenant_status_partition(tenant, EventStatus::InProgress, shard);
        self.client
            .query()
            .table_name(&self.table)
            .index_name("status_by_tenant")
            .key_condition_expression("tenant_status = :partition")
            .expression_attribute_values(":partition", AttributeValue::S(partition))
            .projection_expression("webhook_shard, event_id")
    }

    /// The tenant's among the events of all tenants in a partition, those that are due the soonest first.
    fn open_of(&self, tenant: &TenantId, partition: String) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name("open_by_deadline")
            .key_condition_expression("open_shard = :partition")
            .filter_expression("begins_with(webhook_shard, :tenant)")
            .expression_attribute_values(":partition", AttributeValue::S(partition))
            .expression_attribute_values(":tenant", AttributeValue::S(format!("{tenant}#")))
            .projection_expression("webhook_shard, event_id, deadline_at")
    }

    async fn oldest_open(&self, keys: impl Iterator<Item = Item>) -> Result<Option<EventRow>, StoreError> {
        let id = |key: &Item| ItemReader::new(TABLE, key).parsed::<EventId>("event_id").ok();
        let mut keys: Vec<(EventId, Item)> = keys.filter_map(|key| Some((id(&key)?, key))).collect();
        keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        keys.dedup_by(|(a, _), (b, _)| a == b);
        let rows = self.rows(keys.into_iter().take(CANDIDATES).map(|(_, key)| key).collect()).await?;
        let rows = rows.iter().map(item::read).collect::<Result<Vec<_>, _>>()?;
        let open = rows.into_iter().filter(|row| row.status == EventStatus::InProgress);
        Ok(open.min_by(|a, b| a.key.event_id.cmp(&b.key.event_id)))
    }
}
