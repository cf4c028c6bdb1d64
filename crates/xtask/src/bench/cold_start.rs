//! From a process's start to its first call for work, against a Runtime API that never has any.

use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::process::Command;

use super::memory;

const RUNS: usize = 21;

pub(super) struct ColdStart {
    pub(super) fastest_ms: f64,
    pub(super) median_ms: f64,
    pub(super) slowest_ms: f64,
    /// The largest of all runs.
    pub(super) peak_kb: u64,
}

/// What the template sets, for every function; no call leaves the process before its first work.
pub(super) const ENVIRONMENT: [(&str, &str); 39] = [
    ("ALERT_TOPIC_ARN", "arn:aws:sns:us-east-1:000000000000:alerts"),
    ("ALLOWED_PORTS", "1-65535"),
    ("ALLOWED_TARGETS", "127.0.0.0/8"),
    ("ALLOW_HTTP_TARGETS", "false"),
    ("AUTH_MODE", "IAM"),
    ("AUTO_DISABLE_AFTER_DAYS", "5"),
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
    ("BUS_NAME", "hookstep"),
    ("CONFIGS_TABLE", "configs"),
    ("CONNECTION_NAME_PREFIX", "hookstep-"),
    ("DEAD_LETTER_QUEUE_URL", "http://127.0.0.1:1/000000000000/dead-letters"),
    ("EVENTS_TABLE", "events"),
    ("EVENT_RETENTION_DAYS", "30"),
    ("EXPRESS_MACHINE_ARN", "arn:aws:states:us-east-1:000000000000:stateMachine:express"),
    ("HISTORY_RETENTION_DAYS", "365"),
    ("HISTORY_TABLE", "history"),
    ("IDEMPOTENCY_TABLE", "idempotency"),
    ("INLINE_PAYLOAD_MAX_BYTES", "8192"),
    ("LOG_LEVEL", "info"),
    ("PAYLOAD_BUCKET", "payloads"),
    ("PUBLISH_SUCCEEDED", "false"),
    ("REDELIVERY_MACHINE_ARN", "arn:aws:states:us-east-1:000000000000:stateMachine:redelivery"),
    ("REPLAYS_TABLE", "replays"),
    ("REPLAY_MACHINE_ARN", "arn:aws:states:us-east-1:000000000000:stateMachine:replay"),
    ("SECRETS_KEY_ARN", "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"),
    ("SIGNING_KEYS_TABLE", "signing-keys"),
    ("STACK_NAME", "hookstep"),
    ("STANDARD_MACHINE_ARN", "arn:aws:states:us-east-1:000000000000:stateMachine:standard"),
    ("STATIC_IP", "false"),
    ("STATIC_IP_ADDRESSES", ""),
    ("STATS_DELAY_SECONDS", "120"),
    ("STATS_TABLE", "stats"),
];

pub(super) async fn measure(bootstrap: &Path) -> Result<ColdStart> {
    let mut times = Vec::new();
    let mut peak_kb = 0;
    for _ in 0..RUNS {
        let (time_ms, memory_kb) = once(bootstrap).await?;
        times.push(time_ms);
        peak_kb = peak_kb.max(memory_kb);
    }
    times.sort_by(f64::total_cmp);
    Ok(ColdStart { fastest_ms: times[0], median_ms: times[RUNS / 2], slowest_ms: times[RUNS - 1], peak_kb })
}

async fn once(bootstrap: &Path) -> Result<(f64, u64)> {
    let runtime_api = TcpListener::bind(("127.0.0.1", 0)).await?;
    let begun = Instant::now();
    let mut process = Command::new(bootstrap)
        .env_clear()
        .envs(ENVIRONMENT)
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api.local_addr()?.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", bootstrap.display()))?;
    let (mut call, _) = tokio::select! {
        call = runtime_api.accept() => call?,
        ended = process.wait() => anyhow::bail!("{} ended before it called for work: {}", bootstrap.display(), ended?),
    };
    let mut line = [0; 45];
    call.read_exact(&mut line).await?;
    let time_ms = begun.elapsed().as_secs_f64() * 1000.0;
    ensure!(line.starts_with(b"GET /2018-06-01/runtime/invocation/next "), "the first call is not one for work");
    let memory_kb = memory::peak_kb(process.id().context("the process has ended")?)?;
    process.kill().await?;
    Ok((time_ms, memory_kb))
}
