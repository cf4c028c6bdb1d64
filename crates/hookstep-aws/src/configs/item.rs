//! A webhook as an item of the configs table, and back.

use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::auth::{Auth, Value};
use hookstep_core::filter::Filter;
use hookstep_core::header::Header;
use hookstep_core::ports::StoreError;
use hookstep_core::retry::{RetryOn, RetryPolicy};
use hookstep_core::secret::{Sealed, SealedSecrets};
use hookstep_core::signing::Signing;
use hookstep_core::webhook::{Method, Status, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::TABLE;
use crate::attribute::{Item, ItemBuilder, ItemReader};
use crate::auth_json::AuthJson;
use crate::shape_attributes;
use crate::signing_json::SigningJson;

#[derive(Serialize, Deserialize)]
struct RetryPolicyJson {
    max_retries: u32,
    schedule_seconds: Vec<u32>,
    retry_on: Vec<String>,
}

/// Text of JSON; what is written here always can be.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn write(webhook: &Webhook) -> Item {
    let headers = webhook.headers.iter().map(|header| {
        let value = match header.value() {
            Value::Shown(text) => AttributeValue::S(text.clone()),
            Value::Secret => AttributeValue::Null(true),
        };
        (header.name().to_owned(), value)
    });
    let policy = RetryPolicyJson {
        max_retries: webhook.retry_policy.max_retries,
        schedule_seconds: webhook.retry_policy.schedule_seconds.clone(),
        retry_on: webhook.retry_policy.retry_on.iter().map(|class| class.as_str().to_owned()).collect(),
    };
    let mut item = ItemBuilder::default()
        .text("tenant_id", webhook.tenant.as_str())
        .text("config_id", webhook.id.as_str())
        .text("name", &webhook.name)
        .text("description", &webhook.description)
        .optional_text("event_name", webhook.event_name.as_deref())
        .optional_text("filter", webhook.filter.as_ref().map(|filter| filter.as_json().to_string()))
        .text("url", webhook.url.as_str())
        .text("http_method", webhook.method.as_str())
        .value("headers", AttributeValue::M(headers.collect()))
        .text("status", webhook.status.as_str())
        // For functions of the version before, which may read it while a deployment is under way or after it was undone.
        .flag("enabled", webhook.status == Status::Active)
        .optional_text("status_reason", webhook.status_reason.as_deref())
        .optional_text("failing_since", webhook.failing_since.map(|since| since.to_string()).as_deref())
        .number("timeout_seconds", webhook.timeout.get())
        .text("retry_policy", json(&policy))
        .text("created_at", webhook.created_at.to_string())
        .text("updated_at", webhook.updated_at.to_string())
        .number("version", webhook.version);
    if webhook.auth != Auth::None {
        item = item.text("auth", json(&AuthJson::from(&webhook.auth)));
    }
    if webhook.signing != Signing::off() {
        item = item.text("signing", json(&SigningJson::from(&webhook.signing)));
    }
    item = shape_attributes::write(item, &webhook.shape);
    if webhook.static_ip {
        item = item.flag("static_ip", true);
    }
    if let Some(secrets) = &webhook.secrets {
        let slots = secrets.slots.iter().map(|slot| AttributeValue::S(slot.clone())).collect();
        item = item.text("sealed", secrets.sealed.as_str()).value("secret_slots", AttributeValue::L(slots));
    }
    item.build()
}

pub(super) fn read(item: &Item) -> Result<Webhook, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    Ok(Webhook {
        id: reader.parsed("config_id")?,
        tenant: reader.parsed("tenant_id")?,
        name: reader.text("name")?.to_owned(),
        description: reader.text("description")?.to_owned(),
        event_name: reader.optional_text("event_name").map(ToOwned::to_owned),
        filter: filter(&reader)?,
        // What was allowed when it was saved is sent to; the address rules are checked again at the dial.
        url: WebhookUrl::parse(reader.text("url")?, true).map_err(|_| reader.corrupt("url"))?,
        method: Method::from_name(reader.text("http_method")?).ok_or_else(|| reader.corrupt("http_method"))?,
        headers: headers(&reader)?,
        auth: auth(&reader)?,
        signing: signing(&reader)?,
        shape: shape_attributes::read(&reader)?,
        static_ip: reader.flag("static_ip"),
        secrets: secrets(&reader)?,
        status: status(&reader)?,
        status_reason: reader.optional_text("status_reason").map(ToOwned::to_owned),
        failing_since: failing_since(&reader)?,
        timeout: TimeoutSeconds::new(reader.number("timeout_seconds")?)
            .ok_or_else(|| reader.corrupt("timeout_seconds"))?,
        retry_policy: retry_policy(&reader)?,
        created_at: reader.parsed("created_at")?,
        updated_at: reader.parsed("updated_at")?,
        version: reader.number("version")?,
    })
}

