//! Transformations: what they make of payloads, what becomes of those that fail, and of those that mean harm.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use hookstep_tests::{Scene, Trigger};
use serde_json::{Value, json};

use crate::payload_shapes::{MIB, assert_fails, delivered, scene_with, transformed, uploaded};
use crate::support::{draft, faults, set_attribute};

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

/// What a shop tells.
pub(crate) const ORDER: &str = r#"{
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
