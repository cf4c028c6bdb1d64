//! The rows of events, with the conditions that the real table has (`hookstep-aws/src/events`).

use hookstep_core::attempt::Attempt;
use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Leg};
use hookstep_core::leg::Plan;
use hookstep_core::limits::{EXPRESS_LEG_MAX_SECONDS, LEG_MAX_SECONDS, REDELIVERY_DELAY_MAX_SECONDS};
use hookstep_core::ports::{
    Clock as _, Conclusion, EventReader, OpenEvents, OutcomeRecorder, Overdue, Page, StoreError,
};
use hookstep_core::shape::Shape;
use hookstep_core::verdict::{Ending, Verdict};
use hookstep_core::webhook::Machine;
use jiff::{SignedDuration, Timestamp};

use crate::world::World;

impl World {
    /// `RecordEvent`: `false` where the row does not fit its condition.
    pub(crate) fn record(&self, event: &Event, plan: &Plan, execution: &str) -> bool {
        let now = self.now();
        let mut state = self.state();
        let before = state.rows.get(&event.key.event_id);
        let fits = match before {
            None => event.leg == 1,
            Some(row) if event.leg == 1 => is_open(row) && (row.leg == 0 || owns(row, execution)),
            Some(row) => waits_for(row, event.leg) || (row.leg == event.leg && owns(row, execution)),
        };
        if !fits {
            return false;
        }
        let mut row = before.cloned().unwrap_or_else(|| row_of(event));
        row.leg = event.leg;
        row.machine = event.machine;
        execution.clone_into(&mut row.execution_arn);
        row.next_attempt_at = None;
        match plan {
            Plan::Deliver(_) => {
                let most = match event.machine {
                    Machine::Express => EXPRESS_LEG_MAX_SECONDS,
                    Machine::Standard => LEG_MAX_SECONDS,
                };
                row.deadline_at = Some(now + SignedDuration::from_secs(i64::from(most)));
            }
            Plan::Skip(verdict) => end(&mut row, verdict),
        }
        state.rows.insert(event.key.event_id.clone(), row);
        true
    }

    /// `RecordFailure`, the last resort: a row that is overdue at once. One that is not the execution's own stays as it is.
    pub(crate) fn note(&self, leg: &Leg, first: Option<&Event>, execution: &str) {
        let mut state = self.state();
        let row = match state.rows.get(&leg.key.event_id) {
            Some(row) if !owns(row, execution) => return,
            Some(row) => row.clone(),
            None => EventRow { leg: 0, ..first.map_or_else(|| row_of_leg(leg), row_of) },
        };
        let row = EventRow { execution_arn: execution.to_owned(), deadline_at: Some(Timestamp::UNIX_EPOCH), ..row };
        state.rows.insert(leg.key.event_id.clone(), row);
    }
}

fn is_open(row: &EventRow) -> bool {
    row.status == EventStatus::InProgress
}

/// The execution's own row, while its leg runs.
fn owns(row: &EventRow, execution: &str) -> bool {
    is_open(row) && row.execution_arn == execution && row.next_attempt_at.is_none()
}

/// A row that waits for this leg.
fn waits_for(row: &EventRow, leg: u32) -> bool {
    is_open(row) && row.leg + 1 == leg && row.next_attempt_at.is_some()
}

fn end(row: &mut EventRow, verdict: &Verdict) {
    row.status = verdict.status;
    row.reason = verdict.reason;
    row.reason_detail.clone_from(&verdict.detail);
    row.next_attempt_at = None;
    row.deadline_at = None;
}

fn conclude(row: &mut EventRow, ending: &Ending) {
    match ending {
        Ending::Final(verdict) => end(row, verdict),
        Ending::Again { at, because } => {
            row.reason = because.reason;
            row.reason_detail.clone_from(&because.detail);
            row.next_attempt_at = Some(*at);
            row.deadline_at = Some(*at + SignedDuration::from_secs(i64::from(REDELIVERY_DELAY_MAX_SECONDS)));
        }
    }
}

