//! The tenants' signing keys: made once, replaced by whoever saw the last state, read once a minute.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use hookstep_core::ids::TenantId;
use hookstep_core::ports::{SigningKeyStore, SigningKeys, StoreError, Written};
use hookstep_core::secret::Sealed;
use hookstep_core::signing::{PublishedKey, TenantKeys};
use jiff::SignedDuration;

use crate::make::{LATER, NOW, tenant};
use crate::secrets::Count;
use crate::stack::{Hand, Tables};

fn key(name: &str) -> PublishedKey {
    PublishedKey { public_key: format!("whpk_{name}"), created_at: NOW, signs_until: None }
}

fn keys(sealed: &str) -> TenantKeys {
    let earlier = PublishedKey { signs_until: Some(LATER + SignedDuration::from_nanos(1)), ..key("earlier") };
    TenantKeys { sealed: Sealed::new(sealed), keys: vec![key(sealed), earlier] }
}

async fn read(tables: &Tables, tenant: &TenantId) -> Option<TenantKeys> {
    tables.signing_keys().keys(tenant).await.expect("it is readable")
}

#[tokio::test]
async fn what_is_made_is_read_and_is_of_one_tenant() {
    let (tables, own) = (Tables::connect(), tenant());
    assert_eq!(read(&tables, &own).await, None);
    assert_eq!(tables.signing_keys().create(&own, &keys("v2.a.b")).await.expect("it is put"), Written::Done);
    assert_eq!(read(&tables, &own).await, Some(keys("v2.a.b")));
    assert_eq!(read(&tables, &tenant()).await, None);
}

#[tokio::test]
async fn of_those_who_make_a_key_at_the_same_time_one_does() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let table = tables.signing_keys();
    let all: Vec<TenantKeys> = (0..8).map(|number| keys(&format!("v2.a.{number}"))).collect();
    let made = join_all(all.iter().map(|keys| table.create(&tenant, keys))).await;
    let made: Vec<Written> = made.into_iter().map(|one| one.expect("it is no failure")).collect();
    let winner = made.iter().position(|written| *written == Written::Done).expect("somebody did");
    assert_eq!(made.iter().filter(|written| **written == Written::Done).count(), 1);
    assert_eq!(read(&tables, &tenant).await.as_ref(), Some(&all[winner]));
}

#[tokio::test]
async fn a_key_is_replaced_by_whoever_saw_the_last_state() {
    let (tables, tenant) = (Tables::connect(), tenant());
    let table = tables.signing_keys();
    let [first, second, third] = ["v2.a.1", "v2.a.2", "v2.a.3"].map(keys);
    // There is nothing to replace yet.
    assert_eq!(table.replace(&tenant, &second, &first).await.expect("no failure"), Written::Outdated);
    assert_eq!(read(&tables, &tenant).await, None);
    table.create(&tenant, &first).await.expect("it is put");
    let both = join_all([&second, &third].map(|keys| table.replace(&tenant, keys, &first))).await;
    let both: Vec<Written> = both.into_iter().map(|one| one.expect("no failure")).collect();
    assert_eq!(both.iter().filter(|written| **written == Written::Done).count(), 1, "{both:?}");
    let after = if both[0] == Written::Done { second } else { third };
    assert_eq!(read(&tables, &tenant).await, Some(after.clone()));
    assert_eq!(table.replace(&tenant, &first, &first).await.expect("no failure"), Written::Outdated);
    assert_eq!(read(&tables, &tenant).await, Some(after));
}

#[tokio::test]
async fn an_item_that_hookstep_did_not_write_is_named_and_not_guessed_at() {
    let tables = Tables::connect();
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let one = |members: &[(&str, &str)]| {
        AttributeValue::M(members.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect())
    };
    let public = [("public_key", "whpk_a"), ("created_at", "2026-11-20T10:00:00Z")];
    for (sealed, list, what) in [
        (text("v2.a.b"), AttributeValue::L(vec![]), "keys"),
        (text("v2.a.b"), text("whpk_a"), "keys"),
        (text("v2.a.b"), AttributeValue::L(vec![text("whpk_a")]), "keys"),
        (text("v2.a.b"), AttributeValue::L(vec![one(&public[..1])]), "created_at"),
        (text("v2.a.b"), AttributeValue::L(vec![one(&public[1..])]), "public_key"),
        (text("v2.a.b"), AttributeValue::L(vec![one(&[public[0], public[1], ("signs_until", "soon")])]), "keys"),
        (AttributeValue::Bool(true), AttributeValue::L(vec![one(&public)]), "sealed"),
    ] {
        let tenant = tenant();
        let put = tables.dynamodb.put_item().table_name(&tables.stack.signing_keys_table);
        let put = put.item("tenant_id", text(tenant.as_str())).item("sealed", sealed).item("keys", list.clone());
        put.send().await.expect("it is put");
        let error = tables.signing_keys().keys(&tenant).await.expect_err("it is not one of ours");
        let StoreError::Corrupt { what: named, .. } = &error else { panic!("{error:?}") };
        assert_eq!(named, what, "{list:?}");
    }
}

#[tokio::test]
async fn a_process_reads_a_tenants_keys_once_a_minute() {
    let (count, clock) = (Count::default(), Hand::default());
    let counted = count.clone();
    let tables = Tables::connect().through(|config| Client::from_conf(config.interceptor(counted).build()));
    let (own, other) = (tenant(), tenant());
    let kept = tables.signing_keys().kept(clock.clone());
    // That there are none yet is not kept: somebody is about to make one.
    assert_eq!((kept.keys(&own).await.expect("readable"), kept.keys(&own).await.expect("readable")), (None, None));
    assert_eq!(count.read(), 2);
    for tenant in [&own, &other] {
        tables.signing_keys().create(tenant, &keys("v2.a.1")).await.expect("it is put");
    }
    count.read();
    let fifty = join_all((0..50).map(|_| kept.keys(&own))).await;
    assert!(fifty.into_iter().all(|one| one.is_ok_and(|one| one == Some(keys("v2.a.1")))));
    kept.keys(&other).await.expect("readable");
    assert_eq!(count.read(), 2, "one for each tenant");
    tables.signing_keys().replace(&own, &keys("v2.a.2"), &keys("v2.a.1")).await.expect("it is put");
    count.read();
    clock.moves(59);
    assert_eq!(kept.keys(&own).await.expect("readable"), Some(keys("v2.a.1")));
    assert_eq!(count.read(), 0);
    clock.moves(1);
    assert_eq!(kept.keys(&own).await.expect("readable"), Some(keys("v2.a.2")));
    assert_eq!(count.read(), 1);
}

#[tokio::test]
async fn a_tenants_data_key_is_not_read_as_its_signing_keys() {
    let tables = Tables::connect();
    let (kms, owner) = (crate::secrets::Kms::connect().await, crate::secrets::owner());
    let text = crate::secrets::secrets(&[("/auth/password", "p")]);
    hookstep_core::ports::SecretSealer::seal(&kms.sealer(), &owner, &text).await.expect("it is sealed");
    assert_eq!(read(&tables, &owner.tenant).await, None);
    // No tenant has the name that the data key stands under.
    assert!(format!("{}#data_key", owner.tenant).parse::<TenantId>().is_err());
}
