//! Executions that are started again, by the same name and with the same input.

use anyhow::Result;
use aws_sdk_sfn::error::SdkError;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use hookstep_tests::{HOOK, Hold, Ledger, SOON, Scene, Script, Trigger};
use serde_json::Value;

use crate::stage::{Stage, beside_others, later, soon};

/// Starts it once more. Returns its ARN, or `None` where Step Functions refuses because it is over.
async fn start_again(scene: &Scene, machine: &str, name: &str, input: &Value) -> Result<Option<String>> {
    let request = scene.hookstep.engine().sfn.start_execution().state_machine_arn(machine).name(name);
    match request.input(input.to_string()).send().await.map_err(SdkError::into_service_error) {
        Ok(started) => Ok(Some(started.execution_arn().to_owned())),
        Err(StartExecutionError::ExecutionAlreadyExists(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Starts a delivery again while it runs and when it is over. Returns what that came to, each time.
async fn started_twice(stage: &mut Stage, machine: &str) -> Result<[Option<bool>; 2]> {
    let hold = Hold::new();
    stage.scene.receiver.on(HOOK, stage.book.taking(Script::status(200).held_by(&hold)));
    let id = stage.trigger(&Trigger::json("{}")).await?;
    stage.scene.receiver.wait_for(HOOK, 1, SOON).await?;
    let execution = stage.scene.event(&id).await?.rest["execution_arn"].as_str().unwrap().to_owned();
    let name = execution.rsplit(':').next().unwrap();
    // The engine tells it of EXPRESS executions too.
    let input = stage.engine().input_of(&execution).await?;
    let is_same = |arn: Option<String>| arn.map(|arn| arn == execution);
    let while_it_runs = start_again(&stage.scene, machine, name, &input).await?;
    hold.release();
    stage.scene.settled(&id).await?;
    let when_it_is_over = start_again(&stage.scene, machine, name, &input).await?;
    stage.scene.all_legs_over(&id).await?;
    Ok([is_same(while_it_runs), is_same(when_it_is_over)])
}

#[tokio::test]
async fn an_express_delivery_is_made_once() -> Result<()> {
    let _beside = beside_others().await;
    let mut stage = Stage::new(soon(3)).await?;
    let machine = stage.scene.hookstep.stack.machines.express.clone();
    assert_eq!(started_twice(&mut stage, &machine).await?, [Some(false), Some(false)]);
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(1, 1));
    Ok(())
}

#[tokio::test]
async fn a_standard_delivery_is_made_once() -> Result<()> {
    let _beside = beside_others().await;
    let mut stage = Stage::new(soon(3)).await?;
    let config_id = stage.scene.webhook.config_id.clone();
    let slow = serde_json::json!({ "timeout_seconds": 600 });
    stage.scene.hookstep.api.patch_webhook(&config_id, &slow).await?;
    let machine = stage.scene.hookstep.stack.machines.standard.clone();
    assert_eq!(started_twice(&mut stage, &machine).await?, [Some(true), None]);
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(1, 1));
    Ok(())
}

#[tokio::test]
async fn a_second_leg_that_is_started_four_times_is_one() -> Result<()> {
    let _beside = beside_others().await;
    let mut stage = Stage::new(later()).await?;
    stage.scene.receiver.on(HOOK, stage.book.deciding(|_, before| before > 0));
    let id = stage.trigger(&Trigger::json("{}")).await?;
    stage.waiting(&id).await?;
    let machines = stage.scene.hookstep.stack.machines.clone();
    let redelivery = format!("{}:{id}-2", machines.redelivery.replace(":stateMachine:", ":execution:"));
    let waits_with = stage.engine().input_of(&redelivery).await?;
    let name = waits_with["leg_name"].as_str().unwrap();
    for _ in 0..4 {
        assert!(start_again(&stage.scene, &machines.express, name, &waits_with["input"]).await?.is_some());
    }
    assert_eq!(stage.ledger().await?, Ledger::all_succeeded(1, 2));
    stage.scene.all_legs_over(&id).await?;
    assert_eq!(stage.book.requests(), 2);
    Ok(())
}
