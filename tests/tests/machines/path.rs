//! One path through the definition, seen on every interpreter.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use hookstep_aws::events::{running_shard, webhook_shard};
use hookstep_core::event::Event;
use hookstep_local::aws::{ACCOUNT_ID, REGION};
use hookstep_tests::{HOOK, NewWebhook, Scene};
use serde_json::{Map, Value, json};

use crate::interpreter::{self, Faults, Interpreter, unique};
use crate::leg;

type Item = std::collections::HashMap<String, AttributeValue>;

/// A webhook, its receiver, and the faults of the machines that deliver to it.
pub(crate) struct Path {
    pub(crate) scene: Scene,
    pub(crate) faults: Faults,
}

/// An execution that is about to start.
pub(crate) struct Leg<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) interpreter: &'a Interpreter,
    pub(crate) event: Event,
    pub(crate) machine: String,
    pub(crate) name: String,
}

impl Path {
    /// Everything works.
    pub(crate) async fn new() -> Result<Self> {
        Self::with(|_| ()).await
    }

    /// Everything works, and the webhook is as `change` makes it.
    pub(crate) async fn with(change: impl FnOnce(&mut NewWebhook)) -> Result<Self> {
        Ok(Self { scene: Scene::with(change).await?, faults: Faults::none() })
    }

