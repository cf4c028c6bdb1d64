//! Which tokens are taken at all.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{Flaw, Hookstep, Permission, unique};
use reqwest::Method;

#[tokio::test]
async fn a_good_token_lists_webhooks() -> Result<()> {
    let caller = Hookstep::connect()?.as_tenant(&unique("good"), &[Permission::Read])?;
    assert_eq!(caller.api.list_webhooks().await?.data.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_token_with_a_flaw_is_refused() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let claims = hookstep.claims(&unique("flawed"), &Permission::ALL)?;
    let minter = hookstep.minter()?;
    try_join_all(Flaw::ALL.map(async |flaw| {
        let caller = hookstep.with_token(&minter.flawed(&claims, flaw)?);
        let answer = caller.api.send(caller.api.request(Method::GET, "/webhook")).await?;
        assert_eq!(answer.status, 401, "{flaw:?}: {}", answer.in_words());
        anyhow::Ok(())
    }))
    .await?;
    let answer = hookstep.api.send(hookstep.api.request(Method::GET, "/webhook")).await?;
    assert_eq!(answer.status, 401, "without a token: {}", answer.in_words());
    Ok(())
}
