//! The calls about signatures, and the preview.

use serde_json::json;

use super::call::{Call, Content, Described};
use super::signing_samples as samples;
use super::text::schema;
use crate::row_json;

const SIGNATURES: &str = "Signatures";
const TAG: &str = "The webhook's version, for `If-Match`.";

pub(super) fn rotate_secret() -> Described {
    let body = Content::of("What becomes of the secrets; may be left out.", "SecretRotation");
    let body = body.examples(samples::rotations()).optional_body();
    let answer = Content::of("The webhook, with the new secret where Hookstep made it.", "Webhook");
    let answer = answer
        .examples(samples::rotated()?)
        .header("ETag", TAG, "\"4\"")
        .link("previewWebhook", &json!({ "config_id": "$request.path.config_id" }));
    let description = "A new secret for `v1` signatures. For the grace period requests are signed by the old one too, so that receivers can \
                       change over without losing a delivery. Up to three earlier ones sign at the same time. A call that \
                       is repeated with the same secret of your own changes nothing.";
    Ok(Call::new(SIGNATURES, "Rotate a webhook's signing secret", description)
        .parameters(&["IfMatch"])
        .body(body)
        .answer(200, answer.answer())
        .problems(&["invalid_body", "invalid_json", "validation_failed", "webhook_not_found", "concurrent_change"])
        .problems(&["not_signed", "too_many_secrets", "precondition_failed", "payload_too_large"]))
}

pub(super) fn preview() -> Described {
    let error = super::samples::failed_to_transform();
    let answer = Content::with_schema(
        "The request, or why there is none.",
        json!({ "oneOf": [schema("Preview"), schema("NoPreview")] }),
    );
    let answer = answer.example("request", "The request", &samples::preview()?).example(
        "no_request",
        "There is none",
        &json!({ "error": row_json::error(&error) }),
    );
    let description = "Shows the request that a trigger with this body would send, signatures included, and sends nothing, neither to the \
                       receiver nor to a token endpoint. With `event_id`, what an attempt for that event would send now, which takes the \
                       permission `read` as well. Without either, the sample that a test would send. Secrets are not shown.";
    let body = super::event_calls::payload("The payload, if it is not to be the sample or that of an event.");
    Ok(Call::new("Deliveries", "Preview a request", description)
        .parameters(&["OfEvent"])
        .body(body)
        .answer(200, answer.answer())
        .problems(&["invalid_body", "invalid_content_type", "two_payloads", "webhook_not_found", "event_not_found"])
        .problems(&["payload_missing", "payload_too_large"]))
}

pub(super) fn rotate_key() -> Described {
    let [usual, at_once, _] = samples::rotations();
    let body = Content::of("How long the old key signs too; may be left out.", "KeyRotation");
    let keys = Content::of("The public keys.", "PublicKeys").example(
        "keys",
        "A new one and the one before",
        &samples::public_keys()?,
    );
    let description = "A new key for the `v1a` signatures of all the tenant's webhooks. For the grace period the old one signs too. Up to three \
                       earlier ones sign at the same time.";
    Ok(Call::new(SIGNATURES, "Rotate the tenant's signing key", description)
        .body(body.examples([usual, at_once]).optional_body())
        .answer(200, keys.link("publicKey", &json!({ "tenant_id": "$response.body#/tenant_id" })).answer())
        .problems(&["invalid_body", "invalid_json", "validation_failed", "concurrent_change", "too_many_secrets"])
        .problems(&["payload_too_large"]))
}

pub(super) fn public_key() -> Described {
    let description = "The keys that verify `v1a` signatures: Ed25519, as Standard Webhooks writes them and as PEM. A signature by any of them \
                       whose time is not over is good. Anybody may call, and keep the answer for five minutes.";
    let keys =
        Content::of("The public keys.", "PublicKeys").example("keys", "During a rotation", &samples::public_keys()?);
    Ok(Call::new(SIGNATURES, "Show a tenant's public keys", description)
        .parameters(&["TenantId"])
        .answer(200, keys.answer())
        .problems(&["invalid_tenant", "public_key_not_found"]))
}
