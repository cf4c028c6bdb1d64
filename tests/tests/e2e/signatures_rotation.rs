//! Secrets that are replaced: who still verifies, and until when.

use anyhow::Result;
use hookstep_tests::signatures::{Judges, own_secret, signatures_of};
use hookstep_tests::{ReceivedRequest, SOON, Scene, Trigger, until};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::signatures::{good, public_key, refused, signed};
use crate::support::{assert_problem, faults};

/// Delivers once, and returns what the receiver got.
async fn delivered(scene: &Scene) -> Result<ReceivedRequest> {
    let event = scene.deliver(&Trigger::json("{\"n\":1}")).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    scene.request_of(&event.event_id)
}

#[tokio::test]
async fn in_the_grace_period_old_and_new_secrets_verify_and_after_grace_0_only_the_new() -> Result<()> {
    let (scene, first) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let before = delivered(&scene).await?;

    let second = api.rotate_secret(id, None).await?.new_secret()?;
    let one_earlier = delivered(&scene).await?;
    let third = api.rotate_secret(id, Some(600)).await?.new_secret()?;
    let two_earlier = delivered(&scene).await?;
    let shown = api.get_webhook(id).await?.signing()?;
    assert_eq!((shown.earlier_secrets_valid_until.len(), shown.secret), (2, None));
    let rotated = api.rotate_secret(id, Some(0)).await?;
    let fourth = rotated.new_secret()?;
    assert_eq!(rotated.signing()?.earlier_secrets_valid_until.len(), 0);
    let after = delivered(&scene).await?;

    let counts = [&before, &one_earlier, &two_earlier, &after].map(|request| signatures_of(request, "v1").len());
    assert_eq!(counts, [1, 2, 3, 1]);
    let key = public_key(&scene).await?.public_key;
    let cases = [
        good("before", &before, &[&first, &key])?,
        refused("before", &before, &[&second, &third, &fourth])?,
        good("after one rotation", &one_earlier, &[&first, &second, &key])?,
        refused("after one rotation", &one_earlier, &[&third, &fourth])?,
        good("after two", &two_earlier, &[&first, &second, &third, &key])?,
        refused("after two", &two_earlier, &[&fourth])?,
        good("after grace 0", &after, &[&fourth, &key])?,
        refused("after grace 0", &after, &[&first, &second, &third])?,
    ];
    Judges::prepare().await?.expect(cases.concat()).await
}

#[tokio::test]
async fn an_earlier_secret_signs_until_its_time_is_over() -> Result<()> {
    let (scene, first) = signed(|_| ()).await?;
    let second = scene.hookstep.api.rotate_secret(&scene.webhook.config_id, Some(2)).await?.new_secret()?;
    let last = until("the end of a grace period", SOON, async || {
        let request = delivered(&scene).await?;
        Ok((signatures_of(&request, "v1").len() == 1).then_some(request))
    })
    .await?;
    let cases = [good("when it is over", &last, &[&second])?, refused("when it is over", &last, &[&first])?];
    Judges::prepare().await?.expect(cases.concat()).await?;
    let shown = scene.hookstep.api.get_webhook(&scene.webhook.config_id).await?.signing()?;
    for until in shown.earlier_secrets_valid_until {
        assert!(until.parse::<Timestamp>()? <= Timestamp::now(), "{until} is still to come");
    }
    Ok(())
}

#[tokio::test]
async fn a_secret_that_the_owner_brings_along_signs_and_is_never_shown() -> Result<()> {
    let (own, next, later) = (own_secret("own"), own_secret("next"), own_secret("later"));
    let scene = Scene::with(|draft| draft.set("signing", json!({ "secret": own }))).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    assert_eq!((scene.webhook.signing()?.secret, scene.webhook.signing()?.secret_set), (None, true));
    let created = delivered(&scene).await?;
    // Set by a change, it is the only one at once.
    let patched = api.patch_webhook(id, &json!({ "signing": { "secret": next } })).await?;
    assert_eq!(patched.signing()?.secret, None);
    let changed = delivered(&scene).await?;
    // Brought to a rotation, it leaves the one before a grace period.
    let answer = api.rotate_secret_raw(id, &json!({ "secret": later }), None).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    assert!(!answer.in_words().contains("whsec_"), "{}", answer.in_words());
    let rotated = delivered(&scene).await?;
    let cases = [
        good("as created", &created, &[&own])?,
        good("as changed", &changed, &[&next])?,
        refused("as changed", &changed, &[&own])?,
        good("as rotated", &rotated, &[&later, &next])?,
        refused("as rotated", &rotated, &[&own])?,
    ];
    Judges::prepare().await?.expect(cases.concat()).await
}

#[tokio::test]
async fn a_secret_of_every_length_that_is_allowed_signs() -> Result<()> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let mut cases = Vec::new();
    for length in [24, 25, 32, 48, 63, 64] {
        let bytes: Vec<u8> = own_secret("length").bytes().cycle().take(length).collect();
        let secret = format!("whsec_{}", STANDARD.encode(bytes));
        let scene = Scene::with(|draft| draft.set("signing", json!({ "secret": secret }))).await?;
        cases.extend(good(&format!("{length} bytes"), &delivered(&scene).await?, &[&secret])?);
    }
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn three_earlier_secrets_are_enough() -> Result<()> {
    let (scene, first) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let mut all = vec![first];
    for _ in 0..3 {
        all.push(api.rotate_secret(id, Some(604_800)).await?.new_secret()?);
    }
    let answer = api.rotate_secret_raw(id, &Value::Null, None).await?;
    assert_problem(&answer, 409, "too_many_secrets");
    let request = delivered(&scene).await?;
    let keys: Vec<&str> = all.iter().map(String::as_str).collect();
    let mut cases = good("four secrets", &request, &keys)?;
    // Grace 0 ends them all, also where there are as many as may be.
    let last = api.rotate_secret(id, Some(0)).await?.new_secret()?;
    let request = delivered(&scene).await?;
    cases.extend(good("the last", &request, &[&last])?);
    cases.extend(refused("the last", &request, &keys)?);
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn a_rotation_that_makes_no_sense_changes_nothing() -> Result<()> {
    let (scene, secret) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    for body in [
        json!({ "grace_period_seconds": -1 }),
        json!({ "grace_period_seconds": 604_801 }),
        json!({ "grace_period_seconds": "1" }),
        json!({ "secret": "whsec_c2hvcnQ=" }),
        json!({ "secret": "not one" }),
        json!({ "unknown": 1 }),
    ] {
        let answer = api.rotate_secret_raw(id, &body, None).await?;
        assert_eq!(faults(&answer).len(), 1, "{body}: {}", answer.in_words());
    }
    let stale = api.rotate_secret_raw(id, &Value::Null, Some("\"999\"")).await?;
    assert_eq!(stale.status, 412, "{}", stale.in_words());
    assert_eq!(api.get_webhook(id).await?.version, scene.webhook.version);
    let cases = good("after all of them", &delivered(&scene).await?, &[&secret])?;
    Judges::prepare().await?.expect(cases).await
}
