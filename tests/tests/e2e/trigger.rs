//! `POST /webhook/{config_id}/trigger`: what a caller is answered, and what the receiver gets.

use anyhow::Result;
use hookstep_tests::{Scene, Trigger};

#[tokio::test]
async fn an_async_trigger_is_accepted_and_its_event_succeeds() -> Result<()> {
    let scene = Scene::new().await?;
    let answer = scene.trigger_raw(&Trigger::json(r#"{"n":1}"#)).await?;
    assert_eq!(answer.status, 202, "{}", answer.in_words());
    let accepted: serde_json::Value = answer.json()?;
    assert_eq!(accepted["status"], "in_progress");
    let event_id = accepted["event_id"].as_str().unwrap();
    let location = format!("/webhook/{}/events/{event_id}", scene.webhook.config_id);
    assert_eq!(answer.header("location"), Some(location.as_str()));

    let event = scene.settled(event_id).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("succeeded", None));
    assert_eq!(scene.received()?.text(), r#"{"n":1}"#);
    Ok(())
}
