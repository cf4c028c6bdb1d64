//! What on-call engineers are told of an exception: a message on the alert topic and a metric, neither with anything of the payload.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use hookstep_core::payload::Payload;
use hookstep_local::aws::ACCOUNT_ID;
use hookstep_local::deploy::STACK_NAME;
use hookstep_tests::{Engine, SOON, until};
use serde_json::{Value, json};

use crate::aws::Endpoint;
use crate::interpreter::{Faults, unique};
use crate::path::Path;

/// In the payload of the event, in its content type and in a header of its webhook.
const MARKER: &str = "not-for-anybody-elses-eyes";

/// A queue that gets what is published on the alert topic.
struct Subscriber {
    engine: Endpoint,
    queue_url: String,
}

impl Subscriber {
    async fn to(topic_arn: &str, engine: Endpoint) -> Result<Self> {
        let name = unique("alerts");
        let queue_arn = format!("arn:aws:sqs:us-east-1:{ACCOUNT_ID}:{name}");
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": "sns.amazonaws.com" },
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
            }],
        });
        let queue = json!({ "QueueName": name, "Attributes": { "Policy": policy.to_string() } });
        let made = engine.json("sqs", "AmazonSQS.CreateQueue", &queue).await?;
        let queue_url = made["QueueUrl"].as_str().context("no URL")?.to_owned();
        let subscription =
            [("Action", "Subscribe"), ("TopicArn", topic_arn), ("Protocol", "sqs"), ("Endpoint", &queue_arn)];
        engine.form("sns", &subscription).await?;
        Ok(Self { engine, queue_url })
    }

    /// The alerts for an event that have come, as SNS wraps them. Other tests raise theirs on the same topic.
    async fn alerts_for(&self, event_id: &str) -> Result<Vec<Value>> {
        let receive = json!({ "QueueUrl": self.queue_url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1 });
        let received = self.engine.json("sqs", "AmazonSQS.ReceiveMessage", &receive).await?;
        let messages = received["Messages"].as_array().cloned().unwrap_or_default();
        let bodies = messages.iter().filter_map(|message| serde_json::from_str(message["Body"].as_str()?).ok());
        Ok(bodies.filter(|body: &Value| body["Message"].as_str().is_some_and(|text| text.contains(event_id))).collect())
    }
}

/// The line of the metric for an event, once it is in the log.
async fn metric_of(engine: &Engine, event_id: &str) -> Result<Value> {
    let group = format!("/aws/lambda/{STACK_NAME}/status-update");
    let lines = until("the metric in the log", SOON, async || {
        let lines = engine.log_lines(&group, event_id).await?;
        Ok(lines.iter().any(|line| line.contains("DeliveryExceptions")).then_some(lines))
    })
    .await?;
    for line in &lines {
        assert!(!line.contains(MARKER), "{line}");
    }
    let metrics: Vec<&String> = lines.iter().filter(|line| line.contains("DeliveryExceptions")).collect();
    assert_eq!(metrics.len(), 1, "{metrics:?}");
    Ok(serde_json::from_str(metrics[0])?)
}

