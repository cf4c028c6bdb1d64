//! When a failed delivery is to be tried again, as configured per webhook.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::attempt::{Attempt, Obstacle};
use crate::event::Leg;
use crate::exception::Exception;
use crate::ids::EventId;
use crate::limits::{LEG_MAX_SECONDS, RETRIES_MAX_COUNT, RETRY_INTERVAL_MAX_SECONDS};
use crate::response::{RETRY_AFTER, Response};
use crate::retry_after::retry_after;

/// What is worth another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RetryOn {
    /// There was no complete exchange.
    Network,
    /// Time was up.
    Timeout,
    /// 408 Request Timeout.
    RequestTimeout,
    /// 425 Too Early.
    TooEarly,
    /// 429 Too Many Requests.
    TooManyRequests,
    /// Any 5xx.
    ServerError,
    /// Any answer but 2xx.
    AnyRejection,
}

impl RetryOn {
    /// Every class.
    pub const ALL: [Self; 7] = [
        Self::Network,
        Self::Timeout,
        Self::RequestTimeout,
        Self::TooEarly,
        Self::TooManyRequests,
        Self::ServerError,
        Self::AnyRejection,
    ];

    /// The name in configs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::RequestTimeout => "408",
            Self::TooEarly => "425",
            Self::TooManyRequests => "429",
            Self::ServerError => "5xx",
            Self::AnyRejection => "non_2xx",
        }
    }

    /// The class of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }
}

/// A policy. The wait before retry `n` is entry `n` of the schedule, or the last one where the schedule is shorter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// 0 to 50; 0: one attempt and no more.
    pub max_retries: u32,
    /// 1 to 50 waits of 1 to 86,400 seconds each.
    pub schedule_seconds: Vec<u32>,
    /// What is tried again, without repeats.
    pub retry_on: Vec<RetryOn>,
}

impl Default for RetryPolicy {
    /// The schedule that Standard Webhooks 1.0.0 recommends.
    fn default() -> Self {
        Self {
            max_retries: 9,
            schedule_seconds: vec![5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
            retry_on: vec![
                RetryOn::Network,
                RetryOn::Timeout,
                RetryOn::RequestTimeout,
                RetryOn::TooEarly,
                RetryOn::TooManyRequests,
                RetryOn::ServerError,
            ],
        }
    }
}

impl RetryPolicy {
    /// Whether a number of retries is one that Hookstep takes.
    #[must_use]
    pub fn is_count(retries: u64) -> bool {
        retries <= u64::from(RETRIES_MAX_COUNT)
    }

    /// Whether a wait is one that Hookstep takes.
    #[must_use]
    pub fn is_interval(seconds: u64) -> bool {
        (1..=u64::from(RETRY_INTERVAL_MAX_SECONDS)).contains(&seconds)
    }
}

/// How a leg failed.
#[derive(Debug, Clone, Copy)]
pub enum Failure<'a> {
    /// Its attempt did not deliver.
    Attempt(&'a Attempt),
    /// It came to no attempt by a fault of ours.
    Exception(Exception),
}

/// Whether a failed leg is followed by another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is, at this moment.
    At(Timestamp),
    /// It would be, but the retries are used up, or the next one would be due after the event is forgotten.
    Exhausted,
    /// It is not: another attempt is not asked for, or would come to the same.
    Never,
}

impl RetryPolicy {
    /// What follows on a leg that failed at the moment `ended_at`.
    ///
    /// The wait is drawn evenly from nothing up to the schedule's entry ("full jitter"), by the event's id and the leg's number:
    /// whoever asks again comes to the same moment. A `Retry-After` of the receiver makes it longer, up to a day.
    #[must_use]
    pub fn next(&self, leg: &Leg, failure: Failure<'_>, ended_at: Timestamp) -> Next {
        if leg.one_attempt || self.max_retries == 0 || !self.covers(failure) {
            return Next::Never;
        }
        if leg.number > self.max_retries {
            return Next::Exhausted;
        }
        let wait = jitter(&leg.key.event_id, leg.number, self.wait_after(leg.number));
        let asked = match failure {
            Failure::Attempt(attempt) => attempt.response.as_ref().and_then(|response| asked_wait(response, ended_at)),
            Failure::Exception(_) => None,
        };
        let at = ended_at + wait.max(asked.unwrap_or_default());
        // Row and payload have to be there until the leg is over.
        let latest = leg.expires_at - SignedDuration::from_secs(i64::from(LEG_MAX_SECONDS));
        if at > latest { Next::Exhausted } else { Next::At(at) }
    }

