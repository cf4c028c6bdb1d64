//! Events of the bus reach the webhooks of the tenant that they name.

use std::time::Duration;

use anyhow::Result;
use hookstep_tests::{HOOK, Hookstep, Permission, SOON, Scene, unique};
use serde_json::{Value, json};

/// With the waits before both of Lambda's own tries.
const AFTER_RETRIES: Duration = Duration::from_secs(2 * SOON.as_secs());

/// A tenant with a webhook that listens to this name.
async fn tenant(name: &str, event_name: &str) -> Result<Scene> {
    let hookstep = Hookstep::connect()?.as_tenant(&unique(name), &Permission::ALL)?;
    Scene::of(hookstep, |webhook| webhook.event_name = Some(event_name.to_owned())).await
}

#[tokio::test]
async fn an_event_reaches_its_tenants_webhooks_only_and_one_without_a_tenant_is_a_dead_letter() -> Result<()> {
    let name = unique("order.created");
    let (a, b) = (tenant("a", &name).await?, tenant("b", &name).await?);
    let engine = a.hookstep.engine();
    let bus = &a.hookstep.stack.bus_name;
    let put = async |detail: &Value| engine.put_event(bus, "shop", &name, &detail.to_string()).await;

    let refused = [
        (json!({ "n": 1 }), "TenantInvalid"),
        (json!({ "tenant_id": "a#b" }), "TenantInvalid"),
        // It names a webhook of another tenant's.
        (json!({ "tenant_id": b.webhook.tenant_id, "config_id": a.webhook.config_id }), "WebhookUnknown"),
    ];
    let mut letters = Vec::new();
    for (detail, reason) in &refused {
        letters.push((put(detail).await?, *reason));
    }
    for (scene, count) in [(&a, 1), (&b, 1), (&a, 2)] {
        put(&json!({ "tenant_id": scene.webhook.tenant_id, "of": scene.webhook.config_id })).await?;
        scene.receiver.wait_for(HOOK, count, SOON).await?;
    }
    put(&json!({ "tenant_id": b.webhook.tenant_id, "config_id": b.webhook.config_id, "of": b.webhook.config_id }))
        .await?;
    b.receiver.wait_for(HOOK, 2, SOON).await?;

    // This test alone reads the queue of its stack.
    let queue = engine.queue(&a.hookstep.stack.dead_letter_queue_url);
    let of_ours = |message: &Value| letters.iter().any(|(id, _)| message["requestPayload"]["id"] == id.as_str());
    let found = queue.wait_for(letters.len(), AFTER_RETRIES, of_ours).await?;
    for (id, reason) in &letters {
        let letter = found.iter().find(|letter| letter["requestPayload"]["id"] == id.as_str()).unwrap();
        assert_eq!(letter["responsePayload"]["errorType"], *reason);
    }
    for scene in [&a, &b] {
        let requests = scene.receiver.requests_to(HOOK);
        let mut bodies = Vec::new();
        for request in &requests {
            bodies.push(serde_json::from_slice::<Value>(&request.body)?);
        }
        assert_eq!(bodies.len(), 2, "{bodies:?}");
        assert!(bodies.iter().all(|body| body["of"] == scene.webhook.config_id), "{bodies:?}");
    }
    Ok(())
}
