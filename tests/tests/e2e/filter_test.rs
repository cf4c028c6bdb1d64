//! `POST /filter/test`: a filter, tried on an event.

use anyhow::Result;
use hookstep_tests::{Answer, Hookstep};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{assert_problem, draft, faults};

async fn tried(hookstep: &Hookstep, body: &Value) -> Result<Answer> {
    let request = hookstep.api.request(Method::POST, "/filter/test").header("content-type", "application/json");
    hookstep.api.send(request.body(body.to_string())).await
}

#[tokio::test]
async fn a_filter_tells_whether_it_matches() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let event = json!({
        "version": "0", "detail-type": "order.created", "source": "shop", "resources": [],
        "detail": { "total": 120.5, "lines": [{ "sku": "A" }, { "sku": "B" }] },
    });
    for (filter, matches) in [
        (json!({ "detail": { "total": [{ "numeric": [">=", 100] }] } }), true),
        (json!({ "detail": { "total": [{ "numeric": [">", 120.5] }] } }), false),
        (json!({ "source": ["shop"], "detail": { "lines": { "sku": ["B"] } } }), true),
        (json!({ "detail": { "$or": [{ "coupon": [{ "exists": true }] }, { "total": [120.5] }] } }), true),
        (json!({ "detail-type": [{ "anything-but": ["order.created"] }] }), false),
    ] {
        let answer = tried(&hookstep, &json!({ "filter": filter, "event": event })).await?;
        assert_eq!((answer.status.as_u16(), answer.json::<Value>()?), (200, json!({ "matches": matches })), "{filter}");
    }
    Ok(())
}

#[tokio::test]
async fn a_bad_filter_has_the_faults_that_saving_it_would_have() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let filter = json!({ "detail": { "total": [{ "numeric": [">"] }], "sku": "A" }, "source": [] });
    let of_trial = faults(&tried(&hookstep, &json!({ "filter": filter, "event": {} })).await?);
    let of_saving = faults(&hookstep.api.create_raw(&draft(json!({ "filter": filter }))).await?);
    assert!(of_trial.len() == 3 && of_trial.iter().all(|fault| fault.starts_with("/filter/")), "{of_trial:?}");
    assert_eq!(of_trial, of_saving);
    let nothing = tried(&hookstep, &json!({ "event": [], "x": 1 })).await?;
    assert_eq!(faults(&nothing), ["/event wrong_type", "/filter required", "/x unknown_field"]);
    Ok(())
}

#[tokio::test]
async fn an_event_may_be_as_large_as_the_bus_takes_it_and_no_larger() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let sized = |length: usize| json!({ "filter": { "detail": { "n": [1] } }, "event": { "detail": { "n": 1, "x": "x".repeat(length) } } });
    assert_eq!(tried(&hookstep, &sized(1_000_000)).await?.json::<Value>()?, json!({ "matches": true }));
    assert_problem(&tried(&hookstep, &sized(1_100_000)).await?, 413, "payload_too_large");
    Ok(())
}
