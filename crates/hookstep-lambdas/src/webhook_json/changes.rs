//! Which fields a change touches: what a webhook's history says of it.

use std::collections::BTreeSet;

use hookstep_core::auth::Auth;
use hookstep_core::secret::slot;
use hookstep_core::webhook::Webhook;
use serde_json::{Map, Value};

use super::show::show;

/// Follow from the change itself.
const DERIVED: [&str; 9] = [
    "/config_id",
    "/tenant_id",
    "/status",
    "/status_reason",
    "/failing_since",
    "/created_at",
    "/updated_at",
    "/version",
    "/signing/public_key_url",
];

/// Only show that a secret is set.
const SHOWN_SECRETS: [&str; 6] = [
    "/auth/password_set",
    "/auth/value_set",
    "/auth/client_secret_set",
    "/signing/secret_set",
    "/client_certificate/certificate_set",
    "/client_certificate/private_key_set",
];

/// Objects whose members are named one by one.
const OPENED: [&str; 5] = ["auth", "client_certificate", "headers", "retry_policy", "signing"];

/// JSON pointers to what differs between two states of a webhook, and to the secrets that were set or cleared. Without a
/// state before, to everything that is set.
#[must_use]
pub fn changed_fields(before: Option<&Webhook>, after: &Webhook, secret_slots: Vec<String>) -> Vec<String> {
    let nothing = Map::new();
    let (old, new) = (before.map(|webhook| show(webhook, &[])), show(after, &[]));
    let mut changed: BTreeSet<String> = secret_slots.into_iter().collect();
    let old = old.as_ref().and_then(Value::as_object).unwrap_or(&nothing);
    compare(old, new.as_object().unwrap_or(&nothing), &[], &mut changed);
    if let (Some(Auth::Connection(old)), Auth::Connection(new)) = (before.map(|webhook| &webhook.auth), &after.auth)
        && old.secret_arn != new.secret_arn
    {
        changed.insert("/auth/connection_arn".to_owned());
    }
    changed.into_iter().collect()
}

fn compare(old: &Map<String, Value>, new: &Map<String, Value>, path: &[&str], changed: &mut BTreeSet<String>) {
    let empty = Map::new();
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let (before, after) = (old.get(name), new.get(name));
        let is_same = before.unwrap_or(&Value::Null) == after.unwrap_or(&Value::Null);
        let path = [path, &[name]].concat();
        let pointer = slot(&path);
        // `password_set` and the like are told by the secret's own slot.
        if is_same || DERIVED.contains(&pointer.as_str()) || SHOWN_SECRETS.contains(&pointer.as_str()) {
            continue;
        }
        if path.len() == 1 && OPENED.contains(&name.as_str()) {
            let object = |value: Option<&Value>| value.and_then(Value::as_object).unwrap_or(&empty).clone();
            compare(&object(before), &object(after), &path, changed);
        } else {
            changed.insert(pointer);
        }
    }
}
