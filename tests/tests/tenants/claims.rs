//! What a token says of its bearer: the tenant, and who it is.

use anyhow::Result;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Hookstep, Permission, unique};
use serde_json::{Value, json};

use crate::calls::{all_calls, assert_problem, tenant_with_a_webhook};

/// Somebody whose token says this, and is good otherwise.
fn with(hookstep: &Hookstep, change: impl FnOnce(&mut Value)) -> Result<Hookstep> {
    let mut claims = hookstep.claims(&unique("a"), &Permission::ALL)?;
    change(&mut claims);
    Ok(hookstep.with_token(&hookstep.minter()?.sign(&claims)?))
}

fn tenant_claim(hookstep: &Hookstep) -> String {
    hookstep.stack.jwt.clone().unwrap().tenant_claim
}

#[tokio::test]
async fn a_token_that_names_no_tenant_is_forbidden_everything() -> Result<()> {
    let (_, scene, place) = tenant_with_a_webhook("a").await?;
    let hookstep = Hookstep::connect()?;
    let claim = tenant_claim(&hookstep);
    let nameless = with(&hookstep, |claims| drop(claims.as_object_mut().unwrap().remove(&claim)))?;
    for call in all_calls(&place) {
        assert_problem(&call.name(), &call.make(&nameless.api).await?, 403, "forbidden");
    }
    assert_eq!(scene.hookstep.api.get_webhook(&place.webhook).await?.version, 1);
    Ok(())
}

#[tokio::test]
async fn a_tenant_is_1_to_64_letters_digits_and_dashes() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let claim = tenant_claim(&hookstep);
    for bad in [
        json!(""),
        json!(" "),
        json!("a b"),
        json!("a#b"),
        json!("a/b"),
        json!("../a"),
        json!("a.b"),
        json!("a\u{0}b"),
        json!("t\u{e9}nant"),
        json!("a\n"),
        json!("x".repeat(65)),
        json!(["a"]),
        json!(["a", "b"]),
        json!({ "id": "a" }),
    ] {
        let caller = with(&hookstep, |claims| claims[&claim] = bad.clone())?;
        let answer = caller.api.send(caller.api.request(reqwest::Method::GET, "/webhook")).await?;
        assert_problem(&bad.to_string(), &answer, 403, "forbidden");
    }
    for good in [unique("Ab_9"), "x".repeat(64), "_".to_owned()] {
        let caller = with(&hookstep, |claims| claims[&claim] = json!(good))?;
        caller.api.list_webhooks().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_tenants_name_counts_in_its_case() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let tenant = unique("Case");
    let upper = hookstep.as_tenant(&tenant, &Permission::ALL)?;
    let lower = hookstep.as_tenant(&tenant.to_lowercase(), &Permission::ALL)?;
    let webhook = upper.webhook_at("https://receiver.example/", |_| ()).await?;
    assert_problem("another case", &lower.api.get_raw(&webhook.config_id).await?, 404, "webhook_not_found");
    Ok(())
}

#[tokio::test]
async fn history_tells_the_subject_of_each_token() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let (tenant, claim) = (unique("a"), tenant_claim(&hookstep));
    let user = |name: &str| {
        with(&hookstep, |claims| {
            claims[&claim] = json!(tenant);
            claims["sub"] = json!(name);
        })
    };
    let (ann, bob) = (user("ann@example.com")?, user("auth0|b\u{f6}b")?);
    let webhook = ann.webhook_at("https://receiver.example/", |_| ()).await?;
    let id = &webhook.config_id;
    bob.api.patch_webhook(id, &json!({ "name": "x", "headers": { "x-token": planted("token") } })).await?;
    ann.api.patch_webhook(id, &json!({ "enabled": false })).await?;
    bob.api.delete_webhook(id).await?;
    let history = ann.api.history(id).await?.data;
    let told: Vec<_> = history
        .iter()
        .map(|change| (change.actor.kind.as_str(), change.actor.id.as_deref().unwrap(), change.action.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("jwt", "auth0|b\u{f6}b", "deleted"),
            ("jwt", "ann@example.com", "disabled"),
            ("jwt", "auth0|b\u{f6}b", "changed"),
            ("jwt", "ann@example.com", "created"),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_token_of_a_program_is_told_by_its_client() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    for (client, expected) in [(Some("billing-service"), Some("billing-service")), (None, None)] {
        let caller = with(&hookstep, |claims| {
            claims.as_object_mut().unwrap().remove("sub");
            if let Some(client) = client {
                claims["client_id"] = json!(client);
            }
        })?;
        let webhook = caller.webhook_at("https://receiver.example/", |_| ()).await?;
        let history = caller.api.history(&webhook.config_id).await?.data;
        assert_eq!((history[0].actor.kind.as_str(), history[0].actor.id.as_deref()), ("jwt", expected));
    }
    Ok(())
}

#[tokio::test]
async fn a_webhook_is_of_its_creators_tenant_and_can_not_be_given_away() -> Result<()> {
    let (tenant, scene, place) = tenant_with_a_webhook("a").await?;
    let api = &scene.hookstep.api;
    let other = unique("b");
    for body in [json!({ "tenant_id": other }), json!({ "config_id": "wh_01ARZ3NDEKTSV4RRFFQ69G5FAV" })] {
        let answer = api.patch_raw(&place.webhook, &body, None).await?;
        assert_problem(&body.to_string(), &answer, 400, "validation_failed");
        let mut draft = json!({ "name": "n", "url": "https://receiver.example/" });
        draft.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        assert_problem("creation", &api.create_raw(&draft).await?, 400, "validation_failed");
    }
    assert_eq!(api.get_webhook(&place.webhook).await?.tenant_id, tenant);
    Ok(())
}
