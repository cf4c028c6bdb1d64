//! What receivers answer is kept, bounded.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_tests::{Attempt, Event, Scene, Script, Trigger};
use serde_json::Value;

const MIB: usize = 1_048_576;
/// Of a body, what stays in the row.
const INLINE_MAX: usize = 8_192;
/// Of the headers, names and values together.
const HEADERS_MAX: usize = 8_192;
/// What Step Functions carries at most between two states.
const STATE_MAX_BYTES: usize = 262_144;

/// Delivers to a receiver with this answer, and checks what holds for every answer. The webhook is on the STANDARD machine.
async fn delivered(script: Script) -> Result<(Scene, Event)> {
    let scene = Scene::with(|draft| draft.timeout_seconds = Some(100)).await?;
    scene.receiver.on(hookstep_tests::HOOK, script);
    let event = scene.deliver(&Trigger::json("{}")).await?;
    scene.received()?;
    let execution = event.rest["execution_arn"].as_str().unwrap();
    let largest = scene.hookstep.engine().largest_state_of(execution).await?;
    assert!(largest <= STATE_MAX_BYTES, "a state of {largest} bytes");
    Ok((scene, event))
}

fn only_attempt(event: &Event) -> &Attempt {
    let [attempt] = &event.attempts[..] else { panic!("{:?}", event.attempts) };
    attempt
}

fn headers_size(attempt: &Attempt) -> usize {
    let headers = attempt.response_headers.as_object().unwrap();
    headers.iter().map(|(name, value)| name.len() + value.as_str().unwrap().len()).sum()
}

#[tokio::test]
async fn a_body_of_50_mb_is_cut_and_its_first_mebibyte_can_be_read() -> Result<()> {
    let (_, event) = delivered(Script::status(200).body_of(b'x', 50_000_000)).await?;
    assert_eq!(event.status, "succeeded", "{:?}", event.reason);
    let attempt = only_attempt(&event);
    assert_eq!((attempt.outcome.as_str(), attempt.status_code), ("delivered", Some(200)));
    assert_eq!(attempt.response_truncated, Some(true));
    let body = attempt.response_body.as_deref().unwrap();
    assert_eq!(body.len(), MIB);
    assert!(body.bytes().all(|byte| byte == b'x'));
    assert_eq!(attempt.response_size, Some(MIB as u64));
    Ok(())
}

#[tokio::test]
async fn a_sync_trigger_answers_with_the_first_mebibyte_too() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(500).body_of(0xff, 50_000_000)).await?;
    let answer = scene.trigger_raw(&Trigger::json("{}").and_wait()).await?;
    assert_eq!(answer.status, 200);
    let outcome: Value = answer.json()?;
    assert_eq!((&outcome["status"], &outcome["reason"]), (&"failed".into(), &"receiver_rejected".into()));
    assert_eq!(outcome["attempt"]["response_truncated"], true);
    let body = STANDARD.decode(outcome["attempt"]["response_body"].as_str().unwrap())?;
    assert!(body == vec![0xff; MIB], "{} bytes", body.len());
    Ok(())
}

#[tokio::test]
async fn a_body_of_exactly_a_mebibyte_is_whole() -> Result<()> {
    let (_, event) = delivered(Script::status(200).body_of(b'x', MIB as u64)).await?;
    let attempt = only_attempt(&event);
    assert_eq!((attempt.response_truncated, attempt.response_size), (Some(false), Some(MIB as u64)));
    Ok(())
}

