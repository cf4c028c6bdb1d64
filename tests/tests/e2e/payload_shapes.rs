//! Payloads in an envelope, transformed, or both.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use hookstep_tests::signatures::Judges;
use hookstep_tests::{Event, HOOK, NewWebhook, ReceivedRequest, Scene, Trigger};
use serde_json::{Value, json};

use crate::signatures::{good, public_key};
use crate::support::{draft, faults, set_attribute};

const MIB: usize = 1_048_576;

async fn scene_with(fields: Value) -> Result<Scene> {
    let Value::Object(fields) = fields else { panic!("{fields}") };
    Scene::with(|draft: &mut NewWebhook| draft.extra.extend(fields)).await
}

fn enveloped(name: &str) -> Value {
    json!({ "payload_format": "standard_webhooks", "event_name": name })
}

async fn transformed(expression: &str) -> Result<Scene> {
    scene_with(json!({ "transformation": expression })).await
}

async fn delivered(scene: &Scene, trigger: &Trigger) -> Result<(Event, ReceivedRequest)> {
    let event = scene.deliver(trigger).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    let request = scene.request_of(&event.event_id)?;
    assert_eq!(request.header("content-length"), Some(request.body.len().to_string()));
    Ok((event, request))
}

/// A trigger whose payload was uploaded.
async fn uploaded(scene: &Scene, payload: impl Into<bytes::Bytes>) -> Result<Trigger> {
    let api = &scene.hookstep.api;
    let slot = api.create_upload(&scene.webhook.config_id).await?;
    api.upload(&slot.upload, payload).await?;
    Ok(Trigger { payload_id: Some(slot.payload_id), sync: Some(false), ..Trigger::default() })
}

