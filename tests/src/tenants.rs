//! Callers with tokens, in a stack that takes them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use hookstep_local::oidc::Minter;
use hookstep_local::secrets::planted;
use hookstep_local::stack::JwtIssuer;
use serde_json::{Value, json};

use crate::hookstep::Hookstep;

const LIFE: Duration = Duration::from_hours(1);
/// Tokens are a little older than that, so that no two clocks' difference makes them come from the future.
const AGE: Duration = Duration::from_secs(10);

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Look at webhooks, their history and events.
    Read,
    /// Create, change and delete webhooks.
    Write,
    /// Send.
    Trigger,
}

impl Permission {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Trigger];

    fn name(self, issuer: &JwtIssuer) -> &str {
        match self {
            Self::Read => &issuer.read_permission,
            Self::Write => &issuer.write_permission,
            Self::Trigger => &issuer.trigger_permission,
        }
    }
}

impl Hookstep {
    /// The same stack, called by somebody of this tenant who may do this.
    pub fn as_tenant(&self, tenant: &str, permissions: &[Permission]) -> Result<Self> {
        let token = self.minter()?.sign(&self.claims(tenant, permissions)?)?;
        Ok(self.with_token(&token))
    }

    /// The same stack, called by somebody who may do everything: of this tenant, where there are tenants.
    pub fn as_anybody(&self, tenant: &str) -> Result<Self> {
        if self.stack.jwt.is_some() { self.as_tenant(tenant, &Permission::ALL) } else { Ok(self.clone()) }
    }

    /// The same stack, called with this token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { stack: self.stack.clone(), api: self.api.with_bearer(token) }
    }

    /// The claims of a good token for somebody of this tenant who may do this.
    pub fn claims(&self, tenant: &str, permissions: &[Permission]) -> Result<Value> {
        let issuer = self.issuer()?;
        let now = SystemTime::now();
        let names: Vec<&str> = permissions.iter().map(|permission| permission.name(issuer)).collect();
        let mut claims = json!({
            "iss": issuer.issuer,
            "aud": issuer.audience,
            "sub": format!("{tenant}-user"),
            "iat": seconds(now - AGE),
            "nbf": seconds(now - AGE),
            "exp": seconds(now + LIFE),
            // Of no use but to find a token, or what was in it, where it should not be.
            "jti": planted("jti"),
        });
        claims[&issuer.tenant_claim] = tenant.into();
        claims[&issuer.permission_claim] = names.join(" ").into();
        Ok(claims)
    }

    /// Makes tokens, good and bad.
    pub fn minter(&self) -> Result<Minter> {
        Minter::make_or_open(&self.issuer()?.keys_dir)
    }

    fn issuer(&self) -> Result<&JwtIssuer> {
        self.stack.jwt.as_ref().context("this stack takes no tokens: run these tests by `cargo xtask test --only jwt`")
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
