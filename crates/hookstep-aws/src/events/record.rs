//! Writing what became of an event.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::attempt::Attempt;
use hookstep_core::event::{Event, EventKey, EventStatus};
use hookstep_core::ports::{Clock, Conclusion, OutcomeRecorder, StoreError};
use hookstep_core::verdict::Verdict;
use jiff::Timestamp;

use super::item::{attempt_attribute, event_attributes, verdict_attributes};
use super::keys::{index_keys, webhook_shard};
use super::{DynamoEvents, unavailable};
use crate::attribute::{Item, ItemBuilder};

impl<C: Clock> OutcomeRecorder for DynamoEvents<C> {
    async fn conclude(
        &self,
        key: &EventKey,
        execution: &str,
        attempt: &Attempt,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        let builder = ItemBuilder::default().text("updated_at", now.to_string());
        let mut update = Update::new(concluded(builder, key, verdict));
        update.assignments.push("attempts = list_append(if_not_exists(attempts, :none), :attempt)".to_owned());
        let request = self
            .update(key, execution, update, "#status = :in_progress AND execution_arn = :execution")
            .expression_attribute_values(":none", AttributeValue::L(Vec::new()))
            .expression_attribute_values(":attempt", AttributeValue::L(vec![attempt_attribute(attempt)]));
        finish(request).await
    }

    async fn conclude_without_attempt(
        &self,
        event: &Event,
        execution: &str,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        let mut builder = ItemBuilder::default();
        for (name, value) in event_attributes(event, execution, now) {
            builder = builder.value(&name, value);
        }
        let update = Update::new(concluded(builder, &event.key, verdict));
        let condition = "attribute_not_exists(event_id) OR (#status = :in_progress AND execution_arn = :execution)";
        let request = self.update(&event.key, execution, update, condition);
        finish(request).await
    }
}

/// The verdict, and the index entries that go with its status.
fn concluded(builder: ItemBuilder, key: &EventKey, verdict: &Verdict) -> Item {
    let index = index_keys(key, verdict.status);
    verdict_attributes(builder, verdict)
        .optional_text("tenant_status", index.tenant_status)
        .optional_text("webhook_status", index.webhook_status)
        .build()
}

/// An update expression in the making: attributes to set, by names that can't collide with reserved words.
struct Update {
    set: Item,
    assignments: Vec<String>,
    removals: &'static str,
}

impl Update {
    fn new(set: Item) -> Self {
        let assignments = set.keys().map(|name| format!("#{name} = :{name}")).collect();
        // The entry of an event in progress goes where its new status has none.
        let removals = if set.contains_key("tenant_status") { "" } else { " REMOVE tenant_status" };
        Self { set, assignments, removals }
    }
}

impl<C> DynamoEvents<C> {
    fn update(&self, key: &EventKey, execution: &str, update: Update, condition: &str) -> UpdateItemFluentBuilder {
        let expression = format!("SET {}{}", update.assignments.join(", "), update.removals);
        let mut request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("webhook_shard", AttributeValue::S(webhook_shard(key)))
            .key("event_id", AttributeValue::S(key.event_id.to_string()))
            .update_expression(expression)
            .condition_expression(condition)
            .expression_attribute_values(":in_progress", AttributeValue::S(EventStatus::InProgress.as_str().to_owned()))
            .expression_attribute_values(":execution", AttributeValue::S(execution.to_owned()));
        for (name, value) in update.set {
            request = request
                .expression_attribute_names(format!("#{name}"), &name)
                .expression_attribute_values(format!(":{name}"), value);
        }
        request
    }
}

async fn finish(request: UpdateItemFluentBuilder) -> Result<Conclusion, StoreError> {
    match request.send().await {
        Ok(_) => Ok(Conclusion::Recorded),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(Conclusion::AlreadyFinal),
            _ => Err(unavailable(error)),
        },
    }
}
