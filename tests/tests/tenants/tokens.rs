//! Which tokens are taken at all.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{Flaw, Hookstep, Permission, unique};
use reqwest::Method;

use crate::calls::{all_calls, tenant_with_a_webhook};

#[tokio::test]
async fn a_good_token_lists_webhooks() -> Result<()> {
    let caller = Hookstep::connect()?.as_tenant(&unique("good"), &[Permission::Read])?;
    assert_eq!(caller.api.list_webhooks().await?.data.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_token_with_a_flaw_is_refused_by_every_call() -> Result<()> {
    let (tenant, scene, place) = tenant_with_a_webhook("flawed").await?;
    let hookstep = Hookstep::connect()?;
    let claims = hookstep.claims(&tenant, &Permission::ALL)?;
    let minter = hookstep.minter()?;
    let (version, requests) = (scene.webhook.version, scene.received_count());
    for call in all_calls(&place) {
        try_join_all(Flaw::ALL.map(async |flaw| {
            let caller = hookstep.with_token(&minter.flawed(&claims, flaw)?);
            let answer = call.make(&caller.api).await?;
            assert_eq!(answer.status, 401, "{flaw:?}: {}: {}", call.name(), answer.in_words());
            anyhow::Ok(())
        }))
        .await?;
        let answer = call.make(&hookstep.api).await?;
        assert_eq!(answer.status, 401, "without a token: {}: {}", call.name(), answer.in_words());
    }
    let after = scene.hookstep.api.get_webhook(&place.webhook).await?;
    assert_eq!((after.version, scene.received_count()), (version, requests));
    assert_eq!(scene.hookstep.api.list_webhooks().await?.data.len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_is_no_token_is_refused() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let good = hookstep.minter()?.sign(&hookstep.claims(&unique("a"), &Permission::ALL)?)?;
    let (unsigned, _) = good.rsplit_once('.').unwrap();
    for authorization in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer ..",
        &format!("Bearer {unsigned}"),
        &format!("Bearer {unsigned}."),
        &format!("Bearer {good}x"),
        &format!("Bearer {good}.x"),
        &format!("Basic {good}"),
    ] {
        let request = hookstep.api.request(Method::GET, "/webhook").header("authorization", authorization);
        let answer = hookstep.api.send(request).await?;
        assert_eq!(answer.status, 401, "{authorization}: {}", answer.in_words());
    }
    Ok(())
}
