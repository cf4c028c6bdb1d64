//! The API's document (`OpenAPI` 3.1), made from the code: calls from [`routes`](crate::routes), limits and closed lists from core, problems from
//! [`kinds`](crate::http::kinds), examples by the code that reads requests and shows answers.
//!
//! `cargo xtask openapi` writes it to `openapi.json`, which is committed and served. A test compares the two.

mod auth;
mod call;
mod console;
mod console_calls;
mod event;
mod event_calls;
mod filter;
mod form;
mod parameters;
mod problem;
mod replay;
mod replay_calls;
mod samples;
mod served;
mod signing;
mod signing_calls;
mod signing_samples;
mod stats;
mod text;
mod webhook;
mod webhook_calls;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::routes::{Operation, Permission, ROUTES, Route};
use call::{Call, Described};
use samples::Broken;

pub use served::{COMMITTED, served};

/// The document.
///
/// # Errors
/// An example that the code refuses.
pub fn document() -> Result<Value, Broken> {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES.into_iter().filter(|route| !route.operation.is_page()) {
        let item = paths.entry(route.path).or_insert_with(|| path_item(route.path));
        item[route.method.to_lowercase()] = operation(&route)?;
    }
    Ok(sorted(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Hookstep",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Webhooks from an AWS account, with no servers of its own.",
            "description": include_str!("description.md"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "./", "description": "The API's root, where this document is." }],
        "tags": [
            { "name": "Webhooks", "description": "Configured targets." },
            { "name": "Deliveries", "description": "Sending events, and seeing beforehand what would be sent." },
            { "name": "Events", "description": "What was sent and answered." },
            { "name": "Replays", "description": "Events that are sent again." },
            { "name": "Statistics", "description": "How deliveries went, over time." },
            { "name": "Signatures", "description": "By what receivers know that a request is genuine." },
            { "name": "Service", "description": "About the API itself. Anybody may call." },
        ],
        "paths": paths,
        "components": components()?,
    })))
}

