//! Replays of many events, in a table of their own. A round writes one item, once.
//!
//! | sort key | what |
//! | --- | --- |
//! | `rep_...` | a replay |
//! | `key#` and a digest | which replay an idempotency key stands for |

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use hookstep_core::event::EventStatus;
use hookstep_core::ids::{EventId, ReplayId};
use hookstep_core::limits::IDEMPOTENCY_TTL_SECONDS;
use hookstep_core::ports::{Clock, Page, ReplayProgress, ReplayStore, StoreError, Written};
use hookstep_core::replay::again::{Body, Options, WebhookId};
use hookstep_core::replay::record::{Counts, Cut, ReplayKey, ReplayRecord, ReplayStatus, Selection};
use hookstep_core::secret::Owner;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::attribute::{Item, ItemBuilder, ItemReader};
use crate::cursor::below;

const TABLE: &str = "replays";

/// The replays table: partition key `webhook` (`{tenant}#{config_id}`), sort key `replay_id`.
#[derive(Debug, Clone)]
pub struct DynamoReplays<C> {
    client: aws_sdk_dynamodb::Client,
    table: String,
    clock: C,
}

impl<C: Clock> DynamoReplays<C> {
    /// The table of that name; the clock decides which replays have expired.
    #[must_use]
    pub fn new(client: aws_sdk_dynamodb::Client, table: String, clock: C) -> Self {
        Self { client, table, clock }
    }
}

fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable { table: TABLE, source: source.into() }
}

fn partition(owner: &Owner) -> String {
    format!("{}#{}", owner.tenant, owner.config_id)
}

/// What a round changes.
fn changing(record: &ReplayRecord) -> Item {
    ItemBuilder::default()
        .text("status", record.status.as_str())
        .number("replayed", record.counts.replayed)
        .number("not_found", record.counts.not_found)
        .number("in_progress", record.counts.in_progress)
        .number("payload_missing", record.counts.payload_missing)
        .number("unreadable", record.counts.unreadable)
        .number("run", record.run)
        .number("rounds", record.rounds)
        .text("due", record.due.to_string())
        .text("updated_at", record.updated_at.to_string())
        .number("expires_at", record.expires_at.as_second())
        .optional_text("cursor", record.cursor.as_ref().map(EventId::as_str))
        .optional_text("cut", record.cut.map(Cut::as_str))
        .build()
}

/// Attributes of [`changing`] that may be absent.
const ABSENT: [&str; 2] = ["cursor", "cut"];

fn write(record: &ReplayRecord) -> Item {
    let mut builder = ItemBuilder::default()
        .text("webhook", partition(&record.key.owner))
        .text("replay_id", record.key.id.as_str())
        .text("body", record.options.body.as_str())
        .text("webhook_id", record.options.webhook_id.as_str())
        .number("per_second", record.per_second)
        .optional_number("total", record.total)
        .text("created_at", record.created_at.to_string());
    builder = match &record.selection {
        Selection::Events(ids) => {
            let ids = ids.iter().map(|id| AttributeValue::S(id.to_string())).collect();
            builder.value("event_ids", AttributeValue::L(ids))
        }
        Selection::Matching { status, from, to } => {
            builder.text("event_status", status.as_str()).text("from", from.to_string()).text("to", to.to_string())
        }
    };
    for (name, value) in changing(record) {
        builder = builder.value(&name, value);
    }
    builder.build()
}

fn read(owner: &Owner, item: &Item) -> Result<ReplayRecord, StoreError> {
    let reader = ItemReader::new(TABLE, item);
    let named = |name: &'static str| reader.text(name);
    let corrupt = |name: &'static str| move || StoreError::Corrupt { table: TABLE, what: name.to_owned() };
    let selection = match reader.get("event_ids") {
        Some(AttributeValue::L(ids)) => {
            let id = |value: &AttributeValue| value.as_s().ok().and_then(|id| id.parse().ok());
            let ids = ids.iter().map(id).collect::<Option<Vec<_>>>();
            Selection::Events(ids.ok_or_else(corrupt("event_ids"))?)
        }
        _ => Selection::Matching {
            status: EventStatus::from_name(named("event_status")?).ok_or_else(corrupt("event_status"))?,
            from: reader.parsed("from")?,
            to: reader.parsed("to")?,
        },
    };
    Ok(ReplayRecord {
        key: ReplayKey { owner: owner.clone(), id: reader.parsed("replay_id")? },
        selection,
        options: Options {
            body: Body::from_name(named("body")?).ok_or_else(corrupt("body"))?,
            webhook_id: WebhookId::from_name(named("webhook_id")?).ok_or_else(corrupt("webhook_id"))?,
        },
        per_second: reader.number("per_second")?,
        status: ReplayStatus::from_name(named("status")?).ok_or_else(corrupt("status"))?,
        cut: reader.optional_text("cut").and_then(Cut::from_name),
        total: reader.optional_number("total")?,
        counts: Counts {
            replayed: reader.number("replayed")?,
            not_found: reader.number("not_found")?,
            in_progress: reader.number("in_progress")?,
            payload_missing: reader.number("payload_missing")?,
            unreadable: reader.number("unreadable")?,
        },
        cursor: match reader.get("cursor") {
            None => None,
            Some(_) => Some(reader.parsed("cursor")?),
        },
        run: reader.number("run")?,
        rounds: reader.number("rounds")?,
        due: reader.parsed("due")?,
        created_at: reader.parsed("created_at")?,
        updated_at: reader.parsed("updated_at")?,
        expires_at: reader.seconds("expires_at")?,
    })
}

