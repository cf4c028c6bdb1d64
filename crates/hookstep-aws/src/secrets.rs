//! Secrets sealed by envelope encryption: a data key of KMS per write, AES-256-GCM under it.
//!
//! The data key is bound to its owner by the encryption context, and the ciphertext by its additional data, so that
//! neither opens for another webhook. `Decrypt` is not told the key: KMS finds it in the ciphertext, also after a rotation,
//! and the function's policy says which keys it may be.
//!
//! Form: `v1.{data key, encrypted}.{nonce and ciphertext}`, both base64url without padding.

use std::collections::{BTreeMap, HashMap};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_sdk_kms::error::ProvideErrorMetadata;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hookstep_core::ids::TenantId;
use hookstep_core::limits::{OPENED_SECRETS_LIFE_SECONDS, OPENED_SECRETS_MAX_COUNT};
use hookstep_core::ports::{Clock, SecretOpener, SecretSealer, SecretsError, Source};
use hookstep_core::secret::{Owner, Sealed, Secret, Secrets};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::kept::Kept;

const VERSION: &str = "v1";

/// What KMS says when trying again is of no use.
const FINAL_ERRORS: [&str; 9] = [
    "AccessDeniedException",
    "DisabledException",
    "IncorrectKeyException",
    "InvalidCiphertextException",
    "InvalidGrantTokenException",
    "InvalidKeyUsageException",
    "KMSInvalidStateException",
    "NotFoundException",
    "ValidationException",
];

/// Seals and opens with KMS. What was opened is kept for five minutes: one call per webhook, process and five minutes.
#[derive(Debug)]
pub struct KmsSecrets<C> {
    client: aws_sdk_kms::Client,
    clock: C,
    opened: Kept<[u8; 32], Secrets>,
}

/// The same with the key that new secrets are sealed under.
#[derive(Debug)]
pub struct KmsSealer<C> {
    opener: KmsSecrets<C>,
    key_arn: String,
}

/// The text is not one that was sealed here, or not for this owner.
#[derive(Debug, thiserror::Error)]
#[error("the sealed text is not valid: {0}")]
struct InvalidSeal(&'static str);

fn unreadable(what: &'static str) -> SecretsError {
    SecretsError::Unreadable(InvalidSeal(what).into())
}

fn of_kms<E>(error: E) -> SecretsError
where
    E: ProvideErrorMetadata + Into<Source>,
{
    if error.code().is_some_and(|code| FINAL_ERRORS.contains(&code)) {
        SecretsError::Unreadable(error.into())
    } else {
        SecretsError::Unavailable(error.into())
    }
}

/// Whom a seal is bound to.
#[derive(Debug, Clone, Copy)]
enum Holder<'a> {
    Webhook(&'a Owner),
    Tenant(&'a TenantId),
}

impl Holder<'_> {
    fn context(self) -> HashMap<String, String> {
        let mut context = HashMap::from([("tenant_id".to_owned(), self.tenant().to_string())]);
        if let Self::Webhook(owner) = self {
            context.insert("config_id".to_owned(), owner.config_id.to_string());
        }
        context
    }

    fn tenant(&self) -> &TenantId {
        match self {
            Self::Webhook(owner) => &owner.tenant,
            Self::Tenant(tenant) => tenant,
        }
    }

    /// One text per holder: no id can hold a NUL, or be empty.
    fn text(self) -> String {
        let config_id = match self {
            Self::Webhook(owner) => owner.config_id.as_str(),
            Self::Tenant(_) => "",
        };
        format!("{}\0{config_id}", self.tenant())
    }

    fn additional_data(self) -> Aad<Vec<u8>> {
        Aad::from(format!("hookstep {VERSION}\0{}", self.text()).into_bytes())
    }
}

impl<C: Clock> KmsSecrets<C> {
    /// Opens only.
    pub fn new(client: aws_sdk_kms::Client, clock: C) -> Self {
        Self { client, clock, opened: Kept::new(OPENED_SECRETS_MAX_COUNT) }
    }

    async fn opened(&self, holder: Holder<'_>, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        let now = self.clock.now();
        let until = now + SignedDuration::from_secs(OPENED_SECRETS_LIFE_SECONDS);
        let key = Sha256::digest(format!("{}\0{}", holder.text(), sealed.as_str())).into();
        self.opened.get_or_fetch(key, now, async || Ok((self.decrypt(holder, sealed).await?, until))).await
    }

    async fn decrypt(&self, holder: Holder<'_>, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        let parts: Vec<&str> = sealed.as_str().split('.').collect();
        let [VERSION, wrapped_key, ciphertext] = parts[..] else { return Err(unreadable("its form is not known")) };
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| unreadable("it is not base64url"));
        let answer = self
            .client
            .decrypt()
            .ciphertext_blob(Blob::new(decoded(wrapped_key)?))
            .set_encryption_context(Some(holder.context()))
            .send()
            .await
            .map_err(of_kms)?;
        let data_key = answer.plaintext.map(|blob| Zeroizing::new(blob.into_inner()));
        let data_key = data_key.ok_or_else(|| unreadable("KMS gave no key"))?;
        unseal(&data_key, holder, &decoded(ciphertext)?)
    }
}

impl<C: Clock> KmsSealer<C> {
    /// Seals under the key of that ARN; opens whatever the policy lets it.
    pub fn new(client: aws_sdk_kms::Client, key_arn: String, clock: C) -> Self {
        Self { opener: KmsSecrets::new(client, clock), key_arn }
    }
}

impl<C: Clock> SecretOpener for KmsSecrets<C> {
    async fn open(&self, owner: &Owner, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        self.opened(Holder::Webhook(owner), sealed).await
    }

