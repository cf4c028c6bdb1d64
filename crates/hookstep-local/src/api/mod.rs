//! A client of Hookstep's HTTP API.
//!
//! Its types are written against the documented contract and not shared with the Lambdas: a change of the wire format that nobody meant shows
//! here. Each call comes as one that expects to succeed and is typed, and, where tests look closer, as a `_raw` one with whatever answer it
//! gets.

mod events;
mod recording;
mod replays;
mod signing;
mod types;
mod webhooks;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use events::Trigger;
pub use recording::record_answers_to;
pub use replays::{Replay, ReplayCount, ReplayedEvent};
pub use signing::{Preview, PreviewHeader, PublicKey, PublicKeys, Signing};
pub use types::{
    Actor, Attempt, AttemptError, AuthTest, AuthTestToken, Change, Event, NewWebhook, Page, PayloadUpload, Problem,
    TriggerOutcome, UploadRequest, Webhook,
};

/// API Gateway gives up after 30 s; the engine does not.
const ANSWER_WITHIN: Duration = Duration::from_secs(40);

/// A client of one stack.
#[derive(Debug, Clone)]
pub struct Api {
    base_url: String,
    http: reqwest::Client,
    /// Sent with every request to the API, where there is one.
    bearer_token: Option<String>,
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

impl Api {
    /// A client of the API at this base URL, which has no slash at its end. It sends no token.
    pub fn new(base_url: &str) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER_WITHIN).build()?;
        Ok(Self { base_url: base_url.to_owned(), http, bearer_token: None })
    }

    /// The same, with this token in every request.
    #[must_use]
    pub fn with_bearer(&self, token: &str) -> Self {
        Self { bearer_token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same, without a token.
    #[must_use]
    pub fn without_token(&self) -> Self {
        Self { bearer_token: None, ..self.clone() }
    }

    /// A request to a path of the API, to be finished by the caller and sent with [`Api::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base_url));
        match &self.bearer_token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request and reads the answer whole.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer> {
        let request = request.build()?;
        let asked = format!("{} {}", request.method(), request.url());
        let response = self.http.execute(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let answer = Answer { status, headers, body: response.bytes().await? };
        recording::record(&asked, &answer)?;
        Ok(answer)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.send(self.request(Method::GET, path)).await?.expect(StatusCode::OK)
    }

    /// A request with a JSON body, on the condition that the webhook still has this `ETag`, if one is given.
    fn request_with(&self, method: Method, path: &str, body: &Value, if_match: Option<&str>) -> RequestBuilder {
        let content_type = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
        let request = self.request(method, path).header("content-type", content_type).body(body.to_string());
        conditional(request, if_match)
    }
}

fn conditional(request: RequestBuilder, if_match: Option<&str>) -> RequestBuilder {
    match if_match {
        Some(etag) => request.header("if-match", etag),
        None => request,
    }
}

impl Answer {
    /// The body, read as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).with_context(|| format!("not the JSON expected: {}", self.in_words()))
    }

    /// The body as RFC 9457 problem details.
    pub fn problem(&self) -> Result<Problem> {
        self.json()
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body, read as JSON, when the status is this.
    pub fn expect<T: DeserializeOwned>(&self, status: StatusCode) -> Result<T> {
        ensure!(self.status == status, "expected {status}, got {}", self.in_words());
        self.json()
    }

    /// Status and body, for an error message.
    #[must_use]
    pub fn in_words(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let shown: String = text.chars().take(500).collect();
        format!("{} {shown}", self.status)
    }
}
