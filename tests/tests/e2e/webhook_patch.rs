//! `PATCH /webhook/{config_id}`: JSON Merge Patch (RFC 7396).

use anyhow::{Result, bail};
use futures_util::future::try_join_all;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Api, Hookstep};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::support::{assert_problem, created, draft, faults, history, id, set_attribute, shown, without_stamp};

fn everything() -> Value {
    json!({
        "description": "d", "event_name": "order.created", "filter": { "a": ["b"], "c": { "d": ["e"] } },
        "http_method": "PUT", "headers": { "X-Source": "shop", "X-Other": "1" },
        "auth": { "type": "basic", "username": "u", "password": planted("password") },
        "timeout_seconds": 60, "retry_policy": { "max_retries": 1, "schedule_seconds": [7, 8] }, "enabled": false,
    })
}

/// Each patch in turn, and what it makes of its field, which alone has changed.
async fn assert_patches(api: &Api, webhook: &Value, steps: Vec<(Value, Value)>) -> Result<()> {
    let mut before = shown(api, webhook).await?;
    for (patch, expected) in steps {
        let answer = api.patch_raw(id(webhook), &patch, None).await?;
        assert_eq!(answer.status, 200, "{patch}: {}", answer.in_words());
        let after: Value = answer.json()?;
        let field = patch.as_object().unwrap().keys().next().unwrap();
        assert_eq!(after[field], expected, "{patch}");
        let version = before["version"].as_u64().unwrap() + 1;
        assert_eq!(
            (&after["version"], answer.header("etag")),
            (&json!(version), Some(format!("\"{version}\"").as_str()))
        );
        before[field] = expected;
        before["status"] = after["status"].clone();
        assert_eq!(without_stamp(&after), without_stamp(&before), "{patch}");
        assert_eq!(shown(api, webhook).await?, after);
        before = after;
    }
    Ok(())
}

#[tokio::test]
async fn a_patch_sets_what_it_names_and_null_puts_back_the_default() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let plain = created(&api, json!({})).await?;
    let webhook = created(&api, everything()).await?;
    let set = [
        ("name", json!("another")),
        ("description", json!("\u{1f980}")),
        ("event_name", json!("order.paid")),
        ("url", json!("https://receiver.example/other")),
        ("http_method", json!("PATCH")),
        ("timeout_seconds", json!(840)),
        ("enabled", json!(true)),
    ];
    let set = set.into_iter().map(|(field, value)| (json!({ field: value }), value)).collect();
    assert_patches(&api, &webhook, set).await?;
    api.patch_webhook(id(&webhook), &json!({ "enabled": false })).await?;
    let removed = [
        "description",
        "event_name",
        "filter",
        "http_method",
        "headers",
        "auth",
        "timeout_seconds",
        "retry_policy",
        "enabled",
    ];
    let removed = removed.into_iter().map(|field| (json!({ field: null }), plain[field].clone())).collect();
    assert_patches(&api, &webhook, removed).await
}

#[tokio::test]
async fn a_patch_reaches_into_objects_and_replaces_lists() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, everything()).await?;
    let policy = |retries: u32, waits: &[u32]| json!({ "max_retries": retries, "schedule_seconds": waits, "retry_on": ["network", "timeout", "408", "425", "429", "5xx"] });
    let steps = vec![
        (
            json!({ "headers": { "X-New": "2", "X-Other": null, "X-Source": "web", "X-Never": null } }),
            json!({ "X-New": "2", "X-Source": "web" }),
        ),
        // A name in another case is another name: for a second one it has to be removed first.
        (json!({ "headers": { "X-New": null, "x-new": "3" } }), json!({ "X-Source": "web", "x-new": "3" })),
        (json!({ "retry_policy": { "max_retries": 50 } }), policy(50, &[7, 8])),
        (json!({ "retry_policy": { "schedule_seconds": [9] } }), policy(50, &[9])),
        (
            json!({ "retry_policy": { "schedule_seconds": null } }),
            policy(50, &[5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]),
        ),
        (json!({ "filter": { "a": null, "c": { "f": ["g"] } } }), json!({ "c": { "d": ["e"], "f": ["g"] } })),
        (json!({ "filter": { "c": ["h"] } }), json!({ "c": ["h"] })),
        (json!({ "auth": { "username": "v" } }), json!({ "type": "basic", "username": "v", "password_set": true })),
        (
            json!({ "auth": { "type": "basic", "username": "w" } }),
            json!({ "type": "basic", "username": "w", "password_set": true }),
        ),
    ];
    assert_patches(&api, &webhook, steps).await
}