/// The same with the members of all objects in the order of their names, whichever features `serde_json` is compiled with: the
/// committed document changes where its content does.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().collect();
            Value::Object(members.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

fn describe(operation: Operation) -> Described {
    match operation {
        Operation::CreateWebhook => webhook_calls::create(),
        Operation::ListWebhooks => webhook_calls::list(),
        Operation::GetWebhook => Ok(webhook_calls::get()),
        Operation::ReplaceWebhook => Ok(webhook_calls::replace()),
        Operation::PatchWebhook => Ok(webhook_calls::patch()),
        Operation::DeleteWebhook => Ok(webhook_calls::delete()),
        Operation::WebhookHistory => webhook_calls::history(),
        Operation::TestAuth => Ok(webhook_calls::test_auth()),
        Operation::TriggerWebhook => event_calls::trigger(),
        Operation::TestWebhook => event_calls::test(),
        Operation::CreatePayload => Ok(event_calls::create_payload()),
        Operation::ListWebhookEvents => event_calls::of_webhook(),
        Operation::GetEvent => event_calls::get(),
        Operation::ListEvents => event_calls::of_tenant(),
        Operation::Health => Ok(event_calls::health()),
        Operation::OpenApi => Ok(event_calls::openapi()),
        Operation::RotateSecret => signing_calls::rotate_secret(),
        Operation::PreviewWebhook => signing_calls::preview(),
        Operation::PublicKey => signing_calls::public_key(),
        Operation::RotateSigningKey => signing_calls::rotate_key(),
        Operation::RetryEvent => Ok(event_calls::retry()),
        Operation::CancelEvent => Ok(event_calls::cancel()),
        Operation::ReplayEvent => Ok(replay_calls::one()),
        Operation::ReplayEvents => replay_calls::many(),
        Operation::ListReplays => replay_calls::list(),
        Operation::GetReplay => replay_calls::get(),
        Operation::StopReplay => replay_calls::stop(),
        Operation::ResumeReplay => replay_calls::resume(),
        Operation::WebhookStats => Ok(stats::of_webhook()),
        Operation::Stats => Ok(stats::of_tenant()),
        Operation::Overview => console_calls::overview(),
        Operation::TestFilter => Ok(console_calls::test_filter()),
        Operation::DownloadPayload => Ok(console_calls::payload()),
        Operation::DownloadResponse => Ok(console_calls::response()),
        Operation::ConsoleConfig => Ok(console_calls::config()),
        Operation::ConsoleStart | Operation::ConsoleFile => Err("a page is no call".into()),
    }
}

/// `createWebhook` for [`Operation::CreateWebhook`].
fn operation_id(operation: Operation) -> String {
    let name = format!("{operation:?}");
    let (first, rest) = name.split_at(1);
    first.to_lowercase() + rest
}

fn path_item(path: &str) -> Value {
    let parameters: Vec<Value> = ["ConfigId", "EventId", "ReplayId", "AttemptNumber"]
        .into_iter()
        .zip(["{config_id}", "{event_id}", "{replay_id}", "{number}"])
        .filter(|(_, place)| path.contains(place))
        .map(|(name, _)| parameters::parameter(name))
        .collect();
    if parameters.is_empty() { json!({}) } else { json!({ "parameters": parameters }) }
}

fn operation(route: &Route) -> Result<Value, Broken> {
    let call = describe(route.operation)?;
    let mut operation = json!({
        "operationId": operation_id(route.operation),
        "tags": [call.tag],
        "summary": call.summary,
        "security": security(route.permission),
        "responses": responses(&call, route.permission),
    });
    if !call.description.is_empty() {
        operation["description"] = json!(call.description);
    }
    if let Some(permission) = route.permission {
        operation["x-permission"] = json!(permission_name(permission));
    }
    if !call.parameters.is_empty() {
        operation["parameters"] = call.parameters.iter().map(|name| parameters::parameter(name)).collect();
    }
    if let Some(body) = call.body {
        operation["requestBody"] = body;
    }
    Ok(operation)
}

fn responses(call: &Call, permission: Option<Permission>) -> Map<String, Value> {
    let mut codes = call.problems.clone();
    let mut gateway = vec![429, 500, 503];
    if permission.is_some() {
        gateway.extend([401, 403]);
        codes.extend(["forbidden", "internal_error", "unavailable"]);
    }
    if call.body.is_some() {
        gateway.push(413);
    }
    let mut responses: Map<String, Value> =
        call.answers.iter().map(|(status, answer)| (status.to_string(), answer.clone())).collect();
    responses.extend(problem::responses(&codes, &gateway));
    responses
}

/// One of the two, by the deployment's `AuthMode`. The words are those of the template's defaults.
fn security(permission: Option<Permission>) -> Value {
    match permission {
        None => json!([]),
        Some(permission) => json!([{ "iam": [] }, { "jwt": [format!("hookstep/{}", permission_name(permission))] }]),
    }
}

fn permission_name(permission: Permission) -> &'static str {
    match permission {
        Permission::Read => "read",
        Permission::Write => "write",
        Permission::Trigger => "trigger",
    }
}

fn components() -> Result<Value, Broken> {
    let mut schemas: Map<String, Value> = Map::new();
    schemas.extend(webhook::schemas());
    schemas.extend(auth::schemas());
    let named = |(name, schema): (&str, Value)| (name.to_owned(), schema);
    schemas.extend(filter::schemas().map(named));
    schemas.extend(event::schemas().into_iter().map(named));
    schemas.extend(problem::schemas().map(named));
    schemas.extend(replay::schemas().map(named));
    schemas.extend(console::schemas().map(named));
    schemas.extend(signing::schemas());
    schemas.extend(stats::schemas().map(named));
    let mut examples = problem::examples();
    let shown = samples::shown_webhooks()?.into_iter();
    examples.extend(shown.map(|(name, summary, value)| (name, json!({ "summary": summary, "value": value }))));
    Ok(json!({
        "schemas": schemas,
        "parameters": parameters::all(),
        "responses": problem::shared_responses(),
        "examples": examples,
        "securitySchemes": {
            "iam": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`AuthMode=IAM`: AWS Signature Version 4 for the service `execute-api`. IAM policies say who may call what.",
                "x-amazon-apigateway-authtype": "awsSigv4",
            },
            "jwt": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "`AuthMode=JWT`: a token of the operator's issuer. Its claims name the tenant, whose webhooks the calls are about, \
                                and hold the words for what the caller may do.",
            },
        },
    }))
}
