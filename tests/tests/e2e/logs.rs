//! What the functions log: ids, codes, counts and durations, and nothing of a payload, a header or an answer.

use anyhow::Result;
use hookstep_local::deploy::STACK_NAME;
use hookstep_tests::{HOOK, Hookstep, Scene, Script, Trigger, until};
use hookstep_tests::{Receiver, SOON};
use serde_json::Value;

/// The functions of the path that have a line for each delivery.
const PATH_FUNCTIONS: [&str; 3] = ["trigger", "deliver", "status-update"];

/// In everything that a delivery carries.
const MARKERS: [&str; 7] = [
    "marker-in-the-payload",
    "marker-in-a-header",
    "marker-in-the-answer",
    "marker-in-an-answers-header",
    "marker-in-the-query",
    "marker-in-the-idempotency-key",
    "marker-in-a-refused-field",
];

fn group(function: &str) -> String {
    format!("/aws/lambda/{STACK_NAME}/{function}")
}

/// A delivery that carries the markers and comes to this status.
async fn deliver_markers(status: u16) -> Result<(Scene, String)> {
    let hookstep = Hookstep::connect()?;
    let receiver = Receiver::start().await?;
    let target = format!("{HOOK}?secret={}", MARKERS[4]);
    let webhook = hookstep
        .webhook_to(&receiver, &target, |draft| {
            draft.headers.insert("authorization".to_owned(), format!("Bearer {}", MARKERS[1]));
        })
        .await?;
    receiver.on(HOOK, Script::status(status).header("set-cookie", MARKERS[3]).body(MARKERS[2]));
    let scene = Scene { hookstep, receiver, webhook };
    // Once with the event and once by the bucket.
    for filling in [0, 10_000] {
        let body = format!("{{\"secret\":\"{}\",\"x\":\"{}\"}}", MARKERS[0], "x".repeat(filling));
        let key = Some(format!("{}-{filling}", MARKERS[5]));
        scene.trigger(&Trigger { idempotency_key: key, ..Trigger::json(body).and_wait() }).await?;
    }
    let event = scene.deliver(&Trigger::json(format!("\"{}\"", MARKERS[0]))).await?;
    Ok((scene, event.event_id))
}

#[tokio::test]
async fn every_line_about_a_delivery_names_its_request_its_webhook_and_its_event() -> Result<()> {
    let (scene, event_id) = deliver_markers(200).await?;
    let engine = scene.hookstep.engine();
    for function in PATH_FUNCTIONS {
        // The engine takes the lines over when the invocation is over.
        let lines = until(&format!("a line of {function}"), SOON, async || {
            let lines = engine.log_lines(&group(function), &event_id).await?;
            Ok((!lines.is_empty()).then_some(lines))
        })
        .await?;
        for line in lines {
            let json: Value = serde_json::from_str(&line)?;
            let span = &json["span"];
            assert_eq!(
                (&span["event_id"], &span["config_id"]),
                (&event_id.clone().into(), &scene.webhook.config_id.clone().into()),
                "{line}"
            );
            assert!(span["request_id"].as_str().is_some_and(|id| id.len() == 36), "{line}");
            assert!(json["level"].is_string() && json["message"].is_string(), "{line}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn no_line_holds_anything_that_a_delivery_carries() -> Result<()> {
    let (scene, _) = deliver_markers(200).await?;
    let engine = scene.hookstep.engine();
    let (failed, event_id) = deliver_markers(500).await?;
    let refused = format!("{{\"name\":\"n\",\"url\":\"https://{0}:{0}@receiver.example/\",\"{0}\":1}}", MARKERS[6]);
    let api = &failed.hookstep.api;
    let answer = api.send(api.request(reqwest::Method::POST, "/webhook").body(refused)).await?;
    assert_eq!(answer.status, 400);
    // Read back too, so that what reads has had its chance.
    failed.event(&event_id).await?;

    for function in PATH_FUNCTIONS.into_iter().chain(["api", "fetch-config"]) {
        until(&format!("a line of {function}"), SOON, async || {
            let is_there = !engine.log_lines(&group(function), &event_id).await?.is_empty();
            // What is delivered has none of fetch-config.
            Ok((is_there || function == "fetch-config").then_some(()))
        })
        .await?;
        for marker in MARKERS {
            assert_eq!(engine.log_lines(&group(function), marker).await?, Vec::<String>::new(), "{function}");
        }
        for line in engine.log_lines(&group(function), "").await? {
            let by_the_platform = ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"]
                .iter()
                .any(|start| line.starts_with(start));
            // Whatever else is printed, by any library, is a line of JSON of some request.
            assert!(by_the_platform || is_of_a_request(&line), "{function}: {line}");
        }
    }
    Ok(())
}

fn is_of_a_request(line: &str) -> bool {
    let json: Value = serde_json::from_str(line).unwrap_or_default();
    // Lines that become metrics are of the whole deployment.
    json["span"]["request_id"].is_string() || json["_aws"].is_object()
}
