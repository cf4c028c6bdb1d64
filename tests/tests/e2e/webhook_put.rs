//! `PUT /webhook/{config_id}`: the whole webhook, on the condition that nobody changed it.

use anyhow::Result;
use futures_util::future::join;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Hookstep, unique};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{assert_problem, created, draft, faults, history, id, shown, without_stamp};

#[tokio::test]
async fn what_a_replacement_leaves_out_gets_its_default() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let plain = created(&api, json!({})).await?;
    let webhook = created(
        &api,
        json!({
            "description": "d", "event_name": "order.created", "filter": { "a": ["b"] }, "http_method": "PUT",
            "headers": { "X-Source": "shop", "X-Token": planted("header") },
            "auth": { "type": "basic", "username": "u", "password": planted("password") },
            "timeout_seconds": 60, "retry_policy": { "max_retries": 1 }, "enabled": false,
        }),
    )
    .await?;
    let before = Timestamp::now();
    let answer = api.put_raw(id(&webhook), &draft(json!({ "name": "another" })), Some("\"1\"")).await?;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, Some("\"2\"")), "{}", answer.in_words());
    let replaced: Value = answer.json()?;
    let mut expected = without_stamp(&plain);
    for (field, value) in
        [("config_id", &webhook["config_id"]), ("created_at", &webhook["created_at"]), ("name", &json!("another"))]
    {
        expected[field] = value.clone();
    }
    assert_eq!(without_stamp(&replaced), expected);
    assert_eq!(replaced["version"], 2);
    let updated: Timestamp = replaced["updated_at"].as_str().unwrap().parse()?;
    assert!(before <= updated && updated <= Timestamp::now());
    assert_eq!(shown(&api, &webhook).await?, replaced);
    Ok(())
}

#[tokio::test]
async fn a_replacement_takes_if_match_and_only_the_version_that_there_is() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    let body = draft(json!({ "name": "another" }));
    assert_problem(&api.put_raw(id(&webhook), &body, None).await?, 428, "precondition_required");
    for stale in
        ["\"0\"", "\"2\"", "\"01\"", "1", "W/\"1\"", "\"\"", "", "\"2\", \"3\"", "W/\"1\", \"2\"", "\"*\"", "wh_1"]
    {
        let answer = api.put_raw(id(&webhook), &body, Some(stale)).await?;
        assert_eq!(answer.status, 412, "{stale}: {}", answer.in_words());
        assert_problem(&answer, 412, "precondition_failed");
    }
    assert_eq!(shown(&api, &webhook).await?, webhook);
    // What is at fault counts for nothing where the condition does not hold.
    let faulty = draft(json!({ "name": "" }));
    assert_problem(&api.put_raw(id(&webhook), &faulty, Some("\"7\"")).await?, 412, "precondition_failed");

    for (version, matching) in [(2, "*"), (3, "\"2\""), (4, "\"9\", \"3\""), (5, "\"4\",W/\"4\""), (6, " * ")] {
        let body = draft(json!({ "name": format!("another {version}") }));
        let answer = api.put_raw(id(&webhook), &body, Some(matching)).await?;
        assert_eq!(answer.status, 200, "{matching}: {}", answer.in_words());
        assert_eq!(answer.json::<Value>()?["version"], version);
    }
    assert_problem(&api.put_raw(id(&webhook), &body, Some("\"1\"")).await?, 412, "precondition_failed");
    Ok(())
}

#[tokio::test]
async fn of_two_replacements_of_the_same_version_one_is_made() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for _ in 0..5 {
        let webhook = created(&api, json!({})).await?;
        let (a, b) = (draft(json!({ "name": "a" })), draft(json!({ "name": "b" })));
        let put = async |body| api.put_raw(id(&webhook), body, Some("\"1\"")).await;
        let (first, second) = join(put(&a), put(&b)).await;
        let mut statuses = [first?.status.as_u16(), second?.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        assert_eq!(shown(&api, &webhook).await?["version"], 2);
        assert_eq!(history(&api, &webhook).await?.len(), 2);
    }
    Ok(())
}

/// A webhook with every field, and authentication and headers of this kind.
async fn full(auth: Value, headers: Value) -> Result<(hookstep_tests::Api, Value)> {
    let api = Hookstep::connect()?.api;
    let fields = json!({
        "description": "d", "event_name": "order.created", "filter": { "a": [{ "prefix": "b" }] }, "http_method": "PATCH",
        "headers": headers, "auth": auth, "timeout_seconds": 90, "retry_policy": { "max_retries": 1, "retry_on": [] },
        "enabled": false,
    });
    let webhook = created(&api, fields).await?;
    Ok((api, webhook))
}

