//! Secrets as callers write them: a string sets one, left out keeps it, null clears it. They are never shown.

use std::collections::BTreeMap;

use hookstep_core::auth::{Value as Given, names_a_credential};
use hookstep_core::secret::{Secret, Secrets};
use hookstep_core::webhook::Webhook;
use serde_json::Value;

use super::fields::Fields;

/// What becomes of a slot. Slots that are not named are cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretChange {
    /// It stays as it is.
    Keep,
    /// It is set.
    Set(Secret),
}

/// What becomes of a webhook's secrets, by slot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretChanges(pub BTreeMap<String, SecretChange>);

impl SecretChanges {
    /// The slots that are set anew, or no longer.
    #[must_use]
    pub fn changed_slots(&self, current: Option<&Webhook>) -> Vec<String> {
        let set = self.0.iter().filter(|(_, change)| **change != SecretChange::Keep).map(|(slot, _)| slot.clone());
        let before = current.and_then(|webhook| webhook.secrets.as_ref()).map(|secrets| &secrets.slots);
        let cleared = before.into_iter().flatten().filter(|slot| !self.0.contains_key(*slot)).cloned();
        set.chain(cleared).collect()
    }

    /// Whether a secret of before is kept, so that it has to be opened if another one changes.
    #[must_use]
    pub fn keeps_any(&self) -> bool {
        self.0.values().any(|change| *change == SecretChange::Keep)
    }

    /// The secrets after the change of `before`.
    #[must_use]
    pub fn applied_to(&self, before: &Secrets) -> Secrets {
        let after = self.0.iter().filter_map(|(slot, change)| match change {
            SecretChange::Set(secret) => Some((slot.clone(), secret.clone())),
            SecretChange::Keep => before.get(slot).map(|secret| (slot.clone(), secret.clone())),
        });
        after.collect()
    }

    /// Keeps a slot as it is.
    pub fn keep(&mut self, slot: String) {
        self.0.insert(slot, SecretChange::Keep);
    }

    /// Sets a slot.
    pub fn set(&mut self, slot: String, secret: Secret) {
        self.0.insert(slot, SecretChange::Set(secret));
    }
}

/// A rule for a text.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// Whether it is kept.
    pub(super) holds: fn(&str) -> bool,
    /// What to say where it is broken.
    pub(super) detail: &'static str,
    /// The longest secret, in bytes.
    pub(super) max_bytes: usize,
}

/// Takes a secret field such as `password`, and the `password_set` that reads show. Where it is left out, the one of
/// `current` is kept. `current` is none where there was no authentication of this kind before.
pub(super) fn secret(
    fields: &mut Fields<'_>,
    name: &str,
    required: bool,
    rule: Rule,
    current: Option<&Webhook>,
    changes: &mut SecretChanges,
) {
    let slot = fields.pointer(name);
    let is_set = current.is_some_and(|webhook| webhook.has_secret(&slot));
    let shown = format!("{name}_set");
    if let Some(value) = fields.take(&shown)
        && value != Value::Bool(is_set)
    {
        fields.refuse(&shown, "read_only", format!("only shows whether there is a secret; it is set by `{name}`"));
    }
    match fields.take_even_null(name) {
        None if is_set => changes.keep(slot),
        Some(Value::Null) if is_set => {}
        // Once cleared, it may stay so: deliveries then say that it is missing.
        None | Some(Value::Null) if required && current.is_none() => fields.refuse(name, "required", "has to be given"),
        None | Some(Value::Null) => {}
        // An empty one is none: so it is with passwords (RFC 7617).
        Some(Value::String(text)) if text.is_empty() && !required => {}
        Some(Value::String(text)) => set(fields, name, slot, text, rule, changes),
        Some(_) => fields.refuse(name, "wrong_type", "has to be a string; null clears it"),
    }
}

fn set(fields: &mut Fields<'_>, name: &str, slot: String, text: String, rule: Rule, changes: &mut SecretChanges) {
    if text.len() > rule.max_bytes {
        fields.refuse(name, "too_long", format!("takes at most {} bytes", rule.max_bytes));
    } else if text.is_empty() || !(rule.holds)(&text) {
        fields.refuse(name, "invalid", rule.detail);
    } else {
        changes.set(slot, Secret::new(text));
    }
}

/// Takes a value that is shown or a secret: a string, `{"secret": "..."}`, or `{"secret_set": true}` for the one of before.
/// Under a name that credentials have, a string is a secret too.
pub(super) fn value(
    fields: &mut Fields<'_>,
    name: &str,
    rule: Rule,
    current: Option<&Webhook>,
    changes: &mut SecretChanges,
) -> Option<Given> {
    let slot = fields.pointer(name);
    match fields.take_even_null(name)? {
        Value::String(text) if names_a_credential(name) => {
            set(fields, name, slot, text, rule, changes);
            Some(Given::Secret)
        }
        Value::String(text) if (rule.holds)(&text) => Some(Given::Shown(text)),
        Value::String(_) => {
            fields.refuse(name, "invalid", rule.detail);
            None
        }
        Value::Object(mut members) => {
            let secret = members.remove("secret");
            let kept = members.remove("secret_set") == Some(Value::Bool(true));
            match secret {
                Some(Value::String(text)) if members.is_empty() => set(fields, name, slot, text, rule, changes),
                None if kept && members.is_empty() => {
                    if current.is_some_and(|webhook| webhook.has_secret(&slot)) {
                        changes.keep(slot);
                    } else {
                        let detail = "no secret is set here; give one as {\"secret\": \"...\"}";
                        fields.refuse(name, "required", detail);
                    }
                }
                _ => refuse_form(fields, name),
            }
            Some(Given::Secret)
        }
        _ => {
            refuse_form(fields, name);
            None
        }
    }
}

fn refuse_form(fields: &mut Fields<'_>, name: &str) {
    fields.refuse(name, "wrong_type", "has to be a string, or {\"secret\": \"...\"} for a value that is never shown");
}
