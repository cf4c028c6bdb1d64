//! What was done to a webhook: pages, newest first, until it expires.

use hookstep_core::history::{Action, Actor, ActorKind, Entry};
use hookstep_core::ports::{HistoryReader, StoreError, WebhookStore};
use hookstep_core::secret::Owner;
use hookstep_core::webhook::Webhook;
use jiff::SignedDuration;

use crate::make::{NOW, config_id, tenant};
use crate::stack::{HISTORY_DAYS, Tables};
use crate::webhooks::{bare, created, entry};

/// A webhook that was changed so many times, and its entries, newest first.
async fn changed(tables: &Tables, times: u64) -> (Owner, Vec<Entry>) {
    let (configs, mut webhook) = (tables.configs(), bare(&tenant(), config_id()));
    let mut entries = vec![created(&webhook)];
    configs.create(&webhook, &entries[0]).await.expect("it is new");
    for version in 2..times + 2 {
        let next = Webhook { version, ..webhook };
        entries.push(entry(Action::Changed, version));
        configs.replace(&next, version - 1, &entries[entries.len() - 1]).await.expect("it is written");
        webhook = next;
    }
    entries.reverse();
    (webhook.owner(), entries)
}

#[tokio::test]
async fn pages_hold_every_entry_once_newest_first() {
    let tables = Tables::connect();
    let (owner, expected) = changed(&tables, 6).await;
    for limit in 1..=8 {
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = tables.configs().history(&owner, before, limit, NOW).await.expect("it is readable");
            assert!(page.items.len() <= limit);
            seen.extend(page.items);
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected, "{limit} a page");
    }
}

#[tokio::test]
async fn every_action_and_every_kind_of_caller_comes_back() {
    let tables = Tables::connect();
    for action in Action::ALL {
        for kind in ActorKind::ALL {
            for id in [None, Some(String::new()), Some("arn:aws:iam::1:role/\"ü\"".to_owned())] {
                let webhook = bare(&tenant(), config_id());
                let actor = Actor { kind, id };
                let at = NOW + SignedDuration::from_nanos(1);
                let entry = Entry { actor, at, changed_fields: vec![], ..entry(action, u64::from(u32::MAX)) };
                tables.configs().create(&webhook, &entry).await.expect("it is new");
                let page = tables.configs().history(&webhook.owner(), None, 1, NOW).await.expect("it is readable");
                assert_eq!(page.items, [entry]);
            }
        }
    }
}

#[tokio::test]
async fn entries_are_gone_when_their_time_is_over() {
    let tables = Tables::connect();
    let (owner, entries) = changed(&tables, 1).await;
    let end = NOW + SignedDuration::from_hours(24 * HISTORY_DAYS);
    let at = async |now| tables.configs().history(&owner, None, 10, now).await.expect("it is readable").items;
    assert_eq!(at(end - SignedDuration::from_secs(1)).await, entries);
    assert_eq!(at(end + SignedDuration::from_secs(1)).await, []);

    // That is also when the table sweeps them.
    let get = tables.dynamodb.get_item().table_name(&tables.stack.history_table);
    let partition = format!("{}#{}", owner.tenant, owner.config_id);
    let get = get.key("webhook", aws_sdk_dynamodb::types::AttributeValue::S(partition));
    let get = get.key("version", aws_sdk_dynamodb::types::AttributeValue::N("1".to_owned()));
    let item = get.send().await.expect("it is readable").item.expect("it is there");
    assert_eq!(item["expires_at"].as_n().map(String::as_str), Ok(end.as_second().to_string().as_str()));
}

#[tokio::test]
async fn a_history_is_its_tenants_and_its_webhooks_only() {
    let tables = Tables::connect();
    let (owner, _) = changed(&tables, 1).await;
    let others = [
        Owner { tenant: tenant(), config_id: owner.config_id.clone() },
        Owner { tenant: owner.tenant.clone(), config_id: config_id() },
    ];
    for other in others {
        let page = tables.configs().history(&other, None, 10, NOW).await.expect("it is readable");
        assert_eq!((page.items, page.next), (vec![], None));
    }
}

#[tokio::test]
async fn an_entry_that_hookstep_did_not_write_is_named() {
    let tables = Tables::connect();
    for (attribute, value) in
        [("action", "shouted"), ("actor_type", "robot"), ("at", "yesterday"), ("changed_fields", "/a")]
    {
        let (owner, _) = changed(&tables, 0).await;
        let partition = format!("{}#{}", owner.tenant, owner.config_id);
        let update = tables.dynamodb.update_item().table_name(&tables.stack.history_table);
        update
            .key("webhook", aws_sdk_dynamodb::types::AttributeValue::S(partition))
            .key("version", aws_sdk_dynamodb::types::AttributeValue::N("1".to_owned()))
            .update_expression("SET #attribute = :value")
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_values(":value", aws_sdk_dynamodb::types::AttributeValue::S(value.to_owned()))
            .send()
            .await
            .expect("it is written");
        let error = tables.configs().history(&owner, None, 10, NOW).await.expect_err("it is not one of ours");
        let StoreError::Corrupt { what, table } = &error else { panic!("{error:?}") };
        assert_eq!((what.as_str(), *table), (attribute, "history"));
    }
}