    /// The schedule's entry for the wait after leg `number`, in seconds.
    fn wait_after(&self, number: u32) -> u32 {
        let place = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        self.schedule_seconds.get(place).or(self.schedule_seconds.last()).copied().unwrap_or(0)
    }

    /// Whether such a failure is worth another try.
    fn covers(&self, failure: Failure<'_>) -> bool {
        match failure {
            // What is missing stays missing. The rest comes right: with time, or by whoever reads the alert.
            Failure::Exception(exception) => {
                !matches!(exception, Exception::PayloadMissing | Exception::PayloadAltered)
            }
            Failure::Attempt(attempt) => match (&attempt.error, &attempt.response) {
                (Some(error), _) => class_of(error.obstacle).is_some_and(|class| self.retry_on.contains(&class)),
                (None, Some(response)) => self.covers_status(response.status_code),
                (None, None) => false,
            },
        }
    }

    fn covers_status(&self, status: u16) -> bool {
        let class = match status {
            // Gone: the receiver wants nothing more (Standard Webhooks 1.0.0).
            410 => return false,
            408 => Some(RetryOn::RequestTimeout),
            425 => Some(RetryOn::TooEarly),
            429 => Some(RetryOn::TooManyRequests),
            500..=599 => Some(RetryOn::ServerError),
            _ => None,
        };
        self.retry_on.contains(&RetryOn::AnyRejection) || class.is_some_and(|class| self.retry_on.contains(&class))
    }
}

/// The class of an obstacle. `None` where another try would meet it again.
fn class_of(obstacle: Obstacle) -> Option<RetryOn> {
    match obstacle {
        Obstacle::ConnectTimeout
        | Obstacle::TlsTimeout
        | Obstacle::FirstByteTimeout
        | Obstacle::ResponseTimeout
        | Obstacle::TokenTimeout => Some(RetryOn::Timeout),
        Obstacle::ConnectionRefused
        | Obstacle::ConnectionFailed
        | Obstacle::DnsFailure
        | Obstacle::TlsFailure
        | Obstacle::ConnectionClosed
        | Obstacle::InvalidResponse
        | Obstacle::ResponseIncomplete
        | Obstacle::StaticIpUnavailable
        | Obstacle::ConnectionUnavailable
        | Obstacle::TokenRejected
        | Obstacle::TokenInvalid
        | Obstacle::TokenUnreachable => Some(RetryOn::Network),
        Obstacle::AddressNotAllowed
        | Obstacle::TokenAddressNotAllowed
        | Obstacle::CredentialsMissing
        | Obstacle::BodyNotMergeable
        | Obstacle::PayloadNotJson
        | Obstacle::PayloadNotShapeable
        | Obstacle::TransformationFailed => None,
    }
}

/// How long the receiver asks to be left alone, at most a day.
fn asked_wait(response: &Response, now: Timestamp) -> Option<SignedDuration> {
    let (_, value) = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(RETRY_AFTER))?;
    let most = SignedDuration::from_secs(i64::from(RETRY_INTERVAL_MAX_SECONDS));
    Some(retry_after(value, now)?.min(most))
}

fn jitter(event_id: &EventId, leg: u32, most_seconds: u32) -> SignedDuration {
    let digest = Sha256::new().chain_update(event_id.as_str()).chain_update(leg.to_be_bytes()).finalize();
    let mut drawn = [0; 8];
    drawn.copy_from_slice(&digest[..8]);
    let most_ms = u64::from(most_seconds) * 1_000;
    // The high half of a product with a number of 64 bits: even, without a division.
    let wait = (u128::from(u64::from_be_bytes(drawn)) * u128::from(most_ms + 1)) >> 64;
    SignedDuration::from_millis(i64::try_from(wait).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_within_its_own_limits_and_names_lead_back() {
        let policy = RetryPolicy::default();
        assert!(RetryPolicy::is_count(u64::from(policy.max_retries)));
        assert!(policy.schedule_seconds.iter().all(|&seconds| RetryPolicy::is_interval(u64::from(seconds))));
        assert_eq!(policy.schedule_seconds.len(), policy.max_retries as usize);
        for class in RetryOn::ALL {
            assert_eq!(RetryOn::from_name(class.as_str()), Some(class));
        }
        assert!(!RetryPolicy::is_interval(0) && !RetryPolicy::is_interval(86_401) && !RetryPolicy::is_count(51));
    }
}
