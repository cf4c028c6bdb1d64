//! Statistics, in a table of their own: an item for each hour of a webhook and of a tenant.
//!
//! | attribute | what |
//! | --- | --- |
//! | `webhook` (partition key) | `{tenant}#{config_id}`, or `{tenant}#*` for all webhooks of the tenant |
//! | `hour` (sort key) | such as `2026-11-22T08` |
//! | `accepted`, `succeeded`, `failed`, `skipped`, `attempts`, `retries` | counts |
//! | `r_{code}` | how often this reason ended an event |
//! | `l_{bucket}` | how many attempts took so long |
//! | `s_{shard}` | up to which change of this shard of the stream it is counted |
//! | `f_{shard}` | the event that failed last, as this shard tells |
//! | `expires_at` | seconds since 1970 |
//!
//! One update adds what a batch counts and says up to where: a batch that comes again finds that and adds nothing. Names of
//! shards are cut to a digest, because each byte of the item is paid for with every update.

mod item;
mod stream;

pub use stream::{Batch, InvalidBatch};

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use hookstep_core::ports::{Added, Clock, CountedHour, Increment, StatsCounter, StatsReader, StoreError};
use hookstep_core::stats::hour::Hour;
use hookstep_core::stats::{Place, Subject};

use crate::attribute::Item;
use item::ShardNames;

const TABLE: &str = "stats";

/// The statistics table.
#[derive(Debug, Clone)]
pub struct DynamoStats<C> {
    client: aws_sdk_dynamodb::Client,
    table: String,
    clock: C,
}

impl<C: Clock> DynamoStats<C> {
    /// The table of that name; the clock decides which hours have expired.
    #[must_use]
    pub fn new(client: aws_sdk_dynamodb::Client, table: String, clock: C) -> Self {
        Self { client, table, clock }
    }
}

fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable { table: TABLE, source: source.into() }
}

fn partition(subject: &Subject) -> String {
    match &subject.config_id {
        Some(config_id) => format!("{}#{config_id}", subject.tenant),
        None => format!("{}#*", subject.tenant),
    }
}

fn key(place: &Place) -> Item {
    [("webhook", partition(&place.subject)), ("hour", place.hour.to_string())]
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value)))
        .into()
}

impl<C: Clock> StatsCounter for DynamoStats<C> {
    async fn add(&self, place: &Place, shard: &str, increment: &Increment) -> Result<Added, StoreError> {
        let names = ShardNames::of(shard);
        let update = item::update(&names, increment, place.hour);
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(place)))
            .update_expression(update.expression)
            .condition_expression("attribute_not_exists(#counted) OR #counted < :first")
            .set_expression_attribute_names(Some(update.names))
            .set_expression_attribute_values(Some(update.values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = request.send().await else { return Ok(Added::Now) };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                let old = failed.item().cloned().unwrap_or_default();
                Ok(Added::Before(item::newest(&old, &names)?))
            }
            _ => Err(unavailable(error)),
        }
    }
}

impl<C: Clock> StatsReader for DynamoStats<C> {
    async fn hours(&self, subject: &Subject, from: Hour, to: Hour) -> Result<Vec<CountedHour>, StoreError> {
        let mut hours = Vec::new();
        if from >= to {
            return Ok(hours);
        }
        let now = self.clock.now();
        let mut start: Option<Item> = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("webhook = :webhook AND #hour BETWEEN :from AND :last")
                .expression_attribute_names("#hour", "hour")
                .expression_attribute_values(":webhook", AttributeValue::S(partition(subject)))
                .expression_attribute_values(":from", AttributeValue::S(from.to_string()))
                .expression_attribute_values(":last", AttributeValue::S(to.after(-1).to_string()))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(unavailable)?;
            for item in answer.items() {
                let hour = item::read(item)?;
                // Items are swept days after they expire.
                if hour.hour.expires_at() > now {
                    hours.push(hour);
                }
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(hours);
            }
        }
    }
}
