//! What a connection adds to requests, and to the JSON object that a payload is.

use hookstep_core::attempt::Obstacle;
use hookstep_core::grant::{Additions, ConnectionCredentials, ConnectionKind, Pairs};
use hookstep_core::limits::{BODY_MERGE_MAX_BYTES, WHOLE_PAYLOAD_MAX_BYTES};
use hookstep_core::payload::Payload;
use hookstep_core::secret::Secret;
use hookstep_core::token::TokenRequest;
use hookstep_core::webhook::WebhookUrl;

use crate::make::{answered, connection, delivery_as, large, shown, stored};
use crate::world::{Sent, World};

fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect()
}

fn basic() -> ConnectionKind {
    ConnectionKind::Basic { username: "Aladdin".to_owned(), password: Secret::new("open sesame") }
}

fn token() -> ConnectionKind {
    ConnectionKind::OAuth(TokenRequest {
        url: WebhookUrl::parse("https://id.example/token", false).expect("a URL"),
        method: hookstep_core::auth::TokenMethod::Post,
        headers: Vec::new(),
        query: Vec::new(),
        form: pairs(&[("client_secret", "s")]),
    })
}

/// A world with this connection.
fn with(kind: ConnectionKind, additions: Additions) -> World {
    let credentials = ConnectionCredentials { kind, additions, hidden: Vec::new() };
    World::with(|state| {
        // It is read again after a 401.
        state.connections = [Ok(credentials.clone()), Ok(credentials)].into();
        state.tokens = [Ok("first"), Ok("second")].into();
    })
}

fn with_members(members: &[(&str, &str)]) -> World {
    with(basic(), Additions { body: pairs(members), ..Additions::default() })
}

fn inline(payload: &'static [u8]) -> hookstep_core::leg::Delivery {
    let mut delivery = delivery_as(connection());
    delivery.payload = Payload::Inline(payload.into());
    delivery
}

#[test]
fn headers_query_and_members_of_a_connection_are_added() {
    let additions = Additions {
        headers: pairs(&[("X-Added", "1")]),
        query: pairs(&[("q", "a b"), ("a", "2")]),
        body: pairs(&[("k", "v\"")]),
    };
    let mut delivery = inline(br#"{ "order": 1.0 } "#);
    delivery.target.headers = vec![shown("x-added", "configured"), shown("x-own", "2")];
    let sent = with(basic(), additions).sent(&delivery);
    assert_eq!((sent.header("x-added"), sent.header("x-own")), (vec!["1"], vec!["2"]));
    assert_eq!(sent.header("authorization"), ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]);
    assert_eq!(sent.url, "https://example.com/hooks?a=1&q=a+b&a=2");
    assert_eq!(String::from_utf8_lossy(&sent.body), r#"{ "order": 1.0 ,"k":"v\""} "#);
}

#[test]
fn a_header_of_a_connection_and_its_own_authorization_are_never_both_sent() {
    let additions = || Additions { headers: pairs(&[("Authorization", "Other x")]), ..Additions::default() };
    let sent = with(basic(), additions()).sent(&delivery_as(connection()));
    assert_eq!(sent.header("authorization"), ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]);
    let sent = with(token(), additions()).sent(&delivery_as(connection()));
    assert_eq!(sent.header("authorization"), ["Bearer first"]);
    let key = ConnectionKind::ApiKey { name: "x-key".to_owned(), value: Secret::new("k") };
    let additions = Additions { headers: pairs(&[("X-Key", "other")]), ..Additions::default() };
    assert_eq!(with(key, additions).sent(&delivery_as(connection())).header("x-key"), ["k"]);
}

#[test]
fn a_stored_payload_is_read_for_its_members_and_sent_whole() {
    let payload = br#"{"a":"b","c":[1,2,3],"d":{"e":"}"}}"#;
    let world = with_members(&[("k", "v")]);
    world.state().payload = payload.to_vec();
    let sent = world.sent(&stored(delivery_as(connection()), payload.len() as u64));
    assert_eq!(String::from_utf8_lossy(&sent.body), r#"{"a":"b","c":[1,2,3],"d":{"e":"}"},"k":"v"}"#);
    assert_eq!(sent.streamed, None);
}

#[test]
fn without_members_a_stored_payload_may_be_of_any_form_and_size() {
    let world = with_members(&[]);
    world.state().payload = b"not json".to_vec();
    let sent = world.sent(&stored(delivery_as(connection()), 8));
    assert_eq!((sent.body.as_slice(), sent.streamed), (&b"not json"[..], None));
    let world = with_members(&[]);
    let payload = large(b"not json");
    let size = payload.len() as u64;
    world.state().payload = payload;
    assert_eq!(world.sent(&stored(delivery_as(connection()), size)).streamed, Some(size));
}

#[test]
fn a_payload_that_is_no_object_is_not_sent_without_the_members() {
    for payload in [&b""[..], b"[1]", b"\"{}\"", b"{", b"{}x", b"<a/>", &[0xff]] {
        let (obstacle, _) = with_members(&[("k", "v")]).refused(&inline(payload));
        assert_eq!(obstacle, Obstacle::BodyNotMergeable);
        let world = with_members(&[("k", "v")]);
        world.state().payload = payload.to_vec();
        let (obstacle, _) = world.refused(&stored(delivery_as(connection()), payload.len() as u64));
        assert_eq!(obstacle, Obstacle::BodyNotMergeable);
    }
}

#[test]
fn a_payload_that_is_too_large_for_that_is_refused() {
    // A string that is as long as it has to be.
    let object = |size: u64| {
        let filling = usize::try_from(size).expect("a length") - r#"{"a":""}"#.len();
        format!(r#"{{"a":"{}"}}"#, "x".repeat(filling)).into_bytes()
    };
    let with = |size: u64| {
        let world = with_members(&[("k", "v")]);
        world.state().payload = object(size);
        (world, stored(delivery_as(connection()), size))
    };
    let (world, delivery) = with(BODY_MERGE_MAX_BYTES);
    assert!(world.sent(&delivery).body.ends_with(br#"x","k":"v"}"#));
    let (world, delivery) = with(BODY_MERGE_MAX_BYTES + 1);
    assert_eq!(world.refused(&delivery).0, Obstacle::BodyNotMergeable);
    // What can't be read whole anyway is not even opened.
    let (world, delivery) = with(WHOLE_PAYLOAD_MAX_BYTES + 1);
    assert_eq!((world.refused(&delivery).0, world.state().opened_payloads), (Obstacle::BodyNotMergeable, 0));
}

#[test]
fn the_second_request_after_a_401_has_the_same_members() {
    let world = with(token(), Additions { body: pairs(&[("k", "v")]), ..Additions::default() });
    world.state().payload = br#"{"a":1}"#.to_vec();
    world.state().answers = [answered(401, "no")].into();
    world.deliver(&stored(delivery_as(connection()), 7)).expect("no fault of ours");
    let state = world.state();
    let bodies: Vec<&[u8]> = state.sent.iter().map(|sent: &Sent| sent.body.as_slice()).collect();
    assert_eq!(bodies, [br#"{"a":1,"k":"v"}"#; 2]);
}
