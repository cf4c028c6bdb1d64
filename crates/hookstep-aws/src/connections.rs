//! `EventBridge` connections: found by `EventBridge`, their credentials read from the secret that it keeps in Secrets Manager.

use aws_sdk_eventbridge::error::ProvideErrorMetadata as _;
use hookstep_core::auth::{ConnectionArn, TokenMethod};
use hookstep_core::grant::{Additions, ConnectionCredentials, ConnectionKind, Pairs};
use hookstep_core::header::{check_given_name, is_field_value};
use hookstep_core::limits::{OPENED_SECRETS_LIFE_SECONDS, OPENED_SECRETS_MAX_COUNT};
use hookstep_core::ports::{Clock, ConnectionError, ConnectionFinder, ConnectionReader};
use hookstep_core::secret::Secret;
use hookstep_core::token::TokenRequest;
use hookstep_core::webhook::WebhookUrl;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::kept::Kept;

/// Finds connections.
#[derive(Debug, Clone)]
pub struct EventBridgeConnections {
    client: aws_sdk_eventbridge::Client,
}

impl EventBridgeConnections {
    /// Those of the client's account and region.
    #[must_use]
    pub fn new(client: aws_sdk_eventbridge::Client) -> Self {
        Self { client }
    }
}

impl ConnectionFinder for EventBridgeConnections {
    async fn secret_arn(&self, arn: &ConnectionArn) -> Result<String, ConnectionError> {
        let unusable = |detail: &str| Err(ConnectionError::Unusable(detail.to_owned()));
        let answer = match self.client.describe_connection().name(arn.name()).send().await {
            Ok(answer) => answer,
            Err(error) => {
                return match error.code() {
                    Some("ResourceNotFoundException") => unusable("there is no such connection"),
                    Some("AccessDeniedException") => {
                        unusable("Hookstep is not allowed to read this connection; see ConnectionNamePrefix")
                    }
                    _ => Err(ConnectionError::Unavailable(error.into())),
                };
            }
        };
        if answer.connection_arn() != Some(arn.as_str()) {
            // The same name in another account, region or life.
            return unusable("there is no such connection; there is one of the same name with another ARN");
        }
        match answer.secret_arn() {
            Some(secret) => Ok(secret.to_owned()),
            None => unusable("the connection has no secret; authorize it"),
        }
    }
}

/// Reads the secrets of connections. What was read is kept for five minutes.
#[derive(Debug)]
pub struct ConnectionSecrets<C> {
    client: aws_sdk_secretsmanager::Client,
    clock: C,
    read: Kept<String, ConnectionCredentials>,
}

impl<C: Clock> ConnectionSecrets<C> {
    /// The secrets that the function's policy lets it read.
    pub fn new(client: aws_sdk_secretsmanager::Client, clock: C) -> Self {
        Self { client, clock, read: Kept::new(OPENED_SECRETS_MAX_COUNT) }
    }

    async fn fetch(&self, secret_arn: &str) -> Result<ConnectionCredentials, ConnectionError> {
        let answer = match self.client.get_secret_value().secret_id(secret_arn).send().await {
            Ok(answer) => answer,
            Err(error) => {
                let detail = match error.code() {
                    Some("ResourceNotFoundException" | "InvalidRequestException") => {
                        "its secret is gone; save the webhook again with a connection that exists"
                    }
                    Some("AccessDeniedException" | "DecryptionFailure") => {
                        "Hookstep is not allowed to read its secret; see ConnectionNamePrefix"
                    }
                    _ => return Err(ConnectionError::Unavailable(error.into())),
                };
                return Err(ConnectionError::Unusable(detail.to_owned()));
            }
        };
        // The parser's message could quote the secret.
        let parsed = answer.secret_string().and_then(|text| serde_json::from_str::<SecretJson>(text).ok());
        parsed
            .and_then(SecretJson::credentials)
            .ok_or_else(|| ConnectionError::Unusable("its secret is not of the form that EventBridge writes, or holds a header that is not for a connection to set".to_owned()))
    }
}

impl<C: Clock> ConnectionReader for ConnectionSecrets<C> {
    async fn credentials(&self, secret_arn: &str) -> Result<ConnectionCredentials, ConnectionError> {
        let now = self.clock.now();
        let until = now + SignedDuration::from_secs(OPENED_SECRETS_LIFE_SECONDS);
        self.read.get_or_fetch(secret_arn.to_owned(), now, async || Ok((self.fetch(secret_arn).await?, until))).await
    }

    async fn forget(&self, secret_arn: &str) {
        self.read.forget(&secret_arn.to_owned(), |_| true).await;
    }
}

/// The secret of a connection as `EventBridge` writes it. AWS does not document the form; it is the same in every account.
#[derive(Deserialize)]
struct SecretJson {
    username: Option<String>,
    password: Option<String>,
    api_key_name: Option<String>,
    api_key_value: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    authorization_endpoint: Option<String>,
    http_method: Option<String>,
    oauth_http_parameters: Option<ParametersJson>,
    invocation_http_parameters: Option<ParametersJson>,
}

#[derive(Default, Deserialize)]
struct ParametersJson {
    #[serde(default, rename = "header_parameters")]
    headers: Vec<ParameterJson>,
    #[serde(default, rename = "query_string_parameters")]
    query: Vec<ParameterJson>,
    #[serde(default, rename = "body_parameters")]
    body: Vec<ParameterJson>,
}

#[derive(Deserialize)]
struct ParameterJson {
    key: String,
    value: String,
    /// Where it is left out, it is taken for one.
    #[serde(default = "yes", rename = "is_value_secret")]
    is_secret: bool,
}

