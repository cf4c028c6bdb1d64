//! `GET /webhook/{config_id}/history`: who did what, and when; never a value.

use anyhow::Result;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Api, Change, Hookstep};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{assert_problem, created, draft, history, id, names};

/// The newest entry's action and fields, which are sorted.
fn told(change: &Change) -> (u64, &str, Vec<&str>) {
    (change.version, change.action.as_str(), change.changed_fields.iter().map(String::as_str).collect())
}

/// Patches, and expects that the history tells it like this.
async fn assert_told(api: &Api, webhook: &Value, patch: Value, action: &str, fields: &[&str]) -> Result<()> {
    let before = Timestamp::now();
    let after = api.patch_webhook(id(webhook), &patch).await?;
    let change = &history(api, webhook).await?[0];
    assert_eq!(told(change), (after.version, action, fields.to_vec()), "{patch}");
    assert_eq!(change.at, after.updated_at);
    let at: Timestamp = change.at.parse()?;
    assert!(before <= at && at <= Timestamp::now());
    Ok(())
}

#[tokio::test]
async fn a_creation_tells_what_was_set() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let before = Timestamp::now();
    let webhook = created(
        &api,
        json!({
            "description": "d", "event_name": "order.created", "filter": { "a": ["b"] },
            "headers": { "X-Source": "shop", "X-Token": planted("header"), "x-y~z": "1" },
            "auth": {
                "type": "oauth2_client_credentials", "token_url": "https://id.example/", "client_id": "c",
                "client_secret": planted("client"), "body": { "resource": { "secret": planted("body") }, "a": "b" },
            },
        }),
    )
    .await?;
    let [change] = &history(&api, &webhook).await?[..] else { panic!("one entry") };
    assert_eq!(
        (change.version, change.action.as_str(), change.at.as_str()),
        (1, "created", webhook["created_at"].as_str().unwrap())
    );
    let at: Timestamp = change.at.parse()?;
    assert!(before <= at && at <= Timestamp::now());
    for field in [
        "/name",
        "/url",
        "/description",
        "/event_name",
        "/filter",
        "/headers/X-Source",
        "/headers/X-Token",
        "/headers/x-y~0z",
        "/auth/type",
        "/auth/token_url",
        "/auth/client_id",
        "/auth/client_secret",
        "/auth/body/resource",
    ] {
        assert!(change.changed_fields.iter().any(|changed| changed == field), "{field}: {:?}", change.changed_fields);
    }
    assert!(change.changed_fields.is_sorted_by(|a, b| a < b), "none twice: {:?}", change.changed_fields);
    // What the caller did not set is not the caller's doing.
    for field in ["/version", "/status", "/updated_at", "/created_at", "/config_id", "/tenant_id"] {
        assert!(!change.changed_fields.iter().any(|changed| changed == field), "{field}");
    }
    Ok(())
}

#[tokio::test]
async fn a_change_tells_its_fields() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({ "headers": { "X-Old": "1" } })).await?;
    let url = "https://receiver.example/other";
    let basic = |password: &str| json!({ "auth": { "type": "basic", "username": "u", "password": password } });
    assert_told(&api, &webhook, json!({ "url": url }), "changed", &["/url"]).await?;
    assert_told(
        &api,
        &webhook,
        json!({ "name": "x", "url": url, "timeout_seconds": 9 }),
        "changed",
        &["/name", "/timeout_seconds"],
    )
    .await?;
    let headers = json!({ "headers": { "X-New": "2", "X-Old": null, "X-Token": planted("header") } });
    assert_told(&api, &webhook, headers, "changed", &["/headers/X-New", "/headers/X-Old", "/headers/X-Token"]).await?;
    // A secret that is set anew is a change, whatever it was before: nobody looks.
    let same = planted("header");
    for _ in 0..2 {
        let headers = json!({ "headers": { "X-Token": same, "X-New": "2" } });
        assert_told(&api, &webhook, headers, "changed", &["/headers/X-Token"]).await?;
    }
    let fields = ["/auth/password", "/auth/type", "/auth/username"];
    assert_told(&api, &webhook, basic(&planted("password")), "changed", &fields).await?;
    assert_told(&api, &webhook, basic(&planted("password")), "changed", &["/auth/password"]).await?;
    assert_told(&api, &webhook, json!({ "auth": { "password": null } }), "changed", &["/auth/password"]).await?;
    assert_told(
        &api,
        &webhook,
        json!({ "retry_policy": { "max_retries": 1 } }),
        "changed",
        &["/retry_policy/max_retries"],
    )
    .await?;
    assert_told(&api, &webhook, json!({ "headers": null }), "changed", &["/headers/X-New", "/headers/X-Token"]).await?;
    assert_told(&api, &webhook, json!({ "filter": { "a": ["b"] } }), "changed", &["/filter"]).await
}