#[tokio::test]
async fn another_type_of_authentication_replaces_the_whole_of_it() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, everything()).await?;
    let key = |place: &str| json!({ "type": "api_key", "in": place, "name": "x-key", "value_set": true });
    let oauth2 = json!({
        "type": "oauth2_client_credentials", "token_url": "https://id.example/", "client_id": "c", "client_secret_set": true,
        "client_authentication": "header", "scope": null, "audience": null, "http_method": "POST",
        "headers": {}, "query": {}, "body": { "a": "1" },
    });
    let without_body = {
        let mut auth = oauth2.clone();
        auth["body"] = json!({});
        auth["scope"] = json!("s");
        auth
    };
    let steps = vec![
        (
            json!({ "auth": { "type": "api_key", "in": "header", "name": "x-key", "value": planted("key") } }),
            key("header"),
        ),
        (json!({ "auth": { "in": "query" } }), key("query")),
        (
            json!({ "auth": {
                "type": "oauth2_client_credentials", "token_url": "https://id.example/", "client_id": "c",
                "client_secret": planted("client"), "body": { "a": "1" },
            } }),
            oauth2,
        ),
        (json!({ "auth": { "body": { "a": null }, "scope": "s" } }), without_body),
        (json!({ "auth": { "type": "none" } }), json!({ "type": "none" })),
        // Nothing is left of the password that was there first.
        (
            json!({ "auth": { "type": "basic", "username": "u" } }),
            json!({ "type": "basic", "username": "u", "password_set": false }),
        ),
    ];
    assert_patches(&api, &webhook, steps).await?;
    // A field of another type is a fault, not a change of type.
    let answer = api.patch_raw(id(&webhook), &json!({ "auth": { "client_id": "c" } }), None).await?;
    assert_eq!(faults(&answer), ["/auth/client_id unknown_field"]);
    Ok(())
}

#[tokio::test]
async fn a_patch_that_leaves_a_webhook_invalid_is_refused_and_changes_nothing() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, everything()).await?;
    for (patch, expected) in [
        (json!({ "name": null }), "/name required"),
        (json!({ "url": null, "description": "x" }), "/url required"),
        (json!({ "headers": { "Authorization": planted("unused") } }), "/headers/Authorization set_by_auth"),
        (json!({ "headers": { "x-source": "1" } }), "/headers/x-source duplicate_header"),
        (json!({ "filter": { "a": null, "c": null } }), "/filter invalid_filter"),
        (json!({ "filter": { "c": { "d": null } } }), "/filter/c invalid_filter"),
        (json!({ "auth": { "username": null } }), "/auth/username required"),
        (json!({ "auth": { "type": "api_key" } }), "/auth/name required"),
        (json!({ "retry_policy": [1] }), "/retry_policy wrong_type"),
        (json!({ "no_such_field": 1 }), "/no_such_field unknown_field"),
    ] {
        let found = faults(&api.patch_raw(id(&webhook), &patch, None).await?);
        assert!(found.iter().any(|fault| fault == expected), "{patch}: {found:?}");
    }
    assert_eq!(shown(&api, &webhook).await?, webhook);
    Ok(())
}

#[tokio::test]
async fn a_patch_that_changes_nothing_makes_no_version() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, everything()).await?;
    let nothing = [
        json!({}),
        json!({ "name": webhook["name"], "timeout_seconds": 60.0 }),
        json!({ "headers": {}, "auth": {}, "retry_policy": {}, "filter": {} }),
        json!({ "headers": { "X-Never": null }, "signing": null, "static_ip": false }),
        json!({ "auth": { "type": "basic", "username": "u", "password_set": true } }),
        webhook.clone(),
    ];
    for patch in nothing {
        let answer = api.patch_raw(id(&webhook), &patch, None).await?;
        assert_eq!(answer.status, 200, "{patch}: {}", answer.in_words());
        assert_eq!((answer.header("etag"), &answer.json::<Value>()?), (Some("\"1\""), &webhook), "{patch}");
    }
    assert_eq!(shown(&api, &webhook).await?, webhook);
    assert_eq!(history(&api, &webhook).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_patch_may_name_the_version_that_it_is_for() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    let patch = |name: &str| json!({ "name": name });
    for stale in ["\"2\"", "W/\"1\"", "1", ""] {
        assert_problem(&api.patch_raw(id(&webhook), &patch("no"), Some(stale)).await?, 412, "precondition_failed");
    }
    for (version, matching) in [(2, "\"1\""), (3, "*"), (4, "\"7\", \"3\"")] {
        let answer = api.patch_raw(id(&webhook), &patch(matching), Some(matching)).await?;
        assert_eq!(answer.json::<Value>()?["version"], version, "{matching}");
    }
    assert_problem(&api.patch_raw(id(&webhook), &patch("no"), Some("\"1\"")).await?, 412, "precondition_failed");
    Ok(())
}