#[tokio::test]
async fn a_body_goes_to_the_bucket_when_it_is_too_large_for_the_row() -> Result<()> {
    for (length, stored) in [(INLINE_MAX, false), (INLINE_MAX + 1, true), (9_000, true)] {
        let body = "0123456789".repeat(length / 10 + 1)[..length].to_owned();
        let scene = Scene::where_receiver(Script::status(200).body(body.clone())).await?;
        let answer = scene.trigger_raw(&Trigger::json("{}").and_wait()).await?;
        let outcome: Value = answer.json()?;
        // The answer and the row show it whole, wherever it is.
        assert_eq!(outcome["attempt"]["response_body"], body);
        assert_eq!(outcome["attempt"]["response_body_encoding"], "utf8");
        let event = scene.event(outcome["event_id"].as_str().unwrap()).await?;
        let attempt = only_attempt(&event);
        assert_eq!(attempt.response_body.as_deref(), Some(body.as_str()));
        assert_eq!(attempt.response_truncated, Some(false));
        let key = stored.then(|| format!("responses/default/{}/{}/1", scene.webhook.config_id, event.event_id));
        assert_eq!(attempt.response_s3_key, key, "{length}");

        // A list shows no bodies.
        let listed = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
        assert_eq!(only_attempt(&listed.data[0]).response_body, None);
        assert!(only_attempt(&listed.data[0]).response_headers.is_null());
    }
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_not_text_is_shown_as_base64() -> Result<()> {
    // In the row, and in the bucket.
    for repeated in [1, 100] {
        let body: Vec<u8> = (0..=255).collect::<Vec<u8>>().repeat(repeated);
        let scene = Scene::where_receiver(Script::status(200).body(body.clone())).await?;
        let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
        let event = scene.event(&outcome.event_id).await?;
        for attempt in [&outcome.attempt.unwrap(), only_attempt(&event)] {
            assert_eq!(attempt.response_body_encoding.as_deref(), Some("base64"));
            assert!(STANDARD.decode(attempt.response_body.as_deref().unwrap())? == body);
        }
    }
    Ok(())
}

#[tokio::test]
async fn text_with_control_characters_and_of_any_language_comes_back_as_it_was() -> Result<()> {
    for (body, encoding) in [
        ("line\r\n\ttab \" \\ \u{1f980} \u{2028}", "utf8"),
        ("bell\u{7}", "base64"),
        ("\u{0}", "base64"),
        ("\u{85}", "base64"),
        ("", "utf8"),
    ] {
        let scene = Scene::where_receiver(Script::status(200).body(body)).await?;
        let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
        let attempt = outcome.attempt.unwrap();
        assert_eq!(attempt.response_body_encoding.as_deref(), Some(encoding), "{body:?}");
        let shown = attempt.response_body.unwrap();
        let text = if encoding == "utf8" { shown } else { String::from_utf8(STANDARD.decode(shown)?)? };
        assert_eq!(text, body);
    }
    Ok(())
}

#[tokio::test]
async fn ninety_headers_are_kept_whole() -> Result<()> {
    let script = (0..90).fold(Script::status(200), |script, n| script.header(&format!("x-{n:03}"), n.to_string()));
    let (_, event) = delivered(script).await?;
    let attempt = only_attempt(&event);
    assert_eq!(attempt.response_truncated, Some(false));
    assert_eq!(attempt.response_headers.as_object().unwrap().len(), 91);
    assert_eq!(attempt.response_headers["x-089"], "89");
    Ok(())
}

#[tokio::test]
async fn a_header_of_60_kb_is_cut() -> Result<()> {
    let script = Script::status(200).header("x-first", "1").header("x-huge", "\"".repeat(60_000)).body("ok");
    let (_, event) = delivered(script).await?;
    assert_eq!(event.status, "succeeded", "{:?}", event.reason);
    let attempt = only_attempt(&event);
    assert_eq!(attempt.response_truncated, Some(true));
    assert_eq!(attempt.response_headers["x-first"], "1");
    let huge = attempt.response_headers["x-huge"].as_str().unwrap();
    assert!(huge.len() > HEADERS_MAX / 2 && huge.bytes().all(|byte| byte == b'"'), "{} bytes", huge.len());
    assert!(headers_size(attempt) <= HEADERS_MAX, "{} bytes", headers_size(attempt));
    assert_eq!(attempt.response_body.as_deref(), Some("ok"));
    Ok(())
}

#[tokio::test]
async fn of_nine_hundred_headers_the_first_hundred_are_kept() -> Result<()> {
    let script = (0..900).fold(Script::status(200), |script, n| script.header(&format!("x-{n:04}"), "v"));
    let (_, event) = delivered(script.body("ok")).await?;
    assert_eq!(event.status, "succeeded", "{:?}", event.reason);
    let attempt = only_attempt(&event);
    assert_eq!(attempt.response_truncated, Some(true));
    assert_eq!(attempt.response_headers.as_object().unwrap().len(), 100);
    assert_eq!(attempt.response_body.as_deref(), Some("ok"));
    Ok(())
}

/// The HTTP client reads a thousand header lines, and no answer with more. Nothing of such an answer gets in.
#[tokio::test]
async fn two_thousand_headers_are_more_than_an_answer_may_have() -> Result<()> {
    let script = (0..2000).fold(Script::status(200), |script, n| script.header(&format!("x-{n:04}"), "v"));
    let (_, event) = delivered(script.body("ok")).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("invalid_response")), "{event:?}");
    let attempt = only_attempt(&event);
    assert_eq!((attempt.outcome.as_str(), attempt.status_code), ("unreachable", None));
    Ok(())
}

#[tokio::test]
async fn bytes_of_headers_that_are_not_ascii_are_replaced() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(200).header("x-name", "caf\u{e9}\tx").body("ok")).await?;
    let outcome = scene.trigger(&Trigger::json("{}").and_wait()).await?;
    assert_eq!(outcome.attempt.unwrap().response_headers["x-name"], "caf???x");
    Ok(())
}

#[tokio::test]
async fn the_largest_request_with_the_largest_answer_fits_into_an_execution() -> Result<()> {
    // Everything that a state can hold, at its limit, in the characters that grow most as JSON.
    let scene = Scene::with(|draft| {
        draft.timeout_seconds = Some(100);
        draft.headers.insert("x-wide".to_owned(), "\"".repeat(8_000));
        draft.event_name = Some("\"".repeat(255));
    })
    .await?;
    let script = Script::status(500).header("x-wide", "\\".repeat(8_000)).body("\u{e9}".repeat(INLINE_MAX / 2));
    scene.receiver.on(hookstep_tests::HOOK, script);
    let trigger = Trigger {
        correlation_id: Some("\"".repeat(255)),
        content_type: Some("\\".repeat(255)),
        ..Trigger::json("\u{e9}".repeat(1365))
    };
    let event = scene.deliver(&trigger).await?;
    assert_eq!(event.reason.as_deref(), Some("receiver_rejected"), "{event:?}");
    let attempt = only_attempt(&event);
    assert_eq!(attempt.response_body.as_deref().map(str::len), Some(INLINE_MAX));
    assert_eq!((&attempt.response_s3_key, attempt.response_truncated), (&None, Some(false)));
    let execution = event.rest["execution_arn"].as_str().unwrap();
    let largest = scene.hookstep.engine().largest_state_of(execution).await?;
    assert!((50_000..=STATE_MAX_BYTES).contains(&largest), "a state of {largest} bytes");
    Ok(())
}
