//! Previews of what can not be sent, of too much, and of nothing.

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Hookstep, Preview, Scene, Trigger, unique};
use serde_json::{Value, json};

use crate::connections::{basic, by, scene_by};
use crate::preview::{Given, scene_with};
use crate::support::{NOBODY, assert_problem, set_attribute, set_value};

/// What Lambda takes as an answer.
const ANSWER_MAX_BYTES: usize = 6_291_556;
/// What is shown of a body.
const BODY_MAX_BYTES: usize = 1_048_576;

/// The error of a preview that shows no request, which is the one that the event would have.
async fn assert_refused(scene: &Scene, given: &Given, code: &str, says: &str) -> Result<()> {
    let answer =
        scene.hookstep.api.preview_raw(&scene.webhook.config_id, given.payload.clone(), given.content_type).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    let shown: Value = answer.json()?;
    assert_eq!(shown["error"]["code"], code, "{shown}");
    let message = shown["error"]["message"].as_str().context("no message")?;
    assert!(message.contains(says), "{message}");
    assert!(shown.get("body").is_none() && shown.get("headers").is_none(), "{shown}");
    let trigger = Trigger { body: given.payload.clone(), ..Trigger::json("") };
    let event = scene.deliver(&trigger).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some(code)), "{event:?}");
    assert_eq!(event.attempts[0].error.as_ref().and_then(|error| error.message.as_deref()), Some(message));
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_payload_of_which_no_request_can_be_made_is_told_with_the_events_error() -> Result<()> {
    let envelope = scene_with(json!({ "payload_format": "standard_webhooks", "event_name": "a" })).await?;
    assert_refused(&envelope, &Given::json("{\"a\":"), "payload_not_json", "JSON").await?;
    let transformed = scene_with(json!({ "transformation": "{'a': {'b': $sum(items.price)}}" })).await?;
    assert_refused(&transformed, &Given::json("a=b"), "payload_not_json", "JSON").await?;
    let wrong = Given::json(r#"{"items":[{"price":"12"}]}"#);
    assert_refused(&transformed, &wrong, "transformation_failed", "at a.b").await?;

    let key = json!({ "type": "api_key", "in": "header", "name": "x-key", "value": planted("key") });
    let cleared = scene_with(json!({ "auth": key })).await?;
    let clear = json!({ "auth": { "value": null } });
    cleared.hookstep.api.patch_webhook(&cleared.webhook.config_id, &clear).await?;
    assert_refused(&cleared, &Given::json("{}"), "credentials_missing", "/auth/value").await?;

    let mut parameters = basic(&planted("connection"));
    parameters["InvocationHttpParameters"] =
        json!({ "BodyParameters": [{ "Key": "k", "Value": "v", "IsValueSecret": false }] });
    let (merged, connection) = scene_by("BASIC", parameters).await?;
    assert_refused(&merged, &Given::json("[1]"), "body_not_mergeable", "").await?;
    merged.hookstep.connections().delete(&connection.name).await?;
    let gone = Scene::of(Hookstep::connect()?, |_| ()).await?;
    let other = gone.hookstep.connections().create_basic(&unique("preview"), "u", &planted("connection")).await?;
    gone.hookstep.api.patch_webhook(&gone.webhook.config_id, &json!({ "auth": by(&other) })).await?;
    gone.hookstep.connections().delete(&other.name).await?;
    assert_refused(&gone, &Given::json("{}"), "connection_unavailable", "").await
}

#[tokio::test]
async fn a_preview_of_nothing_or_of_too_much_is_refused() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    assert_problem(&api.preview_raw(NOBODY, "{}", None).await?, 404, "webhook_not_found");
    let odd = api.preview_raw(&scene.webhook.config_id, "{}", Some(&"x".repeat(256))).await?;
    assert_problem(&odd, 400, "invalid_content_type");
    let transformed = scene_with(json!({ "transformation": "{'n': $count($)}" })).await?;
    for (length, code) in [(1_048_576, None), (1_048_577, Some("payload_not_shapeable"))] {
        let payload = format!("[{}]", " ".repeat(length - 2));
        let answer = api.preview_raw(&transformed.webhook.config_id, payload, None).await?;
        assert_eq!(answer.status, 200, "{}", answer.in_words());
        assert_eq!(answer.json::<Value>()?["error"]["code"].as_str(), code, "{length}");
    }
    Ok(())
}

#[tokio::test]
async fn the_answer_fits_into_what_lambda_answers_whatever_the_payload() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    // What is written longer in JSON, in the largest payload that the API's function can be called with.
    for (byte, length) in
        [(0xff, 4_500_000), (b'"', 4_500_000), (b'a', 4_500_000), (0xff, 1_048_576), (b'a', 1_048_577)]
    {
        let answer = api.preview_raw(&scene.webhook.config_id, vec![byte; length], None).await?;
        assert!(answer.body.len() <= ANSWER_MAX_BYTES, "{} bytes for {length} of {byte:#x}", answer.body.len());
        assert_eq!(answer.status, 200, "{}", answer.in_words());
        let shown: Value = answer.json()?;
        assert_eq!(shown["body_truncated"], length > BODY_MAX_BYTES, "{length} of {byte:#x}");
        // Of what is cut the whole length is told, and its signatures are of the whole.
        let preview: Preview = answer.json()?;
        assert_eq!(preview.body_size, Some(length as u64));
        assert_eq!(preview.header("content-length"), Some(length.to_string().as_str()));
        let body = preview.body.context("no body")?;
        let kept = if shown["body_encoding"] == "base64" { STANDARD.decode(body)? } else { body.into_bytes() };
        assert!(kept == vec![byte; length.min(BODY_MAX_BYTES)], "{} bytes", kept.len());
    }
    Ok(())
}

#[tokio::test]
async fn what_would_not_be_sent_wherever_it_goes_is_told() -> Result<()> {
    // The operator has become stricter, or taken the static IP away, since these were saved.
    let forbidden = scene_with(json!({})).await?;
    let receiver = forbidden.webhook.url.replace("127.0.0.1", "10.0.0.1");
    set_attribute(&forbidden.hookstep, &forbidden.webhook, "url", &receiver).await?;
    assert_refused(&forbidden, &Given::json("{}"), "address_not_allowed", "may reach").await?;

    let moved = scene_with(json!({})).await?;
    set_value(&moved.hookstep, &moved.webhook, "static_ip", AttributeValue::Bool(true)).await?;
    let shown: Value = moved.hookstep.api.preview_raw(&moved.webhook.config_id, "{}", None).await?.json()?;
    assert_eq!(shown["error"]["code"], "static_ip_unavailable", "{shown}");
    assert!(shown.get("headers").is_none(), "{shown}");

    // A disabled one can be tested, and the preview says that triggers would be skipped.
    let disabled = scene_with(json!({ "enabled": false })).await?;
    let preview = disabled.hookstep.api.preview(&disabled.webhook.config_id, Some("{}".into())).await?;
    assert!(preview.notes.iter().any(|note| note.contains("disabled")), "{:?}", preview.notes);
    let enabled = scene_with(json!({})).await?;
    let preview = enabled.hookstep.api.preview(&enabled.webhook.config_id, Some("{}".into())).await?;
    assert!(!preview.notes.iter().any(|note| note.contains("disabled")), "{:?}", preview.notes);
    Ok(())
}