async fn every_kind_of_auth() -> Result<Vec<Value>> {
    let connections = Hookstep::connect()?.connections();
    let connection = connections.create_basic(&unique("put"), "u", &planted("connection")).await?;
    Ok(vec![
        json!({ "type": "none" }),
        json!({ "type": "basic", "username": "u", "password": planted("password") }),
        json!({ "type": "basic", "username": "u" }),
        json!({ "type": "api_key", "in": "query", "name": "key", "value": planted("key") }),
        json!({
            "type": "oauth2_client_credentials", "token_url": "https://id.example/", "client_id": "c",
            "client_secret": planted("client"), "headers": { "x-plain": "1" }, "query": { "token": planted("query") },
            "body": { "resource": { "secret": planted("body") } }, "scope": "a",
        }),
        json!({ "type": "connection", "connection_arn": connection.arn }),
    ])
}

#[tokio::test]
async fn what_is_read_can_be_written_back_and_changes_nothing() -> Result<()> {
    for auth in every_kind_of_auth().await? {
        let headers =
            json!({ "X-Source": "shop", "X-Token": planted("header"), "x-hidden": { "secret": planted("hidden") } });
        let (api, webhook) = full(auth, headers).await?;
        let read = shown(&api, &webhook).await?;
        assert_eq!(read, webhook);
        for if_match in ["\"1\"", "*"] {
            let answer = api.put_raw(id(&webhook), &read, Some(if_match)).await?;
            assert_eq!(answer.status, 200, "{}: {}", read["auth"], answer.in_words());
            assert_eq!((answer.header("etag"), &answer.json::<Value>()?), (Some("\"1\""), &read));
        }
        assert_eq!(history(&api, &webhook).await?.len(), 1);

        // And with one field changed it is that change.
        let mut changed = read.clone();
        changed["name"] = json!("renamed");
        let answer: Value = api.put_raw(id(&webhook), &changed, Some("\"1\"")).await?.json()?;
        assert_eq!(without_stamp(&answer), without_stamp(&changed));
        assert_eq!(history(&api, &webhook).await?[0].changed_fields, ["/name"]);
    }
    Ok(())
}

#[tokio::test]
async fn enabled_decides_on_the_status_that_is_sent_back_beside_it() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    for (etag, enabled, status) in [("\"1\"", false, "disabled"), ("\"2\"", true, "active")] {
        let mut body = shown(&api, &webhook).await?;
        body["enabled"] = json!(enabled);
        let answer: Value = api.put_raw(id(&webhook), &body, Some(etag)).await?.json()?;
        assert_eq!((&answer["enabled"], &answer["status"]), (&json!(enabled), &json!(status)), "{answer}");
    }
    Ok(())
}

#[tokio::test]
async fn what_hookstep_sets_is_refused_where_it_is_another_value() -> Result<()> {
    let (api, webhook) = full(json!({ "type": "basic", "username": "u", "password": planted("p") }), json!({})).await?;
    let another = [
        ("config_id", json!("wh_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
        ("tenant_id", json!("other")),
        ("status", json!("active")),
        ("status_reason", json!("because")),
        ("created_at", json!("2026-11-21T00:00:00Z")),
        ("updated_at", json!("2026-11-21T00:00:00Z")),
        ("version", json!(2)),
        ("version", json!("1")),
    ];
    for (field, value) in &another {
        let mut body = webhook.clone();
        body[field] = value.clone();
        let expected = [format!("/{field} read_only")];
        assert_eq!(faults(&api.put_raw(id(&webhook), &body, Some("*")).await?), expected);
        assert_eq!(faults(&api.patch_raw(id(&webhook), &json!({ *field: value }), None).await?), expected);
        // As it is, or left out, it is taken.
        for same in [webhook[field].clone(), Value::Null] {
            body[field] = same;
            assert_eq!(api.put_raw(id(&webhook), &body, Some("*")).await?.status, 200, "{field}");
        }
    }
    let mut body = webhook.clone();
    body["auth"]["password_set"] = json!(false);
    assert_eq!(faults(&api.put_raw(id(&webhook), &body, Some("*")).await?), ["/auth/password_set read_only"]);
    assert_eq!(shown(&api, &webhook).await?, webhook);
    Ok(())
}
