//! `POST /webhook`, `GET /webhook/{config_id}`: what is given is kept, and shown.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Answer, Hookstep, Webhook};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{NOBODY, TARGET, assert_problem, created, draft, id, shown};

async fn post(hookstep: &Hookstep, body: impl Into<reqwest::Body>) -> Result<Answer> {
    hookstep.api.send(hookstep.api.request(Method::POST, "/webhook").body(body)).await
}

#[tokio::test]
async fn a_webhook_is_created_from_a_name_and_a_url() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let before = Timestamp::now();
    let answer = post(&hookstep, json!({ "name": "orders", "url": TARGET }).to_string()).await?;
    assert_eq!(answer.status, 201, "{}", answer.in_words());
    let mut webhook: Value = answer.json()?;
    let id = id(&webhook).to_owned();
    let secret = webhook["signing"].as_object_mut().unwrap().remove("secret");
    assert!(secret.is_some_and(|secret| secret.as_str().unwrap().starts_with("whsec_")));
    assert!(id.starts_with("wh_") && id.len() == 29, "{id}");
    assert_eq!(answer.header("location"), Some(format!("/webhook/{id}").as_str()));
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(answer.header("content-type"), Some("application/json"));

    let read = hookstep.api.get_raw(&id).await?;
    assert_eq!((read.status.as_u16(), read.header("etag"), &read.json::<Value>()?), (200, Some("\"1\""), &webhook));

    let created: Timestamp = webhook["created_at"].take().as_str().unwrap().parse()?;
    let updated: Timestamp = webhook["updated_at"].take().as_str().unwrap().parse()?;
    assert!(created == updated && before <= created && created <= Timestamp::now());
    let expected = json!({
        "config_id": id,
        "tenant_id": "default",
        "name": "orders",
        "description": "",
        "event_name": null,
        "filter": null,
        "url": TARGET,
        "http_method": "POST",
        "headers": {},
        "auth": { "type": "none" },
        "enabled": true,
        "status": "active",
        "status_reason": null,
        "failing_since": null,
        "timeout_seconds": 30,
        // Standard Webhooks' own schedule.
        "retry_policy": {
            "max_retries": 9,
            "schedule_seconds": [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
            "retry_on": ["network", "timeout", "408", "425", "429", "5xx"],
        },
        "static_ip": false,
        "static_ip_addresses": [],
        "payload_format": "as_is",
        "transformation": null,
        "signing": {
            "schemes": ["v1", "v1a"],
            "secret_set": true,
            "earlier_secrets_valid_until": [],
            "public_key_url": "/.well-known/webhook-public-key?tenant_id=default",
        },
        "client_certificate": null,
        "created_at": null,
        "updated_at": null,
        "version": 1,
    });
    assert_eq!(webhook, expected);
    Ok(())
}

#[tokio::test]
async fn everything_that_a_webhook_is_given_is_kept() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let given = json!({
        "name": "\u{1f980} \"orders\"",
        "description": "line\nline",
        "event_name": "order.created",
        "filter": {
            "detail": { "total": [{ "numeric": [">", 100, "<=", 1_000.5] }], "state": [{ "anything-but": ["new"] }, null] },
            "$or": [{ "source": [{ "prefix": "shop." }] }, { "region": [{ "exists": false }] }],
        },
        "url": "http://127.0.0.1:9/a?b=c",
        "http_method": "PUT",
        "headers": { "X-Source": "shop", "x-empty": "" },
        "auth": { "type": "none" },
        "timeout_seconds": 840,
        "retry_policy": { "max_retries": 0, "schedule_seconds": [1, 86_400], "retry_on": ["non_2xx"] },
        "enabled": false,
        "static_ip": false,
        "payload_format": "standard_webhooks",
        "transformation": "{\n  'id': `\u{1f980}`.id, \"total\": $sum(items.price)\n}",
        "signing": { "schemes": ["v1a"] },
    });
    let mut webhook = created(&api, given.clone()).await?;
    assert_eq!(shown(&api, &webhook).await?, webhook);
    assert_eq!(webhook["signing"]["secret_set"], false);
    webhook["signing"] = json!({ "schemes": webhook["signing"]["schemes"] });
    for (field, value) in given.as_object().unwrap() {
        assert_eq!(&webhook[field], value, "{field}");
    }
    assert_eq!((&webhook["status"], &webhook["status_reason"]), (&"disabled".into(), &Value::Null));
    Ok(())
}

