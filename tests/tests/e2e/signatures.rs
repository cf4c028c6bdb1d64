//! Signatures of real deliveries, judged by libraries that are not Hookstep's.

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::try_join_all;
use hookstep_tests::signatures::{Body, Case, Expected, Judges, case_of, signatures_of};
use hookstep_tests::{HOOK, NewWebhook, PublicKey, ReceivedRequest, Scene, Script, Trigger, token_failures, unique};
use jiff::Timestamp;
use serde_json::json;

use crate::oauth::guarded;

/// A case with a name, and what is expected of it.
pub(crate) type Judged = (String, Case, Expected);

/// A webhook, and the secret that Hookstep has made for it.
pub(crate) async fn signed(change: impl FnOnce(&mut NewWebhook)) -> Result<(Scene, String)> {
    let scene = Scene::with(change).await?;
    let secret = scene.webhook.new_secret()?;
    Ok((scene, secret))
}

/// The tenant's key that signs from now on.
pub(crate) async fn public_key(scene: &Scene) -> Result<PublicKey> {
    let keys = scene.hookstep.api.public_keys(None).await?.keys;
    keys.into_iter().find(|key| key.signs_until.is_none()).context("no key signs")
}

/// That this request is signed under each of these keys.
pub(crate) fn good(what: &str, request: &ReceivedRequest, keys: &[&str]) -> Result<Vec<Judged>> {
    let case = |key: &&str| Ok((format!("{what}, by {}", kind_of(key)), case_of(request, key)?, Expected::Good));
    keys.iter().map(case).collect()
}

/// That this request is not signed under any of these keys.
pub(crate) fn refused(what: &str, request: &ReceivedRequest, keys: &[&str]) -> Result<Vec<Judged>> {
    let case = |key: &&str| Ok((format!("{what}, by {}", kind_of(key)), case_of(request, key)?, Expected::Refused));
    keys.iter().map(case).collect()
}

/// The first letters of a key, which are its kind.
fn kind_of(key: &str) -> &str {
    key.get(..6).unwrap_or(key)
}

/// That with anything about this request altered, its signature under this key is refused.
pub(crate) fn refused_when_altered(what: &str, request: &ReceivedRequest, key: &str) -> Result<Vec<Judged>> {
    let case = case_of(request, key)?;
    let Body::Bytes(body) = &case.body else { anyhow::bail!("the body is in a file") };
    let next = case.timestamp.parse::<i64>()? + 1;
    let mut altered = vec![
        ("a byte more", Case { body: with_one_more(body), ..case.clone() }),
        ("a longer id", Case { id: format!("{}0", case.id), ..case.clone() }),
        ("a part of the id in the time", Case { id: format!("{}.{}", case.id, case.timestamp), ..case.clone() }),
        ("the next second", Case { timestamp: next.to_string(), ..case.clone() }),
        ("another key", Case { key: with_another_bit(key)?, ..case.clone() }),
        ("another signature", Case { signature: with_other_signatures(&case.signature)?, ..case.clone() }),
        ("an unknown scheme", Case { signature: case.signature.replace("v1", "v2"), ..case.clone() }),
    ];
    if let Some(first) = body.first() {
        let changed = [&[first ^ 1][..], &body[1..]].concat();
        altered.push(("another first byte", Case { body: Body::Bytes(changed.into()), ..case.clone() }));
        altered.push(("the last byte cut off", Case { body: Body::Bytes(body.slice(..body.len() - 1)), ..case }));
    }
    let named = altered.into_iter();
    Ok(named.map(|(how, case)| (format!("{what}, {how}, by {}", kind_of(key)), case, Expected::Refused)).collect())
}

fn with_one_more(body: &Bytes) -> Body {
    Body::Bytes([&body[..], b" "].concat().into())
}

/// A key with one bit changed.
fn with_another_bit(key: &str) -> Result<String> {
    let (kind, encoded) = key.split_once('_').context("it is no key of Standard Webhooks")?;
    let mut bytes = STANDARD.decode(encoded)?;
    bytes[0] ^= 1;
    Ok(format!("{kind}_{}", STANDARD.encode(bytes)))
}

/// All signatures with one bit changed.
fn with_other_signatures(header: &str) -> Result<String> {
    let mut parts = Vec::new();
    for part in header.split(' ') {
        let (scheme, encoded) = part.split_once(',').context("a signature without a scheme")?;
        let mut bytes = STANDARD.decode(encoded)?;
        bytes[0] ^= 1;
        parts.push(format!("{scheme},{}", STANDARD.encode(bytes)));
    }
    Ok(parts.join(" "))
}

/// Bytes without a pattern, hardly ever UTF-8.
fn noise(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * at * 31 + at / 7) % 256).unwrap_or_default() | 0x80).collect()
}

