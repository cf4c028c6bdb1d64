//! The token exchange of OAuth 2.0 client credentials (RFC 6749, sections 4.4 and 5).

use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

use crate::attempt::{AttemptError, Obstacle};
use crate::auth::TokenMethod;
use crate::grant::Pairs;
use crate::header::is_field_value;
use crate::limits::{TOKEN_ANSWER_MAX_BYTES, TOKEN_LIFE_DEFAULT_SECONDS, TOKEN_MARGIN_SECONDS, TOKEN_VALUE_MAX_BYTES};
use crate::ports::{Exchange, OutboundBody, OutboundRequest};
use crate::secret::Secret;
use crate::webhook::{Method, WebhookUrl};

/// One token exchange, with its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The token endpoint.
    pub url: WebhookUrl,
    /// How it is asked.
    pub method: TokenMethod,
    /// Headers beside `accept` and `content-type`.
    pub headers: Pairs,
    /// Query parameters, after those of the URL.
    pub query: Pairs,
    /// The fields of the request.
    pub form: Pairs,
}

/// An access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The value of the `Authorization` header that carries it.
    pub authorization: Secret,
    /// Its type, as the authorization server names it.
    pub token_type: String,
    /// How long it is valid, in seconds, if the server says so.
    pub expires_in: Option<u64>,
    /// Until when it is used: [`TOKEN_MARGIN_SECONDS`] before it expires.
    pub use_until: Timestamp,
}

/// The codes of RFC 6749, section 5.2. Whatever else a token endpoint says is not repeated: it may quote the request.
const ERROR_CODES: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

impl TokenRequest {
    /// The HTTP request that makes the exchange.
    #[must_use]
    pub fn outbound(&self, timeout: Duration) -> OutboundRequest {
        let mut headers = vec![("accept".to_owned(), Secret::new("application/json"))];
        headers.retain(|(name, _)| !self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)));
        headers.extend(self.headers.iter().cloned());
        let (method, query, body) = match self.method {
            TokenMethod::Get => (Method::Get, [&self.query[..], &self.form[..]].concat(), Bytes::new()),
            TokenMethod::Post => (Method::Post, self.query.clone(), self.encoded_form()),
            TokenMethod::Put => (Method::Put, self.query.clone(), self.encoded_form()),
        };
        if !body.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("content-type".to_owned(), Secret::new("application/x-www-form-urlencoded")));
        }
        let url = self.url.with_query(&query);
        OutboundRequest {
            url,
            method,
            headers,
            body: OutboundBody::Bytes(body),
            identity: None,
            connections_of: None,
            timeout,
        }
    }

    fn encoded_form(&self) -> Bytes {
        let mut form = Serializer::new(String::new());
        for (name, value) in &self.form {
            form.append_pair(name, value.expose());
        }
        form.finish().into()
    }
}

fn rejected(status: u16, body: &[u8]) -> AttemptError {
    let named = serde_json::from_slice::<AnswerJson>(body).ok().and_then(|answer| answer.error);
    let code = ERROR_CODES.into_iter().find(|code| named.as_deref() == Some(*code));
    let detail = match code {
        Some(code) => format!("it answered {status} ({code})"),
        None => format!("it answered {status}"),
    };
    AttemptError { obstacle: Obstacle::TokenRejected, detail }
}

fn invalid(what: &str) -> AttemptError {
    AttemptError { obstacle: Obstacle::TokenInvalid, detail: what.to_owned() }
}

/// What a token endpoint's failure to answer is called, so that it is not taken for the receiver's.
fn of_endpoint(error: &AttemptError) -> AttemptError {
    let obstacle = match error.obstacle {
        Obstacle::AddressNotAllowed => Obstacle::TokenAddressNotAllowed,
        Obstacle::ConnectTimeout | Obstacle::TlsTimeout | Obstacle::FirstByteTimeout | Obstacle::ResponseTimeout => {
            Obstacle::TokenTimeout
        }
        _ => Obstacle::TokenUnreachable,
    };
    let detail = match obstacle {
        Obstacle::TokenUnreachable => error.obstacle.code().to_owned(),
        _ => String::new(),
    };
    AttemptError { obstacle, detail }
}