#[tokio::test]
async fn every_method_that_can_carry_a_payload_is_taken() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for method in ["POST", "PUT", "PATCH", "DELETE", "GET"] {
        assert_eq!(created(&api, json!({ "http_method": method })).await?["http_method"], method);
    }
    Ok(())
}

#[tokio::test]
async fn a_retry_policy_is_completed_with_defaults_and_its_classes_are_put_in_order() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let given = json!({ "retry_on": ["5xx", "network", "429", "5xx"], "max_retries": 3 });
    let expected = json!({
        "max_retries": 3,
        "schedule_seconds": [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
        "retry_on": ["network", "429", "5xx"],
    });
    assert_eq!(created(&api, json!({ "retry_policy": given })).await?["retry_policy"], expected);
    // Nothing is worth another try.
    let never = created(&api, json!({ "retry_policy": { "retry_on": [] } })).await?;
    assert_eq!(never["retry_policy"]["retry_on"], json!([]));
    Ok(())
}

#[tokio::test]
async fn authentication_of_every_type_is_shown_without_its_secrets() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let name = hookstep_tests::unique("shown");
    let connection = Hookstep::connect()?.connections().create_basic(&name, "u", &planted("connection")).await?;
    let secret = || planted("kept");
    let kinds = [
        (json!({ "type": "none" }), json!({ "type": "none" })),
        (
            json!({ "type": "basic", "username": "us\u{e9}r", "password": secret() }),
            json!({ "type": "basic", "username": "us\u{e9}r", "password_set": true }),
        ),
        (json!({ "type": "basic", "username": "" }), json!({ "type": "basic", "username": "", "password_set": false })),
        (
            json!({ "type": "api_key", "in": "header", "name": "X-Api-Key", "value": secret() }),
            json!({ "type": "api_key", "in": "header", "name": "X-Api-Key", "value_set": true }),
        ),
        (
            json!({ "type": "api_key", "in": "query", "name": "api key", "value": secret() }),
            json!({ "type": "api_key", "in": "query", "name": "api key", "value_set": true }),
        ),
        (
            json!({
                "type": "oauth2_client_credentials", "token_url": "https://id.example/token", "client_id": "c",
                "client_secret": secret(),
            }),
            json!({
                "type": "oauth2_client_credentials", "token_url": "https://id.example/token", "client_id": "c",
                "client_secret_set": true, "client_authentication": "header", "scope": null, "audience": null,
                "http_method": "POST", "headers": {}, "query": {}, "body": {},
            }),
        ),
        (
            json!({
                "type": "oauth2_client_credentials", "token_url": "https://id.example/token?t=1", "client_id": "c",
                "client_secret": secret(), "client_authentication": "body", "scope": "a b", "audience": "https://a.example",
                "http_method": "PUT", "headers": { "x-plain": "1", "x-token": secret() },
                "query": { "q": { "secret": secret() } }, "body": { "resource": "r", "client_assertion_secret": secret() },
            }),
            json!({
                "type": "oauth2_client_credentials", "token_url": "https://id.example/token?t=1", "client_id": "c",
                "client_secret_set": true, "client_authentication": "body", "scope": "a b", "audience": "https://a.example",
                "http_method": "PUT", "headers": { "x-plain": "1", "x-token": { "secret_set": true } },
                "query": { "q": { "secret_set": true } },
                "body": { "resource": "r", "client_assertion_secret": { "secret_set": true } },
            }),
        ),
        (
            json!({ "type": "connection", "connection_arn": connection.arn }),
            json!({ "type": "connection", "connection_arn": connection.arn }),
        ),
    ];
    try_join_all(kinds.map(async |(given, expected)| {
        let webhook = created(&api, json!({ "auth": given })).await?;
        assert_eq!(webhook["auth"], expected);
        assert_eq!(shown(&api, &webhook).await?, webhook);
        anyhow::Ok(())
    }))
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_header_is_a_secret_where_it_says_so_and_where_its_name_does() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let names = [
        "Authorization",
        "Cookie",
        "X-Api-Key",
        "x-auth-token",
        "X-Password",
        "x-client-secret",
        "X-Session-Id",
        "x-credential",
        "X-Auth",
    ];
    let mut headers: serde_json::Map<_, _> =
        names.iter().map(|&name| (name.to_owned(), planted("header").into())).collect();
    headers.insert("x-hidden".to_owned(), json!({ "secret": planted("header") }));
    headers.insert("x-source".to_owned(), "shop".into());
    let webhook = created(&api, json!({ "headers": headers })).await?;
    for (name, shown) in webhook["headers"].as_object().unwrap() {
        let expected = if name == "x-source" { json!("shop") } else { json!({ "secret_set": true }) };
        assert_eq!(shown, &expected, "{name}");
    }
    assert_eq!(webhook["headers"].as_object().unwrap().len(), names.len() + 2);
    assert_eq!(shown(&api, &webhook).await?, webhook);
    Ok(())
}

