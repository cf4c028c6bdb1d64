//! `POST /webhook/{config_id}/preview?event_id=`: what an attempt for an event would send now.

use anyhow::{Context as _, Result};
use hookstep_tests::{Answer, Preview, Scene, Trigger};
use reqwest::Method;
use serde_json::json;

use crate::support::{NOBODY, assert_problem};

async fn asked(scene: &Scene, config_id: &str, event_id: &str, body: &'static str) -> Result<Answer> {
    let api = &scene.hookstep.api;
    let path = format!("/webhook/{config_id}/preview?event_id={event_id}");
    api.send(api.request(Method::POST, &path).header("content-type", "application/json").body(body)).await
}

async fn previewed(scene: &Scene, event_id: &str) -> Result<Preview> {
    asked(scene, &scene.webhook.config_id, event_id, "").await?.expect(reqwest::StatusCode::OK)
}

#[tokio::test]
async fn it_is_the_request_that_the_event_had_by_the_webhook_as_it_is_now() -> Result<()> {
    let scene = Scene::new().await?;
    for payload in [r#"{"n": 1.50}"#.to_owned(), format!("\"{}\"", "x".repeat(20_000))] {
        let outcome = scene.trigger(&Trigger::json(payload.clone()).and_wait()).await?;
        let sent = scene.request_of(&outcome.event_id)?;
        let preview = previewed(&scene, &outcome.event_id).await?;
        assert_eq!((preview.method.as_str(), preview.body.as_deref()), ("POST", Some(payload.as_str())));
        for name in ["webhook-id", "content-type", "user-agent", "content-length"] {
            assert_eq!(preview.header(name), sent.header(name).as_deref(), "{name}");
        }
        assert!(preview.header("webhook-signature").is_some());
    }
    let event_id = scene.trigger(&Trigger::json("{}").and_wait()).await?.event_id;
    let requests = scene.received_count();
    let change = json!({ "headers": { "X-New": "1" }, "http_method": "PUT", "enabled": false });
    scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &change).await?;
    let preview = previewed(&scene, &event_id).await?;
    assert_eq!((preview.method.as_str(), preview.header("x-new")), ("PUT", Some("1")));
    assert!(preview.notes.iter().any(|note| note.contains("disabled")), "{:?}", preview.notes);
    assert_eq!(scene.received_count(), requests);
    Ok(())
}

#[tokio::test]
async fn an_event_that_is_not_there_or_has_no_payload_any_more_has_none() -> Result<()> {
    let scene = Scene::new().await?;
    let event = scene.deliver(&Trigger::json(format!("\"{}\"", "x".repeat(20_000)))).await?;
    let (webhook, id) = (&scene.webhook.config_id, &event.event_id);
    assert_problem(&asked(&scene, webhook, id, "{}").await?, 400, "two_payloads");
    assert_problem(&asked(&scene, NOBODY, id, "").await?, 404, "webhook_not_found");
    for unknown in ["evt_01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", ""] {
        assert_problem(&asked(&scene, webhook, unknown, "").await?, 404, "event_not_found");
    }
    let key = event.rest["payload_s3_key"].as_str().context("it is not in the bucket")?;
    let bucket = &scene.hookstep.stack.payload_bucket;
    scene.hookstep.engine().s3.delete_object().bucket(bucket).key(key).send().await?;
    assert_problem(&asked(&scene, webhook, id, "").await?, 409, "payload_missing");
    Ok(())
}
