//! What only a whole call finds out of what it is given: expressions that are none, certificates with another's key.

use serde_json::{Value, json};

use crate::world::World;

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nUExBTlRFRDVFQ1JFVA==\n-----END CERTIFICATE-----\n";
const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----\nUExBTlRFRDVFQ1JFVA==\n-----END PRIVATE KEY-----\n";

async fn assert_refused(body: Value, pointer: &str, code: &str) {
    let world = World::new();
    let problem = world.create(body.clone()).await.expect_err("it is refused");
    let [error] = problem.errors() else { panic!("{body}: {:?}", problem.errors()) };
    assert_eq!((error.pointer.as_str(), error.code), (pointer, code), "{body}");
    assert!(!error.detail.contains("UExBTlRFRDVFQ1JFV") && !error.detail.contains("PLANTED5ECRET"), "{}", error.detail);
    assert_eq!(world.webhooks.lock().expect("no panic").len(), 0);
}

#[tokio::test]
async fn an_expression_that_is_none_is_refused_where_it_is_saved() {
    for expression in ["{", "payload.", "$sum(", "1 +", "\"", "a b"] {
        assert_refused(json!({ "transformation": expression }), "/transformation", "invalid_transformation").await;
    }
}

#[tokio::test]
async fn a_certificate_that_is_none_is_refused_and_not_quoted() {
    let certificate = json!({ "client_certificate": { "certificate": CERTIFICATE, "private_key": PRIVATE_KEY } });
    assert_refused(certificate, "/client_certificate", "invalid_certificate").await;
}

#[tokio::test]
async fn secrets_have_a_limit_together_with_those_that_rotate() {
    let header = |bytes: usize| json!({ "secret": "k".repeat(bytes) });
    let headers = json!({ "x-a": header(4_096), "x-b": header(4_096), "x-c": header(4_096) });
    assert_refused(json!({ "headers": headers }), "", "too_long").await;
    let world = World::new();
    let headers = json!({ "x-a": header(4_000), "x-b": header(4_000), "x-c": header(2_000) });
    let (id, _) = world.created(json!({ "headers": headers })).await;
    let mut refused = None;
    for _ in 0..3 {
        refused = refused.or(world.rotate(&id, Value::Null).await.err());
    }
    let problem = refused.expect("there is no room for all of them");
    assert_eq!(problem.errors()[0].code, "too_long");
    assert!(world.secrets(&id).iter().map(|(slot, text)| slot.len() + text.len()).sum::<usize>() <= 10_240);
}
