//! A webhook whose receiver fails for days, or says that it is gone, is disabled; people and the bus are told; somebody enables it again.

use anyhow::{Context as _, Result};
use hookstep_tests::{HOOK, Hookstep, Queue, SOON, Scene, Script, Trigger, Webhook, until};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::alerts::{alerts_about, subscriber};
use crate::support::set_attribute;

/// A webhook whose events are not tried again.
async fn scene() -> Result<Scene> {
    Scene::with(|webhook| webhook.set("retry_policy", json!({ "max_retries": 0 }))).await
}

/// What the bus is told of this webhook from now on.
pub(crate) async fn notices_of(hookstep: &Hookstep, config_id: &str) -> Result<Queue> {
    let pattern = json!({ "source": ["hookstep"], "detail": { "config_id": [config_id] } });
    hookstep.engine().capture(&hookstep.stack.bus_name, &pattern).await
}

async fn webhook(scene: &Scene) -> Result<Webhook> {
    scene.hookstep.api.get_webhook(&scene.webhook.config_id).await
}

fn failing_since(webhook: &Webhook) -> Result<Option<Timestamp>> {
    let since = webhook.rest.get("failing_since").context("it is not shown")?;
    Ok(since.as_str().map(str::parse).transpose()?)
}

/// Delivers, with a failure, as if the webhook had failed since so long ago.
async fn fails_after(scene: &Scene, so_long: SignedDuration) -> Result<Timestamp> {
    let since = Timestamp::now() - so_long;
    set_attribute(&scene.hookstep, &scene.webhook, "failing_since", &since.to_string()).await?;
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.attempts.len()), ("failed", 1), "{event:?}");
    scene.all_legs_over(&event.event_id).await?;
    Ok(since)
}

#[tokio::test]
async fn after_five_days_without_a_success_it_is_disabled_and_everybody_is_told() -> Result<()> {
    let scene = scene().await?;
    let (hookstep, config_id) = (&scene.hookstep, &scene.webhook.config_id);
    let (notices, subscriber) = (notices_of(hookstep, config_id).await?, subscriber(hookstep).await?);
    scene.receiver.on(HOOK, Script::status(503));
    // Five days less a minute, which is more than this test takes.
    fails_after(&scene, SignedDuration::from_mins(5 * 24 * 60 - 1)).await?;
    let before = webhook(&scene).await?;
    assert_eq!((before.status.as_str(), before.version), ("active", 1));

    let since = fails_after(&scene, SignedDuration::from_hours(5 * 24)).await?;
    let disabled = webhook(&scene).await?;
    assert_eq!((disabled.status.as_str(), disabled.enabled, disabled.version), ("auto_disabled", false, 2));
    assert_eq!(failing_since(&disabled)?, Some(since));
    let reason = format!(
        "nothing was delivered since {}; at the last attempt the receiver answered 503",
        Timestamp::from_second(since.as_second())?
    );
    assert_eq!(disabled.rest["status_reason"], reason);
    let change = &hookstep.api.history(config_id).await?.data[0];
    assert_eq!((change.version, change.action.as_str(), &change.at), (2, "disabled", &disabled.updated_at));
    assert_eq!((change.actor.kind.as_str(), &change.actor.id), ("hookstep", &None));
    assert_eq!(change.changed_fields, ["/enabled"]);

    let told = notices.wait_for(1, SOON, |notice| notice["detail-type"] == "Webhook Auto Disabled").await?;
    let detail = json!({
        "type": "webhook.auto_disabled",
        "timestamp": disabled.updated_at,
        "tenant_id": "default",
        "config_id": config_id,
        "name": scene.webhook.name,
        "status": "auto_disabled",
        "reason": reason,
        "failing_since": since.to_string(),
    });
    assert_eq!(told.iter().map(|notice| &notice["detail"]).collect::<Vec<_>>(), [&detail]);
    let alerts = until("an alert", SOON, async || {
        let alerts = alerts_about(&subscriber, config_id);
        Ok((!alerts.is_empty()).then_some(alerts))
    })
    .await?;
    let alert = json!({
        "alert": "webhook_auto_disabled",
        "config_id": config_id,
        "tenant_id": "default",
        "name": scene.webhook.name,
        "reason": reason,
        "failing_since": since.to_string(),
        "disabled_at": disabled.updated_at,
    });
    assert_eq!(alerts, [alert]);

    // Until somebody enables it, nothing is sent.
    let (requests, skipped) = (scene.received_count(), scene.deliver(&Trigger::json("{}")).await?);
    assert_eq!((skipped.status.as_str(), skipped.reason.as_deref()), ("skipped", Some("webhook_disabled")));
    assert_eq!(scene.received_count(), requests);
    scene.receiver.on(HOOK, Script::status(200));
    let enabled = hookstep.api.patch_webhook(config_id, &json!({ "enabled": true })).await?;
    assert_eq!((enabled.status.as_str(), enabled.version), ("active", 3));
    assert_eq!((&enabled.rest["status_reason"], failing_since(&enabled)?), (&Value::Null, None));
    assert_eq!(scene.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_says_it_is_gone_is_believed_at_once() -> Result<()> {
    // Whatever the policy says: 410 is not tried again.
    let policy = json!({ "max_retries": 3, "schedule_seconds": [1], "retry_on": ["non_2xx"] });
    let scene = Scene::with(|webhook| webhook.set("retry_policy", policy)).await?;
    let notices = notices_of(&scene.hookstep, &scene.webhook.config_id).await?;
    scene.receiver.on(HOOK, Script::status(410));
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("receiver_rejected")));
    assert_eq!(event.attempts.len(), 1);
    let told = notices.wait_for(2, SOON, |_| true).await?;
    let types: std::collections::BTreeSet<_> =
        told.iter().filter_map(|notice| notice["detail-type"].as_str()).collect();
    assert_eq!(types, ["Delivery Failed", "Webhook Auto Disabled"].into());
    let disabled = webhook(&scene).await?;
    assert_eq!((disabled.status.as_str(), disabled.version), ("auto_disabled", 2));
    assert_eq!(disabled.rest["status_reason"], "the receiver answered 410 Gone");
    Ok(())
}

