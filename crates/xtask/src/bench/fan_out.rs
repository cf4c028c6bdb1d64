//! Events of the bus: how long it takes to find who wants one among 100,000 webhooks, and to bring one to 1,000.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use hookstep_local::api::{Api, NewWebhook};
use hookstep_local::aws;
use hookstep_local::receiver::Receiver;
use hookstep_local::stack::Stack;
use serde_json::{Value, json};

/// Webhooks of each event name of a tenant.
const OF_A_NAME: usize = 100;
/// Webhooks of each tenant: the engine compares each key of an index's partition with the wanted one, where `DynamoDB` seeks, so
/// that one tenant with all of them would measure the engine.
const OF_A_TENANT: usize = 1_000;
const WEBHOOKS: usize = 100_000;
/// Webhooks of the event that is brought to many.
const MANY: usize = 1_000;
const EVENTS: usize = 50;
const WRITERS: usize = 4;
/// What `BatchWriteItem` takes.
const BATCH: usize = 25;

/// What events wait for at the most, in the engine.
const PATIENCE: Duration = Duration::from_mins(10);

pub(super) async fn measure(stack: &Stack) -> Result<String> {
    put(stack, 0, OF_A_NAME).await?;
    let alone = look(stack, "bench.0", OF_A_NAME).await?;
    put(stack, OF_A_NAME, WEBHOOKS).await?;
    let among = look(stack, "bench.0", OF_A_NAME).await?;
    let nobody = look(stack, "bench.nobody", 0).await?;
    let (started, arrived) = bring_to_many(stack).await?;
    Ok(format!(
        "an event of the bus against {OF_A_NAME} filters: {alone:.1} ms; the same among {WEBHOOKS} webhooks: {among:.1} ms; an event that \
         nobody listens to: {nobody:.1} ms (median of {EVENTS} invocations)\n\
         one event for {MANY} webhooks: every leg started after {:.1} s, every request received after {:.1} s",
        started.as_secs_f64(),
        arrived.as_secs_f64()
    ))
}

/// Puts the webhooks of these numbers past the API, each with a filter of its own.
async fn put(stack: &Stack, from: usize, to: usize) -> Result<()> {
    let writers = (0..WRITERS).map(|writer| {
        let stack = stack.clone();
        tokio::spawn(async move {
            for start in (from + writer * BATCH..to).step_by(WRITERS * BATCH) {
                let puts: Vec<Value> = (start..to.min(start + BATCH)).map(put_request).collect();
                let request = json!({ "RequestItems": { (stack.configs_table.as_str()): puts } });
                let answer =
                    aws::call(&stack.endpoint_url, "dynamodb", "DynamoDB_20120810.BatchWriteItem", &request).await?;
                let left = answer["UnprocessedItems"].as_object();
                ensure!(left.is_none_or(serde_json::Map::is_empty), "some were not written");
            }
            Ok(())
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await??;
    }
    Ok(())
}

fn put_request(number: usize) -> Value {
    let filter = json!({ "detail": { "shop": [number], "total": [{ "numeric": [">", 10] }] } });
    let tenant = match number / OF_A_TENANT {
        0 => "default".to_owned(),
        other => format!("bench-{other}"),
    };
    json!({ "PutRequest": { "Item": {
        "tenant_id": { "S": tenant },
        "config_id": { "S": format!("wh_{number:026}") },
        "event_name": { "S": format!("bench.{}", number % OF_A_TENANT / OF_A_NAME) },
        "filter": { "S": filter.to_string() },
        "status": { "S": "active" },
        "timeout_seconds": { "N": "30" },
        "url": { "S": "https://example.com/" },
        "description": { "S": "x".repeat(200) },
    } } })
}

/// The median time of invocations for events that no filter takes, in milliseconds.
async fn look(stack: &Stack, name: &str, listening: usize) -> Result<f64> {
    let mut times = Vec::new();
    for number in 0..EVENTS {
        let began = Instant::now();
        let said = hand_over(stack, &number.to_string(), name, &json!({ "shop": -1, "total": 11 })).await?;
        times.push(began.elapsed());
        ensure!(said == json!({ "listening": listening, "matched": 0, "started": 0 }), "it says {said}");
    }
    times.sort_unstable();
    Ok(times[EVENTS / 2].as_secs_f64() * 1_000.0)
}

async fn hand_over(stack: &Stack, id: &str, name: &str, detail: &Value) -> Result<Value> {
    let event = json!({ "id": id, "detail-type": name, "source": "bench", "detail": detail });
    aws::invoke(&stack.endpoint_url, &stack.functions.trigger, &event).await
}

/// How long it takes until every leg is started, and until every request is there.
async fn bring_to_many(stack: &Stack) -> Result<(Duration, Duration)> {
    let receiver = Receiver::start().await?;
    let api = Api::new(&stack.api_url)?;
    for _ in 0..MANY {
        let mut webhook = NewWebhook::to("bench", receiver.url("/many"));
        webhook.event_name = Some("bench.many".to_owned());
        api.create_webhook(&webhook).await?;
    }
    let began = Instant::now();
    let said = hand_over(stack, "many", "bench.many", &json!({ "n": 1 })).await?;
    let started = began.elapsed();
    ensure!(said["started"] == MANY, "it says {said}");
    let requests = receiver.wait_for("/many", MANY, PATIENCE).await.context("not all of them came")?;
    let arrived = began.elapsed();
    ensure!(requests.len() == MANY, "{} requests came", requests.len());
    receiver.stop().await;
    Ok((started, arrived))
}