#[tokio::test]
async fn a_patch_takes_the_content_types_of_merge_patches_and_of_json() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    let send = async |content_type: Option<&str>, name: &str| {
        let request =
            api.request(Method::PATCH, &format!("/webhook/{}", id(&webhook))).body(json!({ "name": name }).to_string());
        let request = content_type.into_iter().fold(request, |request, value| request.header("content-type", value));
        api.send(request).await
    };
    for wrong in [
        "text/plain",
        "application/json-patch+json",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "json",
        "",
    ] {
        let answer = send(Some(wrong), "wrong").await?;
        assert_eq!(answer.status, 415, "{wrong}: {}", answer.in_words());
        assert_problem(&answer, 415, "unsupported_media_type");
    }
    assert_eq!(shown(&api, &webhook).await?, webhook);
    let right = [
        Some("application/merge-patch+json"),
        Some("application/json"),
        Some("Application/Merge-Patch+JSON; charset=utf-8"),
        Some("application/json ;charset=utf-8"),
        None,
    ];
    for (version, content_type) in (2..).zip(right) {
        let answer = send(content_type, &format!("{content_type:?}")).await?;
        assert_eq!(answer.json::<Value>()?["version"], version, "{content_type:?}: {}", answer.in_words());
    }
    Ok(())
}

/// Patches until no other change comes between.
async fn patched(api: &Api, id: &str, patch: &Value) -> Result<()> {
    for _ in 0..50 {
        let answer = api.patch_raw(id, patch, None).await?;
        match answer.status.as_u16() {
            200 => return Ok(()),
            409 => assert_problem(&answer, 409, "concurrent_change"),
            _ => bail!("{}", answer.in_words()),
        }
    }
    bail!("other changes come between again and again");
}

#[tokio::test]
async fn of_many_patches_at_the_same_instant_none_is_lost() -> Result<()> {
    const PATCHES: usize = 12;
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    let headers: Map<String, Value> = (0..PATCHES).map(|n| (format!("x-{n:02}"), json!(n.to_string()))).collect();
    let patches = headers
        .iter()
        .map(async |(name, value)| patched(&api, id(&webhook), &json!({ "headers": { name: value } })).await);
    try_join_all(patches).await?;
    let after = shown(&api, &webhook).await?;
    assert_eq!((&after["version"], &after["headers"]), (&json!(1 + PATCHES), &Value::Object(headers)));
    let versions: Vec<u64> = history(&api, &webhook).await?.iter().map(|change| change.version).collect();
    assert_eq!(versions, (1..=1 + PATCHES as u64).rev().collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn two_patches_at_the_same_instant_are_both_made() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for _ in 0..5 {
        let webhook = created(&api, json!({})).await?;
        let patches = [json!({ "name": "a" }), json!({ "description": "b" })];
        let answers =
            try_join_all(patches.iter().map(async |patch| api.patch_raw(id(&webhook), patch, None).await)).await?;
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        let after = shown(&api, &webhook).await?;
        assert_eq!((&after["name"], &after["description"], &after["version"]), (&json!("a"), &json!("b"), &json!(3)));
    }
    Ok(())
}

#[tokio::test]
async fn what_hookstep_disabled_stays_so_until_somebody_enables_it() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let api = &hookstep.api;
    let webhook = hookstep.webhook_at(crate::support::TARGET, |_| ()).await?;
    set_attribute(&hookstep, &webhook, "status", "auto_disabled").await?;
    set_attribute(&hookstep, &webhook, "status_reason", "the receiver answered 410").await?;
    let of =
        |webhook: &Value| (webhook["enabled"].clone(), webhook["status"].clone(), webhook["status_reason"].clone());
    let auto_disabled = (json!(false), json!("auto_disabled"), json!("the receiver answered 410"));
    let read: Value = api.get_raw(&webhook.config_id).await?.json()?;
    assert_eq!(of(&read), auto_disabled);
    let renamed: Value = api.patch_raw(&webhook.config_id, &json!({ "name": "renamed" }), None).await?.json()?;
    assert_eq!(of(&renamed), auto_disabled);
    let put: Value = api.put_raw(&webhook.config_id, &draft(json!({ "enabled": false })), Some("*")).await?.json()?;
    assert_eq!(of(&put), auto_disabled);
    let enabled: Value = api.patch_raw(&webhook.config_id, &json!({ "enabled": true }), None).await?.json()?;
    assert_eq!(of(&enabled), (json!(true), json!("active"), Value::Null));
    Ok(())
}
