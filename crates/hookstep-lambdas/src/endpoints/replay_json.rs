//! Replays as callers ask for them and as answers show them.

use hookstep_core::event::EventStatus;
use hookstep_core::ids::EventId;
use hookstep_core::limits::{REPLAY_EVENTS_MAX_COUNT, REPLAY_RATE_DEFAULT, REPLAY_RATE_MAX};
use hookstep_core::replay::again::{Body, Options, WebhookId};
use hookstep_core::replay::count::DryRun;
use hookstep_core::replay::record::{Cut, ReplayRecord, Selection};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::http::Problem;
use crate::webhook_json::{Fields, object, whole_number};

/// Statuses whose events can be replayed.
pub const STATUSES: [EventStatus; 3] = [EventStatus::Failed, EventStatus::Skipped, EventStatus::Succeeded];

/// What a call for many events asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayDraft {
    /// Which events.
    pub selection: Selection,
    /// How they are sent.
    pub options: Options,
    /// 50 where left out.
    pub per_second: u32,
    /// Whether they are only counted.
    pub dry_run: bool,
}

/// Reads the body of a call for one event, which may be empty.
pub fn parse_one(body: &[u8]) -> Result<Options, Problem> {
    let given = if body.is_empty() { Map::new() } else { object(body)? };
    let mut errors = Vec::new();
    let mut fields = Fields::new(given, &mut errors);
    let options = options(&mut fields);
    fields.finish(&["payload", "webhook_id"]);
    if errors.is_empty() { Ok(options) } else { Err(Problem::invalid_fields(errors)) }
}

/// Reads the body of a call for many events that is made at `now`.
pub fn parse_many(body: &[u8], now: Timestamp) -> Result<ReplayDraft, Problem> {
    let mut errors = Vec::new();
    let mut fields = Fields::new(object(body)?, &mut errors);
    let selection = selection(&mut fields, now);
    let options = options(&mut fields);
    let per_second = per_second(&mut fields);
    let dry_run = fields.flag("dry_run", false);
    fields.finish(&["event_ids", "status", "from", "to", "payload", "webhook_id", "per_second", "dry_run"]);
    match selection {
        Some(selection) if errors.is_empty() => Ok(ReplayDraft { selection, options, per_second, dry_run }),
        _ => Err(Problem::invalid_fields(errors)),
    }
}

fn options(fields: &mut Fields<'_>) -> Options {
    Options {
        body: fields.choice("payload", "invalid", &Body::ALL, Body::as_str).unwrap_or_default(),
        webhook_id: fields.choice("webhook_id", "invalid", &WebhookId::ALL, WebhookId::as_str).unwrap_or_default(),
    }
}

fn per_second(fields: &mut Fields<'_>) -> u32 {
    let Some(value) = fields.take("per_second") else { return REPLAY_RATE_DEFAULT };
    let number = whole_number(&value).and_then(|number| u32::try_from(number).ok());
    number.filter(|number| (1..=REPLAY_RATE_MAX).contains(number)).unwrap_or_else(|| {
        fields.refuse("per_second", "out_of_range", format!("takes a whole number from 1 to {REPLAY_RATE_MAX}"));
        REPLAY_RATE_DEFAULT
    })
}

/// Either a list or a range. What is wrong is noted, and then there is none.
fn selection(fields: &mut Fields<'_>, now: Timestamp) -> Option<Selection> {
    let Some(ids) = fields.take("event_ids") else { return range(fields, now) };
    for field in ["status", "from", "to"] {
        if fields.take(field).is_some() {
            fields.refuse(field, "invalid", "can't stand beside `event_ids`: give a list or a range");
        }
    }
    let Value::Array(ids) = ids else {
        fields.refuse("event_ids", "wrong_type", "has to be a list of event ids");
        return None;
    };
    if ids.is_empty() {
        fields.refuse("event_ids", "empty", "has to name at least one event");
        return None;
    }
    if ids.len() > REPLAY_EVENTS_MAX_COUNT {
        fields.refuse("event_ids", "too_long", format!("takes at most {REPLAY_EVENTS_MAX_COUNT} ids"));
        return None;
    }
    let mut parsed: Vec<EventId> = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        match id.as_str().and_then(|id| id.parse().ok()) {
            Some(id) => parsed.push(id),
            None => fields.refuse_at(format!("/event_ids/{place}"), "invalid", "has to be an event id"),
        }
    }
    Some(Selection::of_ids(parsed))
}

fn range(fields: &mut Fields<'_>, now: Timestamp) -> Option<Selection> {
    if !["status", "from", "to"].iter().any(|field| fields.is_given(field)) {
        for field in ["status", "from", "to"] {
            fields.take(field);
        }
        fields.refuse("event_ids", "required", "give `event_ids`, or `status` and `from`");
        return None;
    }
    let status = fields.required_choice("status", "invalid", &STATUSES, EventStatus::as_str);
    let given = [fields.take("from"), fields.take("to")];
    if given[0].is_none() {
        fields.refuse("from", "required", "has to be given: events accepted at this moment or later are replayed");
    }
    let [from, to] =
        [("from", &given[0]), ("to", &given[1])].map(|(field, value)| moment(fields, field, value.as_ref()));
    let to = if given[1].is_none() { Some(now) } else { to };
    if to.is_some_and(|to| to > now) {
        fields.refuse("to", "out_of_range", "can't lie in the future");
    }
    let (status, from, to) = (status?, from?, to?);
    if from > to {
        fields.refuse("from", "out_of_range", "lies after `to`");
    }
    Some(Selection::matching(status, from, to, now))
}

