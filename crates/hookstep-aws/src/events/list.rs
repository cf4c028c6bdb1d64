//! Lists of events, newest first, merged from the shards.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::future::try_join_all;
use hookstep_core::event::{EventRow, EventStatus};
use hookstep_core::ids::EventId;
use hookstep_core::ports::{Clock, EventLister, EventQuery, Page, StoreError};

use super::keys::{
    WEBHOOK_SHARDS, WIDE_SHARDS, correlation_partition, tenant_status_partition, webhook_partition, webhook_shard_of,
    webhook_status_partition,
};
use super::{DynamoEvents, TABLE, item, unavailable};
use crate::attribute::{Item, ItemReader};
use crate::cursor::below;

/// How many pages of one shard are read for one page of the list, where a filter leaves little of each.
const PAGES_PER_SHARD: usize = 10;

/// How many rows a page of a shard looks at, and how many such pages there are, where only their names tell which of them are
/// wanted: what is rare takes a list of several pages, rather than one that is dear.
const LOOKED_AT: usize = 200;
const PAGES_BY_NAME: usize = 2;

/// How many times as many rows as `BatchGetItem` takes are read for one page of the list, where only they tell which of an
/// index's keys are wanted.
const BATCHES: usize = 5;

/// How many items `BatchGetItem` takes.
const BATCH: usize = 100;

/// How often `BatchGetItem` is asked for what it left out.
const BATCH_TRIES: usize = 5;

/// Where the events of a query are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the table: all of a webhook's events.
    Table,
    /// In the index of a webhook's failed and skipped events.
    WebhookStatus(EventStatus),
    /// In the index of a tenant's failed and waiting events; those in progress whose leg runs are in `open_by_deadline`.
    TenantStatus(EventStatus),
    /// In the index of a tenant's events by their correlation ids.
    Correlation,
}

impl Place {
    fn of(query: &EventQuery) -> Self {
        if query.correlation_id.is_some() {
            return Self::Correlation;
        }
        match (&query.config_id, query.status) {
            (Some(_), None | Some(EventStatus::Succeeded)) => Self::Table,
            (Some(_), Some(status @ (EventStatus::Failed | EventStatus::Skipped))) => Self::WebhookStatus(status),
            (Some(_), Some(status @ EventStatus::InProgress)) => Self::TenantStatus(status),
            (None, status) => Self::TenantStatus(status.unwrap_or(EventStatus::Failed)),
        }
    }

    /// Into how many partitions it is spread.
    fn shards(self) -> u8 {
        match self {
            Self::Table | Self::WebhookStatus(_) | Self::Correlation => WEBHOOK_SHARDS,
            Self::TenantStatus(_) => WIDE_SHARDS,
        }
    }

    /// Whether its keys do not tell all that the query asks.
    fn needs_rows(self, query: &EventQuery) -> bool {
        match self {
            Self::Table => false,
            Self::WebhookStatus(_) | Self::TenantStatus(_) => query.event_name.is_some(),
            Self::Correlation => query.event_name.is_some() || query.status.is_some(),
        }
    }
}

/// What one shard gave.
struct Shard {
    items: Vec<Item>,
    /// Older events of this shard were not looked at below this id, and might match.
    unread_below: Option<EventId>,
}

impl<C: Clock> EventLister for DynamoEvents<C> {
    async fn events(&self, query: &EventQuery) -> Result<Page<EventRow, EventId>, StoreError> {
        let place = Place::of(query);
        if !place.needs_rows(query) {
            return self.page(query, place).await;
        }
        let mut wider = EventQuery { limit: BATCH, ..query.clone() };
        let mut items = Vec::new();
        for _ in 0..BATCHES {
            let page = self.page(&wider, place).await?;
            items.extend(page.items);
            wider.before = page.next;
            if items.len() > query.limit || wider.before.is_none() {
                break;
            }
        }
        if items.len() <= query.limit {
            return Ok(Page { items, next: wider.before });
        }
        items.truncate(query.limit);
        let next = items.last().map(|row| row.key.event_id.clone());
        Ok(Page { items, next })
    }
}

