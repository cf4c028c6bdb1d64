//! The form of sealed secrets: AES-256-GCM under a data key, which stands beside the ciphertext, encrypted by KMS.
//!
//! `v2.{data key, encrypted}.{nonce and ciphertext}`, both base64url without padding. What is sealed is bound to its holder by
//! the additional data; the data key is the tenant's, and bound to it by the encryption context of KMS.
//!
//! `v1` was written before all webhooks had secrets: its data key is of this one text, and bound to the webhook too.

use std::collections::{BTreeMap, HashMap};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hookstep_core::ids::TenantId;
use hookstep_core::ports::SecretsError;
use hookstep_core::secret::{Owner, Sealed, Secret, Secrets};
use zeroize::Zeroizing;

/// Whom a seal is bound to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder<'a> {
    Webhook(&'a Owner),
    Tenant(&'a TenantId),
}

impl Holder<'_> {
    pub(super) fn tenant(&self) -> &TenantId {
        match self {
            Self::Webhook(owner) => &owner.tenant,
            Self::Tenant(tenant) => tenant,
        }
    }

    /// One text per holder: no id can hold a NUL, or be empty.
    fn additional_data(self, version: Version) -> Aad<Vec<u8>> {
        let config_id = match self {
            Self::Webhook(owner) => owner.config_id.as_str(),
            Self::Tenant(_) => "",
        };
        Aad::from(format!("hookstep {}\0{}\0{config_id}", version.as_str(), self.tenant()).into_bytes())
    }
}

/// A form of sealed secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

impl Version {
    fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }
}

/// The encryption context of a tenant's data key.
pub(super) fn context_of_tenant(tenant: &TenantId) -> HashMap<String, String> {
    HashMap::from([("tenant_id".to_owned(), tenant.to_string())])
}

/// The text is not one that was sealed here, or not for this holder.
#[derive(Debug, thiserror::Error)]
#[error("the sealed text is not valid: {0}")]
struct InvalidSeal(&'static str);

pub(super) fn unreadable(what: &'static str) -> SecretsError {
    SecretsError::Unreadable(InvalidSeal(what).into())
}

/// A sealed text, taken apart.
pub(super) struct Envelope {
    version: Version,
    /// The data key as KMS encrypted it.
    pub(super) wrapped_key: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Envelope {
    pub(super) fn parse(sealed: &Sealed) -> Result<Self, SecretsError> {
        let parts: Vec<&str> = sealed.as_str().split('.').collect();
        let (version, wrapped_key, ciphertext) = match parts[..] {
            ["v1", wrapped_key, ciphertext] => (Version::V1, wrapped_key, ciphertext),
            ["v2", wrapped_key, ciphertext] => (Version::V2, wrapped_key, ciphertext),
            _ => return Err(unreadable("its form is not known")),
        };
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| unreadable("it is not base64url"));
        Ok(Self { version, wrapped_key: decoded(wrapped_key)?, ciphertext: decoded(ciphertext)? })
    }

    /// The encryption context that its data key is bound to.
    pub(super) fn context(&self, holder: Holder<'_>) -> HashMap<String, String> {
        let mut context = context_of_tenant(holder.tenant());
        if let (Version::V1, Holder::Webhook(owner)) = (self.version, holder) {
            context.insert("config_id".to_owned(), owner.config_id.to_string());
        }
        context
    }

    pub(super) fn open(&self, data_key: &[u8], holder: Holder<'_>) -> Result<Secrets, SecretsError> {
        let (nonce, ciphertext) =
            self.ciphertext.split_at_checked(NONCE_LEN).ok_or_else(|| unreadable("it is too short"))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unreadable("it has no nonce"))?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let plain = cipher(data_key)?
            .open_in_place(nonce, holder.additional_data(self.version), &mut buffer)
            .map_err(|_| unreadable("it was altered, or belongs to another webhook"))?;
        // The parser's message could quote what it reads.
        let texts: BTreeMap<String, String> =
            serde_json::from_slice(plain).map_err(|_| unreadable("it holds no secrets"))?;
        Ok(texts.into_iter().map(|(slot, text)| (slot, Secret::new(text))).collect())
    }
}

fn cipher(data_key: &[u8]) -> Result<RandomizedNonceKey, SecretsError> {
    RandomizedNonceKey::new(&AES_256_GCM, data_key).map_err(|_| unreadable("the data key is not of 256 bits"))
}

