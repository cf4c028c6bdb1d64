//! A request, decoded.

use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hookstep_core::ids::{ConfigId, TenantId};

use super::Problem;

/// One call of the API.
#[derive(Debug)]
pub struct Request {
    /// The route that API Gateway chose, such as `POST /webhook/{config_id}/trigger`.
    pub route: String,
    /// The bytes of the body.
    pub body: Bytes,
    headers: HashMap<String, String>,
    path: HashMap<String, String>,
    query: HashMap<String, String>,
}

impl TryFrom<ApiGatewayV2httpRequest> for Request {
    type Error = Problem;

    fn try_from(event: ApiGatewayV2httpRequest) -> Result<Self, Problem> {
        let body = match event.body {
            None => Bytes::new(),
            Some(text) if event.is_base64_encoded => STANDARD
                .decode(text)
                .map_err(|_| Problem::bad_request("invalid_body", "the body could not be decoded"))?
                .into(),
            Some(text) => text.into(),
        };
        let headers = event.headers.iter().filter_map(|(name, value)| {
            // What is not text can't be one of the headers that are read here; the body carries any bytes.
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        let query = event.query_string_parameters.iter();
        Ok(Self {
            route: event.route_key.unwrap_or_default(),
            body,
            headers: headers.collect(),
            path: event.path_parameters,
            query: query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        })
    }
}

impl Request {
    /// A header's value; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// A query parameter.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// A path parameter as it stands in the URL.
    #[must_use]
    pub fn path(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// The webhook of the path. What is not a webhook id names no webhook.
    pub fn config_id(&self) -> Result<ConfigId, Problem> {
        self.path("config_id").parse().map_err(|_| Problem::webhook_not_found())
    }

    /// Whose call it is. Until calls are authenticated by tenant there is one.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        TenantId::single()
    }
}
