//! Payloads that are too large for an execution's input travel by way of the payload bucket.

use anyhow::Result;
use bytes::Bytes;
use futures_util::future::try_join_all;
use hookstep_tests::{Answer, Engine, Event, Hookstep, Scene, Trigger};
use reqwest::Method;
use serde_json::{Value, json};

/// What Step Functions carries at most between two states.
const STATE_MAX_BYTES: usize = 262_144;

/// A content type under which API Gateway passes any bytes on.
const BYTES: &str = "application/octet-stream";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Travels {
    WithTheEvent,
    ByTheBucket,
}

/// Delivers each of the payloads and looks where it was kept, and what arrived.
async fn assert_travel(expected: Travels, payloads: impl IntoIterator<Item = (&str, Vec<u8>)>) -> Result<()> {
    let scene = Scene::new().await?;
    let engine = scene.hookstep.engine();
    let deliveries = payloads.into_iter().map(async |(what, payload)| {
        let trigger = Trigger { content_type: Some(BYTES.to_owned()), ..Trigger::json(payload.clone()) };
        let event = scene.deliver(&trigger).await?;
        assert_eq!(event.status, "succeeded", "{what}: {event:?}");
        assert!(scene.request_of(&event.event_id)?.body == payload, "{what} arrived changed");

        assert_eq!(event.rest["payload_size"], payload.len(), "{what}");
        let key = event.rest.get("payload_s3_key").and_then(Value::as_str);
        assert_eq!(key.is_some(), expected == Travels::ByTheBucket, "{what}: {key:?}");
        assert_eq!(event.rest.contains_key("payload"), expected == Travels::WithTheEvent, "{what}");
        if let Some(key) = key {
            let prefix = format!("payloads/default/{}/", scene.webhook.config_id);
            assert!(key.starts_with(&prefix), "{what}: {key}");
        }
        let largest = engine.largest_state_of(event.rest["execution_arn"].as_str().unwrap()).await?;
        assert!(largest <= STATE_MAX_BYTES, "{what}: a state of {largest} bytes");
        anyhow::Ok(())
    });
    try_join_all(deliveries).await?;
    Ok(())
}

#[tokio::test]
async fn payloads_up_to_the_threshold_travel_with_the_event() -> Result<()> {
    let payloads = [
        ("nothing", Vec::new()),
        ("one byte", vec![b'a']),
        ("8192 letters", vec![b'a'; 8192]),
        ("4096 quotes, written with a backslash each", vec![b'"'; 4096]),
        ("4096 backslashes", vec![b'\\'; 4096]),
        ("4096 line breaks", vec![b'\n'; 4096]),
        (
            "1365 letters outside ASCII, which some writers of JSON write as six characters",
            "\u{e9}".repeat(1365).into(),
        ),
        ("682 characters of two UTF-16 units", "\u{1f980}".repeat(682).into()),
        ("6144 bytes, which base64 makes 8192", vec![0xff; 6144]),
        ("6144 NUL bytes", vec![0; 6144]),
    ];
    assert_travel(Travels::WithTheEvent, payloads).await
}

#[tokio::test]
async fn payloads_just_over_the_threshold_travel_by_the_bucket() -> Result<()> {
    let payloads = [
        ("8193 letters", vec![b'a'; 8193]),
        ("4097 quotes", vec![b'"'; 4097]),
        ("4097 backslashes", vec![b'\\'; 4097]),
        ("4097 line breaks", vec![b'\n'; 4097]),
        ("1366 letters outside ASCII", "\u{e9}".repeat(1366).into()),
        ("683 characters of two UTF-16 units", "\u{1f980}".repeat(683).into()),
        ("6145 bytes", vec![0xff; 6145]),
        ("6145 NUL bytes", vec![0; 6145]),
    ];
    assert_travel(Travels::ByTheBucket, payloads).await
}

#[tokio::test]
async fn payloads_that_no_execution_could_carry_travel_by_the_bucket() -> Result<()> {
    let payloads = [
        ("256 KiB of quotes", vec![b'"'; 262_144]),
        ("256 KiB of letters", vec![b'a'; 262_144]),
        ("256 KiB of NUL bytes", vec![0; 262_144]),
    ];
    assert_travel(Travels::ByTheBucket, payloads).await
}

/// Lambda takes 6 MiB, in which API Gateway passes binary as base64, with its own envelope around it.
#[tokio::test]
async fn as_many_bytes_as_lambda_takes_are_delivered() -> Result<()> {
    assert_travel(Travels::ByTheBucket, [("4.5 MB of noise", noise(4_500_000).to_vec())]).await
}

#[tokio::test]
async fn six_mb_of_text_are_delivered() -> Result<()> {
    let scene = Scene::new().await?;
    let text = vec![b'x'; 6_000_000];
    let trigger = Trigger { content_type: Some("text/plain".to_owned()), ..Trigger::json(text.clone()) };
    let event = scene.deliver(&trigger).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    assert!(scene.received()?.body == text, "it arrived changed");
    assert_eq!(event.rest["payload_size"], 6_000_000);
    Ok(())
}

