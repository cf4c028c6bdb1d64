//! The largest state that a leg can have stays below what Step Functions carries. A state over that kills the execution, and no `Catch` takes
//! `States.DataLimitExceeded`: the row would stay in progress.

use anyhow::Result;
use bytes::Bytes;
use hookstep_core::limits::{
    AUTH_MAX_BYTES, EVENT_NAME_MAX_CHARS, EXPRESSION_MAX_BYTES, HEADERS_MAX_BYTES, INLINE_PAYLOAD_CEILING_BYTES,
    RESPONSE_HEADERS_MAX_BYTES, RESPONSE_HEADERS_MAX_COUNT, RESPONSE_INLINE_MAX_BYTES, SEALED_MAX_BYTES,
    STATE_MAX_BYTES, TOKEN_MAX_BYTES, URL_MAX_BYTES,
};
use hookstep_core::payload::{Payload, fits_inline};
use hookstep_core::shape::Expression;
use hookstep_tests::{NewWebhook, Script};
use serde_json::{Map, Value, json};

use crate::interpreter::Faults;
use crate::path::{Leg, Path};

/// At which Step Functions cuts the cause of an error, in characters.
const CAUSE_MAX_CHARS: usize = 32_768;

/// As much of `unit`, over and over, as passes.
fn largest(unit: &[u8], passes: impl Fn(&[u8]) -> bool) -> Bytes {
    let (mut fits, mut too_many) = (0, STATE_MAX_BYTES);
    while too_many - fits > 1 {
        let middle = usize::midpoint(fits, too_many);
        if passes(&unit.repeat(middle)) { fits = middle } else { too_many = middle }
    }
    unit.repeat(fits).into()
}

/// A header value that doubles its length in JSON.
fn quotes(bytes: usize) -> String {
    "\"".repeat(bytes)
}

/// The receiver's token endpoint.
const TOKENS: &str = "/tokens";

/// A webhook whose config is as large as one may be.
fn large(webhook: &mut NewWebhook) {
    let token_url = webhook.url.replace(hookstep_tests::HOOK, TOKENS);
    let room = URL_MAX_BYTES - webhook.url.len() - 1;
    webhook.url = format!("{}?{}", webhook.url, "u".repeat(room));
    let (shown, hidden) = (48, 2);
    let mut headers = Map::new();
    for number in 0..shown {
        let name = format!("x-{number:02}");
        let room = HEADERS_MAX_BYTES / shown - name.len();
        headers.insert(name, quotes(room).into());
    }
    // As much as is sealed to a little less than what a state has room for: quotes take two bytes of it.
    for (number, secret) in ["k".repeat(4_096), quotes(1_700)].into_iter().enumerate().take(hidden) {
        headers.insert(format!("h-{number}"), json!({ "secret": secret }));
    }
    webhook.set("headers", headers);
    let mut auth = json!({
        "type": "oauth2_client_credentials", "token_url": format!("{token_url}?{}", "t".repeat(1_500)), "client_id": "c",
        "scope": "s".repeat(1_000), "audience": "a".repeat(1_000),
    });
    // What is shown of it and not given.
    let rest = r#","client_authentication":"header","client_secret_set":false,"http_method":"POST","headers":{},"query":{},"body":{}"#;
    let room = AUTH_MAX_BYTES - auth.to_string().len() - rest.len() - r#""x":"""#.len();
    auth["body"] = json!({ "x": quotes(room / 2) });
    auth["client_secret"] = "k".repeat(4_096).into();
    webhook.set("auth", auth);
}

/// The sizes of what a state holds to authenticate with: the ciphertext and the rest.
fn credentials(history: &[Value]) -> (usize, usize) {
    let inputs = history.iter().filter_map(|event| event["stateEnteredEventDetails"]["input"].as_str());
    let states = inputs.filter_map(|text| serde_json::from_str::<Value>(text).ok());
    let sizes = states.map(|state| {
        let target = &state["target"];
        (target["sealed"].as_str().map_or(0, str::len), target["auth"].to_string().len())
    });
    sizes.max().unwrap_or_default()
}

