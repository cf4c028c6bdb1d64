//! What the management calls cost in units of the tables. docs/COST.md has the prices.

use hookstep_core::history::{Action, Entry};
use hookstep_core::ports::{HistoryReader, WebhookQuery, WebhookReader, WebhookStore};
use hookstep_core::webhook::{Status, Webhook};

use crate::make::{NOW, config_id, tenant};
use crate::meter::{Meter, Units, of};
use crate::stack::Tables;
use crate::webhooks::{bare, changed, created, entry, ordinary};

/// What one call cost.
fn one(meter: &Meter) -> Units {
    <[Units; 1]>::try_from(meter.read()).map(|[units]| units).expect("one call")
}

/// One that listens to the bus has an entry in an index, too: a unit where it comes, goes or changes.
#[tokio::test]
async fn a_change_takes_two_units_a_kilobyte_and_two_for_its_entry() {
    let meter = Meter::default();
    let (tables, tenant) = (Tables::connect().metered(&meter), tenant());
    let configs = tables.configs();
    for (webhook, units, of_index) in [
        (bare(&tenant, config_id()), 2.0, 0.0),
        (ordinary(&tenant, config_id()), 2.0, 1.0),
        (Webhook { description: "x".repeat(2_000), ..ordinary(&tenant, config_id()) }, 6.0, 1.0),
    ] {
        let both = |of_index| of(&[("table", units + of_index), ("history", 2.0)]);
        configs.create(&webhook, &created(&webhook)).await.expect("it is new");
        assert_eq!(one(&meter), both(of_index));
        let next = changed(&webhook);
        configs.replace(&next, webhook.version, &entry(Action::Changed, next.version)).await.expect("it is written");
        assert_eq!(one(&meter), both(0.0));
        // By its size, which is a transaction's price for a deletion too.
        let deletion = Entry { changed_fields: vec![], ..entry(Action::Deleted, next.version + 1) };
        configs.delete(&webhook.owner(), next.version, &deletion).await.expect("it is there");
        assert_eq!(one(&meter), both(of_index));
    }
}

#[tokio::test]
async fn a_change_that_is_refused_is_one_call() {
    let meter = Meter::default();
    let (tables, tenant) = (Tables::connect().metered(&meter), tenant());
    let (configs, webhook) = (tables.configs(), bare(&tenant, config_id()));
    let refused = configs.replace(&webhook, 1, &entry(Action::Changed, 2)).await.expect("it is answered");
    assert_eq!(refused, hookstep_core::ports::Written::Outdated);
    // What failed does not say what it cost.
    assert_eq!(meter.read(), [] as [Units; 0]);
}

#[tokio::test]
async fn a_webhook_is_read_by_one_unit_whether_it_is_there_or_not() {
    let meter = Meter::default();
    let (tables, tenant) = (Tables::connect().metered(&meter), tenant());
    let (configs, webhook) = (tables.configs(), ordinary(&tenant, config_id()));
    configs.create(&webhook, &created(&webhook)).await.expect("it is new");
    meter.read();
    for id in [webhook.id.clone(), config_id()] {
        configs.webhook(&tenant, &id).await.expect("it is readable");
        assert_eq!(one(&meter), of(&[("table", 1.0)]));
        tables.reader().webhook(&tenant, &id).await.expect("it is readable");
        assert_eq!(one(&meter), of(&[("table", 1.0)]));
    }
    configs.history(&webhook.owner(), None, 100, NOW).await.expect("it is readable");
    assert_eq!(one(&meter), of(&[("table", 1.0)]));
}

#[tokio::test]
async fn a_list_is_one_query_with_and_without_a_filter() {
    let meter = Meter::default();
    let (tables, tenant) = (Tables::connect().metered(&meter), tenant());
    let configs = tables.configs();
    for number in 0..20 {
        let event_name = Some(format!("event.{}", number % 2));
        let webhook = Webhook { event_name, ..ordinary(&tenant, config_id()) };
        configs.create(&webhook, &created(&webhook)).await.expect("it is new");
    }
    meter.read();
    for (query, found) in [
        (WebhookQuery { limit: 20, ..WebhookQuery::default() }, 20),
        (WebhookQuery { limit: 100, ..WebhookQuery::default() }, 20),
        (WebhookQuery { limit: 100, event_name: Some("event.1".to_owned()), ..WebhookQuery::default() }, 10),
        (WebhookQuery { limit: 100, status: Some(Status::Disabled), ..WebhookQuery::default() }, 0),
    ] {
        let page = configs.list(&tenant, &query).await.expect("it is readable");
        assert_eq!(page.items.len(), found);
        // The engine counts a page of any size as half a unit; DynamoDB takes half a unit for each 4 KB that it looks at.
        assert_eq!(one(&meter), of(&[("table", 0.5)]));
    }
}
