//! A webhook's authentication as JSON: in the configs table and in the machine's state. Without secrets, whose names are here
//! and whose values are sealed. It only ever grows, as executions and items of older versions are read.

use hookstep_core::auth::{Auth, ClientAuthentication, Connection, KeyPlace, OAuth2, Parameter, TokenMethod, Value};
use hookstep_core::webhook::WebhookUrl;
use serde::{Deserialize, Serialize};

/// One kind of authentication.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum AuthJson {
    None,
    Basic {
        username: String,
    },
    ApiKey {
        place: String,
        name: String,
    },
    #[serde(rename = "oauth2_client_credentials")]
    OAuth2 {
        token_url: String,
        client_id: String,
        client_authentication: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audience: Option<String>,
        method: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        headers: Vec<ParameterJson>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        query: Vec<ParameterJson>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        body: Vec<ParameterJson>,
    },
    Connection {
        arn: String,
        secret_arn: String,
    },
}

/// A name, and its value unless that is a secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ParameterJson(String, Option<String>);

impl From<&Parameter> for ParameterJson {
    fn from(parameter: &Parameter) -> Self {
        let value = match &parameter.value {
            Value::Shown(text) => Some(text.clone()),
            Value::Secret => None,
        };
        Self(parameter.name.clone(), value)
    }
}

impl From<ParameterJson> for Parameter {
    fn from(ParameterJson(name, value): ParameterJson) -> Self {
        Self { name, value: value.map_or(Value::Secret, Value::Shown) }
    }
}

impl From<&Auth> for AuthJson {
    fn from(auth: &Auth) -> Self {
        let all = |parameters: &[Parameter]| parameters.iter().map(ParameterJson::from).collect();
        match auth {
            Auth::None => Self::None,
            Auth::Basic { username } => Self::Basic { username: username.clone() },
            Auth::ApiKey { place, name } => Self::ApiKey { place: place.as_str().to_owned(), name: name.clone() },
            Auth::OAuth2(oauth) => Self::OAuth2 {
                token_url: oauth.token_url.to_string(),
                client_id: oauth.client_id.clone(),
                client_authentication: oauth.client_authentication.as_str().to_owned(),
                scope: oauth.scope.clone(),
                audience: oauth.audience.clone(),
                method: oauth.method.as_str().to_owned(),
                headers: all(&oauth.headers),
                query: all(&oauth.query),
                body: all(&oauth.body),
            },
            Auth::Connection(Connection { arn, secret_arn }) => {
                Self::Connection { arn: arn.as_str().to_owned(), secret_arn: secret_arn.clone() }
            }
        }
    }
}

impl AuthJson {
    /// The authentication, if it is one that Hookstep wrote.
    pub(crate) fn into_auth(self) -> Option<Auth> {
        let all = |parameters: Vec<ParameterJson>| parameters.into_iter().map(Parameter::from).collect();
        Some(match self {
            Self::None => Auth::None,
            Self::Basic { username } => Auth::Basic { username },
            Self::ApiKey { place, name } => {
                Auth::ApiKey { place: KeyPlace::ALL.into_iter().find(|known| known.as_str() == place)?, name }
            }
            Self::OAuth2 {
                token_url,
                client_id,
                client_authentication,
                scope,
                audience,
                method,
                headers,
                query,
                body,
            } => Auth::OAuth2(Box::new(OAuth2 {
                token_url: WebhookUrl::parse(&token_url, true).ok()?,
                client_id,
                client_authentication: ClientAuthentication::ALL
                    .into_iter()
                    .find(|known| known.as_str() == client_authentication)?,
                scope,
                audience,
                method: TokenMethod::ALL.into_iter().find(|known| known.as_str() == method)?,
                headers: all(headers),
                query: all(query),
                body: all(body),
            })),
            Self::Connection { arn, secret_arn } => Auth::Connection(Connection { arn: arn.parse().ok()?, secret_arn }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, value: Value) -> Parameter {
        Parameter { name: name.to_owned(), value }
    }

    #[test]
    fn every_kind_comes_back_as_it_went() {
        let oauth = OAuth2 {
            token_url: WebhookUrl::parse("https://id.example/token", false).unwrap(),
            client_id: "id".to_owned(),
            client_authentication: ClientAuthentication::Body,
            scope: Some("a b".to_owned()),
            audience: None,
            method: TokenMethod::Put,
            headers: vec![parameter("X-A", Value::Shown("1".to_owned()))],
            query: vec![],
            body: vec![parameter("pin", Value::Secret)],
        };
        let connection = Connection {
            arn: "arn:aws:events:us-east-1:123456789012:connection/a/b".parse().unwrap(),
            secret_arn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:events!connection/a/c".to_owned(),
        };
        for auth in [
            Auth::None,
            Auth::Basic { username: "u".to_owned() },
            Auth::ApiKey { place: KeyPlace::Query, name: "k".to_owned() },
            Auth::OAuth2(Box::new(oauth)),
            Auth::Connection(connection),
        ] {
            let text = serde_json::to_string(&AuthJson::from(&auth)).unwrap();
            let back: AuthJson = serde_json::from_str(&text).unwrap();
            assert_eq!(back.into_auth(), Some(auth), "{text}");
        }
    }
}
