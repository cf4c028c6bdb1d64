//! Secrets: in the clear only where they are used, sealed everywhere else.
//!
//! All secrets of a webhook are sealed together, each under its **slot**: the JSON pointer (RFC 6901) of the field that
//! it was given in, such as `/auth/password` or `/headers/X-Token`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use zeroize::Zeroizing;

use crate::ids::{ConfigId, TenantId};

/// A secret in the clear. It does not print itself, and is wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text for a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for the request that it goes into and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("...")
    }
}

/// The slot of a field: the JSON pointer that its names make.
#[must_use]
pub fn slot(names: &[&str]) -> String {
    names.iter().fold(String::new(), |mut pointer, name| {
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        pointer
    })
}

/// The secrets of one webhook in the clear, by slot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, Secret>);

impl Secrets {
    /// The secret of a slot, if it is set.
    #[must_use]
    pub fn get(&self, slot: &str) -> Option<&Secret> {
        self.0.get(slot)
    }

    /// Sets a slot.
    pub fn set(&mut self, slot: String, secret: Secret) {
        self.0.insert(slot, secret);
    }

    /// Every slot with its secret, in the order of the slots.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.0.iter().map(|(slot, secret)| (slot.as_str(), secret))
    }

    /// Whether no slot is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the slots that are set.
    #[must_use]
    pub fn slots(&self) -> BTreeSet<String> {
        self.0.keys().cloned().collect()
    }
}

impl FromIterator<(String, Secret)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (String, Secret)>>(secrets: I) -> Self {
        Self(secrets.into_iter().collect())
    }
}

/// Whose secrets they are. Sealed secrets open for the same owner only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The tenant.
    pub tenant: TenantId,
    /// The webhook.
    pub config_id: ConfigId,
}

/// Secrets that only the holder of the key can read: ASCII text that may be stored and passed anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sealed(String);

impl Sealed {
    /// Takes a text that a sealer made.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A webhook's secrets as stored: sealed, with the names of the slots that are set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecrets {
    /// Which slots are set.
    pub slots: BTreeSet<String>,
    /// All of them.
    pub sealed: Sealed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_a_json_pointer() {
        assert_eq!(slot(&["auth", "password"]), "/auth/password");
        assert_eq!(slot(&["headers", "a/b~c"]), "/headers/a~1b~0c");
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        let secrets: Secrets = [("/auth/password".to_owned(), Secret::new("hunter2"))].into_iter().collect();
        let printed = format!("{secrets:?}");
        assert!(printed.contains("/auth/password") && !printed.contains("hunter2"), "{printed}");
    }
}
