//! Events: the calls that trigger, test, upload payloads and show what was delivered.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use bytes::Bytes;
use reqwest::{Method, StatusCode};
use tokio::time::{Instant, sleep};

use super::{Answer, Api, Event, Page, PayloadUpload, TriggerOutcome, UploadRequest};

/// How soon a row is looked at again. The pause grows, so that those who wait long leave the machine to those who don't.
const FIRST_LOOK_AFTER: Duration = Duration::from_millis(50);
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(1);

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

    /// `POST /webhook/{config_id}/test` with this payload, or with Hookstep's own sample.
    pub async fn test_webhook(&self, config_id: &str, payload: Option<Bytes>) -> Result<TriggerOutcome> {
        let answer = self.test_raw(config_id, payload, "").await?;
        ensure!(matches!(answer.status, StatusCode::OK | StatusCode::ACCEPTED), "{}", answer.in_words());
        answer.json()
    }

    /// `POST /webhook/{config_id}/test` with a query such as `sample=newest`, and whatever answer it gets.
    pub async fn test_raw(&self, config_id: &str, payload: Option<Bytes>, query: &str) -> Result<Answer> {
        let mut request = self.request(Method::POST, &format!("/webhook/{config_id}/test?{query}"));
        if let Some(payload) = payload {
            request = request.header("content-type", "application/json").body(payload);
        }
        self.send(request).await
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

    /// `POST /webhook/{config_id}/events/{event_id}/retry` or `/cancel`, with whatever answer it gets.
    pub async fn change_event_raw(&self, config_id: &str, event_id: &str, change: &str) -> Result<Answer> {
        let path = format!("/webhook/{config_id}/events/{event_id}/{change}");
        self.send(self.request(Method::POST, &path)).await
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
}
