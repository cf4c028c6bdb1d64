//! `POST /webhook/{config_id}/test`: a sample is sent, and the answer is that of a sync trigger.

use anyhow::Result;
use hookstep_tests::{HOOK, Hookstep, Scene, Script, Trigger, TriggerOutcome};
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{NOBODY, assert_problem};

/// Sends the newest real event's payload again.
async fn test_newest(scene: &Scene) -> Result<TriggerOutcome> {
    let answer = scene.hookstep.api.test_raw(&scene.webhook.config_id, None, "sample=newest").await?;
    answer.expect(StatusCode::OK)
}

#[tokio::test]
async fn a_test_without_a_body_sends_a_made_up_event() -> Result<()> {
    for event_name in [None, Some("order.created")] {
        let scene = Scene::with(|draft| draft.event_name = event_name.map(str::to_owned)).await?;
        for query in ["", "sample=generated"] {
            let before = Timestamp::now();
            let answer = scene.hookstep.api.test_raw(&scene.webhook.config_id, None, query).await?;
            let outcome: TriggerOutcome = answer.expect(StatusCode::OK)?;
            assert_eq!((outcome.status.as_str(), &outcome.reason), ("succeeded", &None));
            let request = scene.request_of(&outcome.event_id)?;
            assert_eq!(request.header("content-type").as_deref(), Some("application/json"));
            let sample: Value = serde_json::from_slice(&request.body)?;
            assert_eq!(sample["type"], event_name.unwrap_or("hookstep.test"));
            let made_at: Timestamp = sample["timestamp"].as_str().unwrap().parse()?;
            assert!(before <= made_at && made_at <= Timestamp::now());
            assert_eq!(
                (&sample["data"]["test"], &sample["data"]["config_id"]),
                (&json!(true), &json!(scene.webhook.config_id))
            );

            let row = scene.event(&outcome.event_id).await?;
            assert_eq!((&row.rest["source"], &row.rest["content_type"]), (&json!("test"), &json!("application/json")));
            assert_eq!(row.rest["payload"], request.text());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_test_answers_as_a_sync_trigger_does() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(503).header("x-why", "fire").body("no")).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let mut answers = Vec::new();
    for answer in
        [api.trigger_raw(id, &Trigger::json("{}").and_wait()).await?, api.test_raw(id, Some("{}".into()), "").await?]
    {
        assert_eq!(answer.status, 200, "{}", answer.in_words());
        let mut body: Value = answer.json()?;
        assert_eq!((&body["status"], &body["reason"]), (&json!("failed"), &json!("receiver_rejected")));
        let attempt = body["attempt"].as_object_mut().unwrap();
        assert!(attempt.remove("started_at").is_some() && attempt.remove("duration_ms").is_some());
        assert!(attempt.remove("first_byte_ms").is_some_and(|taken| taken.is_u64()));
        assert!(body.as_object_mut().unwrap().remove("event_id").is_some());
        answers.push(body);
    }
    assert_eq!(answers[0], answers[1]);
    Ok(())
}

#[tokio::test]
async fn a_test_sends_the_bytes_and_the_content_type_that_it_is_given() -> Result<()> {
    let scene = Scene::new().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    for (content_type, body) in [
        ("application/json", b"{ \"n\" : 1.0 }\n".to_vec()),
        ("application/octet-stream", (0..=255).collect()),
        ("text/csv", b"a,b\r\n".to_vec()),
        ("application/json", format!("\"{}\"", "x".repeat(300_000)).into_bytes()),
    ] {
        let request = api.request(Method::POST, &format!("/webhook/{id}/test")).header("content-type", content_type);
        let outcome: TriggerOutcome = api.send(request.body(body.clone())).await?.expect(StatusCode::OK)?;
        let request = scene.request_of(&outcome.event_id)?;
        assert!(request.body == body, "{content_type}");
        assert_eq!(request.header("content-type").as_deref(), Some(content_type));
        assert_eq!(scene.event(&outcome.event_id).await?.rest["source"], "test");
    }
    Ok(())
}

#[tokio::test]
async fn a_disabled_webhook_is_reached_by_a_test_and_by_nothing_else() -> Result<()> {
    let scene = Scene::with(|draft| draft.enabled = Some(false)).await?;
    let id = &scene.webhook.config_id;
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "skipped");
    assert_eq!(scene.hookstep.api.test_webhook(id, None).await?.status, "succeeded");
    scene.received()?;
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "skipped");
    // A skipped event is a real one.
    assert_eq!(test_newest(&scene).await?.status, "succeeded");
    assert_eq!(scene.received_count(), 2);
    let webhook = scene.hookstep.api.get_webhook(id).await?;
    assert_eq!((webhook.enabled, webhook.version), (false, 1));
    Ok(())
}

