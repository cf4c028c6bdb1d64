//! What becomes of payloads before they are sent.

use bytes::Bytes;
use hookstep_core::attempt::{Obstacle, Outcome};
use hookstep_core::deliver::DeliverError;
use hookstep_core::leg::Delivery;
use hookstep_core::limits::{TRANSFORM_INPUT_MAX_BYTES, WHOLE_PAYLOAD_MAX_BYTES};
use hookstep_core::payload::Payload;
use hookstep_core::ports::TransformError;
use hookstep_core::shape::{Expression, PayloadFormat};
use serde_json::{Value, json};

use crate::make::{delivery, shown, stored};
use crate::world::World;

/// What stands before the data.
const HEAD: &str = r#"{"type":"order.paid","timestamp":"2027-01-15T08:00:00Z","data":"#;

fn enveloped(payload: &[u8]) -> Delivery {
    let mut delivery = delivery();
    delivery.target.shape.format = PayloadFormat::StandardWebhooks;
    delivery.payload = Payload::Inline(Bytes::copy_from_slice(payload));
    delivery
}

fn transformed(payload: &[u8]) -> Delivery {
    let mut delivery = enveloped(payload);
    delivery.target.shape.format = PayloadFormat::AsIs;
    delivery.target.shape.transformation = Expression::new("order");
    delivery
}

fn body(delivery: &Delivery) -> String {
    String::from_utf8(World::default().sent(delivery).body).expect("text")
}

#[test]
fn an_envelope_holds_the_bytes_as_they_were_given() {
    let data = " {\"a\": 1.00, \"a\": 12345678901234567890123}\n";
    assert_eq!(body(&enveloped(data.as_bytes())), format!("{HEAD}{data}}}"));
    let mut unnamed = enveloped(b"null");
    unnamed.event_name = None;
    assert_eq!(body(&unnamed), format!("{}null}}", HEAD.replace("order.paid", "event")));
    let mut odd = enveloped(b"1");
    odd.event_name = Some(r#"a","data":"b\"#.to_owned());
    let read: Value = serde_json::from_str(&body(&odd)).expect("JSON");
    assert_eq!(read, json!({ "type": r#"a","data":"b\"#, "timestamp": "2027-01-15T08:00:00Z", "data": 1 }));
}

#[test]
fn what_was_reshaped_is_json_by_its_content_type() {
    let mut delivery = enveloped(b"{}");
    delivery.content_type = Some("text/plain".to_owned());
    assert_eq!(World::default().sent(&delivery).header("content-type"), ["application/json"]);
    delivery.target.headers = vec![shown("Content-Type", "application/problem+json")];
    assert_eq!(World::default().sent(&delivery).header("content-type"), ["application/problem+json"]);
}

/// What would end the envelope and go on in it, begin another text, or be read otherwise by another parser.
#[test]
fn a_payload_that_is_not_one_json_text_gets_no_envelope_and_no_transformation() {
    let cases: [&[u8]; 14] = [
        b"",
        b" ",
        br#"{},"type":"admin""#,
        br#"{}},{"a":{}"#,
        b"1}",
        b"{}{}",
        b"{}\n{}",
        b"// x\n{}",
        b"{'a':1}",
        b"{a:1}",
        b"[1,]",
        b"NaN",
        b"\xef\xbb\xbf{}",
        b"\"\xff\"",
    ];
    for payload in cases {
        let refused = World::default().refused(&enveloped(payload));
        assert_eq!(refused, (Obstacle::PayloadNotJson, String::new()), "{}", payload.escape_ascii());
        assert_eq!(World::default().refused(&transformed(payload)).0, Obstacle::PayloadNotJson);
    }
}

#[test]
fn a_payload_that_is_too_large_to_be_reshaped_is_refused_with_what_it_may_hold() {
    let of = |size: usize| format!("\"{}\"", "x".repeat(size - 2)).into_bytes();
    let world = World::with(|state| state.transformations = [Ok("1")].into());
    assert_eq!(world.sent(&transformed(&of(TRANSFORM_INPUT_MAX_BYTES))).body, b"1");
    let refused = World::default().refused(&transformed(&of(TRANSFORM_INPUT_MAX_BYTES + 1)));
    assert_eq!(refused, (Obstacle::PayloadNotShapeable, "it may hold 1048576 bytes".to_owned()));

    let whole = usize::try_from(WHOLE_PAYLOAD_MAX_BYTES).expect("a length");
    let world = World::with(|state| state.payload = of(whole));
    let sent = world.sent(&stored(enveloped(b""), WHOLE_PAYLOAD_MAX_BYTES));
    assert_eq!((sent.body.len(), sent.streamed), (HEAD.len() + whole + 1, None));
    let world = World::default();
    let refused = world.refused(&stored(enveloped(b""), WHOLE_PAYLOAD_MAX_BYTES + 1));
    assert_eq!(refused, (Obstacle::PayloadNotShapeable, "it may hold 8388608 bytes".to_owned()));
    assert_eq!(world.state().opened_payloads, 0);
}

#[test]
fn an_expression_gets_the_payload_as_it_is_and_comes_before_the_envelope() {
    let mut delivery = transformed(br#" {"order": 1.0} "#);
    delivery.target.shape.format = PayloadFormat::StandardWebhooks;
    let world = World::with(|state| state.transformations = [Ok("[7]")].into());
    assert_eq!(String::from_utf8_lossy(&world.sent(&delivery).body), format!("{HEAD}[7]}}"));
    assert_eq!(world.state().transformed, [("order".to_owned(), br#" {"order": 1.0} "#.to_vec())]);
}

#[test]
fn an_expression_that_fails_fails_the_event_and_a_transformer_that_does_is_our_fault() {
    let failed = TransformError::Failed { message: "at character 3: no such function".to_owned() };
    let world = World::with(|state| state.transformations = [Err(failed)].into());
    let refused = world.refused(&transformed(b"{}"));
    assert_eq!(refused, (Obstacle::TransformationFailed, "at character 3: no such function".to_owned()));
    assert_eq!(refused.0.outcome(), Outcome::Refused);
    let unavailable = TransformError::Unavailable("no process".into());
    let world = World::with(|state| state.transformations = [Err(unavailable)].into());
    let error = world.deliver(&transformed(b"{}")).expect_err("a fault of ours");
    assert!(matches!(error, DeliverError::Transformer(_)), "{error:?}");
    assert_eq!(world.state().sent, []);
}

/// Whatever looks like a template or an expression to somebody is text to us.
#[test]
fn nothing_in_a_delivery_is_a_template() {
    for text in [
        "{{payload.secret}}",
        "${AWS_SECRET_ACCESS_KEY}",
        "<%= secret %>",
        "#{secret}",
        "$.event.tenant_id",
        "States.Format('{}', $.event)",
        "$eval(\"1+1\")",
        "{%25 if 1 %25}",
        "${jndi:ldap://x/a}",
    ] {
        let payload = json!({ "a": text }).to_string();
        let mut delivery = enveloped(payload.as_bytes());
        delivery.event_name = Some(text.to_owned());
        delivery.target.headers = vec![shown("x-text", text)];
        let sent = World::default().sent(&delivery);
        assert_eq!(sent.header("x-text"), [text]);
        let read: Value = serde_json::from_slice(&sent.body).expect("JSON");
        assert_eq!((&read["type"], &read["data"]["a"]), (&text.into(), &text.into()));
        // As it is, it is the very bytes.
        delivery.target.shape.format = PayloadFormat::AsIs;
        assert_eq!(World::default().sent(&delivery).body, payload.as_bytes());
    }
}
