//! Secrets at rest and on their way: sealed, for their own webhook only.

use anyhow::{Context as _, Result};
use hookstep_local::secrets::{MARKER, Needles};
use hookstep_tests::secrets::planted;
use hookstep_tests::signatures::own_secret;
use hookstep_tests::{Event, HOOK, Hookstep, Scene, Script, TokenClient, TokenEndpoint, Trigger, Webhook};
use reqwest::Method;
use serde_json::{Value, json};

use crate::oauth::oauth2;
use crate::support::{item_of, set_attribute, text_of};

async fn with_secrets() -> Result<Scene> {
    Scene::with(|draft| {
        draft.set("auth", json!({ "type": "basic", "username": "u", "password": planted("password") }));
        draft.set("headers", json!({ "X-Token": planted("token"), "x-hidden": { "secret": planted("hidden") } }));
    })
    .await
}

async fn sealed_of(hookstep: &Hookstep, webhook: &Webhook) -> Result<String> {
    text_of(&item_of(hookstep, webhook).await?, "sealed")
}

#[tokio::test]
async fn the_item_holds_a_ciphertext_and_the_names_of_the_secrets() -> Result<()> {
    let scene = with_secrets().await?;
    let item = item_of(&scene.hookstep, &scene.webhook).await?;
    let needles = Needles::marker();
    assert!(needles.find(format!("{item:?}").as_bytes()).is_empty(), "a secret is in the item");
    let sealed = text_of(&item, "sealed")?;
    let parts: Vec<&str> = sealed.split('.').collect();
    assert!(parts.len() == 3 && parts[0] == "v2" && parts[1].len() > 100 && parts[2].len() > 100, "{parts:?}");
    let slots: Vec<&String> = item["secret_slots"].as_l().unwrap().iter().map(|slot| slot.as_s().unwrap()).collect();
    assert_eq!(slots, ["/auth/password", "/headers/X-Token", "/headers/x-hidden", "/signing/secret"]);
    // A webhook without secrets has none of it.
    let unsigned = json!({ "schemes": ["v1a"] });
    let plain = scene.hookstep.webhook_at(crate::support::TARGET, |draft| draft.set("signing", unsigned)).await?;
    let item = item_of(&scene.hookstep, &plain).await?;
    assert!(!item.contains_key("sealed") && !item.contains_key("secret_slots"), "{item:?}");
    Ok(())
}

#[tokio::test]
async fn every_change_of_a_secret_is_sealed_anew_and_no_other_change_is() -> Result<()> {
    let scene = with_secrets().await?;
    let (hookstep, id) = (&scene.hookstep, &scene.webhook.config_id);
    let first = sealed_of(hookstep, &scene.webhook).await?;
    hookstep.api.patch_webhook(id, &json!({ "name": "renamed", "headers": { "x-plain": "1" } })).await?;
    assert_eq!(sealed_of(hookstep, &scene.webhook).await?, first);
    let password = planted("password");
    let data_key = first.split('.').nth(1).context("no data key")?.to_owned();
    let mut seen = vec![first];
    for _ in 0..3 {
        // The same text each time.
        hookstep.api.patch_webhook(id, &json!({ "auth": { "password": password } })).await?;
        let sealed = sealed_of(hookstep, &scene.webhook).await?;
        assert_eq!(sealed.split('.').nth(1), Some(data_key.as_str()), "a tenant has one data key");
        // The nonce comes first, so that the texts differ from their first bytes on.
        let start = |sealed: &str| sealed.split('.').nth(2).map(|text| text[..16].to_owned());
        assert!(seen.iter().all(|one| start(one) != start(&sealed)), "a nonce is used for one write only");
        seen.push(sealed);
    }
    Ok(())
}

/// Everything that the engine knows of the executions of this event.
async fn told_by_executions(hookstep: &Hookstep, event: &Event) -> Result<String> {
    let arn = event.rest["execution_arn"].as_str().context("no execution")?;
    let engine = hookstep.engine();
    let request = json!({ "executionArn": arn });
    let mut told = engine.call("states", "AWSStepFunctions.DescribeExecution", &request).await?.to_string();
    let request = json!({ "executionArn": arn, "maxResults": 1000, "includeExecutionData": true });
    told.push_str(&engine.call("states", "AWSStepFunctions.GetExecutionHistory", &request).await?.to_string());
    Ok(told)
}

#[tokio::test]
async fn an_execution_carries_the_ciphertext_and_nothing_else() -> Result<()> {
    let secret = planted("client");
    let tokens = TokenEndpoint::start(TokenClient::new("client:1 &+%/", &secret)).await?;
    let oauth = Scene::with(|draft| draft.set("auth", oauth2(&tokens, &secret, json!({})))).await?;
    oauth.receiver.on(HOOK, tokens.guard(Script::status(200), Script::status(401)));
    let key = Scene::with(|draft| {
        draft.set("auth", json!({ "type": "api_key", "in": "query", "name": "key", "value": planted("key") }));
    })
    .await?;
    for scene in [with_secrets().await?, oauth, key] {
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!(event.status, "succeeded");
        let told = told_by_executions(&scene.hookstep, &event).await?;
        assert!(told.contains(&event.event_id) && told.len() > 2_000, "{told}");
        assert!(Needles::marker().find(told.as_bytes()).is_empty(), "a secret is in the execution");
        let sealed = sealed_of(&scene.hookstep, &scene.webhook).await?;
        assert!(told.contains(&sealed), "the ciphertext is what travels");
    }
    Ok(())
}

