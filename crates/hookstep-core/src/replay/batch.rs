//! A round of a replay: the next events, oldest first, and one write of how far it has come.
//!
//! A round that breaks off anywhere is repeated from where the one before ended. Nothing is lost, because the cursor passes an event
//! only once that event has its leg or is counted as none; nothing is doubled, because the new event's id is derived from the replay and
//! the old event's id, and of two legs of one event the row takes one.

use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use super::again::{self, New, Refusal, expiry};
use super::record::{Counts, Cut, ReplayKey, ReplayRecord, ReplayStatus, Selection};
use crate::event::{EventKey, EventStatus};
use crate::ids::EventId;
use crate::limits::{REPLAY_ROUND_SECONDS, REPLAY_TOGETHER};
use crate::ports::{
    Clock, Entropy, EventPicker, EventReader, Page, PayloadCopier, PayloadError, PayloadWriter, ReplayProgress,
    StoreError, WebhookReader, Workflow, WorkflowError, Written,
};
use crate::webhook::{Status, Webhook};

/// How often a write is tried, where somebody else keeps changing the replay.
const WRITE_TRIES: u32 = 5;

/// What the machine does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another round, after so many seconds.
    Round {
        /// At most a few.
        wait_seconds: u64,
    },
    /// Nothing.
    Done,
}

