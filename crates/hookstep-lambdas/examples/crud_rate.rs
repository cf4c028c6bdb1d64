//! How many calls a second the management endpoints serve, from the event of API Gateway to the answer for it, with tables
//! and keys in memory: what the code itself costs, without AWS. `cargo xtask bench` runs it.

#![expect(clippy::expect_used, reason = "a benchmark that can't run has nothing better to do than to say so and end")]

use std::collections::BTreeMap;
use std::sync::Mutex;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use hookstep_aws::clock::System;
use hookstep_core::auth::ConnectionArn;
use hookstep_core::history::Entry;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{
    Clock, ConnectionError, ConnectionFinder, CountedHour, Page, SecretOpener, SecretSealer, SecretsError,
    SigningKeyStore, SigningKeys, StatsReader, StoreError, WebhookQuery, WebhookReader, WebhookStore, Written,
};
use hookstep_core::secret::{Owner, Sealed, Secret, Secrets};
use hookstep_core::signing::TenantKeys;
use hookstep_core::stats::Subject;
use hookstep_core::stats::hour::Hour;
use hookstep_core::webhook::Webhook;
use hookstep_lambdas::access::Access;
use hookstep_lambdas::endpoints::signing_keys::TenantSigning;
use hookstep_lambdas::endpoints::stats::Stats;
use hookstep_lambdas::endpoints::webhooks::{self, ConnectionNames, Webhooks};
use hookstep_lambdas::http::{Answer, Problem, Request};
use hookstep_lambdas::webhook_json::Rules;
use serde_json::{Value, json};

/// Calls of each kind.
const CALLS: u32 = 20_000;

#[derive(Default)]
struct Memory(Mutex<BTreeMap<ConfigId, Webhook>>);

impl WebhookReader for Memory {
    async fn webhook(&self, _: &TenantId, id: &ConfigId) -> Result<Option<Webhook>, StoreError> {
        Ok(self.0.lock().expect("no thread died").get(id).cloned())
    }
}

impl WebhookStore for Memory {
    async fn create(&self, webhook: &Webhook, _: &Entry) -> Result<(), StoreError> {
        self.0.lock().expect("no thread died").insert(webhook.id.clone(), webhook.clone());
        Ok(())
    }

    async fn replace(&self, webhook: &Webhook, _: u64, entry: &Entry) -> Result<Written, StoreError> {
        self.create(webhook, entry).await.map(|()| Written::Done)
    }

    async fn delete(&self, owner: &Owner, _: u64, _: &Entry) -> Result<Written, StoreError> {
        self.0.lock().expect("no thread died").remove(&owner.config_id);
        Ok(Written::Done)
    }

    async fn list(&self, _: &TenantId, query: &WebhookQuery) -> Result<Page<Webhook, ConfigId>, StoreError> {
        let items = self.0.lock().expect("no thread died").values().take(query.limit).cloned().collect();
        Ok(Page { items, next: None })
    }
}

/// Stands for KMS: what sealing costs there is a call, and not work of ours.
struct NoKey;

fn opened(sealed: &Sealed) -> Secrets {
    let texts: BTreeMap<String, String> = serde_json::from_str(sealed.as_str()).unwrap_or_default();
    texts.into_iter().map(|(slot, text)| (slot, Secret::new(text))).collect()
}

fn sealed(secrets: &Secrets) -> Sealed {
    let texts: BTreeMap<&str, &str> = secrets.iter().map(|(slot, secret)| (slot, secret.expose())).collect();
    Sealed::new(json!(texts).to_string())
}

impl SecretOpener for NoKey {
    async fn open(&self, _: &Owner, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        Ok(opened(sealed))
    }

    async fn open_tenants(&self, _: &TenantId, sealed: &Sealed) -> Result<Secrets, SecretsError> {
        Ok(opened(sealed))
    }
}

impl SecretSealer for NoKey {
    async fn seal(&self, _: &Owner, secrets: &Secrets) -> Result<Sealed, SecretsError> {
        Ok(sealed(secrets))
    }

    async fn seal_tenants(&self, _: &TenantId, secrets: &Secrets) -> Result<Sealed, SecretsError> {
        Ok(sealed(secrets))
    }
}

/// The keys of the one tenant that there is.
#[derive(Default)]
struct Keys(Mutex<Option<TenantKeys>>);

impl SigningKeys for Keys {
    async fn keys(&self, _: &TenantId) -> Result<Option<TenantKeys>, StoreError> {
        Ok(self.0.lock().expect("no thread died").clone())
    }
}

impl SigningKeyStore for Keys {
    async fn create(&self, _: &TenantId, keys: &TenantKeys) -> Result<Written, StoreError> {
        *self.0.lock().expect("no thread died") = Some(keys.clone());
        Ok(Written::Done)
    }