fn yes() -> bool {
    true
}

impl ParametersJson {
    fn secrets(&self) -> Vec<Secret> {
        let all = self.headers.iter().chain(&self.query).chain(&self.body);
        all.filter(|parameter| parameter.is_secret).map(|parameter| Secret::new(parameter.value.clone())).collect()
    }
}

fn pairs(parameters: Vec<ParameterJson>) -> Pairs {
    parameters.into_iter().map(|parameter| (parameter.key, Secret::new(parameter.value))).collect()
}

impl From<ParametersJson> for Additions {
    fn from(json: ParametersJson) -> Self {
        Self { headers: pairs(json.headers), query: pairs(json.query), body: pairs(json.body) }
    }
}

impl SecretJson {
    fn credentials(self) -> Option<ConnectionCredentials> {
        let parameters = self.invocation_http_parameters.unwrap_or_default();
        let hidden = parameters.secrets();
        let additions = parameters.into();
        let kind = if let Some(endpoint) = self.authorization_endpoint {
            let own: Additions = self.oauth_http_parameters.unwrap_or_default().into();
            // Client id and secret go into the form, as EventBridge sends them.
            let standard = vec![
                ("grant_type".to_owned(), Secret::new("client_credentials")),
                ("client_id".to_owned(), Secret::new(self.client_id?)),
                ("client_secret".to_owned(), Secret::new(self.client_secret?)),
            ];
            let method = self.http_method.as_deref().unwrap_or("POST");
            ConnectionKind::OAuth(TokenRequest {
                // EventBridge takes https only; which addresses it may be is checked at the dial.
                url: WebhookUrl::parse(&endpoint, true).ok()?,
                method: TokenMethod::ALL.into_iter().find(|known| known.as_str() == method)?,
                headers: own.headers,
                query: own.query,
                form: hookstep_core::grant::overridden(standard, own.body),
            })
        } else if let Some(name) = self.api_key_name {
            ConnectionKind::ApiKey { name, value: Secret::new(self.api_key_value?) }
        } else {
            ConnectionKind::Basic { username: self.username?, password: Secret::new(self.password?) }
        };
        let credentials = ConnectionCredentials { kind, additions, hidden };
        can_be_sent(&credentials).then_some(credentials)
    }
}

/// `EventBridge` checks what it sends by itself; this is for what would take over our own request.
fn can_be_sent(credentials: &ConnectionCredentials) -> bool {
    let header = |name: &str, value: &Secret| check_given_name(name).is_ok() && is_field_value(value.expose());
    let all = |headers: &Pairs| headers.iter().all(|(name, value)| header(name, value));
    let kind = match &credentials.kind {
        ConnectionKind::Basic { .. } => true,
        ConnectionKind::ApiKey { name, value } => header(name, value),
        ConnectionKind::OAuth(request) => all(&request.headers),
    };
    kind && all(&credentials.additions.headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(secret: serde_json::Value) -> Option<ConnectionCredentials> {
        serde_json::from_value::<SecretJson>(secret).unwrap().credentials()
    }

    fn shown(pairs: &Pairs) -> Vec<(&str, &str)> {
        pairs.iter().map(|(name, value)| (name.as_str(), value.expose())).collect()
    }

    #[test]
    fn the_three_kinds_are_read_with_their_parameters() {
        let basic = read(json!({ "username": "u", "password": "p" })).unwrap();
        assert!(matches!(&basic.kind, ConnectionKind::Basic { username, .. } if username == "u"));
        let key = read(json!({
            "api_key_name": "X-Key", "api_key_value": "k",
            "invocation_http_parameters": {
                "header_parameters": [{ "key": "h", "value": "1", "is_value_secret": false }],
                "query_string_parameters": [{ "key": "q", "value": "2", "is_value_secret": true }],
                "body_parameters": [{ "key": "b", "value": "3", "is_value_secret": false }],
            },
        }))
        .unwrap();
        assert!(
            matches!(&key.kind, ConnectionKind::ApiKey { name, value } if name == "X-Key" && value.expose() == "k")
        );
        assert_eq!(shown(&key.additions.headers), [("h", "1")]);
        assert_eq!(shown(&key.additions.query), [("q", "2")]);
        assert_eq!(shown(&key.additions.body), [("b", "3")]);
        assert_eq!(key.hidden.iter().map(Secret::expose).collect::<Vec<_>>(), ["2"]);
        let oauth = read(json!({
            "client_id": "i", "client_secret": "s", "authorization_endpoint": "https://id.example/t", "http_method": "PUT",
            "oauth_http_parameters": { "body_parameters": [{ "key": "grant_type", "value": "x", "is_value_secret": false }] },
        }))
        .unwrap();
        let ConnectionKind::OAuth(request) = oauth.kind else { panic!("another kind") };
        assert_eq!(request.method, TokenMethod::Put);
        assert_eq!(shown(&request.form), [("client_id", "i"), ("client_secret", "s"), ("grant_type", "x")]);
    }

    #[test]
    fn a_secret_of_another_form_is_refused() {
        assert_eq!(read(json!({})), None);
        assert_eq!(read(json!({ "api_key_name": "a" })), None);
        for (name, value) in [("content-length", "1"), ("Host", "x"), ("x-a", "1\r\nx-b: 2"), ("webhook-id", "1")] {
            assert_eq!(read(json!({ "api_key_name": name, "api_key_value": value })), None, "{name}");
        }
        assert_eq!(
            read(json!({ "client_id": "i", "client_secret": "s", "authorization_endpoint": "id.example" })),
            None
        );
    }
}
