//! The keys of `v1a` signatures: Ed25519, one per tenant, and an earlier one while it is being replaced.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::hazmat::ExpandedSecretKey;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::secret::{Sealed, Secret, slot};

const PRIVATE_PREFIX: &str = "whsk_";
const PUBLIC_PREFIX: &str = "whpk_";

/// The `SubjectPublicKeyInfo` of an Ed25519 key up to the key itself (RFC 8410, section 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A text is not a private key. It quotes nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing key is not whsk_ and 32 bytes in base64")]
pub struct InvalidKey;

/// A private key, ready to sign with.
pub struct SigningKey {
    pub(super) expanded: ExpandedSecretKey,
    /// Derived from the private key and never taken from elsewhere: signing with another one would give the key away.
    pub(super) public: VerifyingKey,
}

impl SigningKey {
    /// A new private key of 256 random bits.
    #[must_use]
    pub fn generate(random: [u128; 2]) -> Secret {
        let seed = Zeroizing::new(random.map(u128::to_be_bytes).concat());
        Secret::new(format!("{PRIVATE_PREFIX}{}", STANDARD.encode(&*seed)))
    }

    /// Reads a private key: `whsk_` and the base64 of its 32 bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let encoded = text.strip_prefix(PRIVATE_PREFIX).ok_or(InvalidKey)?;
        let decoded = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| InvalidKey)?);
        let seed = Zeroizing::new(<[u8; 32]>::try_from(decoded.as_slice()).map_err(|_| InvalidKey)?);
        let expanded = ExpandedSecretKey::from(&*seed);
        let public = VerifyingKey::from(&expanded);
        Ok(Self { expanded, public })
    }

    /// The public half: `whpk_` and the base64 of its 32 bytes.
    #[must_use]
    pub fn public_key(&self) -> String {
        format!("{PUBLIC_PREFIX}{}", STANDARD.encode(self.public.as_bytes()))
    }
}

/// What anybody may know of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedKey {
    /// `whpk_` and the base64 of 32 bytes.
    pub public_key: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it signs, where another one has taken its place.
    pub signs_until: Option<Timestamp>,
}

impl PublishedKey {
    /// Whether it signs at this moment.
    #[must_use]
    pub fn signs_at(&self, now: Timestamp) -> bool {
        self.signs_until.is_none_or(|until| now < until)
    }

    /// The key as PEM (RFC 8410), which most libraries read; none where the text is not a key.
    #[must_use]
    pub fn pem(&self) -> Option<String> {
        let key = STANDARD.decode(self.public_key.strip_prefix(PUBLIC_PREFIX)?).ok()?;
        let der = [&SPKI[..], &key].concat();
        Some(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der)))
    }
}

/// A tenant's keys as stored: the private halves sealed together, each in its [`key_slot`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantKeys {
    /// The private halves.
    pub sealed: Sealed,
    /// The public halves, newest first. There is at least one.
    pub keys: Vec<PublishedKey>,
}

impl TenantKeys {
    /// What a delivery at this moment needs of them.
    #[must_use]
    pub fn ring(&self) -> KeyRing {
        KeyRing { sealed: self.sealed.clone(), signs_until: self.keys.iter().map(|key| key.signs_until).collect() }
    }
}

/// What signing takes of a tenant's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRing {
    /// The private halves.
    pub sealed: Sealed,
    /// Until when each signs, in the order of their slots.
    pub signs_until: Vec<Option<Timestamp>>,
}

/// The slot of a private key, by its place among the tenant's keys.
#[must_use]
pub fn key_slot(place: usize) -> String {
    slot(&["keys", &place.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 1.
    const SEED: [u8; 32] = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
        0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    ];

    #[test]
    fn the_public_key_is_that_of_the_rfc() {
        let key = SigningKey::parse(&format!("whsk_{}", STANDARD.encode(SEED))).unwrap();
        assert_eq!(key.public_key(), "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        let published =
            PublishedKey { public_key: key.public_key(), created_at: Timestamp::UNIX_EPOCH, signs_until: None };
        let pem = published.pem().unwrap();
        assert!(pem.contains("\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"), "{pem}");
    }

    #[test]
    fn a_generated_key_is_read_back_and_others_are_refused() {
        let seed =
            [u128::from_be_bytes(SEED[..16].try_into().unwrap()), u128::from_be_bytes(SEED[16..].try_into().unwrap())];
        let key = SigningKey::parse(SigningKey::generate(seed).expose()).unwrap();
        assert!(key.public_key().starts_with("whpk_11qY"));
        for bad in ["", "whsk_", "whsk_AAAA", "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="] {
            assert!(SigningKey::parse(bad).is_err(), "{bad}");
        }
    }
}
