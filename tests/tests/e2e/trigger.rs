//! `POST /webhook/{config_id}/trigger`: what a caller is answered.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{HOOK, Hookstep, Scene, Script, Trigger};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::assert_problem;

#[tokio::test]
async fn an_async_trigger_is_accepted_and_its_event_succeeds() -> Result<()> {
    let scene = Scene::new().await?;
    let answer = scene.trigger_raw(&Trigger::json(r#"{"n":1}"#)).await?;
    assert_eq!(answer.status, 202, "{}", answer.in_words());
    let accepted: Value = answer.json()?;
    let event_id = accepted["event_id"].as_str().unwrap();
    assert_eq!(accepted, json!({ "event_id": event_id, "status": "in_progress" }));
    let location = format!("/webhook/{}/events/{event_id}", scene.webhook.config_id);
    assert_eq!(answer.header("location"), Some(location.as_str()));

    let event = scene.settled(event_id).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("succeeded", None));
    assert_eq!(scene.received()?.text(), r#"{"n":1}"#);
    Ok(())
}

#[tokio::test]
async fn a_trigger_is_async_unless_it_says_otherwise() -> Result<()> {
    let scene = Scene::new().await?;
    let answer = scene.trigger_raw(&Trigger { sync: None, ..Trigger::json("{}") }).await?;
    assert_eq!(answer.status, 202, "{}", answer.in_words());
    let accepted: Value = answer.json()?;
    assert_eq!(scene.settled(accepted["event_id"].as_str().unwrap()).await?.status, "succeeded");
    Ok(())
}

#[tokio::test]
async fn a_sync_trigger_answers_with_the_receivers_status_headers_and_body() -> Result<()> {
    let script = Script::status(201).header("x-receipt", "r-1").header("X-Many", "a").header("x-many", "b");
    let scene = Scene::where_receiver(script.header("content-type", "text/plain").body("thanks")).await?;
    let answer = scene.trigger_raw(&Trigger::json("{}").and_wait()).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    assert_eq!(answer.header("content-type"), Some("application/json"));

    let mut outcome: Value = answer.json()?;
    let event_id = outcome["event_id"].take();
    let started_at = outcome["attempt"]["started_at"].take();
    let duration_ms = outcome["attempt"]["duration_ms"].take();
    let first_byte_ms = outcome["attempt"]["first_byte_ms"].take();
    let expected = json!({
        "event_id": null,
        "status": "succeeded",
        "attempt": {
            "number": 1,
            "started_at": null,
            "duration_ms": null,
            "first_byte_ms": null,
            "outcome": "delivered",
            "status_code": 201,
            "response_headers": { "x-receipt": "r-1", "x-many": "a, b", "content-type": "text/plain", "content-length": "6" },
            "response_body": "thanks",
            "response_body_encoding": "utf8",
            "response_truncated": false,
        },
    });
    assert_eq!(outcome, expected);
    assert!(first_byte_ms.as_u64() <= duration_ms.as_u64() && first_byte_ms.is_u64(), "{first_byte_ms}, {duration_ms}");
    assert!(started_at.as_str().unwrap().ends_with('Z'), "{started_at}");

    // The row has the same attempt.
    let row = scene.event(event_id.as_str().unwrap()).await?;
    let [attempt] = &row.attempts[..] else { panic!("{:?}", row.attempts) };
    assert_eq!((attempt.number, attempt.outcome.as_str(), attempt.status_code), (1, "delivered", Some(201)));
    assert_eq!(attempt.response_body.as_deref(), Some("thanks"));
    assert_eq!((&json!(attempt.started_at), &json!(attempt.duration_ms)), (&started_at, &duration_ms));
    assert_eq!(json!(attempt.first_byte_ms), first_byte_ms);
    Ok(())
}

#[tokio::test]
async fn every_2xx_of_the_receiver_is_a_success() -> Result<()> {
    for status in [200, 202, 204, 299] {
        let scene = Scene::where_receiver(Script::status(status)).await?;
        let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
        assert_eq!((outcome.status.as_str(), outcome.reason), ("succeeded", None), "{status}");
        let attempt = outcome.attempt.unwrap();
        assert_eq!((attempt.outcome.as_str(), attempt.status_code), ("delivered", Some(status)));
        assert_eq!(attempt.response_body.as_deref(), Some(""));
    }
    Ok(())
}

#[tokio::test]
async fn a_receivers_failure_is_a_200_answer_that_says_failed() -> Result<()> {
    let checks = [302, 304, 400, 401, 404, 410, 429, 500, 503].map(async |status| {
        let scene = Scene::where_receiver(Script::status(status).body("no")).await?;
        let answer = scene.trigger_raw(&Trigger::json("{}").and_wait()).await?;
        assert_eq!(answer.status, 200, "{}", answer.in_words());
        let outcome: Value = answer.json()?;
        assert_eq!(outcome["status"], "failed", "{outcome}");
        assert_eq!(outcome["reason"], "receiver_rejected", "{outcome}");
        assert_eq!(outcome["reason_detail"], format!("the receiver answered {status}"));
        assert_eq!(outcome["attempt"]["outcome"], "rejected");
        assert_eq!(outcome["attempt"]["status_code"], status);
        assert_eq!(outcome["attempt"]["response_body"], if status == 304 { "" } else { "no" });
        assert_eq!(outcome["attempt"].get("error"), None);
        let row = scene.event(outcome["event_id"].as_str().unwrap()).await?;
        assert_eq!((row.status.as_str(), row.reason.as_deref()), ("failed", Some("receiver_rejected")));
        // One attempt, and no second one by whoever invokes whom.
        scene.received()?;
        anyhow::Ok(())
    });
    try_join_all(checks).await?;
    Ok(())
}

#[tokio::test]
async fn a_receivers_failure_is_in_the_row_of_an_async_trigger() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(500).header("x-why", "fire").body("broken")).await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("receiver_rejected")));
    let [attempt] = &event.attempts[..] else { panic!("{:?}", event.attempts) };
    assert_eq!((attempt.outcome.as_str(), attempt.status_code), ("rejected", Some(500)));
    assert_eq!(attempt.response_body.as_deref(), Some("broken"));
    assert_eq!(attempt.response_headers["x-why"], "fire");
    assert!(attempt.error.is_none());
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_redirect_is_not_followed() -> Result<()> {
    for status in [301, 302, 303, 307, 308] {
        let scene = Scene::new().await?;
        scene.receiver.on(HOOK, Script::redirect(status, "/elsewhere"));
        let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
        assert_eq!((outcome.status.as_str(), outcome.reason.as_deref()), ("failed", Some("receiver_rejected")));
        assert_eq!(outcome.attempt.unwrap().response_headers["location"], "/elsewhere");
        assert!(scene.receiver.requests_to("/elsewhere").is_empty(), "{status} was followed");
    }
    Ok(())
}