#[tokio::test]
async fn a_success_ends_the_failing_and_so_does_a_change_but_tests_only_end_it() -> Result<()> {
    let scene = scene().await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let trigger = Trigger::json("{}");
    let of = async || failing_since(&webhook(&scene).await?);
    // A trigger that waits is answered by the row, and the webhook is written after that.
    let settled = async |trigger: &Trigger| -> Result<()> {
        let event = scene.deliver(trigger).await?;
        scene.all_legs_over(&event.event_id).await
    };
    let tested = async || -> Result<()> {
        let outcome = api.test_webhook(id, None).await?;
        scene.all_legs_over(&outcome.event_id).await
    };
    assert_eq!(of().await?, None);
    scene.receiver.on(HOOK, Script::status(500));
    tested().await?;
    assert_eq!(of().await?, None);
    let before = Timestamp::now();
    settled(&trigger).await?;
    let since = of().await?.context("it fails")?;
    assert!(before <= since && since <= Timestamp::now());
    for next in [&trigger, &trigger.clone().and_wait()] {
        settled(next).await?;
        assert_eq!(of().await?, Some(since));
    }
    tested().await?;
    assert_eq!(of().await?, Some(since));
    assert_eq!(webhook(&scene).await?.version, 1);

    // What was shown may be sent back, though it is not so any more.
    let document = json!({
        "name": "renamed",
        "url": scene.webhook.url,
        "retry_policy": { "max_retries": 0 },
        "failing_since": "2020-01-01T00:00:00Z",
    });
    assert_eq!(failing_since(&api.put_webhook(id, &document, "*").await?)?, None);
    settled(&trigger).await?;
    assert!(of().await?.is_some());
    assert_eq!(failing_since(&api.patch_webhook(id, &json!({ "description": "another" })).await?)?, None);
    settled(&trigger).await?;
    assert!(of().await?.is_some());
    scene.receiver.on(HOOK, Script::status(204));
    settled(&trigger).await?;
    assert_eq!(of().await?, None);
    scene.receiver.on(HOOK, Script::status(500));
    settled(&trigger).await?;
    assert!(of().await?.is_some());
    scene.receiver.on(HOOK, Script::status(204));
    tested().await?;
    assert_eq!(of().await?, None);
    Ok(())
}
