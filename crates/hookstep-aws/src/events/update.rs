//! A conditional update of a row: the same for the SDK and for the `DynamoDB` integration of Step Functions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_core::event::{EventKey, EventStatus};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::keys::{Standing, index_keys, webhook_shard};
use crate::attribute::{Item, ItemBuilder, item_json};

/// Names of attributes that `DynamoDB` reserves, and takes with a `#` before them only.
const RESERVED: [&str; 3] = ["status", "source", "url"];

/// What a row has while it is in progress, and loses with that.
const OF_PROGRESS: [&str; 5] = ["tenant_status", "open_shard", "deadline_at", "next_attempt_at", "lost_input"];

/// An update in the making.
#[derive(Debug, Default)]
pub(super) struct Update {
    /// Attributes to set.
    set: Item,
    /// A further assignment, with the values that it takes.
    assignment: Option<&'static str>,
    remove: Vec<&'static str>,
    condition: &'static str,
    /// Values of the assignment and of the condition, without their colons.
    values: Item,
}

impl Update {
    /// Sets these attributes.
    pub(super) fn set(set: ItemBuilder) -> Self {
        Self { set: set.build(), ..Self::default() }
    }

    /// Moves the row to where it stands from now on: status, time limits and index entries. `until` is when its leg should have
    /// come to its end, or the next one should have begun.
    pub(super) fn standing(mut self, key: &EventKey, standing: Standing, until: Option<Timestamp>) -> Self {
        let index = index_keys(key, standing);
        let status = match standing {
            Standing::Running | Standing::Waiting => EventStatus::InProgress,
            Standing::Ended(status) => status,
        };
        let keys = ItemBuilder::default()
            .text("status", status.as_str())
            .optional_text("tenant_status", index.tenant_status)
            .optional_text("webhook_status", index.webhook_status)
            .optional_text("open_shard", index.open_shard)
            .optional_number("deadline_at", until.map(Timestamp::as_second));
        self.set.extend(keys.build());
        self.remove.extend(OF_PROGRESS.into_iter().filter(|name| !self.set.contains_key(*name)));
        self
    }

    pub(super) fn remove(mut self, names: &[&'static str]) -> Self {
        self.remove.extend(names);
        self
    }

    pub(super) fn assign(mut self, assignment: &'static str, values: ItemBuilder) -> Self {
        self.assignment = Some(assignment);
        self.values.extend(values.build());
        self
    }

    pub(super) fn only_if(mut self, condition: &'static str, values: ItemBuilder) -> Self {
        self.condition = condition;
        self.values.extend(values.build());
        self
    }

    pub(super) fn condition(&self) -> &'static str {
        self.condition
    }

    pub(super) fn expression(&self) -> String {
        let mut names: Vec<&String> = self.set.keys().collect();
        names.sort();
        let mut assignments: Vec<String> =
            names.into_iter().map(|name| format!("{} = :{name}", placeholder(name))).collect();
        assignments.extend(self.assignment.map(ToOwned::to_owned));
        let set = format!("SET {}", assignments.join(", "));
        if self.remove.is_empty() { set } else { format!("{set} REMOVE {}", self.remove.join(", ")) }
    }

    /// The reserved names that it uses: `DynamoDB` refuses others.
    pub(super) fn names(&self) -> HashMap<String, String> {
        let used = |name: &str| self.set.contains_key(name) || self.condition.contains(&format!("#{name}"));
        let reserved = RESERVED.into_iter().filter(|name| used(name));
        reserved.map(|name| (format!("#{name}"), name.to_owned())).collect()
    }

    pub(super) fn values(&self) -> HashMap<String, AttributeValue> {
        let all = self.set.iter().chain(&self.values);
        all.map(|(name, value)| (format!(":{name}"), value.clone())).collect()
    }

    /// The whole row that it makes where there is none.
    pub(super) fn item_json(self, key: &EventKey) -> Value {
        let keys = ItemBuilder::default()
            .text("webhook_shard", webhook_shard(key))
            .text("event_id", key.event_id.as_str())
            .build();
        item_json(&self.set.into_iter().chain(keys).collect())
    }

    /// As the state `RecordEvent` takes it.
    pub(super) fn json(&self) -> Value {
        json!({
            "update": self.expression(),
            "condition": self.condition,
            "names": self.names(),
            "values": item_json(&self.values()),
        })
    }
}

fn placeholder(name: &str) -> String {
    if RESERVED.contains(&name) { format!("#{name}") } else { name.to_owned() }
}
