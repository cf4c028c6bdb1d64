//! An exception of ours raises an alert, on the topic and as a metric; what a receiver does raises none.

use anyhow::{Context as _, Result};
use hookstep_local::deploy::STACK_NAME;
use hookstep_tests::{HOOK, Hookstep, Receiver, SOON, Scene, Script, Trigger, until};
use serde_json::{Value, json};

use crate::claim_check::{delivered_by_the_bucket, start_one_more};

const SUBSCRIBER: &str = "/alerts";

/// A receiver that is subscribed to the alert topic, as an operator would subscribe one.
pub(crate) async fn subscriber(hookstep: &Hookstep) -> Result<Receiver> {
    let receiver = Receiver::start().await?;
    let sns = hookstep.engine().sns;
    let topic = &hookstep.stack.alert_topic_arn;
    sns.subscribe().topic_arn(topic).protocol("http").endpoint(receiver.url(SUBSCRIBER)).send().await?;
    let asked = receiver.wait_for(SUBSCRIBER, 1, SOON).await?;
    let question: Value = serde_json::from_slice(&asked[0].body)?;
    assert_eq!(question["Type"], "SubscriptionConfirmation");
    let token = question["Token"].as_str().context("no token")?;
    sns.confirm_subscription().topic_arn(topic).token(token).send().await?;
    Ok(receiver)
}

/// All alerts so far.
pub(crate) fn alerts(receiver: &Receiver) -> Vec<Value> {
    let notifications = receiver.requests_to(SUBSCRIBER);
    let notifications = notifications.iter().map(|request| serde_json::from_slice::<Value>(&request.body).unwrap());
    let messages = notifications.filter(|notification| notification["Type"] == "Notification");
    messages.map(|message| serde_json::from_str(message["Message"].as_str().unwrap()).unwrap()).collect()
}

/// The alerts that are about this webhook.
pub(crate) fn alerts_about(receiver: &Receiver, config_id: &str) -> Vec<Value> {
    let mut alerts = alerts(receiver);
    alerts.retain(|alert| alert["config_id"] == config_id);
    alerts
}

#[tokio::test]
async fn an_exception_raises_an_alert_and_a_metric_and_a_receivers_failure_neither() -> Result<()> {
    let scene = Scene::with(|webhook| webhook.set("retry_policy", json!({ "max_retries": 0 }))).await?;
    let hookstep = &scene.hookstep;
    let config_id = &scene.webhook.config_id;
    let subscriber = subscriber(hookstep).await?;

    let (event, input) = delivered_by_the_bucket(&scene).await?;
    scene.receiver.on(HOOK, Script::status(500));
    let rejected = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(rejected.reason.as_deref(), Some("receiver_rejected"));

    let engine = hookstep.engine();
    let key = event.rest["payload_s3_key"].as_str().unwrap();
    engine.s3.delete_object().bucket(&hookstep.stack.payload_bucket).key(key).send().await?;
    let failed_id = start_one_more(&scene, &engine, input).await?;
    let failed = scene.settled(&failed_id).await?;

    let alerts = until("an alert", SOON, async || {
        let alerts = alerts_about(&subscriber, config_id);
        Ok((!alerts.is_empty()).then_some(alerts))
    })
    .await?;
    let expected = json!({
        "alert": "delivery_exception",
        "event_id": failed_id,
        "config_id": config_id,
        "tenant_id": "default",
        "execution_arn": failed.rest["execution_arn"],
        "error": "PayloadMissing",
        "status": "failed",
        "reason": "payload_missing",
        "reason_detail": failed.rest["reason_detail"],
        "next_attempt_at": null,
    });
    assert_eq!(alerts, [expected]);

    let group = format!("/aws/lambda/{STACK_NAME}/status-update");
    let metrics_of = async |event_id: &str| -> Result<Vec<Value>> {
        let lines = engine.log_lines(&group, event_id).await?;
        let lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        Ok(lines.filter(|line| line.get("_aws").is_some()).collect())
    };
    let metrics = until("a metric", SOON, async || {
        let metrics = metrics_of(&failed_id).await?;
        Ok((!metrics.is_empty()).then_some(metrics))
    })
    .await?;
    // CloudWatch's Embedded Metric Format.
    let [metric] = &metrics[..] else { panic!("{metrics:?}") };
    let directive = &metric["_aws"]["CloudWatchMetrics"][0];
    assert_eq!((&directive["Namespace"], &metric["DeliveryExceptions"]), (&json!("Hookstep"), &json!(1)));
    assert_eq!(directive["Metrics"], json!([{ "Name": "DeliveryExceptions", "Unit": "Count" }]));
    assert!(metric["_aws"]["Timestamp"].is_u64());
    assert!(metrics_of(&rejected.event_id).await?.is_empty());
    Ok(())
}