/// Reads what a token endpoint answered.
///
/// # Errors
/// Whatever kept a token from coming, as an obstacle of the attempt that needed it.
pub fn read(exchange: &Exchange, now: Timestamp) -> Result<Token, AttemptError> {
    if let Some(error) = &exchange.error {
        return Err(of_endpoint(error));
    }
    let response = exchange.response.as_ref().ok_or_else(|| invalid("it did not answer"))?;
    if response.truncated || response.body.len() > TOKEN_ANSWER_MAX_BYTES {
        return Err(invalid("its answer is too long"));
    }
    if !(200..300).contains(&response.status_code) {
        return Err(rejected(response.status_code, &response.body));
    }
    let answer: AnswerJson =
        serde_json::from_slice(&response.body).map_err(|_| invalid("its answer is not that of a token endpoint"))?;
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let token = given(&answer.access_token).map(Zeroizing::new);
    let token = token.ok_or_else(|| invalid("its answer holds no `access_token`"))?;
    if token.len() > TOKEN_VALUE_MAX_BYTES || !is_field_value(&token) {
        return Err(invalid("its `access_token` can't stand in a header"));
    }
    if !given(&answer.token_type).is_none_or(|token_type| token_type.eq_ignore_ascii_case("bearer")) {
        return Err(invalid("its `token_type` is not `Bearer`, and Hookstep knows no other"));
    }
    let expires_in = answer.expires_in.as_ref().and_then(seconds);
    Ok(Token {
        authorization: Secret::new(format!("Bearer {}", token.as_str())),
        token_type: "Bearer".to_owned(),
        expires_in,
        use_until: now.saturating_add(life(expires_in)).unwrap_or(now),
    })
}

/// The answer as RFC 6749, sections 5.1 and 5.2, has it. Whatever else is in it is skipped, and not built in memory.
#[derive(Deserialize)]
struct AnswerJson {
    access_token: Option<String>,
    token_type: Option<String>,
    expires_in: Option<NumberJson>,
    error: Option<String>,
}

/// Some servers give numbers as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum NumberJson {
    Number(f64),
    Text(String),
    Other(IgnoredAny),
}

/// Whole seconds; what is below zero is none.
fn seconds(number: &NumberJson) -> Option<u64> {
    let seconds = match number {
        NumberJson::Number(number) => Some(*number),
        NumberJson::Text(text) => text.trim().parse().ok(),
        NumberJson::Other(_) => None,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of floats saturates, as is wanted"
    )]
    seconds.filter(|seconds| !seconds.is_nan()).map(|seconds| seconds as u64)
}

