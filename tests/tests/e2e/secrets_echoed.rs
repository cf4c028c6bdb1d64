//! Receivers that repeat what they were sent: answers are stored and shown, so a secret in one is blotted out.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_local::secrets::{MARKER, Needles};
use hookstep_tests::secrets::{planted, planted_with};
use hookstep_tests::{HOOK, ReceivedRequest, Scene, Script, TokenClient, TokenEndpoint, Trigger};
use reqwest::Method;
use serde_json::{Value, json};

use crate::oauth::oauth2;

const BLOT: &str = "[redacted]";

/// Answers with this of the request, as the body and in a header.
fn echo(what: impl Fn(&ReceivedRequest) -> String + Send + Sync + 'static) -> Script {
    Script::decide(move |request| {
        let text = what(request);
        let line: String = text.chars().filter(|c| (' '..='~').contains(c)).collect();
        Script::status(418).header("x-echo", line).body(format!("<<{text}>>"))
    })
}

/// Delivers to this receiver, and expects that what is kept of its answer is blotted, wherever it is looked at.
async fn assert_blotted(scene: &Scene, script: Script) -> Result<String> {
    scene.receiver.on(HOOK, script);
    let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
    let attempt = outcome.attempt.unwrap();
    assert_eq!(attempt.status_code, Some(418));
    let path = format!("/webhook/{}/events/{}", scene.webhook.config_id, outcome.event_id);
    let answer = scene.hookstep.api.send(scene.hookstep.api.request(Method::GET, &path)).await?;
    let row: Value = answer.json()?;
    let told = row["attempts"][0].to_string();
    for told in [&told, &attempt.response_headers.to_string(), attempt.response_body.as_ref().unwrap()] {
        assert!(told.contains(BLOT), "{told}");
    }
    for told in [
        answer.body.as_ref(),
        attempt.response_headers.to_string().as_bytes(),
        attempt.response_body.as_ref().unwrap().as_bytes(),
    ] {
        let found = Needles::marker().find(told);
        assert!(found.is_empty(), "{found:?}");
    }
    Ok(attempt.response_body.unwrap())
}

async fn scene_with(auth: Value) -> Result<Scene> {
    Scene::with(|draft| draft.set("auth", auth)).await
}

#[tokio::test]
async fn credentials_in_the_header_are_blotted_out_of_an_answer() -> Result<()> {
    let authorization = || echo(|request| request.header("authorization").unwrap_or_default());
    let basic = scene_with(json!({ "type": "basic", "username": "u", "password": planted("password") })).await?;
    assert_eq!(assert_blotted(&basic, authorization()).await?, format!("<<{BLOT}>>"));
    // Without its scheme, and decoded.
    let bare = echo(|request| request.header("authorization").unwrap().replace("Basic ", ""));
    assert_eq!(assert_blotted(&basic, bare).await?, format!("<<{BLOT}>>"));
    let decoded = echo(|request| {
        let header = request.header("authorization").unwrap();
        String::from_utf8(STANDARD.decode(header.strip_prefix("Basic ").unwrap()).unwrap()).unwrap()
    });
    assert_eq!(assert_blotted(&basic, decoded).await?, format!("<<u:{BLOT}>>"));

    let key = json!({ "type": "api_key", "in": "header", "name": "x-key", "value": planted("key") });
    let key = scene_with(key).await?;
    let header = echo(|request| format!("{0} and {0}", request.header("x-key").unwrap_or_default()));
    assert_eq!(assert_blotted(&key, header).await?, format!("<<{BLOT} and {BLOT}>>"));

    let hidden = Scene::with(|draft| {
        draft.set("headers", json!({ "x-hidden": { "secret": planted("hidden") }, "x-open": "open-value" }));
    })
    .await?;
    let header =
        echo(|request| format!("{} {}", request.header("x-hidden").unwrap(), request.header("x-open").unwrap()));
    assert_eq!(assert_blotted(&hidden, header).await?, format!("<<{BLOT} open-value>>"));
    Ok(())
}

