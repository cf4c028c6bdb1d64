//! The calls about signatures, and the preview.

use serde_json::json;

use super::call::{Call, Content};
use super::text::schema;

const WEBHOOKS: &str = "Webhooks";
const TAG: &str = "The webhook's version, for `If-Match`.";

pub(super) fn rotate_secret() -> Call {
    let body = Content::of("What becomes of the secrets; may be left out.", "SecretRotation").optional_body();
    let answer = Content::of("The webhook, with the new secret where Hookstep made it.", "Webhook");
    let description = "A new signing secret. For the grace period requests are signed with the old one too, so that receivers can change over \
                       without losing a delivery.";
    Call::new(WEBHOOKS, "Rotate the signing secret", description)
        .parameters(&["IfMatch"])
        .body(body)
        .answer(200, answer.header("ETag", TAG, "\"4\"").answer())
        .problems(&["invalid_body", "invalid_json", "validation_failed", "webhook_not_found", "concurrent_change"])
        .problems(&["not_signed", "too_many_secrets", "precondition_failed", "payload_too_large"])
}

pub(super) fn preview() -> Call {
    let answer = Content::with_schema(
        "The request, or why there is none.",
        json!({ "oneOf": [schema("Preview"), schema("NoPreview")] }),
    );
    let description = "Shows the request that a trigger with this body would send, signatures included, and sends nothing. An empty body is \
                       the sample event. Secrets are not shown.";
    Call::new(WEBHOOKS, "Preview a request", description)
        .body(json!({ "description": "The payload.", "content": { "*/*": {} } }))
        .answer(200, answer.answer())
        .problems(&["invalid_body", "invalid_content_type", "webhook_not_found"])
}

pub(super) fn rotate_key() -> Call {
    let body = Content::of("How long the old key signs too; may be left out.", "KeyRotation").optional_body();
    let description =
        "A new key for `v1a` signatures of all the tenant's webhooks. For the grace period the old one signs too.";
    Call::new(WEBHOOKS, "Rotate the signing key", description)
        .body(body)
        .answer(200, Content::of("The public keys.", "PublicKeys").answer())
        .problems(&["invalid_body", "invalid_json", "validation_failed", "concurrent_change", "too_many_secrets"])
        .problems(&["payload_too_large"])
}

pub(super) fn public_key() -> Call {
    let description =
        "The keys that verify `v1a` signatures, newest first: Ed25519, as Standard Webhooks writes them and as PEM.";
    Call::new("Service", "Show a tenant's public keys", description)
        .parameters(&["TenantId"])
        .answer(200, Content::of("The public keys.", "PublicKeys").answer())
        .problems(&["invalid_tenant", "public_key_not_found"])
}
