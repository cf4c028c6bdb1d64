//! Secrets, connections and access tokens.

use std::future::Future;
use std::time::Duration;

use super::Source;
use crate::attempt::AttemptError;
use crate::auth::ConnectionArn;
use crate::grant::ConnectionCredentials;
use crate::ids::TenantId;
use crate::secret::{Owner, Sealed, Secrets};
use crate::token::{Token, TokenRequest};

/// Secrets can't be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// Worth a retry.
    #[error("the key service is unavailable")]
    Unavailable(#[source] Source),
    /// Not worth one: the key is gone or disabled, access to it is not granted, or the text was tampered with.
    #[error("the secrets can't be opened")]
    Unreadable(#[source] Source),
}

/// Opens sealed secrets.
pub trait SecretOpener: Send + Sync {
    /// The secrets in the clear. Those sealed for another owner do not open.
    fn open(&self, owner: &Owner, sealed: &Sealed) -> impl Future<Output = Result<Secrets, SecretsError>> + Send;
    /// The same of what was sealed for a tenant as a whole.
    fn open_tenants(
        &self,
        tenant: &TenantId,
        sealed: &Sealed,
    ) -> impl Future<Output = Result<Secrets, SecretsError>> + Send;
}

/// Seals secrets.
pub trait SecretSealer: SecretOpener {
    /// The secrets, readable for the owner's deliveries only.
    fn seal(&self, owner: &Owner, secrets: &Secrets) -> impl Future<Output = Result<Sealed, SecretsError>> + Send;
    /// The secrets of a tenant as a whole, readable for its deliveries only.
    fn seal_tenants(
        &self,
        tenant: &TenantId,
        secrets: &Secrets,
    ) -> impl Future<Output = Result<Sealed, SecretsError>> + Send;
}

/// A connection's credentials can't be had.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// Worth a retry.
    #[error("the service that keeps the connection is unavailable")]
    Unavailable(#[source] Source),
    /// Not worth one; what to change. Never a secret.
    #[error("{0}")]
    Unusable(String),
}

/// Reads the credentials of `EventBridge` connections.
pub trait ConnectionReader: Send + Sync {
    /// What is in the connection's secret.
    fn credentials(
        &self,
        secret_arn: &str,
    ) -> impl Future<Output = Result<ConnectionCredentials, ConnectionError>> + Send;
    /// Drops what is kept of a connection from before, so that it is read again.
    fn forget(&self, secret_arn: &str) -> impl Future<Output = ()> + Send;
}

/// Finds `EventBridge` connections.
pub trait ConnectionFinder: Send + Sync {
    /// The ARN of the connection's secret.
    fn secret_arn(&self, arn: &ConnectionArn) -> impl Future<Output = Result<String, ConnectionError>> + Send;
}

/// Gets access tokens, and keeps them while they are good.
pub trait Tokens: Send + Sync {
    /// A token, from before or by an exchange that takes no longer than `patience`.
    fn token(
        &self,
        owner: &Owner,
        request: &TokenRequest,
        patience: Duration,
    ) -> impl Future<Output = Result<Token, AttemptError>> + Send;
    /// A token by an exchange of its own, whatever is kept from before.
    fn fresh(
        &self,
        request: &TokenRequest,
        patience: Duration,
    ) -> impl Future<Output = Result<Token, AttemptError>> + Send;
    /// Drops a token that the receiver refused; one that was fetched since stays.
    fn forget(&self, owner: &Owner, request: &TokenRequest, token: &Token) -> impl Future<Output = ()> + Send;
}
