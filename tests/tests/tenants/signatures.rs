//! Each tenant signs with a key of its own, which it alone replaces, and which everybody may read.

use anyhow::{Context as _, Result};
use hookstep_tests::signatures::{Case, Expected, Judges, case_of, signatures_of};
use hookstep_tests::{Hookstep, Permission, PublicKey, PublicKeys, ReceivedRequest, Scene, Trigger, unique};
use serde_json::{Value, json};

use crate::calls::assert_problem;

/// A tenant with a webhook.
async fn tenant(name: &str) -> Result<Scene> {
    Scene::of(Hookstep::connect()?.as_tenant(&unique(name), &Permission::ALL)?, |_| ()).await
}

async fn delivered(scene: &Scene) -> Result<ReceivedRequest> {
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    scene.request_of(&event.event_id)
}

/// What anybody can read of a tenant's keys, without a token.
async fn published(scene: &Scene) -> Result<PublicKeys> {
    scene.hookstep.api.without_token().public_keys(Some(&scene.webhook.tenant_id)).await
}

fn signing(keys: &PublicKeys) -> Result<&PublicKey> {
    keys.keys.iter().find(|key| key.signs_until.is_none()).context("no key signs")
}

fn case(what: &str, request: &ReceivedRequest, key: &str, expected: Expected) -> Result<(String, Case, Expected)> {
    Ok((what.to_owned(), case_of(request, key)?, expected))
}

#[tokio::test]
async fn anothers_key_does_not_verify() -> Result<()> {
    let (a, b) = (tenant("a").await?, tenant("b").await?);
    let (of_a, of_b) = (delivered(&a).await?, delivered(&b).await?);
    let (keys_a, keys_b) = (published(&a).await?, published(&b).await?);
    assert_eq!((&keys_a.tenant_id, &keys_b.tenant_id), (&a.webhook.tenant_id, &b.webhook.tenant_id));
    let (key_a, key_b) = (signing(&keys_a)?, signing(&keys_b)?);
    assert_ne!(key_a.public_key, key_b.public_key);
    let (secret_a, secret_b) = (a.webhook.new_secret()?, b.webhook.new_secret()?);
    let cases = vec![
        case("a by its key", &of_a, &key_a.public_key, Expected::Good)?,
        case("b by its key", &of_b, &key_b.pem, Expected::Good)?,
        case("a by the key of b", &of_a, &key_b.public_key, Expected::Refused)?,
        case("b by the key of a", &of_b, &key_a.pem, Expected::Refused)?,
        case("a by its secret", &of_a, &secret_a, Expected::Good)?,
        case("a by the secret of b", &of_a, &secret_b, Expected::Refused)?,
    ];
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn a_key_that_is_replaced_signs_for_a_grace_period() -> Result<()> {
    let scene = tenant("a").await?;
    let api = &scene.hookstep.api;
    let before = delivered(&scene).await?;
    let first = signing(&published(&scene).await?)?.clone();

    let rotated = api.rotate_signing_key(Some(600)).await?;
    let second = signing(&rotated)?.clone();
    assert_ne!(first.public_key, second.public_key);
    let earlier = rotated.keys.iter().find(|key| key.public_key == first.public_key).context("it is gone")?;
    assert!(earlier.signs_until.is_some(), "{earlier:?}");
    let both = delivered(&scene).await?;
    assert_eq!(signatures_of(&both, "v1a").len(), 2);

    let third = signing(&api.rotate_signing_key(Some(0)).await?)?.clone();
    let last = delivered(&scene).await?;
    assert_eq!(signatures_of(&last, "v1a").len(), 1);
    assert_eq!(signing(&published(&scene).await?)?.public_key, third.public_key);
    let cases = vec![
        case("before, by the first", &before, &first.public_key, Expected::Good)?,
        case("before, by the second", &before, &second.public_key, Expected::Refused)?,
        case("in grace, by the first", &both, &first.public_key, Expected::Good)?,
        case("in grace, by the second", &both, &second.public_key, Expected::Good)?,
        case("after grace 0, by the first", &last, &first.public_key, Expected::Refused)?,
        case("after grace 0, by the second", &last, &second.public_key, Expected::Refused)?,
        case("after grace 0, by the third", &last, &third.public_key, Expected::Good)?,
    ];
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn a_rotation_touches_the_own_tenant_only() -> Result<()> {
    let (a, b) = (tenant("a").await?, tenant("b").await?);
    delivered(&a).await?;
    delivered(&b).await?;
    let of_b = published(&b).await?;
    a.hookstep.api.rotate_signing_key(Some(0)).await?;
    assert_eq!(published(&b).await?.keys, of_b.keys);
    let request = delivered(&b).await?;
    let cases = vec![case("b, after a's rotation", &request, &signing(&of_b)?.public_key, Expected::Good)?];
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn whose_key_is_asked_for_has_to_be_said() -> Result<()> {
    let api = Hookstep::connect()?.api;
    assert_problem("nobody's", &api.public_keys_raw(None).await?, 400, "invalid_tenant");
    assert_problem("an empty name", &api.public_keys_raw(Some("")).await?, 400, "invalid_tenant");
    let unknown = api.public_keys_raw(Some(&unique("nobody"))).await?;
    assert_problem("an unknown tenant", &unknown, 404, "public_key_not_found");
    Ok(())
}

#[tokio::test]
async fn a_grace_period_that_makes_no_sense_is_refused() -> Result<()> {
    let scene = tenant("a").await?;
    delivered(&scene).await?;
    let before = published(&scene).await?;
    for body in [
        json!({ "grace_period_seconds": -1 }),
        json!({ "grace_period_seconds": 604_801 }),
        json!({ "grace_period_seconds": null, "unknown": 1 }),
        Value::String("x".to_owned()),
    ] {
        let answer = scene.hookstep.api.rotate_signing_key_raw(&body).await?;
        assert_eq!(answer.status, 400, "{body}: {}", answer.in_words());
    }
    assert_eq!(published(&scene).await?.keys, before.keys);
    Ok(())
}
