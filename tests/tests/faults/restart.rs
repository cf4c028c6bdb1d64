//! The engine is stopped in the middle of everything and started again: each of its executions is dead then, without a word. (AWS would have gone
//! on. What it has in its tables is kept here as there.)

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use hookstep_local::python_env::PythonEnv;
use hookstep_local::{LocalStack, StackOptions, Trust, Workspace};
use hookstep_tests::{Api, Book, Event, HOOK, Hold, Hookstep, Ledger, Receiver, SOON, Script, Trigger, unique, until};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::stage::{IN_THE_END, later};

/// Events of each kind.
const EVENTS: usize = 4;

async fn started(options: &StackOptions) -> Result<(LocalStack, Hookstep)> {
    let workspace = Workspace::find()?;
    let venv = workspace.local_dir().join("venv");
    let python = PythonEnv::prepare(&venv, &workspace.tools_dir().join("engine.lock"), || ()).await?;
    let running = LocalStack::start(&workspace, &python, options, &|_| ()).await?;
    let stack = running.stack().clone();
    let api = Api::new(&stack.api_url)?;
    Ok((running, Hookstep { stack, api }))
}

/// Lets the deadlines of all rows in progress pass.
async fn let_time_pass(hookstep: &Hookstep) -> Result<usize> {
    let (dynamodb, table) = (hookstep.engine().dynamodb, &hookstep.stack.events_table);
    let open = dynamodb.scan().table_name(table).filter_expression("attribute_exists(open_shard)").send().await?;
    for row in open.items() {
        let update = dynamodb
            .update_item()
            .table_name(table)
            .set_key(Some(["webhook_shard", "event_id"].map(|name| (name.to_owned(), row[name].clone())).into()));
        let update = update.update_expression("SET deadline_at = :past");
        update.expression_attribute_values(":past", AttributeValue::N("1".to_owned())).send().await?;
    }
    Ok(open.items().len())
}

/// Runs reconciliation. Returns how many legs it started, and how many events wait for another leg by its doing.
async fn swept(hookstep: &Hookstep) -> Result<[usize; 2]> {
    let sweep = json!({ "task": "sweep" });
    let done = hookstep.engine().invoke(&hookstep.stack.functions.reconcile, &sweep).await?;
    let count = |what: &str| done[what].as_u64().and_then(|count| usize::try_from(count).ok());
    Ok([count("started").context("no count")?, count("waits").context("no count")?])
}

#[tokio::test]
async fn what_was_under_way_is_brought_to_its_end() -> Result<()> {
    let dir = std::env::temp_dir().join(unique("hookstep-faults"));
    std::fs::create_dir_all(&dir)?;
    let mut options = StackOptions { keep_state: true, trust: Trust::OwnAuthority, ..StackOptions::empty(dir.clone()) };
    let (first, hookstep) = started(&options).await?;
    let (receiver, book) = (Receiver::start().await?, Book::default());
    let webhook = hookstep.webhook_to(&receiver, HOOK, |draft| draft.set("retry_policy", later())).await?;
    let config_id = &webhook.config_id;
    let payload = Trigger::json("{}");
    let trigger = async || {
        let outcomes = try_join_all((0..EVENTS).map(|_| hookstep.api.trigger(config_id, &payload))).await?;
        anyhow::Ok(outcomes.into_iter().map(|outcome| outcome.event_id).collect::<BTreeSet<_>>())
    };

    // Some are delivered, some wait for another attempt, and some are being sent.
    receiver.on(HOOK, book.deciding(|_, _| true));
    let delivered = trigger().await?;
    for id in &delivered {
        assert_eq!(hookstep.api.wait_until_settled(config_id, id, SOON).await?.status, "succeeded");
    }
    receiver.on(HOOK, book.deciding(|_, _| false));
    let waiting = trigger().await?;
    until("events that wait for their next attempts", SOON, async || {
        let open = hookstep.api.list_events(config_id, "status=in_progress&limit=100").await?.data;
        let waits = |event: &Event| event.rest.get("next_attempt_at").is_some_and(Value::is_string);
        Ok((open.iter().filter(|event| waits(event)).count() == EVENTS).then_some(()))
    })
    .await?;
    let hold = Hold::new();
    receiver.on(HOOK, book.refusing(Script::status(200).held_by(&hold)));
    let being_sent = trigger().await?;
    receiver.wait_for(HOOK, 3 * EVENTS, SOON).await?;

    let port = hookstep.stack.endpoint_url.rsplit(':').next().and_then(|port| port.parse().ok());
    first.stop().await?;
    receiver.on(HOOK, book.deciding(|_, _| true));
    options.port = Some(port.context("an endpoint without a port")?);
    let (second, hookstep) = started(&options).await?;
    // Legs that died are followed by others, later; waits that died are over.
    assert_eq!(let_time_pass(&hookstep).await?, 2 * EVENTS);
    assert_eq!(swept(&hookstep).await?, [EVENTS, EVENTS]);
    for id in &waiting {
        assert_eq!(hookstep.api.wait_until_settled(config_id, id, IN_THE_END).await?.status, "succeeded");
    }
    assert_eq!(let_time_pass(&hookstep).await?, EVENTS);
    assert_eq!(swept(&hookstep).await?, [EVENTS, 0]);

    let accepted: BTreeSet<String> = [delivered, waiting, being_sent].into_iter().flatten().collect();
    let ledger = hookstep.ledger(config_id, &accepted, &book, IN_THE_END).await?;
    println!("{ledger:?}");
    // Those that waited were refused once, and those that were being sent came to no answer.
    assert_eq!(ledger, Ledger::all_succeeded(3 * EVENTS, 5 * EVENTS));
    // What was counted before and what was not yet come to one sum.
    until("everything to be counted", SOON, async || {
        let request = hookstep.api.request(Method::GET, &format!("/webhook/{config_id}/stats"));
        let totals = hookstep.api.send(request).await?.expect::<Value>(StatusCode::OK)?["totals"].clone();
        let all = json!([3 * EVENTS, 3 * EVENTS, 0]);
        Ok((json!([totals["accepted"], totals["succeeded"], totals["in_progress"]]) == all).then_some(()))
    })
    .await?;
    second.stop().await?;
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
