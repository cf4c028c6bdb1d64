//! How long a token is used, and when another one is fetched. Each Deliver process keeps its own tokens, and the engine runs several.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, bail};
use futures_util::future::try_join_all;
use hookstep_tests::secrets::planted;
use hookstep_tests::{HOOK, ReceivedRequest, Scene, Script, TokenClient, TokenEndpoint, Trigger};
use serde_json::json;

use crate::oauth::{guarded, oauth2};

/// More than the engine ever runs of one function in these tests.
const PROCESSES_MAX: usize = 80;

async fn deliver(scene: &Scene) -> Result<()> {
    let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    Ok(())
}

fn ids(requests: &[ReceivedRequest]) -> BTreeSet<Option<String>> {
    requests.iter().map(|request| request.header("webhook-id")).collect()
}

#[tokio::test]
async fn a_token_is_used_again_until_shortly_before_it_expires() -> Result<()> {
    // An hour; as long as Hookstep assumes where nothing is said.
    for life in [Some(3_600), None] {
        let (scene, tokens) = guarded(|_| ()).await?;
        tokens.expire_in(life);
        for deliveries in 1..=PROCESSES_MAX {
            deliver(&scene).await?;
            if tokens.count() < deliveries {
                assert_eq!((tokens.count(), scene.received_count()), (deliveries - 1, deliveries));
                break;
            }
        }
        assert!(tokens.count() < scene.received_count(), "{life:?}: no token was used again");
    }
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_about_to_expire_is_not_used_again() -> Result<()> {
    for life in [0, 1] {
        let (scene, tokens) = guarded(|_| ()).await?;
        tokens.expire_in(Some(life));
        for deliveries in 1..=5 {
            deliver(&scene).await?;
            assert_eq!((tokens.count(), scene.received_count()), (deliveries, deliveries));
        }
        let used: BTreeSet<_> =
            scene.receiver.requests_to(HOOK).iter().map(|request| request.header("authorization")).collect();
        assert_eq!(used.len(), 5, "each delivery has a token of its own");
    }
    Ok(())
}

#[tokio::test]
async fn of_many_deliveries_at_the_same_instant_each_has_a_good_token() -> Result<()> {
    const DELIVERIES: usize = 12;
    let (scene, tokens) = guarded(|_| ()).await?;
    tokens.delays(Duration::from_millis(300));
    for round in 1..=2 {
        try_join_all((0..DELIVERIES).map(async |_| deliver(&scene).await)).await?;
        assert_eq!(scene.received_count(), round * DELIVERIES);
        // A process asks once; there are no more of them than deliveries at a time.
        assert!((1..=round * DELIVERIES).contains(&tokens.count()), "{} exchanges", tokens.count());
    }
    assert!(scene.receiver.requests_to(HOOK).iter().all(|request| tokens.accepts(request)));
    assert_eq!(tokens.refusals(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_401_of_the_receiver_fetches_another_token_and_sends_the_same_event_again() -> Result<()> {
    let (scene, tokens) = guarded(|_| ()).await?;
    scene.receiver.on_each(HOOK, [Script::status(401).body("who?"), Script::status(200).body("ah!")]);
    let outcome = scene.trigger(&Trigger::json(r#"{"n":1}"#).and_wait()).await?;
    assert_eq!((outcome.status.as_str(), outcome.reason), ("succeeded", None));
    let attempt = outcome.attempt.unwrap();
    assert_eq!((attempt.number, attempt.outcome.as_str(), attempt.status_code), (1, "delivered", Some(200)));
    assert_eq!(attempt.response_body.as_deref(), Some("ah!"));

    let requests = scene.receiver.requests_to(HOOK);
    assert_eq!(ids(&requests), BTreeSet::from([Some(outcome.event_id.clone())]));
    let issued = tokens.issued();
    let sent: Vec<_> = requests.iter().map(|request| request.header("authorization").unwrap()).collect();
    assert_eq!(sent, issued.iter().map(|token| format!("Bearer {token}")).collect::<Vec<_>>());
    assert_eq!((sent.len(), tokens.count()), (2, 2));
    assert!(requests.iter().all(|request| request.text() == r#"{"n":1}"#));
    // One attempt, in the row too.
    assert_eq!(scene.event(&outcome.event_id).await?.attempts.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_always_answers_401_is_asked_twice_and_has_rejected_the_event() -> Result<()> {
    let (scene, tokens) = guarded(|_| ()).await?;
    scene.receiver.on(HOOK, Script::status(401).body("never"));
    for deliveries in 1..=2 {
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("receiver_rejected")));
        let [attempt] = &event.attempts[..] else { panic!("{:?}", event.attempts) };
        assert_eq!((attempt.outcome.as_str(), attempt.status_code), ("rejected", Some(401)));
        assert_eq!(attempt.response_body.as_deref(), Some("never"));
        assert_eq!(scene.received_count(), 2 * deliveries);
    }
    // No token is sent a second time that was answered with 401 before.
    assert!((3..=4).contains(&tokens.count()), "{} exchanges", tokens.count());
    Ok(())
}

#[tokio::test]
async fn another_status_than_401_fetches_no_token() -> Result<()> {
    for status in [400, 403, 407, 500] {
        let (scene, tokens) = guarded(|_| ()).await?;
        scene.receiver.on(HOOK, Script::status(status));
        let event = scene.deliver(&Trigger::json("{}")).await?;
        assert_eq!(event.attempts[0].status_code, Some(status));
        assert_eq!((scene.received_count(), tokens.count()), (1, 1), "{status}");
    }
    Ok(())
}

#[tokio::test]
async fn a_401_without_a_token_is_an_answer_like_any_other() -> Result<()> {
    for auth in
        [json!({ "type": "none" }), json!({ "type": "basic", "username": "u", "password": planted("password") })]
    {
        let scene = Scene::with(|draft| draft.set("auth", auth)).await?;
        scene.receiver.on(HOOK, Script::status(401));
        assert_eq!(scene.deliver(&Trigger::json("{}")).await?.reason.as_deref(), Some("receiver_rejected"));
        scene.received()?;
    }
    Ok(())
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced() -> Result<()> {
    let (scene, tokens) = guarded(|_| ()).await?;
    for _ in 0..3 {
        deliver(&scene).await?;
        tokens.revoke_all();
    }
    deliver(&scene).await?;
    let requests = scene.receiver.requests_to(HOOK);
    // Whichever process delivers: one that had a token got 401 once, one that had none did not.
    assert_eq!(ids(&requests).len(), 4);
    assert!((4..=7).contains(&requests.len()), "{} requests", requests.len());
    assert!(tokens.accepts(requests.last().unwrap()));
    Ok(())
}

#[tokio::test]
async fn a_large_payload_arrives_whole_also_the_second_time() -> Result<()> {
    let (scene, tokens) = guarded(|_| ()).await?;
    scene.receiver.on_each(HOOK, [Script::status(401), Script::status(200)]);
    let payload: String = (0..300_000_u32).map(|n| char::from(b'a' + u8::try_from(n % 26).unwrap())).collect();
    let payload = format!("\"{payload}\"");
    let event = scene.deliver(&Trigger::json(payload.clone())).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 1));
    assert!(event.rest.contains_key("payload_s3_key"));
    let requests = scene.receiver.requests_to(HOOK);
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| request.body == payload), "both are the whole payload");
    assert_eq!(tokens.count(), 2);
    Ok(())
}

#[tokio::test]
async fn where_no_second_token_is_to_be_had_the_receivers_401_stands() -> Result<()> {
    let (scene, tokens) = guarded(|_| ()).await?;
    let tokens = std::sync::Arc::new(tokens);
    let failing = std::sync::Arc::clone(&tokens);
    scene.receiver.on(
        HOOK,
        Script::decide(move |_| {
            failing.fails(hookstep_tests::token_failures::invalid_client());
            Script::status(401).body("who?")
        }),
    );
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("receiver_rejected")));
    let attempt = &event.attempts[0];
    assert_eq!((attempt.outcome.as_str(), attempt.status_code), ("rejected", Some(401)));
    assert_eq!(attempt.response_body.as_deref(), Some("who?"));
    assert_eq!((scene.received_count(), tokens.count()), (1, 2));
    Ok(())
}

#[tokio::test]
async fn two_webhooks_have_tokens_of_their_own() -> Result<()> {
    let (first, tokens) = guarded(|_| ()).await?;
    // The same client at the same endpoint.
    let secret = planted("client-secret");
    let other = TokenEndpoint::start(TokenClient::new("other", &secret)).await?;
    let second = Scene::with(|draft| {
        let mut auth = oauth2(&other, &secret, json!({}));
        auth["client_id"] = json!("other");
        draft.set("auth", auth);
    })
    .await?;
    second.receiver.on(HOOK, other.guard(Script::status(200), Script::status(401)));
    deliver(&first).await?;
    deliver(&second).await?;
    assert_eq!((tokens.count(), other.count()), (1, 1));
    assert!(!tokens.accepts(&second.received()?) && other.accepts(&second.received()?));
    Ok(())
}

#[tokio::test]
async fn changed_credentials_ask_for_another_token() -> Result<()> {
    let (scene, first) = guarded(|_| ()).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    deliver(&scene).await?;
    // The same webhook with another client of another endpoint.
    let secret = planted("client-secret");
    let second = TokenEndpoint::start(TokenClient::new("other", &secret).scope("s")).await?;
    let auth = json!({ "token_url": second.url(), "client_id": "other", "client_secret": secret, "scope": "s" });
    api.patch_webhook(id, &json!({ "auth": auth })).await?;
    scene.receiver.on(HOOK, second.guard(Script::status(200), Script::status(403)));
    deliver(&scene).await?;
    assert_eq!((first.count(), second.count(), second.refusals()), (1, 1, vec![]));

    // A wrong secret is wrong at once, whatever token there was; the right one is right at once.
    api.patch_webhook(id, &json!({ "auth": { "client_secret": planted("wrong") } })).await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.reason.as_deref(), Some("token_rejected"), "{event:?}");
    api.patch_webhook(id, &json!({ "auth": { "client_secret": secret } })).await?;
    deliver(&scene).await?;
    // So is a scope that is not granted.
    api.patch_webhook(id, &json!({ "auth": { "scope": "t" } })).await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.reason.as_deref(), Some("token_rejected"), "{event:?}");
    if second.refusals().len() != 2 {
        bail!("{:?}", second.refusals());
    }
    Ok(())
}
