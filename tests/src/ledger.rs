//! The ledger of a test: what was accepted, what became of it, and what the receiver got, which have to add up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use hookstep_local::api::{Event, Page};
use hookstep_local::receiver::{ReceivedRequest, Script};

use crate::hookstep::Hookstep;
use crate::wait::until;

/// A receiver's own book: which messages it took, and how often each came. Its clones are the same book.
#[derive(Debug, Clone, Default)]
pub struct Book {
    entries: Arc<Mutex<BTreeMap<String, Entry>>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    refused: usize,
    taken: usize,
}

/// How a test adds up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Triggers that were answered with 2xx.
    pub accepted: usize,
    /// Events by their status.
    pub succeeded: usize,
    /// See `succeeded`.
    pub failed: usize,
    /// See `succeeded`.
    pub skipped: usize,
    /// See `succeeded`.
    pub in_progress: usize,
    /// Messages that the receiver took: distinct `webhook-id`s that it answered with 2xx, or began to, or would have.
    pub taken: usize,
    /// Requests that the receiver got.
    pub requests: usize,
}

impl Book {
    /// The script, for messages that the receiver takes.
    #[must_use]
    pub fn taking(&self, script: Script) -> Script {
        let book = self.clone();
        Script::decide(move |request| {
            book.entry(request, |entry| entry.taken += 1);
            script.clone()
        })
    }

    /// The script, for messages that the receiver does not take.
    #[must_use]
    pub fn refusing(&self, script: Script) -> Script {
        let book = self.clone();
        Script::decide(move |request| {
            book.entry(request, |entry| entry.refused += 1);
            script.clone()
        })
    }

    /// Answers 200 or 503: `takes` is told the message's id and how often it has come before.
    #[must_use]
    pub fn deciding(&self, takes: impl Fn(&str, usize) -> bool + Send + Sync + 'static) -> Script {
        let book = self.clone();
        Script::decide(move |request| {
            let before = book.entry(request, |_| ());
            let takes = takes(&id_of(request), before.refused + before.taken);
            book.entry(request, |entry| *if takes { &mut entry.taken } else { &mut entry.refused } += 1);
            Script::status(if takes { 200 } else { 503 })
        })
    }

    /// The messages that the receiver took.
    #[must_use]
    pub fn taken(&self) -> BTreeSet<String> {
        self.lock().iter().filter(|(_, entry)| entry.taken > 0).map(|(id, _)| id.clone()).collect()
    }

    /// Whether this message has come, taken or not.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.lock().contains_key(id)
    }

    /// How many requests came.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.lock().values().map(|entry| entry.refused + entry.taken).sum()
    }

    fn entry(&self, request: &ReceivedRequest, change: impl FnOnce(&mut Entry)) -> Entry {
        let mut entries = self.lock();
        let entry = entries.entry(id_of(request)).or_default();
        change(entry);
        *entry
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id_of(request: &ReceivedRequest) -> String {
    request.header("webhook-id").unwrap_or_default()
}

impl Ledger {
    /// What it is when everything that was accepted succeeded, and came in so many requests.
    #[must_use]
    pub fn all_succeeded(accepted: usize, requests: usize) -> Self {
        Self { accepted, succeeded: accepted, taken: accepted, requests, ..Self::default() }
    }

    /// Expects that it adds up: each accepted event has come to one end, and what succeeded is what the receiver took.
    pub fn check(&self) -> Result<()> {
        let Self { accepted, succeeded, failed, skipped, in_progress, taken, .. } = *self;
        ensure!(in_progress == 0, "{self:?}");
        ensure!(accepted == succeeded + failed + skipped, "{self:?}");
        ensure!(taken == succeeded, "{self:?}");
        Ok(())
    }
}

impl Hookstep {
    /// Waits until no event of the webhook is in progress and there are rows of all that were accepted, and adds up. What has a row without
    /// having been accepted, a message that the receiver took without an event that succeeded, and the reverse, are errors here already.
    pub async fn ledger(
        &self,
        config_id: &str,
        accepted: &BTreeSet<String>,
        book: &Book,
        within: Duration,
    ) -> Result<Ledger> {
        let statuses = until("each event to come to its end", within, async || {
            // A look that costs little, while many are open. It can miss one that begins its next attempt at this moment.
            if !self.api.list_events(config_id, "status=in_progress&limit=1").await?.data.is_empty() {
                return Ok(None);
            }
            let statuses = self.statuses(config_id).await?;
            let is_over = statuses.len() >= accepted.len() && statuses.values().all(|status| status != "in_progress");
            Ok(is_over.then_some(statuses))
        })
        .await?;
        ensure!(statuses.keys().eq(accepted), "rows of {:?}, accepted {accepted:?}", statuses.keys());
        let of_status = |status: &str| statuses.values().filter(|one| *one == status).count();
        let taken = book.taken();
        let ledger = Ledger {
            accepted: accepted.len(),
            succeeded: of_status("succeeded"),
            failed: of_status("failed"),
            skipped: of_status("skipped"),
            in_progress: of_status("in_progress"),
            taken: taken.len(),
            requests: book.requests(),
        };
        ledger.check()?;
        let succeeded = statuses.iter().filter(|(_, status)| *status == "succeeded").map(|(id, _)| id);
        ensure!(taken.iter().eq(succeeded), "taken {taken:?}, {statuses:?}");
        Ok(ledger)
    }

    /// The status of each event of a webhook.
    async fn statuses(&self, config_id: &str) -> Result<BTreeMap<String, String>> {
        let mut statuses = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let page: Page<Event> = self.api.list_events(config_id, &format!("limit=100{cursor}")).await?;
            statuses.extend(page.data.into_iter().map(|event| (event.event_id, event.status)));
            let Some(next) = page.next_cursor else { return Ok(statuses) };
            cursor = format!("&cursor={next}");
        }
    }
}
