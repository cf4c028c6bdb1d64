//! Signatures by Standard Webhooks 1.0.0: what a webhook signs with.
//!
//! The signed bytes are `{webhook-id}.{webhook-timestamp}.{body}`, the body as it is sent. `v1` is HMAC-SHA256 under a secret
//! of the webhook, `v1a` is Ed25519 (RFC 8032) under a key of the tenant, whose public half anybody may fetch.

mod key;
mod secret;
mod signature;

pub use key::{InvalidKey, KeyRing, PublishedKey, SigningKey, TenantKeys, key_slot};
pub use secret::{InvalidSigningSecret, SigningSecret};
pub use signature::{Changed, FirstPass, Passes, SecondPass, Signer};

use jiff::Timestamp;

use crate::secret::slot;

/// A way to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// HMAC-SHA256 under the webhook's secret.
    V1,
    /// Ed25519 under the tenant's key.
    V1a,
}

impl Scheme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V1, Self::V1a];

    /// The identifier that leads a signature.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V1a => "v1a",
        }
    }

    /// The scheme of that identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str() == name)
    }
}

/// How a webhook's requests are signed. The secrets are among the webhook's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// In the order of [`Scheme::ALL`], each at most once. None: the requests are not signed.
    pub schemes: Vec<Scheme>,
    /// Until when each secret that was replaced signs too, newest first.
    pub earlier: Vec<Timestamp>,
}

impl Default for Signing {
    fn default() -> Self {
        Self { schemes: Scheme::ALL.to_vec(), earlier: Vec::new() }
    }
}

impl Signing {
    /// No signatures: webhooks that were saved before there were any.
    #[must_use]
    pub fn off() -> Self {
        Self { schemes: Vec::new(), earlier: Vec::new() }
    }

    /// Whether requests are signed in this way.
    #[must_use]
    pub fn uses(&self, scheme: Scheme) -> bool {
        self.schemes.contains(&scheme)
    }

    /// The slot of the secret.
    #[must_use]
    pub fn secret_slot() -> String {
        slot(&["signing", "secret"])
    }

    /// The slot of an earlier secret, by its place in [`Signing::earlier`].
    #[must_use]
    pub fn earlier_slot(place: usize) -> String {
        slot(&["signing", "earlier", &place.to_string()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_schemes() {
        for scheme in Scheme::ALL {
            assert_eq!(Scheme::from_name(scheme.as_str()), Some(scheme));
        }
        assert_eq!(Scheme::from_name("v2"), None);
        assert_eq!(Signing::earlier_slot(1), "/signing/earlier/1");
    }
}
