//! Payloads and responses that are too large for an answer: by a URL of the bucket that gives them as attachments.

use anyhow::{Context as _, Result};
use hookstep_tests::{Answer, HOOK, Scene, Script, Trigger};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;

use crate::support::assert_problem;

async fn asked(scene: &Scene, event_id: &str, what: &str) -> Result<Answer> {
    let api = &scene.hookstep.api;
    let path = format!("/webhook/{}/events/{event_id}/{what}", scene.webhook.config_id);
    api.send(api.request(Method::GET, &path)).await
}

/// Follows the link as a browser does: without any header of ours.
async fn followed(scene: &Scene, event_id: &str, what: &str, file_name: &str) -> Result<Vec<u8>> {
    let link: Value = asked(scene, event_id, what).await?.expect(reqwest::StatusCode::OK)?;
    assert_eq!(link["file_name"], file_name);
    let expires_at: Timestamp = link["expires_at"].as_str().context("no time")?.parse()?;
    assert!(expires_at > Timestamp::now());
    let url = link["url"].as_str().context("no URL")?;
    let answer = reqwest::Client::builder().no_proxy().build()?.get(url).send().await?;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok().map(ToOwned::to_owned));
    assert_eq!(header("content-type").as_deref(), Some("application/octet-stream"));
    assert_eq!(header("content-disposition"), Some(format!("attachment; filename=\"{file_name}\"")));
    let bytes = answer.bytes().await?;
    assert_eq!(link["size"], bytes.len());
    Ok(bytes.to_vec())
}

#[tokio::test]
async fn a_large_payload_and_a_large_response_can_be_downloaded() -> Result<()> {
    let scene = Scene::new().await?;
    let page = format!("<script>alert(1)</script>{}", "x".repeat(60_000));
    scene.receiver.on(HOOK, Script::status(200).header("content-type", "text/html").body(page.clone()));
    let payload = format!("\"{}\"", "y".repeat(300_000));
    let event = scene.deliver(&Trigger::json(payload.clone())).await?;
    let id = &event.event_id;
    assert_eq!(followed(&scene, id, "payload", &format!("{id}-payload.json")).await?, payload.as_bytes());
    let name = format!("{id}-attempt-1-response.txt");
    assert_eq!(followed(&scene, id, "attempts/1/response", &name).await?, page.as_bytes());
    Ok(())
}

#[tokio::test]
async fn what_stands_in_the_event_is_not_there_to_download() -> Result<()> {
    let scene = Scene::new().await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    let id = &event.event_id;
    assert_problem(&asked(&scene, id, "payload").await?, 404, "payload_not_stored");
    assert_problem(&asked(&scene, id, "attempts/1/response").await?, 404, "response_not_stored");
    for number in ["0", "2", "x", "-1", "99999999999"] {
        assert_problem(&asked(&scene, id, &format!("attempts/{number}/response")).await?, 404, "attempt_not_found");
    }
    for unknown in ["evt_01ARZ3NDEKTSV4RRFFQ69G5FAV", "x"] {
        assert_problem(&asked(&scene, unknown, "payload").await?, 404, "event_not_found");
        assert_problem(&asked(&scene, unknown, "attempts/1/response").await?, 404, "event_not_found");
    }
    Ok(())
}
