//! Calls of the engine, and of moto, that are too few for an SDK crate each.

use anyhow::{Result, ensure};
use hookstep_local::aws::REGION;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// An endpoint that stands in for AWS.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    url: String,
    http: Client,
}

impl Endpoint {
    pub(crate) fn new(url: &str) -> Result<Self> {
        Ok(Self { url: url.to_owned(), http: Client::builder().no_proxy().build()? })
    }

    /// A call of a service that speaks JSON, such as `AWSStepFunctions.StartExecution`.
    pub(crate) async fn json(&self, service: &str, target: &str, body: &Value) -> Result<Value> {
        let request = self.request(Method::POST, service, "/").header("x-amz-target", target);
        let text =
            sent(target, request.header(CONTENT_TYPE, "application/x-amz-json-1.0").body(body.to_string())).await?;
        // Some calls answer nothing.
        if text.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&text)?) }
    }

    /// A call of a service that speaks REST.
    pub(crate) async fn post(&self, service: &str, path: &str, body: &Value) -> Result<Value> {
        answer(path, self.request(Method::POST, service, path).body(body.to_string())).await
    }

    /// A read of a service that speaks REST.
    pub(crate) async fn get(&self, service: &str, path: &str) -> Result<Value> {
        answer(path, self.request(Method::GET, service, path)).await
    }

    /// A call of a service that takes forms and answers in XML, which nobody here reads.
    pub(crate) async fn form(&self, service: &str, fields: &[(&str, &str)]) -> Result<()> {
        let action = fields.first().map_or("", |(_, action)| action);
        let body = url_encoded(fields);
        let request = self.request(Method::POST, service, "/");
        sent(action, request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)).await.map(|_| ())
    }

    /// Neither looks at more than whose key it is.
    fn request(&self, method: Method, service: &str, path: &str) -> RequestBuilder {
        let credential = format!("test/20260101/{REGION}/{service}/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        self.http.request(method, format!("{}{path}", self.url)).header(AUTHORIZATION, authorization)
    }
}

/// The fields' values are ARNs and words: only their colons and slashes need an escape.
fn url_encoded(fields: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| format!("{name}={}", value.replace(':', "%3A").replace('/', "%2F"));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

async fn answer(what: &str, request: RequestBuilder) -> Result<Value> {
    Ok(serde_json::from_str(&sent(what, request).await?)?)
}

async fn sent(what: &str, request: RequestBuilder) -> Result<String> {
    let answer = request.send().await?;
    let (status, text) = (answer.status(), answer.text().await?);
    ensure!(status.is_success(), "{what}: {status} {text}");
    Ok(text)
}
