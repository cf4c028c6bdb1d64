//! Tables and keys in memory, where another writer can come between, and a clock that is moved by hand.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use hookstep_core::auth::ConnectionArn;
use hookstep_core::history::Entry;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{
    Clock, ConnectionError, ConnectionFinder, Entropy, Page, SecretOpener, SecretSealer, SecretsError, SigningKeyStore,
    SigningKeys, StoreError, WebhookQuery, WebhookReader, WebhookStore, Written,
};
use hookstep_core::secret::{Owner, Sealed, Secret, Secrets};
use hookstep_core::signing::TenantKeys;
use hookstep_core::webhook::Webhook;
use hookstep_lambdas::access::Access;
use hookstep_lambdas::endpoints::signing_keys::{TenantSigning, published};
use hookstep_lambdas::endpoints::webhooks::{ConnectionNames, Webhooks};
use hookstep_lambdas::http::{Answer, Problem, Request};
use hookstep_lambdas::webhook_json::Rules;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

pub(crate) const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

#[derive(Default)]
pub(crate) struct World {
    pub(crate) webhooks: Mutex<BTreeMap<ConfigId, Webhook>>,
    pub(crate) history: Mutex<Vec<Entry>>,
    pub(crate) keys: Mutex<Option<TenantKeys>>,
    passed: AtomicI64,
    random: AtomicU32,
    /// How many writes find that somebody else was faster.
    pub(crate) others: AtomicU32,
    names: Option<ConnectionNames>,
    rules: Rules,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { names: Some(ConnectionNames::new(String::new(), &Access::Open)), ..Self::default() }
    }

    pub(crate) fn moves(&self, seconds: i64) {
        self.passed.fetch_add(seconds, Ordering::SeqCst);
    }

    /// So many seconds after the start, as the API shows it.
    pub(crate) fn at(seconds: i64) -> String {
        (START + SignedDuration::from_secs(seconds)).to_string()
    }

    fn signing_keys(&self) -> TenantSigning<'_, Self, Self, Self> {
        TenantSigning { store: self, sealer: self, clock: self }
    }

    fn management(&self) -> Webhooks<'_, Self, Self, Self, Self, Self> {
        Webhooks {
            store: self,
            sealer: self,
            finder: self,
            connection_names: self.names.as_ref().expect("it was made new"),
            signing_keys: self.signing_keys(),
            clock: self,
            rules: &self.rules,
        }
    }

    /// Creates a webhook.
    pub(crate) async fn create(&self, more: Value) -> Result<Value, Problem> {
        let mut body = json!({ "name": "a", "url": "https://example.com/" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        read(self.management().create(request("POST /webhook", None, &body, &[])).await)
    }

    /// Creates a webhook that is as it should be. Returns its id and what is answered.
    pub(crate) async fn created(&self, more: Value) -> (ConfigId, Value) {
        let shown = self.create(more).await.expect("it is created");
        (shown["config_id"].as_str().expect("an id").parse().expect("an id"), shown)
    }

    /// Rotates the secret of a webhook.
    pub(crate) async fn rotate(&self, id: &ConfigId, body: Value) -> Result<Value, Problem> {
        self.rotate_with(id, body, &[]).await
    }

    pub(crate) async fn rotate_with(
        &self,
        id: &ConfigId,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Result<Value, Problem> {
        let request = request("POST /webhook/{config_id}/secret/rotate", Some(id), &body, headers);
        read(self.management().rotate_secret(request).await)
    }

    pub(crate) async fn patch(&self, id: &ConfigId, body: Value) -> Value {
        let request = request("PATCH /webhook/{config_id}", Some(id), &body, &[]);
        read(self.management().patch(request).await).expect("it is changed")
    }

    /// Rotates the tenant's key.
    pub(crate) async fn rotate_key(&self, body: Value) -> Result<Value, Problem> {
        read(self.signing_keys().rotate(request("POST /signing-key/rotate", None, &body, &[])).await)
    }

    pub(crate) async fn published(&self) -> Result<Value, Problem> {
        let request = request("GET /.well-known/webhook-public-key", None, &Value::Null, &[]);
        read(published(self, self, &Access::Open, &request).await)
    }

    pub(crate) fn webhook(&self, id: &ConfigId) -> Webhook {
        self.webhooks.lock().expect("no panic").get(id).cloned().expect("it is there")
    }

    /// The secrets of a webhook by slot.
    pub(crate) fn secrets(&self, id: &ConfigId) -> BTreeMap<String, String> {
        self.webhook(id).sealed().map(opened).unwrap_or_default()
    }

    /// The private halves of the tenant's keys by slot.
    pub(crate) fn private_keys(&self) -> BTreeMap<String, String> {
        self.keys.lock().expect("no panic").as_ref().map(|keys| opened(&keys.sealed)).unwrap_or_default()
    }

    /// Whether somebody else was faster this time.
    fn is_beaten(&self) -> bool {
        self.others.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }
}

fn request(route: &str, id: Option<&ConfigId>, body: &Value, headers: &[(&str, &str)]) -> Request {
    let (method, path) = route.split_once(' ').expect("a route has a method and a path");
    let headers: BTreeMap<&str, &str> = headers.iter().copied().collect();
    let event = json!({
        "version": "2.0", "routeKey": route, "rawPath": path, "rawQueryString": "", "headers": headers,
        "pathParameters": id.map(|id| json!({ "config_id": id.as_str() })),
        "requestContext": { "http": { "method": method, "path": path } },
        "body": (!body.is_null()).then(|| body.to_string()), "isBase64Encoded": false,
    });
    let event: ApiGatewayV2httpRequest = serde_json::from_value(event).expect("it is an event");
    Request::new(event, &Access::Open).unwrap_or_else(|problem| panic!("refused: {}", problem.code()))
}

/// The body of an answer.
fn read(answer: Result<Answer, Problem>) -> Result<Value, Problem> {
    let answer = serde_json::to_value(ApiGatewayV2httpResponse::from(answer?)).expect("JSON");
    Ok(serde_json::from_str(answer["body"].as_str().unwrap_or("null")).expect("JSON"))
}

fn opened(sealed: &Sealed) -> BTreeMap<String, String> {
    serde_json::from_str(sealed.as_str()).expect("it was sealed here")
}

fn sealed(secrets: &Secrets) -> Sealed {
    let texts: BTreeMap<&str, &str> = secrets.iter().map(|(slot, secret)| (slot, secret.expose())).collect();
    Sealed::new(json!(texts).to_string())
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        START + SignedDuration::from_secs(self.passed.load(Ordering::SeqCst))
    }

    async fn pause(&self, _: Duration) {}
}

impl Entropy for World {
    fn random(&self) -> u128 {
        u128::from(self.random.fetch_add(1, Ordering::SeqCst)) << 64 | 7
    }
}

impl WebhookReader for World {
    async fn webhook(&self, _: &TenantId, id: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        Ok(self.webhooks.lock().expect("no panic").get(id).cloned())
    }
}

impl WebhookStore for World {
    async fn create(&self, webhook: &Webhook, entry: &Entry) -> Result<(), StoreError> {
        self.webhooks.lock().expect("no panic").insert(webhook.id.clone(), webhook.clone());
        self.history.lock().expect("no panic").push(entry.clone());
        Ok(())
    }

    async fn replace(&self, webhook: &Webhook, version: u64, entry: &Entry) -> Result<Written, StoreError> {
        let before = self.webhook(&webhook.id);
        if self.is_beaten() {
            // Somebody else has changed the name meanwhile.
            let name = format!("{} again", before.name);
            let other = Webhook { name, version: before.version + 1, ..before };
            self.webhooks.lock().expect("no panic").insert(webhook.id.clone(), other);
            return Ok(Written::Outdated);
        }
        if before.version != version {
            return Ok(Written::Outdated);
        }
        WebhookStore::create(self, webhook, entry).await.map(|()| Written::Done)
    }

    async fn delete(&self, _: &Owner, _: u64, _: &Entry) -> Result<Written, StoreError> {
        panic!("nothing is deleted here")
    }

    async fn list(&self, _: &TenantId, _: &WebhookQuery) -> Result<Page<Webhook, ConfigId>, StoreError> {
        panic!("nothing is listed here")
    }
}

impl SecretOpener for World {
    async fn open(&self, _: &Owner, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        Ok(opened(sealed).into_iter().map(|(slot, text)| (slot, Secret::new(text))).collect())
    }

    async fn open_tenants(&self, _: &TenantId, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        Ok(opened(sealed).into_iter().map(|(slot, text)| (slot, Secret::new(text))).collect())
    }
}

impl SecretSealer for World {
    async fn seal(&self, _: &Owner, secrets: &Secrets) -> Result<Sealed, SecretsError> {
        Ok(sealed(secrets))
    }

    async fn seal_tenants(&self, _: &TenantId, secrets: &Secrets) -> Result<Sealed, SecretsError> {
        Ok(sealed(secrets))
    }
}

impl ConnectionFinder for World {
    async fn secret_arn(&self, _: &ConnectionArn) -> Result<String, ConnectionError> {
        Err(ConnectionError::Unusable("there are none".to_owned()))
    }
}

impl SigningKeys for World {
    async fn keys(&self, _: &TenantId) -> Result<Option<TenantKeys>, StoreError> {
        Ok(self.keys.lock().expect("no panic").clone())
    }
}

impl SigningKeyStore for World {
    async fn create(&self, _: &TenantId, keys: &TenantKeys) -> Result<Written, StoreError> {
        let mut stored = self.keys.lock().expect("no panic");
        if stored.is_some() {
            return Ok(Written::Outdated);
        }
        *stored = Some(keys.clone());
        Ok(Written::Done)
    }

    async fn replace(&self, _: &TenantId, keys: &TenantKeys, before: &TenantKeys) -> Result<Written, StoreError> {
        let mut stored = self.keys.lock().expect("no panic");
        if self.is_beaten() || stored.as_ref().map(|keys| &keys.sealed) != Some(&before.sealed) {
            return Ok(Written::Outdated);
        }
        *stored = Some(keys.clone());
        Ok(Written::Done)
    }
}
