//! `GET /.well-known/webhook-public-key` and `POST /signing-key/rotate`: a tenant's key of `v1a` signatures.

use std::time::Duration;

use hookstep_core::ids::TenantId;
use hookstep_core::limits::EARLIER_SECRETS_MAX_COUNT;
use hookstep_core::ports::{Clock, Entropy, SecretSealer, SigningKeyStore, SigningKeys, Written};
use hookstep_core::secret::Secrets;
use hookstep_core::signing::{InvalidKey, PublishedKey, SigningKey, TenantKeys, key_slot};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::rotation::{self, Rotation};
use crate::access::Access;
use crate::http::{Answer, Problem, Request};

/// How often a change is tried that another one keeps coming between.
const TRIES: u32 = 4;

/// What making keys takes.
pub struct TenantSigning<'a, S, K, C> {
    /// Where they are.
    pub store: &'a S,
    /// Seals the private halves.
    pub sealer: &'a K,
    /// Time and randomness.
    pub clock: &'a C,
}

impl<S, K, C> TenantSigning<'_, S, K, C>
where
    S: SigningKeyStore,
    K: SecretSealer,
    C: Clock + Entropy,
{
    /// Sees to it that the tenant has a key.
    pub async fn ensure(&self, tenant: &TenantId) -> Result<(), Problem> {
        if self.store.keys(tenant).await?.is_none() {
            let keys = self.with_new_key(tenant, &Secrets::default(), Vec::new(), self.clock.now()).await?;
            // Whoever came first has made one.
            self.store.create(tenant, &keys).await?;
        }
        Ok(())
    }

    /// Puts a new key in the place of the one that signs; that one signs too for a while.
    pub async fn rotate(&self, request: Request) -> Result<Answer, Problem> {
        let Rotation { grace, .. } = rotation::parse(&request.body, rotation::Takes::GraceOnly)?;
        let tenant = request.tenant();
        for _ in 0..TRIES {
            let now = self.clock.now();
            let Some(before) = self.store.keys(&tenant).await? else {
                self.ensure(&tenant).await?;
                let made = self.store.keys(&tenant).await?.ok_or_else(Problem::busy)?;
                return Ok(Answer::json(200, show(&tenant, &made.keys)));
            };
            let opened = self.sealer.open_tenants(&tenant, &before.sealed).await?;
            let (mut kept, mut public) = (Secrets::default(), Vec::new());
            let until = rotation::until(now, grace);
            for (place, key) in before.keys.iter().enumerate() {
                let signs_until = key.signs_until.or(until);
                let secret = opened.get(&key_slot(place)).cloned();
                if let (Some(secret), Some(_)) =
                    (secret, signs_until.filter(|until| until_is_ahead(*until, now, grace)))
                {
                    kept.set(key_slot(public.len() + 1), secret);
                    public.push(PublishedKey { signs_until, ..key.clone() });
                }
            }
            if public.len() > EARLIER_SECRETS_MAX_COUNT {
                return Err(Problem::too_many_secrets());
            }
            let keys = self.with_new_key(&tenant, &kept, public, now).await?;
            match self.store.replace(&tenant, &keys, &before).await? {
                Written::Done => return Ok(Answer::json(200, show(&tenant, &keys.keys))),
                Written::Outdated => self.clock.pause(Duration::from_millis(50)).await,
            }
        }
        Err(Problem::busy())
    }

    async fn with_new_key(
        &self,
        tenant: &TenantId,
        earlier: &Secrets,
        mut public: Vec<PublishedKey>,
        now: Timestamp,
    ) -> Result<TenantKeys, Problem> {
        let private = SigningKey::generate([self.clock.random(), self.clock.random()]);
        let public_key = public_key(private.expose()).map_err(|error| Problem::internal(&error))?;
        let mut secrets: Secrets = earlier.iter().map(|(slot, secret)| (slot.to_owned(), secret.clone())).collect();
        secrets.set(key_slot(0), private);
        public.insert(0, PublishedKey { public_key, created_at: now, signs_until: None });
        let sealed = self.sealer.seal_tenants(tenant, &secrets).await?;
        Ok(TenantKeys { sealed, keys: public })
    }
}

/// Without a grace period all that came before ends at once.
fn until_is_ahead(until: Timestamp, now: Timestamp, grace: Duration) -> bool {
    !grace.is_zero() && now < until
}

fn public_key(private: &str) -> Result<String, InvalidKey> {
    SigningKey::parse(private).map(|key| key.public_key())
}

/// Shows a tenant's public keys to anybody.
pub async fn published<S: SigningKeys, C: Clock>(
    keys: &S,
    clock: &C,
    access: &Access,
    request: &Request,
) -> Result<Answer, Problem> {
    let tenant = match (request.query("tenant_id"), access) {
        (Some(text), _) => text.parse().map_err(|_| Problem::public_key_not_found())?,
        (None, Access::Jwt(_)) => {
            let detail =
                "`tenant_id` names the tenant whose key is wanted; a webhook shows it in `signing.public_key_url`";
            return Err(Problem::bad_request("invalid_tenant", detail));
        }
        (None, _) => TenantId::single(),
    };
    let found = keys.keys(&tenant).await?.ok_or_else(Problem::public_key_not_found)?;
    // One that does not sign any more is not to be trusted.
    let now = clock.now();
    let signing: Vec<_> = found.keys.into_iter().filter(|key| key.signs_at(now)).collect();
    Ok(Answer::json(200, show(&tenant, &signing)).with_header("cache-control", "public, max-age=300"))
}

fn show(tenant: &TenantId, keys: &[PublishedKey]) -> Value {
    let one = |key: &PublishedKey| {
        json!({
            "scheme": "v1a",
            "algorithm": "ed25519",
            "public_key": key.public_key,
            "pem": key.pem(),
            "created_at": key.created_at.to_string(),
            "signs_until": key.signs_until.map(|until| until.to_string()),
        })
    };
    json!({ "tenant_id": tenant.as_str(), "keys": keys.iter().map(one).collect::<Vec<_>>() })
}
