//! The calls that manage webhooks.

use serde_json::{Value, json};

use super::call::{Call, Content, Described};
use super::samples::{self, CONFIG_ID};
use crate::endpoints::history;

const WEBHOOKS: &str = "Webhooks";
const TAG: &str = "The webhook's version, for `If-Match`.";

fn all_links(answer: Content, config_id: &str) -> Content {
    let id = json!({ "config_id": config_id });
    let versioned = json!({ "config_id": config_id, "If-Match": "$response.header.ETag" });
    [
        "getWebhook",
        "patchWebhook",
        "testAuth",
        "testWebhook",
        "triggerWebhook",
        "createPayload",
        "previewWebhook",
        "rotateSecret",
        "webhookHistory",
        "webhookStats",
        "listWebhookEvents",
    ]
    .into_iter()
    .fold(answer, |answer, operation| answer.link(operation, &id))
    .link("replaceWebhook", &versioned)
    .link("deleteWebhook", &versioned)
    .link("publicKey", &json!({ "tenant_id": "$response.body#/tenant_id" }))
}

pub(super) fn create() -> Described {
    let examples = samples::new_webhooks();
    let body = Content::of("The webhook.", "NewWebhook").examples(examples).body(&["application/json"]);
    let location = format!("/webhook/{CONFIG_ID}");
    let created = Content::of("Created, with its signing secret where Hookstep made it.", "Webhook")
        .examples(samples::created_webhooks()?)
        .header("Location", "Where it is, from the API's root.", &location)
        .header("ETag", TAG, "\"1\"");
    let description = "Every field at fault is named at once. Where requests are to be signed by a secret (`v1`) and none is given, Hookstep makes \
                       one: `signing.secret` of this answer shows it, and no other answer will.";
    Ok(Call::new(WEBHOOKS, "Create a webhook", description)
        .body(body)
        .answer(201, all_links(created, "$response.body#/config_id").answer())
        .problems(&["invalid_body", "invalid_json", "validation_failed", "payload_too_large"]))
}

pub(super) fn list() -> Described {
    let shown: Vec<Value> = samples::shown_webhooks()?.into_iter().map(|(_, _, webhook)| webhook).take(1).collect();
    let page = Content::page("Oldest first.", "ListedWebhook", &shown, CONFIG_ID);
    Ok(Call::new(
        WEBHOOKS,
        "List webhooks",
        "A page may hold fewer than `limit`, also when more follow. With `include=stats` each webhook has `last_day`.",
    )
    .parameters(&["EventName", "WebhookStatus", "Include", "Limit", "WebhookCursor"])
    .answer(200, page.answer())
    .problems(&["invalid_event_name", "invalid_status", "invalid_include", "invalid_limit", "invalid_cursor"]))
}

fn changed(description: &'static str) -> Content {
    Content::of(description, "Webhook").shared_examples(samples::shown_names()).header("ETag", TAG, "\"4\"")
}

pub(super) fn get() -> Call {
    Call::new(WEBHOOKS, "Show a webhook", "Secrets are shown as being set, and never otherwise.")
        .answer(200, changed("The webhook.").answer())
        .problems(&["webhook_not_found"])
}

pub(super) fn replace() -> Call {
    let body =
        Content::of("The webhook.", "WebhookReplacement").examples(samples::replacements()).body(&["application/json"]);
    let description = "What is left out gets its default; secrets that are left out stay. A replacement that changes nothing makes no version.";
    Call::new(WEBHOOKS, "Replace a webhook", description)
        .parameters(&["IfMatchRequired"])
        .body(body)
        .answer(200, changed("Replaced.").answer())
        .problems(&["invalid_body", "invalid_json", "validation_failed", "webhook_not_found", "concurrent_change"])
        .problems(&["precondition_failed", "precondition_required", "payload_too_large"])
}

pub(super) fn patch() -> Call {
    let body = Content::of("The changes.", "WebhookPatch")
        .examples(samples::patches())
        .body(&["application/merge-patch+json", "application/json"]);
    let description = "A merge patch (RFC 7396). A change of nothing makes no version. Without `If-Match` it is applied to whatever there is.";
    Call::new(WEBHOOKS, "Change a webhook", description)
        .parameters(&["IfMatch"])
        .body(body)
        .answer(200, changed("Changed.").answer())
        .problems(&["invalid_body", "invalid_json", "validation_failed", "webhook_not_found", "concurrent_change"])
        .problems(&["precondition_failed", "payload_too_large", "unsupported_media_type"])
}

pub(super) fn delete() -> Call {
    let description = "Its events under way are skipped. Events and history stay readable until they expire.";
    Call::new(WEBHOOKS, "Delete a webhook", description)
        .parameters(&["IfMatch"])
        .answer(204, json!({ "description": "Deleted." }))
        .problems(&["webhook_not_found", "concurrent_change", "precondition_failed"])
}

pub(super) fn history() -> Described {
    let entries: Vec<Value> = samples::history()?.iter().map(history::show).collect();
    let page = Content::page("Newest first.", "Change", &entries, "1");
    Ok(Call::new(WEBHOOKS, "Who did what to a webhook, and when", "It outlives the webhook.")
        .parameters(&["Limit", "HistoryCursor"])
        .answer(200, page.answer())
        .problems(&["invalid_limit", "invalid_cursor", "webhook_not_found"]))
}

pub(super) fn test_auth() -> Call {
    let token = json!({ "token_type": "Bearer", "expires_in": 3600 });
    let error = json!({ "code": "token_rejected", "message": "the token endpoint gave no token: invalid_client" });
    let kind = "oauth2_client_credentials";
    let answer = Content::of("What came of it.", "AuthTrial")
        .example(
            "token",
            "A token was given",
            &json!({ "ok": true, "auth_type": kind, "duration_ms": 184, "token": token }),
        )
        .example(
            "refused",
            "None was given",
            &json!({ "ok": false, "auth_type": kind, "duration_ms": 97, "error": error }),
        );
    let description = "Reads the secrets and makes the token exchange, if the webhook has one. No webhook is sent, and a token is not kept.";
    Call::new(WEBHOOKS, "Try a webhook's authentication", description)
        .answer(200, answer.answer())
        .problems(&["webhook_not_found"])
}
