//! What a token allows: each call takes its permission, and that one only.

use anyhow::Result;
use hookstep_tests::{Api, Hookstep, Permission, unique};
use reqwest::Method;
use serde_json::{Value, json};

use crate::calls::{Call, all_calls, assert_problem, calls_of_tenant, tenant_with_a_webhook};

const OTHERS: [(Permission, [Permission; 2]); 3] = [
    (Permission::Read, [Permission::Write, Permission::Trigger]),
    (Permission::Write, [Permission::Read, Permission::Trigger]),
    (Permission::Trigger, [Permission::Read, Permission::Write]),
];

/// What takes no token.
const OPEN: [&str; 4] = ["/health", "/openapi.json", "/.well-known/webhook-public-key", "/console/config.json"];

#[tokio::test]
async fn a_call_without_its_permission_is_forbidden_and_does_nothing() -> Result<()> {
    let (tenant, scene, place) = tenant_with_a_webhook("a").await?;
    let before = (scene.hookstep.api.get_webhook(&place.webhook).await?, scene.received_count());
    let listed = scene.hookstep.api.list_webhooks().await?.data.len();
    let hookstep = Hookstep::connect()?;
    let nothing = hookstep.as_tenant(&tenant, &[])?.api;
    for (needed, others) in OTHERS {
        let all_others = hookstep.as_tenant(&tenant, &others)?.api;
        for call in all_calls(&place).into_iter().filter(|call| call.permission == needed) {
            for api in [&all_others, &nothing] {
                assert_problem(&call.name(), &call.make(api).await?, 403, "forbidden");
            }
        }
    }
    let after = scene.hookstep.api.get_webhook(&place.webhook).await?;
    assert_eq!((after.version, scene.received_count()), (before.0.version, before.1));
    assert_eq!(scene.hookstep.api.list_webhooks().await?.data.len(), listed);
    Ok(())
}

#[tokio::test]
async fn a_call_with_its_permission_alone_is_made() -> Result<()> {
    let (tenant, _scene, place) = tenant_with_a_webhook("a").await?;
    let hookstep = Hookstep::connect()?;
    // The deletion comes last.
    for call in all_calls(&place) {
        let mut permissions = vec![call.permission];
        if call.reads {
            let alone = hookstep.as_tenant(&tenant, &permissions)?;
            assert_problem(&call.name(), &call.make(&alone.api).await?, 403, "forbidden");
            permissions.push(Permission::Read);
        }
        let caller = hookstep.as_tenant(&tenant, &permissions)?;
        let answer = call.make(&caller.api).await?;
        assert!(answer.status.is_success(), "{}: {}", call.name(), answer.in_words());
    }
    Ok(())
}

/// Calls the list with this as the claim that holds the permissions.
async fn list_with(hookstep: &Hookstep, permissions: &Value) -> Result<hookstep_tests::Answer> {
    let issuer = hookstep.stack.jwt.clone().unwrap();
    let mut claims = hookstep.claims(&unique("a"), &[])?;
    claims[&issuer.permission_claim] = permissions.clone();
    let api = hookstep.with_token(&hookstep.minter()?.sign(&claims)?).api;
    api.send(api.request(Method::GET, "/webhook")).await
}

#[tokio::test]
async fn a_permission_is_a_whole_word_of_the_claim() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let issuer = hookstep.stack.jwt.clone().unwrap();
    let read = issuer.read_permission.as_str();
    for good in [
        json!(read),
        json!(format!("openid {read} profile")),
        json!(format!("{read} {}", issuer.write_permission)),
        json!([read]),
        json!(["openid", read]),
    ] {
        let answer = list_with(&hookstep, &good).await?;
        assert_eq!(answer.status, 200, "{good}: {}", answer.in_words());
    }
    for bad in [
        json!(""),
        json!("openid profile"),
        json!(read.to_uppercase()),
        json!(format!("{read}x")),
        json!(format!("x{read}")),
        json!(format!("{read}:own")),
        // One word each, by RFC 6749 3.3.
        json!(format!("doc:x,{read}")),
        json!(format!("[{read},x]")),
        json!([format!("x,{read}")]),
        json!([]),
        json!({ read: true }),
        json!(7),
        json!(true),
    ] {
        let answer = list_with(&hookstep, &bad).await?;
        assert_problem(&bad.to_string(), &answer, 403, "forbidden");
    }
    Ok(())
}

