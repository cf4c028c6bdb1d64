//! The field `client_certificate`.

use hookstep_core::compose::{CERTIFICATE_SLOT, PRIVATE_KEY_SLOT};
use hookstep_core::limits::CERTIFICATE_MAX_BYTES;
use hookstep_core::webhook::Webhook;

use super::fields::Fields;
use super::secrets::{Rule, SecretChanges, secret};

const CERTIFICATE: Rule = Rule {
    holds: |text| text.contains("-----BEGIN CERTIFICATE-----"),
    detail: "takes a certificate in PEM, and those that lead to its root after it",
    max_bytes: CERTIFICATE_MAX_BYTES,
};

const PRIVATE_KEY: Rule = Rule {
    holds: |text| text.contains("PRIVATE KEY-----") && !text.contains("ENCRYPTED"),
    detail: "takes a private key in PEM, without a passphrase",
    max_bytes: CERTIFICATE_MAX_BYTES,
};

/// Reads the field. Both halves are among the webhook's secrets, or neither is.
pub(super) fn client_certificate(fields: &mut Fields<'_>, current: Option<&Webhook>, changes: &mut SecretChanges) {
    let Some(mut fields) = fields.inside_if_given("client_certificate") else { return };
    let current = current.filter(|webhook| webhook.has_secret(CERTIFICATE_SLOT));
    let halves = [("certificate", CERTIFICATE_SLOT, CERTIFICATE), ("private_key", PRIVATE_KEY_SLOT, PRIVATE_KEY)];
    for (name, slot, rule) in halves {
        let is_cleared = fields.is_null(name) && current.is_some();
        secret(&mut fields, name, true, rule, current, changes);
        if is_cleared && !changes.0.contains_key(slot) {
            let detail = "a certificate takes its private key and the reverse; to have neither, set `client_certificate` to null";
            fields.refuse(name, "required", detail);
        }
    }
    fields.finish(&["certificate", "private_key"]);
}
