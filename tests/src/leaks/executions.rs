//! Inputs, outputs, causes and histories of every execution of every machine. The engine keeps them of EXPRESS executions too, where AWS
//! has them in the logs, if at all.

use anyhow::{Context as _, Result};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hookstep_local::secrets::Needles;
use serde_json::{Value, json};

use super::Search;
use crate::engine::Engine;

const SIDE_BY_SIDE: usize = 8;

pub(super) async fn search(engine: &Engine, needles: &Needles, search: &mut Search) -> Result<()> {
    for machine in pages(engine, "ListStateMachines", json!({}), "stateMachines").await? {
        let request = json!({ "stateMachineArn": machine["stateMachineArn"], "maxResults": 1000 });
        let executions = pages(engine, "ListExecutions", request, "executions").await?;
        search.count("executions", executions.len());
        let mut looks =
            stream::iter(executions).map(|execution| told(engine, execution)).buffer_unordered(SIDE_BY_SIDE);
        while let Some((name, texts)) = looks.try_next().await? {
            for text in texts {
                search.look(needles, text.as_bytes(), || format!("execution {name}"));
            }
        }
    }
    Ok(())
}

/// An execution's name, and all that is known of it.
async fn told(engine: &Engine, execution: Value) -> Result<(String, Vec<String>)> {
    let request = json!({ "executionArn": execution["executionArn"] });
    let described = call(engine, "DescribeExecution", &request).await?;
    let mut history = request;
    history["maxResults"] = 1000.into();
    history["includeExecutionData"] = true.into();
    let events = pages(engine, "GetExecutionHistory", history, "events").await?;
    let mut texts = vec![described.to_string()];
    texts.extend(events.into_iter().map(|event| event.to_string()));
    Ok((execution["executionArn"].as_str().context("no ARN")?.to_owned(), texts))
}

/// What a list holds, of all its pages.
async fn pages(engine: &Engine, action: &str, mut request: Value, field: &str) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    loop {
        let mut page = call(engine, action, &request).await?;
        if let Value::Array(found) = page[field].take() {
            all.extend(found);
        }
        match page["nextToken"].take() {
            Value::String(token) => request["nextToken"] = token.into(),
            _ => return Ok(all),
        }
    }
}

async fn call(engine: &Engine, action: &str, request: &Value) -> Result<Value> {
    engine.call("states", &format!("AWSStepFunctions.{action}"), request).await
}
