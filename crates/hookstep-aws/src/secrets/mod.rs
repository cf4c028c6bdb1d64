//! Secrets sealed by envelope encryption: AES-256-GCM under a data key of the tenant's, which KMS encrypts.
//!
//! Every webhook has a secret, its signing secret at least. With a data key per tenant KMS is asked once per tenant, process
//! and five minutes, however many webhooks there are. `Decrypt` is not told the key: KMS finds it in the ciphertext, also
//! after a rotation, and the function's policy says which keys it may be.

mod data_keys;
mod envelope;

use std::sync::Arc;

use aws_sdk_kms::error::ProvideErrorMetadata;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hookstep_core::ids::TenantId;
use hookstep_core::limits::{OPENED_SECRETS_LIFE_SECONDS, OPENED_SECRETS_MAX_COUNT};
use hookstep_core::ports::{Clock, SecretOpener, SecretSealer, SecretsError, Source};
use hookstep_core::secret::{Owner, Sealed, Secrets};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::kept::Kept;
use data_keys::{DataKeys, StoredKey};
use envelope::{Envelope, Holder, context_of_tenant, seal, unreadable};

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

/// How often a tenant's data key is looked for while others make one too.
const TRIES: u32 = 3;

/// A data key in the clear.
type DataKey = Arc<Zeroizing<Vec<u8>>>;

/// Opens with KMS. Data keys are kept for five minutes, and nothing else is.
#[derive(Debug)]
pub struct KmsSecrets<C> {
    client: aws_sdk_kms::Client,
    clock: C,
    data_keys: Kept<[u8; 32], DataKey>,
}

/// The same with the key that new data keys are encrypted by, and the table that they are in.
#[derive(Debug)]
pub struct KmsSealer<C> {
    opener: KmsSecrets<C>,
    key_arn: String,
    stored: DataKeys,
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

impl<C: Clock> KmsSecrets<C> {
    /// Opens only.
    pub fn new(client: aws_sdk_kms::Client, clock: C) -> Self {
        Self { client, clock, data_keys: Kept::new(OPENED_SECRETS_MAX_COUNT) }
    }

    async fn opened(&self, holder: Holder<'_>, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        let envelope = Envelope::parse(sealed)?;
        let data_key = self.data_key(&envelope.wrapped_key, envelope.context(holder)).await?;
        envelope.open(&data_key, holder)
    }

    /// A data key as KMS decrypts it, from memory where it was asked for in the last five minutes.
    async fn data_key(
        &self,
        wrapped: &[u8],
        context: std::collections::HashMap<String, String>,
    ) -> Result<DataKey, SecretsError> {
        let now = self.clock.now();
        let until = now + SignedDuration::from_secs(OPENED_SECRETS_LIFE_SECONDS);
        // Under its context too: a key that was decrypted for one tenant is nothing to another.
        let mut hash = Sha256::new();
        for name in ["tenant_id", "config_id"] {
            hash.update(context.get(name).map_or("", String::as_str));
            hash.update([0]);
        }
        let key = hash.chain_update(wrapped).finalize().into();
        let fetch = async || {
            let request =
                self.client.decrypt().ciphertext_blob(Blob::new(wrapped)).set_encryption_context(Some(context));
            let answer = request.send().await.map_err(of_kms)?;
            let data_key = answer.plaintext.map(|blob| Arc::new(Zeroizing::new(blob.into_inner())));
            Ok((data_key.ok_or_else(|| unreadable("KMS gave no key"))?, until))
        };
        self.data_keys.get_or_fetch(key, now, fetch).await
    }
}

impl<C: Clock> KmsSealer<C> {
    /// Seals under data keys that the key of that ARN encrypts; opens whatever the policy lets it. `table` is the one of the
    /// tenants' keys.
    pub fn new(
        client: aws_sdk_kms::Client,
        key_arn: String,
        dynamodb: aws_sdk_dynamodb::Client,
        table: String,
        clock: C,
    ) -> Self {
        Self { opener: KmsSecrets::new(client, clock), key_arn, stored: DataKeys { client: dynamodb, table } }
    }

    async fn sealed(&self, holder: Holder<'_>, secrets: &Secrets) -> Result<Sealed, SecretsError> {
        let tenant = holder.tenant();
        for _ in 0..TRIES {
            let stored = self.stored.get(tenant).await?;
            let current = match &stored {
                Some(stored) if stored.key_arn == self.key_arn => stored.clone(),
                // None yet, or one under a key that the operator has replaced.
                before => {
                    let made = self.new_data_key(tenant).await?;
                    if !self.stored.put(tenant, &made, before.as_ref()).await? {
                        continue;
                    }
                    made
                }
            };
            let wrapped = URL_SAFE_NO_PAD
                .decode(&current.wrapped)
                .map_err(|_| unreadable("the tenant's data key is not base64url"))?;
            let data_key = self.opener.data_key(&wrapped, context_of_tenant(tenant)).await?;
            return seal(&wrapped, &data_key, holder, secrets);
        }
        Err(SecretsError::Unavailable("the tenant's data key is being replaced".into()))
    }

    /// A new data key. KMS does not tell it in the clear: that is asked for where it is used.
    async fn new_data_key(&self, tenant: &TenantId) -> Result<StoredKey, SecretsError> {
        let answer = self
            .opener
            .client
            .generate_data_key_without_plaintext()
            .key_id(&self.key_arn)
            .key_spec(DataKeySpec::Aes256)
            .set_encryption_context(Some(context_of_tenant(tenant)))
            .send()
            .await
            .map_err(of_kms)?;
        let wrapped = answer.ciphertext_blob.ok_or_else(|| unreadable("KMS gave no key"))?;
        Ok(StoredKey { wrapped: URL_SAFE_NO_PAD.encode(wrapped.as_ref()), key_arn: self.key_arn.clone() })
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
