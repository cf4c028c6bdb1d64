//! A client of Hookstep's HTTP API.
//!
//! Its types are written against the documented contract and not shared with the Lambdas: a change of the wire format that nobody meant shows
//! here.

mod types;

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

pub use types::{
    Attempt, AttemptError, Event, NewWebhook, Page, PayloadUpload, Problem, TriggerOutcome, UploadRequest, Webhook,
};

/// How soon a row is looked at again. The pause grows, so that those who wait long leave the machine to those who don't.
const FIRST_LOOK_AFTER: Duration = Duration::from_millis(50);
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(1);
/// API Gateway gives up after 30 s; the engine does not.
const ANSWER_WITHIN: Duration = Duration::from_secs(40);

/// A client of one stack.
#[derive(Debug, Clone)]
pub struct Api {
    base_url: String,
    http: reqwest::Client,
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

/// A trigger to send.
#[derive(Debug, Clone, Default)]
pub struct Trigger {
    /// The payload, as it is.
    pub body: Bytes,
    /// Its content type; none is sent when `None`.
    pub content_type: Option<String>,
    /// Whether to wait for the outcome; the parameter is left out when `None`.
    pub sync: Option<bool>,
    /// The `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// The `X-Correlation-Id`.
    pub correlation_id: Option<String>,
    /// Names an upload instead of a body.
    pub payload_id: Option<String>,
}

impl Trigger {
    /// An asynchronous trigger with this JSON text as its payload.
    #[must_use]
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            content_type: Some("application/json".to_owned()),
            sync: Some(false),
            ..Self::default()
        }
    }

    /// The same, synchronous.
    #[must_use]
    pub fn and_wait(mut self) -> Self {
        self.sync = Some(true);
        self
    }
}

impl Api {
    /// A client of the API at this base URL, which has no slash at its end.
    pub fn new(base_url: &str) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER_WITHIN).build()?;
        Ok(Self { base_url: base_url.to_owned(), http })
    }

    /// A request to a path of the API, to be finished by the caller and sent with [`Api::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base_url))
    }

    /// Sends a request and reads the answer whole.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await? })
    }

    /// `POST /webhook`.
    pub async fn create_webhook(&self, webhook: &NewWebhook) -> Result<Webhook> {
        let body = serde_json::to_vec(webhook)?;
        let request = self.request(Method::POST, "/webhook").header("content-type", "application/json").body(body);
        self.send(request).await?.expect(StatusCode::CREATED)
    }

    /// `GET /webhook`: the first page.
    pub async fn list_webhooks(&self) -> Result<Page<Webhook>> {
        self.get("/webhook?limit=100").await
    }

    /// `GET /webhook/{config_id}`.
    pub async fn get_webhook(&self, config_id: &str) -> Result<Webhook> {
        self.get(&format!("/webhook/{config_id}")).await
    }

    /// `DELETE /webhook/{config_id}`.
    pub async fn delete_webhook(&self, config_id: &str) -> Result<()> {
        let answer = self.send(self.request(Method::DELETE, &format!("/webhook/{config_id}"))).await?;
        ensure!(answer.status == StatusCode::NO_CONTENT, "{}", answer.in_words());
        Ok(())
    }

    /// `POST /webhook/{config_id}/trigger`, with whatever answer it gets.
    pub async fn trigger_raw(&self, config_id: &str, trigger: &Trigger) -> Result<Answer> {
        let mut query = Vec::new();
        if let Some(sync) = trigger.sync {
            query.push(format!("sync={sync}"));
        }
        if let Some(payload_id) = &trigger.payload_id {
            query.push(format!("payload_id={payload_id}"));
        }
        let mut request = self.request(Method::POST, &format!("/webhook/{config_id}/trigger?{}", query.join("&")));
        let headers = [
            ("content-type", &trigger.content_type),
            ("idempotency-key", &trigger.idempotency_key),
            ("x-correlation-id", &trigger.correlation_id),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        self.send(request.body(trigger.body.clone())).await
    }

    /// As [`Api::trigger_raw`], when a 200 or 202 is expected.
    pub async fn trigger(&self, config_id: &str, trigger: &Trigger) -> Result<TriggerOutcome> {
        let answer = self.trigger_raw(config_id, trigger).await?;
        ensure!(matches!(answer.status, StatusCode::OK | StatusCode::ACCEPTED), "{}", answer.in_words());
        answer.json()
    }

    /// `POST /webhook/{config_id}/payloads`.
    pub async fn create_upload(&self, config_id: &str) -> Result<PayloadUpload> {
        let request = self.request(Method::POST, &format!("/webhook/{config_id}/payloads"));
        self.send(request).await?.expect(StatusCode::CREATED)
    }

    /// Sends a payload where [`Api::create_upload`] said.
    pub async fn upload(&self, upload: &UploadRequest, payload: impl Into<Bytes>) -> Result<()> {
        let method = Method::from_bytes(upload.method.as_bytes())?;
        let mut request = self.http.request(method, &upload.url);
        for (name, value) in &upload.headers {
            request = request.header(name, value);
        }
        let answer = self.send(request.body(payload.into())).await?;
        ensure!(answer.status.is_success(), "{}", answer.in_words());
        Ok(())
    }

    /// `GET /webhook/{config_id}/events/{event_id}`.
    pub async fn get_event(&self, config_id: &str, event_id: &str) -> Result<Event> {
        self.get(&format!("/webhook/{config_id}/events/{event_id}")).await
    }

    /// `GET /webhook/{config_id}/events` with a query such as `status=failed&limit=5`.
    pub async fn list_events(&self, config_id: &str, query: &str) -> Result<Page<Event>> {
        self.get(&format!("/webhook/{config_id}/events?{query}")).await
    }

    /// Waits until the event has left `in_progress`, and returns it.
    pub async fn wait_until_settled(&self, config_id: &str, event_id: &str, within: Duration) -> Result<Event> {
        self.wait_for_event(config_id, event_id, within, |event| event.status != "in_progress").await
    }

    /// Waits until the event's status is this, and returns it.
    pub async fn wait_for_status(
        &self,
        config_id: &str,
        event_id: &str,
        status: &str,
        within: Duration,
    ) -> Result<Event> {
        self.wait_for_event(config_id, event_id, within, |event| event.status == status).await
    }

    /// Waits until the row is there and is as asked. An event that has just been triggered may have no row yet.
    async fn wait_for_event(
        &self,
        config_id: &str,
        event_id: &str,
        within: Duration,
        is_as_asked: impl Fn(&Event) -> bool,
    ) -> Result<Event> {
        let deadline = Instant::now() + within;
        let mut pause = FIRST_LOOK_AFTER;
        loop {
            let answer =
                self.send(self.request(Method::GET, &format!("/webhook/{config_id}/events/{event_id}"))).await?;
            if answer.status == StatusCode::OK {
                let event: Event = answer.json()?;
                if is_as_asked(&event) {
                    return Ok(event);
                }
            } else if answer.status != StatusCode::NOT_FOUND {
                bail!("{}", answer.in_words());
            }
            if Instant::now() > deadline {
                bail!("after {} s event {event_id} is still: {}", within.as_secs(), answer.in_words());
            }
            sleep(pause).await;
            pause = (pause * 5 / 4).min(LOOK_AT_LEAST_EVERY);
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.send(self.request(Method::GET, path)).await?.expect(StatusCode::OK)
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
    fn expect<T: DeserializeOwned>(&self, status: StatusCode) -> Result<T> {
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