/// How long a token is used: its life less a margin, which for short lives is a tenth.
fn life(expires_in: Option<u64>) -> SignedDuration {
    let seconds = expires_in.unwrap_or(TOKEN_LIFE_DEFAULT_SECONDS).min(86_400 * 365);
    let margin = TOKEN_MARGIN_SECONDS.min(seconds.div_ceil(10));
    SignedDuration::from_secs(i64::try_from(seconds - margin).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Received;

    fn answered(status_code: u16, body: &'static str) -> Exchange {
        let response =
            Received { status_code, headers: vec![], body: Bytes::from_static(body.as_bytes()), truncated: false };
        Exchange {
            started_at: Timestamp::UNIX_EPOCH,
            duration_ms: 1,
            first_byte_ms: Some(1),
            response: Some(response),
            error: None,
        }
    }

    fn failed(obstacle: Obstacle) -> Exchange {
        let error = Some(AttemptError { obstacle, detail: String::new() });
        Exchange { started_at: Timestamp::UNIX_EPOCH, duration_ms: 1, first_byte_ms: None, response: None, error }
    }

    fn error(exchange: &Exchange) -> (Obstacle, String) {
        let error = read(exchange, Timestamp::UNIX_EPOCH).unwrap_err();
        (error.obstacle, error.detail)
    }

    #[test]
    fn a_token_is_used_until_shortly_before_it_expires() {
        let token = |body| read(&answered(200, body), Timestamp::UNIX_EPOCH).unwrap();
        let hour = token(r#"{"access_token":"t","token_type":"bearer","expires_in":3600}"#);
        assert_eq!(hour.authorization.expose(), "Bearer t");
        assert_eq!(hour.use_until.as_second(), 3540);
        assert_eq!(token(r#"{"access_token":"t","expires_in":"20"}"#).use_until.as_second(), 18);
        assert_eq!(token(r#"{"access_token":"t","expires_in":0}"#).use_until.as_second(), 0);
        assert_eq!(token(r#"{"access_token":"t","expires_in":-5}"#).use_until.as_second(), 0);
        assert_eq!(token(r#"{"access_token":"t","expires_in":20.5}"#).expires_in, Some(20));
        assert_eq!(token(r#"{"access_token":"t","expires_in":[1]}"#).expires_in, None);
        assert_eq!(token(r#"{"access_token":"t"}"#).use_until.as_second(), 270);
    }

    #[test]
    fn what_a_token_endpoint_can_do_wrong_has_a_name_and_is_not_quoted() {
        let told = answered(401, r#"{"error":"invalid_client","error_description":"secret s3cr3t is wrong"}"#);
        assert_eq!(error(&told), (Obstacle::TokenRejected, "it answered 401 (invalid_client)".to_owned()));
        let odd = answered(400, r#"{"error":"s3cr3t"}"#);
        assert_eq!(error(&odd), (Obstacle::TokenRejected, "it answered 400".to_owned()));
        assert_eq!(error(&answered(302, "")).0, Obstacle::TokenRejected);
        for body in ["", "<html>", "[]", "{}", r#"{"access_token":""}"#, r#"{"access_token":"a\nb"}"#] {
            assert_eq!(error(&answered(200, body)).0, Obstacle::TokenInvalid, "{body}");
        }
        assert_eq!(error(&answered(200, r#"{"access_token":"t","token_type":"mac"}"#)).0, Obstacle::TokenInvalid);
    }

    #[test]
    fn an_endpoint_that_is_not_reached_is_not_taken_for_the_receiver() {
        assert_eq!(error(&failed(Obstacle::AddressNotAllowed)).0, Obstacle::TokenAddressNotAllowed);
        assert_eq!(error(&failed(Obstacle::ResponseTimeout)).0, Obstacle::TokenTimeout);
        assert_eq!(error(&failed(Obstacle::DnsFailure)), (Obstacle::TokenUnreachable, "dns_failure".to_owned()));
    }

    #[test]
    fn the_request_is_a_form_or_for_get_a_query() {
        let pair = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
        let mut request = TokenRequest {
            url: WebhookUrl::parse("https://id.example/token?a=1", false).unwrap(),
            method: TokenMethod::Post,
            headers: vec![],
            query: vec![pair("q", "x y")],
            form: vec![pair("grant_type", "client_credentials"), pair("scope", "a b")],
        };
        let post = request.outbound(Duration::from_secs(1));
        assert_eq!(post.url.as_str(), "https://id.example/token?a=1&q=x+y");
        let OutboundBody::Bytes(body) = &post.body else { panic!("a stream") };
        assert_eq!(&body[..], b"grant_type=client_credentials&scope=a+b");
        request.method = TokenMethod::Get;
        let get = request.outbound(Duration::from_secs(1));
        assert_eq!(get.url.as_str(), "https://id.example/token?a=1&q=x+y&grant_type=client_credentials&scope=a+b");
        assert!(get.body.is_empty());
    }
}