#[tokio::test]
async fn an_upload_of_6_mb_is_delivered() -> Result<()> {
    let scene = Scene::new().await?;
    let event = uploaded(&scene, noise(6_000_000)).await?;
    assert_eq!(event.rest["payload_size"], 6_000_000);
    assert!(scene.received()?.body == noise(6_000_000), "it arrived changed");
    Ok(())
}

#[tokio::test]
async fn an_upload_of_nothing_arrives_as_an_empty_body() -> Result<()> {
    let scene = Scene::new().await?;
    uploaded(&scene, Bytes::new()).await?;
    let received = scene.received()?;
    assert!(received.body.is_empty());
    assert_eq!(received.header("content-length").as_deref(), Some("0"));
    Ok(())
}

/// Uploads the payload, triggers it, and waits for its delivery.
async fn uploaded(scene: &Scene, payload: Bytes) -> Result<Event> {
    let api = &scene.hookstep.api;
    let slot = api.create_upload(&scene.webhook.config_id).await?;
    api.upload(&slot.upload, payload).await?;
    let event = scene.deliver(&Trigger { payload_id: Some(slot.payload_id), ..Trigger::default() }).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    Ok(event)
}

/// Bytes without a pattern, whose every position matters.
fn noise(length: usize) -> Bytes {
    let mut state = 0x2545_f491_u32;
    let bytes = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    let block: Vec<u8> = bytes.take(1_000_003).collect();
    block.iter().copied().cycle().take(length).collect()
}

#[tokio::test]
async fn an_upload_of_50_mb_is_delivered() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    let payload = noise(50_000_000);
    let slot = api.create_upload(&scene.webhook.config_id).await?;
    assert!(slot.max_bytes >= 50_000_000);
    assert_eq!(slot.upload.method, "PUT");
    api.upload(&slot.upload, payload.clone()).await?;

    let trigger = Trigger {
        payload_id: Some(slot.payload_id.clone()),
        content_type: Some("application/x-large".to_owned()),
        sync: Some(true),
        ..Trigger::default()
    };
    let outcome = scene.trigger(&trigger).await?;
    let event = scene.settled(&outcome.event_id).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    let received = scene.received()?;
    assert!(received.body == payload, "it arrived changed");
    assert_eq!(received.header("content-length").as_deref(), Some("50000000"));
    assert_eq!(received.header("transfer-encoding"), None);
    assert_eq!(received.header("content-type").as_deref(), Some("application/x-large"));
    assert_eq!(event.rest["payload_size"], 50_000_000);
    let key = format!("uploads/default/{}/{}", scene.webhook.config_id, slot.payload_id);
    assert_eq!(event.rest["payload_s3_key"], key);
    Ok(())
}

#[tokio::test]
async fn an_upload_may_be_empty_and_may_be_triggered_twice() -> Result<()> {
    let scene = Scene::new().await?;
    let slot = scene.hookstep.api.create_upload(&scene.webhook.config_id).await?;
    scene.hookstep.api.upload(&slot.upload, "").await?;
    for _ in 0..2 {
        let trigger = Trigger { payload_id: Some(slot.payload_id.clone()), ..Trigger::default() };
        let event = scene.deliver(&trigger).await?;
        assert_eq!(event.status, "succeeded", "{event:?}");
        assert!(scene.request_of(&event.event_id)?.body.is_empty());
    }
    Ok(())
}

/// Triggers with an upload and a body, and expects a refusal.
async fn assert_refused(scene: &Scene, payload_id: &str, body: &'static str, status: u16, code: &str) -> Result<()> {
    for sync in [false, true] {
        let trigger = Trigger {
            payload_id: Some(payload_id.to_owned()),
            body: body.into(),
            sync: Some(sync),
            ..Trigger::default()
        };
        let answer = scene.trigger_raw(&trigger).await?;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.in_words());
        assert_eq!(answer.problem()?.code, code);
    }
    let listed = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
    assert_eq!((listed.data.len(), scene.received_count()), (0, 0));
    Ok(())
}

#[tokio::test]
async fn an_upload_that_was_never_made_is_not_found() -> Result<()> {
    let scene = Scene::new().await?;
    let slot = scene.hookstep.api.create_upload(&scene.webhook.config_id).await?;
    assert_refused(&scene, &slot.payload_id, "", 404, "payload_not_found").await?;
    assert_refused(&scene, "pay_01ARZ3NDEKTSV4RRFFQ69G5FAV", "", 404, "payload_not_found").await
}

#[tokio::test]
async fn an_upload_for_another_webhook_is_not_found() -> Result<()> {
    let (scene, other) = (Scene::new().await?, Scene::new().await?);
    let slot = other.hookstep.api.create_upload(&other.webhook.config_id).await?;
    other.hookstep.api.upload(&slot.upload, "theirs").await?;
    assert_refused(&scene, &slot.payload_id, "", 404, "payload_not_found").await?;
    let mine = Trigger { payload_id: Some(slot.payload_id), ..Trigger::default() };
    assert_eq!(other.deliver(&mine).await?.status, "succeeded");
    Ok(())
}

