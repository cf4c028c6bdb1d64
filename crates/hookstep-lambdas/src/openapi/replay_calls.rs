//! The calls that send events again.

use hookstep_core::limits::{REPLAY_COUNT_SECONDS, REPLAY_STALLED_SECONDS};
use serde_json::{Value, json};

use super::call::{Call, Content, Described};
use super::replay::{REPLAY_ID, begun, counted, new_replays, options_examples, replays};
use super::samples::{CONFIG_ID, EVENT_ID};

const REPLAYS: &str = "Replays";

/// Problems of every call with a body in JSON.
const OF_BODIES: [&str; 4] = ["invalid_body", "invalid_json", "validation_failed", "payload_too_large"];

fn this_replay() -> Value {
    json!({ "config_id": "$request.path.config_id", "replay_id": "$response.body#/replay_id" })
}

pub(super) fn one() -> Call {
    let body = Content::of("How it is sent; may be left out.", "ReplayOptions").examples(options_examples());
    let new_id = "evt_01KAM4S0A2C4E6G8J0K2M4N6P8";
    let event = json!({ "config_id": "$request.path.config_id", "event_id": "$response.body#/event_id" });
    let answer = Content::of("The new event; its delivery goes on.", "ReplayedEvent")
        .example("replayed", "Accepted", &json!({ "event_id": new_id, "status": "in_progress", "replay_of": EVENT_ID }))
        .header(
            "Location",
            "Where the new event's row is, from the API's root.",
            &format!("/webhook/{CONFIG_ID}/events/{new_id}"),
        )
        .link("getEvent", &event);
    let description = "Sends an event again that succeeded, failed or was skipped, as a new event with retries of its own. The old one stays as it \
                       is.";
    Call::new(REPLAYS, "Replay an event", description)
        .parameters(&["IdempotencyKey"])
        .body(body.optional_body())
        .answer(202, answer.answer())
        .problems(&OF_BODIES)
        .problems(&["invalid_idempotency_key", "webhook_not_found", "event_not_found", "event_in_progress"])
        .problems(&["webhook_disabled", "payload_missing"])
}

pub(super) fn many() -> Described {
    const {
        // What the texts say.
        assert!(REPLAY_COUNT_SECONDS == 10 && REPLAY_STALLED_SECONDS == 1_200);
    }
    let body = Content::of("Which events, and how they are sent.", "NewReplay").examples(new_replays());
    let counted = Content::of("With `dry_run`: how many events there are.", "ReplayDryRun").example(
        "dry_run",
        "Counted",
        &counted(),
    );
    let answer = Content::of("The replay, which goes on.", "Replay")
        .example("running", "Begun", &begun()?)
        .header(
            "Location",
            "Where the replay is, from the API's root.",
            &format!("/webhook/{CONFIG_ID}/replays/{REPLAY_ID}"),
        )
        .link("getReplay", &this_replay())
        .link("stopReplay", &this_replay());
    let description = "Sends events again: a list of them, or all of a status and a range of time, oldest first. Each becomes a new event of source \
                       `replay`, accepted at the moment of this call. However often a part of it has to be repeated, each is sent as one event.";
    Ok(Call::new(REPLAYS, "Replay many events", description)
        .parameters(&["IdempotencyKey"])
        .body(body.body(&["application/json"]))
        .answer(200, counted.answer())
        .answer(202, answer.answer())
        .problems(&OF_BODIES)
        .problems(&["invalid_idempotency_key", "webhook_not_found", "webhook_disabled", "too_many_replays"]))
}

pub(super) fn list() -> Described {
    let page = Content::page("Newest first.", "Replay", &replays()?[..2], REPLAY_ID);
    Ok(Call::new(
        REPLAYS,
        "List a webhook's replays",
        "Of many events each; those of a deleted webhook stay until they expire.",
    )
    .parameters(&["Limit", "ReplayCursor"])
    .answer(200, page.answer())
    .problems(&["invalid_limit", "invalid_cursor", "webhook_not_found"]))
}

pub(super) fn get() -> Described {
    let [running, finished, _] = replays()?;
    let answer = Content::of("The replay.", "Replay").example("running", "On its way", &running).example(
        "finished",
        "Every event had its turn",
        &finished,
    );
    let description = "How far it has come. One that has not been heard of for 20 minutes is shown as `failed`, with the reason `stalled`.";
    Ok(Call::new(REPLAYS, "Show a replay", description)
        .answer(200, answer.answer())
        .problems(&["webhook_not_found", "replay_not_found"]))
}

pub(super) fn stop() -> Described {
    let [.., stopping] = replays()?;
    let answer = Content::of("It will stop, or has.", "Replay").example("stopping", "Before its next round", &stopping);
    let description =
        "It starts no event after the round that is under way: some seconds. What was started is delivered.";
    Ok(Call::new(REPLAYS, "Stop a replay", description).answer(202, answer.answer()).problems(&[
        "webhook_not_found",
        "replay_not_found",
        "replay_ended",
        "replay_busy",
        "too_many_replays",
    ]))
}

pub(super) fn resume() -> Described {
    let [running, ..] = replays()?;
    let answer = Content::of("It goes on.", "Replay").example("running", "Where it was", &running);
    let description = "Lets a replay that is `stopped` or `failed` go on where it was.";
    Ok(Call::new(REPLAYS, "Resume a replay", description).answer(202, answer.answer()).problems(&[
        "webhook_not_found",
        "replay_not_found",
        "webhook_disabled",
        "replay_not_stopped",
        "replay_busy",
    ]))
}
