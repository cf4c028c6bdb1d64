//! How a webhook proves to its receiver who it is: what is configured, without the secrets.

use std::fmt;
use std::str::FromStr;

use crate::limits::CONNECTION_ARN_MAX_BYTES;
use crate::webhook::WebhookUrl;

/// Parts of names that credentials commonly have: values under such names are always kept as secrets.
pub const CREDENTIAL_WORDS: [&str; 17] = [
    "access-key",
    "accesskey",
    "api-key",
    "apikey",
    "authorization",
    "bearer",
    "cookie",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "private-key",
    "privatekey",
    "secret",
    "session",
    "signature",
    "token",
];

/// The same, for words that are part of others.
const CREDENTIAL_PARTS: [&str; 8] = ["assertion", "auth", "hmac", "jwt", "otp", "pin", "pwd", "sas"];

/// Whether a value under this name is likely to be a credential.
#[must_use]
pub fn names_a_credential(name: &str) -> bool {
    let plain = name.to_ascii_lowercase().replace('_', "-");
    CREDENTIAL_WORDS.iter().any(|word| plain.contains(word))
        || plain.split('-').any(|part| CREDENTIAL_PARTS.contains(&part))
        || plain.ends_with("-key")
}

/// A configured value that is either shown to whoever may read the webhook, or a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Shown.
    Shown(String),
    /// Kept among the webhook's secrets, under the slot of its field.
    Secret,
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("...")
    }
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
}

/// How a webhook authenticates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// HTTP Basic (RFC 7617). The password is in the slot `/auth/password`; without one it is empty.
    Basic {
        /// The user name; it can hold no colon.
        username: String,
    },
    /// A key in a header or a query parameter. It is in the slot `/auth/value`.
    ApiKey {
        /// Where it goes.
        place: KeyPlace,
        /// The header's or parameter's name.
        name: String,
    },
    /// OAuth 2.0 client credentials (RFC 6749, section 4.4).
    OAuth2(Box<OAuth2>),
    /// The credentials of an `EventBridge` connection.
    Connection(Connection),
}

impl Auth {
    /// The name of the kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic { .. } => "basic",
            Self::ApiKey { .. } => "api_key",
            Self::OAuth2(_) => "oauth2_client_credentials",
            Self::Connection(_) => "connection",
        }
    }

    /// Whether a header of this name is set by the authentication, and so can't be configured beside it.
    #[must_use]
    pub fn sets_header(&self, name: &str) -> bool {
        match self {
            Self::None | Self::ApiKey { place: KeyPlace::Query, .. } => false,
            Self::ApiKey { place: KeyPlace::Header, name: own } => own.eq_ignore_ascii_case(name),
            Self::Basic { .. } | Self::OAuth2(_) | Self::Connection(_) => name.eq_ignore_ascii_case("authorization"),
        }
    }
}

/// Where an API key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// Into a header.
    Header,
    /// Into the query string.
    Query,
}

impl KeyPlace {
    /// Every place.
    pub const ALL: [Self; 2] = [Self::Header, Self::Query];

    /// The name in configs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
        }
    }
}

/// An OAuth 2.0 client. Its secret is in the slot `/auth/client_secret`, those of its parameters are in
/// `/auth/headers/{name}`, `/auth/query/{name}` and `/auth/body/{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuth2 {
    /// The token endpoint, under the same rules as a webhook's own URL.
    pub token_url: WebhookUrl,
    /// The client's id.
    pub client_id: String,
    /// How the client authenticates to the token endpoint.
    pub client_authentication: ClientAuthentication,
    /// The scope to ask for.
    pub scope: Option<String>,
    /// The audience to ask for, for authorization servers that want one.
    pub audience: Option<String>,
    /// The method of the token request.
    pub method: TokenMethod,
    /// Further headers of the token request.
    pub headers: Vec<Parameter>,
    /// Further query parameters of the token request.
    pub query: Vec<Parameter>,
    /// Further form fields of the token request.
    pub body: Vec<Parameter>,
}

/// Where client id and secret go in a token request (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// HTTP Basic, which every authorization server has to support.
    #[default]
    Header,
    /// Form fields `client_id` and `client_secret`.
    Body,
}