#[tokio::test]
async fn what_is_null_counts_as_left_out() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let optional = [
        "description",
        "event_name",
        "filter",
        "http_method",
        "headers",
        "auth",
        "timeout_seconds",
        "retry_policy",
        "enabled",
        "static_ip",
        "payload_format",
        "transformation",
        "signing",
        "client_certificate",
        "static_ip_addresses",
        "config_id",
        "version",
        "status",
    ];
    let nulls: serde_json::Map<_, _> = optional.iter().map(|&field| (field.to_owned(), Value::Null)).collect();
    let webhook = created(&hookstep.api, Value::Object(nulls)).await?;
    let plain = created(&hookstep.api, json!({})).await?;
    for field in optional.iter().filter(|&&field| field != "config_id") {
        assert_eq!(webhook[field], plain[field], "{field}");
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_webhook_is_not_found() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for id in [NOBODY, "x", "wh_01arz3ndektsv4rrffq69g5fav"] {
        let answers = [
            api.get_raw(id).await?,
            api.put_raw(id, &draft(json!({})), Some("*")).await?,
            api.patch_raw(id, &json!({ "name": "n" }), None).await?,
            api.delete_raw(id, None).await?,
            api.test_auth_raw(id).await?,
            api.send(api.request(Method::GET, &format!("/webhook/{id}/history"))).await?,
            api.send(api.request(Method::GET, &format!("/webhook/{id}/history?cursor=5"))).await?,
        ];
        for answer in answers {
            assert_problem(&answer, 404, "webhook_not_found");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_refused_secret_is_not_repeated() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let secret = planted("refused");
    let body = draft(json!({
        "url": format!("https://user:{secret}@receiver.example/"),
        "headers": { "x-a": format!("{secret}\n"), "x-token": format!("{secret}\u{e9}"), "x-b": { "secret": secret, "more": secret } },
        "auth": { "type": "basic", "username": format!("{secret}:"), "password": format!("{secret}\n") },
        "filter": { "a": secret },
        "timeout_seconds": secret,
    }));
    let answer = api.create_raw(&body).await?;
    assert_eq!(answer.status, 400);
    assert!(!String::from_utf8_lossy(&answer.body).contains(&secret), "{}", answer.in_words());
    // Nor is what a parser stumbles over.
    let answer = post(&Hookstep::connect()?, format!("{{\"name\": \"n\", \"auth\": {secret}}}")).await?;
    assert_problem(&answer, 400, "invalid_json");
    assert!(!String::from_utf8_lossy(&answer.body).contains(&secret), "{}", answer.in_words());
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let webhook: Webhook = hookstep.webhook_at(TARGET, |_| ()).await?;
    let path = format!("/webhook/{}", webhook.config_id);
    let cases: [&[u8]; 8] =
        [b"", b"{", b"[]", b"null", b"\"a\"", b"{\"name\":\"n\",}", b"{\"name\":\"\xff\"}", b"name=n&url=u"];
    for body in cases {
        for (method, path) in [(Method::POST, "/webhook"), (Method::PUT, &path), (Method::PATCH, &path)] {
            let request = hookstep.api.request(method.clone(), path).header("if-match", "*").body(body.to_vec());
            let answer = hookstep.api.send(request).await?;
            let what = String::from_utf8_lossy(body);
            assert_eq!(answer.status, 400, "{method} {what}: {}", answer.in_words());
            assert_problem(&answer, 400, "invalid_json");
        }
    }
    assert_eq!(hookstep.api.get_webhook(&webhook.config_id).await?.version, 1);
    Ok(())
}