#[tokio::test]
async fn without_the_claim_nothing_is_allowed() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let issuer = hookstep.stack.jwt.clone().unwrap();
    let mut claims = hookstep.claims(&unique("a"), &Permission::ALL)?;
    claims.as_object_mut().unwrap().remove(&issuer.permission_claim);
    let api = hookstep.with_token(&hookstep.minter()?.sign(&claims)?).api;
    for call in calls_of_tenant() {
        assert_problem(&call.name(), &call.make(&api).await?, 403, "forbidden");
    }
    Ok(())
}

/// Reads, and says whether the answer is the one expected.
async fn get(api: &Api, path: &str) -> Result<u16> {
    Ok(api.send(api.request(Method::GET, path)).await?.status.as_u16())
}

#[tokio::test]
async fn what_is_open_is_open_to_everybody() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let nobody = hookstep.as_tenant(&unique("a"), &[])?;
    let (tenant, _scene, _) = tenant_with_a_webhook("signing").await?;
    let keys = format!("/.well-known/webhook-public-key?tenant_id={tenant}");
    for path in ["/health", "/openapi.json", &keys, "/console", "/console/", "/console/events", "/console/config.json"]
    {
        assert_eq!(get(&hookstep.api, path).await?, 200, "{path}");
        assert_eq!(get(&hookstep.with_token("nonsense").api, path).await?, 200, "{path}");
        assert_eq!(get(&nobody.api, path).await?, 200, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_no_call_is_open_to_nobody() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let caller = hookstep.as_tenant(&unique("a"), &Permission::ALL)?;
    for (method, path, status) in [
        (Method::GET, "/", 404),
        (Method::GET, "/webhooks", 404),
        (Method::GET, "/webhook/x/y/z", 404),
        (Method::DELETE, "/webhook", 405),
        (Method::POST, "/health", 405),
        (Method::POST, "/openapi.json", 405),
        (Method::GET, "/webhook/x/trigger", 405),
        (Method::GET, "/webhook/x/secret/rotate", 405),
        (Method::DELETE, "/webhook/x/preview", 405),
        (Method::GET, "/signing-key/rotate", 405),
        (Method::POST, "/.well-known/webhook-public-key", 405),
        (Method::GET, "/webhook/x/secret", 404),
        (Method::GET, "/signing-key", 404),
        (Method::GET, "/.well-known/jwks.json", 404),
    ] {
        let open = hookstep.api.send(hookstep.api.request(method.clone(), path)).await?;
        assert_eq!(open.status, 401, "{method} {path}: {}", open.in_words());
        let known = caller.api.send(caller.api.request(method.clone(), path)).await?;
        assert_eq!(known.status, status, "{method} {path}: {}", known.in_words());
    }
    Ok(())
}

/// Keeps the table honest: as many calls as the API has, but for those that are open.
#[tokio::test]
async fn the_table_of_calls_has_all_of_them() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let document: Value = hookstep.api.send(hookstep.api.request(Method::GET, "/openapi.json")).await?.json()?;
    let place = crate::calls::Place {
        webhook: "{config_id}".into(),
        event: "{event_id}".into(),
        large: "{event_id}".into(),
        attempt: "{number}".into(),
        to_retry: "{event_id}".into(),
        to_cancel: "{event_id}".into(),
        upload: "x".into(),
        replay: "{replay_id}".into(),
    };
    let tested: std::collections::BTreeSet<String> = all_calls(&place).iter().map(route_of).collect();
    let mut documented = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "delete", "patch", "options", "head"] {
            if item.get(method).is_some() && !OPEN.contains(&path.as_str()) {
                documented.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    assert_eq!(tested, documented);
    Ok(())
}

fn route_of(call: &Call) -> String {
    let path = call.path.split('?').next().unwrap();
    format!("{} {path}", call.method)
}
