//! A replay of 10,000 events: how long until they are counted, started and received.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use hookstep_local::api::{Api, NewWebhook, Replay, Trigger};
use hookstep_local::aws;
use hookstep_local::receiver::Receiver;
use hookstep_local::stack::Stack;
use serde_json::{Value, json};

const EVENTS: usize = 10_000;
const PER_SECOND: u32 = 500;
/// What `BatchWriteItem` takes.
const BATCH: usize = 25;
const HOOK: &str = "/replay";

/// What events and the replay wait for at the most, in the engine.
const PATIENCE: Duration = Duration::from_mins(20);

pub(super) async fn measure(stack: &Stack) -> Result<String> {
    let receiver = Receiver::start().await?;
    let api = Api::new(&stack.api_url)?;
    let mut webhook = NewWebhook::to("bench", receiver.url(HOOK));
    webhook.enabled = Some(false);
    let id = api.create_webhook(&webhook).await?.config_id;
    let skipped = api.trigger(&id, &Trigger::json("{\"order\":4711}").and_wait()).await?;
    ensure!(skipped.status == "skipped", "the first event {}", skipped.status);
    copy(stack, &id, &skipped.event_id).await?;
    api.patch_webhook(&id, &json!({ "enabled": true })).await?;

    let began = Instant::now();
    let range = json!({ "status": "skipped", "from": "2026-01-01T00:00:00Z", "per_second": PER_SECOND });
    let counted = api.count_replay(&id, &range).await?;
    let counting = began.elapsed();
    ensure!(counted.events == EVENTS as u64 && counted.complete, "it counts {counted:?}");

    let began = Instant::now();
    let replay = api.replay(&id, &range).await?;
    let replay = api.wait_for_replay(&replay, PATIENCE, Replay::is_over).await?;
    let started = began.elapsed();
    ensure!(replay.status == "finished" && replay.replayed == EVENTS as u64, "{replay:?}");
    let requests = receiver.wait_for(HOOK, EVENTS, PATIENCE).await.context("not all of them came")?;
    let arrived = began.elapsed();
    let ids: BTreeSet<_> = requests.iter().filter_map(|request| request.header("webhook-id")).collect();
    ensure!(ids.len() == EVENTS && requests.len() == EVENTS, "{} requests of {} events", requests.len(), ids.len());
    receiver.stop().await;
    Ok(format!(
        "a replay of {EVENTS} events at {PER_SECOND} a second: counted in {:.2} s, every leg started after {:.1} s, every request received \
         after {:.1} s, each event once",
        counting.as_secs_f64(),
        started.as_secs_f64(),
        arrived.as_secs_f64()
    ))
}

/// Puts more rows like that of the event, until there are [`EVENTS`].
async fn copy(stack: &Stack, config_id: &str, event_id: &str) -> Result<()> {
    let call = async |action: &str, request: &Value| {
        aws::call(&stack.endpoint_url, "dynamodb", &format!("DynamoDB_20120810.{action}"), request).await
    };
    let key = json!({
        "webhook_shard": { "S": format!("default#{config_id}#{}", shard(event_id)?) },
        "event_id": { "S": event_id },
    });
    let found = call("GetItem", &json!({ "TableName": stack.events_table, "Key": key })).await?;
    let item = found.get("Item").context("the event has no row")?;
    let time = event_id.get(.."evt_".len() + 10).context("an event id")?;
    for start in (1..EVENTS).step_by(BATCH) {
        let mut puts = Vec::new();
        for number in start..EVENTS.min(start + BATCH) {
            let mut item = item.clone();
            let id = format!("{time}{number:016}");
            item["webhook_shard"] = json!({ "S": format!("default#{config_id}#{}", shard(&id)?) });
            item["webhook_status"] = json!({ "S": format!("default#{config_id}#skipped#{}", shard(&id)?) });
            item["event_id"] = json!({ "S": id });
            puts.push(json!({ "PutRequest": { "Item": item } }));
        }
        let request = json!({ "RequestItems": { (stack.events_table.as_str()): puts } });
        let answer = call("BatchWriteItem", &request).await?;
        let left = answer["UnprocessedItems"].as_object();
        ensure!(left.is_none_or(serde_json::Map::is_empty), "some were not written");
    }
    Ok(())
}

/// The partition that an event is in: by the last digit of its id.
fn shard(event_id: &str) -> Result<usize> {
    let last = event_id.chars().next_back().context("an event id")?;
    Ok("0123456789ABCDEFGHJKMNPQRSTVWXYZ".find(last).context("an event id")? % 8)
}
