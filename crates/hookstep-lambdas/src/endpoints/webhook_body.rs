//! A webhook as callers write and read it. Every field at fault is named at once.

use hookstep_core::header::Header;
use hookstep_core::limits::{
    DESCRIPTION_MAX_CHARS, HEADERS_MAX_BYTES, HEADERS_MAX_COUNT, NAME_MAX_CHARS, TIMEOUT_MAX_SECONDS, TOKEN_MAX_BYTES,
};
use hookstep_core::webhook::{Method, TimeoutSeconds, Webhook, WebhookUrl};
use serde_json::{Map, Value, json};

use crate::http::{FieldError, Problem};

/// What a caller sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// 1 to 200 characters.
    pub name: String,
    /// At most 2,000 characters.
    pub description: String,
    /// At most 255 bytes of visible ASCII.
    pub event_name: Option<String>,
    /// The target.
    pub url: WebhookUrl,
    /// POST where left out.
    pub method: Method,
    /// At most 50, of at most 8,192 bytes together.
    pub headers: Vec<Header>,
    /// 30 s where left out.
    pub timeout: TimeoutSeconds,
    /// True where left out.
    pub enabled: bool,
}

/// Fields of the body, and what is wrong with them.
struct Fields {
    given: Map<String, Value>,
    errors: Vec<FieldError>,
}

const KNOWN: [&str; 8] =
    ["name", "description", "event_name", "url", "http_method", "headers", "timeout_seconds", "enabled"];

/// Reads a body.
pub fn parse(body: &[u8], allow_http: bool) -> Result<Draft, Problem> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Problem::bad_request("invalid_json", format!("the body is not valid JSON: {error}")))?;
    let Value::Object(mut given) = value else {
        return Err(Problem::bad_request("invalid_json", "the body has to be a JSON object"));
    };
    // `method` is the short spelling of `http_method`.
    if let Some(method) = given.remove("method") {
        given.entry("http_method").or_insert(method);
    }
    let mut fields = Fields { given, errors: Vec::new() };
    fields.refuse_unknown();
    let name = fields.name();
    let description = fields.text("description", DESCRIPTION_MAX_CHARS).unwrap_or_default();
    let event_name = fields.event_name();
    let url = fields.url(allow_http);
    let method = fields.method();
    let headers = fields.headers();
    let timeout = fields.timeout();
    let enabled = fields.enabled();
    match (name, url) {
        (Some(name), Some(url)) if fields.errors.is_empty() => {
            Ok(Draft { name, description, event_name, url, method, headers, timeout, enabled })
        }
        _ => Err(Problem::invalid_fields(fields.errors)),
    }
}

impl Fields {
    fn refuse(&mut self, field: &str, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError { pointer: format!("/{}", escaped(field)), code, detail: detail.into() });
    }

    fn refuse_in(&mut self, field: &str, member: &str, code: &'static str, detail: impl Into<String>) {
        let pointer = format!("/{field}/{}", escaped(member));
        self.errors.push(FieldError { pointer, code, detail: detail.into() });
    }

    fn refuse_unknown(&mut self) {
        let unknown: Vec<String> = self.given.keys().filter(|key| !KNOWN.contains(&key.as_str())).cloned().collect();
        for field in unknown {
            self.refuse(
                &field,
                "unknown_field",
                format!("there is no such field; the fields are {}", KNOWN.join(", ")),
            );
        }
    }

    /// A field's value; null counts as left out.
    fn take(&mut self, field: &str) -> Option<Value> {
        self.given.remove(field).filter(|value| !value.is_null())
    }

    fn text(&mut self, field: &str, max_chars: usize) -> Option<String> {
        match self.take(field)? {
            Value::String(text) if text.chars().count() <= max_chars => Some(text),
            Value::String(_) => {
                self.refuse(field, "too_long", format!("takes at most {max_chars} characters"));
                None
            }
            _ => {
                self.refuse(field, "wrong_type", "has to be a string");
                None
            }
        }
    }

    fn required_text(&mut self, field: &str, max_chars: usize) -> Option<String> {
        if self.given.get(field).is_none_or(Value::is_null) {
            self.refuse(field, "required", "has to be given");
            return None;
        }
        self.text(field, max_chars)
    }

    fn name(&mut self) -> Option<String> {
        let name = self.required_text("name", NAME_MAX_CHARS)?;
        if name.trim().is_empty() {
            self.refuse("name", "empty", "has to hold at least one character that is not white space");
            return None;
        }
        Some(name)
    }

    fn event_name(&mut self) -> Option<String> {
        let name = self.text("event_name", TOKEN_MAX_BYTES)?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            self.refuse("event_name", "invalid", "takes 1 to 255 characters of visible ASCII");
            return None;
        }
        Some(name)
    }

    fn url(&mut self, allow_http: bool) -> Option<WebhookUrl> {
        let text = self.required_text("url", usize::MAX)?;
        match WebhookUrl::parse(&text, allow_http) {
            Ok(url) => Some(url),
            Err(error) => {
                self.refuse("url", "invalid_url", error.to_string());
                None
            }
        }
    }

    fn method(&mut self) -> Method {
        match self.take("http_method") {
            None => Method::Post,
            Some(value) => value.as_str().and_then(Method::from_name).unwrap_or_else(|| {
                let names: Vec<_> = Method::ALL.into_iter().map(Method::as_str).collect();
                self.refuse("http_method", "invalid_method", format!("takes one of {}", names.join(", ")));
                Method::Post
            }),
        }
    }

    fn headers(&mut self) -> Vec<Header> {
        let map = match self.take("headers") {
            None => return Vec::new(),
            Some(Value::Object(map)) => map,
            Some(_) => {
                self.refuse("headers", "wrong_type", "has to be an object of names and values");
                return Vec::new();
            }
        };
        let mut headers: Vec<Header> = Vec::new();
        for (name, value) in map {
            let Value::String(value) = value else {
                self.refuse_in("headers", &name, "wrong_type", "has to be a string");
                continue;
            };
            match Header::parse(&name, &value) {
                Err(error) => self.refuse_in("headers", &name, "invalid_header", error.to_string()),
                Ok(header) if headers.iter().any(|other| other.name().eq_ignore_ascii_case(header.name())) => {
                    self.refuse_in(
                        "headers",
                        &name,
                        "duplicate_header",
                        "stands here twice; names are the same in any case",
                    );
                }
                Ok(header) => headers.push(header),
            }
        }
        let size: usize = headers.iter().map(|header| header.name().len() + header.value().len()).sum();
        if headers.len() > HEADERS_MAX_COUNT || size > HEADERS_MAX_BYTES {
            let detail = format!("takes at most {HEADERS_MAX_COUNT} headers of {HEADERS_MAX_BYTES} bytes together");
            self.refuse("headers", "too_long", detail);
        }
        headers
    }

    fn timeout(&mut self) -> TimeoutSeconds {
        match self.take("timeout_seconds") {
            None => TimeoutSeconds::DEFAULT,
            Some(value) => {
                let seconds = value.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
                seconds.and_then(TimeoutSeconds::new).unwrap_or_else(|| {
                    let detail = format!("takes a whole number from 1 to {TIMEOUT_MAX_SECONDS}");
                    self.refuse("timeout_seconds", "out_of_range", detail);
                    TimeoutSeconds::DEFAULT
                })
            }
        }
    }

    fn enabled(&mut self) -> bool {
        match self.take("enabled") {
            None => true,
            Some(Value::Bool(enabled)) => enabled,
            Some(_) => {
                self.refuse("enabled", "wrong_type", "has to be true or false");
                true
            }
        }
    }
}

