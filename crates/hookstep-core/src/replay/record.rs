//! A replay of many events: what was asked for, and how far it has come.

use jiff::{SignedDuration, Timestamp};

use super::again::{Options, expiry};
use crate::event::EventStatus;
use crate::ids::{EventId, ReplayId};
use crate::limits::{REPLAY_BATCH_MAX_EVENTS, REPLAY_BATCH_SECONDS, REPLAY_STALLED_SECONDS};
use crate::secret::Owner;

/// Which replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayKey {
    /// Whose webhook.
    pub owner: Owner,
    /// The replay.
    pub id: ReplayId,
}

/// A webhook's events of one status, accepted between two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRange {
    /// Whose.
    pub owner: Owner,
    /// In this status when their turn comes: any but in progress.
    pub status: EventStatus,
    /// Not before this moment.
    pub from: Timestamp,
    /// Not after this moment.
    pub to: Timestamp,
}

/// Which events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These, oldest first, each once.
    Events(Vec<EventId>),
    /// All of a status and a range of time.
    Matching {
        /// The status.
        status: EventStatus,
        /// Not before this moment.
        from: Timestamp,
        /// Not after this moment.
        to: Timestamp,
    },
}

impl Selection {
    /// These events, in order.
    #[must_use]
    pub fn of_ids(mut ids: Vec<EventId>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        Self::Events(ids)
    }

    /// The events of a status between two moments, for a replay that is asked for at `now`. Its own events bear that moment, and are
    /// never among them.
    #[must_use]
    pub fn matching(status: EventStatus, from: Timestamp, to: Timestamp, now: Timestamp) -> Self {
        let before = now.saturating_sub(SignedDuration::from_millis(1)).unwrap_or(now);
        Self::Matching { status, from, to: to.min(before) }
    }

    /// The range of a webhook's events, where it is one.
    #[must_use]
    pub fn range(&self, owner: &Owner) -> Option<EventRange> {
        match *self {
            Self::Events(_) => None,
            Self::Matching { status, from, to } => Some(EventRange { owner: owner.clone(), status, from, to }),
        }
    }
}

/// Where a replay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayStatus {
    /// It goes on.
    Running,
    /// It was asked to stop, and will before its next round.
    Stopping,
    /// It can be resumed.
    Stopped,
    /// Every event had its turn.
    Finished,
    /// It broke off, and can be resumed.
    Failed,
}

impl ReplayStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Running, Self::Stopping, Self::Stopped, Self::Finished, Self::Failed];

    /// The name in records and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
            Self::Failed => "failed",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether more rounds follow.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Running | Self::Stopping)
    }
}

/// Why a replay ended before its events did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Somebody asked for it.
    Requested,
    /// The webhook was disabled: its events would have been skipped.
    WebhookDisabled,
    /// The webhook was deleted.
    WebhookDeleted,
    /// Its rounds failed again and again.
    Broken,
    /// Its machine has not been heard of for [`REPLAY_STALLED_SECONDS`].
    Stalled,
}

impl Cut {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::Requested, Self::WebhookDisabled, Self::WebhookDeleted, Self::Broken, Self::Stalled];

    /// The name in records and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::WebhookDisabled => "webhook_disabled",
            Self::WebhookDeleted => "webhook_deleted",
            Self::Broken => "broken",
            Self::Stalled => "stalled",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cut| cut.as_str() == name)
    }
}

/// What became of the events that had their turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// A new event was started.
    pub replayed: u64,
    /// There is no such event, it has expired, or it is in another status by now.
    pub not_found: u64,
    /// It is in progress.
    pub in_progress: u64,
    /// Its payload is gone.
    pub payload_missing: u64,
    /// Its row can't be read: Hookstep did not write it.
    pub unreadable: u64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.replayed + self.not_found + self.in_progress + self.payload_missing + self.unreadable
    }
}

/// A replay of many events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayRecord {
    /// Which one.
    pub key: ReplayKey,
    /// Which events.
    pub selection: Selection,
    /// How they are sent.
    pub options: Options,
    /// How many are started a second at most, on average over a few seconds.
    pub per_second: u32,
    /// Where it stands.
    pub status: ReplayStatus,
    /// Why it is stopped or failed.
    pub cut: Option<Cut>,
    /// How many events there were when it was asked for, where that could be counted in time.
    pub total: Option<u64>,
    /// What became of them so far.
    pub counts: Counts,
    /// The newest event that had its turn.
    pub cursor: Option<EventId>,
    /// 1, and one more each time that it is resumed. The machine of an earlier run finds itself replaced, and ends.
    pub run: u32,
    /// How many rounds have been written.
    pub rounds: u64,
    /// When the next round may begin.
    pub due: Timestamp,
    /// When it was asked for. All of its events bear this moment.
    pub created_at: Timestamp,
    /// When it was written last.
    pub updated_at: Timestamp,
    /// When it may be forgotten.
    pub expires_at: Timestamp,
}

