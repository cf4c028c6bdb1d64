//! What is sent, and what becomes of the answer.

use bytes::Bytes;
use hookstep_core::attempt::{Obstacle, Outcome};
use hookstep_core::auth::KeyPlace;
use hookstep_core::header::{InvalidHeader, check_name};
use hookstep_core::limits::RESPONSE_INLINE_MAX_BYTES;
use hookstep_core::payload::Payload;
use hookstep_core::ports::PayloadError;
use hookstep_core::response::ResponseBody;
use hookstep_core::trace::{SpanId, Trace};
use hookstep_core::webhook::Method;

use crate::make::{
    START, USER_AGENT, answered, api_key, basic, delivery, delivery_as, hidden, large, shown, stored, unreachable,
};
use crate::world::World;

#[test]
fn a_webhook_without_secrets_makes_no_call_but_the_request() {
    let (world, delivery) = (World::default(), delivery());
    let sent = world.sent(&delivery);
    assert_eq!((sent.method, sent.url.as_str()), (Method::Post, "https://example.com/hooks?a=1"));
    assert_eq!((sent.body.as_slice(), sent.streamed), (&br#"{"order":1}"#[..], None));
    let traceparent = delivery.trace.traceparent(SpanId::of_attempt(&delivery.key.event_id, 1));
    let expected = [
        ("webhook-id", delivery.key.event_id.as_str()),
        ("webhook-timestamp", "1800000000"),
        ("traceparent", &traceparent),
        ("content-type", "application/json"),
        ("user-agent", USER_AGENT),
        ("accept", "*/*"),
        ("accept-encoding", "gzip"),
    ];
    assert_eq!(sent.headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let state = world.state();
    assert!(state.opened_secrets.is_empty() && state.read_connections.is_empty() && state.patience.is_empty());
    assert_eq!((state.opened_payloads, state.stored.len()), (0, 0));
}

#[test]
fn secrets_are_opened_once_for_their_owner() {
    let world = World::with(|state| state.secrets = vec![("/auth/value", "the-key")]);
    world.sent(&delivery_as(api_key(KeyPlace::Header)));
    let opened = [(crate::make::owner(), crate::make::SEALED.to_owned())];
    assert_eq!(world.state().opened_secrets, opened);
}

#[test]
fn a_content_type_is_the_webhooks_the_callers_or_the_default() {
    let mut delivery = delivery();
    delivery.content_type = None;
    assert_eq!(World::default().sent(&delivery).header("content-type"), ["application/octet-stream"]);
    delivery.content_type = Some("text/xml".to_owned());
    assert_eq!(World::default().sent(&delivery).header("content-type"), ["text/xml"]);
    delivery.target.headers = vec![shown("Content-Type", "text/csv")];
    assert_eq!(World::default().sent(&delivery).header("content-type"), ["text/csv"]);
}

#[test]
fn headers_of_the_webhook_are_sent_with_their_secrets() {
    let mut delivery = delivery_as(basic());
    delivery.target.headers = vec![shown("X-Plain", "1"), hidden("X-Token")];
    let world =
        World::with(|state| state.secrets = vec![("/auth/password", "open sesame"), ("/headers/X-Token", "hush")]);
    let sent = world.sent(&delivery);
    assert_eq!((sent.header("x-plain"), sent.header("x-token")), (vec!["1"], vec!["hush"]));
    // The example of RFC 7617.
    assert_eq!(sent.header("authorization"), ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]);
}

#[test]
fn an_api_key_goes_into_a_header_or_to_the_end_of_the_query() {
    let world = || World::with(|state| state.secrets = vec![("/auth/value", "a b&c=d")]);
    let sent = world().sent(&delivery_as(api_key(KeyPlace::Header)));
    assert_eq!((sent.header("x-key"), sent.url.as_str()), (vec!["a b&c=d"], "https://example.com/hooks?a=1"));
    let sent = world().sent(&delivery_as(api_key(KeyPlace::Query)));
    assert_eq!(sent.header("x-key"), [""; 0]);
    assert_eq!(sent.url, "https://example.com/hooks?a=1&X-Key=a+b%26c%3Dd");
}

#[test]
fn what_authentication_sets_takes_the_place_of_a_header() {
    // The API refuses these together; a webhook that was saved before a connection changed may have them.
    let mut delivery = delivery_as(api_key(KeyPlace::Header));
    delivery.target.headers = vec![shown("x-key", "configured"), shown("x-other", "1")];
    let world = World::with(|state| state.secrets = vec![("/auth/value", "the-key")]);
    let sent = world.sent(&delivery);
    assert_eq!((sent.header("x-key"), sent.header("x-other")), (vec!["the-key"], vec!["1"]));
}

#[test]
fn whatever_the_receiver_does_is_a_value() {
    for (exchange, outcome) in [
        (answered(204, ""), Outcome::Delivered),
        (answered(302, ""), Outcome::Rejected),
        (answered(401, ""), Outcome::Rejected),
        (answered(500, ""), Outcome::Rejected),
        (unreachable(Obstacle::DnsFailure), Outcome::Unreachable),
        (unreachable(Obstacle::ResponseTimeout), Outcome::TimedOut),
        (unreachable(Obstacle::AddressNotAllowed), Outcome::Refused),
    ] {
        let world = World::with(|state| state.answers = [exchange.clone()].into());
        let attempt = world.deliver(&delivery()).expect("no fault of ours");
        assert_eq!(attempt.outcome(), outcome, "{exchange:?}");
        assert_eq!((attempt.number, attempt.started_at), (1, START));
        // Also a 401, where no token is at stake.
        assert_eq!(world.state().sent.len(), 1, "{exchange:?}");
    }
}

#[test]
fn a_body_that_is_too_large_for_the_row_is_kept_apart_or_its_start() {
    let large = "x".repeat(RESPONSE_INLINE_MAX_BYTES + 1);
    let world = World::with(|state| state.answers = [answered(200, &large)].into());
    let response = world.deliver(&delivery()).expect("no fault of ours").response.expect("an answer");
    let size = large.len() as u64;
    assert_eq!(response.body, ResponseBody::Stored { key: "responses/1".to_owned(), size });
    assert_eq!((world.state().stored.as_slice(), response.truncated), (&[Bytes::from(large.clone())][..], false));

    let world = World::with(|state| {
        state.answers = [answered(200, &large)].into();
        state.storing_fails = true;
    });
    let response = world.deliver(&delivery()).expect("the attempt counts all the same").response.expect("an answer");
    assert_eq!(response.body, ResponseBody::Inline(Bytes::from(large[1..].to_owned())));
    assert!(response.truncated);
}

#[test]
fn a_payload_that_can_not_be_read_is_our_fault_and_nothing_is_sent() {
    for error in [PayloadError::Missing, PayloadError::Altered, PayloadError::Unavailable("no bucket".into())] {
        let said = error.to_string();
        let world = World::with(|state| state.payload_error = Some(error));
        let error = world.deliver(&stored(delivery(), 5)).expect_err("a fault of ours");
        assert_eq!(error.to_string(), said);
        assert_eq!(world.state().sent, []);
    }
}

#[test]
fn the_bytes_given_are_the_bytes_sent() {
    for bytes in [&b""[..], b" {\"a\":1.0}\r\n", &[0, 0xff, b'"']] {
        let mut inline = delivery();
        inline.payload = Payload::Inline(Bytes::copy_from_slice(bytes));
        assert_eq!(World::default().sent(&inline).body, bytes);
        let world = World::with(|state| state.payload = bytes.to_vec());
        let sent = world.sent(&stored(delivery(), bytes.len() as u64));
        assert_eq!((sent.body.as_slice(), sent.streamed, world.state().opened_payloads), (bytes, None, 1));
        // A larger one is never in memory.
        let larger = large(bytes);
        let size = larger.len() as u64;
        let world = World::with(|state| state.payload = larger);
        let sent = world.sent(&stored(delivery(), size));
        assert!(sent.body == world.state().payload);
        assert_eq!((sent.streamed, world.state().opened_payloads), (Some(size), 1));
    }
}

/// Receivers that look at headers see the same request each time.
#[test]
fn headers_have_one_order_and_each_name_stands_once() {
    let mut delivery = delivery_as(basic());
    delivery.target.headers = vec![shown("X-B", "1"), shown("a-b", "2"), hidden("X-Token")];
    let world = World::with(|state| state.secrets = vec![("/headers/X-Token", "hush")]);
    let sent = world.sent(&delivery);
    let names: Vec<&str> = sent.headers.iter().map(|(name, _)| name.as_str()).collect();
    let own = ["X-B", "a-b", "X-Token", "authorization", "webhook-id", "webhook-timestamp", "traceparent"];
    assert_eq!(names, [&own[..], &["content-type", "user-agent", "accept", "accept-encoding"]].concat());
}

#[test]
fn each_attempt_is_a_span_of_its_events_trace() {
    let mut delivery = delivery();
    let sent = World::default().sent(&delivery);
    delivery.attempt_number = 2;
    delivery.trace =
        Trace::of_caller("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", Some("a=b")).expect("valid");
    let again = World::default().sent(&delivery);
    let [first, second] = [&sent, &again].map(|sent| sent.header("traceparent")[0].to_owned());
    assert!(second.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && second.ends_with("-00"), "{second}");
    assert!(first[36..52] != second[36..52] && second[36..52] != *"00f067aa0ba902b7", "{first} {second}");
    assert_eq!((sent.header("tracestate"), again.header("tracestate")), (vec![], vec!["a=b"]));
}

/// Such names can't be configured any more; webhooks that have one from before are sent as before.
#[test]
fn a_traceparent_that_was_configured_stays() {
    let mut delivery = delivery();
    delivery.target.headers = vec![shown("Traceparent", "mine"), shown("tracestate", "c=d")];
    delivery.trace =
        Trace::of_caller("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", Some("a=b")).expect("valid");
    let sent = World::default().sent(&delivery);
    assert_eq!((sent.header("traceparent"), sent.header("tracestate")), (vec!["mine"], vec!["c=d"]));
    for name in ["traceparent", "TraceState"] {
        assert_eq!(check_name(name), Err(InvalidHeader::Reserved), "{name}");
    }
}

#[test]
fn a_configured_header_takes_the_place_of_a_default_in_any_case() {
    let mut delivery = delivery();
    delivery.target.headers =
        vec![shown("CONTENT-TYPE", "text/csv"), shown("Accept", "text/plain"), shown("accept-Encoding", "identity")];
    let sent = World::default().sent(&delivery);
    for (name, value) in [("content-type", "text/csv"), ("accept", "text/plain"), ("accept-encoding", "identity")] {
        assert_eq!(sent.header(name), [value]);
    }
    // Who sends is not for the webhook to say.
    assert_eq!(sent.header("user-agent"), [USER_AGENT]);
}

/// While a deployment turns the static IP on or off, the machine may call the function that has none.
#[test]
fn nothing_that_asks_for_the_static_ip_leaves_from_elsewhere() {
    let mut delivery = delivery();
    delivery.target.static_ip = true;
    assert_eq!(World::default().refused(&delivery).0, Obstacle::StaticIpUnavailable);
    let world = || World::with(|state| state.has_static_ip = true);
    world().sent(&delivery);
    delivery.target.static_ip = false;
    world().sent(&delivery);
}