/// A name as a JSON pointer spells it (RFC 6901, section 3).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A webhook as the API shows it.
#[must_use]
pub fn show(webhook: &Webhook) -> Value {
    let headers: Map<_, _> =
        webhook.headers.iter().map(|header| (header.name().to_owned(), json!(header.value()))).collect();
    json!({
        "config_id": webhook.id.as_str(),
        "tenant_id": webhook.tenant.as_str(),
        "name": webhook.name,
        "description": webhook.description,
        "event_name": webhook.event_name,
        "url": webhook.url.as_str(),
        "http_method": webhook.method.as_str(),
        "headers": headers,
        "enabled": webhook.enabled,
        "status": if webhook.enabled { "active" } else { "disabled" },
        "timeout_seconds": webhook.timeout.get(),
        "created_at": webhook.created_at.to_string(),
        "updated_at": webhook.updated_at.to_string(),
        "version": webhook.version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(body: &str) -> Vec<(String, &'static str)> {
        let Err(problem) = parse(body.as_bytes(), false) else { panic!("{body} is accepted") };
        problem.errors().iter().map(|error| (error.pointer.clone(), error.code)).collect()
    }

    #[test]
    fn the_least_that_makes_a_webhook() {
        let draft = parse(br#"{"name":"a","url":"https://example.com"}"#, false).unwrap();
        assert_eq!(draft.method, Method::Post);
        assert_eq!(draft.timeout.get(), 30);
        assert!(draft.enabled);
        assert_eq!(draft.url.as_str(), "https://example.com/");
    }

    #[test]
    fn every_field_at_fault_is_named_at_once() {
        let body = r#"{"name":" ","url":"http://x","method":"FETCH","headers":{"Host":"a","x/y":1,"a b":"c"},
            "timeout_seconds":841,"enabled":"yes","event_name":"","description":7,"colour":"red"}"#;
        let mut expected = vec![
            ("/colour".to_owned(), "unknown_field"),
            ("/name".to_owned(), "empty"),
            ("/description".to_owned(), "wrong_type"),
            ("/event_name".to_owned(), "invalid"),
            ("/url".to_owned(), "invalid_url"),
            ("/http_method".to_owned(), "invalid_method"),
            ("/headers/Host".to_owned(), "invalid_header"),
            ("/headers/x~1y".to_owned(), "wrong_type"),
            ("/headers/a b".to_owned(), "invalid_header"),
            ("/timeout_seconds".to_owned(), "out_of_range"),
            ("/enabled".to_owned(), "wrong_type"),
        ];
        let mut found = problem(body);
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(problem("{}"), [("/name".to_owned(), "required"), ("/url".to_owned(), "required")]);
    }

    #[test]
    fn the_same_header_in_two_spellings_is_refused() {
        let body = r#"{"name":"a","url":"https://e.com","headers":{"X-A":"1","x-a":"2"}}"#;
        assert_eq!(problem(body), [("/headers/x-a".to_owned(), "duplicate_header")]);
    }
}
