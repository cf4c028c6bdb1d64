//! What is delivered again, and when at the earliest, by how it failed.

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use hookstep_tests::{Event, HOOK, Hookstep, NewWebhook, Receiver, SOON, Scene, Script, Trigger, until};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::redelivery::soon;

/// Sends an event of a webhook that is tried again within a day, if at all, and returns its row when it was tried once.
async fn tried(
    hookstep: &Hookstep,
    url: &str,
    retry_on: &Value,
    change: impl FnOnce(&mut NewWebhook),
) -> Result<Event> {
    let mut policy = json!({ "max_retries": 1, "schedule_seconds": [86_400] });
    if !retry_on.is_null() {
        policy["retry_on"] = retry_on.clone();
    }
    let api = &hookstep.api;
    let webhook = hookstep
        .webhook_at(url, |draft| {
            draft.timeout_seconds = Some(1);
            draft.set("retry_policy", policy);
            change(draft);
        })
        .await?;
    let id = api.trigger(&webhook.config_id, &Trigger::json("no JSON")).await?.event_id;
    let event = until("an attempt", SOON, async || {
        // Its row may not be there yet.
        let mut events = api.list_events(&webhook.config_id, "").await?.data;
        Ok(events.pop().filter(|event| !event.attempts.is_empty()))
    })
    .await?;
    assert_eq!(event.event_id, id);
    // Where it is not to wait, that is refused.
    api.change_event_raw(&webhook.config_id, &id, "cancel").await?;
    Ok(event)
}

#[tokio::test]
async fn what_is_tried_again_is_what_the_policy_names() -> Result<()> {
    let (hookstep, receiver) = (Hookstep::connect()?, Receiver::start().await?);
    // Bound, so that it is nobody else's, and not listened to.
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    let nobody = format!("http://{}/", socket.local_addr()?);
    let all = json!(["network", "timeout", "408", "425", "429", "5xx", "non_2xx"]);
    let mut cases = vec![
        (nobody.clone(), Value::Null, true),
        (nobody.clone(), json!(["network"]), true),
        (nobody, json!(["timeout", "5xx", "non_2xx"]), false),
        (receiver.url("/silent"), json!(["timeout"]), true),
        (receiver.url("/silent"), json!(["network", "5xx", "non_2xx"]), false),
        (receiver.url("/503"), json!([]), false),
        (receiver.url("/400"), json!(["non_2xx"]), true),
        (receiver.url("/302"), json!(["non_2xx"]), true),
    ];
    receiver.on("/silent", Script::never());
    for (status, is_tried_again) in
        [(302, false), (400, false), (408, true), (425, true), (429, true), (500, true), (503, true)]
    {
        let path = format!("/{status}");
        receiver.on(&path, Script::status(status));
        cases.push((receiver.url(&path), Value::Null, is_tried_again));
    }
    let outcomes = cases.iter().map(async |(url, retry_on, is_tried_again)| {
        let event = tried(&hookstep, url, retry_on, |_| ()).await?;
        // Who is unlucky waits for no more than it takes to look.
        let goes_on = event.status == "in_progress" || event.attempts.len() > 1;
        anyhow::Ok((goes_on != *is_tried_again).then(|| format!("{url} on {retry_on}: {event:?}")))
    });
    let wrong: Vec<String> = try_join_all(outcomes).await?.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // What can't be sent now can't be sent later, whatever the policy says.
    let enveloped = |draft: &mut NewWebhook| {
        draft.event_name = Some("order.created".to_owned());
        draft.set("payload_format", "standard_webhooks");
    };
    let event = tried(&hookstep, &receiver.url("/200"), &all, enveloped).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("payload_not_json")), "{event:?}");
    Ok(())
}

#[tokio::test]
async fn retry_after_is_heeded_as_seconds_and_as_a_date_for_a_day_at_most() -> Result<()> {
    let scene = Scene::with(|draft| draft.set("retry_policy", soon(1))).await?;
    let date = Timestamp::from_second(Timestamp::now().as_second() + 7_200)?;
    let as_date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    for (value, wait) in [("3600", Some(3_600)), (as_date.as_str(), None), ("1000000", Some(86_400))] {
        scene.receiver.on(HOOK, Script::status(429).header("Retry-After", value));
        let event_id = scene.trigger(&Trigger::json("{}")).await?.event_id;
        let event = scene.waiting(&event_id, 1).await?;
        let attempt = &event.attempts[0];
        let taken = SignedDuration::from_millis(i64::try_from(attempt.duration_ms)?);
        let ended: Timestamp = attempt.started_at.parse::<Timestamp>()? + taken;
        let due: Timestamp = event.rest["next_attempt_at"].as_str().context("it waits for nothing")?.parse()?;
        assert_eq!(due, wait.map_or(date, |seconds| ended + SignedDuration::from_secs(seconds)), "{value}");
        assert_eq!((event.status.as_str(), event.reason.as_deref()), ("in_progress", Some("receiver_rejected")));
        let answer = scene.hookstep.api.change_event_raw(&scene.webhook.config_id, &event_id, "cancel").await?;
        assert_eq!(answer.status, 200, "{}", answer.in_words());
    }
    Ok(())
}