#[tokio::test]
async fn no_answer_shows_a_secret() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let scene = Scene::of(hookstep, |draft| {
        draft.event_name = Some(hookstep_tests::unique("secrets"));
        draft.set("headers", json!({ "X-Token": planted("token") }));
        draft.set(
            "auth",
            json!({
                "type": "oauth2_client_credentials", "token_url": "http://127.0.0.1:9/", "client_id": "c",
                "client_secret": planted("client"), "query": { "q": { "secret": planted("query") } },
            }),
        );
    })
    .await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let read: Value = api.get_raw(id).await?.json()?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    let name = scene.webhook.event_name.as_deref().unwrap();
    let get = async |path: String| api.send(api.request(Method::GET, &path)).await;
    let answers = [
        api.create_raw(
            &json!({ "name": "n", "url": "x", "auth": { "type": "basic", "username": "u", "password": planted("p") } }),
        )
        .await?,
        api.patch_raw(id, &json!({ "headers": { "X-Token": planted("token") } }), None).await?,
        api.patch_raw(id, &json!({ "headers": { "X-Token": planted("token") }, "name": 7 }), None).await?,
        api.put_raw(id, &read, Some("*")).await?,
        api.test_auth_raw(id).await?,
        api.test_raw(id, None, "").await?,
        get(format!("/webhook/{id}")).await?,
        get(format!("/webhook?event_name={name}")).await?,
        get(format!("/webhook/{id}/history")).await?,
        get(format!("/webhook/{id}/events")).await?,
        get(format!("/webhook/{id}/events/{}", event.event_id)).await?,
    ];
    for answer in answers {
        assert!(!answer.body.is_empty());
        assert!(Needles::marker().find(&answer.body).is_empty(), "{}", answer.in_words());
        assert!(answer.headers.values().all(|value| Needles::marker().find(value.as_bytes()).is_empty()));
    }
    assert!(!format!("{:?}", scene.webhook).contains(MARKER));
    Ok(())
}

/// Triggers, and expects that the secrets can't be read, which is our fault and sends nothing.
async fn assert_unreadable(scene: &Scene) -> Result<()> {
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("secrets_unreadable")), "{event:?}");
    assert!(event.attempts.is_empty(), "{:?}", event.attempts);
    let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
    assert_eq!((outcome.status.as_str(), outcome.reason.as_deref()), ("failed", Some("secrets_unreadable")));
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn the_secrets_of_another_webhook_do_not_open() -> Result<()> {
    let (scene, other) = (with_secrets().await?, with_secrets().await?);
    let stolen = sealed_of(&other.hookstep, &other.webhook).await?;
    set_attribute(&scene.hookstep, &scene.webhook, "sealed", &stolen).await?;
    assert_unreadable(&scene).await?;
    // Where they belong they do.
    assert_eq!(other.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    Ok(())
}

/// The same text with another character in the middle.
fn altered(text: &str) -> String {
    let middle = text.len() / 2;
    let other = if text.as_bytes()[middle] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &text[..middle], &text[middle + 1..])
}

#[tokio::test]
async fn a_ciphertext_that_was_tampered_with_does_not_open() -> Result<()> {
    let scene = with_secrets().await?;
    let sealed = sealed_of(&scene.hookstep, &scene.webhook).await?;
    let parts: Vec<&str> = sealed.split('.').collect();
    let [version, key, text] = parts[..] else { panic!("{sealed}") };
    let tampered = [
        format!("{version}.{key}.{}", altered(text)),
        format!("{version}.{}.{text}", altered(key)),
        format!("{version}.{key}.{}", &text[..text.len() - 4]),
        format!("{version}.{key}.AAAA"),
        format!("v1.{key}.{text}"),
        format!("v3.{key}.{text}"),
        format!("{version}.{key}"),
        "plain".to_owned(),
        "v2.%.%".to_owned(),
    ];
    for sealed in tampered {
        set_attribute(&scene.hookstep, &scene.webhook, "sealed", &sealed).await?;
        assert_unreadable(&scene).await?;
    }
    set_attribute(&scene.hookstep, &scene.webhook, "sealed", &sealed).await?;
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    Ok(())
}

#[tokio::test]
async fn a_webhook_whose_secrets_do_not_open_is_repaired_by_setting_them_anew() -> Result<()> {
    let (scene, other) = (with_secrets().await?, with_secrets().await?);
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let stolen = sealed_of(&other.hookstep, &other.webhook).await?;
    set_attribute(&scene.hookstep, &scene.webhook, "sealed", &stolen).await?;
    // What needs no secret goes on; one of several can't be set, because the others would be lost.
    assert_eq!(api.patch_webhook(id, &json!({ "name": "renamed" })).await?.version, 2);
    let one = api.patch_raw(id, &json!({ "auth": { "password": planted("password") } }), None).await?;
    assert!(!one.status.is_success(), "{}", one.in_words());
    assert_eq!(api.get_webhook(id).await?.version, 2);

    let token = planted("token");
    let all = json!({
        "auth": { "password": planted("password") },
        "headers": { "X-Token": { "secret": token }, "x-hidden": { "secret": planted("hidden") } },
        "signing": { "secret": own_secret("repaired") },
    });
    api.patch_webhook(id, &all).await?;
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    assert_eq!(scene.received()?.header("x-token"), Some(token));
    Ok(())
}
