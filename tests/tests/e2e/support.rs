//! What the tests of the management calls share.

use anyhow::{Context as _, Result, ensure};
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_tests::{Answer, Api, Change, Hookstep, Webhook};
use serde_json::{Value, json};

/// A target that nothing is sent to.
pub(crate) const TARGET: &str = "https://receiver.example/hook";
/// A webhook that nobody has.
pub(crate) const NOBODY: &str = "wh_01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// The body of a creation: what there must be, and these fields.
pub(crate) fn draft(fields: Value) -> Value {
    let mut draft = json!({ "name": "end-to-end test", "url": TARGET });
    let Value::Object(fields) = fields else { panic!("{fields} is not an object") };
    draft.as_object_mut().unwrap().extend(fields);
    draft
}

/// A new webhook with these fields, as the API shows it from then on: without the signing secret that only this answer shows.
pub(crate) async fn created(api: &Api, fields: Value) -> Result<Value> {
    let mut webhook: Value = api.create_raw(&draft(fields)).await?.expect(reqwest::StatusCode::CREATED)?;
    webhook["signing"].as_object_mut().context("a webhook without `signing`")?.remove("secret");
    Ok(webhook)
}

/// The webhook as it is now, all of it.
pub(crate) async fn shown(api: &Api, webhook: &Value) -> Result<Value> {
    api.get_raw(id(webhook)).await?.expect(reqwest::StatusCode::OK)
}

pub(crate) fn id(webhook: &Value) -> &str {
    webhook["config_id"].as_str().unwrap()
}

/// A webhook without what changes with each write.
pub(crate) fn without_stamp(webhook: &Value) -> Value {
    let mut webhook = webhook.clone();
    let fields = webhook.as_object_mut().unwrap();
    fields.remove("updated_at");
    fields.remove("version");
    webhook
}

pub(crate) fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.in_words());
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.in_words());
    let problem = answer.problem().unwrap();
    assert_eq!((problem.code.as_str(), problem.status), (code, status), "{}", answer.in_words());
    assert_eq!(problem.kind, format!("urn:hookstep:problem:{code}"));
    assert!(!problem.title.is_empty() && problem.detail.is_some_and(|detail| !detail.is_empty()));
}

/// What an answer says of which field, as `pointer code`, sorted.
pub(crate) fn faults(answer: &Answer) -> Vec<String> {
    assert_problem(answer, 400, "validation_failed");
    let mut faults = Vec::new();
    for error in &answer.problem().unwrap().errors {
        assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{error}");
        faults.push(format!("{} {}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()));
    }
    faults.sort();
    faults
}

/// What a webhook's history says was done, newest first.
pub(crate) async fn history(api: &Api, webhook: &Value) -> Result<Vec<Change>> {
    Ok(api.history(id(webhook)).await?.data)
}

/// The webhook's item in the configs table.
pub(crate) async fn item_of(
    hookstep: &Hookstep,
    webhook: &Webhook,
) -> Result<std::collections::HashMap<String, AttributeValue>> {
    let request = hookstep.engine().dynamodb.get_item().table_name(&hookstep.stack.configs_table).consistent_read(true);
    let request = request
        .key("tenant_id", AttributeValue::S(webhook.tenant_id.clone()))
        .key("config_id", AttributeValue::S(webhook.config_id.clone()));
    request.send().await?.item.context("no such item")
}

/// Sets an attribute of the webhook's item to a text, behind the API's back.
pub(crate) async fn set_attribute(hookstep: &Hookstep, webhook: &Webhook, name: &str, value: &str) -> Result<()> {
    set_value(hookstep, webhook, name, AttributeValue::S(value.to_owned())).await
}

/// Sets an attribute of the webhook's item to anything, behind the API's back.
pub(crate) async fn set_value(hookstep: &Hookstep, webhook: &Webhook, name: &str, value: AttributeValue) -> Result<()> {
    let request = hookstep.engine().dynamodb.update_item().table_name(&hookstep.stack.configs_table);
    request
        .key("tenant_id", AttributeValue::S(webhook.tenant_id.clone()))
        .key("config_id", AttributeValue::S(webhook.config_id.clone()))
        .condition_expression("attribute_exists(config_id)")
        .update_expression("SET #name = :value")
        .expression_attribute_names("#name", name)
        .expression_attribute_values(":value", value)
        .send()
        .await?;
    Ok(())
}

/// Has the webhook ask another token endpoint, as one that was saved when the operator still allowed it.
pub(crate) async fn set_token_url(hookstep: &Hookstep, webhook: &Webhook, url: &str) -> Result<()> {
    let mut auth: Value = serde_json::from_str(&text_of(&item_of(hookstep, webhook).await?, "auth")?)?;
    ensure!(auth["token_url"].is_string(), "the webhook has no token endpoint");
    auth["token_url"] = url.into();
    set_attribute(hookstep, webhook, "auth", &auth.to_string()).await
}

/// The names of an object's members, sorted.
pub(crate) fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// The text of an attribute.
pub(crate) fn text_of(item: &std::collections::HashMap<String, AttributeValue>, name: &str) -> Result<String> {
    let value = item.get(name).and_then(|value| value.as_s().ok());
    let text = value.with_context(|| format!("no text {name}"))?;
    ensure!(!text.is_empty(), "{name} is empty");
    Ok(text.clone())
}
