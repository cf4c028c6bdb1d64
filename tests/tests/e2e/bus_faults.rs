//! Events of the bus that are for nobody who exists: they lie in the dead-letter queue, with the reason.

use std::time::Duration;

use anyhow::Result;
use hookstep_tests::SOON;
use serde_json::{Value, json};

use crate::bus::Street;

const NOBODY: &str = "wh_01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// With the waits before both of Lambda's own tries.
const AFTER_RETRIES: Duration = Duration::from_secs(2 * SOON.as_secs());

#[tokio::test]
async fn what_is_for_nobody_lies_in_the_dead_letter_queue_with_the_reason() -> Result<()> {
    let street = Street::new().await?;
    let listening = street.webhook("/listening", |_| ()).await?;
    let cases = [
        (json!({ "config_id": NOBODY, "card": "4711" }), "WebhookUnknown"),
        (json!({ "config_id": "order-7" }), "WebhookUnknown"),
        (json!({ "config_id": { "is": "ours" } }), "WebhookUnknown"),
    ];
    let mut put = Vec::new();
    for (detail, reason) in cases {
        put.push((street.put(&detail).await?, detail, reason));
    }
    // This test alone reads the queue of its stack.
    let queue = street.hookstep.engine().queue(&street.hookstep.stack.dead_letter_queue_url);
    let of_ours = |message: &Value| put.iter().any(|(id, ..)| message["requestPayload"]["id"] == id.as_str());
    let letters = queue.wait_for(put.len(), AFTER_RETRIES, of_ours).await?;
    assert_eq!(letters.len(), put.len(), "{letters:?}");
    for (id, detail, reason) in &put {
        let letter = letters.iter().find(|letter| letter["requestPayload"]["id"] == id.as_str()).unwrap();
        assert_eq!(&letter["requestPayload"]["detail"], detail);
        assert_eq!(letter["responsePayload"]["errorType"], *reason);
        let message = letter["responsePayload"]["errorMessage"].as_str().unwrap();
        assert!(message.starts_with("`detail.config_id`") && !message.contains("4711"), "{message}");
    }
    assert_eq!(street.hookstep.api.list_events(&listening.config_id, "").await?.data.len(), 0);
    Ok(())
}

#[tokio::test]
async fn what_is_no_event_is_said_by_name() -> Result<()> {
    let street = Street::new().await?;
    let engine = street.hookstep.engine();
    let function = &street.hookstep.stack.functions.trigger;
    for (event, reason) in [
        (json!({ "id": "1", "detail-type": "a", "source": "shop", "detail": [1] }), "DetailInvalid"),
        (json!({ "id": "1", "detail-type": "", "source": "shop", "detail": {} }), "EventInvalid"),
        (json!({ "detail-type": "a", "source": "shop", "detail": {} }), "EventInvalid"),
        (json!({ "neither": "an event", "nor": "a call" }), "EventInvalid"),
    ] {
        let said = engine.invoke(function, &event).await?;
        assert_eq!(said["errorType"], reason, "{event}: {said}");
    }
    Ok(())
}
