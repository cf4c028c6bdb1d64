//! The schemas of webhooks and of their history.

use hookstep_core::history::{Action, ActorKind};
use hookstep_core::limits::{
    DESCRIPTION_MAX_CHARS, EXPRESSION_MAX_BYTES, HEADERS_MAX_BYTES, HEADERS_MAX_COUNT, NAME_MAX_CHARS,
    RETRIES_MAX_COUNT, RETRY_INTERVAL_MAX_SECONDS, TIMEOUT_MAX_SECONDS,
};
use hookstep_core::retry::{RetryOn, RetryPolicy};
use hookstep_core::shape::PayloadFormat;
use hookstep_core::signing::Scheme;
use hookstep_core::webhook::{Method, Status, TimeoutSeconds};
use serde_json::{Map, Value, json};

use super::auth::{secret_names, values};
use super::form::Form;
use super::text::{described, event_name, expression, id, moment, name, nullable, one_of, schema, tenant, url};

/// The schemas, by name.
pub(super) fn schemas() -> Vec<(String, Value)> {
    let mut schemas: Vec<(String, Value)> = Form::ALL.map(|form| (form.of("Webhook"), webhook(form))).into();
    schemas.extend(Form::ALL.map(|form| (form.of("RetryPolicy"), retry_policy(form))));
    schemas.push(("Change".to_owned(), change()));
    schemas
}

fn webhook(form: Form) -> Value {
    let set = settable(form);
    let shown = read_only();
    let mut required: Vec<&str> = match form {
        Form::Shown => set.iter().chain(&shown).map(|(name, _)| *name).collect(),
        Form::New | Form::Replacement => vec!["name", "url"],
        Form::Patch => vec![],
    };
    required.sort_unstable();
    let mut properties: Map<String, Value> = Map::new();
    let with_shown = if form == Form::New { Vec::new() } else { shown };
    properties.extend(set.into_iter().chain(with_shown).map(|(name, schema)| (name.to_owned(), schema)));
    let mut webhook = json!({ "type": "object", "properties": properties, "description": description(form) });
    if !required.is_empty() {
        webhook["required"] = json!(required);
    }
    if form != Form::Shown {
        webhook["additionalProperties"] = json!(false);
    }
    webhook
}

fn description(form: Form) -> &'static str {
    match form {
        Form::Shown => {
            "One configured target. Secrets are shown as being set; a signing secret that Hookstep made is in the answer to the call that \
             made it, and in no other."
        }
        Form::New => "Null counts as left out.",
        Form::Replacement => {
            "Everything that is not named gets its default; secrets that are left out stay. What `GET` answers can be sent back as it is. \
             Null counts as left out, but for secrets."
        }
        Form::Patch => {
            "A merge patch (RFC 7396): members that are left out stay, null takes a member away, so that it gets its default; objects are \
             merged, arrays replaced."
        }
    }
}

fn settable(form: Form) -> Vec<(&'static str, Value)> {
    let headers = format!(
        "Sent with every request. At most {HEADERS_MAX_COUNT}, of {HEADERS_MAX_BYTES} bytes of names and values together but for secrets; a name stands \
         once, in whatever case, and not where `auth` sets it. {}",
        secret_names()
    );
    let filter = described(
        if form == Form::Patch { json!({ "type": ["object", "null"] }) } else { nullable(schema("Filter")) },
        "Which events of the bus it gets. Kept, without effect as long as Hookstep reads no bus.",
    );
    let transformation = format!(
        "A JSONata expression that makes the body of the payload, which has to be JSON. At most {EXPRESSION_MAX_BYTES} bytes as a JSON \
         string. `$event` holds `event_id`, `event_name`, `created_at` and `config_id`. It comes before the envelope."
    );
    let timeout = json!({ "type": "integer", "minimum": 1, "maximum": TIMEOUT_MAX_SECONDS });
    vec![
        ("name", name(NAME_MAX_CHARS)),
        ("description", form.defaulting(json!({ "type": "string", "maxLength": DESCRIPTION_MAX_CHARS }), "")),
        (
            "event_name",
            described(nullable(event_name()), "The name of the events that it is for: their `detail-type` on the bus."),
        ),
        ("filter", filter),
        ("url", url()),
        ("http_method", form.defaulting(one_of(Method::ALL.map(Method::as_str)), Method::Post.as_str())),
        (
            "headers",
            form.defaulting(described(values(form, HEADERS_MAX_COUNT, &schema("HeaderName")), &headers), json!({})),
        ),
        ("auth", form.defaulting(form.schema("Auth"), json!({ "type": "none" }))),
        (
            "enabled",
            described(
                form.defaulting(json!({ "type": "boolean" }), true),
                "Whether events are delivered; those of a disabled webhook are `skipped`.",
            ),
        ),
        (
            "timeout_seconds",
            described(
                form.defaulting(timeout, TimeoutSeconds::DEFAULT.get()),
                "How long the receiver may take for its whole answer, a token exchange included.",
            ),
        ),
        ("retry_policy", form.defaulting(form.schema("RetryPolicy"), default_policy())),
        (
            "static_ip",
            described(
                form.defaulting(json!({ "type": "boolean" }), false),
                "Whether requests come from the deployment's static IP addresses; refused where it has none.",
            ),
        ),
        (
            "payload_format",
            described(
                form.defaulting(one_of(PayloadFormat::ALL.map(PayloadFormat::as_str)), PayloadFormat::AsIs.as_str()),
                "`standard_webhooks` puts the payload, which has to be JSON, into an envelope of `type`, `timestamp` and `data`; it takes \
                 `event_name`, which is that `type`.",
            ),
        ),
        ("transformation", described(nullable(expression()), &transformation)),
        ("signing", form.defaulting(form.schema("Signing"), json!({ "schemes": Scheme::ALL.map(Scheme::as_str) }))),
        ("client_certificate", nullable(form.schema("ClientCertificate"))),
    ]
}

