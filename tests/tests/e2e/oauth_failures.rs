//! Token endpoints that fail: each its own reason, the receiver sees nothing, and no secret is told.

use std::time::Duration;

use anyhow::{Context as _, Result};
use hookstep_local::tls::TlsIdentity;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Event, HOOK, Receiver, Scene, Script, TokenClient, TokenEndpoint, Trigger, token_failures};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::oauth::{guarded, oauth2};
use crate::support::set_token_url;

/// The outcome, the reason, and what the detail ends with.
type Expected = (&'static str, &'static str, &'static str);

const INVALID: &str = "token_invalid";
const REJECTED: &str = "token_rejected";
const ODD: &str = "its answer is not that of a token endpoint";

/// Triggers in both modes and expects that the event failed like this, with nothing sent. Returns the last row.
async fn assert_fails(scene: &Scene, (outcome, reason, ending): Expected) -> Result<Event> {
    let answer = scene.trigger_raw(&Trigger::json("{}").and_wait()).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    let answered: Value = answer.json()?;
    let detail = answered["reason_detail"].as_str().context("no detail")?.to_owned();
    assert_eq!((&answered["status"], &answered["reason"]), (&"failed".into(), &reason.into()), "{answered}");
    assert!(detail.ends_with(ending), "{detail}");
    assert_eq!(answered["attempt"]["error"]["message"], detail);
    assert!(answered["attempt"].get("status_code").is_none(), "{answered}");

    let row = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((row.status.as_str(), row.reason.as_deref()), ("failed", Some(reason)), "{row:?}");
    assert_eq!(row.rest["reason_detail"].as_str(), Some(detail.as_str()));
    let [attempt] = &row.attempts[..] else { panic!("{:?}", row.attempts) };
    let error = attempt.error.as_ref().context("no error")?;
    assert_eq!((attempt.outcome.as_str(), attempt.status_code, error.code.as_str()), (outcome, None, reason));
    assert_eq!(scene.received_count(), 0);

    let path = format!("/webhook/{}/events/{}", scene.webhook.config_id, row.event_id);
    let shown = scene.hookstep.api.send(scene.hookstep.api.request(Method::GET, &path)).await?;
    for told in [answered.to_string(), String::from_utf8_lossy(&shown.body).into_owned()] {
        assert!(!told.contains(hookstep_local::secrets::MARKER), "{told}");
    }
    Ok(row)
}

#[tokio::test]
async fn every_answer_that_is_no_token_has_its_reason() -> Result<()> {
    let elsewhere = Receiver::start().await?;
    let error = |status: u16, body: Value| Script::status(status).body(body.to_string());
    let answers: Vec<(Script, Expected)> = vec![
        (token_failures::invalid_client(), ("unreachable", REJECTED, "it answered 401 (invalid_client)")),
        (token_failures::bad_request("invalid_scope"), ("unreachable", REJECTED, "it answered 400 (invalid_scope)")),
        (token_failures::bad_request("invalid_grant"), ("unreachable", REJECTED, "it answered 400 (invalid_grant)")),
        // What is no code of RFC 6749 may hold anything.
        (token_failures::bad_request("tenant_1_is_locked"), ("unreachable", REJECTED, "it answered 400")),
        (error(403, json!({ "error": { "code": "invalid_client" } })), ("unreachable", REJECTED, "it answered 403")),
        (error(429, json!([])), ("unreachable", REJECTED, "it answered 429")),
        (token_failures::server_error(), ("unreachable", REJECTED, "it answered 500")),
        (Script::status(204), ("unreachable", INVALID, ODD)),
        (token_failures::redirect(&elsewhere.url("/token")), ("unreachable", REJECTED, "it answered 307")),
        (token_failures::not_json(), ("unreachable", INVALID, ODD)),
        (token_failures::without_token(), ("unreachable", INVALID, "its answer holds no `access_token`")),
        (error(200, json!([1])), ("unreachable", INVALID, ODD)),
        (error(200, json!({ "access_token": "" })), ("unreachable", INVALID, "its answer holds no `access_token`")),
        (error(200, json!({ "access_token": 7 })), ("unreachable", INVALID, ODD)),
        (error(200, json!({ "access_token": "a".repeat(8_193) })), ("unreachable", INVALID, "can't stand in a header")),
        (token_failures::unusable_token(), ("unreachable", INVALID, "can't stand in a header")),
        (
            error(200, json!({ "access_token": "a", "token_type": "mac" })),
            ("unreachable", INVALID, "Hookstep knows no other"),
        ),
        (token_failures::huge(), ("unreachable", INVALID, "its answer is too long")),
        (token_failures::closes(), ("unreachable", "token_unreachable", "connection_closed")),
        (
            Script::status(200).body(r#"{"access_token":"a"#).closing_mid_body(),
            ("unreachable", "token_unreachable", "response_incomplete"),
        ),
    ];
    let (scene, tokens) = guarded(|_| ()).await?;
    for (exchanges, (script, expected)) in (1..).zip(answers) {
        tokens.fails(script);
        assert_fails(&scene, expected).await?;
        assert_eq!(tokens.count(), 2 * exchanges, "{expected:?}");
    }
    assert!(elsewhere.requests().is_empty(), "the credentials were sent elsewhere");

    // A failure is not kept.
    tokens.recovers();
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    Ok(())
}

#[tokio::test]
async fn an_endpoint_that_refuses_the_credentials_has_seen_them_once_a_delivery() -> Result<()> {
    let tokens = TokenEndpoint::start(TokenClient::new("client", &planted("right"))).await?;
    let scene = Scene::with(|draft| draft.set("auth", oauth2(&tokens, &planted("wrong"), json!({})))).await?;
    assert_fails(&scene, ("unreachable", REJECTED, "it answered 401 (invalid_client)")).await?;
    assert_eq!((tokens.count(), tokens.refusals().len()), (2, 2));
    Ok(())
}

/// A webhook whose token endpoint is at this URL.
async fn with_token_url(url: &str) -> Result<Scene> {
    let auth = json!({
        "type": "oauth2_client_credentials", "token_url": url, "client_id": "c", "client_secret": planted("client-secret"),
    });
    Scene::with(|draft| draft.set("auth", auth)).await
}

#[tokio::test]
async fn an_endpoint_at_an_address_that_is_not_allowed_is_not_asked() -> Result<()> {
    for url in [
        "http://10.0.0.1/token",
        "http://169.254.169.254/latest/api/token",
        "http://[::1]/token",
        "http://[::ffff:a00:1]/token",
        "http://0x0a000001/token",
        "https://192.168.1.1/token",
    ] {
        // Saved when the operator still allowed it.
        let scene = with_token_url("https://id.example/token").await?;
        set_token_url(&scene.hookstep, &scene.webhook, url).await?;
        let row = assert_fails(&scene, ("refused", "token_address_not_allowed", "may reach")).await?;
        assert!(row.attempts[0].duration_ms < 5_000, "{url}");
    }
    Ok(())
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_unreachable() -> Result<()> {
    let closed = TcpSocket::new_v4()?;
    closed.bind(([127, 0, 0, 1], 0).into())?;
    let url = format!("http://{}/token", closed.local_addr()?);
    assert_fails(&with_token_url(&url).await?, ("unreachable", "token_unreachable", "connection_refused")).await?;
    let scene = with_token_url("http://nobody.invalid/token").await?;
    assert_fails(&scene, ("unreachable", "token_unreachable", "dns_failure")).await?;
    Ok(())
}

#[tokio::test]
async fn an_endpoint_whose_certificate_nobody_vouches_for_gets_no_credentials() -> Result<()> {
    let secret = planted("client-secret");
    let tokens =
        TokenEndpoint::start_tls(TokenClient::new("c", &secret), TlsIdentity::self_signed(&["127.0.0.1"])?).await?;
    let scene = Scene::with(|draft| draft.set("auth", oauth2(&tokens, &secret, json!({})))).await?;
    assert_fails(&scene, ("unreachable", "token_unreachable", "tls_failure")).await?;
    assert_eq!(tokens.count(), 0);
    Ok(())
}

#[tokio::test]
async fn an_endpoint_that_never_answers_takes_no_longer_than_the_webhook_may() -> Result<()> {
    let (scene, tokens) = guarded(|draft| draft.timeout_seconds = Some(2)).await?;
    tokens.fails(token_failures::never());
    let row = assert_fails(&scene, ("timed_out", "token_timeout", "in time")).await?;
    let taken = row.attempts[0].duration_ms;
    assert!((1_900..9_000).contains(&taken), "{taken} ms");
    Ok(())
}

#[tokio::test]
async fn an_endpoint_that_never_answers_is_given_up_after_10_s() -> Result<()> {
    let (scene, tokens) = guarded(|draft| draft.timeout_seconds = Some(60)).await?;
    tokens.fails(token_failures::never());
    let row = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(row.reason.as_deref(), Some("token_timeout"), "{row:?}");
    let taken = row.attempts[0].duration_ms;
    assert!((9_900..30_000).contains(&taken), "{taken} ms");
    assert_eq!((scene.received_count(), tokens.count()), (0, 1));
    Ok(())
}

#[tokio::test]
async fn the_exchange_takes_its_time_from_the_webhooks() -> Result<()> {
    let (scene, tokens) = guarded(|draft| draft.timeout_seconds = Some(10)).await?;
    tokens.delays(Duration::from_secs(8));
    scene.receiver.on(HOOK, Script::never());
    let row = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((row.reason.as_deref(), scene.received_count()), (Some("first_byte_timeout"), 1), "{row:?}");
    let moment = |name: &str| row.rest[name].as_str().unwrap().parse::<Timestamp>();
    let taken = moment("updated_at")?.duration_since(moment("created_at")?).as_secs();
    // Of 10 s, 2 were left for the receiver.
    assert!((9..16).contains(&taken), "{taken} s");
    Ok(())
}