/// A round that did nothing, and is worth another try.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// A table failed.
    #[error("a table failed")]
    Store(#[from] StoreError),
    /// The payload bucket failed.
    #[error("the payload bucket failed")]
    Payload(#[source] PayloadError),
    /// The workflow service failed.
    #[error("the workflow service failed")]
    Workflow(#[source] WorkflowError),
    /// The replay changed whenever it was written.
    #[error("the replay was changed by others at the same time")]
    Busy,
}

/// What became of one event.
enum Turn {
    Replayed,
    NotFound,
    InProgress,
    PayloadMissing,
    Unreadable,
}

/// How far a round came.
#[derive(Default)]
struct Progress {
    counts: Counts,
    cursor: Option<EventId>,
    /// Whether it came to the end of the events.
    at_end: bool,
    /// What it broke off with.
    error: Option<BatchError>,
}

/// The ports of a round, and what the operator set.
pub struct BatchStep<'a, R, W, E, P, X, C> {
    /// Keeps replays.
    pub replays: &'a R,
    /// Reads webhooks.
    pub webhooks: &'a W,
    /// Finds and reads events.
    pub events: &'a E,
    /// Copies stored payloads.
    pub payloads: &'a P,
    /// Starts legs.
    pub workflow: &'a X,
    /// Time and randomness.
    pub clock: &'a C,
    /// How long rows and payloads are kept.
    pub retention: SignedDuration,
}

impl<R, W, E, P, X, C> BatchStep<'_, R, W, E, P, X, C>
where
    R: ReplayProgress,
    W: WebhookReader,
    E: EventReader + EventPicker,
    P: PayloadCopier + PayloadWriter,
    X: Workflow,
    C: Clock + Entropy,
{
    /// Runs the next round of this run of a replay.
    pub async fn run(&self, key: &ReplayKey, run: u32) -> Result<Next, BatchError> {
        let Some(seen) = self.replays.replay(key).await? else { return Ok(Next::Done) };
        if seen.run != run || !seen.status.is_active() {
            return Ok(Next::Done);
        }
        let begun = self.clock.now();
        if seen.status == ReplayStatus::Stopping {
            return self.end(seen, ReplayStatus::Stopped, Some(Cut::Requested)).await;
        }
        let owner = &key.owner;
        let webhook = match self.webhooks.webhook(&owner.tenant, &owner.config_id).await? {
            None => return self.end(seen, ReplayStatus::Stopped, Some(Cut::WebhookDeleted)).await,
            Some(webhook) if webhook.status != Status::Active => {
                return self.end(seen, ReplayStatus::Stopped, Some(Cut::WebhookDisabled)).await;
            }
            Some(webhook) => webhook,
        };
        let picked = self.pick(&seen).await?;
        let mut progress = self.work(&seen, &webhook, picked, begun).await;
        if progress.cursor == seen.cursor
            && !progress.at_end
            && let Some(error) = progress.error.take()
        {
            return Err(error);
        }
        self.write(seen, &progress, begun).await
    }

    /// Marks a run as failed, whose rounds failed again and again.
    pub async fn mark_failed(&self, key: &ReplayKey, run: u32) -> Result<(), BatchError> {
        match self.replays.replay(key).await? {
            Some(seen) if seen.run == run && seen.status.is_active() => {
                self.end(seen, ReplayStatus::Failed, Some(Cut::Broken)).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }

    async fn pick(&self, replay: &ReplayRecord) -> Result<Page<EventId, EventId>, BatchError> {
        let (after, size) = (replay.cursor.as_ref(), replay.batch_size());
        match (&replay.selection, replay.selection.range(&replay.key.owner)) {
            (_, Some(range)) => Ok(self.events.pick(&range, after, size).await?),
            (Selection::Events(ids), None) => {
                let mut left = ids.iter().filter(|id| after.is_none_or(|after| *id > after));
                let items: Vec<EventId> = left.by_ref().take(size).cloned().collect();
                let next = left.next().and(items.last().cloned());
                Ok(Page { items, next })
            }
            (Selection::Matching { .. }, None) => Ok(Page { items: Vec::new(), next: None }),
        }
    }

    /// Gives each event its turn, some at the same time, and counts them in their order up to the first that failed.
    async fn work(
        &self,
        replay: &ReplayRecord,
        webhook: &Webhook,
        picked: Page<EventId, EventId>,
        begun: Timestamp,
    ) -> Progress {
        let until = begun.saturating_add(SignedDuration::from_secs(REPLAY_ROUND_SECONDS)).unwrap_or(begun);
        let mut progress = Progress { cursor: replay.cursor.clone(), ..Progress::default() };
        let in_time = picked.items.iter().take_while(|_| self.clock.now() < until);
        let mut turns = stream::iter(in_time)
            .map(|id| async move { (id, self.turn(replay, webhook, id).await) })
            .buffered(REPLAY_TOGETHER);
        let mut handled = 0;
        while let Some((id, turn)) = turns.next().await {
            match turn {
                Ok(Turn::Replayed) => progress.counts.replayed += 1,
                Ok(Turn::NotFound) => progress.counts.not_found += 1,
                Ok(Turn::InProgress) => progress.counts.in_progress += 1,
                Ok(Turn::PayloadMissing) => progress.counts.payload_missing += 1,
                Ok(Turn::Unreadable) => progress.counts.unreadable += 1,
                Err(error) => {
                    progress.error = Some(error);
                    break;
                }
            }
            handled += 1;
            progress.cursor = Some(id.clone());
        }
        if handled == picked.items.len() {
            progress.at_end = picked.next.is_none();
            progress.cursor = picked.next.or(progress.cursor);
        }
        progress
    }

    async fn turn(&self, replay: &ReplayRecord, webhook: &Webhook, id: &EventId) -> Result<Turn, BatchError> {
        let owner = &replay.key.owner;
        let key = EventKey { event_id: id.clone(), tenant: owner.tenant.clone(), config_id: owner.config_id.clone() };
        let row = match self.events.event(&key).await {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(Turn::NotFound),
            // It would not be readable the next time either, and all that come after it would wait for it.
            Err(StoreError::Corrupt { .. }) => return Ok(Turn::Unreadable),
            Err(error) => return Err(error.into()),
        };
        match replay.selection {
            _ if row.status == EventStatus::InProgress => return Ok(Turn::InProgress),
            Selection::Matching { status, .. } if row.status != status => return Ok(Turn::NotFound),
            _ => {}
        }
        let event_id = replay.event_of(id);
        let new = New {
            leg_name: format!("{event_id}-1"),
            unique: format!("{event_id}-{:08x}", self.clock.random() & 0xffff_ffff),
            event_id,
            created_at: replay.created_at,
            expires_at: expiry(self.clock.now(), self.retention),
        };
        match again::start(self.payloads, self.workflow, row, webhook, replay.options, new).await {
            Ok(_) => Ok(Turn::Replayed),
            Err(Refusal::PayloadMissing) => Ok(Turn::PayloadMissing),
            Err(Refusal::Payload(error)) => Err(BatchError::Payload(error)),
            Err(Refusal::Workflow(error)) => Err(BatchError::Workflow(error)),
        }
    }

    /// Writes how far a round came. A replay that was asked to stop meanwhile is stopped by that.
    async fn write(&self, mut seen: ReplayRecord, progress: &Progress, begun: Timestamp) -> Result<Next, BatchError> {
        let rounds = seen.rounds;
        for _ in 0..WRITE_TRIES {
            let now = self.clock.now();
            let due = seen.due_after(begun, progress.counts.replayed);
            let (status, cut) = match seen.status {
                _ if progress.at_end => (ReplayStatus::Finished, None),
                ReplayStatus::Stopping => (ReplayStatus::Stopped, Some(Cut::Requested)),
                status => (status, None),
            };
            let record = ReplayRecord {
                counts: Counts {
                    replayed: seen.counts.replayed + progress.counts.replayed,
                    not_found: seen.counts.not_found + progress.counts.not_found,
                    in_progress: seen.counts.in_progress + progress.counts.in_progress,
                    payload_missing: seen.counts.payload_missing + progress.counts.payload_missing,
                    unreadable: seen.counts.unreadable + progress.counts.unreadable,
                },
                cursor: progress.cursor.clone(),
                rounds: rounds + 1,
                due,
                ..seen.ended(status, cut, now)
            };
            match self.replays.update(&record, &seen).await? {
                Written::Done if status.is_active() => return Ok(Next::Round { wait_seconds: wait(now, due) }),
                Written::Done => return Ok(Next::Done),
                Written::Outdated => {
                    let run = seen.run;
                    match self.replays.replay(&seen.key).await? {
                        // It was asked to stop.
                        Some(now) if now.run == run && now.rounds == rounds && now.status.is_active() => seen = now,
                        // Another try of this round wrote it.
                        Some(now) if now.run == run && now.status.is_active() => {
                            return Ok(Next::Round { wait_seconds: 0 });
                        }
                        _ => return Ok(Next::Done),
                    }
                }
            }
        }
        Err(BatchError::Busy)
    }

    async fn end(&self, mut seen: ReplayRecord, status: ReplayStatus, cut: Option<Cut>) -> Result<Next, BatchError> {
        for _ in 0..WRITE_TRIES {
            let record = seen.ended(status, cut, self.clock.now());
            if self.replays.update(&record, &seen).await? == Written::Done {
                return Ok(Next::Done);
            }
            match self.replays.replay(&seen.key).await? {
                Some(now) if now.run == seen.run && now.status.is_active() => seen = now,
                _ => return Ok(Next::Done),
            }
        }
        Err(BatchError::Busy)
    }
}

/// Whole seconds from now until then, rounded down: the next round counts from when it was due.
fn wait(now: Timestamp, due: Timestamp) -> u64 {
    u64::try_from(due.duration_since(now).as_secs()).unwrap_or(0)
}
