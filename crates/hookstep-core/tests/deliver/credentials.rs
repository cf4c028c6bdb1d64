//! Credentials that are not to be had: our fault or the webhook's, and nothing is sent either way.

use hookstep_core::attempt::Obstacle;
use hookstep_core::auth::{Auth, KeyPlace, Parameter, Value};
use hookstep_core::deliver::DeliverError;
use hookstep_core::ports::{ConnectionError, SecretsError};

use crate::world::{World, api_key, basic, connection, delivery_as, hidden, oauth};

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
    let world = World::with(|state| state.connection = Some(Err(unavailable)));
    let error = world.deliver(&delivery_as(connection())).expect_err("a fault of ours");
    assert!(matches!(error, DeliverError::Connection(_)), "{error:?}");
    assert_nothing_happened(&world);

    let world = World::with(|state| state.connection = Some(Err(ConnectionError::Unusable("it is gone".to_owned()))));
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
