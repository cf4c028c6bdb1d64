//! A receiver that is slow keeps its own deliveries waiting, and nobody else's.

use anyhow::Result;
use futures_util::future::try_join_all;
use hookstep_tests::{HOOK, Hold, SOON, Scene, Script, Trigger};

/// How many deliveries hang at the same time.
const HANGING: usize = 12;

#[tokio::test]
async fn one_that_hangs_does_not_slow_the_deliveries_to_others() -> Result<()> {
    let scene = Scene::new().await?;
    let hold = Hold::new();
    scene.receiver.on("/slow", Script::status(200).held_by(&hold));
    let slow = scene.hookstep.webhook_to(&scene.receiver, "/slow", |_| ()).await?;
    let trigger = Trigger::json("{}");
    let api = &scene.hookstep.api;
    let hanging = try_join_all((0..HANGING).map(|_| api.trigger(&slow.config_id, &trigger))).await?;
    scene.receiver.wait_for("/slow", HANGING, SOON).await?;

    // All of these come to their ends while all of those go on: they depend on them in nothing.
    let triggers = [trigger.clone(), trigger.clone().and_wait()];
    let others = triggers.iter().cycle().take(2 * HANGING).map(|trigger| scene.trigger(trigger));
    let others = try_join_all(others).await?;
    for other in &others {
        assert_eq!(scene.settled(&other.event_id).await?.status, "succeeded");
    }
    assert_eq!(scene.receiver.requests_to(HOOK).len(), 2 * HANGING);
    for event in &hanging {
        assert_eq!(api.get_event(&slow.config_id, &event.event_id).await?.status, "in_progress");
    }
    hold.release();
    for event in &hanging {
        assert_eq!(api.wait_until_settled(&slow.config_id, &event.event_id, SOON).await?.status, "succeeded");
    }
    assert_eq!(scene.receiver.requests_to("/slow").len(), HANGING);
    Ok(())
}