impl<C: Clock> DynamoEvents<C> {
    async fn page(&self, query: &EventQuery, place: Place) -> Result<Page<EventRow, EventId>, StoreError> {
        let mut shards = try_join_all((0..place.shards()).map(|shard| self.shard(query, place, shard))).await?;
        if place == Place::TenantStatus(EventStatus::InProgress) {
            shards.extend(self.running(query).await?.into_iter().map(|items| Shard { items, unread_below: None }));
        }

        // What lies below the highest unread point of any shard may be incomplete, and waits for the next page.
        let frontier = shards.iter().filter_map(|shard| shard.unread_below.clone()).max();
        let mut items = Vec::new();
        for candidate in shards.into_iter().flat_map(|shard| shard.items) {
            let id: EventId = ItemReader::new(TABLE, &candidate).parsed("event_id")?;
            if frontier.as_ref().is_none_or(|frontier| id >= *frontier) {
                items.push((id, candidate));
            }
        }
        items.sort_by(|(a, _), (b, _)| b.cmp(a));
        // One that begins to run or to wait at this moment may be found in both places.
        items.dedup_by(|(a, _), (b, _)| a == b);
        let more = items.len() > query.limit;
        items.truncate(query.limit);
        let next = if more { items.last().map(|(id, _)| id.clone()) } else { frontier };

        let keys: Vec<Item> = items.into_iter().map(|(_, item)| item).collect();
        let rows = if place == Place::Table { keys } else { self.rows(keys).await? };
        let now = self.clock.now();
        let mut rows = rows.iter().map(item::read).collect::<Result<Vec<_>, _>>()?;
        // An index lags behind its table, and rows are swept late.
        let is_named = |row: &EventRow| query.event_name.is_none() || query.event_name == row.event_name;
        let is_so = |row: &EventRow| query.status.is_none_or(|status| row.status == status);
        rows.retain(|row| row.expires_at > now && is_so(row) && is_named(row));
        rows.sort_by(|a, b| b.key.event_id.cmp(&a.key.event_id));
        Ok(Page { items: rows, next })
    }

    async fn shard(&self, query: &EventQuery, place: Place, shard: u8) -> Result<Shard, StoreError> {
        let mut items = Vec::new();
        let mut start: Option<Item> = None;
        let by_name = place == Place::Table && query.event_name.is_some();
        for _ in 0..if by_name { PAGES_BY_NAME } else { PAGES_PER_SHARD } {
            let answer =
                self.query(query, place, shard).set_exclusive_start_key(start).send().await.map_err(unavailable)?;
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() || items.len() > query.limit {
                break;
            }
        }
        let unread_below = match start {
            // The list takes no more than this from any one shard, so nothing below is missed.
            Some(_) if items.len() > query.limit => None,
            Some(key) => Some(ItemReader::new(TABLE, &key).parsed("event_id")?),
            None => None,
        };
        Ok(Shard { items, unread_below })
    }

    fn query(&self, query: &EventQuery, place: Place, shard: u8) -> QueryFluentBuilder {
        let (oldest, newest) = ends(query);
        // One more than asked for tells whether there is a next page.
        let least = query.limit + 1;
        let looked_at = if place == Place::Table && query.event_name.is_some() { least.max(LOOKED_AT) } else { least };
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .scan_index_forward(false)
            .limit(i32::try_from(looked_at).unwrap_or(i32::MAX))
            .expression_attribute_values(":oldest", AttributeValue::S(oldest))
            .expression_attribute_values(":newest", AttributeValue::S(newest));
        match (place, &query.config_id) {
            (Place::Table, Some(config_id)) => {
                let partition = webhook_partition(&query.tenant, config_id, shard);
                filtered(keyed(request, "webhook_shard", partition), query)
            }
            (Place::WebhookStatus(status), Some(config_id)) => {
                let partition = webhook_status_partition(&query.tenant, config_id, status, shard);
                keyed(request.index_name("status_by_webhook"), "webhook_status", partition)
            }
            (Place::TenantStatus(status), _) => {
                let partition = tenant_status_partition(&query.tenant, status, shard);
                let request = keyed(request.index_name("status_by_tenant"), "tenant_status", partition);
                of_webhook(request, query, webhook_shard_of(shard))
            }
            (Place::Correlation, _) => {
                let id = query.correlation_id.as_deref().unwrap_or_default();
                let partition = correlation_partition(&query.tenant, id, shard);
                let request = keyed(request.index_name("by_correlation"), "tenant_correlation", partition);
                of_webhook(request, query, shard)
            }
            // `Place::of` names these two only with a webhook.
            (Place::Table | Place::WebhookStatus(_), None) => request,
        }
    }

