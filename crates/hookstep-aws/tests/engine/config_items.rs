//! Webhooks as items: what is written is read, what version 0.1 wrote as well, and nothing else.

use aws_sdk_dynamodb::types::AttributeValue;
use hookstep_aws::configs::ManagedConfigs;
use hookstep_core::auth::{Auth, KeyPlace, Value};
use hookstep_core::header::Header;
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{StoreError, WebhookQuery, WebhookReader, WebhookStore};
use hookstep_core::retry::RetryPolicy;
use hookstep_core::shape::Shape;
use hookstep_core::signing::Signing;
use hookstep_core::webhook::{Status, Webhook};

use crate::make::{Dice, config_id, tenant};
use crate::stack::Tables;
use crate::webhooks::{any, bare, connection, created, full, oauth};

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

async fn read(configs: &ManagedConfigs, webhook: &Webhook) -> Webhook {
    configs.webhook(&webhook.tenant, &webhook.id).await.expect("it is readable").expect("it is there")
}

#[tokio::test]
async fn every_kind_of_authentication_comes_back() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    let key = |place| Auth::ApiKey { place, name: "X-\"Key\"".to_owned() };
    let basic = Auth::Basic { username: "ü \"\\".to_owned() };
    for auth in [Auth::None, basic, key(KeyPlace::Header), key(KeyPlace::Query), oauth(), connection()] {
        let webhook = Webhook { auth, ..full(&tenant, config_id()) };
        configs.create(&webhook, &created(&webhook)).await.expect("it is new");
        assert_eq!(read(&configs, &webhook).await, webhook);
    }
}

#[tokio::test]
async fn whatever_is_stored_is_read_one_by_one_and_in_a_list() {
    let (configs, tenant) = (Tables::connect().configs(), tenant());
    let mut dice = Dice::seeded(11);
    let mut webhooks: Vec<Webhook> = (0..100).map(|_| any(&mut dice, &tenant, config_id())).collect();
    for webhook in &webhooks {
        configs.create(webhook, &created(webhook)).await.expect("it is new");
        assert_eq!(read(&configs, webhook).await, *webhook);
    }
    webhooks.sort_by(|a, b| a.id.cmp(&b.id));
    let query = WebhookQuery { limit: 100, ..WebhookQuery::default() };
    assert_eq!(configs.list(&tenant, &query).await.expect("they are readable").items, webhooks);
}

/// Attributes as version 0.1.0 wrote them.
fn of_version_0_1(tenant: &TenantId, id: &ConfigId) -> Vec<(&'static str, AttributeValue)> {
    let headers = [("x-source", "shop"), ("Authorization", "Bearer plain")];
    vec![
        ("tenant_id", text(tenant.as_str())),
        ("config_id", text(id.as_str())),
        ("name", text("of before")),
        ("description", text("")),
        ("url", text("http://example.com/")),
        ("http_method", text("POST")),
        ("headers", AttributeValue::M(headers.map(|(name, value)| (name.to_owned(), text(value))).into())),
        ("enabled", AttributeValue::Bool(true)),
        ("timeout_seconds", AttributeValue::N("30".to_owned())),
        ("created_at", text("2026-11-20T10:00:00Z")),
        ("updated_at", text("2026-11-20T10:00:00.5Z")),
        ("version", AttributeValue::N("1".to_owned())),
    ]
}

async fn put(tables: &Tables, attributes: Vec<(&'static str, AttributeValue)>) {
    let item = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let put = tables.dynamodb.put_item().table_name(&tables.stack.configs_table).set_item(Some(item));
    put.send().await.expect("it is put");
}

#[tokio::test]
async fn what_version_0_1_wrote_is_read() {
    let (tables, tenant, id) = (Tables::connect(), tenant(), config_id());
    let configs = tables.configs();
    for (enabled, status) in [(true, Status::Active), (false, Status::Disabled)] {
        let mut attributes = of_version_0_1(&tenant, &id);
        attributes.retain(|(name, _)| *name != "enabled");
        attributes.push(("enabled", AttributeValue::Bool(enabled)));
        put(&tables, attributes).await;
        let webhook = configs.webhook(&tenant, &id).await.expect("it is readable").expect("it is there");
        assert_eq!((webhook.status, webhook.status_reason.as_deref()), (status, None));
        assert_eq!((webhook.auth.clone(), webhook.secrets.clone(), webhook.filter.clone()), (Auth::None, None, None));
        assert_eq!(webhook.retry_policy, RetryPolicy::default());
        // It was sent as it was given, unsigned, from any address.
        assert_eq!((&webhook.signing, &webhook.shape, webhook.static_ip), (&Signing::off(), &Shape::default(), false));
        let headers = [("Authorization", "Bearer plain"), ("x-source", "shop")];
        assert_eq!(webhook.headers.iter().map(Header::name).collect::<Vec<_>>(), headers.map(|(name, _)| name));
        for (header, (_, value)) in webhook.headers.iter().zip(headers) {
            assert_eq!(*header.value(), Value::Shown(value.to_owned()));
        }
        // A change makes it one of now.
        let change = Webhook { version: 2, ..webhook };
        let entry = crate::webhooks::entry(hookstep_core::history::Action::Changed, 2);
        configs.replace(&change, 1, &entry).await.expect("it is written");
        assert_eq!(read(&configs, &change).await, change);
    }
}

#[tokio::test]
async fn a_list_by_status_finds_what_version_0_1_wrote() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let configs = tables.configs();
    let (old, new) = (config_id(), bare(&tenant, config_id()));
    put(&tables, of_version_0_1(&tenant, &old)).await;
    configs.create(&new, &created(&new)).await.expect("it is new");
    let of = async |status| {
        let query = WebhookQuery { status: Some(status), limit: 10, ..WebhookQuery::default() };
        let items = configs.list(&tenant, &query).await.expect("they are readable").items;
        items.into_iter().map(|webhook| webhook.id).collect::<Vec<_>>()
    };
    let mut expected = vec![old, new.id];
    expected.sort();
    assert_eq!(of(Status::Active).await, expected);
    assert_eq!(of(Status::Disabled).await, []);
}

