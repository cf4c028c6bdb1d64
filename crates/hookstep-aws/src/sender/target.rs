//! Where a request goes, and its head.

use std::net::IpAddr;

use hookstep_core::header::{DEFAULTS, is_of_frame};
use hookstep_core::ids::TenantId;
use hookstep_core::ports::{OutboundBody, OutboundRequest};
use hookstep_core::webhook::Method;
use http::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Request, Uri};

use super::body::Payload;

/// What connections have in common that can stand for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Over TLS.
    pub(super) secure: bool,
    /// The host as the URL has it.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    /// The hash of the client certificate and its key.
    pub(super) identity: Option<[u8; 32]>,
    /// The tenant: a receiver that leaves a body unread takes it for the beginning of the next request.
    pub(super) tenant: Option<TenantId>,
}

/// Where a request goes.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) key: Key,
    /// The address, where the host is one.
    pub(super) literal: Option<IpAddr>,
}

/// A request without its body, in the forms of both versions of HTTP.
#[derive(Debug)]
pub(super) struct Head {
    method: http::Method,
    uri: Uri,
    host: HeaderValue,
    headers: HeaderMap,
}

/// Where the request goes, and its head; none where it can't be sent as it is.
pub(super) fn parts(request: &OutboundRequest, identity: Option<[u8; 32]>) -> Option<(Target, Head)> {
    let url = &request.url;
    let uri: Uri = url.as_str().parse().ok()?;
    let secure = uri.scheme()? == &http::uri::Scheme::HTTPS;
    let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let key = Key {
        secure,
        host: url.host().to_owned(),
        port,
        identity: identity.filter(|_| secure),
        tenant: request.connections_of.clone(),
    };
    let target = Target { key, literal: url.literal_address() };
    let host = HeaderValue::from_str(uri.authority()?.as_str()).ok()?;
    let headers = headers(request)?;
    Some((target, Head { method: http_method(request.method), uri, host, headers }))
}

/// The given headers, in their order, with those that HTTP itself adds. All given ones are marked as sensitive: compression
/// over HTTP/2 does not remember them, and nothing prints them.
fn headers(request: &OutboundRequest) -> Option<HeaderMap> {
    let mut map = HeaderMap::with_capacity(request.headers.len() + 4);
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        // No webhook is saved with one of these.
        if is_of_frame(name.as_str()) {
            continue;
        }
        let mut value = HeaderValue::from_str(value.expose()).ok()?;
        value.set_sensitive(true);
        map.append(name, value);
    }
    for (name, value) in DEFAULTS {
        map.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // RFC 9110, section 8.6: also for an empty body of a method that is expected to have one.
    let size = match &request.body {
        OutboundBody::Bytes(bytes) => bytes.len() as u64,
        OutboundBody::Stream { size, .. } => *size,
    };
    if size > 0 || request.method.expects_body() {
        map.insert(CONTENT_LENGTH, HeaderValue::from(size));
    }
    Some(map)
}

impl Head {
    /// The request for a connection of HTTP/1.1: a path, and the host in a header, the first one (RFC 9110, section 7.2).
    pub(super) fn one(&self, body: Payload) -> Request<Payload> {
        let path = self.uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        let mut headers = HeaderMap::with_capacity(self.headers.len() + 1);
        headers.insert(HOST, self.host.clone());
        headers.extend(self.headers.clone());
        self.request(Uri::from(path), headers, body)
    }

    /// The request for a connection of HTTP/2: the host is a part of the URI.
    pub(super) fn two(&self, body: Payload) -> Request<Payload> {
        self.request(self.uri.clone(), self.headers.clone(), body)
    }

    fn request(&self, uri: Uri, headers: HeaderMap, body: Payload) -> Request<Payload> {
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        request
    }
}

fn http_method(method: Method) -> http::Method {
    match method {
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
        Method::Get => http::Method::GET,
    }
}
