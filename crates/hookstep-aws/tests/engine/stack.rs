//! The tables and the bucket of the stack under test.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_aws::configs::{DynamoConfigs, ManagedConfigs};
use hookstep_aws::events::{DynamoEvents, record, webhook_shard};
use hookstep_aws::idempotency::DynamoIdempotency;
use hookstep_aws::payloads::S3Payloads;
use hookstep_aws::signing_keys::DynamoSigningKeys;
use hookstep_core::event::Event;
use hookstep_core::leg::Plan;
use hookstep_core::ports::Clock;
use hookstep_local::aws;
use hookstep_local::stack::Stack;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::make::NOW;
use crate::meter::Meter;

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At(pub(crate) Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }

    async fn pause(&self, _: std::time::Duration) {}
}

/// A clock that is moved by hand. It begins at [`NOW`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Hand(Arc<AtomicI64>);

impl Hand {
    /// So many seconds later.
    pub(crate) fn moves(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        NOW + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }

    async fn pause(&self, _: std::time::Duration) {}
}

/// How long the history of a webhook is kept here, in days.
pub(crate) const HISTORY_DAYS: i64 = 365;

/// The stack under test.
pub(crate) struct Tables {
    pub(crate) stack: Stack,
    pub(crate) dynamodb: Client,
}

impl Tables {
    /// Those of the stack that `HOOKSTEP_STACK` describes.
    pub(crate) fn connect() -> Self {
        let file = std::env::var_os("HOOKSTEP_STACK").map(PathBuf::from);
        let file = file.expect("HOOKSTEP_STACK names no stack.json: run the tests by `cargo xtask test --only e2e`");
        let stack = Stack::read(&file).expect("a stack is running");
        let dynamodb = aws::dynamodb(&stack.endpoint_url);
        Self { stack, dynamodb }
    }

    /// The same tables through another client.
    pub(crate) fn through(mut self, change: impl FnOnce(aws_sdk_dynamodb::config::Builder) -> Client) -> Self {
        self.dynamodb = change(self.dynamodb.config().to_builder());
        self
    }

    /// The same tables, and what calls of them cost goes to the meter.
    pub(crate) fn metered(self, meter: &Meter) -> Self {
        let meter = meter.clone();
        self.through(|config| Client::from_conf(config.interceptor(meter).build()))
    }

    /// For clients of other services.
    pub(crate) async fn sdk(&self) -> SdkConfig {
        aws_config::defaults(BehaviorVersion::latest())
            .endpoint_url(&self.stack.endpoint_url)
            .region(Region::from_static(aws::REGION))
            .credentials_provider(aws::credentials())
            .load()
            .await
    }

    pub(crate) fn reader(&self) -> DynamoConfigs {
        DynamoConfigs::new(self.dynamodb.clone(), self.stack.configs_table.clone())
    }

    pub(crate) fn configs(&self) -> ManagedConfigs {
        self.reader().with_history(self.stack.history_table.clone(), HISTORY_DAYS)
    }

    pub(crate) fn events(&self, now: Timestamp) -> DynamoEvents<At> {
        DynamoEvents::new(self.dynamodb.clone(), self.stack.events_table.clone(), At(now))
    }

    pub(crate) fn signing_keys(&self) -> DynamoSigningKeys {
        DynamoSigningKeys::new(self.dynamodb.clone(), self.stack.signing_keys_table.clone())
    }

    pub(crate) fn idempotency(&self) -> DynamoIdempotency {
        DynamoIdempotency::new(self.dynamodb.clone(), self.stack.idempotency_table.clone())
    }

    pub(crate) fn objects(&self) -> S3Payloads {
        S3Payloads::new(aws::s3(&self.stack.endpoint_url), self.stack.payload_bucket.clone())
    }

    /// Updates the row of an event as `RecordEvent` does. Returns what the row gets.
    pub(crate) async fn record(
        &self,
        event: &Event,
        plan: &Plan,
        execution: &str,
        now: Timestamp,
    ) -> HashMap<String, AttributeValue> {
        let recorded = self.try_record(event, plan, event.leg == 1, execution, now).await;
        recorded.expect("the row is one that the leg may have")
    }

    /// The same; `None` where the row is not one that the leg may have.
    pub(crate) async fn try_record(
        &self,
        event: &Event,
        plan: &Plan,
        is_first_attempt: bool,
        execution: &str,
        now: Timestamp,
    ) -> Option<HashMap<String, AttributeValue>> {
        let update = record(event, plan, is_first_attempt, execution, now);
        let members = |name: &str| update[name].as_object().cloned().unwrap_or_default();
        let values: HashMap<_, _> =
            members("values").into_iter().map(|(name, value)| (name, attribute(&value))).collect();
        let names =
            members("names").into_iter().map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned()));
        let request = self
            .dynamodb
            .update_item()
            .table_name(&self.stack.events_table)
            .key("webhook_shard", AttributeValue::S(webhook_shard(&event.key)))
            .key("event_id", AttributeValue::S(event.key.event_id.to_string()))
            .update_expression(update["update"].as_str().unwrap_or_default())
            .condition_expression(update["condition"].as_str().unwrap_or_default())
            .set_expression_attribute_names(Some(names.collect()))
            .set_expression_attribute_values(Some(values.clone()));
        match request.send().await {
            Ok(_) => Some(values),
            Err(error)
                if error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                None
            }
            Err(error) => panic!("the row is not updated: {error:?}"),
        }
    }
}

/// An attribute as the integration of Step Functions takes it. Every type but these has its traps there (a `B` is encoded once more, a `NULL` hides a
/// mistake), and a new row has none of them.
fn attribute(value: &Value) -> AttributeValue {
    match (value["S"].as_str(), value["N"].as_str(), value["BOOL"].as_bool(), value["M"].as_object()) {
        (Some(text), ..) => AttributeValue::S(text.to_owned()),
        (None, Some(number), ..) => AttributeValue::N(number.to_owned()),
        (None, None, Some(flag), _) => AttributeValue::Bool(flag),
        (None, None, None, Some(map)) => {
            AttributeValue::M(map.iter().map(|(name, value)| (name.clone(), attribute(value))).collect())
        }
        _ => panic!("a new row holds {value}"),
    }
}
