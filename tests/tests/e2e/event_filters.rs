//! Events by their name and by their correlation id. (The lists themselves are compared with sorted ones by the adapters' tests.)

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{HOOK, Hookstep, Scene, Script, Trigger, unique};
use reqwest::Method;

use crate::events::walk;
use crate::support::assert_problem;

#[tokio::test]
async fn one_correlation_id_finds_its_events_at_all_webhooks_whatever_became_of_them() -> Result<()> {
    let (correlation, other) = (unique("order 4711"), unique("order 4711"));
    let scenes = try_join_all([200, 500, 200].map(|status| Scene::where_receiver(Script::status(status)))).await?;
    let mut expected = Vec::new();
    for scene in &scenes {
        for id in [Some(&correlation), Some(&other), None] {
            let trigger = Trigger { correlation_id: id.cloned(), ..Trigger::json("{}").and_wait() };
            let outcome = scene.trigger(&trigger).await?;
            if id == Some(&correlation) {
                expected.insert(0, outcome.event_id);
            }
        }
    }
    let hookstep = &scenes[0].hookstep;
    let query = format!("correlation_id={}", correlation.replace(' ', "%20"));
    let found = async |path: &str, limit| -> Result<Vec<String>> {
        let events = walk(hookstep, &format!("{path}{query}"), limit).await?;
        Ok(events.into_iter().map(|event| event.event_id).collect())
    };
    for limit in [1, 2, 3, 100] {
        assert_eq!(found("/events?", limit).await?, expected, "limit {limit}");
    }
    assert_eq!(found("/events?status=failed&", 1).await?, expected[1..2]);
    assert_eq!(found("/events?status=succeeded&", 1).await?, [expected[0].clone(), expected[2].clone()]);
    let of_webhook = format!("/webhook/{}/events?", scenes[2].webhook.config_id);
    assert_eq!(found(&of_webhook, 100).await?, expected[..1]);
    assert_eq!(found(&format!("{of_webhook}status=failed&"), 100).await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn one_name_finds_its_events() -> Result<()> {
    let names = [unique("order.created"), unique("order.paid")];
    let scene = Scene::with(|draft| draft.event_name = Some(names[0].clone())).await?;
    scene.receiver.on(HOOK, Script::status(500));
    let mut expected = Vec::new();
    for (position, name) in [0, 1, 0].into_iter().enumerate() {
        let change = serde_json::json!({ "event_name": names[name] });
        scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &change).await?;
        if position == 2 {
            scene.receiver.on(HOOK, Script::status(200));
        }
        expected.push(scene.trigger(&Trigger::json("{}").and_wait()).await?.event_id);
    }
    let found = async |path: String| -> Result<Vec<String>> {
        Ok(walk(&scene.hookstep, &path, 1).await?.into_iter().map(|event| event.event_id).collect())
    };
    let of_webhook = format!("/webhook/{}/events?event_name={}", scene.webhook.config_id, names[0]);
    assert_eq!(found(of_webhook.clone()).await?, [expected[2].clone(), expected[0].clone()]);
    assert_eq!(found(format!("{of_webhook}&status=failed")).await?, expected[..1]);
    assert_eq!(found(format!("{of_webhook}&status=succeeded")).await?, expected[2..]);
    for (name, id) in [(&names[0], &expected[0]), (&names[1], &expected[1])] {
        assert_eq!(found(format!("/events?status=failed&event_name={name}")).await?, std::slice::from_ref(id));
    }
    Ok(())
}

#[tokio::test]
async fn what_is_no_name_and_no_correlation_id_is_refused() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let api = &hookstep.api;
    let get = async |query: &str| api.send(api.request(Method::GET, &format!("/events?{query}"))).await;
    assert_problem(&get("").await?, 400, "invalid_status");
    assert_problem(&get("status=succeeded").await?, 400, "invalid_status");
    assert_problem(&get("status=failed&event_name=").await?, 400, "invalid_event_name");
    let long = "x".repeat(256);
    for id in ["", "%0a", "%C3%A9", "%20a", &long] {
        assert_problem(&get(&format!("correlation_id={id}")).await?, 400, "invalid_correlation_id");
    }
    assert_eq!(get(&format!("correlation_id={}", &long[1..])).await?.status, 200);
    Ok(())
}
