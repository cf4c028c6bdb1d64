//! Asynchronous invocations, throttled tasks and second starts are as in AWS (`tools/local/engine_invocations.py`).

use std::path::Path;

use anyhow::{Context as _, Result};
use aws_sdk_sfn::error::SdkError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_local::aws::{ACCOUNT_ID, REGION};
use hookstep_local::lambdas::{Compression, pack};
use hookstep_tests::{Engine, Hookstep, SOON, unique, until};
use reqwest::Method;
use serde_json::{Value, json};

const NEVER: &str = "2099-01-01T00:00:00Z";

fn engine() -> Result<Engine> {
    Ok(Hookstep::connect()?.engine())
}

/// A function that fails each time.
async fn failing_function(engine: &Engine) -> Result<(String, String)> {
    let bootstrap = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machines/broken/bootstrap");
    let name = unique("failing");
    let function = json!({
        "FunctionName": name,
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Role": format!("arn:aws:iam::{ACCOUNT_ID}:role/any"),
        "Code": { "ZipFile": STANDARD.encode(pack(&bootstrap, Compression::Fast)?) },
        "Environment": { "Variables": { "FAULT": "AsTold" } },
    });
    let made = engine.lambda(Method::POST, "/2015-03-31/functions", &function).await?;
    Ok((name, made["FunctionArn"].as_str().context("no ARN")?.to_owned()))
}

