//! `Idempotency-Key`: the same key for the same webhook is the same event, delivered once.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{Answer, HOOK, Scene, Script, Trigger};
use serde_json::Value;

fn keyed(key: &str) -> Trigger {
    Trigger { idempotency_key: Some(key.to_owned()), ..Trigger::json(r#"{"n":1}"#) }
}

fn event_id(answer: &Answer) -> Result<String> {
    Ok(answer.json::<Value>()?["event_id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_repeated_async_trigger_answers_with_the_first_event() -> Result<()> {
    let scene = Scene::new().await?;
    let first = scene.deliver(&keyed("k")).await?;
    let answer = scene.trigger_raw(&keyed("k")).await?;
    assert_eq!(answer.status, 202, "{}", answer.in_words());
    let repeated: Value = answer.json()?;
    // The row is there already, and the answer says where it stands.
    assert_eq!((&repeated["event_id"], &repeated["status"]), (&first.event_id.clone().into(), &"succeeded".into()));
    scene.all_legs_over(&first.event_id).await?;
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_repeated_sync_trigger_answers_with_the_first_outcome() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(201).body("first")).await?;
    let first = scene.trigger_raw(&keyed("k").and_wait()).await?;
    scene.receiver.on(HOOK, Script::status(500).body("second"));
    let second = scene.trigger_raw(&keyed("k").and_wait()).await?;
    assert_eq!((second.status, second.json::<Value>()?), (first.status, first.json::<Value>()?));
    assert_eq!(first.json::<Value>()?["attempt"]["response_body"], "first");
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_repeated_trigger_answers_with_the_first_event_also_after_it_failed() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(503)).await?;
    let first = scene.trigger_raw(&keyed("k").and_wait()).await?;
    assert_eq!(first.json::<Value>()?["status"], "failed");
    scene.receiver.on(HOOK, Script::status(200));
    let second = scene.trigger_raw(&keyed("k").and_wait()).await?;
    assert_eq!(second.json::<Value>()?, first.json::<Value>()?);
    let third = scene.trigger_raw(&keyed("k")).await?;
    assert_eq!((event_id(&third)?, third.json::<Value>()?["status"].clone()), (event_id(&first)?, "failed".into()));
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_repeated_trigger_of_a_disabled_webhook_is_the_same_skipped_event() -> Result<()> {
    let scene = Scene::with(|draft| draft.enabled = Some(false)).await?;
    let first = scene.trigger_raw(&keyed("k").and_wait()).await?;
    let second = scene.trigger_raw(&keyed("k").and_wait()).await?;
    assert_eq!(second.json::<Value>()?, first.json::<Value>()?);
    assert_eq!(first.json::<Value>()?["status"], "skipped");
    Ok(())
}

#[tokio::test]
async fn the_modes_share_their_keys() -> Result<()> {
    let scene = Scene::new().await?;
    let first = scene.deliver(&keyed("a")).await?;
    let second = scene.trigger(&keyed("a").and_wait()).await?;
    assert_eq!((&second.event_id, second.status.as_str()), (&first.event_id, "succeeded"));
    assert_eq!(second.attempt.unwrap().number, 1);
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn a_repeated_key_with_another_payload_is_still_the_first_event() -> Result<()> {
    let scene = Scene::new().await?;
    let first = scene.trigger(&keyed("k").and_wait()).await?;
    let other = Trigger { body: r#"{"n":2}"#.into(), ..keyed("k") };
    assert_eq!(scene.trigger(&other.and_wait()).await?.event_id, first.event_id);
    assert_eq!(scene.received()?.text(), r#"{"n":1}"#);
    Ok(())
}

#[tokio::test]
async fn a_sync_repeat_of_a_delivery_under_way_waits_for_its_outcome() -> Result<()> {
    let scene =
        Scene::where_receiver(Script::status(200).body("slow").after(std::time::Duration::from_secs(3))).await?;
    let first = scene.trigger(&keyed("k")).await?;
    scene.receiver.wait_for(HOOK, 1, hookstep_tests::SOON).await?;
    let second = scene.trigger(&keyed("k").and_wait()).await?;
    assert_eq!((&second.event_id, second.status.as_str()), (&first.event_id, "succeeded"));
    assert_eq!(second.attempt.unwrap().response_body.as_deref(), Some("slow"));
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn twenty_async_triggers_at_the_same_instant_are_one_event_and_one_request() -> Result<()> {
    let scene = Scene::new().await?;
    let answers = try_join_all((0..20).map(async |_| scene.trigger_raw(&keyed("k")).await)).await?;
    let mut ids = Vec::new();
    for answer in &answers {
        assert_eq!(answer.status, 202, "{}", answer.in_words());
        ids.push(event_id(answer)?);
    }
    ids.dedup();
    let [id] = &ids[..] else { panic!("{ids:?}") };
    assert_eq!(scene.settled(id).await?.status, "succeeded");
    // Whatever was started for the others has found that there is nothing left to do.
    scene.all_legs_over(id).await?;
    scene.received()?;
    let listed = scene.hookstep.api.list_events(&scene.webhook.config_id, "").await?;
    assert_eq!(listed.data.len(), 1);
    Ok(())
}

#[tokio::test]
async fn twenty_sync_triggers_at_the_same_instant_all_get_the_one_outcome() -> Result<()> {
    let scene = Scene::where_receiver(Script::status(200).body("only")).await?;
    let answers = try_join_all((0..20).map(async |_| scene.trigger_raw(&keyed("k").and_wait()).await)).await?;
    let first: Value = answers[0].json()?;
    assert_eq!((&first["status"], &first["attempt"]["response_body"]), (&"succeeded".into(), &"only".into()));
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), answer.json::<Value>()?), (200, first.clone()));
    }
    scene.all_legs_over(first["event_id"].as_str().unwrap()).await?;
    scene.received()?;
    Ok(())
}

#[tokio::test]
async fn the_same_key_for_two_webhooks_is_two_events() -> Result<()> {
    let (a, b) = (Scene::new().await?, Scene::new().await?);
    let (first, second) = (a.trigger(&keyed("k").and_wait()).await?, b.trigger(&keyed("k").and_wait()).await?);
    assert_ne!(first.event_id, second.event_id);
    assert_eq!((a.received_count(), b.received_count()), (1, 1));
    Ok(())
}

#[tokio::test]
async fn different_keys_and_none_are_different_events() -> Result<()> {
    let scene = Scene::new().await?;
    let triggers = [keyed("a"), keyed("A"), keyed("a b"), Trigger::json("{}"), Trigger::json("{}")];
    let mut ids = Vec::new();
    for trigger in triggers {
        ids.push(scene.trigger(&trigger.and_wait()).await?.event_id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), scene.received_count()), (5, 5));
    Ok(())
}

#[tokio::test]
async fn a_key_takes_1_to_255_characters() -> Result<()> {
    let scene = Scene::new().await?;
    let longest = keyed(&"k".repeat(255)).and_wait();
    assert_eq!(scene.trigger(&longest).await?.event_id, scene.trigger(&longest).await?.event_id);
    for key in [String::new(), "k".repeat(256)] {
        let answer = scene.trigger_raw(&keyed(&key)).await?;
        assert_eq!(answer.status, 400, "{}", answer.in_words());
        assert_eq!(answer.problem()?.code, "invalid_idempotency_key");
    }
    scene.received()?;
    Ok(())
}
