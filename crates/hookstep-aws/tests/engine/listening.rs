//! The webhooks of an event name: who is found, page by page, and what that costs.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use hookstep_core::filter::Filter;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{Listener, Listeners, ListeningWebhooks, WebhookStore};
use hookstep_core::webhook::{Status, TimeoutSeconds, Webhook};
use serde_json::json;

use crate::make::{config_id, tenant};
use crate::meter::{Meter, of};
use crate::stack::Tables;
use crate::webhooks::{bare, created};

const NAME: &str = "order.created";

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// As much of a webhook as the index holds, with more beside it.
fn item(tenant: &TenantId, id: &ConfigId, event_name: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([
        ("tenant_id".to_owned(), text(tenant.as_str())),
        ("config_id".to_owned(), text(id.as_str())),
        ("event_name".to_owned(), text(event_name)),
        ("status".to_owned(), text("active")),
        ("timeout_seconds".to_owned(), AttributeValue::N("30".to_owned())),
        ("description".to_owned(), text(&"x".repeat(500))),
    ])
}

/// Puts webhooks of this name past the adapter, many at a time. Returns their ids.
pub(crate) async fn put_many(tables: &Tables, tenant: &TenantId, event_name: &str, count: usize) -> BTreeSet<ConfigId> {
    let ids: BTreeSet<ConfigId> = (0..count).map(|_| config_id()).collect();
    let puts: Vec<WriteRequest> = ids
        .iter()
        .map(|id| {
            let put = PutRequest::builder().set_item(Some(item(tenant, id, event_name)));
            WriteRequest::builder().put_request(put.build().expect("an item")).build()
        })
        .collect();
    for puts in puts.chunks(25) {
        let batch = tables.dynamodb.batch_write_item().request_items(&tables.stack.configs_table, puts.to_vec());
        let left = batch.send().await.expect("they are put").unprocessed_items.unwrap_or_default();
        assert!(left.is_empty(), "some are left");
    }
    ids
}

async fn found(tables: &Tables, tenant: &TenantId, after: Option<&ConfigId>) -> Listeners {
    tables.reader().listeners(tenant, NAME, after).await.expect("they are found")
}

#[tokio::test]
async fn active_webhooks_of_the_tenant_and_the_name_are_found_with_what_decides_on_their_legs() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let configs = tables.configs();
    let named = |webhook: Webhook| Webhook { event_name: Some(NAME.to_owned()), ..webhook };
    let plain = named(bare(&tenant, config_id()));
    let filter = Filter::parse(json!({ "detail": { "total": [{ "numeric": [">", 10] }] } })).expect("a pattern");
    let choosy = Webhook {
        filter: Some(filter.clone()),
        timeout: TimeoutSeconds::new(840).expect("a timeout"),
        ..named(bare(&tenant, config_id()))
    };
    let others = [
        Webhook { status: Status::Disabled, ..named(bare(&tenant, config_id())) },
        Webhook { status: Status::AutoDisabled, ..named(bare(&tenant, config_id())) },
        Webhook { event_name: Some("order.create".to_owned()), ..bare(&tenant, config_id()) },
        Webhook { event_name: Some("Order.created".to_owned()), ..bare(&tenant, config_id()) },
        bare(&tenant, config_id()),
        named(bare(&crate::make::tenant(), config_id())),
    ];
    for webhook in [&plain, &choosy].into_iter().chain(&others) {
        configs.create(webhook, &created(webhook)).await.expect("it is new");
    }
    let page = found(&tables, &tenant, None).await;
    let mut expected = vec![
        Listener { config_id: plain.id.clone(), filter: None, timeout: plain.timeout },
        Listener { config_id: choosy.id.clone(), filter: Some(filter), timeout: choosy.timeout },
    ];
    let mut readable = page.readable;
    readable.sort_by(|a, b| a.config_id.cmp(&b.config_id));
    expected.sort_by(|a, b| a.config_id.cmp(&b.config_id));
    assert_eq!((readable, page.unreadable, page.next), (expected, vec![], None));
    assert_eq!(found(&tables, &crate::make::tenant(), None).await, Listeners::default());
}

