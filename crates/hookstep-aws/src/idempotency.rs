//! Idempotency keys, in a table of their own: one write for a trigger that brings a key, none for the others.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::limits::IDEMPOTENCY_TTL_SECONDS;
use hookstep_core::ports::{IdempotencyKeys, StoreError};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::attribute::{ItemBuilder, ItemReader};

const TABLE: &str = "idempotency";

/// The idempotency table: partition key `idempotency_key`.
#[derive(Debug, Clone)]
pub struct DynamoIdempotency {
    client: aws_sdk_dynamodb::Client,
    table: String,
}

impl DynamoIdempotency {
    /// The table of that name.
    #[must_use]
    pub fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        Self { client, table }
    }
}

impl IdempotencyKeys for DynamoIdempotency {
    async fn claim(
        &self,
        tenant: &TenantId,
        config_id: &ConfigId,
        key: &str,
        candidate: &EventId,
        now: Timestamp,
    ) -> Result<EventId, StoreError> {
        let unavailable =
            |source: aws_sdk_dynamodb::Error| StoreError::Unavailable { table: TABLE, source: source.into() };
        // The caller's key may hold anything, so its digest stands for it.
        let digest = hex::encode(Sha256::digest(key.as_bytes()));
        let item = ItemBuilder::default()
            .text("idempotency_key", format!("{tenant}#{config_id}#{digest}"))
            .text("event_id", candidate.as_str())
            .number("expires_at", now.as_second() + IDEMPOTENCY_TTL_SECONDS)
            .build();
        let answer = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            // Expired keys stay for days until they are swept.
            .condition_expression("attribute_not_exists(idempotency_key) OR expires_at < :now")
            .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = answer else { return Ok(candidate.clone()) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(taken)) => {
                let item = taken.item().ok_or_else(|| StoreError::Corrupt { table: TABLE, what: "item".to_owned() })?;
                ItemReader::new(TABLE, item).parsed("event_id")
            }
            _ => Err(unavailable(error.into())),
        }
    }
}
