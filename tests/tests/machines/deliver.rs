//! Paths that part at `Deliver` by our own fault: the row is in progress by then.

use anyhow::Result;
use hookstep_core::payload::{Payload, StoredPayload};
use hookstep_tests::HOOK;
use insta::assert_json_snapshot;
use serde_json::json;

use crate::interpreter::{self, Faults, unique};
use crate::path::{Leg, Path};

const DELIVER: &str = "DeliverFunctionArn";

#[tokio::test]
async fn a_payload_that_is_gone_fails_the_event() -> Result<()> {
    let path = Path::new().await?;
    let seen = path
        .take_after(async |leg| {
            let key = "payloads/default/no/such/object".to_owned();
            leg.event.payload = Payload::Stored(StoredPayload { key, etag: "\"0\"".to_owned(), size: 1 });
            Ok(())
        })
        .await?;
    assert_json_snapshot!(seen);
    Ok(())
}

#[tokio::test]
async fn a_payload_that_was_altered_fails_the_event_and_is_not_sent() -> Result<()> {
    let path = Path::new().await?;
    let (bucket, key) = (&path.scene.hookstep.stack.payload_bucket, unique("payloads/machines"));
    let engine = path.scene.hookstep.engine();
    let first = engine.s3.put_object().bucket(bucket).key(&key).body(b"first".to_vec().into()).send().await?;
    engine.s3.put_object().bucket(bucket).key(&key).body(b"other".to_vec().into()).send().await?;
    let stored = StoredPayload { key: key.clone(), etag: first.e_tag.unwrap_or_default(), size: 5 };
    let mut seen = path
        .take_after(async |leg| {
            leg.event.payload = Payload::Stored(stored.clone());
            Ok(())
        })
        .await?;
    assert_eq!(seen["row"]["payload_s3_key"], json!(key));
    seen["row"]["payload_s3_key"] = json!("[key]");
    assert_json_snapshot!(seen);
    Ok(())
}

#[tokio::test]
async fn a_crash_fails_the_event_and_is_not_tried_again() -> Result<()> {
    let path = Path::new().await?.where_machine(Faults::none().broken(DELIVER, &[("FAULT", "crash")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_crash_after_the_receiver_was_called_does_not_call_it_again() -> Result<()> {
    let faults = Faults::none().broken(DELIVER, &[("FAULT", "crash"), ("AFTER", "1")]);
    let seen = Path::new().await?.where_machine(faults).take().await?;
    assert_eq!((&seen["row"]["status"], &seen["row"]["reason"]), (&"failed".into(), &"internal_error".into()));
    assert_eq!(seen["requests"], 1);
    Ok(())
}

#[tokio::test]
async fn a_bucket_that_is_unavailable_once_delays_the_delivery() -> Result<()> {
    let faults = Faults::none().broken(DELIVER, &[("FAULT", "PayloadUnavailable"), ("TIMES", "1")]);
    let seen = Path::new().await?.where_machine(faults).take().await?;
    assert_eq!(seen["states"][3], "Deliver (2 times)");
    assert_eq!((&seen["row"]["status"], &seen["requests"]), (&"succeeded".into(), &1.into()));
    Ok(())
}

#[tokio::test]
async fn a_bucket_that_stays_unavailable_fails_the_event() -> Result<()> {
    let path = Path::new().await?.where_machine(Faults::none().broken(DELIVER, &[("FAULT", "PayloadUnavailable")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_transformer_that_is_unavailable_once_delays_the_delivery() -> Result<()> {
    let faults = Faults::none().broken(DELIVER, &[("FAULT", "TransformerUnavailable"), ("TIMES", "1")]);
    let seen = Path::new().await?.where_machine(faults).take().await?;
    assert_eq!(seen["states"][3], "Deliver (2 times)");
    assert_eq!((&seen["row"]["status"], &seen["requests"]), (&"succeeded".into(), &1.into()));
    Ok(())
}

#[tokio::test]
async fn a_transformer_that_stays_unavailable_fails_the_event() -> Result<()> {
    let path = Path::new().await?.where_machine(Faults::none().broken(DELIVER, &[("FAULT", "TransformerUnavailable")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

#[tokio::test]
async fn a_payload_that_breaks_off_is_not_sent_again() -> Result<()> {
    let path = Path::new().await?.where_machine(Faults::none().broken(DELIVER, &[("FAULT", "PayloadInterrupted")]));
    assert_json_snapshot!(path.take().await?);
    Ok(())
}

/// On moto only: the engine has no `TimeoutSecondsPath`.
#[tokio::test]
async fn a_task_that_runs_out_of_the_webhooks_time_fails_the_event() -> Result<()> {
    let path = Path::with(|webhook| webhook.timeout_seconds = Some(1)).await?;
    let faults = Faults::none().broken(DELIVER, &[("FAULT", "hang")]);
    let interpreters = interpreter::all(&path.scene.hookstep).await?;
    for moto in interpreters.iter().filter(|interpreter| interpreter.name == "moto") {
        assert_json_snapshot!(Leg::new(&path.scene, moto, &faults).await?.run().await?);
    }
    assert_eq!(path.scene.receiver.requests_to(HOOK).len(), 0);
    Ok(())
}
