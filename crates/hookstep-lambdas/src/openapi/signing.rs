//! The schemas of signatures, client certificates and previews.

use hookstep_core::limits::{
    CERTIFICATE_MAX_BYTES, EARLIER_SECRETS_MAX_COUNT, GRACE_DEFAULT_SECONDS, GRACE_MAX_SECONDS,
};
use hookstep_core::signing::Scheme;
use hookstep_core::webhook::Method;
use serde_json::{Value, json};

use super::form::Form;
use super::text::{described, moment, nullable, one_of, schema, tenant};

/// 24 to 64 bytes in base64: 8 to 21 groups of three bytes and what is left of another one, whose last character holds no bits beyond
/// the bytes.
const SECRET: &str = "^whsec_(?:[A-Za-z0-9+/]{4}){8,20}(?:(?:[A-Za-z0-9+/]{4})?(?:[A-Za-z0-9+/][AQgw]==)?|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)$";

/// 32 bytes in base64.
const PUBLIC_KEY: &str = "^whpk_[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$";

/// A certificate in PEM, or several.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

/// A private key in PEM: of PKCS #8, or of its kind alone.
const PRIVATE_KEY: &str = "PRIVATE KEY-----";

/// The schemas, by name.
pub(super) fn schemas() -> Vec<(String, Value)> {
    let mut schemas: Vec<(String, Value)> = Form::ALL.map(|form| (form.of("Signing"), signing(form))).into();
    schemas.extend(Form::ALL.map(|form| (form.of("ClientCertificate"), client_certificate(form))));
    let others = [
        ("SecretRotation", rotation(true)),
        ("KeyRotation", rotation(false)),
        ("PublicKeys", public_keys()),
        ("Preview", preview()),
        ("NoPreview", no_preview()),
        ("SigningSecret", json!({ "type": "string", "pattern": SECRET })),
    ];
    schemas.extend(others.map(|(name, schema)| (name.to_owned(), schema)));
    schemas
}

