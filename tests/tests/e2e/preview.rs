//! `POST /webhook/{config_id}/preview`: the request that would be sent, header by header, and nothing that is sent.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hookstep_tests::secrets::{MARKER, planted, planted_with};
use hookstep_tests::signatures::{Body, Case, Expected, Judges};
use hookstep_tests::{HOOK, Hookstep, NewWebhook, Preview, ReceivedRequest, Receiver, Scene, Trigger};
use serde_json::{Value, json};

use crate::connections::{basic, scene_by};
use crate::oauth::guarded;
use crate::signatures::public_key;
use crate::support::history;

/// Differ from one request to the next.
const OF_THE_MOMENT: [&str; 4] = ["webhook-id", "webhook-timestamp", "webhook-signature", "traceparent"];

/// A payload as callers bring it.
pub(crate) struct Given {
    pub(crate) payload: Bytes,
    pub(crate) content_type: Option<&'static str>,
}

impl Given {
    pub(crate) fn json(text: &'static str) -> Self {
        Self { payload: text.into(), content_type: Some("application/json") }
    }
}

async fn previewed(scene: &Scene, given: &Given) -> Result<Preview> {
    let id = &scene.webhook.config_id;
    let answer = scene.hookstep.api.preview_raw(id, given.payload.clone(), given.content_type).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    assert!(!String::from_utf8_lossy(&answer.body).contains(MARKER), "a secret is shown: {}", answer.in_words());
    answer.json()
}

async fn sent(scene: &Scene, given: &Given) -> Result<ReceivedRequest> {
    let trigger = Trigger {
        body: given.payload.clone(),
        content_type: given.content_type.map(ToOwned::to_owned),
        sync: Some(true),
        ..Trigger::default()
    };
    let outcome = scene.trigger(&trigger).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    scene.request_of(&outcome.event_id)
}

/// How many signatures of which scheme.
fn schemes(signature: &str) -> Vec<&str> {
    signature.split(' ').map(|part| part.split_once(',').map_or(part, |(scheme, _)| scheme)).collect()
}

fn body_of(preview: &Preview) -> Result<Bytes> {
    let body = preview.body.as_deref().context("no body is shown")?;
    Ok(match preview.body_encoding.as_deref() {
        Some("utf8") => Bytes::copy_from_slice(body.as_bytes()),
        Some("base64") => STANDARD.decode(body)?.into(),
        other => panic!("{other:?}"),
    })
}

fn is_enveloped(body: &str) -> bool {
    body.starts_with("{\"type\":") && body.contains(",\"timestamp\":")
}

