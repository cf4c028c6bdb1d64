//! Writing what became of an event.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use hookstep_core::attempt::Attempt;
use hookstep_core::event::{Event, EventKey, EventRow, EventStatus, Leg};
use hookstep_core::limits::REDELIVERY_DELAY_MAX_SECONDS;
use hookstep_core::ports::{Clock, Conclusion, EventCanceler, OutcomeRecorder, StoreError};
use hookstep_core::verdict::{Ending, Verdict};
use jiff::{SignedDuration, Timestamp};

use super::item::{attempt_attribute, because, first_attributes, read};
use super::keys::{Standing, webhook_shard};
use super::update::Update;
use super::{DynamoEvents, unavailable};
use crate::attribute::{Item, ItemBuilder};

/// The execution's own row, while its leg runs.
const OWN: &str = "#status = :in_progress AND execution_arn = :execution AND attribute_not_exists(next_attempt_at)";

/// The same, or the row that waits for this leg, whose first step could not take it over.
const OWN_OR_WAITING: &str = "#status = :in_progress AND ((leg = :previous AND attribute_exists(next_attempt_at)) \
    OR (execution_arn = :execution AND attribute_not_exists(next_attempt_at)))";

/// The same, or no row at all, or the note of an event that could not be recorded.
const OWN_OR_NONE: &str = "attribute_not_exists(event_id) OR (#status = :in_progress AND (leg = :previous \
    OR (execution_arn = :execution AND attribute_not_exists(next_attempt_at))))";

/// A row that waits for the leg after this one.
const WAITING: &str = "#status = :in_progress AND leg = :previous AND attribute_exists(next_attempt_at)";

impl<C: Clock> OutcomeRecorder for DynamoEvents<C> {
    async fn conclude(
        &self,
        leg: &Leg,
        execution: &str,
        attempt: &Attempt,
        ending: &Ending,
        now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        let attempts = ItemBuilder::default()
            .value("none", AttributeValue::L(Vec::new()))
            .value("attempt", AttributeValue::L(vec![attempt_attribute(attempt)]));
        // Rows from before there were later legs say neither of the two.
        let builder = ItemBuilder::default().number("leg", leg.number).text("machine", leg.machine.as_str());
        let update = ended(builder, leg, ending, now)
            .assign("attempts = list_append(if_not_exists(attempts, :none), :attempt)", attempts)
            .only_if(OWN, own(execution));
        let Err(old) = self.write(&leg.key, update).await? else { return Ok(Conclusion::Recorded) };
        Ok(repeated(old, execution, |row| row.attempts.iter().any(|one| one.number == attempt.number)))
    }

    async fn conclude_without_attempt(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        execution: &str,
        ending: &Ending,
        now: Timestamp,
    ) -> Result<Conclusion, StoreError> {
        let builder = first.map_or_else(ItemBuilder::default, first_attributes);
        let builder =
            builder.number("leg", leg.number).text("machine", leg.machine.as_str()).text("execution_arn", execution);
        let condition = if first.is_some() { OWN_OR_NONE } else { OWN_OR_WAITING };
        let values = own(execution).number("previous", leg.number.saturating_sub(1));
        let update = ended(builder, leg, ending, now).only_if(condition, values);
        let Err(old) = self.write(&leg.key, update).await? else { return Ok(Conclusion::Recorded) };
        let without_attempt = |row: &EventRow| row.attempts.iter().all(|one| one.number != leg.number);
        Ok(repeated(old, execution, |row| row.leg == leg.number && without_attempt(row)))
    }
}

/// Whether the row that did not fit is what this execution made of it before.
fn repeated(old: Option<Item>, execution: &str, is_of_leg: impl Fn(&EventRow) -> bool) -> Conclusion {
    let row = old.and_then(|old| read(&old).ok());
    let Some(row) = row.filter(|row| row.execution_arn == execution && is_of_leg(row)) else {
        return Conclusion::Taken;
    };
    let verdict = |status| Verdict { status, reason: row.reason, detail: row.reason_detail.clone() };
    match row.next_attempt_at {
        Some(at) => Conclusion::Repeated(Ending::Again { at, because: verdict(EventStatus::Failed) }),
        None if row.status.is_final() => Conclusion::Repeated(Ending::Final(verdict(row.status))),
        None => Conclusion::Taken,
    }
}

impl<C: Clock> EventCanceler for DynamoEvents<C> {
    async fn cancel(&self, key: &EventKey, leg: u32, verdict: &Verdict, now: Timestamp) -> Result<bool, StoreError> {
        let values = ItemBuilder::default()
            .text("in_progress", EventStatus::InProgress.as_str())
            .number("previous", leg.saturating_sub(1));
        let builder = because(ItemBuilder::default().text("updated_at", now.to_string()), verdict);
        let update = Update::set(builder).standing(key, Standing::Ended(verdict.status), None).only_if(WAITING, values);
        Ok(self.write(key, update).await?.is_ok())
    }
}

fn own(execution: &str) -> ItemBuilder {
    ItemBuilder::default().text("in_progress", EventStatus::InProgress.as_str()).text("execution", execution)
}

/// Where the row stands after the leg, and why.
fn ended(builder: ItemBuilder, leg: &Leg, ending: &Ending, now: Timestamp) -> Update {
    let builder = because(builder.text("updated_at", now.to_string()), ending.verdict());
    match ending {
        Ending::Final(verdict) => {
            let update = Update::set(builder).standing(&leg.key, Standing::Ended(verdict.status), None);
            if verdict.reason.is_none() { update.remove(&["reason", "reason_detail"]) } else { update }
        }
        Ending::Again { at, .. } => {
            let late = SignedDuration::from_secs(i64::from(REDELIVERY_DELAY_MAX_SECONDS));
            let builder = builder.text("next_attempt_at", at.to_string());
            Update::set(builder).standing(&leg.key, Standing::Waiting, Some(*at + late))
        }
    }
}

impl<C> DynamoEvents<C> {
    /// Writes the update, or hands back the row that does not fit its condition.
    async fn write(&self, key: &EventKey, update: Update) -> Result<Result<(), Option<Item>>, StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("webhook_shard", AttributeValue::S(webhook_shard(key)))
            .key("event_id", AttributeValue::S(key.event_id.to_string()))
            .update_expression(update.expression())
            .condition_expression(update.condition())
            .set_expression_attribute_names(Some(update.names()))
            .set_expression_attribute_values(Some(update.values()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = request.send().await else { return Ok(Ok(())) };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => Ok(Err(failed.item().cloned())),
            _ => Err(unavailable(error)),
        }
    }
}
