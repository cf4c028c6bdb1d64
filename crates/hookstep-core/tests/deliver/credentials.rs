//! Credentials that are not to be had: our fault or the webhook's, and nothing is sent either way.

use hookstep_core::attempt::{Obstacle, Outcome};
use hookstep_core::auth::{Auth, KeyPlace, Parameter, TokenMethod, Value};
use hookstep_core::deliver::DeliverError;
use hookstep_core::grant::{Additions, ConnectionCredentials, ConnectionKind};
use hookstep_core::ports::{ConnectionError, SecretsError};
use hookstep_core::secret::Secret;
use hookstep_core::token::TokenRequest;
use hookstep_core::webhook::WebhookUrl;

use crate::make::{answered, api_key, basic, connection, delivery_as, hidden, oauth};
use crate::world::World;

/// Nobody was called but the key service.
fn assert_nothing_happened(world: &World) {
    let state = world.state();
    assert_eq!((state.sent.len(), state.patience.len(), state.opened_payloads), (0, 0, 0));
}

#[test]
fn secrets_that_can_not_be_opened_are_our_fault() {
    for auth in [basic(), api_key(KeyPlace::Header), oauth(), Auth::None] {
        let world = World::with(|state| state.secrets_error = Some(SecretsError::Unreadable("no key".into())));
        let error = world.deliver(&delivery_as(auth.clone())).expect_err("a fault of ours");
        assert!(matches!(error, DeliverError::Secrets(SecretsError::Unreadable(_))), "{error:?}");
        assert_nothing_happened(&world);

        let world = World::with(|state| state.secrets_error = Some(SecretsError::Unavailable("no answer".into())));
        let error = world.deliver(&delivery_as(auth)).expect_err("a fault of ours");
        assert!(matches!(error, DeliverError::Secrets(SecretsError::Unavailable(_))), "{error:?}");
        assert_nothing_happened(&world);
    }
}

#[test]
fn a_connection_that_is_unavailable_is_our_fault_and_one_that_is_gone_is_not() {
    let unavailable = ConnectionError::Unavailable("no answer".into());
    let world = World::with(|state| state.connections = [Err(unavailable)].into());
    let error = world.deliver(&delivery_as(connection())).expect_err("a fault of ours");
    assert!(matches!(error, DeliverError::Connection(_)), "{error:?}");
    assert_nothing_happened(&world);

    let world =
        World::with(|state| state.connections = [Err(ConnectionError::Unusable("it is gone".to_owned()))].into());
    let refused = world.refused(&delivery_as(connection()));
    assert_eq!(refused, (Obstacle::ConnectionUnavailable, "it is gone".to_owned()));
    assert_eq!(world.state().read_connections, ["arn:secret"]);
}

#[test]
fn a_secret_that_is_not_set_is_named_and_nothing_is_sent() {
    let mut header = delivery_as(Auth::None);
    header.target.headers = vec![hidden("X-Token")];
    let Auth::OAuth2(mut with_parameter) = oauth() else { panic!("another kind") };
    with_parameter.body = vec![Parameter { name: "a/b".to_owned(), value: Value::Secret }];
    for (delivery, secrets, slot) in [
        (header, vec![], "/headers/X-Token"),
        (delivery_as(api_key(KeyPlace::Header)), vec![("/auth/password", "of another kind")], "/auth/value"),
        (delivery_as(api_key(KeyPlace::Query)), vec![], "/auth/value"),
        (delivery_as(oauth()), vec![], "/auth/client_secret"),
        (delivery_as(Auth::OAuth2(with_parameter)), vec![("/auth/client_secret", "s")], "/auth/body/a~1b"),
    ] {
        let world = World::with(|state| state.secrets = secrets);
        assert_eq!(world.refused(&delivery), (Obstacle::CredentialsMissing, format!("`{slot}` is not set")));
        assert_nothing_happened(&world);
    }
}

#[test]
fn a_basic_password_may_be_empty() {
    let sent = World::default().sent(&delivery_as(basic()));
    assert_eq!(sent.header("authorization"), ["Basic QWxhZGRpbjo="]);
}

#[test]
fn secrets_that_no_field_asks_for_go_nowhere() {
    let world =
        World::with(|state| state.secrets = vec![("/auth/value", "left over"), ("/headers/x-gone", "left over")]);
    let sent = world.sent(&delivery_as(Auth::None));
    assert!(!format!("{sent:?}").contains("left over"), "{sent:?}");
}

fn basic_connection(password: &str) -> ConnectionCredentials {
    let kind = ConnectionKind::Basic { username: "u".to_owned(), password: Secret::new(password) };
    ConnectionCredentials { kind, additions: Additions::default(), hidden: Vec::new() }
}

fn oauth_connection(secret: &str) -> ConnectionCredentials {
    let kind = ConnectionKind::OAuth(TokenRequest {
        url: WebhookUrl::parse("https://id.example/token", false).expect("a URL"),
        method: TokenMethod::Post,
        headers: Vec::new(),
        query: Vec::new(),
        form: vec![("client_secret".to_owned(), Secret::new(secret))],
    });
    ConnectionCredentials { kind, additions: Additions::default(), hidden: Vec::new() }
}

#[test]
fn a_connection_that_was_changed_since_it_was_read_gets_a_second_request() {
    let world = World::with(|state| {
        state.connections = [Ok(basic_connection("old")), Ok(basic_connection("new"))].into();
        state.answers = [answered(401, "no"), answered(200, "yes")].into();
    });
    let attempt = world.deliver(&delivery_as(connection())).expect("no fault of ours");
    assert_eq!(attempt.outcome(), Outcome::Delivered);
    let state = world.state();
    let sent: Vec<_> = state.sent.iter().flat_map(|sent| sent.header("authorization")).collect();
    assert_eq!(sent, ["Basic dTpvbGQ=", "Basic dTpuZXc="]);
    assert_eq!((state.read_connections.len(), state.forgotten_connections), (2, 1));
}

#[test]
fn a_connection_that_is_what_it_was_gets_none() {
    for second in [
        Ok(basic_connection("old")),
        Err(ConnectionError::Unusable("it is gone".to_owned())),
        Err(ConnectionError::Unavailable("throttled".into())),
    ] {
        let world = World::with(|state| {
            state.connections = [Ok(basic_connection("old")), second].into();
            state.answers = [answered(401, "no")].into();
        });
        let attempt = world.deliver(&delivery_as(connection())).expect("no fault of ours");
        // What the receiver said stays.
        assert_eq!((attempt.outcome(), attempt.error), (Outcome::Rejected, None));
        assert_eq!(world.state().sent.len(), 1);
    }
}

#[test]
fn a_token_endpoint_that_refuses_the_connections_client_is_asked_again_if_that_was_changed() {
    for (second, tokens, sent) in [("new", 2, 1), ("old", 1, 0)] {
        let world = World::with(|state| {
            state.connections = [Ok(oauth_connection("old")), Ok(oauth_connection(second))].into();
            state.tokens = [Err(Obstacle::TokenRejected), Ok("good")].into();
        });
        let attempt = world.deliver(&delivery_as(connection())).expect("no fault of ours");
        let state = world.state();
        assert_eq!((state.token_requests.len(), state.sent.len()), (tokens, sent));
        let reason = attempt.error.map(|error| error.obstacle);
        assert_eq!(reason, (sent == 0).then_some(Obstacle::TokenRejected));
    }
}
