//! Webhooks and their history.

use std::future::Future;

use jiff::Timestamp;

use super::{Page, StoreError};
use crate::history::Entry;
use crate::ids::{ConfigId, TenantId};
use crate::secret::Owner;
use crate::webhook::{Status, Webhook};

/// Reads one webhook.
pub trait WebhookReader: Send + Sync {
    /// The webhook as it is now, if the tenant has one of that id.
    fn webhook(
        &self,
        tenant: &TenantId,
        id: &ConfigId,
    ) -> impl Future<Output = Result<Option<Webhook>, StoreError>> + Send;
}

/// Which webhooks a list is of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookQuery {
    /// Those that listen to this event name.
    pub event_name: Option<String>,
    /// Those in this status.
    pub status: Option<Status>,
    /// Those after the one of this id.
    pub after: Option<ConfigId>,
    /// At most so many.
    pub limit: usize,
}

/// What became of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It was done.
    Done,
    /// The webhook is not as it was read any more, or is gone.
    Outdated,
}

/// Lists and changes webhooks. Each change is written together with its entry in the webhook's history, or not at all.
pub trait WebhookStore: WebhookReader {
    /// Stores a new webhook.
    fn create(&self, webhook: &Webhook, entry: &Entry) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// Stores a webhook in place of its version `expected`.
    fn replace(
        &self,
        webhook: &Webhook,
        expected: u64,
        entry: &Entry,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;
    /// Removes a webhook of version `expected`.
    fn delete(
        &self,
        owner: &Owner,
        expected: u64,
        entry: &Entry,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;
    /// The tenant's webhooks, oldest first. A page may hold fewer than `limit` and still have a next one.
    fn list(
        &self,
        tenant: &TenantId,
        query: &WebhookQuery,
    ) -> impl Future<Output = Result<Page<Webhook, ConfigId>, StoreError>> + Send;
}

/// Writes how a webhook's receiver does. None of it is a change by its people: only `auto_disable` makes a new version.
pub trait WebhookHealth: Send + Sync {
    /// It has failed since `since`, unless it has for longer already. Nothing where the webhook is gone.
    fn failing(&self, owner: &Owner, since: Timestamp) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// It succeeded. Nothing where it was not failing, or is gone.
    fn recovered(&self, owner: &Owner) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// Disables it for that reason, together with the entry in its history: if it still is of the version that was read,
    /// and, where that one was failing, still fails since the same moment.
    fn auto_disable(
        &self,
        webhook: &Webhook,
        reason: &str,
        entry: &Entry,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;
}

/// Reads what was done to a webhook.
pub trait HistoryReader: Send + Sync {
    /// Entries that have not expired at `now`, newest first, before version `before`. Those of a deleted webhook stay.
    fn history(
        &self,
        owner: &Owner,
        before: Option<u64>,
        limit: usize,
        now: Timestamp,
    ) -> impl Future<Output = Result<Page<Entry, u64>, StoreError>> + Send;
}
