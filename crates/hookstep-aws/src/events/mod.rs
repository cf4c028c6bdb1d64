//! Event rows in the events table.
//!
//! | key | attributes | serves |
//! | --- | --- | --- |
//! | table | `webhook_shard`, `event_id` | one event; a webhook's events by time |
//! | index `status_by_tenant` | `tenant_status`, `event_id` | a tenant's failed and waiting events |
//! | index `status_by_webhook` | `webhook_status`, `event_id` | a webhook's failed and skipped events |
//! | index `by_correlation` | `tenant_correlation`, `event_id` | a tenant's events of one correlation id |
//! | index `open_by_deadline` | `open_shard`, `deadline_at` | running and waiting events that are overdue; running ones |
//!
//! The indexes are sparse and hold keys only, so that a delivery that succeeds costs four write units: the row and
//! its entry in `open_by_deadline`, then the row again and the entry's removal; and a fifth where the event has a correlation id. Each partition key ends in a
//! shard, which the event id tells: one of 8, or of 32 where all webhooks of a tenant, or all tenants, share an index.

mod backlog;
mod census;
mod item;
mod keys;
mod list;
mod open;
mod pick;
mod record;
mod running;
mod update;

pub use item::{record, record_item};
pub use keys::{running_shard, webhook_shard};

use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::event::{EventKey, EventRow};
use hookstep_core::ports::{Clock, EventReader, StoreError};

const TABLE: &str = "events";

/// The events table.
#[derive(Debug, Clone)]
pub struct DynamoEvents<C> {
    client: aws_sdk_dynamodb::Client,
    table: String,
    clock: C,
}

impl<C: Clock> DynamoEvents<C> {
    /// The table of that name; the clock decides which rows have expired.
    #[must_use]
    pub fn new(client: aws_sdk_dynamodb::Client, table: String, clock: C) -> Self {
        Self { client, table, clock }
    }
}

fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable { table: TABLE, source: source.into() }
}

impl<C: Clock> EventReader for DynamoEvents<C> {
    async fn event(&self, key: &EventKey) -> Result<Option<EventRow>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("webhook_shard", AttributeValue::S(webhook_shard(key)))
            .key("event_id", AttributeValue::S(key.event_id.to_string()))
            .consistent_read(true)
            .send()
            .await
            .map_err(unavailable)?;
        let row = answer.item().map(item::read).transpose()?;
        // Rows are swept days after they expire.
        Ok(row.filter(|row| row.expires_at > self.clock.now()))
    }
}
