//! Idempotency keys, in a table of their own: one write for a trigger that brings a key, none for the others. Events of the bus are
//! claimed there too: one write for each that is for anybody.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use hookstep_core::ids::{ConfigId, EventId, TenantId};
use hookstep_core::limits::{BUS_CLAIM_TTL_SECONDS, IDEMPOTENCY_TTL_SECONDS};
use hookstep_core::ports::{BusClaim, BusClaims, IdempotencyKeys, StoreError};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::attribute::{Item, ItemBuilder, ItemReader};

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

fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable { table: TABLE, source: source.into() }
}

/// What others give may hold anything and be of any length, so its digest stands for it.
fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// No webhook's id is `bus`.
fn bus_key(tenant: &TenantId, bus_event: &str) -> String {
    format!("{tenant}#bus#{}", digest(bus_event))
}

fn claim_item(key: String, event_id: &EventId, expires_at: i64) -> ItemBuilder {
    ItemBuilder::default()
        .text("idempotency_key", key)
        .text("event_id", event_id.as_str())
        .number("expires_at", expires_at)
}

impl DynamoIdempotency {
    /// Puts the item where there is none that has not expired. Else that one.
    async fn take(&self, item: Item, now: Timestamp) -> Result<Option<Item>, StoreError> {
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
        let Err(error) = answer else { return Ok(None) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(taken)) => match taken.item() {
                Some(item) => Ok(Some(item.clone())),
                None => Err(StoreError::Corrupt { table: TABLE, what: "item".to_owned() }),
            },
            _ => Err(unavailable(error)),
        }
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
        let key = format!("{tenant}#{config_id}#{}", digest(key));
        let item = claim_item(key, candidate, now.as_second() + IDEMPOTENCY_TTL_SECONDS);
        match self.take(item.build(), now).await? {
            None => Ok(candidate.clone()),
            Some(taken) => ItemReader::new(TABLE, &taken).parsed("event_id"),
        }
    }
}

impl BusClaims for DynamoIdempotency {
    async fn claim(
        &self,
        tenant: &TenantId,
        bus_event: &str,
        candidate: &EventId,
        now: Timestamp,
    ) -> Result<BusClaim, StoreError> {
        let item = claim_item(bus_key(tenant, bus_event), candidate, now.as_second() + BUS_CLAIM_TTL_SECONDS);
        let Some(taken) = self.take(item.build(), now).await? else {
            return Ok(BusClaim { base: candidate.clone(), reached: None, unasked: None });
        };
        let reader = ItemReader::new(TABLE, &taken);
        let webhook = |name: &str| reader.get(name).map(|_| reader.parsed(name)).transpose();
        Ok(BusClaim { base: reader.parsed("event_id")?, reached: webhook("reached")?, unasked: webhook("unasked")? })
    }

    async fn note(
        &self,
        tenant: &TenantId,
        bus_event: &str,
        claim: &BusClaim,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let expires_at = now.as_second() + BUS_CLAIM_TTL_SECONDS;
        let item = claim_item(bus_key(tenant, bus_event), &claim.base, expires_at)
            .optional_text("reached", claim.reached.as_ref().map(ConfigId::as_str))
            .optional_text("unasked", claim.unasked.as_ref().map(ConfigId::as_str));
        // Runs of the same event at the same time may each put what they have come to: each of that is true.
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item.build()));
        put.send().await.map(drop).map_err(unavailable)
    }
}
