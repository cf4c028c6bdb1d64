//! What passes between the process that delivers and the one that evaluates.
//!
//! A job is a line of JSON, then the payload to the end of the input. An answer is a mark of one byte, then the result or
//! lines of JSON about the failure. Nobody else speaks this: both ends are the same program.

use std::borrow::Cow;

use hookstep_core::limits::TRANSFORM_OUTPUT_MAX_BYTES;
use hookstep_core::ports::Transformation;
use serde::{Deserialize, Serialize};

/// The first byte of an answer that is a result.
pub(super) const RESULT: u8 = b'=';

/// The first byte of an answer that is a failure.
pub(super) const FAILURE: u8 = b'!';

/// A job's first line: the expression, at worst six bytes for each of its own, and four short texts.
pub(super) const JOB_MAX_BYTES: u64 = 65_536;

/// An answer: the mark and a result, or a failure, which is far shorter.
pub(super) const ANSWER_MAX_BYTES: usize = 1 + TRANSFORM_OUTPUT_MAX_BYTES;

/// What is to be done.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JobJson<'a> {
    /// The expression.
    #[serde(borrow)]
    pub(super) expression: Cow<'a, str>,
    /// What `$event` is.
    #[serde(borrow)]
    pub(super) event: EventJson<'a>,
}

/// `$event`. A name that the event does not have is left out: then `$event.event_name` is nothing, as any member that is
/// not there.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct EventJson<'a> {
    #[serde(borrow)]
    pub(super) event_id: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) event_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) created_at: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) config_id: Cow<'a, str>,
}

impl<'a> From<Transformation<'a>> for JobJson<'a> {
    fn from(job: Transformation<'a>) -> Self {
        Self {
            expression: job.expression.into(),
            event: EventJson {
                event_id: job.event.event_id.into(),
                event_name: job.event.event_name.map(Into::into),
                created_at: job.event.created_at.into(),
                config_id: job.event.config_id.into(),
            },
        }
    }
}

/// A line about a failure. The first says what, a second one may follow and say where: to find that out may take more than
/// the process is given, and then the first line stands.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum FailureJson {
    /// What went wrong.
    #[serde(rename = "message")]
    What(String),
    /// In which part of the expression.
    #[serde(rename = "place")]
    Where(String),
}
