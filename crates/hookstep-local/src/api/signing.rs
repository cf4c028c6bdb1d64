//! Signatures: the calls that show and change what signs, and the one that shows a request without sending it.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Api, AttemptError, Webhook};

/// How a webhook's requests are signed, as the API shows it.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of the object, as the contract names them")]
pub struct Signing {
    pub schemes: Vec<String>,
    pub secret_set: bool,
    pub earlier_secrets_valid_until: Vec<String>,
    pub public_key_url: String,
    /// The secret that has just been made, this one time.
    pub secret: Option<String>,
}

/// The keys by which a tenant's requests are signed.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of the document, as the contract names them")]
pub struct PublicKeys {
    pub tenant_id: String,
    pub keys: Vec<PublicKey>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the fields of a key, as the contract names them")]
pub struct PublicKey {
    pub scheme: String,
    pub algorithm: String,
    pub public_key: String,
    pub pem: String,
    pub created_at: String,
    pub signs_until: Option<String>,
}

/// The request that would be sent.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of the answer, as the contract names them")]
pub struct Preview {
    pub method: String,
    pub url: String,
    pub headers: Vec<PreviewHeader>,
    pub body: Option<String>,
    pub body_encoding: Option<String>,
    pub body_size: Option<u64>,
    #[serde(default)]
    pub notes: Vec<String>,
    pub error: Option<AttemptError>,
}

/// A header of it. A secret has no value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the fields of a header, as the contract names them")]
pub struct PreviewHeader {
    pub name: String,
    pub value: Option<String>,
    pub secret: bool,
}

impl Preview {
    /// The value of the first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        header.value.as_deref()
    }
}

impl Webhook {
    /// How its requests are signed.
    pub fn signing(&self) -> Result<Signing> {
        let shown = self.rest.get("signing").context("the webhook says nothing of signatures")?;
        Ok(serde_json::from_value(shown.clone())?)
    }

    /// The secret that was made by the call that answered with this webhook.
    pub fn new_secret(&self) -> Result<String> {
        self.signing()?.secret.context("no secret was made")
    }
}

impl Api {
    /// `POST /webhook/{config_id}/secret/rotate` with this grace period, or with the usual one.
    pub async fn rotate_secret(&self, config_id: &str, grace_period_seconds: Option<u64>) -> Result<Webhook> {
        self.rotate_secret_raw(config_id, &with_grace(grace_period_seconds), None).await?.expect(StatusCode::OK)
    }

    /// `POST /webhook/{config_id}/secret/rotate` with any JSON, or no body where it is null, and whatever answer it gets.
    pub async fn rotate_secret_raw(&self, config_id: &str, body: &Value, if_match: Option<&str>) -> Result<Answer> {
        self.post_optional(&format!("/webhook/{config_id}/secret/rotate"), body, if_match).await
    }

    /// `GET /.well-known/webhook-public-key`, of this tenant where there are tenants.
    pub async fn public_keys(&self, tenant_id: Option<&str>) -> Result<PublicKeys> {
        self.public_keys_raw(tenant_id).await?.expect(StatusCode::OK)
    }

    /// `GET /.well-known/webhook-public-key`, with whatever answer it gets.
    pub async fn public_keys_raw(&self, tenant_id: Option<&str>) -> Result<Answer> {
        let path = "/.well-known/webhook-public-key";
        let path = tenant_id.map_or_else(|| path.to_owned(), |tenant| format!("{path}?tenant_id={tenant}"));
        self.send(self.request(Method::GET, &path)).await
    }

    /// `POST /signing-key/rotate` with this grace period, or with the usual one.
    pub async fn rotate_signing_key(&self, grace_period_seconds: Option<u64>) -> Result<PublicKeys> {
        self.rotate_signing_key_raw(&with_grace(grace_period_seconds)).await?.expect(StatusCode::OK)
    }

    /// `POST /signing-key/rotate` with any JSON, or no body where it is null, and whatever answer it gets.
    pub async fn rotate_signing_key_raw(&self, body: &Value) -> Result<Answer> {
        self.post_optional("/signing-key/rotate", body, None).await
    }

    /// `POST /webhook/{config_id}/preview` with this JSON as its payload, or with Hookstep's own sample.
    pub async fn preview(&self, config_id: &str, payload: Option<Bytes>) -> Result<Preview> {
        let content_type = payload.is_some().then_some("application/json");
        self.preview_raw(config_id, payload.unwrap_or_default(), content_type).await?.expect(StatusCode::OK)
    }

    /// `POST /webhook/{config_id}/preview`, with whatever answer it gets.
    pub async fn preview_raw(
        &self,
        config_id: &str,
        payload: impl Into<Bytes>,
        content_type: Option<&str>,
    ) -> Result<Answer> {
        let mut request = self.request(Method::POST, &format!("/webhook/{config_id}/preview"));
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        self.send(request.body(payload.into())).await
    }

    async fn post_optional(&self, path: &str, body: &Value, if_match: Option<&str>) -> Result<Answer> {
        let request = if body.is_null() {
            super::conditional(self.request(Method::POST, path), if_match)
        } else {
            self.request_with(Method::POST, path, body, if_match)
        };
        self.send(request).await
    }
}

fn with_grace(seconds: Option<u64>) -> Value {
    seconds.map_or(Value::Null, |seconds| json!({ "grace_period_seconds": seconds }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_there_when_it_has_just_been_made() -> Result<()> {
        let mut json = json!({
            "config_id": "c", "tenant_id": "t", "name": "n", "description": "", "event_name": null, "url": "u",
            "http_method": "POST", "enabled": true, "status": "active", "timeout_seconds": 30, "created_at": "x",
            "updated_at": "x", "version": 7,
            "signing": { "schemes": ["v1"], "secret_set": true, "earlier_secrets_valid_until": [],
                "public_key_url": "/x" },
        });
        let later: Webhook = serde_json::from_value(json.clone())?;
        assert!(later.new_secret().is_err() && later.signing()?.secret_set);
        json["signing"]["secret"] = "whsec_x".into();
        let made: Webhook = serde_json::from_value(json)?;
        assert_eq!(made.new_secret()?, "whsec_x");
        Ok(())
    }

    #[test]
    fn secrets_of_a_preview_have_no_value() -> Result<()> {
        let preview: Preview = serde_json::from_value(json!({
            "method": "POST", "url": "u", "body": "{}", "body_encoding": "utf8", "body_size": 2,
            "headers": [{ "name": "A", "value": "1", "secret": false }, { "name": "b", "value": null, "secret": true }],
        }))?;
        assert_eq!((preview.header("a"), preview.header("b")), (Some("1"), None));
        Ok(())
    }
}
