//! A request, decoded.

use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::secret::Owner;
use hookstep_core::trace::{TRACEPARENT, TRACESTATE, Trace};

use super::Problem;
use crate::access::{Access, Caller};
use crate::routes::{self, Operation, Permission};

/// One call of the API. (Without `Debug`: it holds tokens, and secrets on their way to be sealed.)
pub struct Request {
    /// The call.
    pub operation: Operation,
    /// Who makes it.
    pub caller: Caller,
    /// Whether who makes it may see webhooks and events too, as far as a token says: in the other modes nothing here knows.
    pub may_read: bool,
    /// The bytes of the body.
    pub body: Bytes,
    headers: HashMap<String, String>,
    path: HashMap<String, String>,
    query: HashMap<String, String>,
    /// What X-Ray knows the invocation by.
    xray: Option<String>,
}

impl Request {
    /// Reads the call and checks who makes it.
    ///
    /// # Errors
    /// 404 and 405 for what is no call, 403 for a caller who may not make it, 400 for a body that can't be decoded.
    pub fn new(event: ApiGatewayV2httpRequest, access: &Access) -> Result<Self, Problem> {
        let path = event.raw_path.as_deref().unwrap_or_default();
        let of_page = || routes::of_page(event.request_context.http.method.as_str(), path);
        let route = event.route_key.as_deref().and_then(routes::of_key).or_else(of_page);
        let route = route.ok_or_else(|| no_route(path))?;
        let caller = access.admit(event.request_context.authorizer.as_ref(), route.permission)?;
        let may_read = access.admit(event.request_context.authorizer.as_ref(), Some(Permission::Read)).is_ok();
        let length = event.headers.get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
        let body = match event.body {
            None => Bytes::new(),
            Some(text) if !event.is_base64_encoded && was_mangled(&text, length) => {
                let detail = "the body is not valid UTF-8, and API Gateway carries bodies of a text content type as text only; \
                              name another content type, such as application/octet-stream, or upload the payload";
                return Err(Problem::bad_request("invalid_body", detail));
            }
            Some(text) if event.is_base64_encoded => STANDARD
                .decode(text)
                .map_err(|_| Problem::bad_request("invalid_body", "the body could not be decoded"))?
                .into(),
            Some(text) => text.into(),
        };
        let headers = event.headers.iter().map(|(name, value)| {
            // What is not ASCII is kept, so that whoever reads the header can refuse it.
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let mut query: HashMap<String, String> = HashMap::new();
        for (name, value) in event.query_string_parameters.iter() {
            // A repeated parameter comes as one, joined by commas. Only `event_name` takes a comma: repeated, it finds nothing.
            let joined = query.entry(name.to_owned()).and_modify(|before| before.push(','));
            joined.or_default().push_str(value);
        }
        Ok(Self {
            operation: route.operation,
            caller,
            may_read,
            body,
            headers: headers.collect(),
            path: event.path_parameters,
            query,
            xray: None,
        })
    }

    /// The same in an invocation that X-Ray knows by this.
    #[must_use]
    pub(crate) fn in_invocation(self, xray: Option<String>) -> Self {
        Self { xray, ..self }
    }
}

fn no_route(path: &str) -> Problem {
    let mut methods: Vec<&str> = routes::methods_of(path).collect();
    methods.dedup();
    if methods.is_empty() { Problem::route_not_found() } else { Problem::method_not_allowed(&methods) }
}

/// Whether API Gateway put U+FFFD (3 bytes) where bytes were not UTF-8: the length is no longer the one that was sent.
fn was_mangled(text: &str, content_length: Option<usize>) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER) && content_length.is_some_and(|length| length != text.len())
}

impl Request {
    /// A header's value; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The trace that the call belongs to: its caller's, or else the one that X-Ray records.
    #[must_use]
    pub fn trace(&self) -> Option<Trace> {
        let of_caller = self.header(TRACEPARENT).and_then(|text| Trace::of_caller(text, self.header(TRACESTATE)));
        of_caller.or_else(|| Trace::sampled_by_xray(self.xray.as_deref()?))
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

    /// Whose webhooks the call is about.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.caller.tenant.clone()
    }

    /// The webhook of the path with its tenant.
    pub fn owner(&self) -> Result<Owner, Problem> {
        Ok(Owner { tenant: self.tenant(), config_id: self.config_id()? })
    }
}
