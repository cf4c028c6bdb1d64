//! Webhooks.

use hookstep_core::header::Header;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{StoreError, WebhookReader, WebhookStore};
use hookstep_core::webhook::{Method, TimeoutSeconds, Webhook, WebhookUrl};
use jiff::{SignedDuration, Timestamp};

use crate::make::{NOW, config_id, tenant};
use crate::stack::Tables;

fn webhook(tenant: &TenantId, id: ConfigId) -> Webhook {
    Webhook {
        id,
        tenant: tenant.clone(),
        name: "Aufträge \u{1fa9d}".to_owned(),
        description: String::new(),
        event_name: Some("order.created".to_owned()),
        url: WebhookUrl::parse("https://example.com/hooks?a=%22b%22&ü", false).expect("a target"),
        method: Method::Put,
        headers: vec![
            Header::parse("Authorization", "Bearer abc").expect("a header"),
            Header::parse("x-quotes", "a \"b\" \\c").expect("a header"),
        ],
        enabled: true,
        timeout: TimeoutSeconds::new(840).expect("the longest"),
        created_at: NOW,
        updated_at: NOW + SignedDuration::from_nanos(1),
        version: 7,
    }
}

#[tokio::test]
async fn what_is_created_is_read_and_listed_and_deleted() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    let full = webhook(&tenant, config_id());
    let bare = Webhook {
        id: config_id(),
        event_name: None,
        url: WebhookUrl::parse("http://127.0.0.1:8080/", true).expect("a target"),
        method: Method::Get,
        headers: vec![],
        enabled: false,
        timeout: TimeoutSeconds::new(1).expect("the shortest"),
        ..full.clone()
    };
    for webhook in [&full, &bare] {
        configs.create(webhook).await.expect("it is new");
        assert_eq!(configs.webhook(&tenant, &webhook.id).await.expect("it is readable").as_ref(), Some(webhook));
    }
    let listed = configs.list(&tenant, None, 10).await.expect("they are readable");
    let mut expected = vec![full.clone(), bare];
    expected.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!((listed.items, listed.next), (expected, None));

    assert!(configs.delete(&tenant, &full.id).await.expect("it is there"));
    assert!(!configs.delete(&tenant, &full.id).await.expect("to delete what is gone is no error"));
    assert_eq!(configs.webhook(&tenant, &full.id).await.expect("to look for it is no error"), None);
}

#[tokio::test]
async fn a_webhook_is_its_tenants_only() {
    let (configs, owner, stranger) = (Tables::connect().configs(), tenant(), tenant());
    let webhook = webhook(&owner, config_id());
    configs.create(&webhook).await.expect("it is new");
    assert_eq!(configs.webhook(&stranger, &webhook.id).await.expect("no error"), None);
    assert!(!configs.delete(&stranger, &webhook.id).await.expect("no error"));
    assert_eq!(configs.list(&stranger, None, 10).await.expect("no error").items, []);
    assert_eq!(configs.webhook(&owner, &webhook.id).await.expect("it is readable"), Some(webhook));
}

#[tokio::test]
async fn an_id_that_is_taken_is_not_overwritten() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    let first = webhook(&tenant, config_id());
    configs.create(&first).await.expect("it is new");
    let second = Webhook { name: "another".to_owned(), ..first.clone() };
    assert!(matches!(configs.create(&second).await, Err(StoreError::Unavailable { .. })));
    assert_eq!(configs.webhook(&tenant, &first.id).await.expect("it is readable"), Some(first));
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_can_be_repeated() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    let webhook = webhook(&tenant, config_id());
    configs.create(&webhook).await.expect("it is new");
    configs.create(&webhook).await.expect("it is the same");
}

#[tokio::test]
async fn pages_of_a_list_hold_every_webhook_once_oldest_first() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    let mut expected = Vec::new();
    for minute in [3, 1, 2, 5, 4] {
        let created = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
        let webhook = webhook(&tenant, ConfigId::generate(created, 0));
        configs.create(&webhook).await.expect("it is new");
        expected.push(webhook.id);
    }
    expected.sort();
    for limit in 1..=6 {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = configs.list(&tenant, after.as_ref(), limit).await.expect("it is readable");
            assert!(page.items.len() <= limit);
            seen.extend(page.items.into_iter().map(|webhook| webhook.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected, "{limit} a page");
    }
}
