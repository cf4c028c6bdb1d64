//! An answer.

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::encodings::Body;
use aws_lambda_events::http::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use serde_json::Value;

/// An answer: JSON, or nothing, or a file of the console.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Option<Content>,
    content_type: &'static str,
}

#[derive(Debug)]
enum Content {
    Json(Value),
    Text(String),
    Bytes(Bytes),
}

impl Answer {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Some(Content::Json(body)), content_type: "application/json" }
    }

    /// An answer of text.
    #[must_use]
    pub fn text(status: u16, content_type: &'static str, text: String) -> Self {
        Self { status, headers: Vec::new(), body: Some(Content::Text(text)), content_type }
    }

    /// An answer of any bytes. Lambda carries them as base64, and no more than some 4 MB of them.
    #[must_use]
    pub fn bytes(status: u16, content_type: &'static str, bytes: Bytes) -> Self {
        Self { status, headers: Vec::new(), body: Some(Content::Bytes(bytes)), content_type }
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: None, content_type: "application/json" }
    }

    pub(super) fn problem(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Some(Content::Json(body)), content_type: "application/problem+json" }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The JSON of the body, if there is one.
    #[must_use]
    pub fn body(&self) -> Option<&Value> {
        match &self.body {
            Some(Content::Json(body)) => Some(body),
            _ => None,
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }
}

impl From<Answer> for ApiGatewayV2httpResponse {
    fn from(answer: Answer) -> Self {
        let mut headers = HeaderMap::new();
        if answer.body.is_some() {
            headers.insert("content-type", HeaderValue::from_static(answer.content_type));
        }
        headers.insert("cache-control", HeaderValue::from_static("no-store"));
        headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
        for (name, value) in &answer.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        let mut response = Self::default();
        response.status_code = i64::from(answer.status);
        response.headers = headers;
        response.is_base64_encoded = matches!(answer.body, Some(Content::Bytes(_)));
        response.body = answer.body.map(|body| match body {
            Content::Json(body) => Body::Text(body.to_string()),
            Content::Text(text) => Body::Text(text),
            Content::Bytes(bytes) => Body::Binary(bytes.into()),
        });
        response
    }
}
