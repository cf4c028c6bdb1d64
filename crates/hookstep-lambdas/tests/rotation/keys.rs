//! `POST /signing-key/rotate` and `GET /.well-known/webhook-public-key`

use std::sync::atomic::Ordering;

use hookstep_core::signing::SigningKey;
use serde_json::{Value, json};

use crate::world::World;

/// The public keys in order, and until when each signs.
fn keys(document: &Value) -> Vec<(String, Value)> {
    let keys = document["keys"].as_array().expect("keys");
    keys.iter().map(|key| (key["public_key"].as_str().expect("a key").to_owned(), key["signs_until"].clone())).collect()
}

/// The private halves are those of the public ones, each in its slot.
fn assert_belong_together(world: &World, document: &Value) {
    let private = world.private_keys();
    let public = keys(document);
    assert_eq!(private.len(), public.len());
    for (place, (key, _)) in public.iter().enumerate() {
        let text = &private[&format!("/keys/{place}")];
        assert_eq!(SigningKey::parse(text).expect("a key").public_key(), *key);
        assert!(!document.to_string().contains(text));
    }
}

#[tokio::test]
async fn a_tenant_has_no_key_until_something_is_signed_with_it() {
    let world = World::new();
    assert_eq!(world.published().await.expect_err("there is none").code(), "public_key_not_found");
    world.created(json!({ "signing": { "schemes": ["v1"] } })).await;
    assert_eq!(world.published().await.expect_err("there is none").code(), "public_key_not_found");
    world.created(json!({ "signing": { "schemes": ["v1a"] } })).await;
    let document = world.published().await.expect("there is one");
    assert_belong_together(&world, &document);
    let [(_, until)] = &keys(&document)[..] else { panic!("{document}") };
    assert_eq!((until, &document["tenant_id"]), (&Value::Null, &json!("default")));
    assert_eq!((&document["keys"][0]["scheme"], &document["keys"][0]["algorithm"]), (&json!("v1a"), &json!("ed25519")));
    assert!(document["keys"][0]["pem"].as_str().is_some_and(|pem| pem.starts_with("-----BEGIN PUBLIC KEY-----\n")));
    // The next webhook uses it too.
    world.created(json!({})).await;
    assert_eq!(world.published().await.expect("there is one"), document);
}

#[tokio::test]
async fn a_key_that_is_replaced_signs_on_for_its_time() {
    let world = World::new();
    let made = world.rotate_key(Value::Null).await.expect("it is made");
    let [(first, _)] = &keys(&made)[..] else { panic!("{made}") };
    let rotated = world.rotate_key(json!({ "grace_period_seconds": 100 })).await.expect("it is rotated");
    assert_belong_together(&world, &rotated);
    let (second, _) = &keys(&rotated)[0];
    assert_ne!(first, second);
    assert_eq!(keys(&rotated)[1..], [(first.clone(), json!(World::at(100)))]);
    assert_eq!(world.published().await.expect("there are two"), rotated);
    world.moves(10);
    let again = world.rotate_key(Value::Null).await.expect("it is rotated");
    assert_belong_together(&world, &again);
    let expected = [(second.clone(), json!(World::at(10 + 86_400))), (first.clone(), json!(World::at(100)))];
    assert_eq!(keys(&again)[1..], expected);
    // Those whose time is over are published no more, and go with the next one.
    world.moves(89);
    assert_eq!(keys(&world.published().await.expect("there are three")).len(), 3);
    world.moves(1);
    assert_eq!(keys(&world.published().await.expect("there are two"))[..], keys(&again)[..2]);
    let later = world.rotate_key(json!({ "grace_period_seconds": 1 })).await.expect("it is rotated");
    assert_belong_together(&world, &later);
    assert!(keys(&later).iter().all(|(key, _)| key != first));
    assert_eq!(keys(&later).len(), 3);
}

#[tokio::test]
async fn without_a_grace_period_there_is_one_key_again() {
    let world = World::new();
    for _ in 0..3 {
        world.rotate_key(Value::Null).await.expect("it is rotated");
    }
    let one = world.rotate_key(json!({ "grace_period_seconds": 0 })).await.expect("it is rotated");
    assert_eq!(keys(&one).len(), 1);
    assert_belong_together(&world, &one);
}

#[tokio::test]
async fn three_earlier_keys_sign_at_most() {
    let world = World::new();
    for _ in 0..4 {
        world.rotate_key(Value::Null).await.expect("it is rotated");
    }
    let before = world.published().await.expect("there are four");
    assert_eq!(keys(&before).len(), 4);
    assert_eq!(world.rotate_key(Value::Null).await.expect_err("a fifth").code(), "too_many_secrets");
    assert_eq!(world.published().await.expect("there are four"), before);
    world.moves(86_400);
    let after = world.rotate_key(Value::Null).await.expect("their time is over");
    assert_eq!(keys(&after).len(), 2);
}

#[tokio::test]
async fn a_rotation_that_another_comes_before_is_made_from_what_is_there_then() {
    let world = World::new();
    world.rotate_key(Value::Null).await.expect("it is made");
    world.others.store(2, Ordering::SeqCst);
    let rotated = world.rotate_key(Value::Null).await.expect("it is rotated");
    assert_eq!(keys(&rotated).len(), 2);
    assert_belong_together(&world, &rotated);
    world.others.store(99, Ordering::SeqCst);
    assert!(world.rotate_key(Value::Null).await.is_err(), "it is not tried for ever");
}

/// A tenant's key is for Hookstep to make: there is no public half of a text that a caller sends.
#[tokio::test]
async fn no_key_is_brought() {
    let world = World::new();
    for body in
        [json!({ "secret": "whsk_PLANTED5ECRET" }), json!({ "grace_period_seconds": 604_801 }), json!({ "key": 1 })]
    {
        assert_eq!(world.rotate_key(body).await.expect_err("it is refused").code(), "validation_failed");
    }
    assert_eq!(world.published().await.expect_err("nothing was made").code(), "public_key_not_found");
}
