//! Deliveries through the whole stack: how long a caller waits, and how much memory each function takes.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hookstep_local::api::{Api, NewWebhook, Trigger};
use hookstep_local::receiver::Receiver;
use hookstep_local::stack::Stack;

use super::memory;

const SMALL_DELIVERIES: usize = 100;
const LARGE_BYTES: usize = 50_000_000;
const LARGE_WITHIN: Duration = Duration::from_mins(2);

pub(super) async fn measure(stack: &Stack, dir: &Path) -> Result<String> {
    let receiver = Receiver::start().await?;
    let api = Api::new(&stack.api_url)?;
    let webhook = api.create_webhook(&NewWebhook::to("bench", receiver.url("/bench"))).await?;

    let mut times = Vec::new();
    for number in 0..SMALL_DELIVERIES {
        let trigger = Trigger::json(format!(r#"{{"number":{number}}}"#)).and_wait();
        let begun = Instant::now();
        let outcome = api.trigger(&webhook.config_id, &trigger).await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        ensure!(outcome.status == "succeeded", "delivery {number} ended {}", outcome.status);
    }
    times.sort_by(f64::total_cmp);
    let small = memory::peaks_of_functions(dir)?;

    let upload = api.create_upload(&webhook.config_id).await?;
    api.upload(&upload.upload, vec![b'x'; LARGE_BYTES]).await?;
    let trigger = Trigger { payload_id: Some(upload.payload_id), ..Trigger::default() };
    let begun = Instant::now();
    let accepted = api.trigger(&webhook.config_id, &trigger).await?;
    let event = api.wait_until_settled(&webhook.config_id, &accepted.event_id, LARGE_WITHIN).await?;
    let large_ms = begun.elapsed().as_secs_f64() * 1000.0;
    ensure!(event.status == "succeeded", "the large delivery ended {}", event.status);
    let large = memory::peaks_of_functions(dir)?;
    receiver.stop().await;

    let mut text = String::new();
    writeln!(
        text,
        "{SMALL_DELIVERIES} small sync deliveries, one after the other, ms (min median max): {:.0} {:.0} {:.0}",
        times[0],
        times[SMALL_DELIVERIES / 2],
        times[SMALL_DELIVERIES - 1]
    )?;
    writeln!(text, "one delivery of {LARGE_BYTES} bytes: {large_ms:.0} ms")?;
    writeln!(text, "\npeak memory of each function's processes, kB (after the small, after the large)")?;
    for (name, peak) in &large {
        let before = small.get(name).copied().unwrap_or_default();
        writeln!(text, "{name:<40} {before:>8} {peak:>8}")?;
    }
    Ok(text)
}
