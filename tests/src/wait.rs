//! Waiting for conditions.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// How long anything may take that is not slow on purpose. Far more than it does: the machine may be busy with other tests.
pub const SOON: Duration = Duration::from_secs(45);

const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Looks until there is something to see, and returns that. `what` ends the sentence "after 45 s still waiting for".
pub async fn until<T>(what: &str, within: Duration, look: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(seen) = look().await? {
            return Ok(seen);
        }
        if Instant::now() > deadline {
            bail!("after {} s still waiting for {what}", within.as_secs());
        }
        sleep(LOOK_EVERY).await;
    }
}
