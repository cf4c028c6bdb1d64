//! Examples. Those of requests are read by the same code as requests, those of answers are made by it.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use hookstep_aws::transformer;
use hookstep_core::attempt::{Attempt, AttemptError, Obstacle};
use hookstep_core::auth::{Auth, Connection};
use hookstep_core::event::{EventKey, EventRow, Source};
use hookstep_core::history::{Action, Actor, ActorKind, Entry};
use hookstep_core::ids::TenantId;
use hookstep_core::payload::Payload;
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::secret::{Owner, Sealed, SealedSecrets};
use hookstep_core::shape::Shape;
use hookstep_core::signing::{Scheme, Signing};
use hookstep_core::verdict::Verdict;
use hookstep_core::webhook::{Machine, Webhook};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::signing_samples::{secret, with_secret};
use crate::webhook_json::{DraftAuth, Rules, changed_fields, object, parse, show};

pub(super) const CONFIG_ID: &str = "wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E";
pub(super) const EVENT_ID: &str = "evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2";
pub(super) const PAYLOAD_ID: &str = "pay_01KAJ1RZ3A5B7C9D1E3F5G7H9J";
pub(super) const CREATED_AT: &str = "2026-11-21T08:30:00.123Z";

/// Why an example is none.
pub(super) type Broken = Box<dyn Error>;

/// Webhooks to create: name, summary, body.
pub(super) fn new_webhooks() -> [(&'static str, &'static str, Value); 7] {
    let url = "https://receiver.example/hooks";
    [
        ("smallest", "Only what is required", json!({ "name": "orders", "url": url })),
        (
            "api_key",
            "An API key, a secret header, and fewer retries",
            json!({
                "name": "orders",
                "description": "New orders for the warehouse",
                "event_name": "order.created",
                "filter": { "detail": { "total": [{ "numeric": [">=", 100] }] } },
                "url": url,
                "headers": { "X-Source": "shop", "X-Tenant-Token": { "secret": "t0p-s3cret" } },
                "auth": { "type": "api_key", "in": "header", "name": "X-Api-Key", "value": "k3y" },
                "retry_policy": { "max_retries": 3, "schedule_seconds": [5, 60, 600], "retry_on": ["network", "timeout", "5xx"] },
                "timeout_seconds": 15,
            }),
        ),
        (
            "oauth2",
            "OAuth 2.0 client credentials, created disabled",
            json!({
                "name": "orders",
                "url": url,
                "auth": {
                    "type": "oauth2_client_credentials",
                    "token_url": "https://id.receiver.example/oauth/token",
                    "client_id": "hookstep",
                    "client_secret": "cl13nt-s3cret",
                    "scope": "hooks.write",
                    "body": { "resource": "https://receiver.example" },
                },
                "enabled": false,
            }),
        ),
        (
            "signed",
            "A signing secret of your own, and no key",
            json!({ "name": "orders", "url": url, "signing": { "schemes": ["v1"], "secret": secret().expose() } }),
        ),
        (
            "shaped",
            "A transformation, and the envelope of Standard Webhooks around what comes of it",
            json!({
                "name": "orders",
                "event_name": "order.created",
                "url": url,
                "transformation": "{ \"order_id\": order.id, \"total\": $sum(order.lines.(price * quantity)), \"event_id\": $event.event_id }",
                "payload_format": "standard_webhooks",
            }),
        ),
        (
            "mutual_tls",
            "A client certificate, and requests from the static IP address",
            json!({
                "name": "orders",
                "url": url,
                "static_ip": true,
                "client_certificate": {
                    "certificate": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                    "private_key": "-----BEGIN PRIVATE KEY-----\nMIGH...\n-----END PRIVATE KEY-----\n",
                },
            }),
        ),
        (
            "connection",
            "The credentials of an EventBridge connection",
            json!({
                "name": "orders",
                "url": url,
                "auth": {
                    "type": "connection",
                    "connection_arn": "arn:aws:events:eu-central-1:123456789012:connection/hookstep-orders/4d1ee0a8-6f3c-4b5e-9f0a-2f1d7c3b9e10",
                },
            }),
        ),
    ]
}

/// Webhooks in place of what they were: name, summary, body.
pub(super) fn replacements() -> [(&'static str, &'static str, Value); 2] {
    let url = "https://receiver.example/v2/hooks";
    [
        ("basic", "Another URL; the password of before stays", {
            json!({ "name": "orders", "url": url, "auth": { "type": "basic", "username": "hookstep" } })
        }),
        ("new_secret", "A new password", {
            json!({ "name": "orders", "url": url, "auth": { "type": "basic", "username": "hookstep", "password": "n3w" } })
        }),
    ]
}

/// Changes of a webhook: name, summary, body.
pub(super) fn patches() -> [(&'static str, &'static str, Value); 3] {
    [
        ("disable", "Disable it", json!({ "enabled": false })),
        ("take_away", "No filter, one header less", json!({ "filter": null, "headers": { "X-Source": null } })),
        ("new_secret", "A new secret, the rest of `auth` as it is", json!({ "auth": { "value": "n3w-k3y" } })),
    ]
}

/// The static IP addresses of the deployment.
fn addresses() -> Vec<String> {
    vec!["198.51.100.7".to_owned()]
}

