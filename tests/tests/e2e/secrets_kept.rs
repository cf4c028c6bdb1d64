//! Secrets in changes: left out keeps, null clears, a string sets.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_tests::secrets::planted;
use hookstep_tests::{ReceivedRequest, Scene, Trigger};
use serde_json::{Value, json};

use crate::support::{assert_problem, faults};

async fn sent(scene: &Scene) -> Result<ReceivedRequest> {
    let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    scene.request_of(&outcome.event_id)
}

async fn patch(scene: &Scene, patch: Value) -> Result<Value> {
    let answer = scene.hookstep.api.patch_raw(&scene.webhook.config_id, &patch, None).await?;
    assert_eq!(answer.status, 200, "{patch}: {}", answer.in_words());
    answer.json()
}

async fn put(scene: &Scene, fields: Value) -> Result<Value> {
    let mut body = json!({ "name": "replaced", "url": scene.webhook.url });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let answer = scene.hookstep.api.put_raw(&scene.webhook.config_id, &body, Some("*")).await?;
    assert_eq!(answer.status, 200, "{body}: {}", answer.in_words());
    answer.json()
}

fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}

/// A webhook with a password and two secret headers.
async fn with_secrets() -> Result<(Scene, [String; 3])> {
    let secrets = [planted("password"), planted("first"), planted("second")];
    let scene = Scene::with(|draft| {
        draft.set("auth", json!({ "type": "basic", "username": "u", "password": secrets[0] }));
        draft.set("headers", json!({ "X-Token": secrets[1], "x-hidden": { "secret": secrets[2] }, "x-plain": "1" }));
    })
    .await?;
    Ok((scene, secrets))
}

#[tokio::test]
async fn a_change_of_another_field_keeps_every_secret() -> Result<()> {
    let (scene, [password, first, second]) = with_secrets().await?;
    for change in [
        json!({ "name": "renamed" }),
        json!({ "headers": { "x-plain": "2" } }),
        json!({ "headers": { "x-new": "3" }, "auth": { "type": "basic" } }),
        json!({ "headers": { "X-Token": { "secret_set": true } }, "auth": { "password_set": true } }),
        json!({ "auth": { "username": "v" } }),
    ] {
        patch(&scene, change).await?;
    }
    let request = sent(&scene).await?;
    assert_eq!(request.header("authorization"), Some(basic("v", &password)));
    assert_eq!((request.header("x-token"), request.header("x-hidden")), (Some(first), Some(second)));
    assert_eq!(request.header("x-plain").as_deref(), Some("2"));
    Ok(())
}

#[tokio::test]
async fn a_replacement_keeps_the_secrets_of_what_stays() -> Result<()> {
    let (scene, [password, first, _]) = with_secrets().await?;
    let replaced = put(
        &scene,
        json!({ "auth": { "type": "basic", "username": "w" }, "headers": { "X-Token": { "secret_set": true } } }),
    )
    .await?;
    assert_eq!(replaced["auth"], json!({ "type": "basic", "username": "w", "password_set": true }));
    assert_eq!(replaced["headers"], json!({ "X-Token": { "secret_set": true } }));
    let request = sent(&scene).await?;
    assert_eq!(request.header("authorization"), Some(basic("w", &password)));
    assert_eq!((request.header("x-token"), request.header("x-hidden")), (Some(first), None));

    // What is gone can't be kept.
    let body = json!({ "name": "n", "url": scene.webhook.url, "headers": { "x-hidden": { "secret_set": true } } });
    let answer = scene.hookstep.api.put_raw(&scene.webhook.config_id, &body, Some("*")).await?;
    assert_eq!(faults(&answer), ["/headers/x-hidden required"]);
    // Nor can that of a name in another case.
    let body = json!({ "name": "n", "url": scene.webhook.url, "headers": { "x-token": { "secret_set": true } } });
    let answer = scene.hookstep.api.put_raw(&scene.webhook.config_id, &body, Some("*")).await?;
    assert_eq!(faults(&answer), ["/headers/x-token required"]);
    Ok(())
}

#[tokio::test]
async fn a_secret_that_is_set_counts_for_the_next_delivery_and_the_others_stay() -> Result<()> {
    let (scene, [mut password, mut first, second]) = with_secrets().await?;
    // Each process that delivers keeps what it has opened.
    for _ in 0..3 {
        let request = sent(&scene).await?;
        assert_eq!(
            (request.header("authorization"), request.header("x-token")),
            (Some(basic("u", &password)), Some(first.clone()))
        );
        assert_eq!(request.header("x-hidden"), Some(second.clone()));
        password = planted("password");
        patch(&scene, json!({ "auth": { "password": password } })).await?;
        let request = sent(&scene).await?;
        assert_eq!(
            (request.header("authorization"), request.header("x-token")),
            (Some(basic("u", &password)), Some(first))
        );
        first = planted("first");
        patch(&scene, json!({ "headers": { "X-Token": { "secret": first } } })).await?;
    }
    let request = sent(&scene).await?;
    assert_eq!(
        (request.header("authorization"), request.header("x-token")),
        (Some(basic("u", &password)), Some(first))
    );
    Ok(())
}

