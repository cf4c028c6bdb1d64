//! The ways in which a token endpoint fails, for [`super::TokenEndpoint::fails`] and [`super::TokenEndpoint::fails_each`].

use crate::receiver::Script;

/// 401: the client's credentials are wrong.
#[must_use]
pub fn invalid_client() -> Script {
    error(401, "invalid_client").header("www-authenticate", "Basic realm=\"tokens\"")
}

/// 400 with one of RFC 6749's codes, such as `invalid_scope`.
#[must_use]
pub fn bad_request(code: &str) -> Script {
    error(400, code)
}

/// 500 with a page for browsers.
#[must_use]
pub fn server_error() -> Script {
    Script::status(500).header("content-type", "text/html").body("<!doctype html><h1>Internal Server Error</h1>")
}

/// 200 with JSON in which the token is missing.
#[must_use]
pub fn without_token() -> Script {
    json(200, r#"{"token_type":"Bearer","expires_in":3600}"#)
}

/// 200 with something else than JSON.
#[must_use]
pub fn not_json() -> Script {
    Script::status(200).header("content-type", "text/html").body("<!doctype html><form>Sign in</form>")
}

/// 200 with a token that cannot stand in a header.
#[must_use]
pub fn unusable_token() -> Script {
    json(200, r#"{"access_token":"one\r\nx-injected: two","token_type":"Bearer"}"#)
}

/// The request is taken and never answered.
#[must_use]
pub fn never() -> Script {
    Script::never()
}

/// The request is taken and the connection closed.
#[must_use]
pub fn closes() -> Script {
    Script::close()
}

/// 307 to somewhere else, where the credentials must not go.
#[must_use]
pub fn redirect(location: &str) -> Script {
    Script::redirect(307, location)
}

/// 200 with 50 MB.
#[must_use]
pub fn huge() -> Script {
    Script::status(200).header("content-type", "application/json").body_of(b' ', 50_000_000)
}

/// An error of RFC 6749 5.2.
pub(super) fn error(status: u16, code: &str) -> Script {
    json(status, &serde_json::json!({ "error": code, "error_description": "as scripted" }).to_string())
}

pub(super) fn json(status: u16, text: &str) -> Script {
    let script = Script::status(status).header("content-type", "application/json").header("cache-control", "no-store");
    script.body(text.to_owned())
}
