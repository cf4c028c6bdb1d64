//! Paths on which nothing of ours goes wrong.

use anyhow::Result;
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_tests::{HOOK, Hookstep, Script};
use insta::assert_json_snapshot;
use serde_json::json;

use crate::interpreter::{self, Faults, unique};
use crate::path::Path;

#[tokio::test]
async fn a_delivery_succeeds() -> Result<()> {
    assert_json_snapshot!(Path::new().await?.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_delivery_that_the_receiver_rejects_is_a_result_and_no_exception() -> Result<()> {
    let path = Path::new().await?;
    path.scene.receiver.on(HOOK, Script::status(503).body("busy"));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_closes_the_connection_is_a_result_and_no_exception() -> Result<()> {
    let path = Path::new().await?;
    path.scene.receiver.on(HOOK, Script::close());
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn an_event_for_a_disabled_webhook_is_skipped() -> Result<()> {
    let path = Path::with(|webhook| webhook.enabled = Some(false)).await?;
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn an_event_for_a_deleted_webhook_is_skipped() -> Result<()> {
    let path = Path::new().await?;
    path.scene.hookstep.api.delete_webhook(&path.scene.webhook.config_id).await?;
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_binary_payload_is_recorded_and_sent_as_given() -> Result<()> {
    let path = Path::new().await?;
    let bytes: &[u8] = &[0, 1, 2, 0xff, b'"', b'\\'];
    let seen = path
        .take_after(async |leg| {
            leg.event.payload = Payload::Inline(bytes.into());
            Ok(())
        })
        .await?;
    assert_json_snapshot!(seen);
    for request in path.scene.receiver.requests_to(HOOK) {
        assert_eq!(request.body, bytes);
    }
    Ok(())
}

#[tokio::test]
async fn a_claim_checked_payload_is_recorded_by_its_key_and_sent_as_given() -> Result<()> {
    let path = Path::new().await?;
    let (bucket, key) = (&path.scene.hookstep.stack.payload_bucket, unique("payloads/machines"));
    let engine = path.scene.hookstep.engine();
    let put = engine.s3.put_object().bucket(bucket).key(&key).body(b"large".to_vec().into()).send().await?;
    let stored = StoredPayload { key: key.clone(), etag: put.e_tag.unwrap_or_default(), size: 5 };
    let mut seen = path
        .take_after(async |leg| {
            leg.event.payload = Payload::Stored(stored.clone());
            Ok(())
        })
        .await?;
    assert_eq!(seen["row"]["payload_s3_key"], json!(key));
    seen["row"]["payload_s3_key"] = json!("[key]");
    assert_json_snapshot!(seen);
    for request in path.scene.receiver.requests_to(HOOK) {
        assert_eq!(request.body, "large");
    }
    Ok(())
}

#[tokio::test]
async fn what_these_tests_interpret_is_what_the_template_deploys() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let machines = &hookstep.stack.machines;
    let interpreters = interpreter::all(&hookstep).await?;
    let rendered: serde_json::Value = serde_json::from_str(&interpreters[0].render(&Faults::none()).await?)?;
    for (arn, kind) in [(&machines.express, "EXPRESS"), (&machines.standard, "STANDARD")] {
        let machine = interpreters[0].states("DescribeStateMachine", &json!({ "stateMachineArn": arn })).await?;
        let deployed: serde_json::Value = serde_json::from_str(machine["definition"].as_str().unwrap())?;
        assert_eq!(deployed, rendered, "{kind}");
        assert_eq!(machine["type"], kind);
    }
    Ok(())
}
