//! Authentication without an exchange: none, HTTP Basic, API keys.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_tests::secrets::{planted, planted_with};
use hookstep_tests::{HOOK, ReceivedRequest, Receiver, Scene, Trigger};
use serde_json::{Value, json};

/// Delivers by a webhook with this authentication, sync and async, and returns the last request.
async fn sent_with(auth: Value) -> Result<(Scene, ReceivedRequest)> {
    let scene = Scene::with(|draft| draft.set("auth", auth)).await?;
    let first = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(first.status, "succeeded", "{first:?}");
    let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    let request = scene.request_of(&outcome.event_id)?;
    let before = scene.request_of(&first.event_id)?;
    assert_eq!((before.header("authorization"), &before.target), (request.header("authorization"), &request.target));
    Ok((scene, request))
}

fn basic(auth: &Value) -> Value {
    let mut auth = auth.clone();
    auth["type"] = json!("basic");
    auth
}

#[tokio::test]
async fn without_authentication_nothing_is_added() -> Result<()> {
    let (_, request) = sent_with(json!({ "type": "none" })).await?;
    assert_eq!((request.header("authorization"), request.target.as_str()), (None, HOOK));
    Ok(())
}

#[tokio::test]
async fn basic_sends_user_name_and_password_in_utf_8() -> Result<()> {
    for (username, password) in [
        ("user", planted("password")),
        ("us\u{e9}r \u{1f980}", planted_with("password", "p\u{e4}ss:w\u{f6}rd \u{1f511} \"\\")),
        ("", planted("only-a-password")),
    ] {
        let (_, request) = sent_with(basic(&json!({ "username": username, "password": password }))).await?;
        let expected = format!("Basic {}", STANDARD.encode(format!("{username}:{password}")));
        assert_eq!(request.header("authorization"), Some(expected));
        let count = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization")).count();
        assert_eq!(count, 1);
    }
    Ok(())
}

#[tokio::test]
async fn basic_without_a_password_sends_an_empty_one() -> Result<()> {
    for auth in [
        json!({ "username": "key" }),
        json!({ "username": "key", "password": null }),
        json!({ "username": "key", "password": "" }),
    ] {
        let (scene, request) = sent_with(basic(&auth)).await?;
        assert_eq!(scene.webhook.rest["auth"]["password_set"], false, "{auth}");
        assert_eq!(request.header("authorization"), Some(format!("Basic {}", STANDARD.encode("key:"))));
    }
    Ok(())
}

#[tokio::test]
async fn a_key_goes_into_the_header_of_its_name() -> Result<()> {
    for name in ["X-Api-Key", "Authorization"] {
        let value = planted_with("key", " =\"a\\b\"; c,d/e+f%20");
        let (_, request) =
            sent_with(json!({ "type": "api_key", "in": "header", "name": name, "value": value })).await?;
        assert_eq!(request.header(name), Some(value));
        assert_eq!(request.target, HOOK);
    }
    Ok(())
}

#[tokio::test]
async fn a_key_may_stand_for_the_payloads_content_type() -> Result<()> {
    let value = planted("odd");
    let auth = json!({ "type": "api_key", "in": "header", "name": "Content-Type", "value": value });
    let (_, request) = sent_with(auth).await?;
    let types: Vec<_> = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type")).collect();
    assert_eq!((types.len(), &types[0].1), (1, &value.into_bytes()));
    Ok(())
}

/// What stands in a query, decoded as a receiver does.
fn decoded_query(request: &ReceivedRequest) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://receiver.example{}", request.target)).unwrap();
    url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a_key_goes_into_the_query_behind_what_is_there_and_is_decoded_right() -> Result<()> {
    let hookstep = hookstep_tests::Hookstep::connect()?;
    let receiver = Receiver::start().await?;
    for (target, before) in
        [(HOOK, vec![]), ("/hook?a=b%20c&empty=", vec![("a", "b c"), ("empty", "")]), ("/hook?", vec![])]
    {
        let value = planted_with("key", " &=+%/?#\"'<>\\a:b@c;d,e~f*g%41");
        let webhook = hookstep
            .webhook_to(&receiver, target, |draft| {
                draft
                    .set("auth", json!({ "type": "api_key", "in": "query", "name": "a&b=c k\u{65}y", "value": value }));
            })
            .await?;
        let outcome = hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
        assert_eq!(outcome.status, "succeeded");
        let request = receiver.requests().pop().unwrap();
        let mut expected: Vec<_> = before.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        expected.push(("a&b=c key".to_owned(), value.clone()));
        assert_eq!(decoded_query(&request), expected, "{}", request.target);
        assert_eq!(request.header("authorization"), None);

        // The key is of the request, and not of the URL that people see.
        let row = hookstep.api.get_event(&webhook.config_id, &outcome.event_id).await?;
        assert_eq!(row.rest["url"], receiver.url(target));
        assert_eq!(hookstep.api.get_webhook(&webhook.config_id).await?.url, receiver.url(target));
    }
    Ok(())
}

#[tokio::test]
async fn a_key_in_the_query_may_have_the_name_of_a_header_that_is_configured() -> Result<()> {
    let value = planted("key");
    let scene = Scene::with(|draft| {
        draft.headers.insert("x-key".to_owned(), "shown".to_owned());
        draft.set("auth", json!({ "type": "api_key", "in": "query", "name": "x-key", "value": value }));
    })
    .await?;
    scene.trigger(&Trigger::json("{}").and_wait()).await?;
    let request = scene.received()?;
    assert_eq!(request.header("x-key").as_deref(), Some("shown"));
    assert_eq!(decoded_query(&request), [("x-key".to_owned(), value)]);
    Ok(())
}

#[tokio::test]
async fn secret_headers_are_sent_beside_those_that_are_shown_and_beside_authentication() -> Result<()> {
    let (token, hidden, password) = (planted("token"), planted_with("hidden", " a\tb\"c\\"), planted("password"));
    let scene = Scene::with(|draft| {
        draft.set("headers", json!({ "X-Token": token, "x-hidden": { "secret": hidden }, "x-plain": "1" }));
        draft.set("auth", json!({ "type": "basic", "username": "u", "password": password }));
    })
    .await?;
    // By the other path of payloads too.
    for body in ["{}".to_owned(), format!("\"{}\"", "x".repeat(20_000))] {
        let outcome = scene.trigger(&Trigger::json(body).and_wait()).await?;
        let request = scene.request_of(&outcome.event_id)?;
        assert_eq!(request.header("x-token"), Some(token.clone()));
        assert_eq!(request.header("x-hidden"), Some(hidden.clone()));
        assert_eq!(request.header("x-plain").as_deref(), Some("1"));
        assert_eq!(
            request.header("authorization"),
            Some(format!("Basic {}", STANDARD.encode(format!("u:{password}"))))
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_secret_header_arrives_on_the_standard_machine_too() -> Result<()> {
    let token = planted("token");
    let scene = Scene::with(|draft| {
        draft.timeout_seconds = Some(100);
        draft.set("headers", json!({ "Authorization": token }));
    })
    .await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.status, "succeeded");
    assert_eq!(scene.received()?.header("authorization"), Some(token));
    Ok(())
}
