//! `DELETE /webhook/{config_id}`, and what stays behind.

use anyhow::Result;
use hookstep_tests::secrets::planted;
use hookstep_tests::{Hookstep, Scene, Trigger};
use reqwest::Method;
use serde_json::json;

use crate::support::{assert_problem, created, draft, id, item_of};

#[tokio::test]
async fn a_deleted_webhook_is_gone_for_every_call() -> Result<()> {
    let scene = Scene::with(|draft| draft.set("headers", json!({ "x-token": planted("header") }))).await?;
    let (hookstep, api, id) = (&scene.hookstep, &scene.hookstep.api, &scene.webhook.config_id);
    let answer = api.delete_raw(id, None).await?;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    let answers = [
        api.delete_raw(id, None).await?,
        api.delete_raw(id, Some("\"1\"")).await?,
        api.get_raw(id).await?,
        api.put_raw(id, &draft(json!({})), Some("\"1\"")).await?,
        api.put_raw(id, &draft(json!({})), Some("*")).await?,
        api.patch_raw(id, &json!({ "name": "n" }), None).await?,
        api.test_auth_raw(id).await?,
        api.test_raw(id, None, "").await?,
        api.test_raw(id, Some("{}".into()), "").await?,
        api.trigger_raw(id, &Trigger::json("{}")).await?,
        api.send(api.request(Method::POST, &format!("/webhook/{id}/payloads"))).await?,
    ];
    for answer in answers {
        assert_problem(&answer, 404, "webhook_not_found");
    }
    let mut cursor = String::new();
    loop {
        let page = api.list_webhooks_where(&format!("limit=100{cursor}")).await?;
        assert!(page.data.iter().all(|other| other.config_id != *id));
        let Some(next) = page.next_cursor else { break };
        cursor = format!("&cursor={next}");
    }
    assert!(item_of(hookstep, &scene.webhook).await.is_err(), "its item is still there");
    assert_eq!(scene.received_count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_deletion_may_name_the_version_that_it_is_for() -> Result<()> {
    let api = Hookstep::connect()?.api;
    for matching in ["\"2\"", "*", "\"1\", \"2\""] {
        let webhook = created(&api, json!({})).await?;
        api.patch_webhook(id(&webhook), &json!({ "name": "another" })).await?;
        for stale in ["\"1\"", "\"3\"", "W/\"2\"", "2"] {
            assert_problem(&api.delete_raw(id(&webhook), Some(stale)).await?, 412, "precondition_failed");
        }
        assert_eq!(api.get_webhook(id(&webhook)).await?.version, 2);
        assert_eq!(api.delete_raw(id(&webhook), Some(matching)).await?.status, 204, "{matching}");
        assert_problem(&api.get_raw(id(&webhook)).await?, 404, "webhook_not_found");
    }
    Ok(())
}

#[tokio::test]
async fn events_and_history_of_a_deleted_webhook_stay_readable() -> Result<()> {
    let scene = Scene::new().await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    let mut events = Vec::new();
    for _ in 0..3 {
        let outcome = scene.trigger(&Trigger::json("{\"n\":1}").and_wait()).await?;
        events.insert(0, outcome.event_id);
    }
    let before = scene.event(&events[0]).await?;
    api.delete_webhook(id).await?;

    let listed = api.list_events(id, "").await?.data;
    assert_eq!(listed.iter().map(|event| &event.event_id).collect::<Vec<_>>(), events.iter().collect::<Vec<_>>());
    // Page by page, to the end.
    let first = api.list_events(id, "limit=2").await?;
    let rest = api.list_events(id, &format!("limit=2&cursor={}", first.next_cursor.unwrap())).await?;
    assert_eq!((rest.data.len(), rest.next_cursor), (1, None));
    let after = scene.event(&events[0]).await?;
    assert_eq!((after.status.as_str(), &after.rest["payload"]), ("succeeded", &before.rest["payload"]));
    assert_eq!(after.attempts.len(), 1);

    let history = api.history(id).await?.data;
    assert_eq!(history.iter().map(|change| change.action.as_str()).collect::<Vec<_>>(), ["deleted", "created"]);
    assert_eq!((history[0].version, &history[0].changed_fields), (2, &Vec::new()));
    let first = api.history_where(id, "limit=1").await?;
    let rest = api.history_where(id, &format!("limit=1&cursor={}", first.next_cursor.unwrap())).await?;
    assert_eq!(rest.data, history[1..]);
    Ok(())
}

#[tokio::test]
async fn of_two_deletions_at_the_same_instant_one_is_made() -> Result<()> {
    let api = Hookstep::connect()?.api;
    let webhook = created(&api, json!({})).await?;
    let delete = async || api.delete_raw(id(&webhook), None).await;
    let (first, second) = futures_util::future::join(delete(), delete()).await;
    let mut statuses = [first?.status.as_u16(), second?.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404]);
    assert_eq!(api.history(id(&webhook)).await?.data.len(), 2);
    Ok(())
}
