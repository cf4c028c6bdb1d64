//! What goes wrong in AWS, brought about in the engine: functions that are throttled, stopped and killed, writes that are refused.
//!
//! Whatever else uses the stack suffers from it: tests with these faults have a stack of their own, or keep to the one process that is
//! at the other end of their receiver's connection.

use anyhow::{Context as _, Result};
use hookstep_local::aws;
use hookstep_local::lambda_processes::LambdaProcess;
use reqwest::Method;
use serde_json::{Value, json};

use crate::engine::Engine;

/// How a table answers a write that it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is throttled, and does nothing.
    Throttled,
    /// It has an error of its own, and does nothing.
    Broken,
    /// It does it, and its answer is lost on the way.
    AnswerLost,
}

impl Engine {
    /// From now on the function is throttled, whoever invokes it.
    pub async fn throttle(&self, function: &str) -> Result<()> {
        let none = json!({ "ReservedConcurrentExecutions": 0 });
        self.lambda(Method::PUT, &concurrency(function), &none).await.map(drop)
    }

    /// The function is not throttled any more.
    pub async fn unthrottle(&self, function: &str) -> Result<()> {
        self.lambda(Method::DELETE, &concurrency(function), &Value::Null).await.map(drop)
    }

    /// From now on every write to any table is refused, whoever asks for it. Reads go on.
    pub async fn refuse_writes(&self, refusal: Refusal) -> Result<()> {
        let (error, status, done) = match refusal {
            Refusal::Throttled => ("ThrottlingException", 400, false),
            Refusal::Broken => ("InternalServerError", 500, false),
            Refusal::AnswerLost => ("InternalServerError", 500, true),
        };
        self.set_refusal(&json!({ "Error": error, "Status": status, "Done": done })).await
    }

    /// Writes are done again.
    pub async fn take_writes(&self) -> Result<()> {
        self.set_refusal(&json!({})).await
    }

    /// From now on waits of the machines, and the pauses between the tries of a task, take this part of their time.
    pub async fn scale_waits(&self, part: f64) -> Result<()> {
        let config = json!({ "stepfunctions._SFN_WAIT_SCALE": part });
        aws::rest(&self.endpoint_url, "states", Method::POST, "/_ministack/config", &config).await.map(drop)
    }

    /// Invokes a function and returns its answer.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<Value> {
        aws::invoke(&self.endpoint_url, function, payload).await
    }

    /// The processes that run this function now, busy or not.
    pub fn processes_of(&self, function: &str) -> Result<Vec<LambdaProcess>> {
        LambdaProcess::of_function(&self.endpoint_url, function)
    }

    /// The process of this function that is at the other end of a receiver's connection.
    pub fn process_at(&self, function: &str, client_port: u16) -> Result<LambdaProcess> {
        LambdaProcess::connected_from(&self.endpoint_url, function, client_port)
    }

    /// A call of Lambda's API.
    pub async fn lambda(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        aws::rest(&self.endpoint_url, "lambda", method, path, body).await
    }

    async fn set_refusal(&self, refusal: &Value) -> Result<()> {
        let set = self.call("dynamodb", "DynamoDB_20120810.RefuseWrites", refusal).await;
        set.map(drop).context("tools/local/engine_faults.py")
    }
}

fn concurrency(function: &str) -> String {
    format!("/2017-10-31/functions/{function}/concurrency")
}