impl<C: Clock> ReplayProgress for DynamoReplays<C> {
    async fn replay(&self, key: &ReplayKey) -> Result<Option<ReplayRecord>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("webhook", AttributeValue::S(partition(&key.owner)))
            .key("replay_id", AttributeValue::S(key.id.to_string()))
            .consistent_read(true)
            .send()
            .await
            .map_err(unavailable)?;
        let record = answer.item().map(|item| read(&key.owner, item)).transpose()?;
        // What has expired stays for days until it is swept.
        Ok(record.filter(|record| record.expires_at > self.clock.now()))
    }

    async fn update(&self, record: &ReplayRecord, seen: &ReplayRecord) -> Result<Written, StoreError> {
        let values = changing(record);
        let mut request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("webhook", AttributeValue::S(partition(&record.key.owner)))
            .key("replay_id", AttributeValue::S(record.key.id.to_string()))
            .condition_expression("#run = :seen_run AND #rounds = :seen_rounds AND #status = :seen_status")
            .expression_attribute_values(":seen_run", AttributeValue::N(seen.run.to_string()))
            .expression_attribute_values(":seen_rounds", AttributeValue::N(seen.rounds.to_string()))
            .expression_attribute_values(":seen_status", AttributeValue::S(seen.status.as_str().to_owned()));
        // Each name by a placeholder: some of them are reserved.
        let absent: Vec<&str> = ABSENT.into_iter().filter(|name| !values.contains_key(*name)).collect();
        let set: Vec<String> = values.keys().map(|name| format!("#{name} = :{name}")).collect();
        let removed: Vec<String> = absent.iter().map(|name| format!("#{name}")).collect();
        for name in values.keys().map(String::as_str).chain(absent) {
            request = request.expression_attribute_names(format!("#{name}"), name);
        }
        let mut expression = format!("SET {}", set.join(", "));
        if !removed.is_empty() {
            expression = format!("{expression} REMOVE {}", removed.join(", "));
        }
        for (name, value) in values {
            request = request.expression_attribute_values(format!(":{name}"), value);
        }
        match request.update_expression(expression).send().await {
            Ok(_) => Ok(Written::Done),
            Err(error)
                if error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(Written::Outdated)
            }
            Err(error) => Err(unavailable(error)),
        }
    }
}

impl<C: Clock> ReplayStore for DynamoReplays<C> {
    async fn create(&self, record: &ReplayRecord) -> Result<Written, StoreError> {
        let request = self.client.put_item().table_name(&self.table).set_item(Some(write(record)));
        match request.condition_expression("attribute_not_exists(replay_id)").send().await {
            Ok(_) => Ok(Written::Done),
            Err(error) if error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) => {
                Ok(Written::Outdated)
            }
            Err(error) => Err(unavailable(error)),
        }
    }

    async fn claim(
        &self,
        owner: &Owner,
        key: &str,
        candidate: &ReplayId,
        now: Timestamp,
    ) -> Result<ReplayId, StoreError> {
        // The caller's key may hold anything, so its digest stands for it.
        let digest = hex::encode(Sha256::digest(key.as_bytes()));
        let item = ItemBuilder::default()
            .text("webhook", partition(owner))
            .text("replay_id", format!("key#{digest}"))
            .text("stands_for", candidate.as_str())
            .number("expires_at", now.as_second() + IDEMPOTENCY_TTL_SECONDS)
            .build();
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let answer = request
            // Expired keys stay for days until they are swept.
            .condition_expression("attribute_not_exists(replay_id) OR expires_at < :now")
            .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = answer else { return Ok(candidate.clone()) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(taken)) => {
                let item = taken.item().ok_or_else(|| StoreError::Corrupt { table: TABLE, what: "item".to_owned() })?;
                ItemReader::new(TABLE, item).parsed("stands_for")
            }
            _ => Err(unavailable(error)),
        }
    }

    async fn replays(
        &self,
        owner: &Owner,
        before: Option<&ReplayId>,
        limit: usize,
    ) -> Result<Page<ReplayRecord, ReplayId>, StoreError> {
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .expression_attribute_values(":webhook", AttributeValue::S(partition(owner)))
            .filter_expression("expires_at > :now")
            .expression_attribute_values(":now", AttributeValue::N(self.clock.now().as_second().to_string()))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .consistent_read(true);
        let newest = before.map_or_else(|| "rep_~".to_owned(), |before| below(before.as_str()));
        let answer = request
            .key_condition_expression("webhook = :webhook AND replay_id BETWEEN :oldest AND :newest")
            .expression_attribute_values(":oldest", AttributeValue::S("rep_".to_owned()))
            .expression_attribute_values(":newest", AttributeValue::S(newest))
            .send()
            .await
            .map_err(unavailable)?;
        let items = answer.items().iter().map(|item| read(owner, item)).collect::<Result<Vec<_>, _>>()?;
        let next = match answer.last_evaluated_key() {
            Some(key) => Some(ItemReader::new(TABLE, key).parsed("replay_id")?),
            None => None,
        };
        Ok(Page { items, next })
    }
}
