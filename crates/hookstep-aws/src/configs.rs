//! Webhooks in the configs table: partition key `tenant_id`, sort key `config_id`.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use hookstep_core::header::Header;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{Page, StoreError, WebhookReader, WebhookStore};
use hookstep_core::webhook::{Method, TimeoutSeconds, Webhook, WebhookUrl};

use crate::attribute::{Item, ItemBuilder, ItemReader};

const TABLE: &str = "configs";

/// The configs table.
#[derive(Debug, Clone)]
pub struct DynamoConfigs {
    client: aws_sdk_dynamodb::Client,
    table: String,
}

impl DynamoConfigs {
    /// The table of that name.
    #[must_use]
    pub fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        Self { client, table }
    }
}

fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable { table: TABLE, source: source.into() }
}

impl WebhookReader for DynamoConfigs {
    async fn webhook(&self, tenant: &TenantId, id: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("tenant_id", AttributeValue::S(tenant.to_string()))
            .key("config_id", AttributeValue::S(id.to_string()))
            // A webhook works from the moment that its creation was answered.
            .consistent_read(true)
            .send()
            .await
            .map_err(unavailable)?;
        answer.item().map(read).transpose()
    }
}

impl WebhookStore for DynamoConfigs {
    async fn create(&self, webhook: &Webhook) -> Result<(), StoreError> {
        let item = write(webhook);
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item.clone()))
            .condition_expression("attribute_not_exists(config_id)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = request.send().await else { return Ok(()) };
        match error.as_service_error() {
            // A try of this very call was stored, and its answer was lost.
            Some(PutItemError::ConditionalCheckFailedException(taken)) if taken.item() == Some(&item) => Ok(()),
            _ => Err(unavailable(error)),
        }
    }

    async fn delete(&self, tenant: &TenantId, id: &ConfigId) -> Result<bool, StoreError> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("tenant_id", AttributeValue::S(tenant.to_string()))
            .key("config_id", AttributeValue::S(id.to_string()))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllOld)
            .send()
            .await
            .map_err(unavailable)?;
        Ok(answer.attributes().is_some())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ConfigId>,
        limit: usize,
    ) -> Result<Page<Webhook, ConfigId>, StoreError> {
        let start = after
            .map(|id| ItemBuilder::default().text("tenant_id", tenant.as_str()).text("config_id", id.as_str()).build());
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("tenant_id = :tenant")
            .expression_attribute_values(":tenant", AttributeValue::S(tenant.to_string()))
            .set_exclusive_start_key(start)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(unavailable)?;
        let items = answer.items().iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let next = match answer.last_evaluated_key() {
            Some(key) => Some(ItemReader::new(TABLE, key).parsed("config_id")?),
            None => None,
        };
        Ok(Page { items, next })
    }
}

fn write(webhook: &Webhook) -> Item {
    let headers = webhook
        .headers
        .iter()
        .map(|header| (header.name().to_owned(), AttributeValue::S(header.value().to_owned())))
        .collect();
    ItemBuilder::default()
        .text("tenant_id", webhook.tenant.as_str())
        .text("config_id", webhook.id.as_str())
        .text("name", &webhook.name)
        .text("description", &webhook.description)
        .optional_text("event_name", webhook.event_name.as_deref())
        .text("url", webhook.url.as_str())
        .text("http_method", webhook.method.as_str())
        .value("headers", AttributeValue::M(headers))
        .flag("enabled", webhook.enabled)
        .number("timeout_seconds", webhook.timeout.get())
        .text("created_at", webhook.created_at.to_string())
        .text("updated_at", webhook.updated_at.to_string())
        .number("version", webhook.version)
        .build()
}

fn read(item: &Item) -> Result<Webhook, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    let headers = reader.get("headers").and_then(|value| value.as_m().ok()).ok_or_else(|| reader.corrupt("headers"))?;
    let mut headers = headers
        .iter()
        .map(|(name, value)| {
            let value = value.as_s().map_err(|_| reader.corrupt("headers"))?;
            Header::parse(name, value).map_err(|_| reader.corrupt("headers"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    // The map has no order; a request should look the same every time.
    headers.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(Webhook {
        id: reader.parsed("config_id")?,
        tenant: reader.parsed("tenant_id")?,
        name: reader.text("name")?.to_owned(),
        description: reader.text("description")?.to_owned(),
        event_name: reader.optional_text("event_name").map(ToOwned::to_owned),
        // What was allowed when it was saved is sent to; the address rules are checked again at the dial.
        url: WebhookUrl::parse(reader.text("url")?, true).map_err(|_| reader.corrupt("url"))?,
        method: Method::from_name(reader.text("http_method")?).ok_or_else(|| reader.corrupt("http_method"))?,
        headers,
        enabled: reader.flag("enabled"),
        timeout: TimeoutSeconds::new(reader.number("timeout_seconds")?)
            .ok_or_else(|| reader.corrupt("timeout_seconds"))?,
        created_at: reader.parsed("created_at")?,
        updated_at: reader.parsed("updated_at")?,
        version: reader.number("version")?,
    })
}