/// What an example of [`new_webhooks`] becomes.
pub(super) fn webhook(body: &Value) -> Result<Webhook, Broken> {
    let refused = |problem| format!("an example is refused: {problem:?}");
    let given = object(body.to_string().as_bytes()).map_err(refused)?;
    let rules = Rules { static_ip_addresses: addresses(), ..Rules::default() };
    let mut draft = parse(given, &rules, None).map_err(refused)?;
    if let Some(expression) = &draft.shape.transformation {
        transformer::check(expression.as_str())?;
    }
    if draft.signing.uses(Scheme::V1) && !draft.secrets.0.contains_key(&Signing::secret_slot()) {
        draft.secrets.set(Signing::secret_slot(), secret());
    }
    let slots = draft.secrets.changed_slots(None);
    let created_at: Timestamp = CREATED_AT.parse()?;
    let owner = Owner { tenant: TenantId::single(), config_id: CONFIG_ID.parse()? };
    let auth = match draft.auth.clone() {
        DraftAuth::Ready(auth) => auth,
        DraftAuth::Connection(arn) => Auth::Connection(Connection { arn, secret_arn: String::new() }),
    };
    let secrets =
        (!slots.is_empty()).then(|| SealedSecrets { slots: slots.into_iter().collect(), sealed: Sealed::new("") });
    Ok(draft.into_webhook(&owner, auth, secrets, None, created_at))
}

/// What answers show for [`new_webhooks`]: name, summary, body.
pub(super) fn shown_webhooks() -> Result<Vec<(String, &'static str, Value)>, Broken> {
    let shown = shown_names().into_iter().zip(new_webhooks());
    shown.map(|(name, (_, summary, body))| Ok((name, summary, show(&webhook(&body)?, &addresses())))).collect()
}

/// What the call that creates them answers: for those that bring no signing secret, the one that was made.
pub(super) fn created_webhooks() -> Result<Vec<(&'static str, &'static str, Value)>, Broken> {
    let created = new_webhooks().into_iter().map(|(name, summary, body)| {
        let webhook = webhook(&body)?;
        let brought = body.pointer("/signing/secret").is_some();
        let shown = if brought { show(&webhook, &addresses()) } else { with_secret(&webhook, &addresses()) };
        Ok((name, summary, shown))
    });
    created.collect()
}

/// The names of the examples that answers share.
pub(super) fn shown_names() -> [String; 7] {
    new_webhooks().map(|(name, ..)| format!("webhook_{name}"))
}

/// A webhook's creation, and what was done then.
pub(super) fn history() -> Result<Vec<Entry>, Broken> {
    let [_, (_, _, body), ..] = new_webhooks();
    let webhook = webhook(&body)?;
    let slots = webhook.secrets.iter().flat_map(|secrets| secrets.slots.iter().cloned()).collect();
    let entry = |version: u64, action, changed_fields| Entry {
        version,
        at: webhook.created_at + Duration::from_hours(version - 1),
        actor: Actor { kind: ActorKind::Jwt, id: Some("user-17".to_owned()) },
        action,
        changed_fields,
    };
    Ok(vec![
        entry(3, Action::Disabled, vec!["/enabled".to_owned()]),
        entry(2, Action::Changed, vec!["/auth/value".to_owned()]),
        entry(1, Action::Created, changed_fields(None, &webhook, slots)),
    ])
}

/// A delivered event.
pub(super) fn delivered() -> Result<EventRow, Broken> {
    let answer = Response {
        status_code: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: ResponseBody::Inline(Bytes::from_static(b"{\"accepted\":true}")),
        truncated: false,
    };
    row(Attempt { response: Some(answer), ..attempt()? })
}

/// An event whose receiver could not be reached.
pub(super) fn failed() -> Result<EventRow, Broken> {
    let error = AttemptError { obstacle: Obstacle::ConnectionRefused, detail: String::new() };
    row(Attempt { error: Some(error), first_byte_ms: None, ..attempt()? })
}

/// What kept a request from being made.
pub(super) fn failed_to_transform() -> AttemptError {
    let detail = "the expression has no result: what it names is not in this payload".to_owned();
    AttemptError { obstacle: Obstacle::TransformationFailed, detail }
}

fn attempt() -> Result<Attempt, Broken> {
    let started_at = CREATED_AT.parse::<Timestamp>()? + Duration::from_millis(84);
    Ok(Attempt { number: 1, started_at, duration_ms: 112, first_byte_ms: Some(97), response: None, error: None })
}

fn row(attempt: Attempt) -> Result<EventRow, Broken> {
    let created_at: Timestamp = CREATED_AT.parse()?;
    let verdict = Verdict::of_attempt(&attempt);
    Ok(EventRow {
        key: EventKey { event_id: EVENT_ID.parse()?, tenant: TenantId::single(), config_id: CONFIG_ID.parse()? },
        event_name: None,
        source: Source::Api,
        created_at,
        expires_at: created_at + Duration::from_hours(24 * 30),
        content_type: Some("application/json".to_owned()),
        correlation_id: Some("c0ffee".to_owned()),
        trace: None,
        payload: Some(Payload::Inline(Bytes::from_static(b"{\"order\":4711}"))),
        status: verdict.status,
        reason: verdict.reason,
        reason_detail: verdict.detail,
        url: Some("https://receiver.example/hooks".to_owned()),
        http_method: Some("POST".to_owned()),
        execution_arn: format!("arn:aws:states:eu-central-1:123456789012:express:hookstep-delivery:{EVENT_ID}-4f1c"),
        updated_at: created_at + Duration::from_millis(240),
        attempts: vec![attempt],
        leg: 1,
        machine: Machine::Express,
        next_attempt_at: None,
        deadline_at: None,
        one_attempt: false,
        lifecycle: false,
        replay: None,
        shape: Shape::default(),
    })
}
