//! What every list takes: `limit` and `cursor`, and where it applies `from`, `to`, `status`, `event_name` and `correlation_id`.

use std::str::FromStr;

use hookstep_core::bus::{EVENT_NAMES, is_event_name};
use hookstep_core::event::EventStatus;
use hookstep_core::header::is_field_value;
use hookstep_core::limits::TOKEN_MAX_BYTES;
use jiff::Timestamp;

use crate::http::{Problem, Request};

/// Items of a page where `limit` is left out.
pub const DEFAULT_LIMIT: usize = 20;
/// The largest `limit`.
pub const MAX_LIMIT: usize = 100;

/// How many items a page holds at most: 1 to 100, 20 where left out.
pub fn limit(request: &Request) -> Result<usize, Problem> {
    let Some(text) = request.query("limit") else { return Ok(DEFAULT_LIMIT) };
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| {
        Problem::bad_request("invalid_limit", format!("`limit` takes a whole number from 1 to {MAX_LIMIT}"))
    })
}

/// Where the page begins.
pub fn cursor<T: FromStr>(request: &Request) -> Result<Option<T>, Problem> {
    let Some(text) = request.query("cursor") else { return Ok(None) };
    let cursor = text.parse().map_err(|_| {
        Problem::bad_request("invalid_cursor", "`cursor` takes the `next_cursor` of the page before, as it is")
    })?;
    Ok(Some(cursor))
}

/// A moment.
pub fn moment(request: &Request, name: &'static str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = request.query(name) else { return Ok(None) };
    let moment = text.parse().map_err(|_| {
        let detail = format!("`{name}` takes a time as in RFC 3339, such as 2026-11-21T08:30:00Z (`+` written as %2B)");
        Problem::bad_request("invalid_time", detail)
    })?;
    Ok(Some(moment))
}

/// A status.
pub fn status(request: &Request) -> Result<Option<EventStatus>, Problem> {
    let Some(text) = request.query("status") else { return Ok(None) };
    let status = EventStatus::from_name(text).ok_or_else(|| {
        let names: Vec<_> = EventStatus::ALL.into_iter().map(EventStatus::as_str).collect();
        Problem::bad_request("invalid_status", format!("`status` takes one of {}", names.join(", ")))
    })?;
    Ok(Some(status))
}

/// The name of events.
pub fn event_name(request: &Request) -> Result<Option<String>, Problem> {
    let Some(name) = request.query("event_name") else { return Ok(None) };
    if !is_event_name(name) {
        let detail = format!("`event_name` takes {EVENT_NAMES}");
        return Err(Problem::bad_request("invalid_event_name", detail));
    }
    Ok(Some(name.to_owned()))
}

/// A correlation id, as the header takes it.
pub fn correlation_id(request: &Request) -> Result<Option<String>, Problem> {
    let Some(id) = request.query("correlation_id") else { return Ok(None) };
    if id.is_empty() || id.len() > TOKEN_MAX_BYTES || !is_field_value(id) {
        let detail = format!("`correlation_id` takes 1 to {TOKEN_MAX_BYTES} characters of visible ASCII");
        return Err(Problem::bad_request("invalid_correlation_id", detail));
    }
    Ok(Some(id.to_owned()))
}