/// An answer of which as much is kept in the row as can be.
fn large_answer(body: Bytes) -> Script {
    // The receiver itself adds content-length.
    let headers = RESPONSE_HEADERS_MAX_COUNT - 1;
    let room = (RESPONSE_HEADERS_MAX_BYTES - "content-length".len() - "8192".len()) / headers;
    (0..headers).fold(Script::status(500).body(body), |script, number| {
        let name = format!("x-{number:02}");
        let value = quotes(room - name.len());
        script.header(&name, value)
    })
}

/// The size of JSON in bytes, as UTF-8 and with everything outside ASCII escaped.
fn sizes(value: &Value) -> (usize, usize) {
    let text = value.to_string();
    let escaped = text.chars().map(|c| if c.is_ascii() { 1 } else { 6 * c.len_utf16() }).sum();
    (text.len(), escaped)
}

/// The largest input or output in the history, of states, tasks and their parameters.
fn largest_state(history: &[Value]) -> (usize, usize) {
    let details = history.iter().filter_map(Value::as_object).flat_map(|event| event.values());
    let texts = details.flat_map(|details| ["input", "output", "parameters"].map(|field| details[field].as_str()));
    let states = texts.flatten().filter_map(|text| serde_json::from_str(text).ok());
    states.map(|state| sizes(&state)).fold((0, 0), |(a, b), (c, d)| (a.max(c), b.max(d)))
}

/// The longest cause in the history.
fn longest_cause(history: &[Value]) -> usize {
    let causes = history.iter().filter_map(|event| event["taskFailedEventDetails"]["cause"].as_str());
    causes.map(|cause| cause.chars().count()).max().unwrap_or(0)
}

/// A leg with everything at its largest, with text of this kind, on which `UpdateStatus` and `HandleException` fail with the longest causes.
async fn worst_leg(unit: &[u8]) -> Result<()> {
    let payload = largest(unit, |bytes| fits_inline(bytes, INLINE_PAYLOAD_CEILING_BYTES));
    worst_leg_of(payload, unit, large).await
}

