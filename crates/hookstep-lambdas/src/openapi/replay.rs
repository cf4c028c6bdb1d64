//! The schemas of replays, and examples of them.

use hookstep_core::event::EventStatus;
use hookstep_core::ids::TenantId;
use hookstep_core::limits::{REPLAY_EVENTS_MAX_COUNT, REPLAY_RATE_DEFAULT, REPLAY_RATE_MAX};
use hookstep_core::replay::again::{Body, WebhookId};
use hookstep_core::replay::count::DryRun;
use hookstep_core::replay::record::{Counts, Cut, ReplayKey, ReplayRecord, ReplayStatus};
use hookstep_core::secret::Owner;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::event::object;
use super::samples::{Broken, CONFIG_ID, EVENT_ID};
use super::text::{described, id, moment, nullable, one_of};
use crate::endpoints::replay_json::{STATUSES, parse_many, show, show_dry_run};

pub(super) const REPLAY_ID: &str = "rep_01KAM4T6V8X0Z2B4D6F8H0J2M4";
const ASKED_AT: &str = "2026-11-22T09:00:00.25Z";

/// The schemas, by name.
pub(super) fn schemas() -> [(&'static str, Value); 6] {
    [
        ("ReplayOptions", replay_options()),
        ("NewReplay", new_replay()),
        ("Replay", replay()),
        ("ReplaySelection", selection()),
        ("ReplayDryRun", dry_run()),
        ("ReplayedEvent", replayed_event()),
    ]
}

fn payload() -> Value {
    let text = "`as_configured`: in the shape that the webhook has now. `as_sent`: in the shape of the event's first attempt, about the event \
                as it was then, so that the bytes are the same; an event that was never attempted is sent as configured.";
    described(one_of(Body::ALL.map(Body::as_str)), text)
}

fn webhook_id() -> Value {
    let text = "`same`: the `webhook-id` of the event, so that a receiver that has seen it can drop it. `new`: one of its own.";
    described(one_of(WebhookId::ALL.map(WebhookId::as_str)), text)
}

fn defaulting(schema: Value, default: &str) -> Value {
    let mut schema = nullable(schema);
    schema["default"] = json!(default);
    schema
}

fn options() -> Value {
    json!({
        "payload": defaulting(payload(), Body::default().as_str()),
        "webhook_id": defaulting(webhook_id(), WebhookId::default().as_str()),
    })
}

fn replay_options() -> Value {
    json!({ "type": "object", "properties": options(), "additionalProperties": false })
}

fn new_replay() -> Value {
    let mut properties = options();
    properties["per_second"] = json!({
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": REPLAY_RATE_MAX,
        "default": REPLAY_RATE_DEFAULT,
        "description": "How many events are started a second at most, on average over a few seconds.",
    });
    properties["dry_run"] = json!({
        "type": ["boolean", "null"],
        "default": false,
        "description": "Whether events are only counted.",
    });
    let mut list = properties.clone();
    list["event_ids"] = json!({
        "type": "array",
        "items": id("evt"),
        "minItems": 1,
        "maxItems": REPLAY_EVENTS_MAX_COUNT,
        "description": "These events, each once.",
    });
    for field in ["status", "from", "to"] {
        list[field] = json!({ "type": "null" });
    }
    let statuses = one_of(STATUSES.map(EventStatus::as_str));
    let mut range = properties;
    range["event_ids"] = json!({ "type": "null" });
    range["status"] = described(statuses, "Events of this status.");
    range["from"] = described(moment(), "Events accepted at this moment or later.");
    range["to"] = described(
        nullable(moment()),
        "Events accepted at this moment or earlier: that of the call, where left out; never later.",
    );
    let form = |title: &str, properties: Value, required: &[&str]| {
        json!({
            "type": "object",
            "title": title,
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    };
    json!({ "anyOf": [form("List", list, &["event_ids"]), form("Range", range, &["from", "status"])] })
}

fn number(description: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": description })
}

fn selection() -> Value {
    let list = object(&[("event_ids", json!({ "type": "integer", "minimum": 1, "description": "How many." }))], &[]);
    let status = one_of(STATUSES.map(EventStatus::as_str));
    let range = object(&[("status", status), ("from", moment()), ("to", moment())], &[]);
    json!({ "anyOf": [list, range] })
}

fn replay() -> Value {
    let total = json!({
        "type": ["integer", "null"],
        "minimum": 0,
        "description": "How many events there were when it was asked for, if that could be counted in ten seconds.",
    });
    let reason = described(nullable(one_of(Cut::ALL.map(Cut::as_str))), "Why it is `stopped` or `failed`.");
    object(
        &[
            ("replay_id", id("rep")),
            ("config_id", id("wh")),
            ("status", one_of(ReplayStatus::ALL.map(ReplayStatus::as_str))),
            ("reason", reason),
            ("selection", super::text::schema("ReplaySelection")),
            ("payload", payload()),
            ("webhook_id", webhook_id()),
            ("per_second", json!({ "type": "integer", "minimum": 1, "maximum": REPLAY_RATE_MAX })),
            ("total", total),
            ("handled", number("Events that had their turn: the sum of the next five.")),
            ("replayed", number("New events that were started. What became of each is in its own row.")),
            (
                "not_found",
                number("Events that there are not, that have expired, or that are in another status by now."),
            ),
            ("in_progress", number("Events that are in progress, and are not replayed.")),
            ("payload_missing", number("Events whose payload is gone.")),
            ("unreadable", number("Events whose row Hookstep did not write.")),
            (
                "last_event_id",
                described(nullable(id("evt")), "The newest event that had its turn; they have it oldest first."),
            ),
            ("created_at", moment()),
            ("updated_at", moment()),
            ("expires_at", described(moment(), "When it may be forgotten.")),
        ],
        &[],
    )
}

fn dry_run() -> Value {
    object(
        &[
            ("dry_run", json!({ "const": true })),
            ("events", number("Events that would be replayed, as far as their payloads still exist.")),
            ("not_found", number("Of a list: events that there are not, or no more.")),
            ("in_progress", number("Of a list: events that are in progress.")),
            ("unreadable", number("Of a list: events whose row Hookstep did not write.")),
            (
                "complete",
                json!({ "type": "boolean", "description": "Whether all were counted; else time was up, and there are more." }),
            ),
        ],
        &[],
    )
}

fn replayed_event() -> Value {
    let status = one_of(EventStatus::ALL.map(EventStatus::as_str));
    let status = described(status, "`in_progress`; another one only where the `Idempotency-Key` was used before.");
    let of = described(id("evt"), "The event that is sent again.");
    object(&[("event_id", described(id("evt"), "The new event.")), ("status", status), ("replay_of", of)], &[])
}

/// Options for one event: name, summary, body.
pub(super) fn options_examples() -> [(&'static str, &'static str, Value); 2] {
    [
        ("as_configured", "As the webhook is now; the receiver can tell that it is the same", json!({})),
        ("as_sent", "The same bytes as another message", json!({ "payload": "as_sent", "webhook_id": "new" })),
    ]
}

/// What can be asked for: name, summary, body.
pub(super) fn new_replays() -> [(&'static str, &'static str, Value); 3] {
    let range = json!({ "status": "failed", "from": "2026-11-21T00:00:00Z", "to": "2026-11-21T23:59:59Z" });
    let mut counted = range.clone();
    counted["dry_run"] = json!(true);
    let mut slow = range;
    slow["per_second"] = json!(10);
    [
        ("range", "What failed in a day, 10 a second", slow),
        ("dry_run", "How many that are", counted),
        ("list", "Two events", json!({ "event_ids": [EVENT_ID, "evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y3"] })),
    ]
}

/// A replay on its way, one that has ended, and one that was asked to stop.
pub(super) fn replays() -> Result<[Value; 3], Broken> {
    let now: Timestamp = ASKED_AT.parse()?;
    let [(_, _, body), ..] = new_replays();
    let draft = parse_many(body.to_string().as_bytes(), now)
        .map_err(|problem| format!("an example is refused: {problem:?}"))?;
    let owner = Owner { tenant: TenantId::single(), config_id: CONFIG_ID.parse()? };
    let key = ReplayKey { owner, id: REPLAY_ID.parse()? };
    let retention = SignedDuration::from_hours(24 * 30);
    let new = ReplayRecord::new(key, draft.selection, draft.options, draft.per_second, Some(4_711), now, retention);
    let after = |seconds| now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now);
    let running = ReplayRecord {
        counts: Counts { replayed: 1_200, ..Counts::default() },
        cursor: Some(EVENT_ID.parse()?),
        updated_at: after(120),
        ..new.clone()
    };
    let all = Counts { replayed: 4_709, not_found: 0, in_progress: 1, payload_missing: 1, unreadable: 0 };
    let finished = ReplayRecord { counts: all, ..running.clone() }.ended(ReplayStatus::Finished, None, after(471));
    Ok([show(&running), show(&finished), show(&running.stopping(after(121)))])
}

/// A replay as it begins.
pub(super) fn begun() -> Result<Value, Broken> {
    let [mut begun, ..] = replays()?;
    for count in ["handled", "replayed"] {
        begun[count] = json!(0);
    }
    begun["last_event_id"] = Value::Null;
    begun["updated_at"] = begun["created_at"].clone();
    Ok(begun)
}

/// What a dry run answers.
pub(super) fn counted() -> Value {
    show_dry_run(&DryRun { events: 4_711, not_found: 0, in_progress: 0, unreadable: 0, complete: true })
}
