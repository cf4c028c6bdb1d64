//! The tenants' keys of `v1a` signatures.

use std::future::Future;

use super::{StoreError, Written};
use crate::ids::TenantId;
use crate::signing::TenantKeys;

/// Reads a tenant's keys.
pub trait SigningKeys: Send + Sync {
    /// The keys, if the tenant has any yet.
    fn keys(&self, tenant: &TenantId) -> impl Future<Output = Result<Option<TenantKeys>, StoreError>> + Send;
}

/// Makes and replaces them.
pub trait SigningKeyStore: SigningKeys {
    /// Stores the keys of a tenant that has none.
    fn create(&self, tenant: &TenantId, keys: &TenantKeys) -> impl Future<Output = Result<Written, StoreError>> + Send;
    /// Stores keys in place of those that were read `before`.
    fn replace(
        &self,
        tenant: &TenantId,
        keys: &TenantKeys,
        before: &TenantKeys,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;
}
