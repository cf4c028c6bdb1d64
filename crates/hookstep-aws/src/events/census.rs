//! How many events are in progress, and how old they are: from the entries of `open_by_deadline`.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use hookstep_core::ids::EventId;
use hookstep_core::ports::{Census, Clock, OpenCounter, StoreError};
use jiff::Timestamp;

use super::keys::{is_running_partition, open_partitions};
use super::{DynamoEvents, TABLE, unavailable};
use crate::attribute::ItemReader;

/// How many entries of a partition are looked at, the earliest deadlines first. What comes after them, up to a megabyte (some
/// 8,000 entries), is counted without being sent.
const LOOKED_AT: i32 = 1_000;

/// How many partitions are read at a time.
const PARTITIONS_AT_A_TIME: usize = 16;

impl<C: Clock> OpenCounter for DynamoEvents<C> {
    async fn census(&self) -> Result<Census, StoreError> {
        let parts = stream::iter(open_partitions()).map(|partition| self.count(partition));
        parts
            .buffer_unordered(PARTITIONS_AT_A_TIME)
            .try_fold(Census::default(), async |sum, part| Ok(added(&sum, &part)))
            .await
    }
}

impl<C: Clock> DynamoEvents<C> {
    async fn count(&self, partition: String) -> Result<Census, StoreError> {
        let first = self
            .open_entries(&partition)
            .projection_expression("event_id, deadline_at")
            .limit(LOOKED_AT)
            .send()
            .await
            .map_err(unavailable)?;
        let mut census = Census::default();
        for item in first.items() {
            let reader = ItemReader::new(TABLE, item);
            let accepted_at = reader.parsed::<EventId>("event_id").ok().map(|id| id.moment());
            // The note of an event that could not be recorded is overdue since 1970.
            let deadline_at = reader.seconds("deadline_at").ok().max(accepted_at);
            census.oldest_accepted_at = earlier(census.oldest_accepted_at, accepted_at);
            census.earliest_deadline_at = earlier(census.earliest_deadline_at, deadline_at);
        }
        let mut count = number(first.count());
        if let Some(start) = first.last_evaluated_key {
            let rest = self.open_entries(&partition).select(Select::Count).set_exclusive_start_key(Some(start));
            count += number(rest.send().await.map_err(unavailable)?.count());
        }
        *if is_running_partition(&partition) { &mut census.running } else { &mut census.waiting } = count;
        Ok(census)
    }

    fn open_entries(&self, partition: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name("open_by_deadline")
            .key_condition_expression("open_shard = :partition")
            .expression_attribute_values(":partition", AttributeValue::S(partition.to_owned()))
    }
}

fn added(one: &Census, other: &Census) -> Census {
    Census {
        running: one.running + other.running,
        waiting: one.waiting + other.waiting,
        oldest_accepted_at: earlier(one.oldest_accepted_at, other.oldest_accepted_at),
        earliest_deadline_at: earlier(one.earliest_deadline_at, other.earliest_deadline_at),
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

fn number(count: i32) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
