//! Legs of webhooks with secrets: what the state shows of them, and what happens when they can't be opened.

use anyhow::{Context as _, Result};
use hookstep_local::secrets::{Needles, planted};
use hookstep_tests::{HOOK, NewWebhook, Script, TokenClient, TokenEndpoint};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::interpreter::Faults;
use crate::path::Path;

const DELIVER: &str = "DeliverFunctionArn";

/// A webhook with secrets in headers, and this authentication.
fn with_secrets(webhook: &mut NewWebhook, auth: &Value) {
    webhook.set("auth", auth.clone());
    webhook.set(
        "headers",
        json!({ "x-plain": "shown", "x-hidden": { "secret": planted("header") }, "x-api-key": planted("key") }),
    );
}

/// Runs a leg to such a webhook, and looks for secrets in everything that the interpreter keeps of it.
async fn leaves_no_trace(auth: &Value, is_right: impl Fn(&hookstep_tests::ReceivedRequest) -> bool) -> Result<()> {
    let path = Path::with(|webhook| with_secrets(webhook, auth)).await?;
    // Whatever the receiver gets it sends back.
    path.scene.receiver.on(
        HOOK,
        Script::decide(|request| {
            let headers = ["authorization", "x-hidden", "x-api-key", "x-key"];
            let echo: Vec<String> = headers.iter().filter_map(|name| request.header(name)).collect();
            Script::status(200).header("x-echo", echo.join(" ")).body(echo.join("\n"))
        }),
    );
    path.each(async |leg| {
        let (ended, history) = leg.execute().await?;
        assert_eq!(ended["status"], "SUCCEEDED");
        let row = leg.row().await?.context("a row")?;
        assert_eq!(row["status"].as_s().map(String::as_str), Ok("succeeded"));
        let kept = format!("{ended} {} {row:?}", Value::from(history));
        let found = Needles::marker().find(kept.as_bytes());
        assert_eq!(found, [], "in {kept}");
        // It is there, and sealed.
        assert!(kept.contains("sealed_headers") && kept.contains("v2."), "{kept}");
        Ok(Value::Null)
    })
    .await?;
    let requests = path.scene.receiver.requests_to(HOOK);
    assert!(!requests.is_empty());
    for request in requests {
        assert!(request.header("x-hidden").is_some_and(|value| value.starts_with("PLANTED5ECRET")), "{request:?}");
        assert!(request.header("x-api-key").is_some_and(|value| value.starts_with("PLANTED5ECRET")), "{request:?}");
        assert!(is_right(&request), "{request:?}");
    }
    Ok(())
}

#[tokio::test]
async fn no_secret_of_headers_and_basic_authentication_is_in_a_state_or_a_row() -> Result<()> {
    let auth = json!({ "type": "basic", "username": "u", "password": planted("password") });
    leaves_no_trace(&auth, |request| request.header("authorization").is_some_and(|value| value.starts_with("Basic ")))
        .await
}

#[tokio::test]
async fn no_api_key_is_in_a_state_or_a_row() -> Result<()> {
    let key = planted("value");
    let auth = json!({ "type": "api_key", "in": "header", "name": "x-key", "value": key });
    let expected = key.clone();
    leaves_no_trace(&auth, move |request| request.header("x-key").as_ref() == Some(&expected)).await?;
    let auth = json!({ "type": "api_key", "in": "query", "name": "key", "value": key });
    leaves_no_trace(&auth, move |request| format!("{request:?}").contains(&key)).await
}

#[tokio::test]
async fn no_client_secret_and_no_token_is_in_a_state_or_a_row() -> Result<()> {
    let secret = planted("client");
    let tokens = TokenEndpoint::start(TokenClient::new("client", &secret).in_body()).await?;
    let auth = json!({
        "type": "oauth2_client_credentials", "token_url": tokens.url(), "client_id": "client", "client_secret": secret,
        "client_authentication": "body",
    });
    leaves_no_trace(&auth, |request| tokens.accepts(request)).await?;
    assert_eq!(tokens.refusals(), [""; 0]);
    Ok(())
}

#[tokio::test]
async fn a_key_service_that_is_unavailable_once_delays_the_delivery() -> Result<()> {
    let faults = Faults::none().broken(DELIVER, &[("FAULT", "SecretsUnavailable"), ("TIMES", "1")]);
    let seen = Path::new().await?.where_machine(faults).take().await?;
    assert_eq!(seen["states"][3], "Deliver (2 times)");
    assert_eq!((&seen["row"]["status"], &seen["requests"]), (&"succeeded".into(), &1.into()));
    Ok(())
}

#[tokio::test]
async fn a_key_service_that_stays_unavailable_fails_the_event() -> Result<()> {
    let path = Path::new().await?.where_machine(Faults::none().broken(DELIVER, &[("FAULT", "SecretsUnavailable")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn secrets_that_can_not_be_opened_fail_the_event_without_a_request() -> Result<()> {
    let path = Path::with(|webhook| with_secrets(webhook, &json!({ "type": "none" }))).await?;
    // The ciphertext of another webhook: KMS refuses its data key to this one.
    let other = path.scene.hookstep.webhook_at("http://127.0.0.1:9/", |webhook| {
        with_secrets(webhook, &json!({ "type": "none" }));
    });
    let other = other.await?.config_id;
    let engine = path.scene.hookstep.engine();
    let table = &path.scene.hookstep.stack.configs_table;
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let get = engine.dynamodb.get_item().table_name(table).key("tenant_id", text("default"));
    let item = get.key("config_id", text(&other)).send().await?.item.context("the other webhook")?;
    engine
        .dynamodb
        .update_item()
        .table_name(table)
        .key("tenant_id", text("default"))
        .key("config_id", text(&path.scene.webhook.config_id))
        .update_expression("SET sealed = :sealed")
        .expression_attribute_values(":sealed", item["sealed"].clone())
        .send()
        .await?;
    let seen = path.take().await?;
    assert_eq!(seen["row"]["reason"], "secrets_unreadable");
    assert_json_snapshot!(seen);
    Ok(())
}