    /// The rows of keys that an index gave.
    pub(super) async fn rows(&self, keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let mut rows = Vec::new();
        for batch in keys.chunks(BATCH) {
            let keys = batch.iter().map(table_key).collect();
            let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).build().map_err(unavailable)?;
            let mut left = Some(HashMap::from([(self.table.clone(), wanted)]));
            for _ in 0..BATCH_TRIES {
                let Some(request) = left.take().filter(|left| !left.is_empty()) else { break };
                let answer =
                    self.client.batch_get_item().set_request_items(Some(request)).send().await.map_err(unavailable)?;
                rows.extend(answer.responses.unwrap_or_default().into_values().flatten());
                left = answer.unprocessed_keys;
            }
            if left.is_some_and(|left| !left.is_empty()) {
                let source = "BatchGetItem keeps leaving keys out".into();
                return Err(StoreError::Unavailable { table: TABLE, source });
            }
        }
        Ok(rows)
    }
}

/// The ids between which the query's events lie, for a BETWEEN.
pub(super) fn ends(query: &EventQuery) -> (String, String) {
    let oldest = query.from.map_or_else(|| "evt_".to_owned(), |from| EventId::first_at(from).to_string());
    let newest = query.to.map_or_else(|| "evt_~".to_owned(), |to| EventId::last_at(to).to_string());
    // BETWEEN takes both ends; the cursor's event itself was on the page before.
    let newest = match &query.before {
        Some(before) if before.as_str() <= newest.as_str() => below(before.as_str()),
        _ => newest,
    };
    // BETWEEN refuses an upper end below the lower one.
    (oldest.min(newest.clone()), newest)
}

fn keyed(request: QueryFluentBuilder, name: &str, partition: String) -> QueryFluentBuilder {
    request
        .key_condition_expression(format!("{name} = :partition AND event_id BETWEEN :oldest AND :newest"))
        .expression_attribute_values(":partition", AttributeValue::S(partition))
}

/// Only the rows of the query's status and name.
fn filtered(mut request: QueryFluentBuilder, query: &EventQuery) -> QueryFluentBuilder {
    let mut conditions = Vec::new();
    if let Some(status) = query.status {
        conditions.push("#status = :status");
        request = request
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":status", AttributeValue::S(status.as_str().to_owned()));
    }
    if let Some(name) = &query.event_name {
        conditions.push("event_name = :event_name");
        request = request.expression_attribute_values(":event_name", AttributeValue::S(name.clone()));
    }
    if conditions.is_empty() { request } else { request.filter_expression(conditions.join(" AND ")) }
}

/// Only the keys of the query's webhook, whose rows with these keys are in this shard.
fn of_webhook(request: QueryFluentBuilder, query: &EventQuery, shard: u8) -> QueryFluentBuilder {
    match &query.config_id {
        None => request,
        Some(config_id) => request.filter_expression("webhook_shard = :shard").expression_attribute_values(
            ":shard",
            AttributeValue::S(webhook_partition(&query.tenant, config_id, shard)),
        ),
    }
}

fn table_key(item: &Item) -> Item {
    item.iter()
        .filter(|(name, _)| matches!(name.as_str(), "webhook_shard" | "event_id"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
