//! Webhooks: each change is made together with its entry in the history, or not at all.

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use hookstep_core::history::{Action, Entry};
use hookstep_core::ports::{HistoryReader, StoreError, WebhookReader, WebhookStore, Written};
use hookstep_core::secret::Owner;
use hookstep_core::webhook::Webhook;

use crate::make::{NOW, config_id, tenant};
use crate::stack::Tables;
use crate::webhooks::{bare, changed, created, entry, full, ordinary};

async fn stored(tables: &Tables, owner: &Owner) -> Option<Webhook> {
    let configs = tables.configs();
    let read = configs.webhook(&owner.tenant, &owner.config_id).await.expect("it is readable");
    // What the steps of a delivery read is what the API reads.
    assert_eq!(tables.reader().webhook(&owner.tenant, &owner.config_id).await.expect("it is readable"), read);
    read
}

async fn history(tables: &Tables, owner: &Owner) -> Vec<Entry> {
    let page = tables.configs().history(owner, None, 100, NOW).await.expect("it is readable");
    assert_eq!(page.next, None);
    page.items
}

#[tokio::test]
async fn a_webhook_and_its_history_are_created_changed_and_deleted_together() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let configs = tables.configs();
    for first in [full(&tenant, config_id()), ordinary(&tenant, config_id()), bare(&tenant, config_id())] {
        let owner = first.owner();
        assert_eq!((stored(&tables, &owner).await, history(&tables, &owner).await), (None, vec![]));
        configs.create(&first, &created(&first)).await.expect("it is new");
        assert_eq!(stored(&tables, &owner).await, Some(first.clone()));
        assert_eq!(history(&tables, &owner).await, [created(&first)]);

        let second = changed(&first);
        let change = entry(Action::Changed, second.version);
        let written = configs.replace(&second, first.version, &change).await.expect("it is written");
        assert_eq!(written, Written::Done);
        assert_eq!(stored(&tables, &owner).await, Some(second.clone()));
        assert_eq!(history(&tables, &owner).await, [change.clone(), created(&first)]);

        let deletion = Entry { changed_fields: vec![], ..entry(Action::Deleted, second.version + 1) };
        assert_eq!(configs.delete(&owner, second.version, &deletion).await.expect("it is there"), Written::Done);
        assert_eq!(stored(&tables, &owner).await, None);
        // The history stays.
        assert_eq!(history(&tables, &owner).await, [deletion, change, created(&first)]);
    }
}

#[tokio::test]
async fn a_change_of_another_version_changes_nothing_and_leaves_no_trace() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let (configs, webhook) = (tables.configs(), full(&tenant, config_id()));
    let owner = webhook.owner();
    configs.create(&webhook, &created(&webhook)).await.expect("it is new");
    for expected in [0, webhook.version - 1, webhook.version + 1, u64::MAX] {
        let change = changed(&webhook);
        let change_entry = entry(Action::Changed, change.version);
        let written = configs.replace(&change, expected, &change_entry).await.expect("it is answered");
        assert_eq!(written, Written::Outdated, "{expected}");
        let deletion = entry(Action::Deleted, change.version);
        let written = configs.delete(&owner, expected, &deletion).await.expect("it is answered");
        assert_eq!(written, Written::Outdated, "{expected}");
    }
    assert_eq!(stored(&tables, &owner).await, Some(webhook.clone()));
    assert_eq!(history(&tables, &owner).await, [created(&webhook)]);
}

#[tokio::test]
async fn what_is_gone_is_neither_changed_nor_deleted_nor_made_again() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let (configs, webhook) = (tables.configs(), bare(&tenant, config_id()));
    let owner = webhook.owner();
    let change = entry(Action::Changed, 2);
    assert_eq!(configs.replace(&changed(&webhook), 1, &change).await.expect("it is answered"), Written::Outdated);
    assert_eq!(configs.delete(&owner, 1, &change).await.expect("it is answered"), Written::Outdated);
    assert_eq!((stored(&tables, &owner).await, history(&tables, &owner).await), (None, vec![]));
}

#[tokio::test]
async fn without_its_entry_no_change_is_made() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let (configs, webhook) = (tables.configs(), bare(&tenant, config_id()));
    let owner = webhook.owner();
    configs.create(&webhook, &created(&webhook)).await.expect("it is new");
    let without_history = tables.reader().with_history("no-such-table".to_owned(), 1);
    let (change, change_entry) = (changed(&webhook), entry(Action::Changed, 2));
    let other = bare(&tenant, config_id());
    for failed in [
        without_history.create(&other, &created(&other)).await.map(|()| Written::Done),
        without_history.replace(&change, 1, &change_entry).await,
        without_history.delete(&owner, 1, &change_entry).await,
    ] {
        assert!(matches!(failed, Err(StoreError::Unavailable { .. })), "{failed:?}");
    }
    assert_eq!(stored(&tables, &owner).await, Some(webhook.clone()));
    assert_eq!(stored(&tables, &other.owner()).await, None);
    assert_eq!(history(&tables, &owner).await, [created(&webhook)]);
}

