//! Paths through `statemachine/replay.asl.json`. What its function does is told it here: which events it sends is tested with
//! the rest of the stack.

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use hookstep_tests::{Hookstep, SOON, until};
use serde_json::{Value, json};

use crate::interpreter::{self, Interpreter, unique};
use crate::path::states;

/// An execution that has ended.
#[derive(Debug)]
struct Seen {
    /// The machine.
    machine: String,
    /// What was replayed.
    replay: Value,
    /// The states that it entered.
    states: Vec<String>,
    /// Its status, and its error if it failed.
    status: String,
}

/// Runs a replay on one interpreter, beginning at this round, with a function that answers so.
async fn replayed(interpreter: &Interpreter, round: u32, said: &Value) -> Result<Seen> {
    let definition = interpreter.render_replay(said).await?;
    let machine = interpreter.deploy_definition("replay", &definition).await?;
    let replay = json!({ "tenant_id": "t", "config_id": "wh_1", "replay_id": unique("rep"), "run": 1 });
    let input = json!({ "replay": replay, "round": round });
    let (ended, history) = interpreter.run(&machine, &unique("run"), &input).await?;
    let failed = history.iter().find_map(|event| event["executionFailedEventDetails"]["error"].as_str());
    let status = failed.or(ended["status"].as_str()).context("no status")?.to_owned();
    Ok(Seen { machine, replay, states: states(&history), status })
}

/// Does this on each interpreter.
async fn on_each(see: impl AsyncFn(&Interpreter) -> Result<()>) -> Result<()> {
    let interpreters = interpreter::all(&Hookstep::connect()?).await?;
    let all = interpreters.iter().map(async |interpreter| see(interpreter).await.context(interpreter.name));
    try_join_all(all).await.map(|_| ())
}

fn again() -> Value {
    json!({ "done": false, "wait_seconds": 0 })
}

fn done() -> Value {
    json!({ "done": true, "wait_seconds": 0 })
}

#[tokio::test]
async fn batches_follow_on_each_other_until_one_was_the_last() -> Result<()> {
    on_each(async |interpreter| {
        let unavailable = json!({ "raise": "ReplaysUnavailable" });
        let seen = replayed(interpreter, 0, &json!({ "batch": [again(), unavailable, done()] })).await?;
        let (round, last) = (["ReplayBatch", "WhatNext", "KeepToTheRate", "CountRound"], ["WhatNext", "Done"]);
        assert_eq!(seen.states, [&round[..], &["ReplayBatch (2 times)"], &last].concat());
        assert_eq!(seen.status, "SUCCEEDED");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn after_a_thousand_rounds_another_execution_goes_on() -> Result<()> {
    on_each(async |interpreter| {
        let seen = replayed(interpreter, 1_000, &json!({ "batch": [again(), done()] })).await?;
        assert_eq!(seen.states, ["ReplayBatch", "WhatNext", "HandOver", "Done"]);
        assert_eq!(seen.status, "SUCCEEDED");
        let all = json!({ "stateMachineArn": seen.machine });
        let next = until("the next execution", SOON, async || {
            let listed = interpreter.engine_states("ListExecutions", &all).await?;
            let mut executions = listed["executions"].as_array().into_iter().flatten();
            let name = seen.replay["replay_id"].as_str().unwrap_or_default();
            let next = executions.find(|one| one["name"].as_str().is_some_and(|one| one.starts_with(name)));
            Ok(next.filter(|one| one["status"] == "SUCCEEDED").cloned())
        })
        .await?;
        assert_eq!(next["name"].as_str().map(str::len), Some(seen.replay["replay_id"].to_string().len() - 2 + 41));
        let next =
            interpreter.engine_states("DescribeExecution", &json!({ "executionArn": next["executionArn"] })).await?;
        let input: Value = serde_json::from_str(next["input"].as_str().context("no input")?)?;
        assert_eq!(input, json!({ "replay": seen.replay, "round": 0 }));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_replay_that_can_not_go_on_says_so_and_fails() -> Result<()> {
    on_each(async |interpreter| {
        let said = json!({ "batch": [{ "raise": "ReplayBroken" }], "mark_failed": [{}] });
        let seen = replayed(interpreter, 0, &said).await?;
        assert_eq!(seen.states, ["ReplayBatch", "MarkFailed", "Broken"]);
        assert_eq!(seen.status, "ReplayFailed");

        let said = json!({ "batch": [{ "done": "maybe", "wait_seconds": 0 }], "mark_failed": [{}] });
        let seen = replayed(interpreter, 0, &said).await?;
        assert_eq!(seen.states, ["ReplayBatch", "WhatNext", "UnknownAnswer", "MarkFailed", "Broken"]);
        assert_eq!(seen.status, "ReplayFailed");
        Ok(())
    })
    .await
}
