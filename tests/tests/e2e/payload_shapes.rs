//! Payloads in an envelope, transformed, or both.

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use hookstep_tests::signatures::Judges;
use hookstep_tests::{Event, HOOK, NewWebhook, ReceivedRequest, Scene, Trigger};
use serde_json::{Value, json};

use crate::signatures::{good, public_key};
use crate::support::{draft, faults};
use crate::transformations::ORDER;

/// A mebibyte.
pub(crate) const MIB: usize = 1_048_576;

pub(crate) async fn scene_with(fields: Value) -> Result<Scene> {
    let Value::Object(fields) = fields else { panic!("{fields}") };
    Scene::with(|draft: &mut NewWebhook| draft.extra.extend(fields)).await
}

fn enveloped(name: &str) -> Value {
    json!({ "payload_format": "standard_webhooks", "event_name": name })
}

pub(crate) async fn transformed(expression: &str) -> Result<Scene> {
    scene_with(json!({ "transformation": expression })).await
}

pub(crate) async fn delivered(scene: &Scene, trigger: &Trigger) -> Result<(Event, ReceivedRequest)> {
    let event = scene.deliver(trigger).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    let request = scene.request_of(&event.event_id)?;
    assert_eq!(request.header("content-length"), Some(request.body.len().to_string()));
    Ok((event, request))
}

/// A trigger whose payload was uploaded.
pub(crate) async fn uploaded(scene: &Scene, payload: impl Into<bytes::Bytes>) -> Result<Trigger> {
    let api = &scene.hookstep.api;
    let slot = api.create_upload(&scene.webhook.config_id).await?;
    api.upload(&slot.upload, payload).await?;
    Ok(Trigger { payload_id: Some(slot.payload_id), sync: Some(false), ..Trigger::default() })
}

/// Triggers in both modes and expects that the event failed like this, with nothing sent. Returns what the row says of it.
pub(crate) async fn assert_fails(scene: &Scene, trigger: &Trigger, reason: &str) -> Result<String> {
    let before = scene.received_count();
    let outcome = scene.trigger(&trigger.clone().and_wait()).await?;
    assert_eq!((outcome.status.as_str(), outcome.reason.as_deref()), ("failed", Some(reason)), "{outcome:?}");
    let event = scene.event(&outcome.event_id).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some(reason)), "{event:?}");
    let [attempt] = &event.attempts[..] else { panic!("{:?}", event.attempts) };
    assert_eq!((attempt.outcome.as_str(), attempt.status_code, attempt.first_byte_ms), ("refused", None, None));
    let error = attempt.error.as_ref().context("no error")?;
    assert_eq!(error.code, reason);
    assert_eq!(scene.received_count(), before, "nothing was sent");
    let message = error.message.clone().context("no message")?;
    let detail = event.rest["reason_detail"].as_str().context("no detail")?;
    assert_eq!((detail, outcome.reason_detail.as_deref()), (message.as_str(), Some(message.as_str())));
    Ok(message)
}