const BYTES: &str = "application/octet-stream";
const JSON: &str = "application/json";

#[tokio::test]
async fn every_library_verifies_every_kind_of_body_and_refuses_what_is_altered() -> Result<()> {
    let (scene, secret) = signed(|_| ()).await?;
    let bodies: Vec<(&str, &str, Vec<u8>)> = vec![
        ("an empty body", JSON, Vec::new()),
        ("JSON", JSON, b"{\"event_type\":\"ping\",\"data\":{\"success\":true}}".to_vec()),
        ("JSON with white space", JSON, b"{ \"b\":1.0,\r\n\t\"a\" : \"\xc3\xa9\\u00e9\" }\n".to_vec()),
        ("no JSON", "text/plain", "\u{feff}\u{1f980} \" \\ \u{2028}\u{fffd}".into()),
        ("dots", "text/plain", b".evt_1.2.v1,".to_vec()),
        ("NUL bytes", BYTES, vec![0; 3]),
        ("a byte that is no text", BYTES, vec![0xff]),
        ("a picture", "image/png", b"\x89PNG\r\n\x1a\n\0\0\0\xff".to_vec()),
        ("all that travels with the event", JSON, vec![b'7'; 8_192]),
        ("the least that travels by the bucket", JSON, vec![b'7'; 8_193]),
        ("as many bytes as travel with the event", BYTES, noise(6_144)),
        ("one more", BYTES, noise(6_145)),
        ("300 KB of text", JSON, vec![b'7'; 300_000]),
        ("300 KB of bytes", BYTES, noise(300_000)),
    ];
    let deliveries = bodies.into_iter().map(async |(what, content_type, body)| {
        let trigger = Trigger { content_type: Some(content_type.to_owned()), ..Trigger::json(body.clone()) };
        let event = scene.deliver(&trigger).await?;
        ensure!(event.status == "succeeded", "{what}: {event:?}");
        let request = scene.request_of(&event.event_id)?;
        ensure!(request.body == body, "{what} arrived changed");
        Ok((what, request))
    });
    let requests = try_join_all(deliveries).await?;
    let key = public_key(&scene).await?;
    let mut cases = Vec::new();
    for (what, request) in &requests {
        cases.extend(good(what, request, &[&secret, &key.public_key, &key.pem])?);
        for key in [&secret, &key.public_key] {
            cases.extend(refused_when_altered(what, request, key)?);
        }
    }
    assert!(cases.len() > 200, "{} cases", cases.len());
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn the_headers_are_those_of_the_specification() -> Result<()> {
    let (scene, _) = signed(|_| ()).await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    let request = scene.request_of(&event.event_id)?;
    let count = |name: &str| request.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).count();
    assert_eq!((count("webhook-id"), count("webhook-timestamp"), count("webhook-signature")), (1, 1, 1));
    assert!(!event.event_id.contains('.'), "{}", event.event_id);
    // Whole seconds of the attempt, without a sign or a fraction.
    let timestamp = request.header("webhook-timestamp").unwrap();
    let sent_at: i64 = timestamp.parse()?;
    assert_eq!(sent_at.to_string(), timestamp);
    let started_at: Timestamp = event.attempts[0].started_at.parse()?;
    let received_at = i64::try_from(request.received_at.duration_since(std::time::UNIX_EPOCH)?.as_secs())?;
    assert!(started_at.as_second() <= sent_at + 1 && sent_at <= received_at, "{started_at} {sent_at} {received_at}");
    assert_eq!(signatures_of(&request, "v1").len(), 1);
    assert!(!signatures_of(&request, "v1a").is_empty());
    let header = request.header("webhook-signature").unwrap();
    assert!(header.starts_with("v1,") && !header.contains("  ") && header.trim() == header, "{header}");
    Ok(())
}

#[tokio::test]
async fn sync_deliveries_and_tests_are_signed_as_any() -> Result<()> {
    let (scene, secret) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let config_id = &scene.webhook.config_id;
    let events = [
        ("async", scene.trigger(&Trigger::json("[1]")).await?.event_id),
        ("sync", scene.trigger(&Trigger::json("[2]").and_wait()).await?.event_id),
        ("a test with the sample", api.test_webhook(config_id, None).await?.event_id),
        ("a test with a payload", api.test_webhook(config_id, Some("[3]".into())).await?.event_id),
    ];
    let key = public_key(&scene).await?.public_key;
    let mut cases = Vec::new();
    for (what, event_id) in &events {
        assert_eq!(scene.settled(event_id).await?.status, "succeeded", "{what}");
        cases.extend(good(what, &scene.request_of(event_id)?, &[&secret, &key])?);
    }
    Judges::prepare().await?.expect(cases).await
}

