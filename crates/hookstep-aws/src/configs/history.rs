//! A webhook's history.

use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::history::{Action, Actor, ActorKind, Entry};
use hookstep_core::ports::{HistoryReader, Page, StoreError};
use hookstep_core::secret::Owner;
use jiff::Timestamp;

use super::ManagedConfigs;
use crate::attribute::{Item, ItemBuilder, ItemReader};

const TABLE: &str = "history";
const SECONDS_PER_DAY: i64 = 86_400;

fn partition(owner: &Owner) -> String {
    format!("{}#{}", owner.tenant, owner.config_id)
}

pub(super) fn write(owner: &Owner, entry: &Entry, retention_days: i64) -> Item {
    let fields = entry.changed_fields.iter().map(|field| AttributeValue::S(field.clone())).collect();
    ItemBuilder::default()
        .text("webhook", partition(owner))
        .number("version", entry.version)
        .text("at", entry.at.to_string())
        .text("actor_type", entry.actor.kind.as_str())
        .optional_text("actor_id", entry.actor.id.as_deref())
        .text("action", entry.action.as_str())
        .value("changed_fields", AttributeValue::L(fields))
        .number("expires_at", entry.at.as_second() + retention_days * SECONDS_PER_DAY)
        .build()
}

fn read(item: &Item) -> Result<Entry, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    let named = |name: &'static str| reader.text(name);
    let kind = named("actor_type")?;
    let action = named("action")?;
    let fields = reader.get("changed_fields").and_then(|value| value.as_l().ok());
    let fields = fields.ok_or_else(|| reader.corrupt("changed_fields"))?.iter();
    Ok(Entry {
        version: reader.number("version")?,
        at: reader.parsed("at")?,
        actor: Actor {
            kind: ActorKind::ALL
                .into_iter()
                .find(|known| known.as_str() == kind)
                .ok_or_else(|| reader.corrupt("actor_type"))?,
            id: reader.optional_text("actor_id").map(ToOwned::to_owned),
        },
        action: Action::ALL
            .into_iter()
            .find(|known| known.as_str() == action)
            .ok_or_else(|| reader.corrupt("action"))?,
        changed_fields: fields
            .map(|field| field.as_s().cloned().map_err(|_| reader.corrupt("changed_fields")))
            .collect::<Result<_, _>>()?,
    })
}

impl HistoryReader for ManagedConfigs {
    async fn history(
        &self,
        owner: &Owner,
        before: Option<u64>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Page<Entry, u64>, StoreError> {
        let unavailable =
            |source: aws_sdk_dynamodb::Error| StoreError::Unavailable { table: TABLE, source: source.into() };
        let answer = self
            .configs
            .client
            .query()
            .table_name(&self.history_table)
            .key_condition_expression("webhook = :webhook AND version < :before")
            .expression_attribute_values(":webhook", AttributeValue::S(partition(owner)))
            .expression_attribute_values(":before", AttributeValue::N(before.unwrap_or(u64::MAX).to_string()))
            // What has expired stays for days until it is swept.
            .filter_expression("expires_at > :now")
            .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            // An entry is there from the moment that its change was answered.
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| unavailable(error.into()))?;
        let items = answer.items().iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let next = match answer.last_evaluated_key() {
            Some(key) => Some(ItemReader::new(TABLE, key).number("version")?),
            None => None,
        };
        Ok(Page { items, next })
    }
}
