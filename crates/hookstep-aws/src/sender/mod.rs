//! HTTP exchanges with receivers.
//!
//! Redirects are not followed, no proxy is taken from the environment, no cookies are kept. The address that is
//! dialled is the address that was checked ([`resolve`]). The webhook's timeout covers the whole exchange, from the
//! name's resolution to the last byte of the answer.

mod body;
mod obstacle;
mod read;
mod resolve;

use std::sync::Arc;
use std::time::Duration;

use hookstep_core::address::AllowedTargets;
use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::grant::Pairs;
use hookstep_core::ports::{Clock, Exchange, OutboundBody, OutboundRequest, PayloadError, Received, Sender};
use hookstep_core::webhook::{Method, WebhookUrl};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use body::BrokenPayload;
use read::Begun;
use resolve::CheckedResolver;

/// No connection takes longer than this, whatever the webhook's timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Header lines of an answer over HTTP/1.1 that are read; one more is not HTTP to us. Ten times as many as are kept.
const READ_HEADERS_MAX_COUNT: usize = 1_000;

/// Headers of an answer over HTTP/2 that are read, in bytes.
const READ_HEADERS_MAX_BYTES: u32 = 262_144;

/// Sends requests over HTTP.
#[derive(Debug, Clone)]
pub struct HttpSender<C> {
    client: reqwest::Client,
    allowed: Arc<AllowedTargets>,
    clock: C,
}

/// The HTTP client can't be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client can't be built")]
pub struct NoClient(#[source] reqwest::Error);

impl<C: Clock> HttpSender<C> {
    /// A sender that reaches public addresses and what the operator opened beyond.
    pub fn new(allowed: AllowedTargets, clock: C) -> Result<Self, NoClient> {
        let allowed = Arc::new(allowed);
        #[expect(clippy::disallowed_methods, reason = "this is the one place that builds an HTTP client")]
        let client = reqwest::Client::builder()
            .user_agent(concat!("Hookstep/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .http1_max_headers(READ_HEADERS_MAX_COUNT)
            .http2_max_header_list_size(READ_HEADERS_MAX_BYTES)
            // A function is frozen between invocations, and a connection kept meanwhile may be dead when it is
            // used again: one connection per request.
            .pool_max_idle_per_host(0)
            .dns_resolver(CheckedResolver::new(Arc::clone(&allowed)))
            .build()
            .map_err(NoClient)?;
        Ok(Self { client, allowed, clock })
    }

    /// The HTTP client skips its resolver for addresses in the URL, so those are checked here.
    fn refused(&self, url: &WebhookUrl) -> bool {
        url.literal_address().is_some_and(|address| !self.allowed.permits(url.host(), address))
    }

    async fn exchange(&self, request: OutboundRequest) -> Result<Answer, PayloadError> {
        let OutboundRequest { url, method, headers, body, timeout, .. } = request;
        if self.refused(&url) {
            return Ok(Answer::nothing(Obstacle::AddressNotAllowed));
        }
        let Some(headers) = header_map(&headers) else {
            // What is configured was checked when it was saved, and what a connection adds when it was read.
            return Ok(Answer::nothing(Obstacle::CredentialsMissing));
        };
        let mut builder = self.client.request(http_method(method), url.as_str()).headers(headers);
        builder = match body {
            // RFC 9110, section 8.6: hyper leaves the length of an empty body out.
            body if body.is_empty() && method.expects_body() => builder.header("content-length", "0"),
            OutboundBody::Bytes(bytes) => builder.body(bytes),
            OutboundBody::Stream { size, stream } => builder.body(body::sized(size, stream)),
        };
        let mut begun = None;
        let whole = async {
            let response = builder.send().await?;
            read::response(response, &mut begun).await
        };
        let error = match tokio::time::timeout(timeout, whole).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => match BrokenPayload::find(&error) {
                Some(broken) => return Err(PayloadError::Interrupted(broken.to_string())),
                None => Some(obstacle::classify(&error)),
            },
            Err(_) => Some(AttemptError { obstacle: Obstacle::ResponseTimeout, detail: String::new() }),
        };
        Ok(Answer { received: begun.map(Begun::into_received), error })
    }
}

/// The headers, in their order; none where one can't be sent as it is. All are marked as sensitive: compression over HTTP/2
/// does not remember them, and nothing prints them.
fn header_map(headers: &Pairs) -> Option<HeaderMap> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let mut sent = HeaderValue::from_str(value.expose()).ok()?;
        sent.set_sensitive(true);
        map.append(HeaderName::from_bytes(name.as_bytes()).ok()?, sent);
    }
    Some(map)
}

fn http_method(method: Method) -> reqwest::Method {
    match method {
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
        Method::Get => reqwest::Method::GET,
    }
}

/// What came back.
struct Answer {
    received: Option<Received>,
    error: Option<AttemptError>,
}

impl Answer {
    fn nothing(obstacle: Obstacle) -> Self {
        Self { received: None, error: Some(AttemptError { obstacle, detail: String::new() }) }
    }
}

impl<C: Clock> Sender for HttpSender<C> {
    async fn send(&self, request: OutboundRequest) -> Result<Exchange, PayloadError> {
        let started_at = self.clock.now();
        let answer = self.exchange(request).await?;
        let taken = self.clock.now().duration_since(started_at).as_millis();
        Ok(Exchange {
            started_at,
            duration_ms: u64::try_from(taken).unwrap_or(0),
            first_byte_ms: None,
            response: answer.received,
            error: answer.error,
        })
    }
}
