//! What a webhook's authentication adds to its requests: configuration and secrets brought together.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::attempt::{AttemptError, Obstacle};
use crate::auth::{Auth, ClientAuthentication, KeyPlace, OAuth2, Parameter, Value};
use crate::header::Header;
use crate::secret::{Secret, Secrets, slot};
use crate::token::TokenRequest;

/// Named secrets, in the order in which they are sent.
pub type Pairs = Vec<(String, Secret)>;

/// What is added to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Additions {
    /// Headers. They take the place of configured ones of the same name.
    pub headers: Pairs,
    /// Query parameters, after those of the URL.
    pub query: Pairs,
    /// Members of the JSON object that the payload is.
    pub body: Pairs,
}

impl Additions {
    /// Sets a header in place of any other of that name.
    pub fn set_header(&mut self, name: &str, value: Secret) {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value));
    }
}

/// What a webhook may do at its receiver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// Added to every request.
    pub additions: Additions,
    /// How to get the bearer token that is added as well.
    pub token: Option<TokenRequest>,
    /// What must not be kept of an answer that repeats it.
    pub hidden: Vec<Secret>,
}

/// The credentials that `EventBridge` keeps for a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionCredentials {
    /// Proof of who calls.
    pub kind: ConnectionKind,
    /// Parameters added to every request.
    pub additions: Additions,
    /// Those of the parameters that are secrets.
    pub hidden: Vec<Secret>,
}

/// The kinds of connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionKind {
    /// HTTP Basic.
    Basic {
        /// The user name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A key in a header.
    ApiKey {
        /// The header's name.
        name: String,
        /// The key.
        value: Secret,
    },
    /// OAuth 2.0 client credentials.
    OAuth(TokenRequest),
}

pub(crate) fn missing(what: &str) -> AttemptError {
    AttemptError { obstacle: Obstacle::CredentialsMissing, detail: format!("`{what}` is not set") }
}

fn basic(username: &str, password: &str) -> Secret {
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{username}:{password}"))))
}

fn authorization(value: Secret) -> Additions {
    Additions { headers: vec![("authorization".to_owned(), value)], ..Additions::default() }
}

/// Configured values with those that are secrets filled in. `section` is the slot of the list.
fn filled(parameters: &[Parameter], section: &[&str], secrets: &Secrets) -> Result<Pairs, AttemptError> {
    let one = |parameter: &Parameter| {
        let value = match &parameter.value {
            Value::Shown(text) => Secret::new(text.clone()),
            Value::Secret => {
                let slot = slot(&[section, &[&parameter.name]].concat());
                secrets.get(&slot).cloned().ok_or_else(|| missing(&slot))?
            }
        };
        Ok((parameter.name.clone(), value))
    };
    parameters.iter().map(one).collect()
}

/// A webhook's own headers, with those that are secrets filled in.
pub fn headers(headers: &[Header], secrets: &Secrets) -> Result<Pairs, AttemptError> {
    let one = |header: &Header| {
        let value = match header.value() {
            Value::Shown(text) => Secret::new(text.clone()),
            Value::Secret => {
                let slot = slot(&["headers", header.name()]);
                secrets.get(&slot).cloned().ok_or_else(|| missing(&slot))?
            }
        };
        Ok((header.name().to_owned(), value))
    };
    headers.iter().map(one).collect()
}

impl Grant {
    /// What `auth` grants. A connection's credentials are not among a webhook's secrets: [`Grant::of_connection`].
    ///
    /// # Errors
    /// [`Obstacle::CredentialsMissing`] where a secret that is needed is not set.
    pub fn of(auth: &Auth, secrets: &Secrets) -> Result<Self, AttemptError> {
        let secret = |name: &str| {
            let slot = slot(&["auth", name]);
            secrets.get(&slot).cloned().ok_or_else(|| missing(&slot))
        };
        Ok(match auth {
            Auth::None | Auth::Connection(_) => Self::default(),
            Auth::Basic { username } => {
                let password = secrets.get("/auth/password").cloned().unwrap_or_else(|| Secret::new(""));
                let header = basic(username, password.expose());
                Self { additions: authorization(header.clone()), token: None, hidden: vec![header, password] }
            }
            Auth::ApiKey { place, name } => {
                let key = secret("value")?;
                let pair = vec![(name.clone(), key.clone())];
                let additions = match place {
                    KeyPlace::Header => Additions { headers: pair, ..Additions::default() },
                    KeyPlace::Query => Additions { query: pair, ..Additions::default() },
                };
                Self { additions, token: None, hidden: vec![key] }
            }
            Auth::OAuth2(oauth) => {
                let token = token_request(oauth, &secret("client_secret")?, secrets)?;
                Self { token: Some(token), ..Self::default() }
            }
        })
    }

    /// What a connection grants.
    #[must_use]
    pub fn of_connection(credentials: ConnectionCredentials) -> Self {
        let ConnectionCredentials { kind, mut additions, mut hidden } = credentials;
        let token = match kind {
            ConnectionKind::Basic { username, password } => {
                let header = basic(&username, password.expose());
                additions.set_header("authorization", header.clone());
                hidden.extend([header, password]);
                None
            }
            ConnectionKind::ApiKey { name, value } => {
                additions.set_header(&name, value.clone());
                hidden.push(value);
                None
            }
            ConnectionKind::OAuth(request) => Some(request),
        };
        Self { additions, token, hidden }
    }
}

