//! Reading a webhook.

use hookstep_core::auth::{Auth, Value as Given};
use hookstep_core::bus::{EVENT_NAMES, is_event_name};
use hookstep_core::compose::CERTIFICATE_SLOT;
use hookstep_core::filter::Filter;
use hookstep_core::header::{Header, check_name};
use hookstep_core::limits::{
    DESCRIPTION_MAX_CHARS, EXPRESSION_MAX_BYTES, HEADERS_MAX_BYTES, HEADERS_MAX_COUNT, NAME_MAX_CHARS,
    RETRIES_MAX_COUNT, RETRY_INTERVAL_MAX_SECONDS, TIMEOUT_MAX_SECONDS, TOKEN_MAX_BYTES, WEBHOOK_BODY_MAX_BYTES,
};
use hookstep_core::retry::{RetryOn, RetryPolicy};
use hookstep_core::secret::{Owner, SealedSecrets};
use hookstep_core::shape::{Expression, PayloadFormat, Shape};
use hookstep_core::signing::Signing;
use hookstep_core::webhook::{Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::auth::{DraftAuth, VISIBLE, auth};
use super::client_certificate::client_certificate;
use super::fields::{Fields, whole_number};
use super::rules::{Rules, target};
use super::secrets::{SecretChanges, value};
use super::show::show;
use super::signing::signing;
use crate::http::Problem;

/// What a caller sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// 1 to 200 characters.
    pub name: String,
    /// At most 2,000 characters.
    pub description: String,
    /// As [`is_event_name`] has it.
    pub event_name: Option<String>,
    /// At most 4,096 bytes of JSON.
    pub filter: Option<Filter>,
    /// The target.
    pub url: WebhookUrl,
    /// POST where left out.
    pub method: Method,
    /// At most 50, those that are shown of at most 8,192 bytes together, sorted by name.
    pub headers: Vec<Header>,
    /// None where left out.
    pub auth: DraftAuth,
    /// How requests are signed.
    pub signing: Signing,
    /// What becomes of payloads.
    pub shape: Shape,
    /// False where left out.
    pub static_ip: bool,
    /// What becomes of the secrets.
    pub secrets: SecretChanges,
    /// 30 s where left out.
    pub timeout: TimeoutSeconds,
    /// That of Standard Webhooks where left out.
    pub retry_policy: RetryPolicy,
    /// True where left out.
    pub enabled: bool,
}

impl Draft {
    /// The webhook that comes of it, where `current` was before: with its authentication complete and its secrets sealed.
    #[must_use]
    pub fn into_webhook(
        self,
        owner: &Owner,
        auth: Auth,
        secrets: Option<SealedSecrets>,
        current: Option<&Webhook>,
        now: Timestamp,
    ) -> Webhook {
        let (status, status_reason) = match current {
            _ if self.enabled => (Status::Active, None),
            Some(current) if current.status == Status::AutoDisabled => (current.status, current.status_reason.clone()),
            _ => (Status::Disabled, None),
        };
        Webhook {
            id: owner.config_id.clone(),
            tenant: owner.tenant.clone(),
            name: self.name,
            description: self.description,
            event_name: self.event_name,
            filter: self.filter,
            url: self.url,
            method: self.method,
            headers: self.headers,
            auth,
            signing: self.signing,
            shape: self.shape,
            static_ip: self.static_ip,
            secrets,
            status,
            status_reason,
            // A change is a fresh start: its receiver failed a webhook that was another one.
            failing_since: None,
            timeout: self.timeout,
            retry_policy: self.retry_policy,
            created_at: current.map_or(now, |webhook| webhook.created_at),
            updated_at: now,
            version: current.map_or(1, |webhook| webhook.version + 1),
        }
    }
}

/// What can be set, in the order in which it is named to callers.
const WRITABLE: [&str; 16] = [
    "name",
    "description",
    "event_name",
    "filter",
    "url",
    "http_method",
    "headers",
    "auth",
    "enabled",
    "timeout_seconds",
    "retry_policy",
    "static_ip",
    "payload_format",
    "transformation",
    "signing",
    "client_certificate",
];

/// What is shown and not set. It may be sent back as it was shown.
const READ_ONLY: [&str; 8] =
    ["config_id", "tenant_id", "status", "status_reason", "static_ip_addresses", "created_at", "updated_at", "version"];

/// Reads a body that has to be a JSON object.
pub fn object(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    object_of(body, WEBHOOK_BODY_MAX_BYTES, "a webhook takes")
}

/// Reads a body that has to be a JSON object of so many bytes at most; `who_takes` says who takes no more.
pub(crate) fn object_of(body: &[u8], max_bytes: usize, who_takes: &str) -> Result<Map<String, Value>, Problem> {
    if body.len() > max_bytes {
        return Err(Problem::too_large(format!("{who_takes} at most {max_bytes} bytes of JSON")));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(given)) => Ok(given),
        Ok(_) => Err(Problem::bad_request("invalid_json", "the body has to be a JSON object")),
        // The parser names a place and what it expected, and quotes nothing.
        Err(error) => Err(Problem::bad_request("invalid_json", format!("the body is not valid JSON: {error}"))),
    }
}

