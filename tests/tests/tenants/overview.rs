//! `GET /overview`: what needs attention, of one tenant.

use anyhow::{Context as _, Result};
use hookstep_tests::{HOOK, Hookstep, Permission, SOON, Scene, Script, Trigger, unique, until};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

async fn overview(hookstep: &Hookstep) -> Result<Value> {
    let api = &hookstep.api;
    api.send(api.request(Method::GET, "/overview")).await?.expect(reqwest::StatusCode::OK)
}

/// What there is where nothing is.
fn nothing(webhooks: &Value) -> Value {
    json!({
        "generated_at": null, "failing": [], "auto_disabled": [], "webhooks": webhooks,
        "waiting": { "count": 0, "complete": true, "next_attempt_at": null },
        "running": { "count": 0, "complete": true },
        "oldest_in_progress": null,
        "dead_letters": null,
    })
}

#[tokio::test]
async fn it_shows_a_tenant_what_fails_what_waits_and_what_runs_and_nothing_of_others() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let caller = hookstep.as_tenant(&unique("troubled"), &Permission::ALL)?;
    let calm = hookstep.as_tenant(&unique("calm"), &Permission::ALL)?;
    let untroubled = Scene::of(calm.clone(), |_| ()).await?;
    untroubled.deliver(&Trigger::json("{}")).await?;

    // Fails at once; fails and waits for an hour; is running; has said that it is gone.
    let failing = Scene::of(caller.clone(), |draft| draft.set("retry_policy", json!({ "max_retries": 0 }))).await?;
    failing.receiver.on(HOOK, Script::status(500));
    let failed = failing.deliver(&Trigger::json("{}")).await?;
    let waiting = Scene::of(caller.clone(), |draft| draft.set("retry_policy", json!({ "max_retries": 1 }))).await?;
    waiting.receiver.on(HOOK, Script::status(503).header("retry-after", "3600"));
    let first = waiting.trigger(&Trigger::json("{}")).await?.event_id;
    let row = waiting.waiting(&first, 1).await?;
    waiting.waiting(&waiting.trigger(&Trigger::json("{}")).await?.event_id, 1).await?;
    let running = Scene::of(caller.clone(), |draft| draft.timeout_seconds = Some(840)).await?;
    running.receiver.on(HOOK, Script::never());
    running.trigger(&Trigger::json("{}")).await?;
    running.receiver.wait_for(HOOK, 1, SOON).await?;
    let gone = Scene::of(caller.clone(), |_| ()).await?;
    gone.receiver.on(HOOK, Script::status(410));
    gone.deliver(&Trigger::json("{}")).await?;

    // Disabling follows the end of the event.
    let seen = until("the webhook to be disabled", SOON, async || {
        let seen = overview(&caller).await?;
        Ok((seen["webhooks"]["auto_disabled"] == 1).then_some(seen))
    })
    .await?;
    assert_eq!(
        seen["webhooks"],
        json!({ "active": 3, "disabled": 0, "auto_disabled": 1, "failing": 2, "complete": true }),
        "{seen}"
    );
    let named = seen["failing"].as_array().context("no list")?;
    let of = |scene: &Scene| named.iter().find(|one| one["config_id"] == scene.webhook.config_id.as_str());
    let listed = of(&failing).context("the failing webhook is not named")?;
    assert_eq!(
        (&listed["last_failure"]["event_id"], &listed["last_failure"]["reason"], &listed["status"]),
        (&json!(failed.event_id), &json!("receiver_rejected"), &json!("active"))
    );
    assert_eq!(of(&waiting).context("it fails too")?["last_failure"], Value::Null);
    let since = |one: &Value| one["failing_since"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
    assert!(named.is_sorted_by_key(since), "{seen}");
    let disabled = &seen["auto_disabled"][0];
    assert_eq!((&disabled["config_id"], disabled["status_reason"].is_string()), (&json!(gone.webhook.config_id), true));

    assert_eq!((&seen["waiting"]["count"], &seen["waiting"]["complete"]), (&json!(2), &json!(true)));
    let due: Timestamp = seen["waiting"]["next_attempt_at"].as_str().context("nothing is due")?.parse()?;
    let expected: Timestamp = row.rest["next_attempt_at"].as_str().context("it waits")?.parse()?;
    assert!(due <= expected && expected.as_second() - due.as_second() <= 1, "{due} and not {expected}");
    assert_eq!(seen["running"], json!({ "count": 1, "complete": true }));
    assert_eq!(seen["oldest_in_progress"]["event_id"], first.as_str());
    // The queue is of the whole deployment.
    assert_eq!(seen["dead_letters"], Value::Null);

    let mut of_calm = overview(&calm).await?;
    of_calm["generated_at"].take();
    let one = json!({ "active": 1, "disabled": 0, "auto_disabled": 0, "failing": 0, "complete": true });
    assert_eq!(of_calm, nothing(&one));
    Ok(())
}
