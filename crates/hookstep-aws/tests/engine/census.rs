//! What is in progress, counted in a table of its own: the others' rows are in progress too.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, PutRequest, ScalarAttributeType, WriteRequest,
};
use hookstep_core::event::{Event, Leg};
use hookstep_core::ids::EventId;
use hookstep_core::ports::{Census, OpenCounter, OutcomeRecorder};
use hookstep_core::verdict::{Ending, Verdict};
use jiff::{SignedDuration, Timestamp};

use crate::make::{EXECUTION, NOW, answered, config_id, delivery, event, small_body, tenant};
use crate::stack::Tables;

/// More than are looked at of one partition.
const MANY: u128 = 1_050;

fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().expect("complete")
}

fn attribute(name: &str, kind: ScalarAttributeType) -> AttributeDefinition {
    AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().expect("complete")
}

/// An events table of this test's own, with the one index that it takes.
async fn own_table() -> Tables {
    let mut tables = Tables::connect();
    tables.stack.events_table = format!("census-{}", config_id());
    let index = GlobalSecondaryIndex::builder()
        .index_name("open_by_deadline")
        .key_schema(key("open_shard", KeyType::Hash))
        .key_schema(key("deadline_at", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build());
    let request = tables
        .dynamodb
        .create_table()
        .table_name(&tables.stack.events_table)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key("webhook_shard", KeyType::Hash))
        .key_schema(key("event_id", KeyType::Range))
        .attribute_definitions(attribute("webhook_shard", ScalarAttributeType::S))
        .attribute_definitions(attribute("event_id", ScalarAttributeType::S))
        .attribute_definitions(attribute("open_shard", ScalarAttributeType::S))
        .attribute_definitions(attribute("deadline_at", ScalarAttributeType::N))
        .global_secondary_indexes(index.build().expect("complete"));
    request.send().await.expect("the table is made");
    tables
}

/// Entries of one partition, all of them overdue since 1970, as notes of events that could not be recorded are.
async fn put_many(tables: &Tables, accepted_at: Timestamp) {
    let text = |text: String| AttributeValue::S(text);
    let put = |number: u128| {
        let item = PutRequest::builder()
            .item("webhook_shard", text(format!("default#{}#0", config_id())))
            .item("event_id", text(EventId::generate(accepted_at, number).to_string()))
            .item("open_shard", text("running#7".to_owned()))
            .item("deadline_at", AttributeValue::N("0".to_owned()));
        WriteRequest::builder().put_request(item.build().expect("complete")).build()
    };
    let numbers: Vec<u128> = (0..MANY).collect();
    for some in numbers.chunks(25) {
        let writes = some.iter().copied().map(put).collect();
        let request = tables.dynamodb.batch_write_item().request_items(&tables.stack.events_table, writes);
        request.send().await.expect("they are written");
    }
}

#[tokio::test]
async fn what_runs_and_what_waits_is_counted_with_the_oldest_and_the_most_overdue() {
    let (tables, owner, webhook) = (own_table().await, tenant(), config_id());
    let events = tables.events(NOW);
    assert_eq!(events.census().await.expect("it is counted"), Census::default());

    let [runs, waits, ends]: [Event; 3] = std::array::from_fn(|_| event(&owner, &webhook));
    for event in [&runs, &waits, &ends] {
        tables.record(event, &delivery(), EXECUTION, NOW).await;
    }
    let failed = answered(500, small_body());
    let because = Verdict::of_attempt(&failed);
    let again = Ending::Again { at: NOW + SignedDuration::from_hours(1), because: because.clone() };
    for (event, ending) in [(&waits, again), (&ends, Ending::Final(because))] {
        events.conclude(&Leg::from(event), EXECUTION, &failed, &ending, NOW).await.expect("it is written");
    }
    let census = events.census().await.expect("it is counted");
    let moments = [&runs, &waits].map(|event| event.key.event_id.moment());
    assert_eq!((census.running, census.waiting), (1, 1));
    assert_eq!(census.oldest_accepted_at, moments.into_iter().min());
    assert!(census.earliest_deadline_at.is_some_and(|deadline| deadline > NOW), "{census:?}");

    let before = Timestamp::constant(1_500_000_000, 0);
    put_many(&tables, before).await;
    let census = events.census().await.expect("it is counted");
    let all = u64::try_from(MANY).expect("a number") + 1;
    assert_eq!((census.running, census.waiting, census.oldest_accepted_at), (all, 1, Some(before)));
    assert_eq!(census.earliest_deadline_at, Some(before), "nothing is overdue for longer than it is there");
    tables.dynamodb.delete_table().table_name(&tables.stack.events_table).send().await.expect("it is gone");
}
