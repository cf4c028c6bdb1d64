//! The function that counts is killed, and its table's answers are lost, while it counts: each event is counted once.

use anyhow::Result;
use hookstep_tests::{LambdaProcess, Refusal, SOON, Trigger, until};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::killed_functions::kill_the_one_called;
use crate::stage::{IN_THE_END, Stage, alone, beside_others, soon};

/// What is counted of the stage's webhook: accepted, succeeded, attempts.
async fn counted(stage: &Stage) -> Result<[u64; 3]> {
    let api = &stage.scene.hookstep.api;
    let path = format!("/webhook/{}/stats", stage.scene.webhook.config_id);
    let stats: Value = api.send(api.request(Method::GET, &path)).await?.expect(StatusCode::OK)?;
    Ok(["accepted", "succeeded", "attempts"].map(|name| stats["totals"][name].as_u64().unwrap()))
}

async fn wait_for_count(stage: &Stage, count: u64) -> Result<()> {
    until("events to be counted", IN_THE_END, async || Ok((counted(stage).await? == [count; 3]).then_some(()))).await
}

/// Delivers so many events.
async fn deliver(stage: &mut Stage, count: usize) -> Result<()> {
    for _ in 0..count {
        let id = stage.trigger(&Trigger::json("{}")).await?;
        assert_eq!(stage.scene.settled_within(&id, SOON).await?.status, "succeeded");
    }
    Ok(())
}

/// A stage on which one event was counted, by a function whose processes are stopped since.
async fn frozen() -> Result<(Stage, Vec<LambdaProcess>)> {
    let mut stage = Stage::new(soon(0)).await?;
    deliver(&mut stage, 1).await?;
    wait_for_count(&stage, 1).await?;
    let function = stage.scene.hookstep.stack.functions.stats.clone();
    let processes = stage.engine().processes_of(&function)?;
    for process in &processes {
        process.freeze()?;
    }
    Ok((stage, processes))
}

#[tokio::test]
async fn a_function_that_is_killed_with_a_batch_counts_it_the_next_time() -> Result<()> {
    let _alone = alone().await;
    let (mut stage, processes) = frozen().await?;
    deliver(&mut stage, 4).await?;
    kill_the_one_called(processes).await?;
    wait_for_count(&stage, 5).await?;
    deliver(&mut stage, 1).await?;
    wait_for_count(&stage, 6).await
}

#[tokio::test]
async fn a_batch_that_was_counted_without_an_answer_is_not_counted_again() -> Result<()> {
    let _alone = alone().await;
    let (mut stage, processes) = frozen().await?;
    deliver(&mut stage, 4).await?;
    let engine = stage.engine();
    engine.refuse_writes(Refusal::AnswerLost).await?;
    for process in &processes {
        process.resume()?;
    }
    // It is counted, and the function is told that it is not. So it gets the batch again, with what came after it.
    let written = wait_for_count(&stage, 5).await;
    engine.take_writes().await?;
    written?;
    deliver(&mut stage, 2).await?;
    wait_for_count(&stage, 7).await
}

/// The same batch by hand, as Lambda would never hand it over twice without a fault.
#[tokio::test]
async fn a_batch_that_is_handed_over_twice_is_counted_once_and_one_without_a_shard_not_at_all() -> Result<()> {
    let _others = beside_others().await;
    let stage = Stage::new(soon(0)).await?;
    let function = stage.scene.hookstep.stack.functions.stats.clone();
    let now = jiff::Timestamp::now().to_string();
    let text = |text: &str| json!({ "S": text });
    let row = json!({
        "tenant_id": text(&stage.scene.webhook.tenant_id),
        "config_id": text(&stage.scene.webhook.config_id),
        "event_id": text("evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2"),
        "created_at": text(&now),
        "updated_at": text(&now),
        "status": text("succeeded"),
        "attempts": { "L": [{ "M": { "number": { "N": "1" }, "duration_ms": { "N": "7" }, "status_code": { "N": "200" } } }] },
    });
    let record = json!({ "eventName": "INSERT", "dynamodb": { "SequenceNumber": "7", "NewImage": row } });
    let batch = json!({ "Records": [record], "shardId": "shardId-by-hand", "state": {} });
    for _ in 0..2 {
        assert_eq!(stage.engine().invoke(&function, &batch).await?, json!({ "state": {} }));
        assert_eq!(counted(&stage).await?, [1; 3]);
    }
    let of_none = json!({ "Records": batch["Records"] });
    assert_eq!(stage.engine().invoke(&function, &of_none).await?["errorType"], "InputInvalid");
    assert_eq!(counted(&stage).await?, [1; 3]);
    Ok(())
}
