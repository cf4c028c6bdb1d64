//! What brings events of the bus to webhooks.

use std::future::Future;

use bytes::Bytes;
use jiff::Timestamp;

use super::{PayloadError, StoreError};
use crate::filter::Filter;
use crate::ids::{ConfigId, EventId, TenantId};
use crate::payload::StoredPayload;
use crate::webhook::TimeoutSeconds;

/// An active webhook that listens to an event name: as much of it as decides on a leg.
#[derive(Debug, Clone, PartialEq)]
pub struct Listener {
    /// Which one.
    pub config_id: ConfigId,
    /// Which events of the name it wants; all of them where there is none.
    pub filter: Option<Filter>,
    /// How long an attempt may take: that decides on the machine.
    pub timeout: TimeoutSeconds,
}

/// A page of webhooks that listen to a name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listeners {
    /// In the order of the index, which stays the same.
    pub readable: Vec<Listener>,
    /// Those whose item is not one that Hookstep wrote, or whose filter was taken once and is not any more.
    pub unreadable: Vec<ConfigId>,
    /// The webhook after which the next page begins, if there is one. It need not be one that is active.
    pub next: Option<ConfigId>,
}

/// Finds the webhooks that listen to an event name.
pub trait ListeningWebhooks: Send + Sync {
    /// The tenant's active webhooks of this event name behind `after`, some 1,000 of them at most. What it costs grows with the
    /// webhooks of the name, whatever others there are. A webhook may be missing for a moment after it was saved.
    fn listeners(
        &self,
        tenant: &TenantId,
        event_name: &str,
        after: Option<&ConfigId>,
    ) -> impl Future<Output = Result<Listeners, StoreError>> + Send;
}

/// What is remembered of an event of the bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusClaim {
    /// What the ids of its webhooks' events are derived from. Its moment is when the event of the bus was claimed first.
    pub base: EventId,
    /// The last of its listeners, in their order, up to which every leg was started, where somebody has noted that.
    pub reached: Option<ConfigId>,
    /// One of those up to there that has a filter, where the event can't be looked into: nobody knows whether it wants it.
    pub unasked: Option<ConfigId>,
}

/// Remembers events of the bus, by their tenant and what tells them apart.
pub trait BusClaims: Send + Sync {
    /// The claim on the event: with `candidate` as its base for the first caller, the first caller's for every later one.
    fn claim(
        &self,
        tenant: &TenantId,
        bus_event: &str,
        candidate: &EventId,
        now: Timestamp,
    ) -> impl Future<Output = Result<BusClaim, StoreError>> + Send;
    /// Notes how far the claim has come.
    fn note(
        &self,
        tenant: &TenantId,
        bus_event: &str,
        claim: &BusClaim,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Stores payloads that many events of a tenant share.
pub trait SharedPayloads: Send + Sync {
    /// Stores one under a name that no other call uses.
    fn store_shared(
        &self,
        tenant: &TenantId,
        unique: &str,
        bytes: Bytes,
    ) -> impl Future<Output = Result<StoredPayload, PayloadError>> + Send;
}