fn read_only() -> Vec<(&'static str, Value)> {
    let reason = json!({ "type": ["string", "null"] });
    let members = [
        ("config_id", id("wh")),
        ("tenant_id", tenant()),
        ("status", one_of(Status::ALL.map(Status::as_str))),
        ("status_reason", described(reason, "Why Hookstep disabled it, where it did.")),
        (
            "failing_since",
            described(
                nullable(moment()),
                "When a delivery failed for the first time since one succeeded or the webhook was changed; null where \
                 none did. A webhook that fails for too long is disabled (see `status_reason`). It may change without a \
                 new version, and is not compared where it is sent back.",
            ),
        ),
        (
            "static_ip_addresses",
            json!({ "type": "array", "items": { "type": "string" }, "description": "Where requests come from; empty where `static_ip` is false." }),
        ),
        ("created_at", moment()),
        ("updated_at", moment()),
        ("version", json!({ "type": "integer", "minimum": 1, "description": "One more with each change." })),
    ];
    members
        .into_iter()
        .map(|(name, mut schema)| {
            schema["readOnly"] = json!(true);
            (name, schema)
        })
        .collect()
}

fn default_policy() -> Value {
    let policy = RetryPolicy::default();
    let retry_on: Vec<&str> = policy.retry_on.into_iter().map(RetryOn::as_str).collect();
    json!({ "max_retries": policy.max_retries, "schedule_seconds": policy.schedule_seconds, "retry_on": retry_on })
}

fn retry_policy(form: Form) -> Value {
    let default = default_policy();
    let wait = json!({ "type": "integer", "minimum": 1, "maximum": RETRY_INTERVAL_MAX_SECONDS });
    let schedule = json!({
        "type": "array",
        "items": wait,
        "minItems": 1,
        "maxItems": RETRIES_MAX_COUNT,
        "description": "The wait before each retry; the last one again where it is shorter than `max_retries`.",
    });
    let count = json!({ "type": "integer", "minimum": 0, "maximum": RETRIES_MAX_COUNT });
    let classes = json!({ "type": "array", "items": one_of(RetryOn::ALL.map(RetryOn::as_str)) });
    let mut policy = json!({
        "type": "object",
        "description": "When to try again. Kept, without effect as long as Hookstep does not redeliver.",
        "properties": {
            "max_retries": form.defaulting(count, default["max_retries"].clone()),
            "schedule_seconds": form.defaulting(schedule, default["schedule_seconds"].clone()),
            "retry_on": form.defaulting(classes, default["retry_on"].clone()),
        },
    });
    if form == Form::Shown {
        policy["required"] = json!(["max_retries", "retry_on", "schedule_seconds"]);
    } else {
        policy["additionalProperties"] = json!(false);
    }
    policy
}

fn change() -> Value {
    let actor = json!({
        "type": "object",
        "properties": {
            "type": one_of(ActorKind::ALL.map(ActorKind::as_str)),
            "id": { "type": ["string", "null"], "description": "The ARN of the caller, or the subject of the token." },
        },
        "required": ["id", "type"],
    });
    let field = json!({ "type": "string", "format": "json-pointer" });
    json!({
        "type": "object",
        "description": "One entry of a webhook's history.",
        "properties": {
            "version": { "type": "integer", "minimum": 1, "description": "What the change made; a deletion counts as one." },
            "at": moment(),
            "actor": actor,
            "action": one_of(Action::ALL.map(Action::as_str)),
            "changed_fields": {
                "type": "array",
                "items": field,
                "description": "JSON pointers (RFC 6901) to what was set or changed; never values.",
            },
        },
        "required": ["action", "actor", "at", "changed_fields", "version"],
    })
}
