//! Events whose leg runs, of one tenant.
//!
//! They are in `open_by_deadline` with those of all tenants, so that they cost no index entry of their own: a list looks through as
//! many keys as there are deliveries under way at this moment.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use hookstep_core::ports::{Clock, EventQuery, StoreError};

use super::keys::{WEBHOOK_SHARDS, WIDE_SHARDS, running_partition, webhook_partition};
use super::list::ends;
use super::{DynamoEvents, unavailable};
use crate::attribute::Item;

/// How many pages of a megabyte are read of one partition.
const PAGES: usize = 10;

impl<C: Clock> DynamoEvents<C> {
    /// The keys of the query's running events, partition by partition.
    pub(super) async fn running(&self, query: &EventQuery) -> Result<Vec<Vec<Item>>, StoreError> {
        try_join_all((0..WIDE_SHARDS).map(|shard| self.running_in(query, shard))).await
    }

    async fn running_in(&self, query: &EventQuery, shard: u8) -> Result<Vec<Item>, StoreError> {
        let (oldest, newest) = ends(query);
        let (whose, wanted) = match &query.config_id {
            Some(config_id) => {
                ("webhook_shard = :whose", webhook_partition(&query.tenant, config_id, shard % WEBHOOK_SHARDS))
            }
            None => ("begins_with(webhook_shard, :whose)", format!("{}#", query.tenant)),
        };
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("open_by_deadline")
            .key_condition_expression("open_shard = :partition")
            .filter_expression(format!("{whose} AND event_id BETWEEN :oldest AND :newest"))
            .expression_attribute_values(":partition", AttributeValue::S(running_partition(shard)))
            .expression_attribute_values(":whose", AttributeValue::S(wanted))
            .expression_attribute_values(":oldest", AttributeValue::S(oldest))
            .expression_attribute_values(":newest", AttributeValue::S(newest));
        let mut items = Vec::new();
        let mut start = None;
        for _ in 0..PAGES {
            let answer = request.clone().set_exclusive_start_key(start).send().await.map_err(unavailable)?;
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(items)
    }
}
