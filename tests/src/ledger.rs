//! The ledger of a test: what was accepted, what became of it, and what the receiver got, which have to add up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
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
        until("each event to come to its end", within, async || {
            // What has no row yet is not among those that are open: it may be when all have one.
            let is_over = self.none_open(config_id).await?
                && self.ids_of(config_id, "").await?.len() >= accepted.len()
                && self.none_open(config_id).await?;
            Ok(is_over.then_some(()))
        })
        .await?;
        let all = self.ids_of(config_id, "").await?;
        ensure!(all == *accepted, "rows of {all:?}, accepted {accepted:?}");
        let succeeded = self.ids_of(config_id, "&status=succeeded").await?;
        let taken = book.taken();
        let ledger = Ledger {
            accepted: accepted.len(),
            succeeded: succeeded.len(),
            failed: self.ids_of(config_id, "&status=failed").await?.len(),
            skipped: self.ids_of(config_id, "&status=skipped").await?.len(),
            in_progress: self.ids_of(config_id, "&status=in_progress").await?.len(),
            taken: taken.len(),
            requests: book.requests(),
        };
        ledger.check()?;
        ensure!(succeeded == taken, "succeeded {succeeded:?}, taken {taken:?}");
        Ok(ledger)
    }

    async fn none_open(&self, config_id: &str) -> Result<bool> {
        Ok(self.api.list_events(config_id, "status=in_progress&limit=1").await?.data.is_empty())
    }

    /// The ids of all events of a webhook that such a query finds.
    async fn ids_of(&self, config_id: &str, filter: &str) -> Result<BTreeSet<String>> {
        let mut ids = BTreeSet::new();
        let mut cursor = String::new();
        loop {
            let query = format!("limit=100{filter}{cursor}");
            let page: Page<Event> = self.api.list_events(config_id, &query).await.context("a page of events")?;
            ids.extend(page.data.into_iter().map(|event| event.event_id));
            let Some(next) = page.next_cursor else { return Ok(ids) };
            cursor = format!("&cursor={next}");
        }
    }
}