impl ClientAuthentication {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Header, Self::Body];

    /// The name in configs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Body => "body",
        }
    }
}

/// The method of a token request. RFC 6749 knows POST only; `EventBridge` connections allow the others as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TokenMethod {
    /// The fields go into the body as a form.
    #[default]
    Post,
    /// As POST.
    Put,
    /// The fields go into the query string.
    Get,
}

impl TokenMethod {
    /// Every method.
    pub const ALL: [Self; 3] = [Self::Post, Self::Put, Self::Get];

    /// The name in configs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Get => "GET",
        }
    }
}

/// An `EventBridge` connection, and the secret in Secrets Manager that `EventBridge` keeps for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The connection.
    pub arn: ConnectionArn,
    /// Its secret, as it was when the webhook was saved.
    pub secret_arn: String,
}

/// Why a text is not the ARN of a connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("has to be the ARN of an EventBridge connection: arn:aws:events:<region>:<account>:connection/<name>/<id>")]
pub struct InvalidConnectionArn;

/// The ARN of an `EventBridge` connection: at most 1,600 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionArn(String);

impl ConnectionArn {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The connection's name: 1 to 64 characters of `A-Z a-z 0-9 . - _`.
    #[must_use]
    pub fn name(&self) -> &str {
        let resource = self.0.splitn(6, ':').nth(5).unwrap_or_default();
        resource.split('/').nth(1).unwrap_or_default()
    }
}

impl FromStr for ConnectionArn {
    type Err = InvalidConnectionArn;

    fn from_str(text: &str) -> Result<Self, InvalidConnectionArn> {
        let name_char = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "events", region, account, resource] = parts[..] else {
            return Err(InvalidConnectionArn);
        };
        let place = partition.starts_with("aws")
            && !region.is_empty()
            && account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && [partition, region].iter().all(|part| part.bytes().all(name_char));
        let resource: Vec<&str> = resource.split('/').collect();
        let named = match resource[..] {
            ["connection", name] => (1..=64).contains(&name.len()) && name.bytes().all(name_char),
            ["connection", name, id] => {
                (1..=64).contains(&name.len()) && !id.is_empty() && name.bytes().chain(id.bytes()).all(name_char)
            }
            _ => false,
        };
        if place && named && text.len() <= CONNECTION_ARN_MAX_BYTES {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidConnectionArn)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_arns_have_a_name_and_nothing_odd() {
        let arn: ConnectionArn = "arn:aws:events:eu-west-1:123456789012:connection/my.conn/0f-1".parse().unwrap();
        assert_eq!(arn.name(), "my.conn");
        let plain: ConnectionArn = "arn:aws-cn:events:cn-north-1:123456789012:connection/a".parse().unwrap();
        assert_eq!(plain.name(), "a");
        for bad in [
            "",
            "arn:aws:events:eu-west-1:123456789012:rule/a",
            "arn:aws:events:eu-west-1:123456789012:connection/",
            "arn:aws:events:eu-west-1:123456789012:connection/a/b/c",
            "arn:aws:events:eu-west-1:123456789012:connection/a b",
            "arn:aws:events:eu-west-1:12345678901:connection/a",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:events!connection/a",
        ] {
            assert_eq!(bad.parse::<ConnectionArn>(), Err(InvalidConnectionArn), "{bad}");
        }
    }

    #[test]
    fn names_of_credentials_are_known() {
        for name in [
            "Authorization",
            "X-API-Key",
            "x-auth-token",
            "Cookie",
            "PRIVATE-TOKEN",
            "client_secret",
            "access_key",
            "Ocp-Apim-Subscription-Key",
        ] {
            assert!(names_a_credential(name), "{name}");
        }
        for name in ["X-Source", "Accept", "X-Request-Id", "Content-Type", "X-Key-Figures", "X-Author"] {
            assert!(!names_a_credential(name), "{name}");
        }
    }

    #[test]
    fn what_authentication_sets_is_not_for_headers() {
        let key = Auth::ApiKey { place: KeyPlace::Header, name: "X-Key".to_owned() };
        assert!(key.sets_header("x-key") && !key.sets_header("authorization"));
        assert!(Auth::Basic { username: String::new() }.sets_header("Authorization"));
        assert!(!Auth::None.sets_header("Authorization"));
    }
}
