//! The field `signing`.

use hookstep_core::secret::Secret;
use hookstep_core::signing::{Scheme, Signing, SigningSecret};
use hookstep_core::webhook::Webhook;
use serde_json::{Value, json};

use super::fields::Fields;
use super::secrets::SecretChanges;
use super::show::show_signing;

const FIELDS: [&str; 2] = ["schemes", "secret"];

/// What is shown and not set.
const READ_ONLY: [&str; 3] = ["secret_set", "earlier_secrets_valid_until", "public_key_url"];

/// Reads the field. Where it is left out, requests are signed in both ways, with the secret that is set.
pub(super) fn signing(fields: &mut Fields<'_>, current: Option<&Webhook>, changes: &mut SecretChanges) -> Signing {
    let Some(mut fields) = fields.inside_if_given("signing") else {
        let signing = Signing { earlier: earlier(current), ..Signing::default() };
        keep(&signing, current, changes);
        return signing;
    };
    for field in READ_ONLY {
        let shown = current.map_or(Value::Null, show_signing);
        if let Some(given) = fields.take(field)
            && shown.get(field) != Some(&given)
        {
            fields.refuse(field, "read_only", "is set by Hookstep; leave it out, or send it as it was shown");
        }
    }
    let schemes = schemes(&mut fields);
    let mut signing = Signing { schemes, earlier: earlier(current) };
    match fields.take_even_null("secret") {
        None => keep(&signing, current, changes),
        Some(Value::Null) if !signing.uses(Scheme::V1) => signing.earlier.clear(),
        Some(Value::Null) if current.is_some_and(|webhook| webhook.has_secret(&Signing::secret_slot())) => {
            let detail =
                "`v1` takes a secret: take `v1` out of `schemes` as well, or call secret/rotate for another one";
            fields.refuse("secret", "required", detail);
        }
        Some(Value::Null) => {}
        Some(Value::String(text)) => match SigningSecret::parse(&text) {
            Ok(_) => {
                keep(&signing, current, changes);
                changes.set(Signing::secret_slot(), Secret::new(text));
            }
            Err(error) => fields.refuse("secret", "invalid", error.to_string()),
        },
        Some(_) => fields.refuse("secret", "wrong_type", "has to be a string that begins with whsec_"),
    }
    fields.finish(&FIELDS);
    signing
}

fn earlier(current: Option<&Webhook>) -> Vec<jiff::Timestamp> {
    current.map(|webhook| webhook.signing.earlier.clone()).unwrap_or_default()
}

/// Keeps the secret and the earlier ones.
fn keep(signing: &Signing, current: Option<&Webhook>, changes: &mut SecretChanges) {
    let slots = (0..signing.earlier.len()).map(Signing::earlier_slot).chain([Signing::secret_slot()]);
    for slot in slots {
        if current.is_some_and(|webhook| webhook.has_secret(&slot)) {
            changes.keep(slot);
        }
    }
}

fn schemes(fields: &mut Fields<'_>) -> Vec<Scheme> {
    let Some(given) = fields.take("schemes") else { return Scheme::ALL.to_vec() };
    let scheme = |name: &Value| name.as_str().and_then(Scheme::from_name);
    let named = given.as_array().and_then(|names| names.iter().map(scheme).collect::<Option<Vec<_>>>());
    if let Some(mut named) = named {
        named.sort();
        named.dedup();
        return named;
    }
    let known = json!(Scheme::ALL.map(Scheme::as_str));
    fields.refuse("schemes", "invalid", format!("takes a list of some of {known}; an empty one for no signature"));
    Vec::new()
}
