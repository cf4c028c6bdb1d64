//! The schemas of what the console asks for: the overview, filters tried out, downloads, and its own settings.

use hookstep_core::event::EventStatus;
use serde_json::{Value, json};

use super::event::object;
use super::samples::{self, Broken, CONFIG_ID, EVENT_ID};
use super::text::{described, id, moment, nullable, one_of, schema};
use crate::row_json::{self, Detail};

/// The schemas, by name.
pub(super) fn schemas() -> [(&'static str, Value); 5] {
    [
        ("ConsoleConfig", console_config()),
        ("Download", download()),
        ("FilterTest", filter_test()),
        ("FilterTestResult", object(&[("matches", json!({ "type": "boolean" }))], &[])),
        ("Overview", overview()),
    ]
}

fn console_config() -> Value {
    let text = || json!({ "type": "string" });
    let only_jwt = |what: &str| described(nullable(text()), what);
    object(
        &[
            ("auth_mode", described(one_of(["IAM", "JWT", "NONE"]), "How callers are authenticated.")),
            ("issuer", only_jwt("Whose tokens are taken, in JWT mode.")),
            ("client_id", only_jwt("As what the console signs in; null where nobody has set that up.")),
            ("scopes", only_jwt("What the console asks for when it signs in, with spaces between.")),
            ("audience", only_jwt("Which API the token is for, where the issuer has to be told.")),
            ("region", text()),
            ("stack", described(text(), "The name of the deployment.")),
            ("version", described(text(), "The version of Hookstep.")),
        ],
        &[],
    )
}

fn download() -> Value {
    object(
        &[
            (
                "url",
                json!({ "type": "string", "format": "uri", "description": "Gives the bytes as an attachment, to whoever asks." }),
            ),
            ("expires_at", described(moment(), "When the URL stops working, if not earlier.")),
            ("size", json!({ "type": "integer", "minimum": 0, "description": "In bytes." })),
            ("file_name", json!({ "type": "string" })),
        ],
        &[],
    )
}

fn filter_test() -> Value {
    let event = json!({
        "type": "object",
        "description": "The whole event as the bus passes it on: `detail-type`, `source`, `detail` and the rest.",
    });
    let mut test = object(&[("filter", schema("Filter")), ("event", event)], &[]);
    test["additionalProperties"] = json!(false);
    test
}

fn counted(what: &str, more: &[(&str, Value)]) -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    let complete = json!({ "type": "boolean", "description": "Whether that is all: if not, there are more." });
    let mut members = vec![("count", count), ("complete", complete)];
    members.extend(more.iter().map(|(name, schema)| (*name, schema.clone())));
    described(object(&members, &[]), what)
}

fn last_failure() -> Value {
    let failure = object(&[("at", moment()), ("event_id", id("evt")), ("reason", nullable(schema("Reason")))], &[]);
    described(nullable(failure), "The newest failed event that is kept.")
}

fn overview() -> Value {
    let number = || json!({ "type": "integer", "minimum": 0 });
    let text = || json!({ "type": "string" });
    let failing = object(
        &[
            ("config_id", id("wh")),
            ("name", text()),
            ("status", one_of(["active", "disabled"])),
            ("failing_since", described(moment(), "Since when no delivery has succeeded.")),
            ("last_failure", last_failure()),
        ],
        &[],
    );
    let auto_disabled = object(
        &[("config_id", id("wh")), ("name", text()), ("status_reason", nullable(text())), ("updated_at", moment())],
        &[],
    );
    let webhooks = object(
        &[
            ("active", number()),
            ("disabled", number()),
            ("auto_disabled", number()),
            ("failing", number()),
            ("complete", json!({ "type": "boolean", "description": "Whether all webhooks were looked at." })),
        ],
        &[],
    );
    let dead_letters = nullable(object(&[("count", number())], &[]));
    let next = nullable(moment());
    object(
        &[
            ("generated_at", moment()),
            (
                "failing",
                json!({ "type": "array", "items": failing, "description": "Those that fail the longest first." }),
            ),
            ("auto_disabled", json!({ "type": "array", "items": auto_disabled, "description": "The latest first." })),
            ("webhooks", described(webhooks, "How many there are.")),
            (
                "waiting",
                counted(
                    "Events that wait for their next attempt.",
                    &[("next_attempt_at", described(next, "When the first of them is due."))],
                ),
            ),
            ("running", counted("Events of which an attempt is made now.", &[])),
            (
                "oldest_in_progress",
                described(nullable(schema("EventSummary")), "The event that has been in progress for the longest."),
            ),
            (
                "dead_letters",
                described(
                    dead_letters,
                    "What EventBridge and Lambda could not bring to a function. Null where there are tenants (`AuthMode=JWT`), as it is of the \
                     whole deployment, and where the queue can't be asked now.",
                ),
            ),
        ],
        &[],
    )
}

/// The settings of the console, in JWT mode.
pub(super) fn settings() -> Value {
    json!({
        "auth_mode": "JWT",
        "issuer": "https://id.example.com",
        "client_id": "hookstep-console",
        "scopes": "openid profile email",
        "audience": "hookstep",
        "region": "eu-central-1",
        "stack": "hookstep",
        "version": env!("CARGO_PKG_VERSION"),
    })
}

/// A filter, and an event that it matches.
pub(super) fn trial() -> Value {
    json!({
        "filter": { "detail-type": ["order.created"], "detail": { "total": [{ "numeric": [">=", 100] }] } },
        "event": {
            "version": "0",
            "id": "9e5f9e8a-2d4e-4d0f-9a80-8b5e1d3f7c11",
            "detail-type": "order.created",
            "source": "shop",
            "account": "123456789012",
            "time": "2026-11-21T08:30:00Z",
            "region": "eu-central-1",
            "resources": [],
            "detail": { "order": 4711, "total": 180 },
        },
    })
}

/// A download of a payload.
pub(super) fn link() -> Value {
    json!({
        "url": format!("https://hookstep-payloads.s3.eu-central-1.amazonaws.com/payloads/default/{CONFIG_ID}/{EVENT_ID}?X-Amz-Signature=..."),
        "expires_at": "2026-11-21T08:35:00Z",
        "size": 1_310_720,
        "file_name": format!("{EVENT_ID}-payload.json"),
    })
}

/// A day with troubles.
pub(super) fn trouble() -> Result<Value, Broken> {
    let mut oldest = row_json::row(&samples::failed()?, Detail::Summary);
    oldest["status"] = json!(EventStatus::InProgress.as_str());
    oldest["next_attempt_at"] = json!("2026-11-21T08:35:00Z");
    Ok(json!({
        "generated_at": "2026-11-21T08:31:00Z",
        "failing": [{
            "config_id": CONFIG_ID,
            "name": "orders",
            "status": "active",
            "failing_since": "2026-11-21T08:30:00.336Z",
            "last_failure": null,
        }],
        "auto_disabled": [],
        "webhooks": { "active": 12, "disabled": 1, "auto_disabled": 0, "failing": 1, "complete": true },
        "waiting": { "count": 1, "complete": true, "next_attempt_at": "2026-11-21T08:35:00Z" },
        "running": { "count": 0, "complete": true },
        "oldest_in_progress": oldest,
        "dead_letters": { "count": 0 },
    }))
}
