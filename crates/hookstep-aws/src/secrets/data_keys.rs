//! The tenants' data keys: one each, encrypted by KMS, in the table of keys.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::ids::TenantId;
use hookstep_core::ports::SecretsError;

use super::envelope::unreadable;
use crate::attribute::ItemBuilder;

/// What a tenant's data key is stored as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredKey {
    /// As KMS encrypted it, base64url.
    pub(super) wrapped: String,
    /// The key that encrypted it.
    pub(super) key_arn: String,
}

/// The items of data keys. They stand beside the tenants' signing keys; no tenant's id holds a `#`.
#[derive(Debug)]
pub(super) struct DataKeys {
    pub(super) client: aws_sdk_dynamodb::Client,
    pub(super) table: String,
}

fn item_key(tenant: &TenantId) -> String {
    format!("{tenant}#data_key")
}

impl DataKeys {
    pub(super) async fn get(&self, tenant: &TenantId) -> Result<Option<StoredKey>, SecretsError> {
        let key = AttributeValue::S(item_key(tenant));
        let request = self.client.get_item().table_name(&self.table).key("tenant_id", key).consistent_read(true);
        let answer = request.send().await.map_err(|error| SecretsError::Unavailable(error.into()))?;
        let Some(item) = answer.item else { return Ok(None) };
        let text = |name: &str| {
            let text = item.get(name).and_then(|value| value.as_s().ok()).cloned();
            text.ok_or_else(|| unreadable("the item of the tenant's data key is incomplete"))
        };
        Ok(Some(StoredKey { wrapped: text("data_key")?, key_arn: text("key_arn")? }))
    }

    /// Stores a key in place of the one that was read `before`. False: somebody else was faster.
    pub(super) async fn put(
        &self,
        tenant: &TenantId,
        key: &StoredKey,
        before: Option<&StoredKey>,
    ) -> Result<bool, SecretsError> {
        let item = ItemBuilder::default()
            .text("tenant_id", item_key(tenant))
            .text("data_key", &key.wrapped)
            .text("key_arn", &key.key_arn)
            .build();
        let mut request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        request = match before {
            None => request.condition_expression("attribute_not_exists(tenant_id)"),
            Some(before) => request
                .condition_expression("data_key = :before")
                .expression_attribute_values(":before", AttributeValue::S(before.wrapped.clone())),
        };
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(false),
                _ => Err(SecretsError::Unavailable(error.into())),
            },
        }
    }
}
