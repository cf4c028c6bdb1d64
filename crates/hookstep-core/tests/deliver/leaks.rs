//! A receiver that repeats what it got: the answer is stored and shown, and no secret with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_core::auth::{Auth, KeyPlace};
use hookstep_core::grant::{Additions, ConnectionCredentials, ConnectionKind};
use hookstep_core::leg::Delivery;
use hookstep_core::response::{Response, ResponseBody};
use hookstep_core::secret::Secret;

use crate::make::{answered, api_key, basic, connection, delivery_as, hidden, oauth, shown};
use crate::world::World;

const MARK: &str = "PLANTED5ECRET";

/// What is kept of an answer with these headers and this body.
fn kept(world: &World, delivery: &Delivery, headers: &[(&str, &str)], body: &str) -> Response {
    let mut exchange = answered(200, body);
    if let Some(response) = &mut exchange.response {
        response.headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    }
    world.state().answers = [exchange].into();
    world.deliver(delivery).expect("no fault of ours").response.expect("an answer")
}

fn text(response: &Response) -> String {
    let ResponseBody::Inline(body) = &response.body else { panic!("it is stored") };
    format!("{:?} {}", response.headers, String::from_utf8_lossy(body))
}

fn assert_clean(response: &Response) {
    let text = text(response);
    assert!(!text.contains(MARK), "{text}");
    assert!(text.contains("[redacted]") && text.contains("hello"), "{text}");
}

#[test]
fn every_kind_of_secret_is_blotted_out_of_headers_and_body() {
    let echo = format!("hello {MARK}-one, {MARK}-one and again");
    let headers = [("x-echo", "PLANTED5ECRET-one")];
    for (auth, slot) in [
        (basic(), "/auth/password"),
        (api_key(KeyPlace::Header), "/auth/value"),
        (api_key(KeyPlace::Query), "/auth/value"),
    ] {
        let world = World::with(|state| state.secrets = vec![(slot, "PLANTED5ECRET-one")]);
        assert_clean(&kept(&world, &delivery_as(auth), &headers, &echo));
    }
    let mut delivery = delivery_as(Auth::None);
    delivery.target.headers = vec![hidden("X-Hidden")];
    let world = World::with(|state| state.secrets = vec![("/headers/X-Hidden", "PLANTED5ECRET-one")]);
    assert_clean(&kept(&world, &delivery, &headers, &echo));
}

#[test]
fn a_token_is_blotted_out_with_and_without_its_scheme() {
    let world = World::with(|state| {
        state.secrets = vec![("/auth/client_secret", "PLANTED5ECRET-client")];
        state.tokens = [Ok("PLANTED5ECRET-token")].into();
    });
    let body = r#"hello {"authorization":"Bearer PLANTED5ECRET-token","token":"PLANTED5ECRET-token"}"#;
    assert_clean(&kept(&world, &delivery_as(oauth()), &[("x-token", "PLANTED5ECRET-token")], body));
}

#[test]
fn the_token_of_the_first_try_is_blotted_out_of_the_answer_to_the_second() {
    let world = World::with(|state| {
        state.secrets = vec![("/auth/client_secret", "PLANTED5ECRET-client")];
        state.tokens = [Ok("PLANTED5ECRET-first"), Ok("PLANTED5ECRET-second")].into();
        let seen = "hello, the last calls: Bearer PLANTED5ECRET-first, Bearer PLANTED5ECRET-second";
        state.answers = [answered(401, "no"), answered(200, seen)].into();
    });
    let attempt = world.deliver(&delivery_as(oauth())).expect("no fault of ours");
    assert_clean(&attempt.response.expect("an answer"));
    assert_eq!(world.state().sent.len(), 2);
}

#[test]
fn basic_credentials_are_blotted_out_encoded_as_they_were_sent() {
    let encoded = STANDARD.encode("Aladdin:PLANTED5ECRET-password");
    let world = World::with(|state| state.secrets = vec![("/auth/password", "PLANTED5ECRET-password")]);
    let body = format!("hello Basic {encoded} or {encoded}");
    let response = kept(&world, &delivery_as(basic()), &[], &body);
    assert_clean(&response);
    assert!(!text(&response).contains(&encoded), "{}", text(&response));
}

#[test]
fn a_secret_with_characters_that_urls_and_json_escape_is_known_by_those_spellings() {
    let world = World::with(|state| state.secrets = vec![("/auth/value", "PLANTED5ECRET \"x\"/y&z=é")]);
    let body = concat!(
        "hello GET /hooks?a=1&X-Key=PLANTED5ECRET+%22x%22%2Fy%26z%3D%C3%A9 is not found; ",
        r#"{"args":{"X-Key":"PLANTED5ECRET \"x\"/y&z=é"}} PLANTED5ECRET "x"/y&z=é"#
    );
    assert_clean(&kept(&world, &delivery_as(api_key(KeyPlace::Query)), &[], body));
}

#[test]
fn secrets_of_a_connection_are_blotted_out_and_what_it_shows_is_not() {
    let hidden = Secret::new("PLANTED5ECRET-parameter");
    let additions = Additions {
        headers: vec![("x-secret".to_owned(), hidden.clone())],
        query: vec![("v".to_owned(), Secret::new("version-2"))],
        body: Vec::new(),
    };
    let kind = ConnectionKind::ApiKey { name: "x-key".to_owned(), value: Secret::new("PLANTED5ECRET-key") };
    let world = World::with(|state| {
        state.connections = [Ok(ConnectionCredentials { kind, additions, hidden: vec![hidden] })].into();
    });
    let body = "hello PLANTED5ECRET-parameter PLANTED5ECRET-key version-2";
    let response = kept(&world, &delivery_as(connection()), &[], body);
    assert_clean(&response);
    assert!(text(&response).contains("version-2"));
}

#[test]
fn what_is_no_secret_stays_and_so_do_secrets_that_are_too_short_to_tell() {
    let mut delivery = delivery_as(api_key(KeyPlace::Header));
    delivery.target.headers = vec![shown("x-shown", "shown-value")];
    let world = World::with(|state| state.secrets = vec![("/auth/value", "short")]);
    let response = kept(&world, &delivery, &[], "shown-value short webhook application/json");
    assert!(text(&response).ends_with("shown-value short webhook application/json"), "{}", text(&response));
}

#[test]
fn an_answer_that_is_kept_apart_is_cleaned_first() {
    let world = World::with(|state| state.secrets = vec![("/auth/value", "PLANTED5ECRET-key")]);
    let body = format!("{}PLANTED5ECRET-key{}", "x".repeat(10_000), "y".repeat(10_000));
    let response = kept(&world, &delivery_as(api_key(KeyPlace::Header)), &[], &body);
    assert!(matches!(response.body, ResponseBody::Stored { size: 20_010, .. }), "{:?}", response.body);
    let state = world.state();
    assert!(!String::from_utf8_lossy(&state.stored[0]).contains(MARK));
}

#[test]
fn what_goes_wrong_is_told_without_secrets() {
    // Whatever the errors of ports say, they are made without secrets; these are the ones that this step makes itself.
    let world = World::with(|state| state.secrets = vec![("/auth/password", "PLANTED5ECRET-other")]);
    let attempt = world.deliver(&delivery_as(api_key(KeyPlace::Header))).expect("no fault of ours");
    assert!(!format!("{attempt:?}").contains(MARK));
    assert!(attempt.error.is_some());
}