/// Reads a webhook; `current` is the one that it takes the place of.
pub fn parse(given: Map<String, Value>, rules: &Rules, current: Option<&Webhook>) -> Result<Draft, Problem> {
    let mut errors = Vec::new();
    let mut fields = Fields::new(given, &mut errors);
    read_only(&mut fields, rules, current);
    let name = name(&mut fields);
    let description = fields.text("description", DESCRIPTION_MAX_CHARS).unwrap_or_default();
    let event_name = event_name(&mut fields);
    let filter = filter(&mut fields);
    let url = target(&mut fields, "url", rules, current.map(|webhook| &webhook.url));
    let method = fields.choice("http_method", "invalid_method", &Method::ALL, Method::as_str).unwrap_or(Method::Post);
    let mut secrets = SecretChanges::default();
    let auth = auth(&mut fields, rules, current, &mut secrets);
    let headers = headers(&mut fields, &auth, current, &mut secrets);
    let timeout = timeout(&mut fields);
    let retry_policy = retry_policy(&mut fields);
    let enabled = fields.flag("enabled", true);
    let shape = shape(&mut fields, event_name.as_deref());
    let static_ip = static_ip(&mut fields, rules, current);
    let signing = signing(&mut fields, current, &mut secrets);
    client_certificate(&mut fields, current, &mut secrets);
    if url.as_ref().is_some_and(|url| !url.is_https()) && secrets.0.contains_key(CERTIFICATE_SLOT) {
        let detail = "is shown over https only; take it away, or give an https:// URL";
        fields.refuse("client_certificate", "invalid_certificate", detail);
    }
    fields.finish(&WRITABLE);
    match (name, url) {
        (Some(name), Some(url)) if errors.is_empty() => Ok(Draft {
            name,
            description,
            event_name,
            filter,
            url,
            method,
            headers,
            auth,
            signing,
            shape,
            static_ip,
            secrets,
            timeout,
            retry_policy,
            enabled,
        }),
        _ => Err(Problem::invalid_fields(errors)),
    }
}

fn read_only(fields: &mut Fields<'_>, rules: &Rules, current: Option<&Webhook>) {
    let detail = "is set by Hookstep; leave it out, or send it as it was shown";
    let shown = current.map(|webhook| show(webhook, &rules.static_ip_addresses)).unwrap_or_default();
    for field in READ_ONLY {
        if let Some(given) = fields.take(field)
            && Some(&given) != shown.get(field)
        {
            fields.refuse(field, "read_only", detail);
        }
    }
    // Deliveries change it, and no version tells of that: what was shown a moment ago may be sent back.
    if let Some(given) = fields.take("failing_since")
        && (current.is_none() || given.as_str().is_none_or(|text| text.parse::<Timestamp>().is_err()))
    {
        fields.refuse("failing_since", "read_only", detail);
    }
}

fn event_name(fields: &mut Fields<'_>) -> Option<String> {
    let name = fields.text("event_name", TOKEN_MAX_BYTES)?;
    if !is_event_name(&name) {
        let detail = format!("takes {EVENT_NAMES}");
        fields.refuse("event_name", "invalid", detail);
        return None;
    }
    Some(name)
}

fn shape(fields: &mut Fields<'_>, event_name: Option<&str>) -> Shape {
    let formats = PayloadFormat::ALL;
    let format = fields.choice("payload_format", "invalid", &formats, PayloadFormat::as_str).unwrap_or_default();
    if format == PayloadFormat::StandardWebhooks && event_name.is_none() {
        fields.refuse("event_name", "required", "is the `type` of the envelope that `payload_format` asks for");
    }
    let transformation = fields.text("transformation", EXPRESSION_MAX_BYTES).and_then(|text| {
        let expression = Expression::new(&text);
        if expression.is_none() {
            let detail = format!(
                "takes a JSONata expression of at most {EXPRESSION_MAX_BYTES} bytes as a JSON string, without control characters"
            );
            fields.refuse("transformation", "invalid_transformation", detail);
        }
        expression
    });
    Shape { transformation, format }
}

/// A webhook can be changed also when the deployment has lost its static IP.
fn static_ip(fields: &mut Fields<'_>, rules: &Rules, current: Option<&Webhook>) -> bool {
    let wanted = fields.flag("static_ip", false);
    let was_so = current.is_some_and(|webhook| webhook.static_ip);
    if wanted && !was_so && rules.static_ip_addresses.is_empty() {
        let detail = "this deployment has no static IP address; its operator adds one by the parameter StaticIpZones";
        fields.refuse("static_ip", "not_available", detail);
    }
    wanted
}

fn name(fields: &mut Fields<'_>) -> Option<String> {
    let name = fields.required_text("name", NAME_MAX_CHARS)?;
    if name.trim().is_empty() {
        fields.refuse("name", "empty", "has to hold at least one character that is not white space");
        return None;
    }
    Some(name)
}

