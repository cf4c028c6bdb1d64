//! `POST /webhook/{config_id}/secret/rotate`

use std::sync::atomic::Ordering;

use hookstep_core::history::Action;
use hookstep_core::signing::SigningSecret;
use serde_json::{Value, json};

use crate::world::World;

const OWN: &str = "whsec_PLANTED5ECRETownPLANTED5ECRETownPLANTED5ECRETown";

/// What the answer says of earlier secrets.
fn until(shown: &Value) -> &Value {
    &shown["signing"]["earlier_secrets_valid_until"]
}

/// The signing secrets by their place: the current one first.
fn in_order(world: &World, id: &hookstep_core::ids::ConfigId) -> Vec<String> {
    let secrets = world.secrets(id);
    let earlier = (0..9).map(|place| format!("/signing/earlier/{place}"));
    let slots = std::iter::once("/signing/secret".to_owned()).chain(earlier);
    slots.map_while(|slot| secrets.get(&slot).cloned()).collect()
}

#[tokio::test]
async fn the_one_that_is_replaced_stays_for_its_time_and_the_new_one_is_shown_once() {
    let world = World::new();
    let (id, made) = world.created(json!({})).await;
    let first = made["signing"]["secret"].as_str().expect("it is shown").to_owned();
    let shown = world.rotate(&id, Value::Null).await.expect("it is rotated");
    let second = shown["signing"]["secret"].as_str().expect("it is shown").to_owned();
    assert!(SigningSecret::parse(&second).is_ok() && first != second);
    assert_eq!(*until(&shown), json!([World::at(86_400)]));
    assert_eq!(in_order(&world, &id), [second, first]);
    assert_eq!(world.webhook(&id).version, 2);
    // No other answer shows it.
    let patched = world.patch(&id, json!({ "name": "b" })).await;
    assert_eq!((patched["signing"].get("secret"), until(&patched)), (None, until(&shown)));
    let history = world.history.lock().expect("no panic");
    assert_eq!(
        (history[1].action, history[1].changed_fields.as_slice()),
        (Action::Changed, &["/signing/secret".to_owned()][..])
    );
}

#[tokio::test]
async fn three_earlier_ones_sign_at_most_until_the_first_of_them_is_over() {
    let world = World::new();
    let (id, made) = world.created(json!({})).await;
    let mut all = vec![made["signing"]["secret"].as_str().expect("it is shown").to_owned()];
    for (seconds, moved) in [(100, 10), (200, 10), (300, 10)] {
        let shown = world.rotate(&id, json!({ "grace_period_seconds": seconds })).await.expect("it is rotated");
        all.insert(0, shown["signing"]["secret"].as_str().expect("it is shown").to_owned());
        world.moves(moved);
    }
    // Each to the end of its own time, whatever comes after it.
    let ends = [320, 210, 100].map(World::at);
    let shown = world.patch(&id, json!({ "name": "b" })).await;
    assert_eq!((until(&shown), in_order(&world, &id)), (&json!(ends), all.clone()));
    assert_eq!(world.rotate(&id, Value::Null).await.expect_err("a fourth").code(), "too_many_secrets");
    assert_eq!(in_order(&world, &id), all);
    world.moves(69);
    assert_eq!(world.rotate(&id, Value::Null).await.expect_err("one second before").code(), "too_many_secrets");
    world.moves(1);
    let shown = world.rotate(&id, json!({ "grace_period_seconds": 60 })).await.expect("the first is over");
    assert_eq!(*until(&shown), json!([160, 320, 210].map(World::at)));
    let now = in_order(&world, &id);
    assert_eq!((now.len(), &now[1..]), (4, &all[..3]));
}

#[tokio::test]
async fn without_a_grace_period_all_that_came_before_ends() {
    let world = World::new();
    let (id, _) = world.created(json!({})).await;
    for _ in 0..2 {
        world.rotate(&id, Value::Null).await.expect("it is rotated");
    }
    assert_eq!(in_order(&world, &id).len(), 3);
    let shown = world.rotate(&id, json!({ "grace_period_seconds": 0 })).await.expect("it is rotated");
    assert_eq!((until(&shown), in_order(&world, &id).len()), (&json!([]), 1));
    assert_eq!(shown["signing"]["secret"], in_order(&world, &id)[0]);
    let slots = world.webhook(&id).secrets.expect("one").slots;
    assert_eq!(slots, ["/signing/secret".to_owned()].into());
}

