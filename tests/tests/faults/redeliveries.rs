//! Redeliveries that are interrupted while they wait.

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_tests::{Event, HOOK, Ledger, Trigger};
use serde_json::json;

use crate::stage::{Stage, alone, later};

/// Lets the day pass for which the event was to wait, and two minutes more.
pub(crate) async fn let_a_day_pass(stage: &Stage, event: &Event) -> Result<()> {
    let stack = &stage.scene.hookstep.stack;
    let scanned = stage.engine().dynamodb.scan().table_name(&stack.events_table);
    let scanned = scanned
        .filter_expression("event_id = :id")
        .expression_attribute_values(":id", AttributeValue::S(event.event_id.clone()))
        .send()
        .await?;
    let row = scanned.items().first().context("no row")?.clone();
    let update = stage.engine().dynamodb.update_item().table_name(&stack.events_table);
    let update = update
        .key("webhook_shard", row["webhook_shard"].clone())
        .key("event_id", row["event_id"].clone())
        .condition_expression("attribute_exists(next_attempt_at)")
        .update_expression("SET next_attempt_at = :then, deadline_at = :late")
        .expression_attribute_values(":then", AttributeValue::S("2026-01-01T00:00:00Z".to_owned()))
        .expression_attribute_values(":late", AttributeValue::N("1767225720".to_owned()));
    update.send().await?;
    Ok(())
}

#[tokio::test]
async fn one_that_is_stopped_is_found_when_it_should_have_been_over() -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(later()).await?;
    stage.scene.receiver.on(HOOK, stage.book.deciding(|_, before| before > 0));
    let id = stage.trigger(&Trigger::json("{}")).await?;
    let event = stage.waiting(&id).await?;
    let engine = stage.engine();
    let machine = &stage.scene.hookstep.stack.machines.redelivery;
    let execution = format!("{}:{id}-2", machine.replace(":stateMachine:", ":execution:"));
    engine.sfn.stop_execution().execution_arn(&execution).send().await?;

    // It is not due yet, and stays as it is, also for the rule that is told of the execution's end.
    let reconcile = &stage.scene.hookstep.stack.functions.reconcile;
    let sweep = json!({ "task": "sweep" });
    let done = engine.invoke(reconcile, &sweep).await?;
    assert_eq!(done["started"], 0, "{done}");
    stage.waiting(&id).await?;

    let_a_day_pass(&stage, &event).await?;
    let done = engine.invoke(reconcile, &sweep).await?;
    assert_eq!(done["started"], 1, "{done}");
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(1, 2));
    // Again and again it finds nothing.
    let done = engine.invoke(reconcile, &sweep).await?;
    assert_eq!((&done["started"], &done["waits"], &done["failed"]), (&json!(0), &json!(0), &json!(0)));
    Ok(())
}

#[tokio::test]
async fn one_that_is_stopped_when_it_is_due_is_started_at_once() -> Result<()> {
    let _alone = alone().await;
    let mut stage = Stage::new(later()).await?;
    stage.scene.receiver.on(HOOK, stage.book.deciding(|_, before| before > 0));
    let id = stage.trigger(&Trigger::json("{}")).await?;
    let event = stage.waiting(&id).await?;
    let_a_day_pass(&stage, &event).await?;
    // The rule on the machine's executions has reconciliation look at it.
    let machine = &stage.scene.hookstep.stack.machines.redelivery;
    let execution = format!("{}:{id}-2", machine.replace(":stateMachine:", ":execution:"));
    stage.engine().sfn.stop_execution().execution_arn(&execution).send().await?;
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(1, 2));
    Ok(())
}