fn moment(fields: &mut Fields<'_>, field: &str, value: Option<&Value>) -> Option<Timestamp> {
    let moment = value?.as_str().and_then(|text| text.parse().ok());
    if moment.is_none() {
        fields.refuse(field, "invalid", "takes a time as in RFC 3339, such as 2026-11-21T08:30:00Z");
    }
    moment
}

/// A replay, as the API shows it.
#[must_use]
pub fn show(replay: &ReplayRecord) -> Value {
    let counts = &replay.counts;
    let mut shown = json!({
        "replay_id": replay.key.id.as_str(),
        "config_id": replay.key.owner.config_id.as_str(),
        "status": replay.status.as_str(),
        "reason": replay.cut.map(Cut::as_str),
        "payload": replay.options.body.as_str(),
        "webhook_id": replay.options.webhook_id.as_str(),
        "per_second": replay.per_second,
        "total": replay.total,
        "handled": counts.sum(),
        "replayed": counts.replayed,
        "not_found": counts.not_found,
        "in_progress": counts.in_progress,
        "payload_missing": counts.payload_missing,
        "unreadable": counts.unreadable,
        "last_event_id": replay.cursor.as_ref().map(EventId::as_str),
        "created_at": replay.created_at.to_string(),
        "updated_at": replay.updated_at.to_string(),
        "expires_at": replay.expires_at.to_string(),
    });
    shown["selection"] = match &replay.selection {
        Selection::Events(ids) => json!({ "event_ids": ids.len() }),
        Selection::Matching { status, from, to } => {
            json!({ "status": status.as_str(), "from": from.to_string(), "to": to.to_string() })
        }
    };
    shown
}

/// What a dry run counted, as the API shows it.
#[must_use]
pub fn show_dry_run(counted: &DryRun) -> Value {
    json!({
        "dry_run": true,
        "events": counted.events,
        "not_found": counted.not_found,
        "in_progress": counted.in_progress,
        "unreadable": counted.unreadable,
        "complete": counted.complete,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2";

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap_or_default()
    }

    fn faults(body: &Value) -> Vec<(String, &'static str)> {
        match parse_many(body.to_string().as_bytes(), now()) {
            Ok(draft) => panic!("{draft:?} is accepted"),
            Err(problem) => problem.errors().iter().map(|error| (error.pointer.clone(), error.code)).collect(),
        }
    }

    #[test]
    fn a_list_or_a_range_is_asked_for() {
        let list = parse_many(json!({ "event_ids": [ID, ID] }).to_string().as_bytes(), now()).unwrap();
        assert_eq!(list.selection, Selection::Events(vec![ID.parse().unwrap()]));
        assert_eq!((list.options, list.per_second, list.dry_run), (Options::default(), REPLAY_RATE_DEFAULT, false));
        let body = json!({
            "status": "skipped", "from": "2026-11-21T00:00:00Z", "to": null, "payload": "as_sent",
            "webhook_id": "new", "per_second": 500.0, "dry_run": true,
        });
        let range = parse_many(body.to_string().as_bytes(), now()).unwrap();
        let Selection::Matching { status: EventStatus::Skipped, to, .. } = range.selection else {
            panic!("it is a range")
        };
        assert!(to < now() && range.dry_run && range.per_second == 500);
        assert_eq!(range.options, Options { body: Body::AsSent, webhook_id: WebhookId::New });
    }

    #[test]
    fn every_fault_is_named_with_its_place() {
        let at = |pointer: &str, code| (pointer.to_owned(), code);
        assert_eq!(faults(&json!({})), [at("/event_ids", "required")]);
        assert_eq!(faults(&json!({ "event_ids": null, "status": null, "to": null })), [at("/event_ids", "required")]);
        assert_eq!(faults(&json!({ "event_ids": [] })), [at("/event_ids", "empty")]);
        assert_eq!(faults(&json!({ "event_ids": ID })), [at("/event_ids", "wrong_type")]);
        assert_eq!(faults(&json!({ "event_ids": vec![ID; 1_001] })), [at("/event_ids", "too_long")]);
        assert_eq!(
            faults(&json!({ "event_ids": [ID, 7, "evt_1"], "status": "failed" })),
            [at("/status", "invalid"), at("/event_ids/1", "invalid"), at("/event_ids/2", "invalid")]
        );
        assert_eq!(
            faults(
                &json!({ "status": "in_progress", "payload": "raw", "webhook_id": 1, "per_second": 0, "dry_run": 1, "x": 1 })
            ),
            [
                at("/status", "invalid"),
                at("/from", "required"),
                at("/payload", "invalid"),
                at("/webhook_id", "invalid"),
                at("/per_second", "out_of_range"),
                at("/dry_run", "wrong_type"),
                at("/x", "unknown_field"),
            ]
        );
        assert_eq!(faults(&json!({ "from": "2026-11-21T00:00:00Z" })), [at("/status", "required")]);
        let (early, late, future) = ("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z", "2100-01-01T00:00:00Z");
        assert_eq!(faults(&json!({ "status": "failed", "from": late, "to": early })), [at("/from", "out_of_range")]);
        assert_eq!(
            faults(&json!({ "status": "failed", "from": "yesterday", "to": future })),
            [at("/from", "invalid"), at("/to", "out_of_range")]
        );
        assert_eq!(
            faults(&json!({ "status": "failed", "from": early, "per_second": 501 })),
            [at("/per_second", "out_of_range")]
        );
    }
}
