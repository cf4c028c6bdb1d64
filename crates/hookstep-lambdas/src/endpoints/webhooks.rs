//! `POST /webhook`, `GET /webhook`, `GET` and `DELETE /webhook/{config_id}`

use hookstep_core::ids::ConfigId;
use hookstep_core::ports::{Clock, Entropy, WebhookReader, WebhookStore};
use hookstep_core::webhook::Webhook;
use serde_json::json;

use super::list_query;
use super::webhook_body::{parse, show};
use crate::http::{Answer, Problem, Request};
use crate::log;

/// Creates a webhook.
pub async fn create<W, C>(webhooks: &W, clock: &C, allow_http: bool, request: Request) -> Result<Answer, Problem>
where
    W: WebhookStore,
    C: Clock + Entropy,
{
    let draft = parse(&request.body, allow_http)?;
    let now = clock.now();
    let webhook = Webhook {
        id: ConfigId::generate(now, clock.random()),
        tenant: request.tenant(),
        name: draft.name,
        description: draft.description,
        event_name: draft.event_name,
        url: draft.url,
        method: draft.method,
        headers: draft.headers,
        enabled: draft.enabled,
        timeout: draft.timeout,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    log::about_webhook(&webhook.id);
    webhooks.create(&webhook).await?;
    Ok(one(201, &webhook).with_header("location", format!("/webhook/{}", webhook.id)))
}

/// Shows a webhook.
pub async fn get<W: WebhookReader>(webhooks: &W, request: Request) -> Result<Answer, Problem> {
    let config_id = request.config_id()?;
    log::about_webhook(&config_id);
    let webhook = webhooks.webhook(&request.tenant(), &config_id).await?.ok_or_else(Problem::webhook_not_found)?;
    Ok(one(200, &webhook))
}

/// Lists the tenant's webhooks, oldest first.
pub async fn list<W: WebhookStore>(webhooks: &W, request: Request) -> Result<Answer, Problem> {
    let limit = list_query::limit(&request)?;
    let after: Option<ConfigId> = list_query::cursor(&request)?;
    let page = webhooks.list(&request.tenant(), after.as_ref(), limit).await?;
    let body = json!({
        "data": page.items.iter().map(show).collect::<Vec<_>>(),
        "next_cursor": page.next.as_ref().map(ConfigId::as_str),
    });
    Ok(Answer::json(200, body))
}

/// Deletes a webhook. Its events stay until they expire; those under way are skipped.
pub async fn delete<W: WebhookStore>(webhooks: &W, request: Request) -> Result<Answer, Problem> {
    let config_id = request.config_id()?;
    log::about_webhook(&config_id);
    if webhooks.delete(&request.tenant(), &config_id).await? {
        Ok(Answer::empty(204))
    } else {
        Err(Problem::webhook_not_found())
    }
}

fn one(status: u16, webhook: &Webhook) -> Answer {
    Answer::json(status, show(webhook)).with_header("etag", format!("\"{}\"", webhook.version))
}
