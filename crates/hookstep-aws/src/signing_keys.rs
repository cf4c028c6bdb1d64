//! The tenants' keys of `v1a` signatures: an item per tenant, its private halves sealed.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::ids::TenantId;
use hookstep_core::ports::{Clock, SigningKeyStore, SigningKeys, StoreError, Written};
use hookstep_core::secret::Sealed;
use hookstep_core::signing::{PublishedKey, TenantKeys};
use jiff::{SignedDuration, Timestamp};

use crate::attribute::{Item, ItemBuilder, ItemReader};
use crate::kept::Kept;

const TABLE: &str = "signing keys";

/// How long a tenant's keys are used before they are read again, in seconds: what a rotation may take to count.
const LIFE_SECONDS: i64 = 60;

/// How many tenants' keys are kept in a process.
const MAX_COUNT: usize = 500;

/// The table of signing keys.
#[derive(Debug)]
pub struct DynamoSigningKeys {
    client: aws_sdk_dynamodb::Client,
    table: String,
}

/// The same, each tenant's keys read once a minute.
#[derive(Debug)]
pub struct KeptSigningKeys<C> {
    table: DynamoSigningKeys,
    clock: C,
    kept: Kept<TenantId, TenantKeys>,
}

/// Why no keys were fetched.
enum NotFetched {
    None,
    Failed(StoreError),
}

impl DynamoSigningKeys {
    /// The table of that name.
    #[must_use]
    pub fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        Self { client, table }
    }

    /// Reads through memory.
    pub fn kept<C: Clock>(self, clock: C) -> KeptSigningKeys<C> {
        KeptSigningKeys { table: self, clock, kept: Kept::new(MAX_COUNT) }
    }

    async fn put(
        &self,
        tenant: &TenantId,
        keys: &TenantKeys,
        before: Option<&TenantKeys>,
    ) -> Result<Written, StoreError> {
        let mut request = self.client.put_item().table_name(&self.table).set_item(Some(item(tenant, keys)));
        request = match before {
            None => request.condition_expression("attribute_not_exists(tenant_id)"),
            // The sealed text is another one each time, so that it tells one state from every other.
            Some(before) => request
                .condition_expression("sealed = :before")
                .expression_attribute_values(":before", AttributeValue::S(before.sealed.as_str().to_owned())),
        };
        match request.send().await {
            Ok(_) => Ok(Written::Done),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(Written::Outdated),
                _ => Err(StoreError::Unavailable { table: TABLE, source: error.into() }),
            },
        }
    }
}

impl SigningKeys for DynamoSigningKeys {
    async fn keys(&self, tenant: &TenantId) -> Result<Option<TenantKeys>, StoreError> {
        let key = AttributeValue::S(tenant.to_string());
        let request = self.client.get_item().table_name(&self.table).key("tenant_id", key).consistent_read(true);
        let answer =
            request.send().await.map_err(|error| StoreError::Unavailable { table: TABLE, source: error.into() })?;
        answer.item.as_ref().map(read).transpose()
    }
}

impl SigningKeyStore for DynamoSigningKeys {
    async fn create(&self, tenant: &TenantId, keys: &TenantKeys) -> Result<Written, StoreError> {
        self.put(tenant, keys, None).await
    }

    async fn replace(&self, tenant: &TenantId, keys: &TenantKeys, before: &TenantKeys) -> Result<Written, StoreError> {
        self.put(tenant, keys, Some(before)).await
    }
}

impl<C: Clock> SigningKeys for KeptSigningKeys<C> {
    async fn keys(&self, tenant: &TenantId) -> Result<Option<TenantKeys>, StoreError> {
        let now = self.clock.now();
        let until = now + SignedDuration::from_secs(LIFE_SECONDS);
        let fetch = async || match self.table.keys(tenant).await {
            Ok(Some(keys)) => Ok((keys, until)),
            Ok(None) => Err(NotFetched::None),
            Err(error) => Err(NotFetched::Failed(error)),
        };
        match self.kept.get_or_fetch(tenant.clone(), now, fetch).await {
            Ok(keys) => Ok(Some(keys)),
            Err(NotFetched::None) => Ok(None),
            Err(NotFetched::Failed(error)) => Err(error),
        }
    }
}

fn item(tenant: &TenantId, keys: &TenantKeys) -> Item {
    let one = |key: &PublishedKey| {
        let item = ItemBuilder::default()
            .text("public_key", &key.public_key)
            .text("created_at", key.created_at.to_string())
            .optional_text("signs_until", key.signs_until.map(|until| until.to_string()));
        AttributeValue::M(item.build())
    };
    ItemBuilder::default()
        .text("tenant_id", tenant.as_str())
        .text("sealed", keys.sealed.as_str())
        .value("keys", AttributeValue::L(keys.keys.iter().map(one).collect()))
        .build()
}

fn read(item: &Item) -> Result<TenantKeys, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    let corrupt = || reader.corrupt("keys");
    let one = |value: &AttributeValue| -> Result<PublishedKey, StoreError> {
        let reader = ItemReader::new(TABLE, value.as_m().map_err(|_| corrupt())?);
        let signs_until = reader.optional_text("signs_until").map(str::parse::<Timestamp>).transpose();
        Ok(PublishedKey {
            public_key: reader.text("public_key")?.to_owned(),
            created_at: reader.parsed("created_at")?,
            signs_until: signs_until.map_err(|_| corrupt())?,
        })
    };
    let list = reader.get("keys").and_then(|value| value.as_l().ok()).filter(|list| !list.is_empty());
    let keys = list.ok_or_else(corrupt)?.iter().map(one).collect::<Result<_, _>>()?;
    Ok(TenantKeys { sealed: Sealed::new(reader.text("sealed")?), keys })
}