    async fn open_tenants(&self, tenant: &TenantId, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        self.opened(Holder::Tenant(tenant), sealed).await
    }
}

impl<C: Clock> SecretOpener for KmsSealer<C> {
    async fn open(&self, owner: &Owner, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        self.opener.open(owner, sealed).await
    }

    async fn open_tenants(&self, tenant: &TenantId, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        self.opener.open_tenants(tenant, sealed).await
    }
}

impl<C: Clock> SecretSealer for KmsSealer<C> {
    async fn seal(&self, owner: &Owner, secrets: &Secrets) -> Result<Sealed, SecretsError> {
        self.sealed(Holder::Webhook(owner), secrets).await
    }

    async fn seal_tenants(&self, tenant: &TenantId, secrets: &Secrets) -> Result<Sealed, SecretsError> {
        self.sealed(Holder::Tenant(tenant), secrets).await
    }
}

impl<C: Clock> KmsSealer<C> {
    async fn sealed(&self, holder: Holder<'_>, secrets: &Secrets) -> Result<Sealed, SecretsError> {
        let answer = self
            .opener
            .client
            .generate_data_key()
            .key_id(&self.key_arn)
            .key_spec(DataKeySpec::Aes256)
            .set_encryption_context(Some(holder.context()))
            .send()
            .await
            .map_err(of_kms)?;
        let (Some(data_key), Some(wrapped_key)) = (answer.plaintext, answer.ciphertext_blob) else {
            return Err(unreadable("KMS gave no key"));
        };
        let data_key = Zeroizing::new(data_key.into_inner());
        let ciphertext = seal(&data_key, holder, secrets)?;
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Ok(Sealed::new(format!("{VERSION}.{}.{}", encoded(wrapped_key.as_ref()), encoded(&ciphertext))))
    }
}

fn cipher(data_key: &[u8]) -> Result<RandomizedNonceKey, SecretsError> {
    RandomizedNonceKey::new(&AES_256_GCM, data_key).map_err(|_| unreadable("the data key is not of 256 bits"))
}

fn seal(data_key: &[u8], holder: Holder<'_>, secrets: &Secrets) -> Result<Vec<u8>, SecretsError> {
    let texts: BTreeMap<&str, &str> = secrets.iter().map(|(slot, secret)| (slot, secret.expose())).collect();
    let plain = serde_json::to_vec(&texts).map_err(|error| SecretsError::Unreadable(error.into()))?;
    // Room for the tag from the start: growing would leave a copy of the plain text behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
    buffer.extend_from_slice(&Zeroizing::new(plain));
    let nonce = cipher(data_key)?
        .seal_in_place_append_tag(holder.additional_data(), &mut *buffer)
        .map_err(|_| unreadable("it could not be sealed"))?;
    Ok([nonce.as_ref(), buffer.as_slice()].concat())
}

fn unseal(data_key: &[u8], holder: Holder<'_>, sealed: &[u8]) -> Result<Secrets, SecretsError> {
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN).ok_or_else(|| unreadable("it is too short"))?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unreadable("it has no nonce"))?;
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let plain = cipher(data_key)?
        .open_in_place(nonce, holder.additional_data(), &mut buffer)
        .map_err(|_| unreadable("it was altered, or belongs to another webhook"))?;
    // The parser's message could quote what it reads.
    let texts: BTreeMap<String, String> =
        serde_json::from_slice(plain).map_err(|_| unreadable("it holds no secrets"))?;
    Ok(texts.into_iter().map(|(slot, text)| (slot, Secret::new(text))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn owner(tenant: &str) -> Owner {
        Owner { tenant: tenant.parse().unwrap(), config_id: "wh_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap() }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_for_its_owner_and_for_nobody_else(key: [u8; 32], texts in prop::collection::btree_map(".{0,20}", ".{0,200}", 0..5)) {
            let secrets: Secrets = texts.into_iter().map(|(slot, text)| (slot, Secret::new(text))).collect();
            let (a, b) = (owner("a"), owner("b"));
            let sealed = seal(&key, Holder::Webhook(&a), &secrets).unwrap();
            prop_assert_eq!(unseal(&key, Holder::Webhook(&a), &sealed).unwrap(), secrets.clone());
            prop_assert!(unseal(&key, Holder::Webhook(&b), &sealed).is_err());
            prop_assert!(unseal(&key, Holder::Tenant(&a.tenant), &sealed).is_err());
            let sealed = seal(&key, Holder::Tenant(&a.tenant), &secrets).unwrap();
            prop_assert_eq!(unseal(&key, Holder::Tenant(&a.tenant), &sealed).unwrap(), secrets);
            prop_assert!(unseal(&key, Holder::Tenant(&b.tenant), &sealed).is_err());
            prop_assert!(unseal(&key, Holder::Webhook(&a), &sealed).is_err());
        }

        #[test]
        fn a_text_that_was_altered_does_not_open(at: prop::sample::Index, bit in 0_u8..8) {
            let secrets: Secrets = [("/auth/password".to_owned(), Secret::new("hunter2"))].into_iter().collect();
            let a = owner("a");
            let mut sealed = seal(&[7; 32], Holder::Webhook(&a), &secrets).unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(unseal(&[7; 32], Holder::Webhook(&a), &sealed).is_err());
        }
    }

    #[test]
    fn the_same_secrets_are_sealed_differently_each_time() {
        let secrets: Secrets = [("/auth/password".to_owned(), Secret::new("hunter2"))].into_iter().collect();
        let a = owner("a");
        let sealed = || seal(&[7; 32], Holder::Webhook(&a), &secrets).unwrap();
        assert_ne!(sealed(), sealed());
    }
}
