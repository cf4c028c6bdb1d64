//! `POST /webhook/{config_id}/replay` and `/webhook/{config_id}/replays[/{replay_id}[/stop|resume]]`: many events again.

use hookstep_core::ids::ReplayId;
use hookstep_core::ports::{
    Clock, Entropy, EventPicker, EventReader, HistoryReader, ReplayMachine, ReplayStore, WebhookReader, WorkflowError,
    Written,
};
use hookstep_core::replay::count::count;
use hookstep_core::replay::one::target;
use hookstep_core::replay::record::{Cut, ReplayKey, ReplayRecord, ReplayStatus};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::history::is_known;
use super::list_query;
use super::replay_json::{parse_many, show, show_dry_run};
use crate::http::{Answer, Problem, Request};
use crate::log;

/// How often a change is tried, where rounds keep writing the replay.
const CHANGE_TRIES: u32 = 10;

/// What the calls take.
pub struct Replays<'a, W, E, R, M, C> {
    /// Reads webhooks and their history.
    pub webhooks: &'a W,
    /// Finds and counts events.
    pub events: &'a E,
    /// Keeps replays.
    pub replays: &'a R,
    /// Sets them going.
    pub machine: &'a M,
    /// Time and randomness.
    pub clock: &'a C,
    /// How long replays are kept.
    pub retention: SignedDuration,
}

impl<W, E, R, M, C> Replays<'_, W, E, R, M, C>
where
    W: WebhookReader + HistoryReader,
    E: EventReader + EventPicker,
    R: ReplayStore,
    M: ReplayMachine,
    C: Clock + Entropy,
{
    /// Starts a replay, or counts what it would take.
    pub async fn create(&self, request: Request) -> Result<Answer, Problem> {
        let owner = request.owner()?;
        log::about_webhook(&owner.config_id);
        // The new events bear this moment, whose finer parts their ids do not hold.
        let now = self.clock.now();
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        let draft = parse_many(&request.body, now)?;
        target(self.webhooks, &owner).await?;
        let counted = count(self.events, &owner, &draft.selection, now).await?;
        if draft.dry_run {
            return Ok(Answer::json(200, show_dry_run(&counted)));
        }
        let total =
            counted.complete.then_some(counted.events + counted.not_found + counted.in_progress + counted.unreadable);
        let key = ReplayKey { owner, id: ReplayId::generate(now, self.clock.random()) };
        let record =
            ReplayRecord::new(key, draft.selection, draft.options, draft.per_second, total, now, self.retention);
        self.replays.create(&record).await?;
        self.start(&record).await?;
        Ok(shown(202, &record)
            .with_header("location", format!("/webhook/{}/replays/{}", record.key.owner.config_id, record.key.id)))
    }

    /// Lists a webhook's replays, newest first.
    pub async fn list(&self, request: Request) -> Result<Answer, Problem> {
        let owner = request.owner()?;
        log::about_webhook(&owner.config_id);
        let before: Option<ReplayId> = list_query::cursor(&request)?;
        let page = self.replays.replays(&owner, before.as_ref(), list_query::limit(&request)?).await?;
        if page.items.is_empty() && page.next.is_none() && !is_known(self.webhooks, self.clock, &owner).await? {
            return Err(Problem::webhook_not_found());
        }
        let now = self.clock.now();
        let replays: Vec<Value> = page.items.into_iter().map(|record| show(&record.at(now))).collect();
        Ok(Answer::json(200, json!({ "data": replays, "next_cursor": page.next.as_ref().map(ReplayId::as_str) })))
    }

    /// Shows one.
    pub async fn get(&self, request: Request) -> Result<Answer, Problem> {
        let seen = self.find(&key(&request)?).await?;
        Ok(shown(200, &seen.at(self.clock.now())))
    }

    /// Asks one to stop. It does before its next round; until then it is `stopping`.
    pub async fn stop(&self, request: Request) -> Result<Answer, Problem> {
        let key = key(&request)?;
        for _ in 0..CHANGE_TRIES {
            let seen = self.find(&key).await?;
            let now = self.clock.now();
            match seen.clone().at(now).status {
                ReplayStatus::Running => {}
                ReplayStatus::Stopping | ReplayStatus::Stopped => return Ok(shown(202, &seen)),
                ReplayStatus::Finished | ReplayStatus::Failed => return Err(Problem::replay_ended()),
            }
            let record = seen.stopping(now);
            if self.replays.update(&record, &seen).await? == Written::Done {
                return Ok(shown(202, &record));
            }
        }
        Err(Problem::replay_busy())
    }

    /// Lets one that stopped or failed go on where it was.
    pub async fn resume(&self, request: Request) -> Result<Answer, Problem> {
        let key = key(&request)?;
        let seen = self.find(&key).await?;
        let now = self.clock.now();
        if !matches!(seen.clone().at(now).status, ReplayStatus::Stopped | ReplayStatus::Failed) {
            return Err(Problem::replay_not_stopped());
        }
        target(self.webhooks, &key.owner).await?;
        let record = seen.resumed(now, self.retention);
        if self.replays.update(&record, &seen).await? == Written::Outdated {
            return Err(Problem::replay_busy());
        }
        self.start(&record).await?;
        Ok(shown(202, &record))
    }

    async fn find(&self, key: &ReplayKey) -> Result<ReplayRecord, Problem> {
        self.replays.replay(key).await?.ok_or_else(Problem::replay_not_found)
    }

    /// Sets a run going. Where that fails, the replay says so, and can be resumed.
    async fn start(&self, record: &ReplayRecord) -> Result<(), WorkflowError> {
        let started = self.machine.start_replay(&record.key, record.run).await;
        if started.is_err() {
            let failed = record.ended(ReplayStatus::Failed, Some(Cut::Broken), self.clock.now());
            if let Err(error) = self.replays.update(&failed, record).await {
                // It is taken for failed when it has not been heard of for a while.
                let error = log::chain(&error);
                tracing::error!(target: "hookstep", error, "the replay is not marked as failed");
            }
        }
        started
    }
}

fn key(request: &Request) -> Result<ReplayKey, Problem> {
    let owner = request.owner()?;
    log::about_webhook(&owner.config_id);
    let id = request.path("replay_id").parse().map_err(|_| Problem::replay_not_found())?;
    Ok(ReplayKey { owner, id })
}

fn shown(status: u16, record: &ReplayRecord) -> Answer {
    Answer::json(status, show(record))
}
