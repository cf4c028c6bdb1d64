//! Traces: from the trigger to the receiver, a span for each attempt.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use hookstep_tests::{HOOK, ReceivedRequest, ReplayedEvent, Scene, Script, TriggerOutcome};
use reqwest::{Method, StatusCode};

use crate::redelivery::soon;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";
const STATE: &str = "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7";

/// Triggers with these headers.
async fn trigger(scene: &Scene, headers: &[(&str, &str)]) -> Result<TriggerOutcome> {
    let api = &scene.hookstep.api;
    let path = format!("/webhook/{}/trigger", scene.webhook.config_id);
    let request = api.request(Method::POST, &path).body("{}");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    api.send(request).await?.expect(StatusCode::ACCEPTED)
}

/// Trace, span and flags of the `traceparent` that a receiver got.
fn traceparent(request: &ReceivedRequest) -> Result<[String; 3]> {
    let header = request.header("traceparent").context("no traceparent")?;
    let [version, trace, span, flags] = header.split('-').collect::<Vec<_>>()[..] else { panic!("{header}") };
    assert_eq!((version, trace.len(), span.len()), ("00", 32, 16), "{header}");
    Ok([trace, span, flags].map(str::to_owned))
}

#[tokio::test]
async fn the_callers_trace_goes_on_to_every_attempt_and_replay_each_a_span_of_its_own() -> Result<()> {
    let scene = Scene::with(|draft| draft.set("retry_policy", soon(1))).await?;
    scene.receiver.on_each(HOOK, [Script::status(500), Script::status(204), Script::status(204)]);
    let header = format!("00-{TRACE}-{SPAN}-01");
    let triggered = trigger(&scene, &[("traceparent", &header), ("tracestate", STATE)]).await?;
    let event = scene.settled(&triggered.event_id).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("succeeded", 2), "{event:?}");
    assert_eq!(event.rest["trace_id"], TRACE);

    let api = &scene.hookstep.api;
    let path = format!("/webhook/{}/events/{}/replay", scene.webhook.config_id, event.event_id);
    let replayed: ReplayedEvent = api.send(api.request(Method::POST, &path)).await?.expect(StatusCode::ACCEPTED)?;
    let again = scene.settled(&replayed.event_id).await?;
    assert_eq!(again.rest["trace_id"], TRACE);

    let requests = scene.receiver.requests_to(HOOK);
    let mut spans = BTreeSet::from([SPAN.to_owned()]);
    for request in &requests {
        let [trace, span, flags] = traceparent(request)?;
        assert_eq!((trace.as_str(), flags.as_str()), (TRACE, "01"));
        assert_eq!(request.header("tracestate").as_deref(), Some(STATE));
        assert!(spans.insert(span), "a span twice");
    }
    assert_eq!(requests.len(), 3);
    Ok(())
}

#[tokio::test]
async fn without_a_valid_traceparent_an_event_has_a_trace_of_its_own() -> Result<()> {
    let scene = Scene::new().await?;
    let mut traces = BTreeSet::new();
    let zero = format!("00-{}-{SPAN}-01", "0".repeat(32));
    for headers in [vec![], vec![("traceparent", zero.as_str()), ("tracestate", STATE)]] {
        let triggered = trigger(&scene, &headers).await?;
        let event = scene.settled(&triggered.event_id).await?;
        let request = scene.request_of(&event.event_id)?;
        let [trace, ..] = traceparent(&request)?;
        assert_eq!((event.rest["trace_id"].as_str(), request.header("tracestate")), (Some(trace.as_str()), None));
        assert!(traces.insert(trace), "a trace twice");
    }
    Ok(())
}