impl ReplayRecord {
    /// A replay that begins now.
    #[must_use]
    pub fn new(
        key: ReplayKey,
        selection: Selection,
        options: Options,
        per_second: u32,
        total: Option<u64>,
        now: Timestamp,
        retention: SignedDuration,
    ) -> Self {
        Self {
            key,
            selection,
            options,
            per_second,
            status: ReplayStatus::Running,
            cut: None,
            total,
            counts: Counts::default(),
            cursor: None,
            run: 1,
            rounds: 0,
            due: now,
            created_at: now,
            updated_at: now,
            expires_at: expiry(now, retention),
        }
    }

    /// As it is at `now`: one whose machine was aborted, which nobody wrote down, has failed.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        let silence = now.duration_since(self.updated_at);
        if self.status.is_active() && silence > SignedDuration::from_secs(REPLAY_STALLED_SECONDS) {
            self.status = ReplayStatus::Failed;
            self.cut = Some(Cut::Stalled);
        }
        self
    }

    /// The same, ended.
    #[must_use]
    pub fn ended(&self, status: ReplayStatus, cut: Option<Cut>, now: Timestamp) -> Self {
        Self { status, cut, updated_at: now, ..self.clone() }
    }

    /// The same, asked to stop.
    #[must_use]
    pub fn stopping(&self, now: Timestamp) -> Self {
        Self { status: ReplayStatus::Stopping, updated_at: now, ..self.clone() }
    }

    /// The same, going on where it ended. It is kept for as long as a new one.
    #[must_use]
    pub fn resumed(&self, now: Timestamp, retention: SignedDuration) -> Self {
        Self {
            status: ReplayStatus::Running,
            cut: None,
            run: self.run + 1,
            due: now,
            updated_at: now,
            expires_at: expiry(now, retention),
            ..self.clone()
        }
    }

    /// How many events one round takes.
    #[must_use]
    pub fn batch_size(&self) -> usize {
        let of_some_seconds =
            usize::try_from(self.per_second).unwrap_or(usize::MAX).saturating_mul(REPLAY_BATCH_SECONDS);
        of_some_seconds.clamp(1, REPLAY_BATCH_MAX_EVENTS)
    }

    /// The event that sends `source` again: however often that is tried, the same.
    #[must_use]
    pub fn event_of(&self, source: &EventId) -> EventId {
        EventId::derive(self.created_at, &[self.key.id.as_str(), source.as_str()])
    }

    /// When the round after one may begin that began at `begun` and started `events`.
    #[must_use]
    pub fn due_after(&self, begun: Timestamp, events: u64) -> Timestamp {
        let micros = events.saturating_mul(1_000_000) / u64::from(self.per_second.max(1));
        let span = SignedDuration::from_micros(i64::try_from(micros).unwrap_or(i64::MAX));
        // A round that is up to a second early counts from when it was due: waits are of whole seconds.
        self.due.max(begun).saturating_add(span).unwrap_or(begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_values() {
        for status in ReplayStatus::ALL {
            assert_eq!(ReplayStatus::from_name(status.as_str()), Some(status));
        }
        for cut in Cut::ALL {
            assert_eq!(Cut::from_name(cut.as_str()), Some(cut));
        }
    }

    #[test]
    fn events_stand_once_and_in_order_and_a_range_ends_before_the_replay() {
        let id = |random| EventId::generate(Timestamp::UNIX_EPOCH, random);
        assert_eq!(Selection::of_ids(vec![id(3), id(1), id(3)]), Selection::Events(vec![id(1), id(3)]));
        let now = Timestamp::from_millisecond(5_000).unwrap_or_default();
        let Selection::Matching { to, .. } = Selection::matching(EventStatus::Failed, Timestamp::UNIX_EPOCH, now, now)
        else {
            panic!("it is a range")
        };
        assert!(EventId::last_at(to) < EventId::first_at(now));
    }
}