/// Triggers in both modes and expects that the event failed like this, with nothing sent. Returns what the row says of it.
async fn assert_fails(scene: &Scene, trigger: &Trigger, reason: &str) -> Result<String> {
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
async fn a_transformation_takes_a_mebibyte() -> Result<()> {
    let scene = transformed("{'count': $count(list), 'first': list[0]}").await?;
    let of = |length: usize| format!("{{\"list\":[1,2,{}3]}}", " ".repeat(length - 16));
    assert_eq!(of(MIB).len(), MIB);
    let trigger = uploaded(&scene, of(MIB)).await?;
    let (_, request) = delivered(&scene, &trigger).await?;
    assert_eq!(request.text(), r#"{"count":3,"first":1}"#);
    for length in [MIB + 1, 9 * MIB] {
        let trigger = uploaded(&scene, of(length)).await?;
        let event = scene.deliver(&trigger).await?;
        assert_eq!(event.reason.as_deref(), Some("payload_not_shapeable"), "{length}: {event:?}");
        assert!(event.rest["reason_detail"].as_str().is_some_and(|detail| detail.contains("1048576")), "{event:?}");
    }
    Ok(())
}

const ORDER: &str = r#"{
    "id": "ord_7", "number": 9007199254740993, "state": "PAID", "placed": "2026-11-20T09:15:00Z",
    "customer": {"name": "Zoë Lind", "email": "ZOE@Example.org"},
    "lines": [
        {"sku": "A-1", "title": "Lamp 💡", "qty": 2, "price": 24.5},
        {"sku": "B-2", "title": "Bulb", "qty": 6, "price": 3.25}
    ]
}"#;

#[tokio::test]
async fn payloads_become_what_receivers_want() -> Result<()> {
    let cases = [
        // A chat's incoming webhook.
        (
            r#"{"text": "Order " & id & " of " & customer.name, "blocks": lines.{"type": "section", "text": qty & " × " & title}}"#,
            json!({
                "text": "Order ord_7 of Zo\u{eb} Lind",
                "blocks": [{ "type": "section", "text": "2 \u{d7} Lamp \u{1f4a1}" }, { "type": "section", "text": "6 \u{d7} Bulb" }],
            }),
        ),
        // A ledger: flat, sums, a date, and what the event itself is.
        (
            "{'event': $event.event_name, 'webhook': $event.config_id, 'at': $event.created_at, 'delivery': $event.event_id,
              'ref': number, 'total': $sum(lines.(qty * price)), 'day': $fromMillis($toMillis(placed), '[Y0001]-[M01]-[D01]')}",
            json!({ "event": "order.paid", "webhook": null, "at": null, "delivery": null, "ref": 9_007_199_254_740_993_u64,
                "total": 68.5, "day": "2026-11-20" }),
        ),
        // An address book: little of it, cleaned.
        (
            "lines ? {'email': $lowercase(customer.email), 'tags': lines[price > 10].sku[], 'vip': $exists(customer.vip)} : null",
            json!({ "email": "zoe@example.org", "tags": ["A-1"], "vip": false }),
        ),
    ];
    for (expression, mut expected) in cases {
        let scene = scene_with(json!({ "transformation": expression, "event_name": "order.paid" })).await?;
        let (event, request) = delivered(&scene, &Trigger::json(ORDER)).await?;
        if expected.get("webhook").is_some() {
            expected["webhook"] = scene.webhook.config_id.clone().into();
            expected["at"] = event.rest["created_at"].clone();
            expected["delivery"] = event.event_id.clone().into();
        }
        assert_eq!(serde_json::from_slice::<Value>(&request.body)?, expected, "{expression}");
        assert_eq!(request.header("content-type").as_deref(), Some("application/json"));
        assert_eq!(event.rest["payload"].as_str(), Some(ORDER));
    }
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
async fn a_failing_transformation_is_a_failed_event_that_says_where() -> Result<()> {
    for (expression, says, place) in [
        ("{'total': $sum(lines.title)}", "T0412", "total"),
        ("{'a': 1, 'order': {'ok': id, 'sum': id * 2}}", "T2001", "order.sum"),
        ("{'list': [1, $toMillis('yesterday')]}", "D3110", "$toMillis(...)"),
        ("$error('no ' & id)", "no ord_7", "$error(...)"),
        ("nothing.here", "no result", ""),
        ("{'f': $sum}", "a function", "at f"),
    ] {
        let scene = transformed(expression).await?;
        let message = assert_fails(&scene, &Trigger::json(ORDER), "transformation_failed").await?;
        assert!(message.contains(says) && message.contains(place), "{expression}: {message}");
        assert!(message.len() <= 1_100 && !message.contains('\n'), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn a_transformation_that_is_mended_counts_for_the_next_delivery() -> Result<()> {
    let scene = transformed("{'total': $sum(lines.title)}").await?;
    assert_fails(&scene, &Trigger::json(ORDER), "transformation_failed").await?;
    let id = &scene.webhook.config_id;
    scene.hookstep.api.patch_webhook(id, &json!({ "transformation": "{'total': $sum(lines.qty)}" })).await?;
    let (_, request) = delivered(&scene, &Trigger::json(ORDER)).await?;
    assert_eq!(request.text(), r#"{"total":8}"#);
    scene.hookstep.api.patch_webhook(id, &json!({ "transformation": null })).await?;
    let (_, request) = delivered(&scene, &Trigger::json(ORDER)).await?;
    assert_eq!(request.text(), ORDER);
    Ok(())
}

#[tokio::test]
async fn a_hostile_expression_ends_in_time_and_the_next_delivery_works() -> Result<()> {
    // For ever, without bound in depth, in memory, in length; and in what a regular expression takes.
    let hostile = [
        "($f := function() { $f() }; $f())",
        "($f := function($n) { 1 + $f($n + 1) }; $f(1))",
        "($s := '$eval($s)'; $eval($s))",
        "$sum([1..9999999])",
        "[1..1000000].[1..1000000]",
        "$pad('x', 1000000000)",
        "$reduce([1..60], function($a, $i) { $a & $a }, 'x')",
        "$pad('x', 1048577)",
        "$reduce([1..100000], function($a, $i) { {'a': $a} }, 1)",
        "$contains($pad('', 100000, 'a'), /((a{1,100}){1,100}){1,100}b/)",
        "**.**.**.**.**.**.**.**",
        "$eval($pad('', 100000, '('))",
    ];
    let mild = transformed("{'id': id}").await?;
    let plain = Scene::new().await?;
    for expression in hostile {
        let scene = transformed(expression).await?;
        let began = Instant::now();
        let outcome = scene.trigger(&Trigger::json(ORDER).and_wait()).await?;
        let taken = began.elapsed();
        if outcome.status == "succeeded" {
            // Small payloads let some of them pass; what passes is bounded.
            assert!(scene.received()?.body.len() <= MIB, "{expression}");
        } else {
            let failed = (outcome.status.as_str(), outcome.reason.as_deref());
            assert_eq!(failed, ("failed", Some("transformation_failed")), "{expression}: {outcome:?}");
            assert_eq!(scene.received_count(), 0);
            let attempt = outcome.attempt.context("no attempt")?;
            assert!(attempt.duration_ms < 8_000, "{expression}: {} ms", attempt.duration_ms);
        }
        assert!(taken < Duration::from_secs(20), "{expression}: {taken:?}");
        let (_, request) = delivered(&mild, &Trigger::json(ORDER)).await?;
        assert_eq!(request.text(), r#"{"id":"ord_7"}"#, "after {expression}");
        let (_, request) = delivered(&plain, &Trigger::json("{}")).await?;
        assert_eq!(request.text(), "{}", "after {expression}");
    }
    Ok(())
}

#[tokio::test]
async fn hostile_expressions_side_by_side_leave_the_others_alone() -> Result<()> {
    let hostile = transformed("($f := function() { $f() }; $f())").await?;
    let plain = Scene::new().await?;
    let trigger = Trigger::json("{}");
    let attacks = try_join_all((0..6).map(|_| hostile.deliver(&trigger)));
    let others = try_join_all((0..6).map(|_| plain.deliver(&trigger)));
    let (attacks, others) = futures_util::future::try_join(attacks, others).await?;
    for event in attacks {
        assert_eq!(event.reason.as_deref(), Some("transformation_failed"), "{event:?}");
    }
    assert!(others.iter().all(|event| event.status == "succeeded"), "{others:?}");
    assert_eq!((plain.received_count(), hostile.received_count()), (6, 0));
    Ok(())
}

#[tokio::test]
async fn an_expression_that_is_none_is_refused_when_it_is_saved_and_the_place_is_named() -> Result<()> {
    let scene = transformed("{'a': 1}").await?;
    let api = &scene.hookstep.api;
    for (expression, place) in [
        ("{'a': 1, 'b' 2}", "line 1, column 14"),
        ("{\n  'a': $sum(\n}", "line 3, column 1"),
        ("{'a': ", "line 1, column 7"),
        ("'open", "line 1"),
        ("items[", "line 1"),
    ] {
        let fields = json!({ "transformation": expression });
        for answer in [
            api.create_raw(&draft(fields.clone())).await?,
            api.patch_raw(&scene.webhook.config_id, &fields, None).await?,
        ] {
            assert_eq!(faults(&answer), ["/transformation invalid_transformation"], "{expression}");
            let detail = answer.problem()?.errors[0]["detail"].as_str().unwrap_or_default().to_owned();
            assert!(detail.contains("JSONata") && detail.contains(place), "{expression}: {detail}");
        }
    }
    assert_eq!(api.get_webhook(&scene.webhook.config_id).await?.version, 1);
    Ok(())
}

#[tokio::test]
async fn an_expression_has_a_bound() -> Result<()> {
    let of = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    // The two quotes take another byte each as JSON.
    let scene = transformed(&of(4_094)).await?;
    let (_, request) = delivered(&scene, &Trigger::json("{}")).await?;
    assert_eq!(request.text(), of(4_094));
    let api = &scene.hookstep.api;
    for expression in [of(4_095), "x".repeat(4_097), "(".repeat(4_000), "-".repeat(4_000), "[{(".repeat(1_300)] {
        let answer = api.create_raw(&draft(json!({ "transformation": expression }))).await?;
        let found = faults(&answer);
        let is_known = found == ["/transformation invalid_transformation"] || found == ["/transformation too_long"];
        assert!(is_known, "{found:?}");
    }
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
async fn a_transformation_that_was_stored_broken_fails_its_event_and_can_be_mended() -> Result<()> {
    let scene = transformed("{'a': 1}").await?;
    set_attribute(&scene.hookstep, &scene.webhook, "transformation", "{'a': 1, 'b' 2}").await?;
    let message = assert_fails(&scene, &Trigger::json("{}"), "transformation_failed").await?;
    assert!(message.contains("line 1, column 14"), "{message}");
    // Anything else can be changed meanwhile.
    let api = &scene.hookstep.api;
    api.patch_webhook(&scene.webhook.config_id, &json!({ "name": "renamed" })).await?;
    api.patch_webhook(&scene.webhook.config_id, &json!({ "transformation": "{'a': 2}" })).await?;
    let (_, request) = delivered(&scene, &Trigger::json("{}")).await?;
    assert_eq!(request.text(), r#"{"a":2}"#);
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