#[tokio::test]
async fn an_item_that_hookstep_did_not_write_is_named_and_not_guessed_at() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let configs = tables.configs();
    let number = |text: &str| AttributeValue::N(text.to_owned());
    let map = |name: &str, value: AttributeValue| AttributeValue::M([(name.to_owned(), value)].into());
    for (attribute, value) in [
        ("url", text("ftp://example.com/")),
        ("http_method", text("YELL")),
        ("timeout_seconds", number("0")),
        ("timeout_seconds", text("30")),
        ("version", number("-1")),
        ("status", text("asleep")),
        ("created_at", text("yesterday")),
        ("failing_since", text("a while ago")),
        ("headers", text("none")),
        ("headers", map("x-a", number("1"))),
        ("headers", map("content-length", text("1"))),
        ("auth", text("{")),
        ("auth", text(r#"{"type":"ntlm"}"#)),
        ("auth", text(r#"{"type":"connection","arn":"x","secret_arn":"y"}"#)),
        ("retry_policy", text(r#"{"max_retries":1}"#)),
        ("retry_policy", text(r#"{"max_retries":1,"schedule_seconds":[1],"retry_on":["never"]}"#)),
        ("filter", text(r#"["a"]"#)),
        ("filter", text("{")),
        ("secret_slots", text("/auth/password")),
        ("signing", text("{")),
        ("signing", text(r#"{"schemes":["v2"]}"#)),
        ("signing", text(r#"{"schemes":["v1"],"earlier":[999999999999999]}"#)),
        ("payload_format", text("cloudevents")),
        ("transformation", text(" ")),
    ] {
        let id = config_id();
        let mut attributes = of_version_0_1(&tenant, &id);
        attributes.retain(|(name, _)| *name != attribute);
        attributes.extend([("sealed", text("v1.a.b")), ("secret_slots", AttributeValue::L(vec![]))]);
        attributes.retain(|(name, _)| *name != attribute);
        attributes.push((attribute, value.clone()));
        put(&tables, attributes).await;
        let error = configs.webhook(&tenant, &id).await.expect_err("it is not one of ours");
        let StoreError::Corrupt { what, .. } = &error else { panic!("{error:?}") };
        assert_eq!(what, attribute, "{value:?}");
    }
}

#[tokio::test]
async fn no_attribute_holds_a_secret_in_the_clear() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let webhook = full(&tenant, config_id());
    tables.configs().create(&webhook, &created(&webhook)).await.expect("it is new");
    let get = tables.dynamodb.get_item().table_name(&tables.stack.configs_table);
    let get = get.key("tenant_id", text(tenant.as_str())).key("config_id", text(webhook.id.as_str()));
    let item = get.send().await.expect("it is readable").item.expect("it is there");
    // The value of a secret header is nothing, and all that there is of secrets is one text.
    let headers = item["headers"].as_m().expect("a map");
    assert_eq!((&headers["X-Token"], &headers["x-quotes"]), (&AttributeValue::Null(true), &text("a \"b\" \\c")));
    assert_eq!(item["sealed"], text("v1.a2V5.Y2lwaGVydGV4dA"));
    let mut names: Vec<&str> = item.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "auth",
        "config_id",
        "created_at",
        "description",
        "enabled",
        "event_name",
        "failing_since",
        "filter",
        "headers",
        "http_method",
        "name",
        "payload_format",
        "retry_policy",
        "sealed",
        "secret_slots",
        "signing",
        "static_ip",
        "status",
        "status_reason",
        "tenant_id",
        "timeout_seconds",
        "transformation",
        "updated_at",
        "url",
        "version",
    ];
    assert_eq!(names, expected);
}
