//! `GET /webhook/{config_id}/events[/{event_id}]` and `GET /events`

use hookstep_core::event::{EventKey, EventStatus};
use hookstep_core::ids::{ConfigId, EventId};
use hookstep_core::ports::{Clock, EventLister, EventQuery, EventReader, HistoryReader, ObjectReader, WebhookReader};
use hookstep_core::response::ResponseBody;
use serde_json::{Value, json};

use super::history::is_known;
use super::list_query;
use crate::http::{Answer, Problem, Request};
use crate::log;
use crate::row_json::{self, Detail};

/// Lists a webhook's events, newest first. The events of a deleted webhook stay readable until they expire.
pub async fn of_webhook<E, W, C>(events: &E, webhooks: &W, clock: &C, request: Request) -> Result<Answer, Problem>
where
    E: EventLister,
    W: WebhookReader + HistoryReader,
    C: Clock,
{
    let owner = request.owner()?;
    log::about_webhook(&owner.config_id);
    let page = events.events(&query(&request, Some(owner.config_id.clone()))?).await?;
    if page.items.is_empty() && page.next.is_none() && !is_known(webhooks, clock, &owner).await? {
        return Err(Problem::webhook_not_found());
    }
    Ok(show(&page))
}

/// Lists a tenant's failed or in-progress events across webhooks, or those of one correlation id, newest first.
pub async fn of_tenant<E: EventLister>(events: &E, request: Request) -> Result<Answer, Problem> {
    let query = query(&request, None)?;
    let is_bounded = matches!(query.status, Some(EventStatus::Failed | EventStatus::InProgress));
    if query.correlation_id.is_none() && !is_bounded {
        let detail = "across webhooks, `status` takes `failed` or `in_progress` where no `correlation_id` is given; other events are \
                      listed by webhook";
        return Err(Problem::bad_request("invalid_status", detail));
    }
    Ok(show(&events.events(&query).await?))
}

/// Shows one event with its payload and its attempts.
pub async fn get<E, O>(events: &E, objects: &O, request: Request) -> Result<Answer, Problem>
where
    E: EventReader,
    O: ObjectReader,
{
    let config_id = request.config_id()?;
    log::about_webhook(&config_id);
    let event_id: EventId = request.path("event_id").parse().map_err(|_| Problem::event_not_found())?;
    log::about_event(&event_id);
    let key = EventKey { event_id, tenant: request.tenant(), config_id };
    let row = events.event(&key).await?.ok_or_else(Problem::event_not_found)?;
    let mut json = row_json::row(&row, Detail::Full);
    for (index, attempt) in row.attempts.iter().enumerate() {
        if let Some(ResponseBody::Stored { key, .. }) = attempt.response.as_ref().map(|response| &response.body)
            && let Some(Value::Object(fields)) = json.pointer_mut(&format!("/attempts/{index}"))
            // Where it can't be read now, its key stands for it.
            && let Ok(bytes) = objects.read(key).await
        {
            row_json::insert_bytes(fields, "response_body", &bytes);
        }
    }
    Ok(Answer::json(200, json))
}

fn query(request: &Request, config_id: Option<ConfigId>) -> Result<EventQuery, Problem> {
    let (from, to) = (list_query::moment(request, "from")?, list_query::moment(request, "to")?);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(Problem::bad_request("invalid_time", "`from` lies after `to`"));
    }
    Ok(EventQuery {
        tenant: request.tenant(),
        config_id,
        status: list_query::status(request)?,
        event_name: list_query::event_name(request)?,
        correlation_id: list_query::correlation_id(request)?,
        from,
        to,
        before: list_query::cursor(request)?,
        limit: list_query::limit(request)?,
    })
}

fn show(page: &hookstep_core::ports::Page<hookstep_core::event::EventRow, EventId>) -> Answer {
    let rows: Vec<Value> = page.items.iter().map(|row| row_json::row(row, Detail::Summary)).collect();
    Answer::json(200, json!({ "data": rows, "next_cursor": page.next.as_ref().map(EventId::as_str) }))
}
