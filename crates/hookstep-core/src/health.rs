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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::AttemptError;
    use crate::auth::Auth;
    use crate::ids::{ConfigId, TenantId};
    use crate::response::{Response, ResponseBody};
    use crate::retry::RetryPolicy;
    use crate::shape::Shape;
    use crate::signing::Signing;
    use crate::webhook::{Method, TimeoutSeconds, WebhookUrl};
    use proptest::prelude::*;

    const SPAN: Duration = Duration::from_hours(120);
    const DAY: i64 = 86_400;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn webhook(status: Status, failing_since: Option<Timestamp>) -> Webhook {
        Webhook {
            id: ConfigId::generate(at(0), 7),
            tenant: TenantId::single(),
            name: "name".to_owned(),
            description: String::new(),
            event_name: None,
            filter: None,
            url: WebhookUrl::parse("https://example.com", false).unwrap(),
            method: Method::Post,
            headers: vec![],
            auth: Auth::None,
            signing: Signing::off(),
            shape: Shape::default(),
            static_ip: false,
            secrets: None,
            status,
            status_reason: None,
            failing_since,
            timeout: TimeoutSeconds::DEFAULT,
            retry_policy: RetryPolicy::default(),
            created_at: at(0),
            updated_at: at(0),
            version: 3,
        }
    }

    fn attempt(status_code: Option<u16>, obstacle: Option<Obstacle>) -> Attempt {
        let answered = |status_code| Response {
            status_code,
            headers: vec![],
            body: ResponseBody::Inline(bytes::Bytes::new()),
            truncated: false,
        };
        Attempt {
            number: 1,
            started_at: at(0),
            duration_ms: 1,
            first_byte_ms: None,
            response: status_code.map(answered),
            error: obstacle.map(|obstacle| AttemptError { obstacle, detail: "a detail of the row".to_owned() }),
        }
    }

    fn of(webhook: &Webhook, source: Source, attempt: &Attempt, now: i64) -> Consequence {
        consequence(webhook, source, attempt, SPAN, at(now))
    }

    #[test]
    fn the_reason_says_since_when_and_what_came_last_without_details() {
        let failing = webhook(Status::Active, Some(at(1_800_000_000) + SignedDuration::from_millis(250)));
        let told = |attempt: &Attempt| match of(&failing, Source::Api, attempt, 1_800_000_000 + 6 * DAY) {
            Consequence::AutoDisable { reason } => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            told(&attempt(Some(503), None)),
            "nothing was delivered since 2027-01-15T08:00:00Z; at the last attempt the receiver answered 503"
        );
        assert_eq!(
            told(&attempt(None, Some(Obstacle::DnsFailure))),
            "nothing was delivered since 2027-01-15T08:00:00Z; at the last attempt the receiver's host name does not resolve"
        );
        assert_eq!(told(&attempt(Some(410), None)), "the receiver answered 410 Gone");
    }

    #[test]
    fn a_webhook_has_the_whole_span_and_no_second_more() {
        let failing = webhook(Status::Active, Some(at(0)));
        let failed = attempt(Some(500), None);
        assert_eq!(of(&failing, Source::Api, &failed, 5 * DAY - 1), Consequence::None);
        assert!(matches!(of(&failing, Source::Api, &failed, 5 * DAY), Consequence::AutoDisable { .. }));
    }

    #[test]
    fn gone_is_a_whole_answer_of_410_and_nothing_else() {
        let active = webhook(Status::Active, None);
        for status_code in 100..600 {
            let disables = matches!(
                of(&active, Source::Replay, &attempt(Some(status_code), None), 0),
                Consequence::AutoDisable { .. }
            );
            assert_eq!(disables, status_code == 410, "{status_code}");
        }
        let broken = attempt(Some(410), Some(Obstacle::ResponseIncomplete));
        assert_eq!(of(&active, Source::Api, &broken, 0), Consequence::StartsFailing);
    }

    #[test]
    fn the_history_names_hookstep_and_the_next_version() {
        let entry = auto_disabled(&webhook(Status::Active, None), at(9));
        assert_eq!((entry.version, entry.at, entry.action), (4, at(9), Action::Disabled));
        assert_eq!(entry.actor, Actor::hookstep());
        assert_eq!(entry.changed_fields, ["/enabled"]);
    }

    /// One thing that happens to a webhook.
    #[derive(Debug, Clone)]
    enum Happening {
        Delivered,
        Failed(Source, Attempt),
        Changed,
    }

    fn happening() -> impl Strategy<Value = Happening> {
        let obstacle = (0..Obstacle::ALL.len()).prop_map(|at| attempt(None, Some(Obstacle::ALL[at])));
        let rejected = (300_u16..600).prop_map(|status_code| attempt(Some(status_code), None));
        let gone = Just(attempt(Some(410), None));
        let failed = prop_oneof![4 => rejected, 4 => obstacle, 1 => gone];
        let source = (0..Source::ALL.len()).prop_map(|at| Source::ALL[at]);
        prop_oneof![
            1 => Just(Happening::Delivered),
            8 => (source, failed).prop_map(|(source, attempt)| Happening::Failed(source, attempt)),
            1 => Just(Happening::Changed),
        ]
    }

    /// Whether a failure is one that the documentation says counts.
    fn counts(source: Source, attempt: &Attempt) -> bool {
        let of_the_payload =
            ["body_not_mergeable", "payload_not_json", "payload_not_shapeable", "transformation_failed"];
        let code = attempt.error.as_ref().map(|error| error.obstacle.code());
        source != Source::Test
            && code.is_none_or(|code| !of_the_payload.contains(&code) && code != "static_ip_unavailable")
    }

    proptest! {
        /// Against the whole history, which the rule itself never sees.
        #[test]
        fn a_webhook_is_disabled_by_410_or_by_a_span_without_a_success(
            history in prop::collection::vec((0_i64..3 * DAY, happening()), 1..40),
        ) {
            let (mut now, mut first_failure) = (0, None);
            let mut current = webhook(Status::Active, None);
            for (gap, happening) in history {
                now += gap;
                let Happening::Failed(source, attempt) = happening else {
                    (current.failing_since, first_failure) = (None, None);
                    continue;
                };
                let since = match first_failure {
                    None if counts(source, &attempt) => *first_failure.insert(now),
                    None => now,
                    Some(since) => since,
                };
                let is_gone = attempt.response.as_ref().is_some_and(|response| response.status_code == 410);
                let expected = counts(source, &attempt) && (is_gone || now - since >= 5 * DAY);
                match of(&current, source, &attempt, now) {
                    Consequence::AutoDisable { .. } => {
                        prop_assert!(expected);
                        current.status = Status::AutoDisabled;
                        break;
                    }
                    Consequence::StartsFailing => current.failing_since = Some(at(now)),
                    Consequence::None => {}
                }
                prop_assert!(!expected);
                prop_assert_eq!(current.failing_since, first_failure.map(at));
            }
            // Nothing follows for one that is disabled already, by whomever.
            for status in [current.status, Status::Disabled].into_iter().filter(|status| *status != Status::Active) {
                let disabled = webhook(status, current.failing_since);
                prop_assert_eq!(of(&disabled, Source::Api, &attempt(Some(410), None), now + 9 * DAY), Consequence::None);
            }
        }

        #[test]
        fn no_span_and_no_moment_breaks_the_rule(seconds: u64, since in 0_i64..253_402_207_200, now in 0_i64..253_402_207_200) {
            let failing = webhook(Status::Active, Some(at(since)));
            let _ = consequence(&failing, Source::Api, &attempt(Some(500), None), Duration::from_secs(seconds), at(now));
        }
    }
}
