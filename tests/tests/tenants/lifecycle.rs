//! What the bus is told of a tenant's events reaches the webhooks of that tenant.

use anyhow::Result;
use hookstep_local::Workspace;
use hookstep_local::notices::NoticeSchemas;
use hookstep_tests::{Hookstep, Permission, SOON, Scene, Trigger, unique};
use serde_json::{Value, json};

const LISTENER: &str = "/listener";

/// A tenant with a webhook, and another one that listens to its successes.
async fn tenant(name: &str) -> Result<Scene> {
    let hookstep = Hookstep::connect()?.as_tenant(&unique(name), &Permission::ALL)?;
    let scene = Scene::of(hookstep, |_| ()).await?;
    let event_name = Some("Delivery Succeeded".to_owned());
    scene.hookstep.webhook_to(&scene.receiver, LISTENER, |webhook| webhook.event_name = event_name).await?;
    Ok(scene)
}

#[tokio::test]
async fn successes_are_told_of_to_the_webhooks_of_their_tenant_only_and_once() -> Result<()> {
    let (a, b) = (tenant("a").await?, tenant("b").await?);
    let mut heard = Vec::new();
    for (round, scene) in [&a, &b, &a, &b].into_iter().enumerate() {
        let pattern = json!({ "source": ["hookstep"], "detail": { "config_id": [scene.webhook.config_id] } });
        let bus = &scene.hookstep.stack.bus_name;
        let notices = scene.hookstep.engine().capture(bus, &pattern).await?;
        let event = scene.deliver(&Trigger::json(r#"{"a":1}"#)).await?;
        let told = notices.wait_for(1, SOON, |_| true).await?;
        let detail = &told[0]["detail"];
        assert_eq!((&told[0]["source"], &told[0]["detail-type"]), (&json!("hookstep"), &json!("Delivery Succeeded")));
        assert_eq!((&detail["event_id"], &detail["legs"]), (&json!(event.event_id), &json!(1)));
        assert_eq!(detail["tenant_id"], scene.webhook.tenant_id);
        heard.push(detail.clone());

        // Its delivery is told of no more, or this would have no end.
        let count = round / 2 + 1;
        let received = scene.receiver.wait_for(LISTENER, count, SOON).await?;
        let bodies: Vec<Value> =
            received.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect();
        assert!(bodies.contains(detail), "{bodies:?}");
        for scene in [&a, &b] {
            let own: Vec<_> = heard.iter().filter(|detail| detail["tenant_id"] == scene.webhook.tenant_id).collect();
            assert_eq!(scene.receiver.requests_to(LISTENER).len(), own.len());
        }
    }
    let faults = NoticeSchemas::prepare(&Workspace::find()?).await?.faults(&heard).await?;
    assert!(faults.iter().all(Vec::is_empty), "{faults:?}: {heard:?}");
    Ok(())
}
