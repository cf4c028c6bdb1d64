//! Who may ask for a token, and with what.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use url::form_urlencoded;

use crate::receiver::ReceivedRequest;

/// A client of the authorization server, and what its requests must hold.
#[derive(Debug, Clone)]
pub struct TokenClient {
    id: String,
    secret: String,
    in_body: bool,
    method: String,
    headers: BTreeMap<String, String>,
    query: BTreeMap<String, String>,
    body: BTreeMap<String, String>,
}

/// Why a request gets no token.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// One of RFC 6749 5.2.
    pub(super) code: &'static str,
    pub(super) reason: String,
}

impl Refusal {
    fn bad_request(reason: impl Into<String>) -> Self {
        Self { status: 400, code: "invalid_request", reason: reason.into() }
    }

    fn invalid_client(reason: impl Into<String>) -> Self {
        Self { status: 401, code: "invalid_client", reason: reason.into() }
    }
}

impl TokenClient {
    /// A client that posts, and authenticates by HTTP Basic.
    #[must_use]
    pub fn new(id: &str, secret: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
            in_body: false,
            method: "POST".to_owned(),
            headers: BTreeMap::new(),
            query: BTreeMap::new(),
            body: BTreeMap::new(),
        }
    }

    /// It authenticates by `client_id` and `client_secret` among the parameters.
    #[must_use]
    pub fn in_body(mut self) -> Self {
        self.in_body = true;
        self
    }

    /// It uses this method. With GET the parameters are in the query and there is no body.
    #[must_use]
    pub fn by(self, method: &str) -> Self {
        Self { method: method.to_owned(), ..self }
    }

    /// It asks for this scope.
    #[must_use]
    pub fn scope(self, scope: &str) -> Self {
        self.body("scope", scope)
    }

    /// It asks for this audience.
    #[must_use]
    pub fn audience(self, audience: &str) -> Self {
        self.body("audience", audience)
    }

    /// It sends this header too.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Its URL has this parameter too.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.insert(name.to_owned(), value.to_owned());
        self
    }

    /// It sends this parameter too.
    #[must_use]
    pub fn body(mut self, name: &str, value: &str) -> Self {
        self.body.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Whether the request is this client's, with everything that it must hold and nothing else.
    pub(super) fn check(&self, request: &ReceivedRequest) -> Result<(), Refusal> {
        if request.method != self.method {
            return Err(Refusal::bad_request(format!("the method is {}", request.method)));
        }
        for (name, value) in &self.headers {
            if request.header(name).as_deref() != Some(value) {
                return Err(Refusal::bad_request(format!("header {name} is missing or wrong")));
            }
        }
        let query = pairs(request.target.split_once('?').map_or(b"", |(_, query)| query.as_bytes()))?;
        let parameters = if self.method == "GET" { query } else { self.parameters_in_body(request, &query)? };
        if parameters.get("grant_type").map(String::as_str) != Some("client_credentials") {
            let reason = format!("grant_type is {:?}", parameters.get("grant_type"));
            return Err(Refusal { status: 400, code: "unsupported_grant_type", reason });
        }
        self.check_credentials(request, &parameters)?;
        let mut expected = self.body.clone();
        if self.method == "GET" {
            expected.extend(self.query.clone());
        }
        compare(&expected, &parameters, &["grant_type", "client_id", "client_secret"])
    }

    fn parameters_in_body(
        &self,
        request: &ReceivedRequest,
        query: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Refusal> {
        let content_type = request.header("content-type").unwrap_or_default();
        if content_type.split(';').next() != Some("application/x-www-form-urlencoded") {
            return Err(Refusal::bad_request(format!("the content type is {content_type:?}")));
        }
        compare(&self.query, query, &[])?;
        pairs(&request.body)
    }

    /// RFC 6749 2.3.1: by one method, and not by two.
    fn check_credentials(
        &self,
        request: &ReceivedRequest,
        parameters: &BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        let header = request.header("authorization");
        let (id, secret) = (parameters.get("client_id"), parameters.get("client_secret"));
        if self.in_body {
            if header.is_some() {
                return Err(Refusal::bad_request("there is an authorization header, too"));
            }
            if (id, secret) != (Some(&self.id), Some(&self.secret)) {
                return Err(Refusal::invalid_client("client_id or client_secret is missing or wrong"));
            }
            return Ok(());
        }
        if secret.is_some() {
            return Err(Refusal::bad_request("the client secret is among the parameters"));
        }
        let header = header.ok_or_else(|| Refusal::invalid_client("there is no authorization header"))?;
        let credentials = credentials(&header).ok_or_else(|| Refusal::invalid_client("that is not Basic"))?;
        if credentials != (self.id.clone(), self.secret.clone()) {
            return Err(Refusal::invalid_client("the credentials in the header are wrong"));
        }
        Ok(())
    }
}

/// What a Basic header holds: both parts are form-encoded before they are joined.
fn credentials(header: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(BASE64_STANDARD.decode(header.strip_prefix("Basic ")?).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

/// One form-encoded text. What would have had to be encoded and is not, is a mistake.
fn form_decoded(text: &str) -> Option<String> {
    let is_encoded = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"%+-._*~".contains(&byte));
    let decoded = form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned());
    is_encoded.then(|| decoded.unwrap_or_default())
}

/// The parameters of a query or a form, each of which may be there once (RFC 6749 3.2).
fn pairs(encoded: &[u8]) -> Result<BTreeMap<String, String>, Refusal> {
    let mut pairs = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(encoded) {
        if pairs.insert(name.to_string(), value.into_owned()).is_some() {
            return Err(Refusal::bad_request(format!("{name} is there twice")));
        }
    }
    Ok(pairs)
}

fn compare(
    expected: &BTreeMap<String, String>,
    found: &BTreeMap<String, String>,
    others: &[&str],
) -> Result<(), Refusal> {
    for (name, value) in expected {
        if found.get(name) != Some(value) {
            let code = if name == "scope" { "invalid_scope" } else { "invalid_request" };
            return Err(Refusal { status: 400, code, reason: format!("{name} is {:?}", found.get(name)) });
        }
    }
    match found.keys().find(|name| !expected.contains_key(*name) && !others.contains(&name.as_str())) {
        Some(name) => Err(Refusal::bad_request(format!("{name} is not expected"))),
        None => Ok(()),
    }
}
