//! Partition keys of event rows.

use hookstep_core::event::{EventKey, EventStatus};
use hookstep_core::ids::{ConfigId, EventId, TenantId};

/// Into how many partitions one webhook's events are spread. `DynamoDB` writes 1,000 units a second to one
/// partition key, and a delivery writes two to each: eight shards take 4,000 deliveries a second of one webhook.
/// A row is found by its id, so this number can't change for a table that holds rows.
pub(super) const WEBHOOK_SHARDS: u8 = 8;

/// Into how many partitions a tenant's events in progress are spread, across webhooks: 16,000 deliveries a second.
pub(super) const TENANT_SHARDS: u8 = 32;

/// The shard of one webhook's partitions that holds what the shard of a tenant's holds.
pub(super) fn webhook_shard_of(tenant_shard: u8) -> u8 {
    tenant_shard % WEBHOOK_SHARDS
}

fn shard(event_id: &EventId) -> u8 {
    event_id.spread() % WEBHOOK_SHARDS
}

fn tenant_shard(event_id: &EventId) -> u8 {
    event_id.spread() % TENANT_SHARDS
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

/// An event's entries in the two sparse indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IndexKeys {
    /// In `status_by_tenant`: in progress and failed.
    pub(super) tenant_status: Option<String>,
    /// In `status_by_webhook`: failed and skipped.
    pub(super) webhook_status: Option<String>,
}

pub(super) fn index_keys(key: &EventKey, status: EventStatus) -> IndexKeys {
    let shard = shard(&key.event_id);
    let in_tenant = matches!(status, EventStatus::InProgress | EventStatus::Failed);
    let in_webhook = matches!(status, EventStatus::Failed | EventStatus::Skipped);
    IndexKeys {
        tenant_status: in_tenant.then(|| tenant_status_partition(&key.tenant, status, tenant_shard(&key.event_id))),
        webhook_status: in_webhook.then(|| webhook_status_partition(&key.tenant, &key.config_id, status, shard)),
    }
}

/// The index entries of a failed event, as `(tenant_status, webhook_status)`, for the state that records a failure
/// without a Lambda function.
#[must_use]
pub fn failed_index_keys(key: &EventKey) -> (String, String) {
    let shard = shard(&key.event_id);
    (
        tenant_status_partition(&key.tenant, EventStatus::Failed, tenant_shard(&key.event_id)),
        webhook_status_partition(&key.tenant, &key.config_id, EventStatus::Failed, shard),
    )
}
