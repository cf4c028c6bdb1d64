//! Lists of webhooks: pages, filters, and many of them.

use futures_util::StreamExt as _;
use futures_util::stream::iter;
use hookstep_aws::configs::ManagedConfigs;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{WebhookQuery, WebhookStore};
use hookstep_core::webhook::{Status, Webhook};
use jiff::{SignedDuration, Timestamp};

use crate::make::{config_id, tenant};
use crate::stack::Tables;
use crate::webhooks::{bare, created, full};

/// Stores them, many at a time.
async fn store(configs: &ManagedConfigs, webhooks: &[Webhook]) {
    let writes = webhooks.iter().map(async |webhook| {
        configs.create(webhook, &created(webhook)).await.expect("it is new");
    });
    iter(writes).buffer_unordered(16).collect::<()>().await;
}

/// The ids of every page, and how many pages there were.
async fn pages(configs: &ManagedConfigs, tenant: &TenantId, query: &WebhookQuery) -> (Vec<ConfigId>, usize) {
    let (mut seen, mut count) = (Vec::new(), 0);
    let mut query = query.clone();
    loop {
        let page = configs.list(tenant, &query).await.expect("it is readable");
        assert!(page.items.len() <= query.limit, "{} of {}", page.items.len(), query.limit);
        count += 1;
        seen.extend(page.items.into_iter().map(|webhook| webhook.id));
        query.after = page.next;
        if query.after.is_none() {
            return (seen, count);
        }
    }
}

fn of(limit: usize) -> WebhookQuery {
    WebhookQuery { limit, ..WebhookQuery::default() }
}

#[tokio::test]
async fn pages_of_a_list_hold_every_webhook_once_oldest_first() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    let at = |minute| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
    let webhooks = [3, 1, 2, 5, 4].map(|minute| bare(&tenant, ConfigId::generate(at(minute), 0)));
    store(&configs, &webhooks).await;
    let mut expected = webhooks.map(|webhook| webhook.id);
    expected.sort();
    for limit in 1..=6 {
        let (seen, count) = pages(&configs, &tenant, &of(limit)).await;
        assert_eq!(seen, expected, "{limit} a page");
        // A page that is full to the last webhook may not know that it is the last.
        assert!(
            (expected.len().div_ceil(limit)..=expected.len() / limit + 1).contains(&count),
            "{count} pages of {limit}"
        );
    }
    assert_eq!(pages(&configs, &crate::make::tenant(), &of(10)).await, (vec![], 1));
}

#[tokio::test]
async fn three_hundred_webhooks_are_listed_whole_and_by_filter() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    let at = |number| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(number);
    let webhooks: Vec<Webhook> = (0..300)
        .map(|number| Webhook {
            event_name: (number % 3 != 0).then(|| format!("event.{}", number % 3)),
            status: Status::ALL[usize::try_from(number % 10).expect("a digit").saturating_sub(7)],
            ..full(&tenant, ConfigId::generate(at(number), 0))
        })
        .collect();
    store(&configs, &webhooks).await;
    let names = [None, Some("event.1"), Some("event.2"), Some("event.0"), Some("event")];
    for event_name in names {
        for status in [None, Some(Status::Active), Some(Status::Disabled), Some(Status::AutoDisabled)] {
            let fits = |webhook: &&Webhook| {
                event_name.is_none_or(|name| webhook.event_name.as_deref() == Some(name))
                    && status.is_none_or(|status| webhook.status == status)
            };
            let expected: Vec<ConfigId> = webhooks.iter().filter(fits).map(|webhook| webhook.id.clone()).collect();
            for limit in [7, 100] {
                let query = WebhookQuery { event_name: event_name.map(str::to_owned), status, ..of(limit) };
                let (seen, _) = pages(&configs, &tenant, &query).await;
                assert_eq!(seen, expected, "{event_name:?} {status:?} {limit}");
            }
        }
    }
}

#[tokio::test]
async fn a_filter_looks_past_what_does_not_fit_also_where_that_is_megabytes() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    // DynamoDB reads a megabyte at a time, whatever the filter leaves of it: some 50 of these.
    let large = |webhook: Webhook| Webhook { description: "x".repeat(20_000), ..webhook };
    let at = |number| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(number);
    let mut webhooks: Vec<Webhook> =
        (0..120).map(|number| large(bare(&tenant, ConfigId::generate(at(number), 0)))).collect();
    for wanted in [60, 119] {
        webhooks[wanted].event_name = Some("wanted".to_owned());
    }
    store(&configs, &webhooks).await;
    let query = WebhookQuery { event_name: Some("wanted".to_owned()), ..of(10) };
    let page = configs.list(&tenant, &query).await.expect("it is readable");
    let found: Vec<_> = page.items.into_iter().map(|webhook| webhook.id).collect();
    assert_eq!((found, page.next), (vec![webhooks[60].id.clone(), webhooks[119].id.clone()], None));
}

#[tokio::test]
async fn a_cursor_of_a_webhook_that_is_gone_goes_on_behind_it() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    let mut webhooks: Vec<Webhook> = (0..3).map(|_| bare(&tenant, config_id())).collect();
    webhooks.sort_by(|a, b| a.id.cmp(&b.id));
    store(&configs, &webhooks).await;
    let owner = webhooks[1].owner();
    let deletion = crate::webhooks::entry(hookstep_core::history::Action::Deleted, 2);
    configs.delete(&owner, 1, &deletion).await.expect("it is there");
    let query = WebhookQuery { after: Some(owner.config_id), ..of(10) };
    let page = configs.list(&tenant, &query).await.expect("it is readable");
    assert_eq!((page.items, page.next), (vec![webhooks[2].clone()], None));
}
