//! Replays: the calls that send events again.

use std::time::Duration;

use anyhow::{Result, bail};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{Answer, Api, Page};

/// How soon a replay is looked at again.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The answer to a replay of one event.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of the answer, as the contract names them")]
pub struct ReplayedEvent {
    pub event_id: String,
    pub status: String,
    pub replay_of: String,
}

/// What a dry run counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the fields of the answer, as the contract names them")]
pub struct ReplayCount {
    pub dry_run: bool,
    pub events: u64,
    pub not_found: u64,
    pub in_progress: u64,
    pub unreadable: u64,
    pub complete: bool,
}

/// A replay of many events.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of a replay, as the contract names them")]
pub struct Replay {
    pub replay_id: String,
    pub config_id: String,
    pub status: String,
    pub reason: Option<String>,
    pub total: Option<u64>,
    pub handled: u64,
    pub replayed: u64,
    pub not_found: u64,
    pub in_progress: u64,
    pub payload_missing: u64,
    pub unreadable: u64,
    pub per_second: u32,
    pub selection: Value,
    pub created_at: String,
    pub updated_at: String,
    pub last_event_id: Option<String>,
}

impl Replay {
    /// Whether nothing more follows, unless it is resumed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !matches!(self.status.as_str(), "running" | "stopping")
    }
}

impl Api {
    /// `POST /webhook/{config_id}/events/{event_id}/replay`, with whatever answer it gets.
    pub async fn replay_event_raw(&self, config_id: &str, event_id: &str, options: &Value) -> Result<Answer> {
        let path = format!("/webhook/{config_id}/events/{event_id}/replay");
        self.send(self.request_with(Method::POST, &path, options, None)).await
    }

    /// The same, when a 202 is expected.
    pub async fn replay_event(&self, config_id: &str, event_id: &str, options: &Value) -> Result<ReplayedEvent> {
        self.replay_event_raw(config_id, event_id, options).await?.expect(StatusCode::ACCEPTED)
    }

    /// `POST /webhook/{config_id}/replay`, with whatever answer it gets.
    pub async fn replay_raw(&self, config_id: &str, body: &Value) -> Result<Answer> {
        self.send(self.request_with(Method::POST, &format!("/webhook/{config_id}/replay"), body, None)).await
    }

    /// The same, when a 202 is expected.
    pub async fn replay(&self, config_id: &str, body: &Value) -> Result<Replay> {
        self.replay_raw(config_id, body).await?.expect(StatusCode::ACCEPTED)
    }

    /// The same as a dry run.
    pub async fn count_replay(&self, config_id: &str, body: &Value) -> Result<ReplayCount> {
        let mut body = body.clone();
        body["dry_run"] = true.into();
        self.replay_raw(config_id, &body).await?.expect(StatusCode::OK)
    }

    /// `GET /webhook/{config_id}/replays` with a query such as `limit=5`.
    pub async fn list_replays(&self, config_id: &str, query: &str) -> Result<Page<Replay>> {
        self.get(&format!("/webhook/{config_id}/replays?{query}")).await
    }

    /// `GET /webhook/{config_id}/replays/{replay_id}`.
    pub async fn get_replay(&self, config_id: &str, replay_id: &str) -> Result<Replay> {
        self.get(&format!("/webhook/{config_id}/replays/{replay_id}")).await
    }

    /// `POST /webhook/{config_id}/replays/{replay_id}/stop` or `/resume`, with whatever answer it gets.
    pub async fn change_replay_raw(&self, config_id: &str, replay_id: &str, change: &str) -> Result<Answer> {
        let path = format!("/webhook/{config_id}/replays/{replay_id}/{change}");
        self.send(self.request(Method::POST, &path)).await
    }

    /// Waits until the replay is as asked, and returns it.
    pub async fn wait_for_replay(
        &self,
        replay: &Replay,
        within: Duration,
        is_as_asked: impl Fn(&Replay) -> bool,
    ) -> Result<Replay> {
        let deadline = Instant::now() + within;
        loop {
            let seen = self.get_replay(&replay.config_id, &replay.replay_id).await?;
            if is_as_asked(&seen) {
                return Ok(seen);
            }
            if Instant::now() > deadline {
                bail!("after {} s the replay is still {seen:?}", within.as_secs());
            }
            sleep(LOOK_EVERY).await;
        }
    }
}
