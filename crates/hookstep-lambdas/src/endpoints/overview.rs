//! `GET /overview`: what needs attention now. All that it reads is bounded, and it says where there is more.

use futures_util::future::{join3, try_join_all};
use hookstep_core::event::{EventRow, EventStatus};
use hookstep_core::ids::TenantId;
use hookstep_core::ports::{
    Backlog, BacklogReader, Clock, DeadLetters, EventLister, EventQuery, Seen, WebhookQuery, WebhookStore,
};
use hookstep_core::verdict::Reason;
use hookstep_core::webhook::{Status, Webhook};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::http::{Answer, Problem, Request};
use crate::log;
use crate::row_json::{self, Detail};

/// How many webhooks are looked at, in pages of so many.
const PAGES: usize = 10;
const PAGE: usize = 100;

/// How many webhooks of each kind are named.
const NAMED: usize = 10;

/// What the call takes.
pub struct Overview<'a, W, E, D, C> {
    /// Lists webhooks.
    pub webhooks: &'a W,
    /// Lists events.
    pub events: &'a E,
    /// The queue of dead letters, where whoever calls may know of it: it is of all tenants.
    pub dead_letters: Option<&'a D>,
    /// The time.
    pub clock: &'a C,
}

impl<W, E, D, C> Overview<'_, W, E, D, C>
where
    W: WebhookStore,
    E: BacklogReader + EventLister,
    D: DeadLetters,
    C: Clock,
{
    /// Answers the call.
    pub async fn call(&self, request: Request) -> Result<Answer, Problem> {
        let tenant = request.tenant();
        let (listed, backlog, dead_letters) =
            join3(self.webhooks(&tenant), Box::pin(self.events.backlog(&tenant)), self.dead_letters()).await;
        let ((webhooks, complete), backlog) = (listed?, backlog?);
        let of = |status| webhooks.iter().filter(move |webhook| webhook.status == status);

        let mut failing: Vec<(Timestamp, &Webhook)> =
            of(Status::Active).filter_map(|webhook| Some((webhook.failing_since?, webhook))).collect();
        failing.sort_by_key(|(since, _)| *since);
        let named = failing.iter().take(NAMED).map(|(since, webhook)| self.failing(webhook, *since));
        let named = try_join_all(named).await?;

        let mut disabled: Vec<&Webhook> = of(Status::AutoDisabled).collect();
        disabled.sort_by_key(|webhook| std::cmp::Reverse(webhook.updated_at));
        let auto_disabled: Vec<Value> = disabled.iter().take(NAMED).map(|webhook| auto_disabled(webhook)).collect();

        let body = json!({
            "generated_at": self.clock.now().to_string(),
            "failing": named,
            "auto_disabled": auto_disabled,
            "webhooks": {
                "active": of(Status::Active).count(),
                "disabled": of(Status::Disabled).count(),
                "auto_disabled": disabled.len(),
                "failing": failing.len(),
                "complete": complete,
            },
            "waiting": waiting(&backlog),
            "running": counted(backlog.running),
            "oldest_in_progress": backlog.oldest.as_ref().map(|row| row_json::row(row, Detail::Summary)),
            "dead_letters": dead_letters.map(|count| json!({ "count": count })),
        });
        Ok(Answer::json(200, body))
    }

    /// How many there are, if that can be said: a queue that does not answer is no reason to show nothing else.
    async fn dead_letters(&self) -> Option<u64> {
        let counted = self.dead_letters?.count().await;
        let told = counted.inspect_err(|error| {
            let cause = log::chain(error);
            tracing::warn!(target: "hookstep", error = cause, "dead letters are not counted");
        });
        told.ok()
    }

    /// The tenant's webhooks, and whether these are all.
    async fn webhooks(&self, tenant: &TenantId) -> Result<(Vec<Webhook>, bool), Problem> {
        let mut query = WebhookQuery { limit: PAGE, ..WebhookQuery::default() };
        let mut webhooks = Vec::new();
        for _ in 0..PAGES {
            let page = self.webhooks.list(tenant, &query).await?;
            webhooks.extend(page.items);
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        Ok((webhooks, query.after.is_none()))
    }

    async fn failing(&self, webhook: &Webhook, since: Timestamp) -> Result<Value, Problem> {
        let query = EventQuery {
            tenant: webhook.tenant.clone(),
            config_id: Some(webhook.id.clone()),
            status: Some(EventStatus::Failed),
            event_name: None,
            correlation_id: None,
            from: None,
            to: None,
            before: None,
            limit: 1,
        };
        let page = self.events.events(&query).await?;
        Ok(json!({
            "config_id": webhook.id.as_str(),
            "name": webhook.name,
            "status": webhook.status.as_str(),
            "failing_since": since.to_string(),
            "last_failure": page.items.first().map(last_failure),
        }))
    }
}

fn last_failure(row: &EventRow) -> Value {
    json!({
        "at": row.updated_at.to_string(),
        "event_id": row.key.event_id.as_str(),
        "reason": row.reason.map(Reason::code),
    })
}

fn auto_disabled(webhook: &Webhook) -> Value {
    json!({
        "config_id": webhook.id.as_str(),
        "name": webhook.name,
        "status_reason": webhook.status_reason,
        "updated_at": webhook.updated_at.to_string(),
    })
}

fn counted(counted: Seen) -> Value {
    json!({ "count": counted.count, "complete": counted.complete })
}

fn waiting(backlog: &Backlog) -> Value {
    let mut waiting = counted(backlog.waiting);
    waiting["next_attempt_at"] = json!(backlog.next_attempt_at.map(|at| at.to_string()));
    waiting
}
