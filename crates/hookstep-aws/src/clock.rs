//! The time and randomness of the operating system.

use std::time::Duration;

use hookstep_core::ports::{Clock, Entropy};
use jiff::Timestamp;

/// The system's clock and its source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Clock for System {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        // To the millisecond: every digit of a time is stored in each row, and nothing is measured more finely.
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a sync trigger looks at a row again after a while; it never waits for a retry"
    )]
    async fn pause(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

impl Entropy for System {
    fn random(&self) -> u128 {
        let mut bytes = [0; 16];
        // The kernel's generator fails only where it does not exist. Ids stay unique per millisecond even so,
        // because the machine's condition on the row refuses a second event of the same id.
        let _ = getrandom::fill(&mut bytes);
        u128::from_ne_bytes(bytes)
    }
}