fn signing(form: Form) -> Value {
    let schemes = json!({ "type": "array", "items": one_of(Scheme::ALL.map(Scheme::as_str)) });
    let schemes = described(
        form.defaulting(schemes, json!(Scheme::ALL.map(Scheme::as_str))),
        "`v1`: HMAC-SHA256 under the webhook's secret. `v1a`: Ed25519 under the tenant's key, which the call `publicKey` shows. Empty: \
         requests are not signed.",
    );
    let mut properties = json!({ "schemes": schemes, "secret": secret(form) });
    if form != Form::New {
        for (name, schema) in shown() {
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
    } else {
        signing["additionalProperties"] = json!(false);
    }
    signing
}

fn secret(form: Form) -> Value {
    let secret = schema("SigningSecret");
    let (schema, text) = match form {
        Form::Shown => {
            (secret, "Only in the answer to the call with which Hookstep made it: it is shown once and never again.")
        }
        Form::New => (
            nullable(secret),
            "A secret of your own, of 24 to 64 bytes. Left out, Hookstep makes one and shows it once.",
        ),
        Form::Replacement | Form::Patch => (
            nullable(secret),
            "A string sets it at once, without a grace period (`rotateSecret` gives one). Left out, the one that is set stays; where none \
             is, Hookstep makes one and shows it once. Null clears it, if `v1` is not among the schemes.",
        ),
    };
    let mut schema = described(schema, text);
    let direction = if form == Form::Shown { "readOnly" } else { "writeOnly" };
    schema[direction] = json!(true);
    schema
}

/// What shows that secrets are set.
fn shown() -> [(&'static str, Value); 3] {
    let earlier = json!({ "type": "array", "items": moment(), "maxItems": EARLIER_SECRETS_MAX_COUNT });
    let members = [
        ("secret_set", json!({ "type": "boolean" }), "Whether there is a secret."),
        ("earlier_secrets_valid_until", earlier, "Until when each secret that was replaced signs too, newest first."),
        ("public_key_url", json!({ "type": "string" }), "Where the public keys of `v1a` are, from the API's root."),
    ];
    members.map(|(name, schema, text)| {
        let mut schema = described(schema, text);
        schema["readOnly"] = json!(true);
        (name, schema)
    })
}

fn client_certificate(form: Form) -> Value {
    let mut properties = json!({});
    if form != Form::New {
        for name in ["certificate_set", "private_key_set"] {
            properties[name] = json!({ "type": "boolean", "readOnly": true });
        }
    }
    if form != Form::Shown {
        let pem = |begin: &str, text: &str| {
            let pem =
                json!({ "type": "string", "maxLength": CERTIFICATE_MAX_BYTES, "pattern": begin, "writeOnly": true });
            described(pem, text)
        };
        properties["certificate"] = pem(CERTIFICATE, "PEM, with the certificates that lead to its root after it.");
        properties["private_key"] = pem(PRIVATE_KEY, "PEM, without a passphrase.");
        properties["private_key"]["not"] = json!({ "pattern": "ENCRYPTED" });
    }
    let stay = match form {
        Form::Shown => "",
        Form::New => " They have to belong together.",
        Form::Replacement | Form::Patch => {
            " They have to belong together; of which none is given, that stays. Null for the whole takes both away."
        }
    };
    let description = format!(
        "Shown to a receiver that asks for one (mutual TLS). Certificate and private key are both secrets.{stay}"
    );
    let mut certificate = json!({ "type": "object", "description": description, "properties": properties });
    match form {
        Form::Shown => certificate["required"] = json!(["certificate_set", "private_key_set"]),
        Form::New => certificate["required"] = json!(["certificate", "private_key"]),
        Form::Replacement | Form::Patch => {}
    }
    if form != Form::Shown {
        certificate["additionalProperties"] = json!(false);
    }
    certificate
}

fn rotation(with_secret: bool) -> Value {
    let grace = json!({ "type": ["integer", "null"], "minimum": 0, "maximum": GRACE_MAX_SECONDS, "default": GRACE_DEFAULT_SECONDS });
    let text =
        "How long what is replaced signs too. With 0 that ends at once, and so does all that was replaced before.";
    let mut properties = json!({ "grace_period_seconds": described(grace, text) });
    if with_secret {
        let mut secret = nullable(schema("SigningSecret"));
        secret["writeOnly"] = json!(true);
        properties["secret"] = described(
            secret,
            "A secret of your own, of 24 to 64 bytes. Left out, Hookstep makes one and shows it once.",
        );
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn public_keys() -> Value {
    let until = described(nullable(moment()), "Until when it signs, where another one has taken its place.");
    let key = json!({
        "type": "object",
        "properties": {
            "scheme": { "const": Scheme::V1a.as_str() },
            "algorithm": { "const": "ed25519" },
            "public_key": { "type": "string", "pattern": PUBLIC_KEY, "description": "As Standard Webhooks writes it." },
            "pem": { "type": "string", "description": "The same key in PEM (RFC 8410)." },
            "created_at": moment(),
            "signs_until": until,
        },
        "required": ["algorithm", "created_at", "pem", "public_key", "scheme", "signs_until"],
    });
    let keys = json!({
        "type": "array",
        "items": key,
        "minItems": 1,
        "maxItems": EARLIER_SECRETS_MAX_COUNT + 1,
        "description": "Newest first.",
    });
    json!({
        "type": "object",
        "description": "The keys that verify a tenant's `v1a` signatures.",
        "properties": { "tenant_id": tenant(), "keys": keys },
        "required": ["keys", "tenant_id"],
    })
}

fn preview() -> Value {
    let header = json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "value": { "type": ["string", "null"], "description": "Null where it is a secret." },
            "secret": { "type": "boolean" },
        },
        "required": ["name", "secret", "value"],
    });
    json!({
        "type": "object",
        "description": "A request as it would be sent, but for secrets.",
        "properties": {
            "method": one_of(Method::ALL.map(Method::as_str)),
            "url": { "type": "string" },
            "headers": { "type": "array", "items": header, "description": "As over HTTP/1.1." },
            "body": { "type": "string" },
            "body_encoding": described(one_of(["utf8", "base64"]), "How `body` is written."),
            "body_truncated": { "type": "boolean", "description": "Whether the body is longer than what is shown of it." },
            "body_size": { "type": "integer", "minimum": 0, "description": "Length of the body, in bytes." },
            "notes": { "type": "array", "items": { "type": "string" }, "description": "How it differs from what would be sent." },
        },
        "required": ["body", "body_encoding", "body_size", "body_truncated", "headers", "method", "notes", "url"],
    })
}

fn no_preview() -> Value {
    json!({
        "type": "object",
        "description": "There would be no request: an event with this payload would fail so.",
        "properties": { "error": schema("AttemptError") },
        "required": ["error"],
    })
}
