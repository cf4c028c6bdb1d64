//! `GET /webhook/{config_id}/history`: who did what to it, newest first. It outlives the webhook.

use hookstep_core::history::Entry;
use hookstep_core::ports::{Clock, HistoryReader, WebhookReader};
use hookstep_core::secret::Owner;
use serde_json::{Value, json};

use super::list_query;
use crate::http::{Answer, Problem, Request};
use crate::log;

/// Whether there is such a webhook, or was: its history outlives it.
pub(super) async fn is_known<H, C>(webhooks: &H, clock: &C, owner: &Owner) -> Result<bool, Problem>
where
    H: HistoryReader + WebhookReader,
    C: Clock,
{
    if webhooks.webhook(&owner.tenant, &owner.config_id).await?.is_some() {
        return Ok(true);
    }
    let entries = webhooks.history(owner, None, 1, clock.now()).await?;
    Ok(!entries.items.is_empty())
}

/// Answers the call.
pub async fn list<H, C>(history: &H, clock: &C, request: Request) -> Result<Answer, Problem>
where
    H: HistoryReader + WebhookReader,
    C: Clock,
{
    let owner = request.owner()?;
    log::about_webhook(&owner.config_id);
    let before: Option<u64> = list_query::cursor(&request)?;
    let page = history.history(&owner, before, list_query::limit(&request)?, clock.now()).await?;
    if page.items.is_empty() && page.next.is_none() && !is_known(history, clock, &owner).await? {
        return Err(Problem::webhook_not_found());
    }
    let body = json!({
        "data": page.items.iter().map(show).collect::<Vec<_>>(),
        "next_cursor": page.next.map(|version| version.to_string()),
    });
    Ok(Answer::json(200, body))
}

/// An entry, as the API shows it.
#[must_use]
pub fn show(entry: &Entry) -> Value {
    json!({
        "version": entry.version,
        "at": entry.at.to_string(),
        "actor": { "type": entry.actor.kind.as_str(), "id": entry.actor.id },
        "action": entry.action.as_str(),
        "changed_fields": entry.changed_fields,
    })
}
