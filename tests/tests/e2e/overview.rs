//! `GET /overview` where there are no tenants. (What it shows of events and webhooks is tested by tenant, where nothing of other tests is.)

use anyhow::Result;
use hookstep_tests::Hookstep;
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn without_tenants_it_tells_of_dead_letters_and_names_ten_of_a_kind_at_most() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let api = &hookstep.api;
    let seen: Value = api.send(api.request(Method::GET, "/overview")).await?.expect(reqwest::StatusCode::OK)?;
    assert!(seen["dead_letters"]["count"].is_u64(), "{seen}");
    for kind in ["failing", "auto_disabled"] {
        let named = seen[kind].as_array().map_or(usize::MAX, Vec::len);
        let count = seen["webhooks"][kind].as_u64().and_then(|count| usize::try_from(count).ok());
        assert!(count.is_some_and(|count| named == count.min(10)), "{seen}");
    }
    Ok(())
}