/// The token request of RFC 6749, section 4.4.2. A configured parameter takes the place of a standard one.
fn token_request(oauth: &OAuth2, client_secret: &Secret, secrets: &Secrets) -> Result<TokenRequest, AttemptError> {
    let mut headers = filled(&oauth.headers, &["auth", "headers"], secrets)?;
    let mut form: Pairs = vec![("grant_type".to_owned(), Secret::new("client_credentials"))];
    let standard = [("scope", &oauth.scope), ("audience", &oauth.audience)];
    for (name, value) in standard {
        if let Some(value) = value {
            form.push((name.to_owned(), Secret::new(value.clone())));
        }
    }
    match oauth.client_authentication {
        ClientAuthentication::Header => {
            // RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
            let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
            let value = basic(&encoded(&oauth.client_id), &encoded(client_secret.expose()));
            headers.push(("authorization".to_owned(), value));
        }
        ClientAuthentication::Body => {
            form.push(("client_id".to_owned(), Secret::new(oauth.client_id.clone())));
            form.push(("client_secret".to_owned(), client_secret.clone()));
        }
    }
    let body = filled(&oauth.body, &["auth", "body"], secrets)?;
    Ok(TokenRequest {
        url: oauth.token_url.clone(),
        method: oauth.method,
        headers,
        query: filled(&oauth.query, &["auth", "query"], secrets)?,
        form: overridden(form, body),
    })
}

/// `standard` with the pairs of `own` added, which take the place of those of the same name.
#[must_use]
pub fn overridden(mut standard: Pairs, own: Pairs) -> Pairs {
    standard.retain(|(name, _)| !own.iter().any(|(other, _)| other == name));
    standard.extend(own);
    standard
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::TokenMethod;
    use crate::webhook::WebhookUrl;

    fn secrets(pairs: &[(&str, &str)]) -> Secrets {
        pairs.iter().map(|(slot, text)| ((*slot).to_owned(), Secret::new(*text))).collect()
    }

    fn shown(pairs: &Pairs) -> Vec<(&str, &str)> {
        pairs.iter().map(|(name, value)| (name.as_str(), value.expose())).collect()
    }

    fn oauth(client_authentication: ClientAuthentication) -> OAuth2 {
        OAuth2 {
            token_url: WebhookUrl::parse("https://id.example/token", false).unwrap(),
            client_id: "id:1".to_owned(),
            client_authentication,
            scope: Some("a b".to_owned()),
            audience: None,
            method: TokenMethod::Post,
            headers: vec![],
            query: vec![Parameter { name: "v".to_owned(), value: Value::Shown("1".to_owned()) }],
            body: vec![
                Parameter { name: "scope".to_owned(), value: Value::Shown("c".to_owned()) },
                Parameter { name: "pin".to_owned(), value: Value::Secret },
            ],
        }
    }

    #[test]
    fn basic_credentials_are_those_of_rfc_7617() {
        // The example of section 2 of the RFC.
        let auth = Auth::Basic { username: "Aladdin".to_owned() };
        let grant = Grant::of(&auth, &secrets(&[("/auth/password", "open sesame")])).unwrap();
        assert_eq!(shown(&grant.additions.headers), [("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]);
        let empty = Grant::of(&auth, &Secrets::default()).unwrap();
        assert_eq!(shown(&empty.additions.headers), [("authorization", "Basic QWxhZGRpbjo=")]);
    }

    #[test]
    fn an_api_key_goes_where_it_is_configured_to() {
        let secrets = secrets(&[("/auth/value", "k")]);
        let header = Auth::ApiKey { place: KeyPlace::Header, name: "X-Key".to_owned() };
        assert_eq!(shown(&Grant::of(&header, &secrets).unwrap().additions.headers), [("X-Key", "k")]);
        let query = Auth::ApiKey { place: KeyPlace::Query, name: "key".to_owned() };
        assert_eq!(shown(&Grant::of(&query, &secrets).unwrap().additions.query), [("key", "k")]);
        let error = Grant::of(&query, &Secrets::default()).unwrap_err();
        assert_eq!((error.obstacle, error.detail.as_str()), (Obstacle::CredentialsMissing, "`/auth/value` is not set"));
    }

    #[test]
    fn a_client_authenticates_by_header_or_body_and_its_own_fields_win() {
        let secrets = secrets(&[("/auth/client_secret", "s&t"), ("/auth/body/pin", "9")]);
        let header = Grant::of(&Auth::OAuth2(Box::new(oauth(ClientAuthentication::Header))), &secrets).unwrap();
        let request = header.token.unwrap();
        let expected = format!("Basic {}", STANDARD.encode("id%3A1:s%26t"));
        assert_eq!(shown(&request.headers), [("authorization", expected.as_str())]);
        assert_eq!(shown(&request.form), [("grant_type", "client_credentials"), ("scope", "c"), ("pin", "9")]);
        assert_eq!(shown(&request.query), [("v", "1")]);

        let body = Grant::of(&Auth::OAuth2(Box::new(oauth(ClientAuthentication::Body))), &secrets).unwrap();
        let form = body.token.unwrap().form;
        assert!(shown(&form).contains(&("client_id", "id:1")) && shown(&form).contains(&("client_secret", "s&t")));
    }
}
