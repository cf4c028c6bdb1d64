//! How many events a replay would take.

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use super::record::Selection;
use crate::event::{EventKey, EventStatus};
use crate::limits::{REPLAY_COUNT_SECONDS, REPLAY_TOGETHER};
use crate::ports::{EventPicker, EventReader, StoreError};
use crate::secret::Owner;

/// What a dry run tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DryRun {
    /// Events that would be replayed.
    pub events: u64,
    /// Named ones that there are not, or no more.
    pub not_found: u64,
    /// Named ones that are in progress.
    pub in_progress: u64,
    /// Named ones whose rows can't be read.
    pub unreadable: u64,
    /// Whether all were counted; else time was up, and there are more.
    pub complete: bool,
}

/// A row that Hookstep did not write.
struct Unreadable;

/// Counts the events of a selection. Whether their payloads still exist is not looked at.
pub async fn count<E: EventReader + EventPicker>(
    events: &E,
    owner: &Owner,
    selection: &Selection,
    now: Timestamp,
) -> Result<DryRun, StoreError> {
    let ids = match (selection, selection.range(owner)) {
        (_, Some(range)) => {
            let until = now.saturating_add(SignedDuration::from_secs(REPLAY_COUNT_SECONDS)).unwrap_or(now);
            let counted = events.count(&range, until).await?;
            return Ok(DryRun { events: counted.events, complete: counted.complete, ..DryRun::default() });
        }
        (Selection::Events(ids), None) => ids.as_slice(),
        (Selection::Matching { .. }, None) => &[],
    };
    let keys: Vec<EventKey> = ids
        .iter()
        .map(|id| EventKey { event_id: id.clone(), tenant: owner.tenant.clone(), config_id: owner.config_id.clone() })
        .collect();
    let statuses = stream::iter(keys)
        .map(|key| async move {
            match events.event(&key).await {
                Ok(row) => Ok(Ok(row.map(|row| row.status))),
                Err(StoreError::Corrupt { .. }) => Ok(Err(Unreadable)),
                Err(error) => Err(error),
            }
        })
        .buffered(REPLAY_TOGETHER);
    let all = DryRun { complete: true, ..DryRun::default() };
    statuses
        .try_fold(all, |mut counted, status| async move {
            match status {
                Ok(None) => counted.not_found += 1,
                Ok(Some(EventStatus::InProgress)) => counted.in_progress += 1,
                Ok(Some(_)) => counted.events += 1,
                Err(Unreadable) => counted.unreadable += 1,
            }
            Ok(counted)
        })
        .await
}
