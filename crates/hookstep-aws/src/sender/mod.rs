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
use hookstep_core::leg::Target;
use hookstep_core::ports::{Clock, Exchange, OutboundBody, OutboundRequest, PayloadError, Received, Sender};
use hookstep_core::webhook::Method;

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
    fn refused(&self, target: &Target) -> bool {
        target.url.literal_address().is_some_and(|address| !self.allowed.permits(target.url.host(), address))
    }

    async fn exchange(&self, request: OutboundRequest<'_>) -> Result<Answer, PayloadError> {
        let target = request.target;
        if self.refused(target) {
            return Ok(Answer::nothing(Obstacle::AddressNotAllowed));
        }
        let mut builder = self.client.request(http_method(target.method), target.url.as_str());
        for header in &target.headers {
            builder = builder.header(header.name(), header.value());
        }
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        builder = match request.body {
            // RFC 9110, section 8.6: hyper leaves the length of an empty body out.
            body if body.is_empty() && target.method.expects_body() => builder.header("content-length", "0"),
            OutboundBody::Bytes(bytes) => builder.body(bytes),
            OutboundBody::Stream { size, stream } => builder.body(body::sized(size, stream)),
        };
        let mut begun = None;
        let whole = async {
            let response = builder.send().await?;
            read::response(response, &mut begun).await
        };
        let ended = tokio::time::timeout(Duration::from_secs(u64::from(target.timeout.get())), whole).await;
        let error = match ended {
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
    async fn send(&self, request: OutboundRequest<'_>) -> Result<Exchange, PayloadError> {
        let started_at = self.clock.now();
        let answer = self.exchange(request).await?;
        let taken = self.clock.now().duration_since(started_at).as_millis();
        Ok(Exchange {
            started_at,
            duration_ms: u64::try_from(taken).unwrap_or(0),
            response: answer.received,
            error: answer.error,
        })
    }
}
