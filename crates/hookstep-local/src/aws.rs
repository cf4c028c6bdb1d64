//! SDK clients for the local engine, and calls of its services without one.

use anyhow::{Result, ensure};
use aws_sdk_cloudformation::config::{BehaviorVersion, Credentials, Region};
use reqwest::header::AUTHORIZATION;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// The one region of the local stack.
pub const REGION: &str = "us-east-1";
/// The engine's account.
pub const ACCOUNT_ID: &str = "000000000000";

/// The engine's root user, which IAM enforcement lets do everything. The names are the engine's, and no secret.
#[must_use]
pub fn credentials() -> Credentials {
    Credentials::new("test", "test", None, None, "hookstep-local")
}

/// `CloudFormation` at the engine.
#[must_use]
pub fn cloudformation(endpoint_url: &str) -> aws_sdk_cloudformation::Client {
    let config = aws_sdk_cloudformation::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(credentials())
        .endpoint_url(endpoint_url)
        .build();
    aws_sdk_cloudformation::Client::from_conf(config)
}

/// `DynamoDB` at the engine.
#[must_use]
pub fn dynamodb(endpoint_url: &str) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(credentials())
        .endpoint_url(endpoint_url)
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

/// S3 at the engine, which has no host name per bucket.
#[must_use]
pub fn s3(endpoint_url: &str) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(credentials())
        .endpoint_url(endpoint_url)
        .force_path_style(true)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}

/// A call of a service that speaks JSON, as the engine's root user, where the SDK's crate for it would be a long compilation for one
/// call. The engine looks only at whose key it is.
pub async fn call(endpoint_url: &str, service: &str, target: &str, body: &Value) -> Result<Value> {
    let request = request(Method::POST, endpoint_url, service)?
        .header("x-amz-target", target)
        .header("content-type", "application/x-amz-json-1.1");
    answer(target, request.body(body.to_string())).await
}

/// As [`call`], of a service that speaks REST. An answer without a body is `null`.
pub async fn rest(endpoint_url: &str, service: &str, method: Method, path: &str, body: &Value) -> Result<Value> {
    let request = request(method, &format!("{endpoint_url}{path}"), service)?;
    let request = if body.is_null() { request } else { request.body(body.to_string()) };
    answer(path, request).await
}

/// Invokes a function and waits for its answer, which is that of an error where it ends in one.
pub async fn invoke(endpoint_url: &str, function: &str, payload: &Value) -> Result<Value> {
    let path = format!("/2015-03-31/functions/{function}/invocations");
    rest(endpoint_url, "lambda", Method::POST, &path, payload).await
}

fn request(method: Method, url: &str, service: &str) -> Result<RequestBuilder> {
    let credential = format!("test/20260101/{REGION}/{service}/aws4_request");
    let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
    let http = reqwest::Client::builder().no_proxy().build()?;
    Ok(http.request(method, url).header(AUTHORIZATION, authorization))
}

async fn answer(what: &str, request: RequestBuilder) -> Result<Value> {
    let answer = request.send().await?;
    let (status, text) = (answer.status(), answer.text().await?);
    ensure!(status.is_success(), "{what}: {status} {text}");
    Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
}