#[tokio::test]
async fn a_secret_of_the_callers_is_taken_and_not_shown() {
    let world = World::new();
    let (id, made) = world.created(json!({})).await;
    let shown =
        world.rotate(&id, json!({ "secret": OWN, "grace_period_seconds": 604_800 })).await.expect("it is rotated");
    assert_eq!((shown["signing"].get("secret"), until(&shown)), (None, &json!([World::at(604_800)])));
    let first = made["signing"]["secret"].as_str().expect("it is shown");
    assert_eq!(in_order(&world, &id), [OWN, first]);
    // Called again it has nothing left to do, so that a call may be repeated.
    let again = world.rotate(&id, json!({ "secret": OWN })).await.expect("it is done");
    assert_eq!((again["version"].clone(), in_order(&world, &id).len()), (shown["version"].clone(), 2));
}

#[tokio::test]
async fn secrets_of_anything_else_stay_as_they_are() {
    let world = World::new();
    let auth = json!({ "type": "basic", "username": "u", "password": "PLANTED5ECRET-password" });
    let headers = json!({ "x-token": "PLANTED5ECRET-header", "x-signing": { "secret": "PLANTED5ECRET-other" } });
    let (id, _) = world.created(json!({ "auth": auth, "headers": headers })).await;
    let others = |world: &World| {
        let mut secrets = world.secrets(&id);
        secrets.retain(|slot, _| !slot.starts_with("/signing/"));
        secrets
    };
    let before = others(&world);
    assert_eq!(before.len(), 3);
    for grace in [86_400, 86_400, 0, 1] {
        world.rotate(&id, json!({ "grace_period_seconds": grace })).await.expect("it is rotated");
        assert_eq!(others(&world), before);
    }
}

#[tokio::test]
async fn a_change_that_came_between_is_not_lost_and_a_version_that_is_named_has_to_be_the_last() {
    let world = World::new();
    let (id, _) = world.created(json!({})).await;
    world.others.store(2, Ordering::SeqCst);
    let shown = world.rotate(&id, Value::Null).await.expect("it is rotated");
    assert_eq!((&shown["name"], &shown["version"]), (&json!("a again again"), &json!(4)));
    // The one that was replaced is there once, however often it was tried.
    assert_eq!(in_order(&world, &id).len(), 2);
    let outdated = world.rotate_with(&id, Value::Null, &[("if-match", "\"3\"")]).await.expect_err("it is version 4");
    assert_eq!(outdated.code(), "precondition_failed");
    assert!(world.rotate_with(&id, Value::Null, &[("if-match", "\"4\"")]).await.is_ok());
    world.others.store(99, Ordering::SeqCst);
    assert!(world.rotate(&id, Value::Null).await.is_err(), "it is not tried for ever");
}

#[tokio::test]
async fn only_what_is_signed_by_a_secret_has_one_to_rotate() {
    for schemes in [json!([]), json!(["v1a"])] {
        let world = World::new();
        let (id, _) = world.created(json!({ "signing": { "schemes": schemes } })).await;
        assert_eq!(world.rotate(&id, Value::Null).await.expect_err("there is none").code(), "not_signed");
        assert_eq!(world.secrets(&id).len(), 0);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_named_without_the_secret() {
    let world = World::new();
    let (id, _) = world.created(json!({})).await;
    for (body, pointer, code) in [
        (json!({ "grace_period_seconds": 604_801 }), "/grace_period_seconds", "out_of_range"),
        (json!({ "grace_period_seconds": -1 }), "/grace_period_seconds", "out_of_range"),
        (json!({ "grace_period_seconds": 1.5 }), "/grace_period_seconds", "out_of_range"),
        (json!({ "grace_period_seconds": "1" }), "/grace_period_seconds", "out_of_range"),
        (json!({ "secret": "PLANTED5ECRET" }), "/secret", "invalid"),
        (json!({ "secret": "whsec_PLANTED5ECRE" }), "/secret", "invalid"),
        (json!({ "secret": ["PLANTED5ECRET"] }), "/secret", "wrong_type"),
        (json!({ "PLANTED": 1 }), "/PLANTED", "unknown_field"),
    ] {
        let problem = world.rotate(&id, body.clone()).await.expect_err("it is refused");
        let [error] = problem.errors() else { panic!("{body}") };
        assert_eq!((error.pointer.as_str(), error.code), (pointer, code), "{body}");
        assert!(!error.detail.contains("PLANTED5ECRET"), "{}", error.detail);
    }
    assert_eq!(world.webhook(&id).version, 1);
}