/// The second try after a 401 is a request of its own, and signed at its own time.
#[tokio::test]
async fn both_requests_of_an_attempt_with_a_new_token_are_signed() -> Result<()> {
    let (scene, _tokens) = guarded(|_| ()).await?;
    let secret = scene.webhook.new_secret()?;
    assert_eq!(scene.deliver(&Trigger::json("[1]")).await?.status, "succeeded");
    // Whichever process delivers, and whatever token it has.
    scene.receiver.on_each(HOOK, [Script::status(401), Script::status(200)]);
    let event = scene.deliver(&Trigger::json("[2]")).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    let requests: Vec<ReceivedRequest> = scene
        .receiver
        .requests_to(HOOK)
        .into_iter()
        .filter(|request| request.header("webhook-id").as_deref() == Some(&event.event_id))
        .collect();
    assert_eq!(requests.len(), 2);
    assert_ne!(requests[0].header("authorization"), requests[1].header("authorization"));
    let key = public_key(&scene).await?.public_key;
    let mut cases = good("the first", &requests[0], &[&secret, &key])?;
    cases.extend(good("the second", &requests[1], &[&secret, &key])?);
    Judges::prepare().await?.expect(cases).await
}

/// What is signed is what is sent, whatever shape the payload was given.
#[tokio::test]
async fn shaped_payloads_are_signed_as_they_are_sent() -> Result<()> {
    let payload = "{ \"b\": 1.0, \"a\": \"\u{e9}\" }";
    let mut cases = Vec::new();
    for (what, fields) in [
        ("the envelope", json!({ "payload_format": "standard_webhooks", "event_name": "order.created" })),
        ("a transformation", json!({ "transformation": "{ \"a\": a, \"times\": b * 2 }" })),
    ] {
        let (scene, secret) = signed(|draft| {
            for (name, value) in fields.as_object().unwrap() {
                draft.set(name, value.clone());
            }
        })
        .await?;
        let event = scene.deliver(&Trigger::json(payload)).await?;
        assert_eq!(event.status, "succeeded", "{what}: {event:?}");
        let request = scene.request_of(&event.event_id)?;
        assert_ne!(request.text(), payload, "{what} changed nothing");
        let key = public_key(&scene).await?.public_key;
        cases.extend(good(what, &request, &[&secret, &key])?);
        cases.extend(refused_when_altered(what, &request, &secret)?);
    }
    Judges::prepare().await?.expect(cases).await
}

/// A receiver that rejects, or whose answer never comes, has got a signature too.
#[tokio::test]
async fn attempts_that_fail_are_signed() -> Result<()> {
    let (scene, secret) = signed(|draft| draft.timeout_seconds = Some(1)).await?;
    scene.receiver.on_each(HOOK, [Script::status(500), Script::close(), token_failures::never()]);
    let key = public_key_of_one_delivery(&scene).await?;
    let mut cases = Vec::new();
    for request in scene.receiver.requests_to(HOOK) {
        let what = request.text();
        cases.extend(good(&what, &request, &[&secret, &key])?);
    }
    assert_eq!(cases.len(), 6);
    Judges::prepare().await?.expect(cases).await
}

/// Lets three deliveries fail, and returns the key that signed them.
async fn public_key_of_one_delivery(scene: &Scene) -> Result<String> {
    for number in 0..3 {
        let event = scene.deliver(&Trigger::json(number.to_string())).await?;
        ensure!(event.status == "failed", "{event:?}");
        scene.request_of(&event.event_id)?;
    }
    Ok(public_key(scene).await?.public_key)
}

/// Verified by every library, the request of a preview is the one that would be sent.
#[tokio::test]
async fn a_preview_shows_good_signatures_and_sends_nothing() -> Result<()> {
    let (scene, secret) = signed(|draft| draft.event_name = Some(unique("order"))).await?;
    // The tenant's key is there once something was sent.
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    let preview = scene.hookstep.api.preview(&scene.webhook.config_id, Some("{\"a\":  1}".into())).await?;
    let header =
        |name: &str| preview.header(name).map(str::to_owned).with_context(|| format!("no {name}: {preview:?}"));
    let case = |key: &str| {
        Ok::<_, anyhow::Error>(Case {
            id: header("webhook-id")?,
            timestamp: header("webhook-timestamp")?,
            signature: header("webhook-signature")?,
            key: key.to_owned(),
            body: Body::Bytes(preview.body.clone().context("no body")?.into()),
        })
    };
    assert_eq!(preview.body.as_deref(), Some("{\"a\":  1}"));
    let key = public_key(&scene).await?.public_key;
    let cases = vec![
        ("v1 of a preview".to_owned(), case(&secret)?, Expected::Good),
        ("v1a of a preview".to_owned(), case(&key)?, Expected::Good),
    ];
    Judges::prepare().await?.expect(cases).await?;
    assert_eq!(scene.received_count(), 1);
    Ok(())
}