fn failing_since(reader: &ItemReader<'_>) -> Result<Option<Timestamp>, StoreError> {
    let since = reader.optional_text("failing_since");
    since.map(|text| text.parse().map_err(|_| reader.corrupt("failing_since"))).transpose()
}

fn headers(reader: &ItemReader<'_>) -> Result<Vec<Header>, StoreError> {
    let corrupt = || reader.corrupt("headers");
    let map = reader.get("headers").and_then(|value| value.as_m().ok()).ok_or_else(corrupt)?;
    let one = |(name, value): (&String, &AttributeValue)| match value {
        AttributeValue::S(text) => Header::shown(name, text).map_err(|_| corrupt()),
        AttributeValue::Null(_) => Header::secret(name).map_err(|_| corrupt()),
        _ => Err(corrupt()),
    };
    let mut headers = map.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    // The map has no order; a request should look the same every time.
    headers.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(headers)
}

fn auth(reader: &ItemReader<'_>) -> Result<Auth, StoreError> {
    let Some(text) = reader.optional_text("auth") else { return Ok(Auth::None) };
    let json: Option<AuthJson> = serde_json::from_str(text).ok();
    json.and_then(AuthJson::into_auth).ok_or_else(|| reader.corrupt("auth"))
}

/// Webhooks that were saved before there were signatures have none.
fn signing(reader: &ItemReader<'_>) -> Result<Signing, StoreError> {
    let Some(text) = reader.optional_text("signing") else { return Ok(Signing::off()) };
    let json: Option<SigningJson> = serde_json::from_str(text).ok();
    json.and_then(SigningJson::into_signing).ok_or_else(|| reader.corrupt("signing"))
}

fn secrets(reader: &ItemReader<'_>) -> Result<Option<SealedSecrets>, StoreError> {
    let Some(sealed) = reader.optional_text("sealed") else { return Ok(None) };
    let corrupt = || reader.corrupt("secret_slots");
    let list = reader.get("secret_slots").and_then(|value| value.as_l().ok()).ok_or_else(corrupt)?;
    let slots = list.iter().map(|slot| slot.as_s().cloned().map_err(|_| corrupt())).collect::<Result<_, _>>()?;
    Ok(Some(SealedSecrets { slots, sealed: Sealed::new(sealed) }))
}

fn filter(reader: &ItemReader<'_>) -> Result<Option<Filter>, StoreError> {
    let Some(text) = reader.optional_text("filter") else { return Ok(None) };
    let pattern = serde_json::from_str(text).map_err(|_| reader.corrupt("filter"))?;
    Filter::saved(pattern).map(Some).ok_or_else(|| reader.corrupt("filter"))
}

fn status(reader: &ItemReader<'_>) -> Result<Status, StoreError> {
    match reader.optional_text("status") {
        Some(name) => Status::from_name(name).ok_or_else(|| reader.corrupt("status")),
        // As it was written before there was a status.
        None => Ok(if reader.flag("enabled") { Status::Active } else { Status::Disabled }),
    }
}

fn retry_policy(reader: &ItemReader<'_>) -> Result<RetryPolicy, StoreError> {
    let Some(text) = reader.optional_text("retry_policy") else { return Ok(RetryPolicy::default()) };
    let corrupt = || reader.corrupt("retry_policy");
    let json: RetryPolicyJson = serde_json::from_str(text).map_err(|_| corrupt())?;
    let retry_on = json.retry_on.iter().map(|name| RetryOn::from_name(name).ok_or_else(corrupt));
    Ok(RetryPolicy {
        max_retries: json.max_retries,
        schedule_seconds: json.schedule_seconds,
        retry_on: retry_on.collect::<Result<_, _>>()?,
    })
}