#[tokio::test]
async fn an_exception_is_published_and_counted_without_the_payload() -> Result<()> {
    let faults = Faults::none().broken("DeliverFunctionArn", &[("FAULT", "Boom"), ("MESSAGE", MARKER)]);
    let path = Path::with(|webhook| {
        webhook.headers.insert("x-marked".to_owned(), MARKER.to_owned());
    })
    .await?
    .where_machine(faults);
    let stack = &path.scene.hookstep.stack;
    path.each(async |leg| {
        let subscriber = Subscriber::to(&stack.alert_topic_arn, Endpoint::new(&stack.endpoint_url)?).await?;
        leg.event.payload = Payload::Inline(Bytes::from(format!(r#"{{"secret":"{MARKER}"}}"#)));
        leg.event.content_type = Some(format!("text/plain; {MARKER}"));
        let seen = leg.run().await?;
        assert_eq!(seen["row"]["status"], "failed");

        let event_id = leg.event.key.event_id.as_str();
        let alert = until("the alert in the queue", SOON, async || {
            Ok(subscriber.alerts_for(event_id).await?.into_iter().next())
        })
        .await?;
        assert_eq!(alert["TopicArn"].as_str(), Some(stack.alert_topic_arn.as_str()));
        assert!(!alert.to_string().contains(MARKER), "{alert}");
        let message: Value = serde_json::from_str(alert["Message"].as_str().context("no message")?)?;
        let expected = json!({
            "alert": "delivery_exception",
            "event_id": event_id,
            "config_id": leg.event.key.config_id.as_str(),
            "tenant_id": "default",
            "execution_arn": leg.execution_arn()?,
            "error": "Boom",
            "status": "failed",
            "reason": "internal_error",
            "reason_detail": "a step of the delivery failed: Boom",
            "next_attempt_at": null,
        });
        assert_eq!(message, expected);

        let mut metric = metric_of(&path.scene.hookstep.engine(), event_id).await?;
        assert!(metric["_aws"]["Timestamp"].take().is_u64());
        let expected = json!({
            "_aws": {
                "Timestamp": null,
                "CloudWatchMetrics": [{
                    "Namespace": "Hookstep",
                    "Dimensions": [["Stack"]],
                    "Metrics": [{ "Name": "DeliveryExceptions", "Unit": "Count" }],
                }],
            },
            "Stack": STACK_NAME,
            "DeliveryExceptions": 1,
            "event_id": event_id,
            "config_id": leg.event.key.config_id.as_str(),
        });
        assert_eq!(metric, expected);
        Ok(Value::Null)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_delivery_without_an_exception_raises_no_alert() -> Result<()> {
    let path = Path::new().await?;
    let stack = &path.scene.hookstep.stack;
    let group = format!("/aws/lambda/{STACK_NAME}/status-update");
    path.each(async |leg| {
        leg.run().await?;
        let event_id = leg.event.key.event_id.as_str();
        let engine = path.scene.hookstep.engine();
        // The line that says how it ended is the last that the function writes for the event.
        let lines = until("the end in the log", SOON, async || {
            let lines = engine.log_lines(&group, event_id).await?;
            Ok(lines.iter().any(|line| line.contains("concluded")).then_some(lines))
        })
        .await?;
        assert!(!lines.iter().any(|line| line.contains("DeliveryExceptions")), "{lines:?} of {}", stack.events_table);
        Ok(Value::Null)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn secrets_that_can_not_be_opened_raise_an_alert_that_says_so() -> Result<()> {
    let faults = Faults::none().broken("DeliverFunctionArn", &[("FAULT", "SecretsUnreadable"), ("MESSAGE", MARKER)]);
    let path = Path::new().await?.where_machine(faults);
    let stack = &path.scene.hookstep.stack;
    path.each(async |leg| {
        let subscriber = Subscriber::to(&stack.alert_topic_arn, Endpoint::new(&stack.endpoint_url)?).await?;
        let seen = leg.run().await?;
        assert_eq!(seen["row"]["reason"], "secrets_unreadable");
        let event_id = leg.event.key.event_id.as_str();
        let alert = until("the alert in the queue", SOON, async || {
            Ok(subscriber.alerts_for(event_id).await?.into_iter().next())
        })
        .await?;
        let message: Value = serde_json::from_str(alert["Message"].as_str().context("no message")?)?;
        assert_eq!(
            (&message["error"], &message["reason"]),
            (&json!("SecretsUnreadable"), &json!("secrets_unreadable"))
        );
        assert!(!alert.to_string().contains(MARKER), "{alert}");
        metric_of(&path.scene.hookstep.engine(), event_id).await?;
        Ok(Value::Null)
    })
    .await?;
    Ok(())
}
