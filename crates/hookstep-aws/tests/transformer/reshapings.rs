//! What people write.

use hookstep_core::ports::TransformEvent;

use super::world::{EVENT, transform, transform_for};

const ORDER: &str = r#"{
    "id": "ord_7", "state": "PAID", "placed": "2026-11-20T09:15:00Z", "currency": "EUR",
    "customer": {"first_name": "Zoë", "last_name": "Lind", "email": "ZOE@Example.org", "vip": true},
    "lines": [
        {"sku": "A-1", "title": "Lamp", "qty": 2, "price": 24.5, "tags": ["light", "home"]},
        {"sku": "B-2", "title": "Bulb", "qty": 6, "price": 3.25, "tags": ["light"]},
        {"sku": "C-3", "title": "Gift wrap", "qty": 1, "price": 0, "tags": []}
    ],
    "note": null
}"#;

#[tokio::test]
async fn payloads_are_reshaped() {
    for (what, expression, expected) in [
        (
            "renamed and picked, in the order of the expression",
            r#"{"orderId": id, "currency": currency, "mail": customer.email}"#,
            r#"{"orderId":"ord_7","currency":"EUR","mail":"ZOE@Example.org"}"#,
        ),
        (
            "mapped",
            r#"lines.{"sku": sku, "n": qty}"#,
            r#"[{"sku":"A-1","n":2},{"sku":"B-2","n":6},{"sku":"C-3","n":1}]"#,
        ),
        ("filtered", r#"{"skus": lines["light" in tags].sku}"#, r#"{"skus":["A-1","B-2"]}"#),
        (
            "aggregated",
            r#"{"total": $sum(lines.(qty * price)), "lines": $count(lines), "dearest": $max(lines.price)}"#,
            r#"{"total":68.5,"lines":3,"dearest":24.5}"#,
        ),
        (
            "decided",
            r#"{"priority": customer.vip ? "high" : "normal", "open": state != "PAID", "note": note}"#,
            r#"{"priority":"high","open":false,"note":null}"#,
        ),
        (
            "strings put together",
            r#"$join([customer.first_name, customer.last_name], " ") & " <" & $lowercase(customer.email) & ">""#,
            r#""Zoë Lind <zoe@example.org>""#,
        ),
        (
            "dates formatted",
            r#"{"day": $fromMillis($toMillis(placed), "[D01].[M01].[Y0001]"), "epoch": $toMillis(placed) / 1000}"#,
            r#"{"day":"20.11.2026","epoch":1795166100}"#,
        ),
        (
            "nested, with variables and the event's own data",
            r#"($all := lines[price > 0]; {"event": {"id": $event.event_id, "name": $event.event_name, "at": $event.created_at,
                "webhook": $event.config_id}, "data": {"items": $all.{"sku": sku, "sum": qty * price}}})"#,
            concat!(
                r#"{"event":{"id":"evt_01JD8Z7QK4W2V6R9T0YB3XHGMN","name":"order.paid","at":"2026-11-22T02:28:07.125Z","#,
                r#""webhook":"wh_01JD8Z0000W2V6R9T0YB3XHGMN"},"data":{"items":[{"sku":"A-1","sum":49},{"sku":"B-2","sum":19.5}]}}"#
            ),
        ),
        (
            "a message for Slack",
            r#"{"text": "Order " & id & " paid", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text":
                $join(lines.("• " & qty & " × *" & title & "*"), "\n")}}]}"#,
            concat!(
                r#"{"text":"Order ord_7 paid","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"#,
                r#""• 2 × *Lamp*\n• 6 × *Bulb*\n• 1 × *Gift wrap*"}}]}"#
            ),
        ),
        (
            "changed in place",
            "$ ~> |customer|{'email': $lowercase(email)}, ['vip', 'last_name']| ~> |$|{}, ['lines', 'note']|",
            concat!(
                r#"{"id":"ord_7","state":"PAID","placed":"2026-11-20T09:15:00Z","currency":"EUR","#,
                r#""customer":{"first_name":"Zoë","email":"zoe@example.org"}}"#
            ),
        ),
        (
            "grouped and sorted",
            r#"lines^(>price){tags[0] ? tags[0] : "other": $.title[]}"#,
            r#"{"light":["Lamp","Bulb"],"other":["Gift wrap"]}"#,
        ),
        ("by a function of its own", "($twice := function($n) { $n * 2 }; $map(lines.qty, $twice))", "[4,12,2]"),
        ("by regular expressions", r#"$replace(lines[0].sku, /^(\w)-(\d)$/, "$2$1")"#, r#""1A""#),
    ] {
        assert_eq!(transform(expression, ORDER).await.as_deref(), Ok(expected), "{what}");
    }
}

#[tokio::test]
async fn any_text_passes() {
    let payload =
        r#"{"text": "\u00e9 \ud83d\ude00 \u0000 \" \\ \u2028 日本", "ключ": [true, false, null, {}, [], ""]}"#;
    let same =
        r#"{"text":"é 😀 \u0000 \" \\ "#.to_owned() + "\u{2028}" + r#" 日本","ключ":[true,false,null,{},[],""]}"#;
    assert_eq!(transform("$", payload).await, Ok(same));
    assert_eq!(transform("$length(text)", payload).await.as_deref(), Ok("14"));
    assert_eq!(transform("{'😀': ключ[0], 'n': `ключ`[0]}", payload).await.as_deref(), Ok(r#"{"😀":true,"n":true}"#));
}

/// A retry sends what the first attempt sent.
#[tokio::test]
async fn time_and_chance_are_the_events() {
    let expression = r#"{"now": $now(), "day": $now("[Y]/[M]/[D]"), "ms": $millis(), "dice": $random(),
        "cards": $shuffle([1..8]), "fair": $random() < 1, "inner": $eval("$random()")}"#;
    let first = transform(expression, "{}").await.unwrap();
    assert_eq!(transform(expression, "{}").await.as_deref(), Ok(first.as_str()));
    let now = r#"{"now":"2026-11-22T02:28:07.125Z","day":"2026/11/22","ms":1795314487125,"dice":0."#;
    assert!(first.starts_with(now), "{first}");

    let other = TransformEvent { event_id: "evt_01JD8Z7QK4W2V6R9T0YB3XHGMP", ..EVENT };
    assert_ne!(transform_for(other, "$random()", "{}").await, transform("$random()", "{}").await);
    assert_ne!(transform_for(other, "$shuffle([1..20])", "{}").await, transform("$shuffle([1..20])", "{}").await);
}

#[tokio::test]
async fn an_event_without_a_name_has_none() {
    let event = TransformEvent { event_name: None, ..EVENT };
    let expression = r#"{"name": $event.event_name, "named": $exists($event.event_name)}"#;
    assert_eq!(transform_for(event, expression, "{}").await.as_deref(), Ok(r#"{"named":false}"#));
}