#[tokio::test]
async fn enabling_and_disabling_are_told_as_such() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({ "enabled": false })).await?;
    assert_eq!(history(&api, &webhook).await?[0].action, "created");
    assert_told(&api, &webhook, json!({ "enabled": true }), "enabled", &["/enabled"]).await?;
    assert_told(&api, &webhook, json!({ "enabled": false }), "disabled", &["/enabled"]).await?;
    assert_told(&api, &webhook, json!({ "enabled": true, "name": "x" }), "enabled", &["/enabled", "/name"]).await?;
    let put = draft(json!({ "enabled": false }));
    api.put_webhook(id(&webhook), &put, "\"4\"").await?;
    let change = &history(&api, &webhook).await?[0];
    assert_eq!(told(change), (5, "disabled", vec!["/enabled", "/name"]));
    Ok(())
}

#[tokio::test]
async fn a_caller_without_a_name_is_told_as_such() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    api.patch_webhook(id(&webhook), &json!({ "name": "x" })).await?;
    api.delete_webhook(id(&webhook)).await?;
    let path = format!("/webhook/{}/history", id(&webhook));
    let answer: Value = api.send(api.request(Method::GET, &path)).await?.json()?;
    for entry in answer["data"].as_array().unwrap() {
        assert_eq!(entry["actor"], json!({ "type": "anonymous", "id": null }));
        assert_eq!(names(entry), ["action", "actor", "at", "changed_fields", "version"]);
    }
    assert_eq!(answer["data"].as_array().unwrap().len(), 3);
    assert_eq!(answer["next_cursor"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn what_was_refused_is_not_told() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    api.patch_raw(id(&webhook), &json!({ "name": "" }), None).await?;
    api.put_raw(id(&webhook), &draft(json!({ "name": "x" })), Some("\"7\"")).await?;
    api.put_raw(id(&webhook), &draft(json!({ "name": "x" })), None).await?;
    api.delete_raw(id(&webhook), Some("\"7\"")).await?;
    api.test_auth(id(&webhook)).await?;
    assert_eq!(history(&api, &webhook).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn no_value_of_any_field_is_told() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let value = hookstep_tests::unique("a-value-that-is-told-nowhere");
    let webhook = created(
        &api,
        json!({
            "name": value, "description": value, "event_name": value, "url": format!("https://receiver.example/{value}"),
            "filter": { "a": [value] }, "headers": { "x-plain": value },
            "auth": { "type": "basic", "username": value, "password": planted("password") },
        }),
    )
    .await?;
    api.patch_webhook(
        id(&webhook),
        &json!({ "name": format!("{value}2"), "headers": { "x-plain": format!("{value}2") } }),
    )
    .await?;
    api.delete_webhook(id(&webhook)).await?;
    let answer = api.send(api.request(Method::GET, &format!("/webhook/{}/history", id(&webhook)))).await?;
    assert_eq!(answer.status, 200);
    assert!(!String::from_utf8_lossy(&answer.body).contains(&value), "{}", answer.in_words());
    Ok(())
}

#[tokio::test]
async fn a_walk_by_cursor_visits_each_entry_exactly_once() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    for n in 0..22 {
        api.patch_webhook(id(&webhook), &json!({ "name": format!("{n}") })).await?;
    }
    let expected: Vec<u64> = (1..=23).rev().collect();
    for limit in [1, 5, 22, 23, 24, 100] {
        let (mut versions, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = api.history_where(id(&webhook), &format!("limit={limit}{cursor}")).await?;
            assert!(page.data.len() <= limit);
            versions.extend(page.data.iter().map(|change| change.version));
            let Some(next) = page.next_cursor else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(versions, expected, "limit {limit}");
    }
    let page = api.history_where(id(&webhook), "").await?;
    assert!(page.data.len() == 20 && page.next_cursor.is_some());
    for (query, code) in [
        ("limit=0", "invalid_limit"),
        ("limit=101", "invalid_limit"),
        ("cursor=x", "invalid_cursor"),
        ("cursor=-1", "invalid_cursor"),
        ("cursor=", "invalid_cursor"),
    ] {
        let answer = api.send(api.request(Method::GET, &format!("/webhook/{}/history?{query}", id(&webhook)))).await?;
        assert_problem(&answer, 400, code);
    }
    Ok(())
}