#[tokio::test]
async fn items_of_before_have_a_flag_and_what_can_not_be_read_is_named() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let put = async |change: &dyn Fn(&mut HashMap<String, AttributeValue>)| {
        let id = config_id();
        let mut item = item(&tenant, &id, NAME);
        change(&mut item);
        let put = tables.dynamodb.put_item().table_name(&tables.stack.configs_table).set_item(Some(item));
        put.send().await.expect("it is put");
        id
    };
    let flagged = |flag: bool| {
        move |item: &mut HashMap<String, AttributeValue>| {
            item.remove("status");
            item.insert("enabled".to_owned(), AttributeValue::Bool(flag));
        }
    };
    let enabled = put(&flagged(true)).await;
    put(&flagged(false)).await;
    let mut broken = vec![
        put(&|item| drop(item.insert("filter".to_owned(), text("{")))).await,
        put(&|item| drop(item.insert("filter".to_owned(), text(r#"{"source":"shop"}"#)))).await,
        put(&|item| drop(item.remove("timeout_seconds"))).await,
    ];
    let mut page = found(&tables, &tenant, None).await;
    page.unreadable.sort();
    broken.sort();
    let readable: Vec<ConfigId> = page.readable.into_iter().map(|listener| listener.config_id).collect();
    assert_eq!((readable, page.unreadable), (vec![enabled], broken));
}

#[tokio::test]
async fn pages_hold_each_webhook_once_and_go_on_behind_any_of_them() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let all = put_many(&tables, &tenant, NAME, 1_030).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = found(&tables, &tenant, after.as_ref()).await;
        assert!(page.readable.len() <= 1_000, "{}", page.readable.len());
        seen.extend(page.readable.into_iter().map(|listener| listener.config_id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), seen.iter().cloned().collect::<BTreeSet<_>>()), (1_030, all));
    // Where a run broke off, and where that webhook is gone since.
    for at in [0, 29, 500, 1_028] {
        let page = found(&tables, &tenant, Some(&seen[at])).await;
        let next: Vec<_> = page.readable.iter().map(|listener| &listener.config_id).collect();
        assert_eq!(next, seen[at + 1..].iter().take(1_000).collect::<Vec<_>>(), "behind {at}");
    }
    let key = |id: &ConfigId| [("tenant_id", text(tenant.as_str())), ("config_id", text(id.as_str()))];
    let delete = tables.dynamodb.delete_item().table_name(&tables.stack.configs_table);
    let delete = key(&seen[1_028]).into_iter().fold(delete, |delete, (name, value)| delete.key(name, value));
    delete.send().await.expect("it is deleted");
    let page = found(&tables, &tenant, Some(&seen[1_028])).await;
    assert_eq!(page.readable.len(), 1);
}

/// Notes how many items each query looked at.
#[derive(Debug, Clone, Default)]
struct Looks(Arc<Mutex<Vec<i32>>>);

impl Intercept for Looks {
    fn name(&self) -> &'static str {
        "Looks"
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let output = context.output_or_error().and_then(Result::ok);
        let query = output.and_then(|output| output.downcast_ref::<QueryOutput>());
        self.0.lock().map_err(|_| "poisoned")?.extend(query.map(QueryOutput::scanned_count));
        Ok(())
    }
}

/// The bench has a hundred thousand of them.
#[tokio::test]
async fn a_search_costs_by_what_listens_to_the_name_whatever_else_there_is() {
    let (meter, looks) = (Meter::default(), Looks::default());
    let (plain, tenant) = (Tables::connect(), tenant());
    let tables = Tables::connect()
        .metered(&meter)
        .through(|config| aws_sdk_dynamodb::Client::from_conf(config.interceptor(looks.clone()).build()));
    let listening = put_many(&plain, &tenant, NAME, 3).await;
    for others in [0, 1_000, 2_000] {
        put_many(&plain, &tenant, &format!("other.{others}"), others).await;
        let page = found(&tables, &tenant, None).await;
        let found: BTreeSet<ConfigId> = page.readable.into_iter().map(|listener| listener.config_id).collect();
        assert_eq!(found, listening);
        // DynamoDB takes half a unit for each 4 KB that it looks at, which for three webhooks is half a unit; the engine takes
        // that for a page of any size, but says how many it looked at.
        assert_eq!(meter.read(), [of(&[("by_event_name", 0.5), ("table", 0.0)])]);
        assert_eq!(std::mem::take(&mut *looks.0.lock().expect("nobody panicked with it")), [3], "beside {others}");
    }
}