/// The same with this payload, to a webhook like this.
async fn worst_leg_of(payload: Bytes, unit: &[u8], large: impl FnOnce(&mut NewWebhook)) -> Result<()> {
    let body = largest(unit, |bytes| bytes.len() <= RESPONSE_INLINE_MAX_BYTES);
    // As JSON in the cause, each quote takes two characters.
    let envelope = r#"{"errorMessage": "", "errorType": "InputInvalid"}"#.len();
    let times = ((CAUSE_MAX_CHARS - envelope) / 2).to_string();
    let faults = Faults::none()
        .broken("StatusUpdateFunctionArn", &[("FAULT", "InputInvalid"), ("MESSAGE", "\""), ("MESSAGE_TIMES", &times)]);
    let path = Path::with(large).await?.where_machine(faults);
    let hook = path.scene.webhook.url.clone();
    let hook = hook.split('?').next().and_then(|url| url.rsplit_once('/')).map(|(_, path)| format!("/{path}"));
    path.scene.receiver.on(&hook.unwrap_or_default(), large_answer(body.clone()));
    path.scene.receiver.on(TOKENS, Script::status(200).body(r#"{"access_token":"token-of-a-test","expires_in":60}"#));

    path.each(async |leg| {
        leg.event.payload = Payload::Inline(payload.clone());
        leg.event.event_name = Some("🪝".repeat(EVENT_NAME_MAX_CHARS));
        leg.event.content_type = Some(quotes(TOKEN_MAX_BYTES));
        leg.event.correlation_id = Some(quotes(TOKEN_MAX_BYTES));
        let (ended, history) = leg.execute().await?;
        assert_eq!(ended["status"], "FAILED");
        let (sealed, auth) = credentials(&history);
        assert!((SEALED_MAX_BYTES * 15 / 16..=SEALED_MAX_BYTES).contains(&sealed), "{sealed} bytes are sealed");
        assert!((AUTH_MAX_BYTES * 15 / 16..=AUTH_MAX_BYTES).contains(&auth), "{auth} bytes of authentication");
        let (utf8, escaped) = largest_state(&history);
        let cause = longest_cause(&history);
        assert!(cause > CAUSE_MAX_CHARS - 100, "the cause has only {cause} characters");
        assert!(utf8 < STATE_MAX_BYTES && escaped < STATE_MAX_BYTES, "{utf8} bytes as UTF-8, {escaped} escaped");
        // So that this does not pass by looking at too little.
        assert!(escaped > STATE_MAX_BYTES / 4 * 3, "{escaped} bytes are not the worst");
        left_by_record_failure(leg).await
    })
    .await?;
    Ok(())
}

async fn left_by_record_failure(leg: &Leg<'_>) -> Result<Value> {
    let row = leg.row().await?.unwrap_or_default();
    let text = |name: &str| row.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    assert_eq!((text("status").as_str(), text("reason").as_str()), ("in_progress", "internal_error"));
    let input: Value = serde_json::from_str(&text("lost_input"))?;
    assert_eq!(input["event_id"], leg.event.key.event_id.as_str());
    Ok(Value::Null)
}

#[tokio::test]
async fn the_largest_leg_of_quotes_fits() -> Result<()> {
    worst_leg(b"\"").await
}

#[tokio::test]
async fn the_largest_leg_of_binary_fits() -> Result<()> {
    worst_leg(&[0xff, 0, 1]).await
}

#[tokio::test]
async fn the_largest_leg_of_text_outside_ascii_fits() -> Result<()> {
    worst_leg("é".as_bytes()).await
}

#[tokio::test]
async fn the_largest_leg_of_text_outside_the_basic_plane_fits() -> Result<()> {
    worst_leg("🪝".as_bytes()).await
}

/// What is transformed has to be JSON: a string of quotes. The expression is as long as one may be, and takes it as it is.
#[tokio::test]
async fn the_largest_leg_with_a_transformation_fits() -> Result<()> {
    let string = |inside: &[u8]| [b"\"", inside, b"\""].concat();
    let inside = largest(b"\\\"", |bytes| fits_inline(&string(bytes), INLINE_PAYLOAD_CEILING_BYTES));
    let expression = |filling: usize| format!("payload /* {} */", quotes(filling));
    let filling = (0..EXPRESSION_MAX_BYTES).rev().find(|filling| Expression::new(&expression(*filling)).is_some());
    let expression = expression(filling.unwrap_or_default());
    assert!(json!(expression).to_string().len() > EXPRESSION_MAX_BYTES - 2, "{} bytes", expression.len());
    worst_leg_of(string(&inside).into(), b"\"", |webhook| {
        large(webhook);
        webhook.set("event_name", quotes(TOKEN_MAX_BYTES));
        webhook.set("payload_format", "standard_webhooks");
        webhook.set("transformation", expression);
    })
    .await
}

#[tokio::test]
async fn an_answer_far_over_every_limit_hardly_shows_in_the_state() -> Result<()> {
    let path = Path::new().await?;
    // More headers than a hundred are no answer to the HTTP client.
    let script = (0..90).fold(Script::status(200).body_of(b'x', 3_000_000), |script, number| {
        script.header(&format!("x-{number:02}"), quotes(1_000))
    });
    path.scene.receiver.on(hookstep_tests::HOOK, script);
    path.each(async |leg| {
        let (ended, history) = leg.execute().await?;
        assert_eq!(ended["status"], "SUCCEEDED");
        let (utf8, escaped) = largest_state(&history);
        println!("{}: {utf8} bytes as UTF-8, {escaped} escaped", leg.interpreter.name);
        assert!(escaped < 2 * RESPONSE_HEADERS_MAX_BYTES + 4_096, "{escaped} bytes");
        assert!(escaped > 2 * RESPONSE_HEADERS_MAX_BYTES - 1_000, "{escaped} bytes: the headers are not there");
        let row = leg.row().await?.unwrap_or_default();
        let attempt = row.get("attempts").and_then(|attempts| attempts.as_l().ok()?.first()?.as_m().ok());
        let size = attempt.and_then(|attempt| attempt.get("response_size")?.as_n().ok()).map(String::as_str);
        assert_eq!(size, Some("1048576"));
        Ok(Value::Null)
    })
    .await?;
    Ok(())
}