/// Seals secrets under the tenant's data key.
pub(super) fn seal(
    wrapped_key: &[u8],
    data_key: &[u8],
    holder: Holder<'_>,
    secrets: &Secrets,
) -> Result<Sealed, SecretsError> {
    let texts: BTreeMap<&str, &str> = secrets.iter().map(|(slot, secret)| (slot, secret.expose())).collect();
    let plain = serde_json::to_vec(&texts).map_err(|error| SecretsError::Unreadable(error.into()))?;
    // Room for the tag from the start: growing would leave a copy of the plain text behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
    buffer.extend_from_slice(&Zeroizing::new(plain));
    let nonce = cipher(data_key)?
        .seal_in_place_append_tag(holder.additional_data(Version::V2), &mut *buffer)
        .map_err(|_| unreadable("it could not be sealed"))?;
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let ciphertext = [nonce.as_ref(), buffer.as_slice()].concat();
    Ok(Sealed::new(format!("{}.{}.{}", Version::V2.as_str(), encoded(wrapped_key), encoded(&ciphertext))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn owner(tenant: &str, config: u128) -> Owner {
        let config_id = hookstep_core::ids::ConfigId::generate(jiff::Timestamp::UNIX_EPOCH, config);
        Owner { tenant: tenant.parse().unwrap(), config_id }
    }

    fn open(sealed: &Sealed, key: &[u8], holder: Holder<'_>) -> Result<Secrets, SecretsError> {
        Envelope::parse(sealed)?.open(key, holder)
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_for_its_holder_and_for_nobody_else(key: [u8; 32], texts in prop::collection::btree_map(".{0,20}", ".{0,200}", 0..5)) {
            let secrets: Secrets = texts.into_iter().map(|(slot, text)| (slot, Secret::new(text))).collect();
            let (a, b, c) = (owner("a", 1), owner("a", 2), owner("b", 1));
            let holders = [Holder::Webhook(&a), Holder::Webhook(&b), Holder::Webhook(&c), Holder::Tenant(&a.tenant), Holder::Tenant(&c.tenant)];
            for (place, holder) in holders.into_iter().enumerate() {
                let sealed = seal(b"wrapped", &key, holder, &secrets).unwrap();
                for (other_place, other) in holders.into_iter().enumerate() {
                    let opened = open(&sealed, &key, other);
                    prop_assert_eq!(opened.ok(), (place == other_place).then(|| secrets.clone()));
                }
            }
        }

        #[test]
        fn a_text_that_was_altered_does_not_open(at: prop::sample::Index, bit in 0_u8..8) {
            let secrets: Secrets = [("/auth/password".to_owned(), Secret::new("hunter2"))].into_iter().collect();
            let a = owner("a", 1);
            let sealed = seal(b"wrapped", &[7; 32], Holder::Webhook(&a), &secrets).unwrap();
            let mut envelope = Envelope::parse(&sealed).unwrap();
            let at = at.index(envelope.ciphertext.len());
            envelope.ciphertext[at] ^= 1 << bit;
            prop_assert!(envelope.open(&[7; 32], Holder::Webhook(&a)).is_err());
        }
    }

    #[test]
    fn the_same_secrets_are_sealed_differently_each_time() {
        let secrets: Secrets = [("/auth/password".to_owned(), Secret::new("hunter2"))].into_iter().collect();
        let a = owner("a", 1);
        let sealed = || seal(b"wrapped", &[7; 32], Holder::Webhook(&a), &secrets).unwrap();
        assert_ne!(sealed(), sealed());
    }

    #[test]
    fn a_text_of_the_first_form_is_bound_to_its_webhook_twice() {
        let a = owner("a", 1);
        let old = Envelope::parse(&Sealed::new("v1.AAAA.AAAA")).unwrap();
        assert_eq!(old.context(Holder::Webhook(&a)).len(), 2);
        let new = Envelope::parse(&Sealed::new("v2.AAAA.AAAA")).unwrap();
        assert_eq!(new.context(Holder::Webhook(&a)), context_of_tenant(&a.tenant));
        for bad in ["", "v1", "v1.AAAA", "v3.AAAA.AAAA", "v2.%.AAAA", "v2.AAAA.AAAA.AAAA"] {
            assert!(Envelope::parse(&Sealed::new(bad)).is_err(), "{bad}");
        }
    }
}