/// Compares all but URL and body, and returns the names of those headers whose value is not shown.
fn assert_same(preview: &Preview, request: &ReceivedRequest) -> Vec<String> {
    let shown: Vec<String> = preview.headers.iter().map(|header| header.name.to_ascii_lowercase()).collect();
    let received: Vec<String> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    assert_eq!(sorted(&shown), sorted(&received));
    let mut secret = Vec::new();
    for header in &preview.headers {
        let name = header.name.to_ascii_lowercase();
        let there = request.header(&name).unwrap();
        match (&header.value, header.secret) {
            (None, true) => {
                assert!(!there.is_empty(), "{name}");
                secret.push(name);
            }
            (Some(value), false) if name == "webhook-signature" => assert_eq!(schemes(value), schemes(&there)),
            // The time in an envelope is of one to nine digits after the second.
            (Some(_), false) if name == "content-length" && preview.body.as_deref().is_some_and(is_enveloped) => {}
            (Some(value), false) if OF_THE_MOMENT.contains(&name.as_str()) => {
                assert_eq!(value.len(), there.len(), "{name}");
            }
            (Some(value), false) => assert_eq!(value, &there, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(preview.method, request.method);
    assert_eq!(preview.body_size.map(|size| size.to_string()), preview.header("content-length").map(ToOwned::to_owned));
    secret
}

/// What is previewed is what arrives, byte for byte, where no secret is in the URL or the body.
async fn assert_previewed_as_sent(scene: &Scene, given: &Given, secrets: &[&str]) -> Result<Preview> {
    let preview = previewed(scene, given).await?;
    let request = sent(scene, given).await?;
    assert_eq!(assert_same(&preview, &request), secrets);
    assert_eq!(preview.url, format!("http://{}{}", request.header("host").unwrap(), request.target));
    assert!(body_of(&preview)? == request.body, "{:?}", preview.body);
    assert!(preview.error.is_none());
    Ok(preview)
}

pub(crate) async fn scene_with(fields: Value) -> Result<Scene> {
    let Value::Object(fields) = fields else { panic!("{fields}") };
    Scene::with(|draft: &mut NewWebhook| draft.extra.extend(fields)).await
}

#[tokio::test]
async fn what_is_previewed_is_what_arrives_for_every_kind_of_auth_without_a_token() -> Result<()> {
    let payload = Given::json(r#"{ "n" : 1.0 }"#);
    let none =
        scene_with(json!({ "http_method": "PUT", "headers": { "X-Source": "shop =\"a\\b\"; c", "x-empty": "" } }));
    assert_previewed_as_sent(&none.await?, &payload, &[]).await?;
    let hidden = json!({ "X-Token": planted("header"), "x-hidden": { "secret": planted("hidden") }, "x-plain": "1" });
    assert_previewed_as_sent(&scene_with(json!({ "headers": hidden })).await?, &payload, &["x-token", "x-hidden"])
        .await?;
    let auth = json!({ "type": "basic", "username": "u", "password": planted("password") });
    assert_previewed_as_sent(&scene_with(json!({ "auth": auth })).await?, &payload, &["authorization"]).await?;
    let auth = json!({ "type": "api_key", "in": "header", "name": "X-Key", "value": planted("key") });
    assert_previewed_as_sent(&scene_with(json!({ "auth": auth })).await?, &payload, &["x-key"]).await?;
    let (scene, _) = scene_by("BASIC", basic(&planted("connection"))).await?;
    assert_previewed_as_sent(&scene, &payload, &["authorization"]).await?;
    Ok(())
}

#[tokio::test]
async fn configured_headers_that_stand_for_hooksteps_own_are_shown_so() -> Result<()> {
    let headers =
        json!({ "Content-Type": "application/vnd.shop+json", "Accept": "text/plain", "Accept-Encoding": "identity" });
    let scene = scene_with(json!({ "headers": headers })).await?;
    let preview = assert_previewed_as_sent(&scene, &Given::json("{}"), &[]).await?;
    let of = |name: &str| preview.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name)).count();
    assert_eq!((of("content-type"), of("accept"), of("accept-encoding")), (1, 1, 1));
    assert_eq!(preview.header("content-type"), Some("application/vnd.shop+json"));
    Ok(())
}

#[tokio::test]
async fn a_key_in_the_url_is_not_shown() -> Result<()> {
    let auth = json!({ "type": "api_key", "in": "query", "name": "key", "value": planted_with("key", " &=") });
    let scene = Scene::with(|draft| {
        draft.url.push_str("?a=b%20c");
        draft.set("auth", auth);
    })
    .await?;
    let payload = Given::json("{}");
    let (preview, request) = (previewed(&scene, &payload).await?, sent(&scene, &payload).await?);
    assert_eq!(assert_same(&preview, &request), Vec::<String>::new());
    let url = reqwest::Url::parse(&preview.url)?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(pairs, [("a".to_owned(), "b c".to_owned()), ("key".to_owned(), "[secret]".to_owned())]);
    assert!(request.target.starts_with(&format!("{HOOK}?a=b%20c&key=")), "{}", request.target);
    assert!(preview.notes.iter().any(|note| note.contains("URL")), "{:?}", preview.notes);
    Ok(())
}

#[tokio::test]
async fn members_that_a_connection_adds_are_named_and_not_shown() -> Result<()> {
    let parameter = |key: &str, value: &str| json!([{ "Key": key, "Value": value, "IsValueSecret": true }]);
    let mut parameters = basic(&planted("connection"));
    parameters["InvocationHttpParameters"] = json!({
        "HeaderParameters": parameter("x-hidden", &planted("header")),
        "QueryStringParameters": parameter("key", &planted("query")),
        "BodyParameters": parameter("token", &planted("body")),
    });
    let (scene, _) = scene_by("BASIC", parameters).await?;
    let payload = Given::json("{ \"n\" : 1.0 }");
    let (preview, request) = (previewed(&scene, &payload).await?, sent(&scene, &payload).await?);
    let read: Value = serde_json::from_slice(&body_of(&preview)?)?;
    assert_eq!(read, json!({ "n": 1.0, "token": "[secret]" }));
    assert!(request.text().contains(MARKER) && request.target.contains(MARKER));
    assert!(preview.url.contains("key=") && !preview.url.contains(MARKER), "{}", preview.url);
    for (name, secret) in [("x-hidden", true), ("authorization", true), ("webhook-signature", false)] {
        let header = preview.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).context(name)?;
        assert_eq!((header.secret, header.value.is_none()), (secret, secret), "{name}");
    }
    assert!(preview.notes.iter().any(|note| note.contains("body")), "{:?}", preview.notes);
    Ok(())
}

#[tokio::test]
async fn an_access_token_is_neither_asked_for_nor_shown() -> Result<()> {
    let (scene, tokens) = guarded(|draft| draft.set("headers", json!({ "x-plain": "1" }))).await?;
    let payload = Given::json("{}");
    let preview = previewed(&scene, &payload).await?;
    assert_eq!((tokens.count(), scene.receiver.connections()), (0, 0));
    assert!(preview.notes.iter().any(|note| note.contains("token")), "{:?}", preview.notes);
    let request = sent(&scene, &payload).await?;
    assert_eq!(assert_same(&preview, &request), ["authorization"]);
    assert!(request.header("authorization").is_some_and(|value| value.starts_with("Bearer ")));
    // Nor is one that is kept by now.
    previewed(&scene, &payload).await?;
    assert_eq!(tokens.count(), 1);
    Ok(())
}

#[tokio::test]
async fn what_becomes_of_the_payload_is_shown_as_it_arrives() -> Result<()> {
    let odd = Given { payload: Bytes::from_static(b"\x89PNG\r\n\0\xff"), content_type: Some("image/png") };
    let text = Given { payload: "line\r\n\u{1f980} \u{2028}".into(), content_type: None };
    let plain = Scene::new().await?;
    for given in [odd, text] {
        assert_previewed_as_sent(&plain, &given, &[]).await?;
    }
    let order = r#"{ "id":12345678901234567890123, "total" : 1.50, "items":[{"price":2},{"price":3.5}] }"#;
    let shapes = [
        json!({ "transformation": "{'order': $string(id), 'sum': $sum(items.price), 'name': $event.event_name}" }),
        json!({ "payload_format": "standard_webhooks" }),
        json!({ "payload_format": "standard_webhooks", "transformation": "items.price" }),
    ];
    for mut shape in shapes {
        shape["event_name"] = "order.\"paid\"".into();
        let scene = scene_with(shape.clone()).await?;
        let given = Given { payload: order.into(), content_type: Some("text/plain") };
        let (preview, request) = (previewed(&scene, &given).await?, sent(&scene, &given).await?);
        assert_eq!(assert_same(&preview, &request), Vec::<String>::new());
        // But for the event's time, which is the preview's own.
        let without_time = |body: &[u8]| -> Result<(Value, Vec<u8>)> {
            let mut json: Value = serde_json::from_slice(body)?;
            let time = json.as_object_mut().and_then(|json| json.remove("timestamp"));
            let time = time.map(|time| time.as_str().unwrap_or_default().to_owned()).unwrap_or_default();
            Ok((json, String::from_utf8_lossy(body).replace(&time, "").into_bytes()))
        };
        let (shown, arrived) = (body_of(&preview)?, request.body);
        if shape["payload_format"].is_string() {
            assert_eq!(without_time(&shown)?, without_time(&arrived)?, "{shape}");
        } else {
            assert_eq!(shown, arrived, "{shape}");
        }
        assert_eq!(preview.header("content-type"), Some("application/json"));
    }
    Ok(())
}

#[tokio::test]
async fn the_signatures_of_a_preview_are_right() -> Result<()> {
    let scene = Scene::new().await?;
    let first = scene.webhook.new_secret()?;
    let second = scene.hookstep.api.rotate_secret(&scene.webhook.config_id, None).await?.new_secret()?;
    let preview = previewed(&scene, &Given::json("{\"n\":1}")).await?;
    let header = |name: &str| preview.header(name).map(ToOwned::to_owned).context("it is not there");
    assert_eq!(schemes(&header("webhook-signature")?), ["v1", "v1", "v1a"]);
    let key = public_key(&scene).await?.public_key;
    let mut cases = Vec::new();
    for key in [first, second, key] {
        let case = Case {
            id: header("webhook-id")?,
            timestamp: header("webhook-timestamp")?,
            signature: header("webhook-signature")?,
            key,
            body: Body::Bytes(body_of(&preview)?),
        };
        cases.push(("the preview".to_owned(), case, Expected::Good));
    }
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn nothing_is_sent_recorded_or_changed() -> Result<()> {
    let scene = scene_with(json!({ "transformation": "$", "enabled": false })).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let before = api.get_raw(id).await?.json::<Value>()?;
    for payload in ["", "{}", "[1]", "no JSON"] {
        let answer = api.preview_raw(id, payload, Some("application/json")).await?;
        assert_eq!(answer.status, 200, "{payload}: {}", answer.in_words());
    }
    assert_eq!((scene.received_count(), scene.receiver.connections()), (0, 0));
    assert_eq!(api.list_events(id, "").await?.data.len(), 0);
    assert_eq!(api.get_raw(id).await?.json::<Value>()?, before);
    assert_eq!(history(api, &before).await?.len(), 1);
    // Each is a request of its own.
    let ids = [previewed(&scene, &Given::json("{}")).await?, previewed(&scene, &Given::json("{}")).await?];
    assert_ne!(ids[0].header("webhook-id"), ids[1].header("webhook-id"));
    Ok(())
}

#[tokio::test]
async fn without_a_payload_the_sample_is_shown() -> Result<()> {
    let scene = scene_with(json!({ "event_name": "order.paid" })).await?;
    let preview = scene.hookstep.api.preview(&scene.webhook.config_id, None).await?;
    let sample: Value = serde_json::from_slice(&body_of(&preview)?)?;
    assert_eq!((&sample["type"], &sample["data"]["test"]), (&json!("order.paid"), &json!(true)));
    assert_eq!(preview.header("content-type"), Some("application/json"));
    scene.hookstep.api.test_webhook(&scene.webhook.config_id, None).await?;
    let mut arrived: Value = serde_json::from_slice(&scene.received()?.body)?;
    arrived["timestamp"] = sample["timestamp"].clone();
    assert_eq!(arrived, sample);
    Ok(())
}

#[tokio::test]
async fn the_url_is_shown_as_it_is_asked_for() -> Result<()> {
    let receiver = Receiver::start().await?;
    let hookstep = Hookstep::connect()?;
    let port = receiver.port();
    let webhook = hookstep.webhook_at(format!("http://127.0.0.1:{port}/a/../b?x=%41"), |_| ()).await?;
    let preview = hookstep.api.preview(&webhook.config_id, Some("{}".into())).await?;
    assert_eq!(preview.header("host"), Some(format!("127.0.0.1:{port}").as_str()));
    hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
    let [request] = &receiver.requests()[..] else { panic!("one request was sent") };
    assert_eq!(preview.url, receiver.url(&request.target));
    Ok(())
}
