//! Names are resolved once, and only addresses that may be reached are handed on: what is dialled was checked.

use std::net::SocketAddr;
use std::sync::Arc;

use hookstep_core::address::AllowedTargets;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver, less the addresses that webhooks may not reach.
#[derive(Debug)]
pub(super) struct CheckedResolver {
    allowed: Arc<AllowedTargets>,
}

/// The name does not resolve.
#[derive(Debug, thiserror::Error)]
#[error("the name does not resolve")]
pub(super) struct Unresolved;

/// Every address of the name is one that webhooks may not reach.
#[derive(Debug, thiserror::Error)]
#[error("no address of the name may be reached")]
pub(super) struct Forbidden;

impl CheckedResolver {
    pub(super) fn new(allowed: Arc<AllowedTargets>) -> Self {
        Self { allowed }
    }
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.allowed);
        Box::pin(async move {
            let host = name.as_str();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await.map_err(|_| Unresolved)?.collect();
            if found.is_empty() {
                return Err(Unresolved.into());
            }
            let permitted: Vec<SocketAddr> =
                found.into_iter().filter(|address| allowed.permits(host, address.ip())).collect();
            if permitted.is_empty() {
                return Err(Forbidden.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}
