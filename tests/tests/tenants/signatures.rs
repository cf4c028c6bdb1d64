//! Each tenant signs with a key of its own, which it alone replaces, and which everybody may read.

use std::time::Duration;

use anyhow::{Context as _, Result};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookstep_tests::signatures::{Case, Expected, Judges, case_of, signatures_of};
use hookstep_tests::{Hookstep, Permission, PublicKey, PublicKeys, ReceivedRequest, Scene, Trigger, unique, until};
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
    let (own, other) = (signing(&keys_a)?, signing(&keys_b)?);
    assert_ne!(own.public_key, other.public_key);
    let (secret_a, secret_b) = (a.webhook.new_secret()?, b.webhook.new_secret()?);
    let cases = vec![
        case("a by its key", &of_a, &own.public_key, Expected::Good)?,
        case("b by its key", &of_b, &other.pem, Expected::Good)?,
        case("a by the key of b", &of_a, &other.public_key, Expected::Refused)?,
        case("b by the key of a", &of_b, &own.pem, Expected::Refused)?,
        case("a by its secret", &of_a, &secret_a, Expected::Good)?,
        case("a by the secret of b", &of_a, &secret_b, Expected::Refused)?,
    ];
    Judges::prepare().await?.expect(cases).await
}

/// How long the functions keep a tenant's keys, and what else it takes on a machine that is busy.
const A_MINUTE_AND_SOME: Duration = Duration::from_secs(105);

/// A tenant for which nothing was sent before its key was rotated so often: no function has kept an earlier one. Its keys, in turn.
async fn rotated(name: &str, graces: &[u64]) -> Result<(Scene, Vec<PublicKey>)> {
    let scene = tenant(name).await?;
    let mut keys = vec![signing(&published(&scene).await?)?.clone()];
    for grace in graces {
        keys.push(signing(&scene.hookstep.api.rotate_signing_key(Some(*grace)).await?)?.clone());
    }
    Ok((scene, keys))
}

/// Whether this key has signed a request, by a check of our own: to know what to wait for, and not to judge.
fn is_signed_by(request: &ReceivedRequest, key: &PublicKey) -> Result<bool> {
    let header = |name: &str| request.header(name).with_context(|| format!("no {name}"));
    let start = format!("{}.{}.", header("webhook-id")?, header("webhook-timestamp")?);
    let content = [start.as_bytes(), &request.body].concat();
    let encoded = key.public_key.strip_prefix("whpk_").context("it is no public key")?;
    let public = UnparsedPublicKey::new(&ED25519, STANDARD.decode(encoded)?);
    for signature in signatures_of(request, "v1a") {
        if public.verify(&content, &STANDARD.decode(signature)?).is_ok() {
            return Ok(true);
        }
    }
    Ok(false)
}

#[tokio::test]
async fn a_key_that_is_replaced_signs_for_a_grace_period() -> Result<()> {
    let (scene, keys) = rotated("a", &[600]).await?;
    let [first, second] = &keys[..] else { panic!("{keys:?}") };
    assert_ne!(first.public_key, second.public_key);
    let shown = published(&scene).await?.keys;
    let earlier = shown.iter().find(|key| key.public_key == first.public_key).context("it is gone")?;
    assert!(shown.len() == 2 && earlier.signs_until.is_some(), "{shown:?}");
    let request = delivered(&scene).await?;
    assert_eq!(signatures_of(&request, "v1a").len(), 2);
    let cases = vec![
        case("in grace, by the first", &request, &first.public_key, Expected::Good)?,
        case("in grace, by the second", &request, &second.pem, Expected::Good)?,
    ];
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn without_a_grace_period_the_new_key_signs_alone() -> Result<()> {
    let (scene, keys) = rotated("a", &[600, 0]).await?;
    let [first, second, third] = &keys[..] else { panic!("{keys:?}") };
    assert_eq!(signing(&published(&scene).await?)?.public_key, third.public_key);
    let request = delivered(&scene).await?;
    assert_eq!(signatures_of(&request, "v1a").len(), 1);
    let cases = vec![
        case("after grace 0, by the first", &request, &first.public_key, Expected::Refused)?,
        case("after grace 0, by the second", &request, &second.public_key, Expected::Refused)?,
        case("after grace 0, by the third", &request, &third.public_key, Expected::Good)?,
    ];
    Judges::prepare().await?.expect(cases).await
}

/// Also where the key before has just signed.
#[tokio::test]
async fn a_rotation_counts_after_a_minute_at_the_latest() -> Result<()> {
    let scene = tenant("a").await?;
    let before = delivered(&scene).await?;
    let first = signing(&published(&scene).await?)?.clone();
    let second = signing(&scene.hookstep.api.rotate_signing_key(Some(0)).await?)?.clone();
    let after = until("the new key to sign", A_MINUTE_AND_SOME, async || {
        let request = delivered(&scene).await?;
        Ok(is_signed_by(&request, &second)?.then_some(request))
    })
    .await?;
    let cases = vec![
        case("before, by the first", &before, &first.public_key, Expected::Good)?,
        case("before, by the second", &before, &second.public_key, Expected::Refused)?,
        case("after, by the first", &after, &first.public_key, Expected::Refused)?,
        case("after, by the second", &after, &second.public_key, Expected::Good)?,
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
