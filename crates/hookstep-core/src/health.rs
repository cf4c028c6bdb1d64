//! When a webhook whose receiver keeps failing is disabled.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::attempt::{Attempt, Obstacle, Outcome};
use crate::event::Source;
use crate::history::{Action, Actor, Entry};
use crate::webhook::{Status, Webhook};

/// What a failed attempt means for its webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consequence {
    /// Nothing.
    None,
    /// It fails from now on: the attempt is the first since its last success, or since somebody changed it.
    StartsFailing,
    /// It is to be disabled.
    AutoDisable {
        /// Why, as one plain sentence.
        reason: String,
    },
}

const GONE: u16 = 410;

/// What follows from an attempt that failed at `now`, for its webhook as it is then.
///
/// - 410 Gone is the receiver's word that it wants nothing more: the webhook is disabled at once.
/// - A webhook that has failed for `span` or longer, with no success in between, is disabled with the next failure.
/// - Tests count for nothing, and neither do failures that say nothing of the receiver: a payload that is not of the form
///   that the webhook takes, a static IP address that the deployment has not.
#[must_use]
pub fn consequence(
    webhook: &Webhook,
    source: Source,
    attempt: &Attempt,
    span: Duration,
    now: Timestamp,
) -> Consequence {
    let counts = match &attempt.error {
        Some(error) => says_something_of_the_receiver(error.obstacle),
        None => attempt.outcome() != Outcome::Delivered,
    };
    if webhook.status != Status::Active || source == Source::Test || !counts {
        return Consequence::None;
    }
    if is_gone(attempt) {
        return Consequence::AutoDisable { reason: "the receiver answered 410 Gone".to_owned() };
    }
    let Some(since) = webhook.failing_since else { return Consequence::StartsFailing };
    if now.duration_since(since) < SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX) {
        return Consequence::None;
    }
    let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
    let reason = format!("nothing was delivered since {since}; at the last attempt {}", told(attempt));
    Consequence::AutoDisable { reason }
}

/// What the history of a webhook says of its being disabled by Hookstep.
#[must_use]
pub fn auto_disabled(webhook: &Webhook, now: Timestamp) -> Entry {
    Entry {
        version: webhook.version + 1,
        at: now,
        actor: Actor::hookstep(),
        action: Action::Disabled,
        changed_fields: vec!["/enabled".to_owned()],
    }
}

/// Whether the receiver said by a complete answer that it is gone for good (RFC 9110, section 15.5.11).
fn is_gone(attempt: &Attempt) -> bool {
    attempt.error.is_none() && attempt.response.as_ref().is_some_and(|response| response.status_code == GONE)
}

fn says_something_of_the_receiver(obstacle: Obstacle) -> bool {
    !matches!(
        obstacle,
        Obstacle::BodyNotMergeable
            | Obstacle::PayloadNotJson
            | Obstacle::PayloadNotShapeable
            | Obstacle::TransformationFailed
            | Obstacle::StaticIpUnavailable
    )
}

/// What an attempt came to, without the details of its row.
fn told(attempt: &Attempt) -> String {
    match (&attempt.error, &attempt.response) {
        (Some(error), _) => error.obstacle.sentence().to_owned(),
        (None, Some(response)) => format!("the receiver answered {}", response.status_code),
        (None, None) => Obstacle::ConnectionFailed.sentence().to_owned(),
    }
}
