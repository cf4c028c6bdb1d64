//! Webhooks with secrets in every place that takes one.

use hookstep_core::auth::{Auth, Connection};
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::secret::{Owner, Sealed, SealedSecrets};
use hookstep_core::webhook::Webhook;
use hookstep_lambdas::webhook_json::{DraftAuth, Rules, object, parse};
use jiff::Timestamp;
use serde_json::{Value, json};

/// In every secret.
pub(crate) const PLANTED: &str = "PLANTED5ECRET";
/// What secrets are sealed to here.
pub(crate) const SEALED: &str = "v1.a2V5.Y2lwaGVydGV4dA";
/// What the tenant's signing keys are sealed to here.
pub(crate) const SEALED_KEYS: &str = "v1.a2V5.c2lnbmluZyBrZXlz";

/// Every kind of authentication, as a caller gives it.
pub(crate) fn every_auth() -> [Value; 7] {
    let oauth = json!({
        "type": "oauth2_client_credentials", "token_url": "https://id.example/token", "client_id": "client",
        "client_secret": format!("{PLANTED}-client"), "scope": "a b", "audience": "https://api.example",
        "headers": { "x-tenant": "t", "x-pin": { "secret": format!("{PLANTED}-header") } },
        "query": { "v": "1", "key": { "secret": format!("{PLANTED}-query") } },
        "body": { "resource": "r", "assertion": { "secret": format!("{PLANTED}-body") } },
    });
    let mut in_body = oauth.clone();
    in_body["client_authentication"] = json!("body");
    in_body["http_method"] = json!("PUT");
    [
        json!({ "type": "none" }),
        json!({ "type": "basic", "username": "u", "password": format!("{PLANTED}-basic") }),
        json!({ "type": "api_key", "in": "header", "name": "x-key", "value": format!("{PLANTED}-key") }),
        json!({ "type": "api_key", "in": "query", "name": "key", "value": format!("{PLANTED}-key") }),
        oauth,
        in_body,
        json!({ "type": "connection", "connection_arn": "arn:aws:events:us-east-1:123456789012:connection/a/b" }),
    ]
}

/// A webhook with this authentication and with every other secret that there is; its requests are signed and its payloads shaped.
pub(crate) fn webhook(auth: &Value) -> Webhook {
    let body = json!({
        "name": "name", "description": "description", "event_name": "order.created", "url": "https://example.com/hooks",
        "headers": {
            "x-plain": "value", "x-hidden": { "secret": format!("{PLANTED}-hidden") }, "x-auth-token": format!("{PLANTED}-token"),
        },
        "auth": auth,
        // 33 bytes in base64.
        "signing": { "secret": format!("whsec_{PLANTED:A<44}") },
        "client_certificate": {
            "certificate": format!("-----BEGIN CERTIFICATE-----\n{PLANTED}\n-----END CERTIFICATE-----\n"),
            "private_key": format!("-----BEGIN PRIVATE KEY-----\n{PLANTED}\n-----END PRIVATE KEY-----\n"),
        },
        "payload_format": "standard_webhooks",
        "transformation": "payload.order",
    });
    let given = object(body.to_string().as_bytes()).expect("an object");
    let draft = parse(given, &Rules::default(), None).expect("a valid webhook");
    let auth = match draft.auth.clone() {
        DraftAuth::Ready(auth) => auth,
        DraftAuth::Connection(arn) => Auth::Connection(Connection {
            arn,
            secret_arn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:events!connection/a/b-c".to_owned(),
        }),
    };
    let owner = Owner { tenant: TenantId::single(), config_id: ConfigId::generate(Timestamp::UNIX_EPOCH, 2) };
    let slots = draft.secrets.0.keys().cloned().collect();
    let secrets = SealedSecrets { slots, sealed: Sealed::new(SEALED) };
    draft.into_webhook(&owner, auth, Some(secrets), None, Timestamp::UNIX_EPOCH)
}
