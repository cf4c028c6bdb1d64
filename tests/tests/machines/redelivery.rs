//! Paths through `statemachine/redelivery.asl.json`, which waits until the next attempt of an event is due.

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use hookstep_tests::Hookstep;
use serde_json::{Value, json};

use crate::interpreter::{self, Interpreter, unique};
use crate::path::states;

/// In place of a delivery machine.
const IDLE: &str = r#"{ "StartAt": "End", "States": { "End": { "Type": "Succeed" } } }"#;

/// An execution of the machine on one interpreter.
struct Wait<'a> {
    interpreter: &'a Interpreter,
    redelivery: String,
    delivery: String,
    leg_name: String,
}

impl<'a> Wait<'a> {
    async fn new(interpreter: &'a Interpreter) -> Result<Self> {
        let definition = include_str!("../../../statemachine/redelivery.asl.json");
        Ok(Self {
            interpreter,
            redelivery: interpreter.deploy_definition("redelivery", definition).await?,
            delivery: interpreter.deploy_definition("idle", IDLE).await?,
            leg_name: unique("evt"),
        })
    }

    /// What it does for a leg that is due at this moment: the states, and how it ended.
    async fn run(&self, due: &str, input: &Value) -> Result<Value> {
        let input = json!({ "due": due, "machine_arn": self.delivery, "leg_name": self.leg_name, "input": input });
        let (ended, history) = self.interpreter.run(&self.redelivery, &unique("wait"), &input).await?;
        Ok(json!({ "states": states(&history), "status": ended["status"] }))
    }

    /// The input that the leg was started with.
    async fn started_with(&self) -> Result<Value> {
        let arn = format!("{}:{}", self.delivery.replace(":stateMachine:", ":execution:"), self.leg_name);
        let leg = self.interpreter.engine_states("DescribeExecution", &json!({ "executionArn": arn })).await?;
        Ok(serde_json::from_str(leg["input"].as_str().context("no input")?)?)
    }
}

/// Does this on each interpreter.
async fn on_each(see: impl AsyncFn(&Interpreter) -> Result<()>) -> Result<()> {
    let interpreters = interpreter::all(&Hookstep::connect()?).await?;
    let all = interpreters.iter().map(async |interpreter| see(interpreter).await.context(interpreter.name));
    try_join_all(all).await.map(|_| ())
}

#[tokio::test]
async fn a_leg_is_started_once_by_its_name_with_its_input_when_it_is_due() -> Result<()> {
    on_each(async |interpreter| {
        let wait = Wait::new(interpreter).await?;
        let input = json!({ "event": { "event_id": "evt", "leg": 2 } });
        let seen = wait.run("2026-01-01T00:00:00.123456Z", &input).await?;
        // A retry is paid by the states that are entered.
        assert_eq!(seen, json!({ "states": ["WaitUntilDue", "StartLeg"], "status": "SUCCEEDED" }));
        assert_eq!(wait.started_with().await?, input);

        // Somebody was faster.
        let seen = wait.run("2026-01-01T00:00:00Z", &json!({ "event": "another" })).await?;
        let states = ["WaitUntilDue", "StartLeg", "AlreadyStarted"];
        assert_eq!(seen, json!({ "states": states, "status": "SUCCEEDED" }));
        assert_eq!(wait.started_with().await?, input);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_leg_that_can_not_be_started_fails_the_execution() -> Result<()> {
    on_each(async |interpreter| {
        let mut wait = Wait::new(interpreter).await?;
        wait.delivery = format!("{}-gone", wait.delivery);
        let seen = wait.run("2026-01-01T00:00:00Z", &json!({})).await?;
        let states = ["WaitUntilDue", "StartLeg (7 times)", "NotStarted"];
        assert_eq!(seen, json!({ "states": states, "status": "FAILED" }));
        Ok(())
    })
    .await
}