#[tokio::test]
async fn a_body_beside_an_upload_is_refused() -> Result<()> {
    let scene = Scene::new().await?;
    let slot = scene.hookstep.api.create_upload(&scene.webhook.config_id).await?;
    scene.hookstep.api.upload(&slot.upload, "one").await?;
    assert_refused(&scene, &slot.payload_id, "two", 400, "two_payloads").await
}

#[tokio::test]
async fn a_malformed_payload_id_is_refused() -> Result<()> {
    let scene = Scene::new().await?;
    for id in ["", "x", "pay_x", "..%2F..%2Fpayloads", "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        assert_refused(&scene, id, "", 400, "invalid_payload_id").await?;
    }
    Ok(())
}

#[tokio::test]
async fn no_upload_is_offered_for_an_unknown_webhook() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for id in ["wh_01ARZ3NDEKTSV4RRFFQ69G5FAV", "x"] {
        let answer: Answer = api.send(api.request(Method::POST, &format!("/webhook/{id}/payloads"))).await?;
        assert_eq!(answer.status, 404, "{}", answer.in_words());
        assert_eq!(answer.problem()?.code, "webhook_not_found");
    }
    Ok(())
}

/// An event with a claim-checked payload that was delivered, and what its execution was started with.
pub(crate) async fn delivered_by_the_bucket(scene: &Scene) -> Result<(Event, Value)> {
    let event = scene.deliver(&Trigger::json(vec![b'a'; 20_000])).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    let input = scene.hookstep.engine().input_of(event.rest["execution_arn"].as_str().unwrap()).await?;
    assert_eq!(input["event"]["payload"]["s3"]["key"], event.rest["payload_s3_key"]);
    Ok((event, input))
}

/// Starts the delivery of one more event with the payload of that one, as a trigger would have done: what happened to the object since
/// then has, to this delivery, happened after its trigger and before its start. Returns the new event's id.
pub(crate) async fn start_one_more(scene: &Scene, engine: &Engine, mut input: Value) -> Result<String> {
    let id = input["event"]["event_id"].as_str().unwrap();
    // Another digit where the random part begins; the last one tells the partition, and stays.
    let (head, tail) = id.split_at("evt_".len() + 10);
    let digit = if tail.starts_with('Z') { 'Y' } else { 'Z' };
    let id = format!("{head}{digit}{}", &tail[1..]);
    input["event"]["event_id"] = json!(id);
    let machine = &scene.hookstep.stack.machines.express;
    let request = engine.sfn.start_execution().state_machine_arn(machine).name(format!("{id}-again"));
    request.input(input.to_string()).send().await?;
    Ok(id)
}

/// Waits for the second delivery and expects that it failed for this reason without a request.
async fn assert_failed_without_a_request(scene: &Scene, event_id: &str, reason: &str) -> Result<()> {
    let event = scene.settled(event_id).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some(reason)), "{event:?}");
    assert!(event.attempts.is_empty());
    assert!(event.rest["reason_detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{event:?}");
    scene.all_legs_over(event_id).await?;
    // The first delivery's request, and no other.
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_payload_that_is_gone_fails_the_event_with_the_reason() -> Result<()> {
    let scene = Scene::new().await?;
    let engine = scene.hookstep.engine();
    let (event, input) = delivered_by_the_bucket(&scene).await?;
    let key = event.rest["payload_s3_key"].as_str().unwrap();
    engine.s3.delete_object().bucket(&scene.hookstep.stack.payload_bucket).key(key).send().await?;
    let id = start_one_more(&scene, &engine, input).await?;
    assert_failed_without_a_request(&scene, &id, "payload_missing").await
}

#[tokio::test]
async fn a_payload_that_was_overwritten_fails_the_event_with_the_reason() -> Result<()> {
    let scene = Scene::new().await?;
    let engine = scene.hookstep.engine();
    let (event, input) = delivered_by_the_bucket(&scene).await?;
    let key = event.rest["payload_s3_key"].as_str().unwrap();
    // As long as the one that was given.
    let other = aws_sdk_s3::primitives::ByteStream::from(vec![b'b'; 20_000]);
    engine.s3.put_object().bucket(&scene.hookstep.stack.payload_bucket).key(key).body(other).send().await?;
    let id = start_one_more(&scene, &engine, input).await?;
    assert_failed_without_a_request(&scene, &id, "payload_altered").await
}

#[tokio::test]
async fn an_untouched_payload_is_delivered_once_more() -> Result<()> {
    // So that the two tests above fail the event for what they did and for nothing else.
    let scene = Scene::new().await?;
    let (event, input) = delivered_by_the_bucket(&scene).await?;
    let id = start_one_more(&scene, &scene.hookstep.engine(), input).await?;
    assert_ne!(id, event.event_id);
    assert_eq!(scene.settled(&id).await?.status, "succeeded");
    assert_eq!(scene.request_of(&id)?.body.len(), 20_000);
    Ok(())
}
