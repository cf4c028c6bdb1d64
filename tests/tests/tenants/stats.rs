//! Statistics of a tenant are those of its webhooks together, the deleted ones too, and of nobody else's.

use anyhow::Result;
use hookstep_tests::{HOOK, Hookstep, Permission, SOON, Scene, Script, Trigger, unique, until};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn totals(hookstep: &Hookstep) -> Result<Value> {
    let api = &hookstep.api;
    let stats: Value = api.send(api.request(Method::GET, "/stats")).await?.expect(StatusCode::OK)?;
    Ok(stats["totals"].clone())
}

#[tokio::test]
async fn a_tenants_counts_are_those_of_all_its_webhooks_and_of_no_others() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let [ours, others] = [unique("a"), unique("b")];
    let ours = hookstep.as_tenant(&ours, &Permission::ALL)?;
    let others = hookstep.as_tenant(&others, &Permission::ALL)?;
    let nothing = totals(&ours).await?;
    assert_eq!(
        (&nothing["accepted"], &nothing["success_rate"], &nothing["latency_ms"]),
        (&json!(0), &Value::Null, &Value::Null)
    );

    let (first, second) = tokio::try_join!(Scene::of(ours.clone(), |_| ()), Scene::of(ours.clone(), |_| ()))?;
    second.receiver.on(HOOK, Script::status(500));
    for scene in [&first, &first, &first, &second] {
        scene.trigger(&Trigger::json("{}").and_wait()).await?;
    }
    ours.api.delete_webhook(&second.webhook.config_id).await?;
    let counted = until("four events to be counted", SOON, async || {
        let totals = totals(&ours).await?;
        Ok((totals["attempts"] == 4).then_some(totals))
    })
    .await?;
    let expected = json!({
        "accepted": 4, "in_progress": 0, "succeeded": 3, "failed": 1, "skipped": 0, "success_rate": 0.75,
        "attempts": 4, "retries": 0, "reasons": { "receiver_rejected": 1 }, "latency_ms": counted["latency_ms"],
    });
    assert_eq!(counted, expected);
    assert_eq!(totals(&others).await?, nothing);
    Ok(())
}