fn row_of(event: &Event) -> EventRow {
    EventRow {
        payload: Some(event.payload.clone()),
        content_type: event.content_type.clone(),
        correlation_id: event.correlation_id.clone(),
        trace: None,
        ..row_of_leg(&Leg::from(event))
    }
}

fn row_of_leg(leg: &Leg) -> EventRow {
    EventRow {
        key: leg.key.clone(),
        event_name: leg.event_name.clone(),
        source: leg.source,
        created_at: leg.created_at,
        expires_at: leg.expires_at,
        content_type: None,
        correlation_id: None,
        trace: None,
        payload: None,
        status: EventStatus::InProgress,
        reason: None,
        reason_detail: None,
        url: None,
        http_method: None,
        execution_arn: String::new(),
        updated_at: leg.created_at,
        attempts: Vec::new(),
        leg: leg.number,
        machine: leg.machine,
        next_attempt_at: None,
        deadline_at: None,
        one_attempt: leg.one_attempt,
        lifecycle: leg.lifecycle,
        replay: None,
        shape: Shape::default(),
    }
}

impl EventReader for World {
    async fn event(&self, key: &EventKey) -> Result<Option<EventRow>, StoreError> {
        Ok(self.state().rows.get(&key.event_id).cloned())
    }
}

impl OpenEvents for World {
    type Place = ();

    async fn overdue(&self, now: Timestamp, _from: Option<()>) -> Result<Page<Overdue, ()>, StoreError> {
        let state = self.state();
        let open = state.rows.values().filter_map(|row| Some((&row.key, row.deadline_at?)));
        let late = open.filter(|(_, deadline_at)| *deadline_at < now);
        let items = late.map(|(key, deadline_at)| Overdue { key: key.clone(), deadline_at }).collect();
        Ok(Page { items, next: None })
    }
}

impl OutcomeRecorder for World {
    async fn conclude(
        &self,
        leg: &Leg,
        execution: &str,
        attempt: &Attempt,
        ending: &Ending,
        _now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        let mut state = self.state();
        let Some(row) = state.rows.get_mut(&leg.key.event_id) else { return Ok(Conclusion::Taken) };
        if owns(row, execution) {
            row.attempts.push(attempt.clone());
            conclude(row, ending);
            return Ok(Conclusion::Recorded);
        }
        let is_there = row.execution_arn == execution && row.attempts.iter().any(|one| one.number == attempt.number);
        Ok(repeated(row, is_there))
    }

    async fn conclude_without_attempt(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        execution: &str,
        ending: &Ending,
        _now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        let mut state = self.state();
        let before = state.rows.get(&leg.key.event_id);
        let fits = match before {
            None => first.is_some(),
            Some(row) if first.is_some() => is_open(row) && (row.leg + 1 == leg.number || owns(row, execution)),
            Some(row) => waits_for(row, leg.number) || owns(row, execution),
        };
        if fits {
            let mut row = before.cloned().or_else(|| first.map(row_of)).expect("one of the two is there");
            row.leg = leg.number;
            row.machine = leg.machine;
            execution.clone_into(&mut row.execution_arn);
            conclude(&mut row, ending);
            state.rows.insert(leg.key.event_id.clone(), row);
            return Ok(Conclusion::Recorded);
        }
        let Some(row) = before else { return Ok(Conclusion::Taken) };
        let without_attempt = row.attempts.iter().all(|one| one.number != leg.number);
        Ok(repeated(row, row.execution_arn == execution && row.leg == leg.number && without_attempt))
    }
}

/// What the row that did not fit says, if it is this step that wrote it before.
fn repeated(row: &EventRow, is_of_step: bool) -> Conclusion {
    let verdict = |status| Verdict { status, reason: row.reason, detail: row.reason_detail.clone() };
    match row.next_attempt_at {
        Some(at) if is_of_step => Conclusion::Repeated(Ending::Again { at, because: verdict(EventStatus::Failed) }),
        None if is_of_step && row.status.is_final() => Conclusion::Repeated(Ending::Final(verdict(row.status))),
        _ => Conclusion::Taken,
    }
}