    async fn replace(&self, tenant: &TenantId, keys: &TenantKeys, _: &TenantKeys) -> Result<Written, StoreError> {
        self.create(tenant, keys).await
    }
}

struct NoConnections;

impl ConnectionFinder for NoConnections {
    async fn secret_arn(&self, _: &ConnectionArn) -> Result<String, ConnectionError> {
        Err(ConnectionError::Unusable("there are none".to_owned()))
    }
}

fn event(route: &str, id: Option<&ConfigId>, body: Option<&Value>) -> String {
    let (method, path) = route.split_once(' ').expect("a route has a method and a path");
    json!({
        "version": "2.0", "routeKey": route, "rawPath": path, "rawQueryString": "",
        "headers": { "content-type": "application/json", "if-match": "*" },
        "pathParameters": id.map(|id| json!({ "config_id": id.as_str() })),
        "queryStringParameters": { "limit": "20" },
        "requestContext": { "http": { "method": method, "path": path } },
        "body": body.map(ToString::to_string), "isBase64Encoded": false,
    })
    .to_string()
}

fn request(event: &str) -> Request {
    let event: ApiGatewayV2httpRequest = serde_json::from_str(event).expect("it is an event");
    Request::new(event, &Access::Open).unwrap_or_else(|problem| panic!("refused: {}", problem.code()))
}

struct NothingCounted;

impl StatsReader for NothingCounted {
    async fn hours(&self, _: &Subject, _: Hour, _: Hour) -> Result<Vec<CountedHour>, StoreError> {
        Ok(Vec::new())
    }
}

fn finished(answer: Result<Answer, Problem>) -> usize {
    let answer = answer.unwrap_or_else(|problem| panic!("failed: {}", problem.code()));
    serde_json::to_vec(&ApiGatewayV2httpResponse::from(answer)).expect("an answer is JSON").len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (store, names) = (Memory::default(), ConnectionNames::new(String::new(), &Access::Open));
    let (keys, rules) = (Keys::default(), Rules::default());
    let webhooks = Webhooks {
        store: &store,
        sealer: &NoKey,
        finder: &NoConnections,
        connection_names: &names,
        clock: &System,
        signing_keys: TenantSigning { store: &keys, sealer: &NoKey, clock: &System },
        rules: &rules,
    };
    let body = json!({
        "name": "orders", "url": "https://example.com/hooks", "event_name": "order.created",
        "headers": { "X-Source": "shop", "X-Token": "a secret" },
        "auth": { "type": "basic", "username": "u", "password": "another secret" },
        "retry_policy": { "max_retries": 3, "schedule_seconds": [5, 60, 600] },
    });
    let create = event("POST /webhook", None, Some(&body));
    rate("create", async |_| finished(webhooks.create(request(&create)).await)).await;
    let ids: Vec<ConfigId> = store.0.lock().expect("no thread died").keys().cloned().collect();
    let one = |route: &'static str, body: Option<Value>| {
        ids.iter().map(|id| event(route, Some(id), body.as_ref())).collect::<Vec<_>>()
    };
    let get = one("GET /webhook/{config_id}", None);
    rate("get", async |n| finished(webhooks::get(&store, &rules, request(&get[n])).await)).await;
    let list = event("GET /webhook", None, None);
    let stats = Stats { counted: &NothingCounted, clock: &System, delay_seconds: 0 };
    rate("list of 20", async |_| finished(webhooks::list(&store, &stats, &rules, request(&list)).await)).await;
    let put = one("PUT /webhook/{config_id}", Some(json!({ "name": "renamed", "url": "https://example.com/" })));
    let patch = one("PATCH /webhook/{config_id}", Some(json!({ "description": "changed" })));
    rate("patch", async |n| finished(webhooks.patch(request(&patch[n])).await)).await;
    rate("put", async |n| finished(webhooks.replace(request(&put[n])).await)).await;
    let delete = one("DELETE /webhook/{config_id}", None);
    rate("delete", async |n| finished(webhooks.delete(request(&delete[n])).await)).await;
}

#[expect(clippy::print_stdout, reason = "it is what the benchmark is for")]
async fn rate(what: &str, call: impl AsyncFn(usize) -> usize) {
    let started = System.now();
    let mut bytes = 0;
    for n in 0..CALLS as usize {
        bytes += call(n).await;
    }
    let per_second = f64::from(CALLS) / System.now().duration_since(started).as_secs_f64();
    println!("{what:>12}: {per_second:>8.0} calls a second, {} bytes an answer", bytes / CALLS as usize);
}
