//! Queues of the engine, and events of its buses, by way of rules that send them to a queue.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use hookstep_local::secrets::unique;
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::wait::until;

/// A queue, and what has been taken from it so far.
#[derive(Debug, Clone)]
pub struct Queue {
    engine: Engine,
    /// Its URL.
    pub url: String,
    taken: Arc<Mutex<Vec<Value>>>,
}

impl Engine {
    /// Puts an event on a bus, and returns the id that the bus gave it. The detail is JSON text.
    pub async fn put_event(&self, bus: &str, source: &str, detail_type: &str, detail: &str) -> Result<String> {
        let entry = json!({ "EventBusName": bus, "Source": source, "DetailType": detail_type, "Detail": detail });
        let answer = self.call("events", "AWSEvents.PutEvents", &json!({ "Entries": [entry] })).await?;
        let id = answer["Entries"][0]["EventId"].as_str();
        Ok(id.with_context(|| format!("the bus did not take it: {answer}"))?.to_owned())
    }

    /// Every event of a bus from now on that matches the pattern, as its targets get it.
    pub async fn capture(&self, bus: &str, pattern: &Value) -> Result<Queue> {
        let name = unique("capture");
        let queue = self.create_queue(&name).await?;
        let rule = json!({ "Name": name, "EventBusName": bus, "EventPattern": pattern.to_string() });
        self.call("events", "AWSEvents.PutRule", &rule).await?;
        let target = json!({ "Id": "queue", "Arn": queue.arn().await? });
        let targets = json!({ "Rule": name, "EventBusName": bus, "Targets": [target] });
        self.call("events", "AWSEvents.PutTargets", &targets).await?;
        Ok(queue)
    }

    /// A new queue.
    pub async fn create_queue(&self, name: &str) -> Result<Queue> {
        let answer = self.call("sqs", "AmazonSQS.CreateQueue", &json!({ "QueueName": name })).await?;
        Ok(self.queue(answer["QueueUrl"].as_str().context("no URL")?))
    }

    /// The queue at this URL.
    #[must_use]
    pub fn queue(&self, url: &str) -> Queue {
        Queue { engine: self.clone(), url: url.to_owned(), taken: Arc::default() }
    }
}

impl Queue {
    /// Its ARN.
    pub async fn arn(&self) -> Result<String> {
        let request = json!({ "QueueUrl": self.url, "AttributeNames": ["QueueArn"] });
        let answer = self.engine.call("sqs", "AmazonSQS.GetQueueAttributes", &request).await?;
        Ok(answer["Attributes"]["QueueArn"].as_str().context("no ARN")?.to_owned())
    }

    /// The bodies of all messages so far, which are JSON, in the order in which they came out. They are taken from the queue.
    pub async fn messages(&self) -> Result<Vec<Value>> {
        loop {
            let request = json!({ "QueueUrl": self.url, "MaxNumberOfMessages": 10 });
            let answer = self.engine.call("sqs", "AmazonSQS.ReceiveMessage", &request).await?;
            let Some(messages) = answer["Messages"].as_array().filter(|messages| !messages.is_empty()) else { break };
            for message in messages {
                let body = message["Body"].as_str().context("a message without a body")?;
                self.taken().push(serde_json::from_str(body)?);
                let done = json!({ "QueueUrl": self.url, "ReceiptHandle": message["ReceiptHandle"] });
                self.engine.call("sqs", "AmazonSQS.DeleteMessage", &done).await?;
            }
        }
        Ok(self.taken().clone())
    }

    /// Waits until there are at least `count` messages that are as asked, and returns them all.
    pub async fn wait_for(
        &self,
        count: usize,
        within: Duration,
        is_as_asked: impl Fn(&Value) -> bool,
    ) -> Result<Vec<Value>> {
        ensure!(count > 0, "there is nothing to wait for");
        until("messages in a queue", within, async || {
            let mut messages = self.messages().await?;
            messages.retain(&is_as_asked);
            Ok((messages.len() >= count).then_some(messages))
        })
        .await
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Vec<Value>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