    /// The machines have these faults.
    pub(crate) fn where_machine(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Takes the path with a new event on each interpreter, and returns what all of them show.
    pub(crate) async fn take(&self) -> Result<Value> {
        self.take_after(async |_| Ok(())).await
    }

    /// As [`Path::take`], after `prepare` has seen to each leg.
    pub(crate) async fn take_after(&self, prepare: impl AsyncFn(&mut Leg<'_>) -> Result<()>) -> Result<Value> {
        self.each(async |leg| {
            prepare(leg).await?;
            leg.run().await
        })
        .await
    }

    /// Does this with a new leg on each interpreter, and returns what it shows on all of them.
    pub(crate) async fn each(&self, see: impl AsyncFn(&mut Leg<'_>) -> Result<Value>) -> Result<Value> {
        let interpreters = interpreter::all(&self.scene.hookstep).await?;
        let legs = interpreters.iter().map(async |interpreter| {
            let mut leg = Leg::new(&self.scene, interpreter, &self.faults).await?;
            see(&mut leg).await.with_context(|| interpreter.name)
        });
        let seen = try_join_all(legs).await?;
        for (interpreter, shown) in interpreters.iter().zip(&seen) {
            assert_eq!(*shown, seen[0], "{} differs from {}", interpreter.name, interpreters[0].name);
        }
        seen.into_iter().next().context("no interpreter")
    }
}

impl<'a> Leg<'a> {
    pub(crate) async fn new(scene: &'a Scene, interpreter: &'a Interpreter, faults: &Faults) -> Result<Self> {
        let machine = interpreter.deploy(faults).await?;
        let event = leg::event(&scene.webhook.config_id.parse()?);
        Ok(Self { scene, interpreter, event, machine, name: unique("leg") })
    }

    /// The same event in another execution of the same machine.
    pub(crate) fn again(&self) -> Self {
        let Self { scene, interpreter, event, machine, .. } = self;
        Self { scene, interpreter, event: event.clone(), machine: machine.clone(), name: unique("leg") }
    }

    /// The ARN that the execution will have.
    pub(crate) fn execution_arn(&self) -> Result<String> {
        let machine = self.machine.rsplit(':').next().context("an ARN without a name")?;
        Ok(format!("arn:aws:states:{REGION}:{ACCOUNT_ID}:execution:{machine}:{}", self.name))
    }

    /// Runs the execution to its end.
    pub(crate) async fn execute(&self) -> Result<(Value, Vec<Value>)> {
        self.execute_with(&leg::input(&self.event)).await
    }

    async fn execute_with(&self, input: &Value) -> Result<(Value, Vec<Value>)> {
        self.interpreter.run(&self.machine, &self.name, input).await
    }

    /// Runs the execution and says what it did: the states it entered, how it ended, the row, the requests that the receiver got.
    pub(crate) async fn run(&self) -> Result<Value> {
        self.run_with(&leg::input(&self.event)).await
    }

    /// As [`Leg::run`], with another input.
    pub(crate) async fn run_with(&self, input: &Value) -> Result<Value> {
        let (ended, history) = self.execute_with(input).await?;
        assert_eq!(ended["executionArn"].as_str(), Some(self.execution_arn()?.as_str()));
        let output: Value = match (ended["status"].as_str(), ended["output"].as_str()) {
            // What is no object stands on moto as it is, without quotes.
            (Some("SUCCEEDED"), Some(text)) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
            _ => Value::Null,
        };
        let seen = json!({
            "states": states(&history),
            "status": ended["status"],
            "output": output,
            "error": failure(&history),
            "row": self.row().await?.map(|row| plain_item(&row)),
            "requests": self.requests(),
        });
        self.redacted(seen)
    }

    /// Puts a row for the event, with these attributes beside its key.
    pub(crate) async fn put_row(&self, attributes: &[(&str, &str)]) -> Result<()> {
        let mut item = self.row_key();
        for (name, value) in attributes {
            item.insert((*name).to_owned(), AttributeValue::S((*value).to_owned()));
        }
        let engine = self.scene.hookstep.engine();
        let table = &self.scene.hookstep.stack.events_table;
        engine.dynamodb.put_item().table_name(table).set_item(Some(item)).send().await?;
        Ok(())
    }

    /// The event's row.
    pub(crate) async fn row(&self) -> Result<Option<Item>> {
        let engine = self.scene.hookstep.engine();
        let table = &self.scene.hookstep.stack.events_table;
        let get = engine.dynamodb.get_item().table_name(table).set_key(Some(self.row_key())).consistent_read(true);
        Ok(get.send().await?.item)
    }

    fn row_key(&self) -> Item {
        let key = &self.event.key;
        Item::from([
            ("webhook_shard".to_owned(), AttributeValue::S(webhook_shard(key))),
            ("event_id".to_owned(), AttributeValue::S(key.event_id.to_string())),
        ])
    }

    /// How many requests the receiver got for this event.
    fn requests(&self) -> usize {
        let id = self.event.key.event_id.to_string();
        let requests = self.scene.receiver.requests_to(HOOK);
        requests.iter().filter(|request| request.header("webhook-id") == Some(id.clone())).count()
    }

    /// Without what is different each time.
    fn redacted(&self, mut value: Value) -> Result<Value> {
        if let Some(text) = value["row"]["lost_input"].as_str() {
            value["row"]["lost_input"] = serde_json::from_str(text)?;
        }
        let (of_webhook, wide) = (webhook_shard(&self.event.key), running_shard(&self.event.key.event_id));
        let places = [("row", "webhook_status", &of_webhook), ("row", "tenant_status", &wide)];
        let in_both = |place| [(place, "webhook_shard", &of_webhook), (place, "open_shard", &wide)];
        for (place, attribute, partition) in places.into_iter().chain(in_both("row")).chain(in_both("lost_input")) {
            let (_, shard) = partition.rsplit_once('#').context("no shard")?;
            let pointer = if place == "row" { "/row" } else { "/row/lost_input" };
            let Some(within) = value.pointer_mut(pointer).filter(|within| within.is_object()) else { continue };
            let text = within[attribute].as_str().and_then(|text| text.strip_suffix(&format!("#{shard}")));
            if let Some(text) = text {
                let shown = if partition == &wide { "wide shard" } else { "shard" };
                within[attribute] = json!(format!("{text}#[{shown}]"));
            }
        }
        // Here the shard stands within: the id behind it may hold anything.
        let (_, shard) = of_webhook.rsplit_once('#').context("no shard")?;
        if let Some(partition) = value.pointer_mut("/row/tenant_correlation")
            && let Some((tenant, id)) = partition.as_str().and_then(|text| text.split_once(&format!("#{shard}#")))
        {
            *partition = json!(format!("{tenant}#[shard]#{id}"));
        }
        let known = [
            (self.execution_arn()?, "[execution]"),
            (self.event.key.event_id.to_string(), "[event]"),
            (self.event.key.config_id.to_string(), "[webhook]"),
            (self.scene.receiver.url(""), "[receiver]"),
        ];
        redact(&mut value, &known);
        Ok(sorted(value))
    }
}

/// The states in the order in which they were entered, with how often their task was tried where that is more than once.
pub(crate) fn states(history: &[Value]) -> Vec<String> {
    let mut entered: Vec<(String, usize)> = Vec::new();
    for event in history {
        if let Some(name) = event["stateEnteredEventDetails"]["name"].as_str() {
            entered.push((name.to_owned(), 0));
        } else if event["type"] == "TaskScheduled"
            && let Some((_, tries)) = entered.last_mut()
        {
            *tries += 1;
        }
    }
    let shown = |(name, tries)| if tries > 1 { format!("{name} ({tries} times)") } else { name };
    entered.into_iter().map(shown).collect()
}

/// The error of a failed execution.
fn failure(history: &[Value]) -> Option<&Value> {
    history.iter().find_map(|event| event["executionFailedEventDetails"].get("error"))
}

/// An item as plain JSON.
fn plain_item(item: &Item) -> Value {
    let sorted: BTreeMap<_, _> = item.iter().collect();
    Value::Object(sorted.into_iter().map(|(name, value)| (name.clone(), plain(value))).collect::<Map<_, _>>())
}

fn plain(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!(text),
        AttributeValue::N(number) => json!({ "number": number }),
        AttributeValue::Bool(flag) => json!(flag),
        AttributeValue::L(list) => list.iter().map(plain).collect(),
        AttributeValue::M(map) => plain_item(map),
        other => json!({ "unexpected": format!("{other:?}") }),
    }
}

/// With the members of objects by name, whether or not a crate in the build keeps them in their order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        Value::Object(fields) => {
            let fields: BTreeMap<String, Value> = fields.into_iter().collect();
            fields.into_iter().map(|(name, value)| (name, sorted(value))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

fn redact(value: &mut Value, known: &[(String, &str)]) {
    match value {
        Value::String(text) => {
            for (known, shown) in known {
                *text = text.replace(known, shown);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| redact(value, known)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "updated_at" | "started_at" | "next_attempt_at" => *value = json!("[time]"),
                    "deadline_at" if value["number"] != "0" => *value = json!("[time]"),
                    "duration_ms" | "first_byte_ms" => *value = json!("[milliseconds]"),
                    _ => redact(value, known),
                }
            }
        }
        _ => {}
    }
}
