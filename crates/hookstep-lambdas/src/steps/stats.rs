//! Statistics: counts the changes of event rows, batch by batch, as the table's stream tells of them.

use hookstep_aws::stats::Batch;
use hookstep_core::ports::{Clock, StatsCounter};
use hookstep_core::stats::count::CountStep;
use hookstep_core::stats::counts::Tally;
use hookstep_core::stats::histogram::{Histogram, value_of};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::fault::StepFault;
use crate::metrics::{Counted, Metrics};

/// What Lambda keeps for the next batch of the window: nothing. Windows are there because only with them a batch names its shard.
#[derive(Debug, Default, Serialize)]
pub struct Output {
    state: Map<String, Value>,
}

/// Counts a batch.
///
/// # Errors
/// It is no batch, or not all of it could be counted: Lambda hands it over again, and what was counted is left out.
pub async fn run<S, C>(step: &CountStep<'_, S>, clock: &C, metrics: &Metrics, input: Value) -> Result<Output, StepFault>
where
    S: StatsCounter,
    C: Clock,
{
    let batch = Batch::read(input)?;
    if batch.unreadable > 0 {
        // Not an error: it would come again for a day, and everything after it would wait.
        tracing::error!(target: "hookstep", changes = batch.unreadable, "not counted: they can't be read");
    }
    let Some(shard) = batch.shard else { return Ok(Output::default()) };
    let done = step.run(&shard, &batch.changes).await;
    metrics.deliveries(clock.now(), &counted(&done.newly));
    match done.error {
        None => Ok(Output::default()),
        Some(error) => Err(StepFault::of_stats(&error)),
    }
}

fn counted(newly: &Tally) -> Counted {
    let number = |number: i64| u64::try_from(number).unwrap_or(0);
    let counts = &newly.counts;
    Counted {
        accepted: number(counts.accepted),
        succeeded: number(counts.succeeded),
        failed: number(counts.failed),
        skipped: number(counts.skipped),
        attempts: number(counts.attempts),
        retries: number(counts.retries),
        reasons: counts.reasons.iter().map(|(code, count)| ((*code).to_owned(), number(*count))).collect(),
        claim_checks: number(newly.claim_checks),
        latency_ms: values(&counts.latencies_ms),
        payload_bytes: values(&newly.payload_bytes),
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is 5 % off anyway")]
fn values(histogram: &Histogram) -> Vec<(f64, u64)> {
    let positive = histogram.buckets().filter_map(|(bucket, count)| Some((bucket, u64::try_from(count).ok()?)));
    positive.map(|(bucket, count)| (value_of(bucket) as f64, count)).collect()
}