#[tokio::test]
async fn the_newest_real_event_is_sent_again() -> Result<()> {
    let scene = Scene::new().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let other = Scene::new().await?;
    let payloads: [(&str, Vec<u8>); 4] = [
        ("application/json", b"{ \"n\": 1.0 }".to_vec()),
        ("application/octet-stream", (0..=255).collect()),
        // In the bucket.
        ("text/plain", vec![b'x'; 300_000]),
        ("application/x-empty", Vec::new()),
    ];
    for (content_type, payload) in payloads {
        let trigger =
            Trigger { content_type: Some(content_type.to_owned()), body: payload.clone().into(), ..Trigger::json("") };
        let real = scene.deliver(&trigger).await?;
        // Neither a test nor the event of another webhook is meant.
        api.test_webhook(id, Some("\"a test\"".into())).await?;
        other.trigger(&Trigger::json("\"another\"").and_wait()).await?;
        for _ in 0..2 {
            let outcome = test_newest(&scene).await?;
            assert_eq!(outcome.status, "succeeded");
            assert_ne!(outcome.event_id, real.event_id);
            let request = scene.request_of(&outcome.event_id)?;
            assert!(request.body == payload, "{content_type}");
            assert_eq!(request.header("content-type").as_deref(), Some(content_type));
            let row = scene.event(&outcome.event_id).await?;
            assert_eq!((&row.rest["source"], &row.rest["payload_size"]), (&json!("test"), &json!(payload.len())));
            assert_eq!(row.rest.get("payload_s3_key"), real.rest.get("payload_s3_key"));
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_newest_real_event_may_have_failed() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(500)).await?;
    scene.deliver(&Trigger::json("\"failed\"")).await?;
    scene.receiver.on(HOOK, Script::status(200));
    let outcome = test_newest(&scene).await?;
    assert_eq!(
        (outcome.status.as_str(), scene.request_of(&outcome.event_id)?.text().as_str()),
        ("succeeded", "\"failed\"")
    );
    Ok(())
}

#[tokio::test]
async fn the_newest_real_event_is_found_behind_many_tests() -> Result<()> {
    let scene = Scene::new().await?;
    scene.deliver(&Trigger::json("\"real\"")).await?;
    for _ in 0..21 {
        scene.hookstep.api.test_webhook(&scene.webhook.config_id, None).await?;
    }
    let outcome = test_newest(&scene).await?;
    assert_eq!(scene.request_of(&outcome.event_id)?.text(), "\"real\"");
    Ok(())
}

#[tokio::test]
async fn where_there_is_no_real_event_there_is_none_to_send_again() -> Result<()> {
    let scene = Scene::new().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    assert_problem(&api.test_raw(id, None, "sample=newest").await?, 404, "no_event_yet");
    api.test_webhook(id, None).await?;
    assert_problem(&api.test_raw(id, None, "sample=newest").await?, 404, "no_event_yet");
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_test_that_makes_no_sense_is_refused_and_nothing_is_sent() -> Result<()> {
    let scene = Scene::new().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    for (body, query, code) in [
        (None, "sample=oldest", "invalid_sample"),
        (None, "sample=", "invalid_sample"),
        (Some("{}".into()), "sample=newest", "two_payloads"),
        (Some("{}".into()), "payload_id=pay_01ARZ3NDEKTSV4RRFFQ69G5FAV", "two_payloads"),
    ] {
        let answer = api.test_raw(id, body, query).await?;
        assert_eq!(answer.status, 400, "{query}: {}", answer.in_words());
        assert_problem(&answer, 400, code);
    }
    assert_eq!((api.list_events(id, "").await?.data.len(), scene.received_count()), (0, 0));
    Ok(())
}

#[tokio::test]
async fn an_upload_is_either_sent_by_a_test_or_refused_and_never_passed_over() -> Result<()> {
    let scene = Scene::new().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let slot = api.create_upload(id).await?;
    api.upload(&slot.upload, "\"uploaded\"").await?;
    let answer = api.test_raw(id, None, &format!("payload_id={}", slot.payload_id)).await?;
    if answer.status == StatusCode::OK {
        assert_eq!(scene.received()?.text(), "\"uploaded\"");
    } else {
        assert_eq!((answer.status.as_u16(), scene.received_count()), (400, 0), "{}", answer.in_words());
    }
    Ok(())
}

#[tokio::test]
async fn a_test_of_no_webhook_is_not_found() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for query in ["", "sample=newest", "sample=generated"] {
        for id in [NOBODY, "x"] {
            assert_problem(&api.test_raw(id, None, query).await?, 404, "webhook_not_found");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_repeated_test_with_the_same_key_is_the_same_event() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    let path = format!("/webhook/{}/test", scene.webhook.config_id);
    let send = async || api.send(api.request(Method::POST, &path).header("idempotency-key", "k")).await;
    let first: Value = send().await?.expect(StatusCode::OK)?;
    assert_eq!(send().await?.json::<Value>()?, first);
    scene.received()?;
    // A trigger's key is another one: a test must not stand for the real event.
    let trigger = Trigger { idempotency_key: Some("k".to_owned()), ..Trigger::json("\"real\"").and_wait() };
    let real = scene.trigger(&trigger).await?;
    assert_ne!(real.event_id, first["event_id"].as_str().unwrap());
    assert_eq!(scene.request_of(&real.event_id)?.text(), "\"real\"");
    assert_eq!(send().await?.json::<Value>()?, first);
    Ok(())
}
