//! A webhook as the API shows it.

use hookstep_core::auth::{Auth, OAuth2, Parameter, Value as Given};
use hookstep_core::compose::{CERTIFICATE_SLOT, PRIVATE_KEY_SLOT};
use hookstep_core::retry::{RetryOn, RetryPolicy};
use hookstep_core::shape::Expression;
use hookstep_core::signing::{Scheme, Signing};
use hookstep_core::webhook::{Status, Webhook};
use serde_json::{Map, Value, json};

/// The whole webhook, secrets only as being set. The addresses are the deployment's.
#[must_use]
pub fn show(webhook: &Webhook, static_ip_addresses: &[String]) -> Value {
    let headers = webhook.headers.iter().map(|header| (header.name().to_owned(), show_value(header.value())));
    json!({
        "config_id": webhook.id.as_str(),
        "tenant_id": webhook.tenant.as_str(),
        "name": webhook.name,
        "description": webhook.description,
        "event_name": webhook.event_name,
        "filter": webhook.filter.as_ref().map(hookstep_core::filter::Filter::as_json),
        "url": webhook.url.as_str(),
        "http_method": webhook.method.as_str(),
        "headers": headers.collect::<Map<_, _>>(),
        "auth": show_auth(&webhook.auth, Some(webhook)),
        "enabled": webhook.status == Status::Active,
        "status": webhook.status.as_str(),
        "status_reason": webhook.status_reason,
        "failing_since": webhook.failing_since.map(|since| since.to_string()),
        "timeout_seconds": webhook.timeout.get(),
        "retry_policy": show_retry_policy(&webhook.retry_policy),
        "static_ip": webhook.static_ip,
        "static_ip_addresses": if webhook.static_ip { static_ip_addresses } else { &[] },
        "payload_format": webhook.shape.format.as_str(),
        "transformation": webhook.shape.transformation.as_ref().map(Expression::as_str),
        "signing": show_signing(webhook),
        "client_certificate": show_certificate(webhook),
        "created_at": webhook.created_at.to_string(),
        "updated_at": webhook.updated_at.to_string(),
        "version": webhook.version,
    })
}

/// How requests are signed. The secret itself is shown in the answer that tells of it for the first time, and by nothing else.
pub(super) fn show_signing(webhook: &Webhook) -> Value {
    let schemes: Vec<_> = webhook.signing.schemes.iter().copied().map(Scheme::as_str).collect();
    let earlier: Vec<_> = webhook.signing.earlier.iter().map(ToString::to_string).collect();
    json!({
        "schemes": schemes,
        "secret_set": webhook.has_secret(&Signing::secret_slot()),
        "earlier_secrets_valid_until": earlier,
        "public_key_url": format!("/.well-known/webhook-public-key?tenant_id={}", webhook.tenant),
    })
}

fn show_certificate(webhook: &Webhook) -> Value {
    let (certificate, private_key) = (webhook.has_secret(CERTIFICATE_SLOT), webhook.has_secret(PRIVATE_KEY_SLOT));
    if certificate || private_key {
        json!({ "certificate_set": certificate, "private_key_set": private_key })
    } else {
        Value::Null
    }
}

fn show_value(value: &Given) -> Value {
    match value {
        Given::Shown(text) => json!(text),
        Given::Secret => json!({ "secret_set": true }),
    }
}

fn show_parameters(parameters: &[Parameter]) -> Map<String, Value> {
    parameters.iter().map(|parameter| (parameter.name.clone(), show_value(&parameter.value))).collect()
}

/// The authentication, with whether its secrets are set where `webhook` knows that.
pub(super) fn show_auth(auth: &Auth, webhook: Option<&Webhook>) -> Value {
    let is_set = |slot: &str| webhook.is_some_and(|webhook| webhook.has_secret(slot));
    match auth {
        Auth::None => json!({ "type": "none" }),
        Auth::Basic { username } => {
            json!({ "type": "basic", "username": username, "password_set": is_set("/auth/password") })
        }
        Auth::ApiKey { place, name } => {
            json!({ "type": "api_key", "in": place.as_str(), "name": name, "value_set": is_set("/auth/value") })
        }
        Auth::OAuth2(oauth) => show_oauth2(oauth, is_set("/auth/client_secret")),
        Auth::Connection(connection) => json!({ "type": "connection", "connection_arn": connection.arn.as_str() }),
    }
}

fn show_oauth2(oauth: &OAuth2, client_secret_set: bool) -> Value {
    json!({
        "type": "oauth2_client_credentials",
        "token_url": oauth.token_url.as_str(),
        "client_id": oauth.client_id,
        "client_secret_set": client_secret_set,
        "client_authentication": oauth.client_authentication.as_str(),
        "scope": oauth.scope,
        "audience": oauth.audience,
        "http_method": oauth.method.as_str(),
        "headers": show_parameters(&oauth.headers),
        "query": show_parameters(&oauth.query),
        "body": show_parameters(&oauth.body),
    })
}

fn show_retry_policy(policy: &RetryPolicy) -> Value {
    let retry_on: Vec<_> = policy.retry_on.iter().copied().map(RetryOn::as_str).collect();
    json!({ "max_retries": policy.max_retries, "schedule_seconds": policy.schedule_seconds, "retry_on": retry_on })
}