/// The pattern of the member `filter`, if it is there and good.
pub(crate) fn filter(fields: &mut Fields<'_>) -> Option<Filter> {
    let pattern = fields.take("filter")?;
    let faults = match Filter::parse(pattern) {
        Ok(filter) => return Some(filter),
        Err(faults) => faults,
    };
    for fault in faults {
        let pointer = format!("{}{}", fields.pointer("filter"), fault.pointer);
        fields.refuse_at(pointer, "invalid_filter", fault.detail);
    }
    None
}

fn headers(
    fields: &mut Fields<'_>,
    auth: &DraftAuth,
    current: Option<&Webhook>,
    changes: &mut SecretChanges,
) -> Vec<Header> {
    let Some(mut fields) = fields.inside("headers") else { return Vec::new() };
    let set_by_auth = |name: &str| match auth {
        DraftAuth::Ready(auth) => auth.sets_header(name),
        DraftAuth::Connection(_) => Auth::Basic { username: String::new() }.sets_header(name),
    };
    let mut headers: Vec<Header> = Vec::new();
    let mut size = 0;
    let too_long =
        format!("takes at most {HEADERS_MAX_COUNT} headers, of {HEADERS_MAX_BYTES} bytes together but for secrets");
    let names = fields.names();
    if names.len() > HEADERS_MAX_COUNT {
        fields.refuse_at("/headers".to_owned(), "too_long", too_long);
        return headers;
    }
    for name in names {
        if let Err(error) = check_name(&name) {
            fields.take(&name);
            fields.refuse(&name, "invalid_header", error.to_string());
            continue;
        }
        if set_by_auth(&name) {
            fields.take(&name);
            fields.refuse(&name, "set_by_auth", "`auth` sets this header; leave it out here, or change `auth`");
            continue;
        }
        let Some(value) = value(&mut fields, &name, VISIBLE, current, changes) else { continue };
        if let Given::Shown(text) = &value {
            size += name.len() + text.len();
        }
        if headers.iter().any(|other| other.name().eq_ignore_ascii_case(&name)) {
            let detail = "stands here twice; names are the same in any case";
            fields.refuse(&name, "duplicate_header", detail);
            continue;
        }
        let header = match value {
            Given::Shown(text) => Header::shown(&name, &text),
            Given::Secret => Header::secret(&name),
        };
        headers.extend(header.ok());
    }
    if size > HEADERS_MAX_BYTES {
        fields.refuse_at("/headers".to_owned(), "too_long", too_long);
    }
    headers.sort_by(|a, b| a.name().cmp(b.name()));
    headers
}

fn timeout(fields: &mut Fields<'_>) -> TimeoutSeconds {
    let Some(value) = fields.take("timeout_seconds") else { return TimeoutSeconds::DEFAULT };
    let seconds = whole_number(&value).and_then(|seconds| u32::try_from(seconds).ok());
    seconds.and_then(TimeoutSeconds::new).unwrap_or_else(|| {
        let detail = format!("takes a whole number from 1 to {TIMEOUT_MAX_SECONDS}");
        fields.refuse("timeout_seconds", "out_of_range", detail);
        TimeoutSeconds::DEFAULT
    })
}

fn retry_policy(fields: &mut Fields<'_>) -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    let Some(mut fields) = fields.inside("retry_policy") else { return policy };
    if let Some(value) = fields.take("max_retries") {
        let count = whole_number(&value).filter(|&retries| RetryPolicy::is_count(retries));
        if let Some(retries) = count.and_then(|retries| u32::try_from(retries).ok()) {
            policy.max_retries = retries;
        } else {
            let detail = format!("takes a whole number from 0 (no retries) to {RETRIES_MAX_COUNT}");
            fields.refuse("max_retries", "out_of_range", detail);
        }
    }
    if let Some(value) = fields.take("schedule_seconds") {
        let waits = value.as_array().filter(|waits| (1..=RETRIES_MAX_COUNT as usize).contains(&waits.len()));
        let seconds = |wait: &Value| {
            whole_number(wait).filter(|&seconds| RetryPolicy::is_interval(seconds)).and_then(|s| u32::try_from(s).ok())
        };
        if let Some(waits) = waits.and_then(|waits| waits.iter().map(seconds).collect::<Option<Vec<_>>>()) {
            policy.schedule_seconds = waits;
        } else {
            let detail =
                format!("takes 1 to {RETRIES_MAX_COUNT} waits of 1 to {RETRY_INTERVAL_MAX_SECONDS} seconds each");
            fields.refuse("schedule_seconds", "out_of_range", detail);
        }
    }
    if let Some(value) = fields.take("retry_on") {
        let class = |name: &Value| name.as_str().and_then(RetryOn::from_name);
        let classes = value.as_array().and_then(|names| names.iter().map(class).collect::<Option<Vec<_>>>());
        if let Some(mut classes) = classes {
            classes.sort();
            classes.dedup();
            policy.retry_on = classes;
        } else {
            let names: Vec<_> = RetryOn::ALL.into_iter().map(RetryOn::as_str).collect();
            fields.refuse("retry_on", "invalid", format!("takes a list of {}", names.join(", ")));
        }
    }
    fields.finish(&["max_retries", "schedule_seconds", "retry_on"]);
    policy
}
