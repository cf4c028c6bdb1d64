//! How a webhook's receiver does: `failing_since`, which deliveries set and take away, and what it leads to.
//!
//! A webhook that fails, and goes on failing, costs one write in all; so does one that succeeds again.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use hookstep_core::history::Entry;
use hookstep_core::ports::{StoreError, WebhookHealth, Written};
use hookstep_core::secret::Owner;
use hookstep_core::webhook::{Status, Webhook};
use jiff::Timestamp;

use super::{ManagedConfigs, key, unavailable};

impl WebhookHealth for ManagedConfigs {
    async fn failing(&self, owner: &Owner, since: Timestamp) -> Result<(), StoreError> {
        let update = self
            .update(owner)
            .update_expression("SET failing_since = :since")
            .condition_expression("attribute_exists(config_id) AND attribute_not_exists(failing_since)")
            .expression_attribute_values(":since", AttributeValue::S(since.to_string()));
        write(update).await
    }

    async fn recovered(&self, owner: &Owner) -> Result<(), StoreError> {
        let update = self.update(owner).update_expression("REMOVE failing_since");
        write(update.condition_expression("attribute_exists(failing_since)")).await
    }

    async fn auto_disable(&self, webhook: &Webhook, reason: &str, entry: &Entry) -> Result<Written, StoreError> {
        let mut update = Update::builder()
            .table_name(&self.configs.table)
            .set_key(Some(key(&webhook.tenant, &webhook.id)))
            .update_expression(
                "SET #status = :status, enabled = :enabled, status_reason = :reason, updated_at = :at, version = :version",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":status", AttributeValue::S(Status::AutoDisabled.as_str().to_owned()))
            .expression_attribute_values(":enabled", AttributeValue::Bool(false))
            .expression_attribute_values(":reason", AttributeValue::S(reason.to_owned()))
            .expression_attribute_values(":at", AttributeValue::S(entry.at.to_string()))
            .expression_attribute_values(":version", AttributeValue::N(entry.version.to_string()))
            .expression_attribute_values(":seen", AttributeValue::N(webhook.version.to_string()));
        update = match webhook.failing_since {
            None => update.condition_expression("version = :seen"),
            Some(since) => update
                .condition_expression("version = :seen AND failing_since = :since")
                .expression_attribute_values(":since", AttributeValue::S(since.to_string())),
        };
        let change = TransactWriteItem::builder().update(update.build().map_err(unavailable)?).build();
        // A conflict does not count: it is another delivery that writes at this very moment, and nobody changed anything.
        self.transact_unless(&["ConditionalCheckFailed"], change, &webhook.owner(), entry).await
    }
}

impl ManagedConfigs {
    fn update(&self, owner: &Owner) -> UpdateItemFluentBuilder {
        let update = self.configs.client.update_item().table_name(&self.configs.table);
        update.set_key(Some(key(&owner.tenant, &owner.config_id)))
    }
}

/// Makes the update; a condition that does not hold means that there is nothing to do.
async fn write(update: UpdateItemFluentBuilder) -> Result<(), StoreError> {
    match update.send().await {
        Ok(_) => Ok(()),
        Err(error) if error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception) => {
            Ok(())
        }
        Err(error) => Err(unavailable(error)),
    }
}
