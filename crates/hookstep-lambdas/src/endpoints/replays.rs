//! `POST /webhook/{config_id}/replay` and `/webhook/{config_id}/replays[/{replay_id}[/stop|resume]]`: many events again.

use hookstep_core::ids::ReplayId;
use hookstep_core::limits::REPLAYS_MAX_ACTIVE;
use hookstep_core::ports::{
    Clock, Entropy, EventPicker, EventReader, HistoryReader, ReplayMachine, ReplayStore, WebhookReader, WorkflowError,
    Written,
};
use hookstep_core::replay::count::count;
use hookstep_core::replay::one::target;
use hookstep_core::replay::record::{Cut, ReplayKey, ReplayRecord, ReplayStatus};
use hookstep_core::secret::Owner;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::history::is_known;
use super::replay_json::{parse_many, show, show_dry_run};
use super::{list_query, trigger};
use crate::http::{Answer, Problem, Request};
use crate::log;

/// How often a change is tried, where rounds keep writing the replay.
const CHANGE_TRIES: u32 = 10;

/// Among how many replays it is looked for those that go on.
const NEWEST: usize = 20;

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
        let idempotency_key = trigger::idempotency_key(&request)?;
        target(self.webhooks, &owner).await?;
        if draft.dry_run {
            let counted = count(self.events, &owner, &draft.selection, now).await?;
            return Ok(Answer::json(200, show_dry_run(&counted)));
        }
        let candidate = ReplayId::generate(now, self.clock.random());
        let id = match &idempotency_key {
            None => candidate.clone(),
            Some(key) => self.replays.claim(&owner, key, &candidate, now).await?,
        };
        let key = ReplayKey { owner, id };
        if key.id != candidate
            && let Some(record) = self.replays.replay(&key).await?
        {
            return self.repeated(record).await;
        }
        self.make_room(&key.owner, now).await?;
        let counted = count(self.events, &key.owner, &draft.selection, now).await?;
        let total =
            counted.complete.then_some(counted.events + counted.not_found + counted.in_progress + counted.unreadable);
        let record =
            ReplayRecord::new(key, draft.selection, draft.options, draft.per_second, total, now, self.retention);
        if self.replays.create(&record).await? == Written::Outdated {
            // Another call with the same key was faster.
            return self.repeated(self.find(&record.key).await?).await;
        }
        self.start(&record).await?;
        Ok(accepted(&record))
    }

    /// Answers a call whose key was used before. The first one may have died before it started the machine.
    async fn repeated(&self, record: ReplayRecord) -> Result<Answer, Problem> {
        if record.status == ReplayStatus::Running && record.rounds == 0 {
            self.machine.start_replay(&record.key, record.run).await?;
        }
        Ok(accepted(&record.at(self.clock.now())))
    }

    /// Refuses one more replay where several go on.
    async fn make_room(&self, owner: &Owner, now: Timestamp) -> Result<(), Problem> {
        let newest = self.replays.replays(owner, None, NEWEST).await?.items;
        let active = newest.into_iter().filter(|record| record.clone().at(now).status.is_active()).count();
        if active < REPLAYS_MAX_ACTIVE { Ok(()) } else { Err(Problem::too_many_replays()) }
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
        self.make_room(&key.owner, now).await?;
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

fn accepted(record: &ReplayRecord) -> Answer {
    let ReplayKey { owner, id } = &record.key;
    shown(202, record).with_header("location", format!("/webhook/{}/replays/{id}", owner.config_id))
}