#[tokio::test]
async fn null_clears_a_password_and_takes_a_header_away() -> Result<()> {
    let (scene, [_, _, second]) = with_secrets().await?;
    let cleared = patch(&scene, json!({ "auth": { "password": null }, "headers": { "X-Token": null } })).await?;
    assert_eq!(cleared["auth"]["password_set"], false);
    assert_eq!(cleared["headers"], json!({ "x-hidden": { "secret_set": true }, "x-plain": "1" }));
    let request = sent(&scene).await?;
    assert_eq!(request.header("authorization"), Some(basic("u", "")));
    assert_eq!((request.header("x-token"), request.header("x-hidden")), (None, Some(second)));
    // By a replacement too.
    patch(&scene, json!({ "auth": { "password": planted("password") } })).await?;
    let cleared = put(&scene, json!({ "auth": { "type": "basic", "username": "u", "password": null } })).await?;
    assert_eq!(cleared["auth"]["password_set"], false);
    assert_eq!(sent(&scene).await?.header("authorization"), Some(basic("u", "")));
    Ok(())
}

#[tokio::test]
async fn a_header_becomes_a_secret_and_an_open_value_again() -> Result<()> {
    let (scene, _) = with_secrets().await?;
    let hidden = planted("hidden");
    let change = json!({ "headers": { "x-plain": { "secret": hidden }, "x-hidden": "open" } });
    let after = patch(&scene, change).await?;
    assert_eq!(
        (&after["headers"]["x-plain"], &after["headers"]["x-hidden"]),
        (&json!({ "secret_set": true }), &json!("open"))
    );
    let request = sent(&scene).await?;
    assert_eq!((request.header("x-plain"), request.header("x-hidden").as_deref()), (Some(hidden), Some("open")));
    Ok(())
}

/// Authentication that takes a secret, and the field that holds it.
fn that_take_a_secret() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "type": "api_key", "in": "header", "name": "x-key", "value": planted("key") }), "value"),
        (
            json!({
                "type": "oauth2_client_credentials", "token_url": "http://127.0.0.1:9/", "client_id": "c",
                "client_secret": planted("client"),
            }),
            "client_secret",
        ),
    ]
}

#[tokio::test]
async fn a_cleared_secret_that_is_needed_is_missing_at_the_delivery() -> Result<()> {
    for (auth, field) in that_take_a_secret() {
        let scene = Scene::with(|draft| draft.set("auth", auth)).await?;
        let cleared = patch(&scene, json!({ "auth": { field: null } })).await?;
        assert_eq!(cleared["auth"][format!("{field}_set")], false);
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!(
            (event.status.as_str(), event.reason.as_deref()),
            ("failed", Some("credentials_missing")),
            "{event:?}"
        );
        assert_eq!((event.attempts[0].outcome.as_str(), scene.received_count()), ("refused", 0));
        let detail = event.rest["reason_detail"].as_str().unwrap();
        assert!(detail.contains(&format!("/auth/{field}")), "{detail}");
    }
    Ok(())
}

#[tokio::test]
async fn a_cleared_secret_stands_in_no_other_changes_way() -> Result<()> {
    for (auth, field) in that_take_a_secret() {
        let scene = Scene::with(|draft| draft.set("auth", auth)).await?;
        patch(&scene, json!({ "auth": { field: null } })).await?;
        assert_eq!(patch(&scene, json!({ "name": "renamed" })).await?["version"], 3, "{field}");
        let read: Value = scene.hookstep.api.get_raw(&scene.webhook.config_id).await?.json()?;
        let answer = scene.hookstep.api.put_raw(&scene.webhook.config_id, &read, Some("*")).await?;
        assert_eq!(answer.status, 200, "{field}: {}", answer.in_words());
        let set = patch(&scene, json!({ "auth": { field: planted("again") } })).await?;
        assert_eq!(set["auth"][format!("{field}_set")], true);
    }
    Ok(())
}

#[tokio::test]
async fn another_type_of_authentication_takes_none_of_the_secrets_along() -> Result<()> {
    let (scene, [_, first, _]) = with_secrets().await?;
    patch(&scene, json!({ "auth": { "type": "none" } })).await?;
    let request = sent(&scene).await?;
    assert_eq!((request.header("authorization"), request.header("x-token")), (None, Some(first)));
    patch(&scene, json!({ "auth": { "type": "basic", "username": "u" } })).await?;
    assert_eq!(sent(&scene).await?.header("authorization"), Some(basic("u", "")));
    // The slot of one type is not that of another.
    let answer = scene
        .hookstep
        .api
        .patch_raw(
            &scene.webhook.config_id,
            &json!({ "auth": { "type": "api_key", "in": "query", "name": "k" } }),
            None,
        )
        .await?;
    assert_eq!(faults(&answer), ["/auth/value required"]);
    Ok(())
}

#[tokio::test]
async fn a_refused_change_keeps_the_secrets_as_they_were() -> Result<()> {
    let (scene, [password, first, _]) = with_secrets().await?;
    let change = json!({ "auth": { "password": planted("unused") }, "headers": { "X-Token": null }, "name": "" });
    let answer = scene.hookstep.api.patch_raw(&scene.webhook.config_id, &change, None).await?;
    assert_eq!(faults(&answer), ["/name empty"]);
    let change = json!({ "auth": { "password": planted("unused") } });
    let answer = scene.hookstep.api.patch_raw(&scene.webhook.config_id, &change, Some("\"7\"")).await?;
    assert_problem(&answer, 412, "precondition_failed");
    let request = sent(&scene).await?;
    assert_eq!(
        (request.header("authorization"), request.header("x-token")),
        (Some(basic("u", &password)), Some(first))
    );
    Ok(())
}
