//! The webhooks of an event name, by the index `by_event_name`: partition key `tenant_id`, sort key `event_name`.
//!
//! It holds the webhooks that have an event name, and of each only what a fan-out reads. Webhooks of one name stand together, in
//! an order of `DynamoDB`'s own. A run of a fan-out that goes on behind a webhook relies on two things that `DynamoDB` does and
//! does not write down: that this order does not change, and that the place behind a key is the same when its webhook is gone
//! from the index. (Where it were otherwise, a webhook could be missed by an event that took several runs.)

use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::filter::Filter;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{Listener, Listeners, ListeningWebhooks, StoreError};
use hookstep_core::webhook::{Status, TimeoutSeconds};

use super::{DynamoConfigs, TABLE, key, unavailable};
use crate::attribute::{Item, ItemReader};

const INDEX: &str = "by_event_name";

/// Webhooks that one read looks at: with filters of the largest size 4 MB, of which `DynamoDB` reads one at a time.
const PAGE: i32 = 1_000;

fn read(item: &Item) -> Result<Listener, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    let filter = reader.optional_text("filter").map(|text| {
        let pattern = serde_json::from_str(text).map_err(|_| reader.corrupt("filter"))?;
        // Not as a webhook is read: that a pattern is not taken any more is to be told with each event.
        Filter::parse(pattern).map_err(|_| reader.corrupt("filter"))
    });
    Ok(Listener {
        config_id: reader.parsed("config_id")?,
        filter: filter.transpose()?,
        timeout: TimeoutSeconds::new(reader.number("timeout_seconds")?)
            .ok_or_else(|| reader.corrupt("timeout_seconds"))?,
    })
}

impl ListeningWebhooks for DynamoConfigs {
    async fn listeners(
        &self,
        tenant: &TenantId,
        event_name: &str,
        after: Option<&ConfigId>,
    ) -> Result<Listeners, StoreError> {
        let start = after.map(|id| {
            let mut start = key(tenant, id);
            start.insert("event_name".to_owned(), AttributeValue::S(event_name.to_owned()));
            start
        });
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(INDEX)
            .key_condition_expression("tenant_id = :tenant AND event_name = :event_name")
            // Items from before there was a status have the flag alone.
            .filter_expression("#status = :active OR (attribute_not_exists(#status) AND enabled = :enabled)")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":tenant", AttributeValue::S(tenant.to_string()))
            .expression_attribute_values(":event_name", AttributeValue::S(event_name.to_owned()))
            .expression_attribute_values(":active", AttributeValue::S(Status::Active.as_str().to_owned()))
            .expression_attribute_values(":enabled", AttributeValue::Bool(true))
            .set_exclusive_start_key(start)
            .limit(PAGE)
            .send()
            .await
            .map_err(unavailable)?;
        let mut page = Listeners::default();
        for item in answer.items() {
            match read(item) {
                Ok(listener) => page.readable.push(listener),
                Err(_) => page.unreadable.push(ItemReader::new(TABLE, item).parsed("config_id")?),
            }
        }
        page.next = match answer.last_evaluated_key() {
            Some(key) => Some(ItemReader::new(TABLE, key).parsed("config_id")?),
            None => None,
        };
        Ok(page)
    }
}
