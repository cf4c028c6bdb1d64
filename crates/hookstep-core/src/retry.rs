//! When a failed delivery is to be tried again, as configured per webhook.

use crate::limits::{RETRIES_MAX_COUNT, RETRY_INTERVAL_MAX_SECONDS};

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
