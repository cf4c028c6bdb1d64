//! Partition keys of event rows.

use hookstep_core::event::{EventKey, EventStatus};
use hookstep_core::ids::{ConfigId, EventId, TenantId};

/// Into how many partitions one webhook's events are spread. `DynamoDB` writes 1,000 units a second to one
/// partition key, and a delivery writes two to each: eight shards take 4,000 deliveries a second of one webhook.
/// A row is found by its id, so this number can't change for a table that holds rows.
pub(super) const WEBHOOK_SHARDS: u8 = 8;

/// Into how many partitions an index is spread that all webhooks of a tenant, or all tenants, have in common: 16,000
/// deliveries a second.
pub(super) const WIDE_SHARDS: u8 = 32;

/// The shard of one webhook's partitions that holds what that shard of a wide index holds.
pub(super) fn webhook_shard_of(wide_shard: u8) -> u8 {
    wide_shard % WEBHOOK_SHARDS
}

fn shard(event_id: &EventId) -> u8 {
    event_id.spread() % WEBHOOK_SHARDS
}

fn wide_shard(event_id: &EventId) -> u8 {
    event_id.spread() % WIDE_SHARDS
}

/// The partition key of an event's row.
#[must_use]
pub fn webhook_shard(key: &EventKey) -> String {
    webhook_partition(&key.tenant, &key.config_id, shard(&key.event_id))
}

pub(super) fn webhook_partition(tenant: &TenantId, config_id: &ConfigId, shard: u8) -> String {
    format!("{tenant}#{config_id}#{shard}")
}

pub(super) fn tenant_status_partition(tenant: &TenantId, status: EventStatus, shard: u8) -> String {
    format!("{tenant}#{}#{shard}", status.as_str())
}

pub(super) fn webhook_status_partition(
    tenant: &TenantId,
    config_id: &ConfigId,
    status: EventStatus,
    shard: u8,
) -> String {
    format!("{tenant}#{config_id}#{}#{shard}", status.as_str())
}

/// The partition of `by_correlation` that an event is in. (A tenant's name holds no `#`, whatever the id holds.)
pub(super) fn correlation_key(key: &EventKey, correlation_id: &str) -> String {
    correlation_partition(&key.tenant, correlation_id, shard(&key.event_id))
}

pub(super) fn correlation_partition(tenant: &TenantId, correlation_id: &str, shard: u8) -> String {
    format!("{tenant}#{shard}#{correlation_id}")
}

pub(super) fn running_partition(shard: u8) -> String {
    format!("running#{shard}")
}

pub(super) fn waiting_partition(shard: u8) -> String {
    format!("waiting#{shard}")
}

/// The partition of `open_by_deadline` that an event is in while a leg of it runs.
#[must_use]
pub fn running_shard(event_id: &EventId) -> String {
    running_partition(wide_shard(event_id))
}

/// Whether that partition of `open_by_deadline` is one of events whose leg runs.
pub(super) fn is_running_partition(partition: &str) -> bool {
    partition.starts_with("running#")
}

/// Every partition of `open_by_deadline`.
pub(super) fn open_partitions() -> impl Iterator<Item = String> {
    (0..WIDE_SHARDS).flat_map(|shard| [running_partition(shard), waiting_partition(shard)])
}

/// Where a row stands, for the indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A leg runs.
    Running,
    /// It waits for the next one.
    Waiting,
    /// It is final.
    Ended(EventStatus),
}

/// An event's entries in the sparse indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IndexKeys {
    /// In `status_by_tenant`: failed, and waiting (as in progress).
    pub(super) tenant_status: Option<String>,
    /// In `status_by_webhook`: failed and skipped.
    pub(super) webhook_status: Option<String>,
    /// In `open_by_deadline`: running and waiting.
    pub(super) open_shard: Option<String>,
}

pub(super) fn index_keys(key: &EventKey, standing: Standing) -> IndexKeys {
    let wide = wide_shard(&key.event_id);
    let of_tenant = |status| Some(tenant_status_partition(&key.tenant, status, wide));
    let of_webhook = |status| Some(webhook_status_partition(&key.tenant, &key.config_id, status, shard(&key.event_id)));
    let (tenant_status, webhook_status, open_shard) = match standing {
        Standing::Running => (None, None, Some(running_partition(wide))),
        Standing::Waiting => (of_tenant(EventStatus::InProgress), None, Some(waiting_partition(wide))),
        Standing::Ended(EventStatus::Failed) => (of_tenant(EventStatus::Failed), of_webhook(EventStatus::Failed), None),
        Standing::Ended(EventStatus::Skipped) => (None, of_webhook(EventStatus::Skipped), None),
        Standing::Ended(EventStatus::Succeeded | EventStatus::InProgress) => (None, None, None),
    };
    IndexKeys { tenant_status, webhook_status, open_shard }
}
