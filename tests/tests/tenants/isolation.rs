//! A tenant sees and touches its own webhooks only: another's are not there, whatever is called.

use std::collections::BTreeSet;

use anyhow::Result;
use hookstep_tests::secrets::planted;
use hookstep_tests::{HOOK, Hookstep, Permission, Scene, Script, Trigger, unique};
use reqwest::Method;
use serde_json::{Value, json};

use crate::calls::{Place, assert_problem, calls_of, tenant_with_a_webhook};

const NOBODY: &str = "wh_01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// All that a tenant can see of its webhook.
async fn seen_of(scene: &Scene, place: &Place) -> Result<Vec<Value>> {
    let api = &scene.hookstep.api;
    let id = &place.webhook;
    let mut seen = Vec::new();
    for path in [
        "/webhook".to_owned(),
        format!("/webhook/{id}"),
        format!("/webhook/{id}/history"),
        format!("/webhook/{id}/events"),
        format!("/webhook/{id}/events/{}", place.event),
        format!("/webhook/{id}/replays"),
    ] {
        let answer = api.send(api.request(Method::GET, &path)).await?;
        assert_eq!(answer.status, 200, "{path}: {}", answer.in_words());
        seen.push(answer.json()?);
    }
    Ok(seen)
}

#[tokio::test]
async fn another_tenants_webhook_is_not_found_by_any_call_and_nothing_happens_to_it() -> Result<()> {
    let (_, a, of_a) = tenant_with_a_webhook("a").await?;
    let (_, b, _) = tenant_with_a_webhook("b").await?;
    let before = seen_of(&a, &of_a).await?;
    let requests = a.received_count();
    let nobody = Place { webhook: NOBODY.to_owned(), ..of_a.clone() };
    let mut wrong = Vec::new();
    for (call, of_nobody) in calls_of(&of_a).into_iter().zip(calls_of(&nobody)) {
        let answer = call.make(&b.hookstep.api).await?;
        let code = match &call.path {
            path if path.contains("/events/") => "event_not_found",
            path if path.contains("/replays/") => "replay_not_found",
            _ => "webhook_not_found",
        };
        let is_right = answer.status == 404 && answer.problem().is_ok_and(|problem| problem.code == code);
        // It can't be told from one that does not exist.
        if !is_right || answer.body != of_nobody.make(&b.hookstep.api).await?.body {
            wrong.push(format!("{}: {}", call.name(), answer.in_words()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen_of(&a, &of_a).await?, before);
    assert_eq!(a.received_count(), requests);
    // The same calls work for whose webhook it is: the deletion too, which is the last.
    for call in calls_of(&of_a) {
        let answer = call.make(&a.hookstep.api).await?;
        assert!(answer.status.is_success(), "{}: {}", call.name(), answer.in_words());
    }
    Ok(())
}

#[tokio::test]
async fn a_deleted_webhook_is_still_its_tenants() -> Result<()> {
    let (_, a, of_a) = tenant_with_a_webhook("a").await?;
    let (_, b, _) = tenant_with_a_webhook("b").await?;
    a.hookstep.api.delete_webhook(&of_a.webhook).await?;
    for call in calls_of(&of_a).into_iter().filter(|call| call.permission == Permission::Read) {
        let answer = call.make(&b.hookstep.api).await?;
        assert_eq!(answer.status, 404, "{}: {}", call.name(), answer.in_words());
    }
    assert_eq!(a.hookstep.api.history(&of_a.webhook).await?.data.len(), 2);
    assert_eq!(a.event(&of_a.event).await?.status, "succeeded");
    Ok(())
}

#[tokio::test]
async fn lists_show_the_tenants_own_only() -> Result<()> {
    let name = unique("order.created");
    let (hookstep, tenants) = (Hookstep::connect()?, [unique("a"), unique("b")]);
    let mut of_tenants = Vec::new();
    for tenant in &tenants {
        let caller = hookstep.as_tenant(tenant, &Permission::ALL)?;
        let mut webhooks = BTreeSet::new();
        let mut events = BTreeSet::new();
        for _ in 0..3 {
            let scene = Scene::of(caller.clone(), |draft| draft.event_name = Some(name.clone())).await?;
            scene.receiver.on(HOOK, Script::status(500));
            events.insert(scene.trigger(&Trigger::json("{}").and_wait()).await?.event_id);
            webhooks.insert(scene.webhook.config_id);
        }
        of_tenants.push((caller, webhooks, events));
    }
    for (caller, webhooks, events) in &of_tenants {
        for query in
            [String::from("limit=100"), format!("limit=100&event_name={name}"), "limit=100&status=active".to_owned()]
        {
            let listed = caller.api.list_webhooks_where(&query).await?;
            let ids: BTreeSet<String> = listed.data.into_iter().map(|webhook| webhook.config_id).collect();
            assert_eq!((&ids, listed.next_cursor), (webhooks, None), "{query}");
        }
        let failed = caller.api.send(caller.api.request(Method::GET, "/events?status=failed&limit=100")).await?;
        let failed: Value = failed.json()?;
        let rows = failed["data"].as_array().unwrap();
        let ids: BTreeSet<String> = rows.iter().map(|row| row["event_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(&ids, events);
    }
    // Another's cursor leads into nothing of theirs.
    let (a, webhooks, _) = &of_tenants[0];
    let foreign = of_tenants[1].0.api.list_webhooks_where("limit=1").await?.next_cursor.unwrap();
    let listed = a.api.list_webhooks_where(&format!("limit=100&cursor={foreign}")).await?;
    assert!(listed.data.iter().all(|webhook| webhooks.contains(&webhook.config_id)));
    Ok(())
}

#[tokio::test]
async fn another_tenants_event_is_not_found_under_ones_own_webhook() -> Result<()> {
    let (_, _a, of_a) = tenant_with_a_webhook("a").await?;
    let (_, b, of_b) = tenant_with_a_webhook("b").await?;
    let api = &b.hookstep.api;
    let path = format!("/webhook/{}/events/{}", of_b.webhook, of_a.event);
    let answer = api.send(api.request(Method::GET, &path)).await?;
    assert_problem(&path, &answer, 404, "event_not_found");
    Ok(())
}

#[tokio::test]
async fn another_tenants_upload_is_not_found() -> Result<()> {
    let (_, a, of_a) = tenant_with_a_webhook("a").await?;
    let (_, b, of_b) = tenant_with_a_webhook("b").await?;
    let requests = b.received_count();
    for sync in [false, true] {
        let trigger = Trigger { payload_id: Some(of_a.upload.clone()), sync: Some(sync), ..Trigger::default() };
        let answer = b.trigger_raw(&trigger).await?;
        assert_problem("another's upload", &answer, 404, "payload_not_found");
    }
    assert_eq!(b.received_count(), requests);
    // Each has its own.
    for (scene, place) in [(&a, &of_a), (&b, &of_b)] {
        let trigger = Trigger { payload_id: Some(place.upload.clone()), sync: Some(true), ..Trigger::default() };
        let outcome = scene.trigger(&trigger).await?;
        assert_eq!(scene.request_of(&outcome.event_id)?.text(), "\"uploaded\"");
    }
    Ok(())
}

#[tokio::test]
async fn the_same_idempotency_key_of_two_tenants_is_two_events() -> Result<()> {
    let (_, a, _) = tenant_with_a_webhook("a").await?;
    let (_, b, _) = tenant_with_a_webhook("b").await?;
    let keyed = || Trigger { idempotency_key: Some("the same key".to_owned()), ..Trigger::json("{}").and_wait() };
    let (first, second) = (a.trigger(&keyed()).await?, b.trigger(&keyed()).await?);
    assert_ne!(first.event_id, second.event_id);
    assert_eq!(a.trigger(&keyed()).await?.event_id, first.event_id);
    assert_eq!(b.trigger(&keyed()).await?.event_id, second.event_id);
    assert_eq!(
        (a.request_of(&first.event_id)?.method, b.request_of(&second.event_id)?.method),
        ("POST".into(), "POST".into())
    );
    Ok(())
}

#[tokio::test]
async fn a_tenants_rows_and_objects_stand_under_its_name() -> Result<()> {
    let (tenant, a, _) = tenant_with_a_webhook("a").await?;
    a.receiver.on(HOOK, Script::status(200).body("x".repeat(20_000)));
    let event = a.deliver(&Trigger::json(format!("\"{}\"", "x".repeat(20_000)))).await?;
    assert_eq!(event.tenant_id, tenant);
    let payload = event.rest["payload_s3_key"].as_str().unwrap();
    assert!(payload.starts_with(&format!("payloads/{tenant}/")), "{payload}");
    let response = event.attempts[0].response_s3_key.as_deref().unwrap();
    assert!(response.starts_with(&format!("responses/{tenant}/")), "{response}");
    Ok(())
}

#[tokio::test]
async fn sealed_secrets_do_not_open_for_another_tenant() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let of_tenant = async |name: &str| {
        let caller = hookstep.as_tenant(&unique(name), &Permission::ALL)?;
        let auth = json!({ "type": "basic", "username": "u", "password": planted("password") });
        Scene::of(caller, |draft| draft.set("auth", auth)).await
    };
    let (a, b) = (of_tenant("a").await?, of_tenant("b").await?);
    assert_eq!(a.deliver(&Trigger::json("{}")).await?.status, "succeeded");
    let dynamodb = hookstep.engine().dynamodb;
    let table = &hookstep.stack.configs_table;
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let keys =
        |scene: &Scene| [("tenant_id", text(&scene.webhook.tenant_id)), ("config_id", text(&scene.webhook.config_id))];
    let get =
        keys(&a).into_iter().fold(dynamodb.get_item().table_name(table), |get, (name, value)| get.key(name, value));
    let sealed = get.consistent_read(true).send().await?.item.unwrap()["sealed"].clone();
    let update =
        keys(&b).into_iter().fold(dynamodb.update_item().table_name(table), |put, (name, value)| put.key(name, value));
    update.update_expression("SET sealed = :sealed").expression_attribute_values(":sealed", sealed).send().await?;
    let event = b.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.reason.as_deref(), b.received_count()), (Some("secrets_unreadable"), 0));
    Ok(())
}
