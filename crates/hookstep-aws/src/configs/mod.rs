//! Webhooks in the configs table (partition key `tenant_id`, sort key `config_id`), and what was done to them in the history
//! table (partition key `webhook`: `{tenant}#{config_id}`, sort key `version`).
//!
//! A change and its entry are one transaction: two items at twice the price of a plain write, which changes of webhooks
//! are rare enough for.

mod health;
mod history;
mod item;
mod listening;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use hookstep_core::history::Entry;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{Page, StoreError, WebhookQuery, WebhookReader, WebhookStore, Written};
use hookstep_core::secret::Owner;
use hookstep_core::webhook::{Status, Webhook};

use crate::attribute::{Item, ItemBuilder, ItemReader};

const TABLE: &str = "configs";

/// Pages of the table that one page of a filtered list may take.
const LIST_MAX_READS: usize = 10;

/// The configs table, for reading one webhook.
#[derive(Debug, Clone)]
pub struct DynamoConfigs {
    client: aws_sdk_dynamodb::Client,
    table: String,
}

/// The configs table with the history table, for managing webhooks.
#[derive(Debug, Clone)]
pub struct ManagedConfigs {
    configs: DynamoConfigs,
    history_table: String,
    history_retention_days: i64,
}

impl DynamoConfigs {
    /// The table of that name.
    #[must_use]
    pub fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        Self { client, table }
    }

    /// With its history, whose entries are kept for a number of days.
    #[must_use]
    pub fn with_history(self, table: String, retention_days: i64) -> ManagedConfigs {
        ManagedConfigs { configs: self, history_table: table, history_retention_days: retention_days }
    }
}

fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable { table: TABLE, source: source.into() }
}

fn key(tenant: &TenantId, id: &ConfigId) -> Item {
    ItemBuilder::default().text("tenant_id", tenant.as_str()).text("config_id", id.as_str()).build()
}

impl WebhookReader for DynamoConfigs {
    async fn webhook(&self, tenant: &TenantId, id: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(tenant, id)))
            // A webhook works from the moment that its creation was answered.
            .consistent_read(true)
            .send()
            .await
            .map_err(unavailable)?;
        answer.item().map(item::read).transpose()
    }
}

impl WebhookReader for ManagedConfigs {
    async fn webhook(&self, tenant: &TenantId, id: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        self.configs.webhook(tenant, id).await
    }
}

impl WebhookStore for ManagedConfigs {
    async fn create(&self, webhook: &Webhook, entry: &Entry) -> Result<(), StoreError> {
        let put = Put::builder()
            .table_name(&self.configs.table)
            .set_item(Some(item::write(webhook)))
            .condition_expression("attribute_not_exists(config_id)")
            .build()
            .map_err(unavailable)?;
        let change = TransactWriteItem::builder().put(put).build();
        match self.transact(change, &webhook.owner(), entry).await? {
            Written::Done => Ok(()),
            // Ids hold 80 random bits.
            Written::Outdated => Err(unavailable(std::io::Error::other("the id of a new webhook is taken"))),
        }
    }

    async fn replace(&self, webhook: &Webhook, expected: u64, entry: &Entry) -> Result<Written, StoreError> {
        let put = Put::builder()
            .table_name(&self.configs.table)
            .set_item(Some(item::write(webhook)))
            .condition_expression("version = :expected")
            .expression_attribute_values(":expected", AttributeValue::N(expected.to_string()))
            .build()
            .map_err(unavailable)?;
        self.transact(TransactWriteItem::builder().put(put).build(), &webhook.owner(), entry).await
    }

