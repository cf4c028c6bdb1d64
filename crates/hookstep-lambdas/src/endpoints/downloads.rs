//! `GET /webhook/{config_id}/events/{event_id}/payload` and `…/attempts/{number}/response`: what is kept of an event beside its
//! row, as a URL of the bucket, because an answer of Lambda ends at 6 MB.
//!
//! What is in there comes from strangers: it is an attachment of a type and a name that nothing opens by itself.

use hookstep_core::event::{EventKey, EventRow};
use hookstep_core::ids::EventId;
use hookstep_core::payload::Payload;
use hookstep_core::ports::{Clock, Downloads, EventReader};
use hookstep_core::response::ResponseBody;
use serde_json::json;

use crate::http::{Answer, Problem, Request};
use crate::log;

/// A URL of an event's payload.
pub async fn payload<E, D, C>(events: &E, objects: &D, clock: &C, request: Request) -> Result<Answer, Problem>
where
    E: EventReader,
    D: Downloads,
    C: Clock,
{
    let row = row(events, &request).await?;
    let Some(Payload::Stored(stored)) = &row.payload else { return Err(Problem::payload_not_stored()) };
    let file_name = format!("{}-payload{}", row.key.event_id, extension(row.content_type.as_deref()));
    answer(objects, clock, &stored.key, stored.size, file_name).await
}

/// A URL of what is kept of an attempt's response.
pub async fn response<E, D, C>(events: &E, objects: &D, clock: &C, request: Request) -> Result<Answer, Problem>
where
    E: EventReader,
    D: Downloads,
    C: Clock,
{
    let row = row(events, &request).await?;
    let number: Option<u32> = request.path("number").parse().ok();
    let attempt = row.attempts.iter().find(|attempt| Some(attempt.number) == number);
    let response = attempt.ok_or_else(Problem::attempt_not_found)?.response.as_ref();
    let (Some(response), Some(number)) = (response, number) else { return Err(Problem::response_not_stored()) };
    let ResponseBody::Stored { key, size } = &response.body else { return Err(Problem::response_not_stored()) };
    let content_type =
        response.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
    let file_name = format!("{}-attempt-{number}-response{}", row.key.event_id, extension(content_type));
    answer(objects, clock, key, *size, file_name).await
}

async fn row<E: EventReader>(events: &E, request: &Request) -> Result<EventRow, Problem> {
    let config_id = request.config_id()?;
    log::about_webhook(&config_id);
    let event_id: EventId = request.path("event_id").parse().map_err(|_| Problem::event_not_found())?;
    log::about_event(&event_id);
    let key = EventKey { event_id, tenant: request.tenant(), config_id };
    events.event(&key).await?.ok_or_else(Problem::event_not_found)
}

async fn answer<D: Downloads, C: Clock>(
    objects: &D,
    clock: &C,
    key: &str,
    size: u64,
    file_name: String,
) -> Result<Answer, Problem> {
    let link = objects.link(key, &file_name, clock.now()).await?;
    let body = json!({
        "url": link.url,
        "expires_at": link.expires_at.to_string(),
        "size": size,
        "file_name": file_name,
    });
    Ok(Answer::json(200, body))
}

/// What the name of a file of this content type ends in; none that a system runs, or shows as a page.
fn extension(content_type: Option<&str>) -> &'static str {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => ".json",
        json if json.ends_with("+json") => ".json",
        "text/csv" => ".csv",
        "application/xml" | "application/x-www-form-urlencoded" => ".txt",
        text if text.starts_with("text/") => ".txt",
        _ => ".bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_a_name_that_a_system_runs_or_shows_as_a_page() {
        for (content_type, expected) in [
            (Some("application/json; charset=utf-8"), ".json"),
            (Some("Application/CloudEvents+JSON"), ".json"),
            (Some("text/csv"), ".csv"),
            (Some("text/html"), ".txt"),
            (Some("application/xml"), ".txt"),
            (Some("image/svg+xml"), ".bin"),
            (Some("application/x-msdownload"), ".bin"),
            (Some(""), ".bin"),
            (None, ".bin"),
        ] {
            assert_eq!(extension(content_type), expected, "{content_type:?}");
        }
    }
}