#[tokio::test]
async fn every_method_of_a_webhook_carries_the_payload() -> Result<()> {
    for method in ["POST", "PUT", "PATCH", "DELETE", "GET"] {
        let scene = Scene::with(|draft| draft.set("http_method", method)).await?;
        let outcome = scene.trigger(&Trigger::json(r#"{"a":1}"#).and_wait()).await?;
        assert_eq!(outcome.status, "succeeded", "{method}");
        let received = scene.received()?;
        assert_eq!((received.method.as_str(), received.text().as_str()), (method, r#"{"a":1}"#));
        let row = scene.event(&outcome.event_id).await?;
        assert_eq!(row.rest["http_method"], method);
    }
    Ok(())
}

#[tokio::test]
async fn the_query_of_a_webhooks_url_is_kept() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let receiver = hookstep_tests::Receiver::start().await?;
    let target = "/a%20b/c?key=v%26w&key=2&empty=";
    let webhook = hookstep.webhook_to(&receiver, target, |_| ()).await?;
    hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
    assert_eq!(receiver.requests()[0].target, target);
    Ok(())
}

/// Sends to every kind of path that names no webhook.
async fn assert_not_found(config_id: &str) -> Result<()> {
    let hookstep = Hookstep::connect()?;
    for sync in [false, true] {
        let answer = hookstep.api.trigger_raw(config_id, &Trigger { sync: Some(sync), ..Trigger::json("{}") }).await?;
        assert_problem(&answer, 404, "webhook_not_found");
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_webhook_is_not_found() -> Result<()> {
    assert_not_found("wh_01ARZ3NDEKTSV4RRFFQ69G5FAV").await
}

#[tokio::test]
async fn a_malformed_webhook_id_is_not_found() -> Result<()> {
    for id in [
        "x",
        "wh_",
        "wh_01ARZ3NDEKTSV4RRFFQ69G5FA",
        "wh_01arz3ndektsv4rrffq69g5fav",
        "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "wh_%0d%0a",
        "default%23wh_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    ] {
        assert_not_found(id).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_deleted_webhook_is_not_found() -> Result<()> {
    let scene = Scene::new().await?;
    scene.hookstep.api.delete_webhook(&scene.webhook.config_id).await?;
    assert_not_found(&scene.webhook.config_id).await?;
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_bad_value_of_sync_is_refused_and_nothing_is_sent() -> Result<()> {
    let scene = Scene::new().await?;
    for sync in ["", "1", "yes", "TRUE", "true,false", "%00"] {
        let path = format!("/webhook/{}/trigger?sync={sync}", scene.webhook.config_id);
        let api = &scene.hookstep.api;
        let answer = api.send(api.request(Method::POST, &path).body("{}")).await?;
        assert_problem(&answer, 400, "invalid_sync");
    }
    let listed = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
    assert_eq!((listed.data.len(), scene.received_count()), (0, 0));
    Ok(())
}

#[tokio::test]
async fn an_event_for_a_disabled_webhook_is_skipped_with_the_reason() -> Result<()> {
    let scene = Scene::with(|draft| draft.enabled = Some(false)).await?;
    assert_eq!(scene.webhook.status, "disabled");

    let answer = scene.trigger_raw(&Trigger::json(r#"{"n":1}"#).and_wait()).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    let outcome: Value = answer.json()?;
    assert_eq!(outcome["status"], "skipped");
    assert_eq!(outcome["reason"], "webhook_disabled");
    assert_eq!(outcome["reason_detail"], "the webhook is disabled");
    assert_eq!(outcome.get("attempt"), None);

    let event = scene.deliver(&Trigger::json(r#"{"n":2}"#)).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("skipped", Some("webhook_disabled")));
    assert!(event.attempts.is_empty());
    // What was skipped can be looked at all the same.
    assert_eq!(event.rest["payload"], r#"{"n":2}"#);
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_call_that_does_not_exist_is_not_found() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    for (method, path) in [
        (Method::POST, format!("/webhook/{id}/triggers")),
        (Method::GET, format!("/webhook/{id}/trigger/now")),
        (Method::GET, "/".to_owned()),
        (Method::DELETE, "/webhooks".to_owned()),
        (Method::POST, format!("/webhook//{id}/trigger")),
    ] {
        let answer = api.send(api.request(method.clone(), &path).body("{}")).await?;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.in_words());
        assert_problem(&answer, 404, "route_not_found");
    }
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_refused_with_those_that_it_does() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    for (method, path, allowed) in [
        (Method::GET, format!("/webhook/{id}/trigger"), "POST"),
        (Method::PUT, format!("/webhook/{id}/trigger"), "POST"),
        (Method::DELETE, format!("/webhook/{id}/test"), "POST"),
        (Method::GET, format!("/webhook/{id}/test-auth"), "POST"),
        (Method::POST, format!("/webhook/{id}/history"), "GET"),
        (Method::POST, format!("/webhook/{id}"), "GET, PUT, PATCH, DELETE"),
        (Method::DELETE, "/webhook".to_owned(), "POST, GET"),
        (Method::POST, "/events".to_owned(), "GET"),
        (Method::POST, "/health".to_owned(), "GET"),
    ] {
        let answer = api.send(api.request(method.clone(), &path).body("{}")).await?;
        assert_eq!(answer.status, 405, "{method} {path}: {}", answer.in_words());
        assert_problem(&answer, 405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn health_is_answered() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let answer = api.send(api.request(Method::GET, "/health")).await?;
    assert_eq!((answer.status.as_u16(), answer.json::<Value>()?), (200, json!({ "status": "ok" })));
    Ok(())
}