#[tokio::test]
async fn an_envelope_holds_the_bytes_as_they_were_given() -> Result<()> {
    let scene = scene_with(enveloped("order.\"paid\"\\x")).await?;
    let long = format!("{{\"long\":\"{}\"}}", "\u{1f980}".repeat(100_000));
    for payload in [
        "{}",
        "{ \"amount\" : 1.00,\r\n\t\"id\":12345678901234567890123 , \"e\":1E+2, \"a\":1, \"a\":2 }\r\n",
        r#"{"s":"\u00e9é🦀\/\ud83d\ude00 <\/script>","z":0.1e-7}"#,
        "[18446744073709551616,-0.0,1e400]",
        "\"text\"",
        " null ",
        "7",
        "true",
        &"[".repeat(100).chars().chain("]".repeat(100).chars()).collect::<String>(),
        // By way of the bucket.
        &long,
    ] {
        let trigger = Trigger { content_type: Some("text/plain".to_owned()), ..Trigger::json(payload.to_owned()) };
        let (event, request) = delivered(&scene, &trigger).await?;
        let created_at = event.rest["created_at"].as_str().context("no created_at")?;
        let expected = format!(r#"{{"type":"order.\"paid\"\\x","timestamp":"{created_at}","data":{payload}}}"#);
        let shown: String = request.text().chars().take(300).collect();
        assert!(request.text() == expected, "{shown}");
        assert_eq!(request.header("content-type").as_deref(), Some("application/json"));
        // The row keeps what was given.
        if payload.len() < 8_000 {
            assert_eq!(event.rest["payload"].as_str(), Some(payload));
            assert_eq!(event.rest["content_type"], "text/plain");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_envelope_is_what_is_signed() -> Result<()> {
    let scene = scene_with(enveloped("order.paid")).await?;
    let (_, request) = delivered(&scene, &Trigger::json("{ \"n\" : 1.0 }")).await?;
    let secret = scene.webhook.new_secret()?;
    let key = public_key(&scene).await?.public_key;
    let shaped = scene_with(json!({ "transformation": "{'n': n + 1}" })).await?;
    let (_, second) = delivered(&shaped, &Trigger::json("{ \"n\" : 1.0 }")).await?;
    assert_eq!(second.text(), r#"{"n":2}"#);
    let own = shaped.webhook.new_secret()?;
    let cases =
        [good("an envelope", &request, &[&secret, &key])?, good("a transformed payload", &second, &[&own, &key])?];
    Judges::prepare().await?.expect(cases.concat()).await
}

#[tokio::test]
async fn what_is_not_json_goes_into_no_envelope_and_no_transformation() -> Result<()> {
    let scenes = [
        scene_with(enveloped("a")).await?,
        transformed("{'a': 1}").await?,
        scene_with(json!({ "payload_format": "standard_webhooks", "event_name": "a", "transformation": "1" })).await?,
    ];
    let payloads: [&[u8]; 8] =
        [b"", b"{", b"{}{}", b"a=1&b=2", b"\xff", b"{},\"admin\":true", b"\xef\xbb\xbf{}", b"NaN"];
    try_join_all(scenes.iter().map(async |scene| {
        for payload in payloads {
            let content_type = Some("application/octet-stream".to_owned());
            let trigger = Trigger { content_type, ..Trigger::json(payload) };
            let message = assert_fails(scene, &trigger, "payload_not_json").await?;
            assert!(message.contains("JSON"), "{message}");
        }
        anyhow::Ok(())
    }))
    .await?;
    Ok(())
}

#[tokio::test]
async fn an_envelope_takes_8_mib() -> Result<()> {
    let scene = scene_with(enveloped("a")).await?;
    let of = |length: usize| format!("[{}]", "1".repeat(length - 2));
    let trigger = uploaded(&scene, of(8 * MIB)).await?;
    let (_, request) = delivered(&scene, &trigger).await?;
    assert!(
        request.body.len() > 8 * MIB && request.body.starts_with(b"{\"type\":\"a\",") && request.body.ends_with(b"1]}")
    );
    let trigger = uploaded(&scene, of(8 * MIB + 1)).await?;
    let event = scene.deliver(&trigger).await?;
    assert_eq!(
        (event.status.as_str(), event.reason.as_deref()),
        ("failed", Some("payload_not_shapeable")),
        "{event:?}"
    );
    assert!(event.rest["reason_detail"].as_str().is_some_and(|detail| detail.contains("8388608")), "{event:?}");
    assert_eq!(scene.received_count(), 1);
    // As it is, it goes.
    scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &json!({ "payload_format": "as_is" })).await?;
    let trigger = uploaded(&scene, of(8 * MIB + 1)).await?;
    let (_, request) = delivered(&scene, &trigger).await?;
    assert_eq!(request.body.len(), 8 * MIB + 1);
    Ok(())
}

#[tokio::test]
async fn a_transformed_payload_goes_into_the_envelope() -> Result<()> {
    let mut fields = enveloped("order.paid");
    fields["transformation"] = "{'id': id, 'lines': $count(lines)}".into();
    let scene = scene_with(fields).await?;
    let (event, request) = delivered(&scene, &Trigger::json(ORDER)).await?;
    let created_at = event.rest["created_at"].as_str().context("no created_at")?;
    let expected = format!(r#"{{"type":"order.paid","timestamp":"{created_at}","data":{{"id":"ord_7","lines":2}}}}"#);
    assert_eq!(request.text(), expected);
    // From the bucket too.
    let large = ORDER.replacen('{', &format!("{{\"more\":\"{}\",", "x".repeat(300_000)), 1);
    let (event, request) = delivered(&scene, &Trigger::json(large)).await?;
    assert!(event.rest["payload_s3_key"].is_string(), "{:?}", event.rest.keys());
    let read: Value = serde_json::from_slice(&request.body)?;
    assert_eq!(read["data"], json!({ "id": "ord_7", "lines": 2 }));
    Ok(())
}

#[tokio::test]
async fn an_envelope_needs_an_event_name_for_as_long_as_it_is_asked_for() -> Result<()> {
    let scene = scene_with(enveloped("order.paid")).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let patch = async |patch: Value| api.patch_raw(id, &patch, None).await;
    assert_eq!(faults(&patch(json!({ "event_name": null })).await?), ["/event_name required"]);
    assert_eq!(patch(json!({ "event_name": null, "payload_format": "as_is" })).await?.status, 200);
    let format = json!({ "payload_format": "standard_webhooks" });
    assert_eq!(faults(&patch(format.clone()).await?), ["/event_name required"]);
    assert_eq!(faults(&api.create_raw(&draft(format)).await?), ["/event_name required"]);
    Ok(())
}

#[tokio::test]
async fn a_test_event_has_the_webhooks_shape() -> Result<()> {
    let scene = scene_with(enveloped("order.paid")).await?;
    let id = &scene.webhook.config_id;
    scene.hookstep.api.test_webhook(id, None).await?;
    let sample: Value = serde_json::from_slice(&scene.received()?.body)?;
    assert_eq!((&sample["type"], &sample["data"]["config_id"]), (&json!("order.paid"), &json!(id)));
    assert!(sample["data"].get("type").is_none(), "one envelope is enough: {sample}");
    assert!(sample["timestamp"].as_str().is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok()), "{sample}");

    let transformed = transformed("{'was': data.test, 'name': $uppercase(data.name)}").await?;
    transformed.hookstep.api.test_webhook(&transformed.webhook.config_id, None).await?;
    assert_eq!(transformed.received()?.text(), r#"{"was":true,"name":"END-TO-END TEST"}"#);
    let odd = Some("{\"data\":{\"name\":7}}".into());
    let given = transformed.hookstep.api.test_webhook(&transformed.webhook.config_id, odd).await?;
    assert_eq!(given.reason.as_deref(), Some("transformation_failed"), "{given:?}");
    Ok(())
}

#[tokio::test]
async fn a_connections_members_come_after_the_shape() -> Result<()> {
    let mut parameters = crate::connections::basic(&hookstep_tests::secrets::planted("connection"));
    parameters["InvocationHttpParameters"] =
        json!({ "BodyParameters": [{ "Key": "region", "Value": "eu", "IsValueSecret": false }] });
    let (scene, _) = crate::connections::scene_by("BASIC", parameters).await?;
    let mut shape = enveloped("order.paid");
    shape["transformation"] = "{'id': id}".into();
    scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &shape).await?;
    let (event, request) = delivered(&scene, &Trigger::json(ORDER)).await?;
    let created_at = event.rest["created_at"].as_str().context("no created_at")?;
    let expected =
        format!(r#"{{"type":"order.paid","timestamp":"{created_at}","data":{{"id":"ord_7"}},"region":"eu"}}"#);
    assert_eq!(request.text(), expected);
    assert_eq!(request.path(), HOOK);
    Ok(())
}