#[tokio::test]
async fn a_key_in_the_query_is_blotted_out_as_it_is_and_as_it_is_written_there() -> Result<()> {
    for tail in ["", " &=+%/\"\\"] {
        let value = planted_with("key", tail);
        let scene = scene_with(json!({ "type": "api_key", "in": "query", "name": "key", "value": value })).await?;
        // As pages for "not found" do.
        let body = assert_blotted(&scene, echo(|request| request.target.clone())).await?;
        assert!(body.starts_with("<</hook?key=") && !body.contains(MARKER), "{body}");
        let decoded = echo(|request| {
            let url = reqwest::Url::parse(&format!("http://receiver.example{}", request.target)).unwrap();
            url.query_pairs().map(|(_, value)| value.into_owned()).collect()
        });
        assert_eq!(assert_blotted(&scene, decoded).await?, format!("<<{BLOT}>>"));
    }
    Ok(())
}

#[tokio::test]
async fn a_secret_is_blotted_out_of_json_too() -> Result<()> {
    let value = planted_with("key", "\"\\/");
    let scene = scene_with(json!({ "type": "api_key", "in": "header", "name": "x-key", "value": value })).await?;
    let as_json = echo(|request| json!({ "headers": { "x-key": request.header("x-key") } }).to_string());
    let body = assert_blotted(&scene, as_json).await?;
    let inner = body.strip_prefix("<<").and_then(|rest| rest.strip_suffix(">>")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(inner)?, json!({ "headers": { "x-key": BLOT } }));
    Ok(())
}

#[tokio::test]
async fn a_token_is_blotted_out_also_of_the_answer_to_the_second_try() -> Result<()> {
    let secret = planted("client");
    let tokens = TokenEndpoint::start(TokenClient::new("client:1 &+%/", &secret)).await?;
    let scene = scene_with(oauth2(&tokens, &secret, json!({}))).await?;
    let authorization = || echo(|request| request.header("authorization").unwrap_or_default());
    assert_eq!(assert_blotted(&scene, authorization()).await?, format!("<<{BLOT}>>"));
    // The first token is echoed with the second.
    let seen = std::sync::Mutex::new(Vec::new());
    let both = Script::decide(move |request| {
        let mut seen = seen.lock().unwrap();
        seen.push(request.header("authorization").unwrap());
        if seen.len() == 1 {
            return Script::status(401);
        }
        Script::status(418).header("x-echo", seen.join(" ")).body(seen.join(" "))
    });
    assert_blotted(&scene, both).await?;
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_kept_in_the_bucket_is_blotted_too() -> Result<()> {
    let value = planted("key");
    let scene = scene_with(json!({ "type": "api_key", "in": "header", "name": "x-key", "value": value })).await?;
    // A header of that length would be cut.
    let long = Script::decide(move |request| {
        let body = format!("{0}{1}{0}{1}", "a".repeat(50_000), request.header("x-key").unwrap());
        Script::status(418).header("x-echo", request.header("x-key").unwrap()).body(body)
    });
    let body = assert_blotted(&scene, long).await?;
    assert_eq!(body, format!("{0}{BLOT}{0}{BLOT}", "a".repeat(50_000)));
    let listed = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
    let row = scene.event(&listed.data[0].event_id).await?;
    let object = row.attempts[0].response_s3_key.as_deref().unwrap();
    let engine = scene.hookstep.engine();
    let kept = engine.s3.get_object().bucket(&scene.hookstep.stack.payload_bucket).key(object).send().await?;
    assert!(Needles::marker().find(&kept.body.collect().await?.into_bytes()).is_empty());
    Ok(())
}

#[tokio::test]
async fn what_is_no_secret_stays_as_it_came() -> Result<()> {
    let scene =
        scene_with(json!({ "type": "basic", "username": "user-name", "password": planted("password") })).await?;
    scene.receiver.on(HOOK, Script::status(200).header("x-user", "user-name").body("Basic user-name: Bearer"));
    let attempt = scene.trigger(&Trigger::json("{}").and_wait()).await?.attempt.unwrap();
    assert_eq!(attempt.response_body.as_deref(), Some("Basic user-name: Bearer"));
    assert_eq!(attempt.response_headers["x-user"], "user-name");
    Ok(())
}
