//! Deliveries through the whole stack: how long a caller waits, and how much memory each function takes.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use hookstep_local::api::{Api, NewWebhook, Trigger};
use hookstep_local::receiver::{LargeBodies, Receiver, ReceiverOptions};
use hookstep_local::stack::Stack;

use super::memory;

const SMALL_DELIVERIES: usize = 100;
const LARGE: [usize; 2] = [50_000_000, 500_000_000];
const LARGE_TIMEOUT_SECONDS: u32 = 300;
const LARGE_WITHIN: Duration = Duration::from_mins(6);

pub(super) async fn measure(stack: &Stack, dir: &Path) -> Result<String> {
    let options = ReceiverOptions::new().large_bodies(LargeBodies::Hashed);
    let receiver = Receiver::start_with(options).await?;
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

    let mut large = Vec::new();
    for size in LARGE {
        let milliseconds = deliver_large(&api, &receiver, size).await?;
        large.push((size, milliseconds, memory::peaks_of_functions(dir)?));
    }
    receiver.stop().await;

    let mut text = String::new();
    writeln!(
        text,
        "{SMALL_DELIVERIES} small sync deliveries, one after the other, ms (min median max): {:.0} {:.0} {:.0}",
        times[0],
        times[SMALL_DELIVERIES / 2],
        times[SMALL_DELIVERIES - 1]
    )?;
    for (size, milliseconds, _) in &large {
        writeln!(text, "one signed delivery of {size} bytes: {milliseconds:.0} ms")?;
    }
    writeln!(text, "\npeak memory of each function's processes, kB: after the small deliveries, after each large one")?;
    writeln!(text, "(goal for deliver: under 65536, whatever the payload's size)")?;
    for (name, peak) in &small {
        write!(text, "{name:<40} {peak:>8}")?;
        for (_, _, peaks) in &large {
            write!(text, " {:>8}", peaks.get(name).copied().unwrap_or_default())?;
        }
        writeln!(text)?;
    }
    Ok(text)
}

/// Uploads so many bytes and delivers them, signed by both schemes. Returns how long the delivery took, in milliseconds.
async fn deliver_large(api: &Api, receiver: &Receiver, size: usize) -> Result<f64> {
    let path = format!("/large/{size}");
    let draft = NewWebhook {
        timeout_seconds: Some(LARGE_TIMEOUT_SECONDS),
        ..NewWebhook::to("bench, large", receiver.url(&path))
    };
    let webhook = api.create_webhook(&draft).await?;
    let upload = api.create_upload(&webhook.config_id).await?;
    api.upload(&upload.upload, vec![b'x'; size]).await?;
    let trigger = Trigger { payload_id: Some(upload.payload_id), ..Trigger::default() };
    let begun = Instant::now();
    let accepted = api.trigger(&webhook.config_id, &trigger).await?;
    let event = api.wait_until_settled(&webhook.config_id, &accepted.event_id, LARGE_WITHIN).await?;
    let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    ensure!(event.status == "succeeded", "the delivery of {size} bytes ended {}: {:?}", event.status, event.reason);
    let request = receiver.requests_to(&path).pop().context("nothing was delivered")?;
    let stored = request.stored.as_ref().context("it is not large")?;
    ensure!(stored.size == size as u64, "{} bytes arrived", stored.size);
    let signed = request.header("webhook-signature").unwrap_or_default();
    ensure!(signed.starts_with("v1,") && signed.contains(" v1a,"), "it is signed {signed}");
    Ok(milliseconds)
}
