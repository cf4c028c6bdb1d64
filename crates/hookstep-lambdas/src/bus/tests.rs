//! Events as the rule hands them over, and whatever else may come.

use hookstep_core::bus::{Addressee, BusEvent, FanOutError};
use hookstep_core::ports::{PayloadError, WorkflowError};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::access::Claims;

const ID: &str = "wh_01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// An event as `EventBridge` writes it, with a detail as it was given.
fn event(source: &str, detail_type: &str, detail: &str) -> String {
    format!(
        r#"{{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":{},"source":"{source}","account":"111122223333","time":"2026-11-22T00:00:00Z","region":"us-east-1","resources":[],"detail":{detail}}}"#,
        json!(detail_type)
    )
}

fn of_tenants() -> Access {
    let text = |text: &str| text.to_owned();
    Access::Jwt(Claims {
        tenant: text("org"),
        permissions: text("scope"),
        read: text("r"),
        write: text("w"),
        trigger: text("t"),
    })
}

fn parsed(input: &str) -> BusEvent {
    parse(input, &Access::Iam).unwrap_or_else(|fault| panic!("{input}: {fault}"))
}

fn fault(input: &str, access: &Access) -> &'static str {
    match parse(input, access) {
        Ok(_) => panic!("it is accepted: {input}"),
        Err(fault) => fault.name(),
    }
}

#[test]
fn an_event_is_for_the_webhook_that_it_names_or_for_all_that_listen() {
    let named = Addressee::Webhook(ID.parse().unwrap());
    let naming = format!(r#"{{"config_id":"{ID}"}}"#);
    for (source, detail, expected) in [
        ("shop", naming.as_str(), named),
        ("shop", "{}", Addressee::Listeners),
        ("shop", r#"{"config_id":null}"#, Addressee::Listeners),
        ("shop", &format!(r#"{{"order":{naming}}}"#), Addressee::Listeners),
        // It tells of this webhook, and is not for it.
        ("hookstep", &naming, Addressee::Listeners),
    ] {
        let parsed = parsed(&event(source, "order.created", detail));
        assert_eq!((parsed.addressee, parsed.lifecycle), (expected, source == "hookstep"), "{detail}");
    }
}

#[test]
fn whose_an_event_is_is_asked_where_there_are_tenants_only() {
    let claims = event("shop", "order.created", r#"{"tenant_id":"acme"}"#);
    assert_eq!(parsed(&claims).tenant, TenantId::single());
    assert_eq!(parse(&claims, &Access::Open).ok().unwrap().tenant, TenantId::single());
    assert_eq!(parse(&claims, &of_tenants()).ok().unwrap().tenant.as_str(), "acme");
    for detail in [
        r#"{"tenant_id":"a#b"}"#,
        r#"{"tenant_id":""}"#,
        r#"{"tenant_id":7}"#,
        r#"{"tenant_id":null}"#,
        r#"{"tenant":"acme"}"#,
    ] {
        assert_eq!(fault(&event("shop", "order.created", detail), &of_tenants()), "TenantInvalid", "{detail}");
    }
}

#[test]
fn the_bytes_of_the_detail_stay_as_they_came() {
    for detail in
        ["{}", "{ \"b\" : 1.0, \"a\":1e3,\"b\":2 }", r#"{"text":"\u00e9é\/"}"#, "{\"n\":12345678901234567890.10}"]
    {
        let parsed = parsed(&event("shop", "order.created", detail));
        assert_eq!(parsed.detail, detail);
        assert!(parsed.document.is_some());
    }
}

#[test]
fn what_can_not_be_looked_into_can_still_be_passed_on() {
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(1_000), "]".repeat(1_000));
    for detail in [deep.as_str(), r#"{"a":"\ud800"}"#] {
        let parsed = parsed(&event("shop", "order.created", detail));
        assert_eq!((parsed.detail.as_ref(), parsed.document), (detail.as_bytes(), None));
    }
}

#[test]
fn what_is_wrong_has_a_name() {
    let given = |detail: &str| event("shop", "order.created", detail);
    for (input, name) in [
        (given("[]"), "DetailInvalid"),
        (given("null"), "DetailInvalid"),
        (given("\"{}\""), "DetailInvalid"),
        (given(r#"{"config_id":"a","config_id":"b"}"#), "DetailInvalid"),
        (given(r#"{"config_id":"order-7"}"#), "WebhookUnknown"),
        (given(r#"{"config_id":7}"#), "WebhookUnknown"),
        (event("shop", "", "{}"), "EventInvalid"),
        (event("shop", "a\nb", "{}"), "EventInvalid"),
        (event("shop", &"a".repeat(256), "{}"), "EventInvalid"),
        (r#"{"id":"1","detail-type":"a","source":"b"}"#.to_owned(), "EventInvalid"),
        (r#"{"detail-type":"a","source":"b","detail":{}}"#.to_owned(), "EventInvalid"),
        (r#"{"id":"1","detail-type":["a"],"source":"b","detail":{}}"#.to_owned(), "EventInvalid"),
        (r#"{"id":"é","detail-type":"a","source":"b","detail":{}}"#.to_owned(), "EventInvalid"),
    ] {
        assert_eq!(fault(&input, &Access::Iam), name, "{input}");
    }
}

#[test]
fn a_dead_letter_says_why_with_every_cause_and_nothing_of_the_event() {
    let Err(fault) = parse(&event("shop", "order.created", r#"{"config_id":"secret"}"#), &Access::Iam) else {
        panic!("it is accepted")
    };
    let diagnostic = Diagnostic::from(fault);
    assert_eq!(diagnostic.error_type, "WebhookUnknown");
    assert!(!diagnostic.error_message.contains("secret"), "{}", diagnostic.error_message);
    let throttled = FanOutError::Workflow(WorkflowError::Unavailable("throttled".into()));
    let diagnostic = Diagnostic::from(Fault::from(throttled));
    assert_eq!(
        (&*diagnostic.error_type, diagnostic.error_message.ends_with(": throttled")),
        ("WorkflowUnavailable", true)
    );
    let gone = Fault::from(FanOutError::Payload(PayloadError::Unavailable("s3".into())));
    assert_eq!(gone.name(), "PayloadUnavailable");
}

#[test]
fn an_invocation_is_an_event_or_a_call_by_what_no_caller_can_bring() {
    let call = json!({
        "version": "2.0", "routeKey": "POST /webhook/{config_id}/trigger", "headers": { "detail-type": "a" },
        "queryStringParameters": { "detail-type": "a" }, "body": event("shop", "order.created", "{}"), "isBase64Encoded": false,
    });
    assert!(!is_bus_event(&call.to_string()));
    assert!(is_bus_event(&event("shop", "order.created", "{}")));
    assert!(!is_bus_event(r#"{"detail-type":null}"#) && !is_bus_event("[]") && !is_bus_event("7"));
}

#[test]
fn a_run_ends_before_it_is_killed() {
    let killed_at = Timestamp::constant(1_800_000_000, 0);
    let deadline = u64::try_from(killed_at.as_millisecond()).unwrap();
    assert_eq!(latest_start(deadline), killed_at - LAST_START);
    assert!(latest_start(u64::MAX) > killed_at && latest_start(0) < killed_at);
}

proptest! {
    #[test]
    fn no_input_breaks_the_parser(text in "\\PC{0,60}", detail in "[{}\\[\\]\":,a-z0-9_]{0,40}") {
        let _ = is_bus_event(&text);
        for access in [Access::Iam, of_tenants()] {
            let _ = parse(&text, &access);
            let _ = parse(&event("shop", &text, &detail), &access);
        }
    }
}
