//! `POST /webhook/{config_id}/test-auth`: tries the authentication, and sends no webhook.

use anyhow::Result;
use hookstep_tests::secrets::planted;
use hookstep_tests::{AuthTest, Hookstep, Scene, TokenClient, TokenEndpoint, token_failures, unique};
use serde_json::json;

use crate::connections::{basic, scene_by};
use crate::oauth::{guarded, oauth2};
use crate::support::{created, faults, id, names, set_token_url};

fn assert_good(test: &AuthTest, auth_type: &str) {
    assert_eq!((test.ok, test.auth_type.as_str()), (true, auth_type), "{test:?}");
    assert!(test.error.is_none(), "{test:?}");
}

fn assert_bad(test: &AuthTest, auth_type: &str, code: &str, ending: &str) {
    assert_eq!((test.ok, test.auth_type.as_str()), (false, auth_type), "{test:?}");
    let error = test.error.as_ref().unwrap();
    assert_eq!(error.code, code, "{test:?}");
    assert!(error.message.as_deref().unwrap().ends_with(ending), "{test:?}");
    assert!(test.token.is_none(), "{test:?}");
}

#[tokio::test]
async fn what_needs_no_exchange_is_good_when_its_secrets_are_there() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for (kind, auth) in [
        ("none", json!({ "type": "none" })),
        ("basic", json!({ "type": "basic", "username": "u", "password": planted("password") })),
        ("basic", json!({ "type": "basic", "username": "u" })),
        ("api_key", json!({ "type": "api_key", "in": "header", "name": "x-key", "value": planted("key") })),
        ("api_key", json!({ "type": "api_key", "in": "query", "name": "key", "value": planted("key") })),
    ] {
        let webhook = created(&api, json!({ "auth": auth, "headers": { "x-token": planted("token") } })).await?;
        let answer = api.test_auth_raw(id(&webhook)).await?;
        assert_good(&answer.json()?, kind);
        assert_eq!(names(&answer.json()?), ["auth_type", "duration_ms", "ok"]);
    }
    let webhook =
        created(&api, json!({ "auth": { "type": "api_key", "in": "query", "name": "k", "value": planted("key") } }))
            .await?;
    api.patch_webhook(id(&webhook), &json!({ "auth": { "value": null } })).await?;
    assert_bad(&api.test_auth(id(&webhook)).await?, "api_key", "credentials_missing", "`/auth/value` is not set");
    Ok(())
}

#[tokio::test]
async fn a_token_is_fetched_each_time_and_told_of_but_not_shown() -> Result<()> {
    let (scene, tokens) = guarded(|draft| draft.enabled = Some(false)).await?;
    for (exchanges, life) in [(1, Some(3_600)), (2, Some(3_600)), (3, None)] {
        tokens.expire_in(life);
        let test = scene.hookstep.api.test_auth(&scene.webhook.config_id).await?;
        assert_good(&test, "oauth2_client_credentials");
        let token = test.token.unwrap();
        assert_eq!((token.token_type.as_str(), token.expires_in), ("Bearer", life));
        assert_eq!(tokens.count(), exchanges);
    }
    assert_eq!((scene.received_count(), tokens.refusals()), (0, vec![]));
    let events = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
    assert!(events.data.is_empty());
    Ok(())
}

#[tokio::test]
async fn an_exchange_that_fails_is_told_with_its_reason() -> Result<()> {
    let kind = "oauth2_client_credentials";
    let (scene, tokens) = guarded(|_| ()).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    for (script, code, ending) in [
        (token_failures::invalid_client(), "token_rejected", "it answered 401 (invalid_client)"),
        (token_failures::server_error(), "token_rejected", "it answered 500"),
        (token_failures::not_json(), "token_invalid", "its answer is not that of a token endpoint"),
        (token_failures::unusable_token(), "token_invalid", "can't stand in a header"),
        (token_failures::closes(), "token_unreachable", "connection_closed"),
        (token_failures::never(), "token_timeout", "in time"),
    ] {
        tokens.fails(script);
        assert_bad(&api.test_auth(id).await?, kind, code, ending);
    }
    tokens.recovers();
    assert_good(&api.test_auth(id).await?, kind);
    let refused = json!({ "auth": { "token_url": "http://10.0.0.1/token" } });
    assert_eq!(faults(&api.patch_raw(id, &refused, None).await?), ["/auth/token_url target_not_allowed"]);
    set_token_url(&scene.hookstep, &scene.webhook, "http://10.0.0.1/token").await?;
    assert_bad(&api.test_auth(id).await?, kind, "token_address_not_allowed", "may reach");
    api.patch_webhook(id, &json!({ "auth": { "client_secret": null } })).await?;
    assert_bad(&api.test_auth(id).await?, kind, "credentials_missing", "`/auth/client_secret` is not set");
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_changed_secret_is_tried_at_once() -> Result<()> {
    let right = planted("right");
    let tokens = TokenEndpoint::start(TokenClient::new("client:1 &+%/", &right)).await?;
    let auth = oauth2(&tokens, &planted("wrong"), json!({}));
    let scene = Scene::with(|draft| draft.set("auth", auth)).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    assert!(!api.test_auth(id).await?.ok);
    api.patch_webhook(id, &json!({ "auth": { "client_secret": right } })).await?;
    assert!(api.test_auth(id).await?.ok);
    Ok(())
}

#[tokio::test]
async fn a_connection_is_tried_as_what_it_is() -> Result<()> {
    let (scene, _) = scene_by("BASIC", basic(&planted("good"))).await?;
    assert_good(&scene.hookstep.api.test_auth(&scene.webhook.config_id).await?, "connection");
    let (scene, connection) = scene_by("BASIC", basic(&planted("gone"))).await?;
    scene.hookstep.connections().delete(&connection.name).await?;
    assert_bad(
        &scene.hookstep.api.test_auth(&scene.webhook.config_id).await?,
        "connection",
        "connection_unavailable",
        "save the webhook again with a connection that exists",
    );

    let secret = planted("client");
    let tokens = TokenEndpoint::start(TokenClient::new(&unique("client"), &secret).in_body()).await?;
    let parameters = json!({ "OAuthParameters": {
        "AuthorizationEndpoint": tokens.url(), "HttpMethod": "POST",
        "ClientParameters": { "ClientID": "another", "ClientSecret": secret },
    } });
    let (scene, _) = scene_by("OAUTH_CLIENT_CREDENTIALS", parameters).await?;
    let test = scene.hookstep.api.test_auth(&scene.webhook.config_id).await?;
    assert_bad(&test, "connection", "token_rejected", "it answered 401 (invalid_client)");
    assert_eq!((tokens.count(), scene.received_count()), (1, 0));
    Ok(())
}
