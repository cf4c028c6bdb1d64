//! The engine that stands in for AWS, by its own APIs: for what Hookstep's API does not show or can't bring about.

use anyhow::{Context as _, Result, ensure};
use aws_sdk_sfn::config::{BehaviorVersion, Region};
use hookstep_local::aws;
use hookstep_local::stack::Stack;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

/// Clients of the engine, as its root user.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// The bucket.
    pub s3: aws_sdk_s3::Client,
    /// The state machines.
    pub sfn: aws_sdk_sfn::Client,
    endpoint_url: String,
}

impl Engine {
    pub(crate) fn of(stack: &Stack) -> Self {
        Self {
            dynamodb: aws::dynamodb(&stack.endpoint_url),
            s3: aws::s3(&stack.endpoint_url),
            sfn: step_functions(&stack.endpoint_url),
            endpoint_url: stack.endpoint_url.clone(),
        }
    }

    /// Every line of a log group that holds `term`. (One call of one API: the SDK's crate for it takes longer to compile than all
    /// these tests.)
    pub async fn log_lines(&self, group: &str, term: &str) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        let mut next = Value::Null;
        loop {
            let mut body = json!({ "logGroupName": group, "filterPattern": format!("\"{term}\"") });
            if !next.is_null() {
                body["nextToken"] = next;
            }
            let answer = self.call("logs", "Logs_20140328.FilterLogEvents", &body).await?;
            let events = answer["events"].as_array().context("no events")?;
            lines.extend(events.iter().filter_map(|event| Some(event["message"].as_str()?.trim_end().to_owned())));
            next = answer["nextToken"].clone();
            if next.is_null() {
                return Ok(lines);
            }
        }
    }

    /// A call of a service that speaks JSON. The engine looks only at whose key it is.
    async fn call(&self, service: &str, target: &str, body: &Value) -> Result<Value> {
        let credential = format!("test/20260101/{}/{service}/aws4_request", aws::REGION);
        let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        let http = reqwest::Client::builder().no_proxy().build()?;
        let request = http
            .post(&self.endpoint_url)
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.1")
            .header(AUTHORIZATION, authorization);
        let answer = request.body(body.to_string()).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{target}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }
}

/// Step Functions at an endpoint: the engine, or another interpreter over it.
fn step_functions(endpoint_url: &str) -> aws_sdk_sfn::Client {
    let config = aws_sdk_sfn::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(aws::REGION))
        .credentials_provider(aws::credentials())
        .endpoint_url(endpoint_url)
        .build();
    aws_sdk_sfn::Client::from_conf(config)
}