    async fn delete(&self, owner: &Owner, expected: u64, entry: &Entry) -> Result<Written, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.configs.table)
            .set_key(Some(key(&owner.tenant, &owner.config_id)))
            .condition_expression("version = :expected")
            .expression_attribute_values(":expected", AttributeValue::N(expected.to_string()))
            .build()
            .map_err(unavailable)?;
        self.transact(TransactWriteItem::builder().delete(delete).build(), owner, entry).await
    }

    async fn list(&self, tenant: &TenantId, query: &WebhookQuery) -> Result<Page<Webhook, ConfigId>, StoreError> {
        let mut items = Vec::new();
        let mut start = query.after.as_ref().map(|id| key(tenant, id));
        for _ in 0..LIST_MAX_READS {
            let (found, next) = self.read_page(tenant, query, query.limit - items.len(), start).await?;
            items.extend(found);
            start = next;
            if items.len() == query.limit || start.is_none() {
                break;
            }
        }
        let next = match &start {
            Some(key) => Some(ItemReader::new(TABLE, key).parsed("config_id")?),
            None => None,
        };
        Ok(Page { items, next })
    }
}

impl ManagedConfigs {
    /// The change and its entry in the history, both or neither. The SDK repeats a try under the same token, so that one
    /// whose answer was lost is not done twice.
    async fn transact(&self, change: TransactWriteItem, owner: &Owner, entry: &Entry) -> Result<Written, StoreError> {
        // A conflict is another transaction on the same webhook, at this very moment.
        self.transact_unless(&["ConditionalCheckFailed", "TransactionConflict"], change, owner, entry).await
    }

    /// The same, where these codes say that it is outdated.
    async fn transact_unless(
        &self,
        outdated: &[&str],
        change: TransactWriteItem,
        owner: &Owner,
        entry: &Entry,
    ) -> Result<Written, StoreError> {
        let put = Put::builder()
            .table_name(&self.history_table)
            .set_item(Some(history::write(owner, entry, self.history_retention_days)))
            .build()
            .map_err(unavailable)?;
        let request = self
            .configs
            .client
            .transact_write_items()
            .transact_items(change)
            .transact_items(TransactWriteItem::builder().put(put).build());
        let Err(error) = request.send().await else { return Ok(Written::Done) };
        let is_outdated = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => canceled
                .cancellation_reasons()
                .iter()
                .any(|reason| reason.code().is_some_and(|code| outdated.contains(&code))),
            _ => false,
        };
        if is_outdated { Ok(Written::Outdated) } else { Err(unavailable(error)) }
    }

    /// One read of the table: what passes the filter, and where the next read begins.
    async fn read_page(
        &self,
        tenant: &TenantId,
        query: &WebhookQuery,
        limit: usize,
        start: Option<Item>,
    ) -> Result<(Vec<Webhook>, Option<Item>), StoreError> {
        let mut request = self
            .configs
            .client
            .query()
            .table_name(&self.configs.table)
            .key_condition_expression("tenant_id = :tenant")
            .expression_attribute_values(":tenant", AttributeValue::S(tenant.to_string()))
            .set_exclusive_start_key(start);
        let mut filters = Vec::new();
        if let Some(name) = &query.event_name {
            filters.push("event_name = :event_name");
            request = request.expression_attribute_values(":event_name", AttributeValue::S(name.clone()));
        }
        if let Some(status) = query.status {
            // Items from before there was a status have the flag alone.
            filters.push("(#status = :status OR (attribute_not_exists(#status) AND enabled = :enabled))");
            let enabled = match status {
                Status::Active => AttributeValue::Bool(true),
                Status::Disabled => AttributeValue::Bool(false),
                Status::AutoDisabled => AttributeValue::Null(true),
            };
            request = request
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":status", AttributeValue::S(status.as_str().to_owned()))
                .expression_attribute_values(":enabled", enabled);
        }
        if filters.is_empty() {
            // With a filter the limit would be on what is looked at, and not on what is found.
            request = request.limit(i32::try_from(limit).unwrap_or(i32::MAX));
        } else {
            request = request.filter_expression(filters.join(" AND "));
        }
        let answer = request.send().await.map_err(unavailable)?;
        let mut found = answer.items().iter().map(item::read).collect::<Result<Vec<_>, _>>()?;
        if found.len() > limit {
            found.truncate(limit);
            let next = found.last().map(|last| key(tenant, &last.id));
            return Ok((found, next));
        }
        Ok((found, answer.last_evaluated_key().cloned()))
    }
}
