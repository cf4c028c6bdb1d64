//! Payloads that are gone from the bucket when their turn comes.

use anyhow::{Context as _, Result};
use hookstep_tests::{HOOK, Ledger, Trigger};
use reqwest::{Method, StatusCode};

use crate::stage::{Stage, beside_others, later};

#[tokio::test]
async fn a_payload_that_is_deleted_while_its_event_waits_fails_it() -> Result<()> {
    let _beside = beside_others().await;
    let mut stage = Stage::new(later()).await?;
    stage.scene.receiver.on(HOOK, stage.book.deciding(|_, before| before > 0));
    let large = Trigger::json(vec![b'a'; 20_000]);
    let lost = stage.trigger(&large).await?;
    let kept = stage.trigger(&large).await?;
    let waiting = stage.waiting(&lost).await?;
    stage.waiting(&kept).await?;
    let engine = stage.engine();
    let key = waiting.rest["payload_s3_key"].as_str().context("no object")?;
    engine.s3.delete_object().bucket(&stage.scene.hookstep.stack.payload_bucket).key(key).send().await?;

    let api = &stage.scene.hookstep.api;
    for id in [&lost, &kept] {
        let path = format!("/webhook/{}/events/{id}/retry", stage.scene.webhook.config_id);
        let answer = api.send(api.request(Method::POST, &path)).await?;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.in_words());
    }
    let expected = Ledger { accepted: 2, succeeded: 1, failed: 1, taken: 1, requests: 3, ..Ledger::default() };
    assert_eq!(stage.ledger().await?, expected);
    assert_eq!(stage.scene.event(&lost).await?.reason.as_deref(), Some("payload_missing"));
    Ok(())
}
