//! What is changed counts from the next delivery on.

use std::time::Duration;

use anyhow::Result;
use hookstep_tests::secrets::planted;
use hookstep_tests::{HOOK, Hookstep, Receiver, SOON, Scene, Script, Trigger};
use serde_json::json;

#[tokio::test]
async fn a_changed_target_and_changed_headers_count_for_the_next_delivery() -> Result<()> {
    let scene = Scene::with(|draft| draft.set("headers", json!({ "x-a": "1", "x-b": "2" }))).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let send = async || api.trigger(id, &Trigger::json("{}").and_wait()).await;
    assert_eq!(send().await?.status, "succeeded");

    let other = Receiver::start().await?;
    let patch = json!({
        "url": other.url("/other?a=b"), "http_method": "PUT", "headers": { "x-a": null, "x-b": "3", "x-token": planted("header") },
    });
    api.patch_webhook(id, &patch).await?;
    let outcome = send().await?;
    assert_eq!(outcome.status, "succeeded");
    scene.received()?;
    let [request] = &other.requests()[..] else { panic!("one request") };
    assert_eq!((request.method.as_str(), request.target.as_str()), ("PUT", "/other?a=b"));
    assert_eq!((request.header("x-a"), request.header("x-b").as_deref()), (None, Some("3")));
    assert_eq!(request.header("x-token").as_deref(), patch["headers"]["x-token"].as_str());
    let row = scene.event(&outcome.event_id).await?;
    assert_eq!((&row.rest["url"], &row.rest["http_method"]), (&json!(other.url("/other?a=b")), &json!("PUT")));
    Ok(())
}

#[tokio::test]
async fn a_changed_event_name_counts_for_the_next_event() -> Result<()> {
    let scene = Scene::with(|draft| draft.event_name = Some("order.created".to_owned())).await?;
    let first = scene.deliver(&Trigger::json("{}")).await?;
    scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &json!({ "event_name": "order.paid" })).await?;
    let second = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(
        (&first.rest["event_name"], &second.rest["event_name"]),
        (&json!("order.created"), &json!("order.paid"))
    );
    Ok(())
}

#[tokio::test]
async fn a_changed_timeout_counts_for_the_next_delivery() -> Result<()> {
    let scene = Scene::with(|draft| draft.timeout_seconds = Some(60)).await?;
    scene.receiver.on(HOOK, Script::never());
    scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &json!({ "timeout_seconds": 1 })).await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.reason.as_deref(), Some("first_byte_timeout"));
    assert!((1_000..15_000).contains(&event.attempts[0].duration_ms), "{} ms", event.attempts[0].duration_ms);
    Ok(())
}

#[tokio::test]
async fn a_webhook_that_is_disabled_skips_until_it_is_enabled() -> Result<()> {
    let scene = Scene::new().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    for (enabled, status) in [(false, "skipped"), (true, "succeeded"), (false, "skipped")] {
        assert_eq!(api.patch_webhook(id, &json!({ "enabled": enabled })).await?.enabled, enabled);
        let event = scene.deliver(&Trigger::json("{}")).await?;
        let reason = (!enabled).then_some("webhook_disabled");
        assert_eq!((event.status.as_str(), event.reason.as_deref()), (status, reason));
    }
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_delivery_under_way_ends_as_it_began() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(200).after(Duration::from_secs(2))).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let outcome = scene.trigger(&Trigger::json("{}")).await?;
    scene.receiver.wait_for(HOOK, 1, SOON).await?;
    api.patch_webhook(id, &json!({ "url": "https://receiver.example/", "enabled": false })).await?;
    api.delete_webhook(id).await?;
    let event = scene.settled(&outcome.event_id).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 1));
    assert_eq!(event.rest["url"], scene.receiver.url(HOOK));
    Ok(())
}

#[tokio::test]
async fn a_webhook_that_is_created_disabled_delivers_once_it_is_enabled() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let scene = Scene::of(hookstep, |draft| draft.enabled = Some(false)).await?;
    assert_eq!((scene.webhook.enabled, scene.webhook.status.as_str()), (false, "disabled"));
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "skipped");
    let mut body = scene.hookstep.api.get_raw(&scene.webhook.config_id).await?.json::<serde_json::Value>()?;
    body["enabled"] = json!(true);
    scene.hookstep.api.put_webhook(&scene.webhook.config_id, &body, "\"1\"").await?;
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    scene.received()?;
    Ok(())
}