/// A bus of its own with a rule that matches everything and has these targets.
async fn bus_to(engine: &Engine, targets: &Value) -> Result<String> {
    let name = unique("bus");
    engine.call("events", "AWSEvents.CreateEventBus", &json!({ "Name": name })).await?;
    let rule = json!({ "Name": name, "EventBusName": name, "EventPattern": r#"{"source":[{"prefix":""}]}"# });
    engine.call("events", "AWSEvents.PutRule", &rule).await?;
    let targets = json!({ "Rule": name, "EventBusName": name, "Targets": targets });
    engine.call("events", "AWSEvents.PutTargets", &targets).await?;
    Ok(name)
}

/// A machine with one state.
async fn machine_of(engine: &Engine, kind: &str, state: Value) -> Result<String> {
    let machine = json!({
        "name": unique("machine"),
        "type": kind,
        "definition": json!({ "StartAt": "Only", "States": { "Only": state } }).to_string(),
        "roleArn": format!("arn:aws:iam::{ACCOUNT_ID}:role/any"),
    });
    let made = engine.call("states", "AWSStepFunctions.CreateStateMachine", &machine).await?;
    Ok(made["stateMachineArn"].as_str().context("no ARN")?.to_owned())
}

/// The error that an execution of the machine fails with.
async fn error_of(engine: &Engine, machine: &str) -> Result<String> {
    let started = engine.sfn.start_execution().state_machine_arn(machine).send().await?;
    until("an execution to fail", SOON, async || {
        let described = engine.sfn.describe_execution().execution_arn(started.execution_arn()).send().await?;
        Ok(described.error().map(str::to_owned))
    })
    .await
}

#[tokio::test]
async fn a_rules_function_is_waited_for_while_it_is_throttled_tried_three_times_and_then_given_up() -> Result<()> {
    let engine = engine()?;
    let (name, arn) = failing_function(&engine).await?;
    let given_up = engine.create_queue(&unique("given-up")).await?;
    let config = json!({ "DestinationConfig": { "OnFailure": { "Destination": given_up.arn().await? } } });
    let path = format!("/2019-09-25/functions/{name}/event-invoke-config?Qualifier=$LATEST");
    engine.lambda(Method::PUT, &path, &config).await?;
    let seen = engine.create_queue(&unique("seen")).await?;
    let targets = json!([{ "Id": "function", "Arn": arn }, { "Id": "queue", "Arn": seen.arn().await? }]);
    let bus = bus_to(&engine, &targets).await?;

    engine.throttle(&name).await?;
    let id = engine.put_event(&bus, "somebody", "Something", r#"{"a":1}"#).await?;
    let event = seen.wait_for(1, SOON, |_| true).await?.remove(0);
    assert_eq!((&event["id"], &event["detail"]), (&json!(id), &json!({ "a": 1 })));
    engine.unthrottle(&name).await?;

    let failure = given_up.wait_for(1, SOON, |_| true).await?.remove(0);
    assert_eq!(failure["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(failure["requestPayload"], event);
    assert_eq!(failure["responsePayload"]["errorType"], "AsTold");
    assert_eq!(engine.log_lines(&format!("/aws/lambda/{name}"), "START").await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn what_no_function_can_be_invoked_with_goes_to_the_targets_queue() -> Result<()> {
    let engine = engine()?;
    let dead = engine.create_queue(&unique("dead")).await?;
    let nobody = format!("arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{}", unique("nobody"));
    let target = json!({ "Id": "function", "Arn": nobody, "DeadLetterConfig": { "Arn": dead.arn().await? } });
    let bus = bus_to(&engine, &json!([target])).await?;
    let id = engine.put_event(&bus, "somebody", "Something", "{}").await?;
    let event = dead.wait_for(1, SOON, |_| true).await?.remove(0);
    assert_eq!(event["id"], json!(id));
    Ok(())
}

#[tokio::test]
async fn a_task_whose_function_is_throttled_fails_with_the_error_of_that_name() -> Result<()> {
    let engine = engine()?;
    let (name, arn) = failing_function(&engine).await?;
    engine.throttle(&name).await?;
    let task = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": { "FunctionName": arn, "Payload": {} },
        "End": true,
    });
    let error = error_of(&engine, &machine_of(&engine, "STANDARD", task).await?).await?;
    assert_eq!(error, "Lambda.TooManyRequestsException");
    Ok(())
}

#[tokio::test]
async fn a_standard_execution_that_runs_is_started_once_by_its_name_and_input() -> Result<()> {
    let engine = engine()?;
    let wait = json!({ "Type": "Wait", "Timestamp": NEVER, "End": true });
    let machine = machine_of(&engine, "STANDARD", wait).await?;
    let start = async |input: &str| {
        let request = engine.sfn.start_execution().state_machine_arn(&machine).name("one").input(input);
        request.send().await.map_err(SdkError::into_service_error)
    };
    let first = start("{}").await?;
    let again = start("{}").await?;
    assert_eq!((again.execution_arn(), again.start_date()), (first.execution_arn(), first.start_date()));
    assert!(start(r#"{"other":true}"#).await.is_err_and(|error| error.is_execution_already_exists()));
    engine.sfn.stop_execution().execution_arn(first.execution_arn()).send().await?;
    assert!(start("{}").await.is_err_and(|error| error.is_execution_already_exists()));

    let task = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": { "StateMachineArn": machine, "Name": "one", "Input": {} },
        "End": true,
    });
    let error = error_of(&engine, &machine_of(&engine, "STANDARD", task).await?).await?;
    assert_eq!(error, "StepFunctions.ExecutionAlreadyExistsException");
    Ok(())
}

#[tokio::test]
async fn an_express_execution_is_started_as_often_as_asked() -> Result<()> {
    let engine = engine()?;
    let name = json!({ "Type": "Pass", "Parameters": { "name.$": "$$.Execution.Name" }, "End": true });
    let machine = machine_of(&engine, "EXPRESS", name).await?;
    let mut arns = Vec::new();
    for _ in 0..2 {
        let started = engine.sfn.start_execution().state_machine_arn(&machine).name("one").send().await?;
        let output = until("the end of an execution", SOON, async || {
            let described = engine.sfn.describe_execution().execution_arn(started.execution_arn()).send().await?;
            Ok(described.output().map(str::to_owned))
        })
        .await?;
        assert_eq!(serde_json::from_str::<Value>(&output)?, json!({ "name": "one" }));
        arns.push(started.execution_arn().to_owned());
    }
    assert_ne!(arns[0], arns[1]);
    Ok(())
}
