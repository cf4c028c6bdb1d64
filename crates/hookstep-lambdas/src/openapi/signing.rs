//! The schemas of signatures, client certificates and previews.

use hookstep_core::limits::{CERTIFICATE_MAX_BYTES, GRACE_DEFAULT_SECONDS, GRACE_MAX_SECONDS};
use hookstep_core::signing::Scheme;
use serde_json::{Value, json};

use super::form::Form;
use super::text::{described, moment, nullable, one_of, schema};

/// The schemas, by name.
pub(super) fn schemas() -> [(&'static str, Value); 6] {
    [
        ("SecretRotation", rotation(true)),
        ("KeyRotation", rotation(false)),
        ("PublicKeys", public_keys()),
        ("Preview", preview()),
        ("NoPreview", no_preview()),
        ("SigningSecret", secret()),
    ]
}

fn secret() -> Value {
    json!({ "type": "string", "pattern": "^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$" })
}

/// The field `signing`.
pub(super) fn signing(form: Form) -> Value {
    let schemes = json!({ "type": "array", "items": one_of(Scheme::ALL.map(Scheme::as_str)) });
    let schemes = described(
        form.defaulting(schemes, json!(Scheme::ALL.map(Scheme::as_str))),
        "`v1`: HMAC-SHA256 under the webhook's secret. `v1a`: Ed25519 under the tenant's key. None: the requests are not signed.",
    );
    let earlier = json!({ "type": "array", "items": moment(), "readOnly": true });
    let shown = [
        ("secret_set", json!({ "type": "boolean", "readOnly": true })),
        ("earlier_secrets_valid_until", described(earlier, "Until when secrets that were replaced sign too.")),
        (
            "public_key_url",
            json!({ "type": "string", "readOnly": true, "description": "Where the key of `v1a` is, from the API's root." }),
        ),
    ];
    let given = described(
        if form == Form::Shown { schema("SigningSecret") } else { nullable(schema("SigningSecret")) },
        if form == Form::Shown {
            "Only in the answer that tells of a secret which Hookstep has just made: it is never shown again."
        } else {
            "24 to 64 bytes in base64. Left out: the one that is set stays; where none is, Hookstep makes one and shows it once."
        },
    );
    let mut properties = json!({ "schemes": schemes, "secret": given });
    if form != Form::New {
        for (name, schema) in shown {
            properties[name] = schema;
        }
    }
    let mut signing = json!({
        "type": "object",
        "description": "Signatures of Standard Webhooks 1.0.0.",
        "properties": properties,
    });
    if form == Form::Shown {
        signing["required"] = json!(["earlier_secrets_valid_until", "public_key_url", "schemes", "secret_set"]);
        signing
    } else {
        signing["additionalProperties"] = json!(false);
        signing["type"] = json!(["object", "null"]);
        signing
    }
}

/// The field `client_certificate`.
pub(super) fn client_certificate(form: Form) -> Value {
    let set = json!({ "type": "boolean", "readOnly": true });
    let (mut properties, mut required) = (json!({}), Vec::new());
    if form != Form::New {
        properties = json!({ "certificate_set": set, "private_key_set": set });
        required = vec!["certificate_set", "private_key_set"];
    }
    if form != Form::Shown {
        let pem = json!({ "type": ["string", "null"], "maxLength": CERTIFICATE_MAX_BYTES, "writeOnly": true });
        properties["certificate"] =
            described(pem.clone(), "PEM, with the certificates that lead to its root after it.");
        properties["private_key"] = described(pem, "PEM, without a passphrase.");
    }
    let mut certificate = json!({
        "type": ["object", "null"],
        "description": "Shown to a receiver that asks for one (mutual TLS). Both are secrets.",
        "properties": properties,
    });
    if form == Form::Shown {
        certificate["required"] = json!(required);
    } else {
        certificate["additionalProperties"] = json!(false);
    }
    certificate
}

fn rotation(with_secret: bool) -> Value {
    let grace = json!({ "type": ["integer", "null"], "minimum": 0, "maximum": GRACE_MAX_SECONDS, "default": GRACE_DEFAULT_SECONDS });
    let mut properties = json!({ "grace_period_seconds": described(grace, "How long what is replaced signs too; 0 ends it, and all that came before, at once.") });
    if with_secret {
        properties["secret"] = described(
            nullable(schema("SigningSecret")),
            "A secret of your own. Left out: Hookstep makes one and shows it once.",
        );
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn public_keys() -> Value {
    let key = json!({
        "type": "object",
        "properties": {
            "scheme": { "const": "v1a" },
            "algorithm": { "const": "ed25519" },
            "public_key": { "type": "string", "pattern": "^whpk_[A-Za-z0-9+/]{43}=$" },
            "pem": { "type": "string" },
            "created_at": moment(),
            "signs_until": nullable(moment()),
        },
        "required": ["algorithm", "created_at", "pem", "public_key", "scheme", "signs_until"],
    });
    json!({
        "type": "object",
        "properties": {
            "tenant_id": { "type": "string" },
            "keys": { "type": "array", "items": key, "minItems": 1, "description": "Newest first." },
        },
        "required": ["keys", "tenant_id"],
    })
}

fn preview() -> Value {
    let header = json!({
        "type": "object",
        "properties": { "name": { "type": "string" }, "value": { "type": ["string", "null"] }, "secret": { "type": "boolean" } },
        "required": ["name", "secret", "value"],
    });
    json!({
        "type": "object",
        "description": "A request as it would be sent, but for secrets.",
        "properties": {
            "method": { "type": "string" },
            "url": { "type": "string" },
            "headers": { "type": "array", "items": header },
            "body": { "type": "string" },
            "body_encoding": { "type": "string", "enum": ["utf8", "base64"] },
            "body_size": { "type": "integer", "minimum": 0, "description": "In bytes." },
            "notes": { "type": "array", "items": { "type": "string" }, "description": "How it differs from what would be sent." },
        },
        "required": ["body", "body_encoding", "body_size", "headers", "method", "notes", "url"],
    })
}

fn no_preview() -> Value {
    json!({
        "type": "object",
        "description": "No request can be made of this payload: an event with it would fail so.",
        "properties": { "error": schema("AttemptError") },
        "required": ["error"],
    })
}