#[tokio::test]
async fn of_changes_at_the_same_time_one_is_made() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let (configs, webhook) = (tables.configs(), bare(&tenant, config_id()));
    let owner = webhook.owner();
    configs.create(&webhook, &created(&webhook)).await.expect("it is new");
    let changes = (0..20).map(async |number| {
        let change = Webhook { name: format!("number {number}"), ..changed(&webhook) };
        let entry = Entry { changed_fields: vec![format!("/{number}")], ..entry(Action::Changed, 2) };
        // A transaction that is cut off by another one at the same item says so, and is to be tried again.
        loop {
            match configs.replace(&change, 1, &entry).await {
                Ok(written) => return (change, entry, written),
                Err(StoreError::Unavailable { source, .. }) => {
                    let said = format!("{source:?}");
                    assert!(said.contains("TransactionConflict") || said.contains("TransactionInProgress"), "{said}");
                }
                Err(error) => panic!("{error}"),
            }
        }
    });
    let all = futures_util::future::join_all(changes).await;
    let mut done = all.into_iter().filter(|(_, _, written)| *written == Written::Done);
    let (change, entry, _) = done.next().expect("one is made");
    assert!(done.next().is_none());
    assert_eq!(stored(&tables, &owner).await, Some(change));
    assert_eq!(history(&tables, &owner).await, [entry, created(&webhook)]);
}

#[tokio::test]
async fn a_webhook_is_its_tenants_only() {
    let (tables, own, stranger) = (Tables::connect(), tenant(), tenant());
    let (configs, webhook) = (tables.configs(), full(&own, config_id()));
    configs.create(&webhook, &created(&webhook)).await.expect("it is new");
    let other = Owner { tenant: stranger.clone(), config_id: webhook.id.clone() };
    assert_eq!((stored(&tables, &other).await, history(&tables, &other).await), (None, vec![]));
    let deletion = entry(Action::Deleted, webhook.version + 1);
    let deleted = configs.delete(&other, webhook.version, &deletion).await.expect("it is answered");
    assert_eq!(deleted, Written::Outdated);
    // The same id is another webhook of the other tenant.
    let theirs = Webhook { tenant: stranger.clone(), name: "theirs".to_owned(), ..webhook.clone() };
    let change = configs.replace(&theirs, webhook.version, &entry(Action::Changed, 2)).await.expect("it is answered");
    assert_eq!(change, Written::Outdated);
    configs.create(&theirs, &created(&theirs)).await.expect("it is new");
    assert_eq!(stored(&tables, &webhook.owner()).await, Some(webhook));
    assert_eq!(stored(&tables, &other).await, Some(theirs));
}

#[tokio::test]
async fn an_id_that_is_taken_is_not_overwritten() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let (configs, first) = (tables.configs(), full(&tenant, config_id()));
    configs.create(&first, &created(&first)).await.expect("it is new");
    let second = Webhook { name: "another".to_owned(), ..first.clone() };
    let taken = configs.create(&second, &entry(Action::Created, 9)).await;
    assert!(matches!(taken, Err(StoreError::Unavailable { .. })), "{taken:?}");
    assert_eq!(stored(&tables, &first.owner()).await, Some(first.clone()));
    assert_eq!(history(&tables, &first.owner()).await, [created(&first)]);
}

#[tokio::test]
async fn tables_that_are_not_there_are_unavailable() {
    let tables = Tables::connect().through(|config| {
        let config = config.endpoint_url("http://127.0.0.1:1").retry_config(RetryConfig::disabled());
        aws_sdk_dynamodb::Client::from_conf(config.build())
    });
    let (configs, webhook) = (tables.configs(), bare(&tenant(), config_id()));
    let entry = created(&webhook);
    let owner = webhook.owner();
    let results = [
        configs.create(&webhook, &entry).await.err(),
        configs.replace(&webhook, 1, &entry).await.err(),
        configs.delete(&owner, 1, &entry).await.err(),
        configs.webhook(&owner.tenant, &owner.config_id).await.err(),
        configs.history(&owner, None, 1, NOW).await.err(),
    ];
    for error in results {
        let Some(StoreError::Unavailable { source, .. }) = error else { panic!("{error:?}") };
        assert!(source.downcast_ref::<aws_sdk_dynamodb::Error>().is_none_or(|error| error.code().is_none()));
    }
}
