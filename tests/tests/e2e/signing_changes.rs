//! Changes of what signs: webhooks of an earlier version, changes at the same instant, and what a webhook may hold.

use std::collections::BTreeSet;

use anyhow::Result;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use hookstep_tests::secrets::planted;
use hookstep_tests::signatures::{Judges, signatures_of};
use hookstep_tests::{Api, Hookstep, Scene, Trigger, Webhook};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::signatures::{good, public_key, signed};
use crate::signing_config::{signing_of, webhook_of};
use crate::support::{assert_problem, draft, id, item_of};

/// Puts the webhook's item back as a version without signatures has written it.
async fn as_stored_before(hookstep: &Hookstep, webhook: &Webhook) -> Result<()> {
    let mut item = item_of(hookstep, webhook).await?;
    for attribute in ["signing", "sealed", "secret_slots"] {
        assert!(item.remove(attribute).is_some(), "no {attribute}");
    }
    item.insert("enabled".to_owned(), AttributeValue::Bool(true));
    let put = hookstep.engine().dynamodb.put_item().table_name(&hookstep.stack.configs_table);
    put.set_item(Some(item)).send().await?;
    Ok(())
}

async fn delivered_by(api: &Api, scene: &Scene) -> Result<hookstep_tests::ReceivedRequest> {
    let outcome = api.trigger(&scene.webhook.config_id, &Trigger::json("{}").and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    scene.request_of(&outcome.event_id)
}

#[tokio::test]
async fn a_webhook_of_an_earlier_version_stays_unsigned_until_it_is_told_to_sign() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    as_stored_before(&scene.hookstep, &scene.webhook).await?;
    let shown = api.get_webhook(id).await?;
    let signing = shown.signing()?;
    assert_eq!((signing.schemes.len(), signing.secret_set, signing.secret), (0, false, None));
    assert_eq!((&shown.rest["payload_format"], &shown.rest["transformation"]), (&json!("as_is"), &Value::Null));
    assert_eq!((&shown.rest["static_ip"], &shown.rest["client_certificate"]), (&json!(false), &Value::Null));
    assert_eq!(delivered_by(api, &scene).await?.header("webhook-signature"), None);
    assert_eq!(api.preview(id, None).await?.header("webhook-signature"), None);
    assert_problem(&api.rotate_secret_raw(id, &Value::Null, None).await?, 409, "not_signed");

    // A change of something else does not turn it on.
    let renamed = api.patch_webhook(id, &json!({ "name": "renamed" })).await?.signing()?;
    assert_eq!((renamed.schemes.len(), renamed.secret_set, renamed.secret), (0, false, None));
    assert_eq!(delivered_by(api, &scene).await?.header("webhook-signature"), None);

    let turned_on = api.patch_webhook(id, &json!({ "signing": { "schemes": ["v1", "v1a"] } })).await?;
    let secret = turned_on.new_secret()?;
    let key = public_key(&scene).await?.public_key;
    let request = delivered_by(api, &scene).await?;
    let rotated = api.rotate_secret(id, None).await?.new_secret()?;
    let after = delivered_by(api, &scene).await?;
    let cases = [good("turned on", &request, &[&secret, &key])?, good("rotated", &after, &[&secret, &rotated, &key])?];
    Judges::prepare().await?.expect(cases.concat()).await
}

#[tokio::test]
async fn a_replacement_of_a_webhook_of_an_earlier_version_signs_by_default() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    as_stored_before(&scene.hookstep, &scene.webhook).await?;
    // As a client of the earlier version would send it: it names nothing of signatures.
    let body = draft(json!({ "url": scene.webhook.url }));
    let replaced = webhook_of(&api.put_raw(id, &body, Some("\"1\"")).await?)?;
    let secret = replaced.new_secret()?;
    assert_eq!(replaced.signing()?.schemes, ["v1", "v1a"]);
    let cases = good("replaced", &delivered_by(api, &scene).await?, &[&secret])?;
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn of_rotations_at_the_same_instant_none_is_lost() -> Result<()> {
    let (scene, first) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let calls = (0..6).map(|_| api.rotate_secret_raw(id, &Value::Null, None));
    let answers = try_join_all(calls).await?;
    let mut all = BTreeSet::from([first]);
    let mut current = None;
    for answer in &answers {
        match answer.status.as_u16() {
            200 => {
                let webhook = webhook_of(answer)?;
                let secret = webhook.new_secret()?;
                assert!(all.insert(secret.clone()), "a secret was made twice");
                current = current.max(Some((webhook.version, secret)));
            }
            // There may be three earlier ones, and a rotation that others keep coming between gives up.
            409 => assert!(["too_many_secrets", "concurrent_change"].contains(&answer.problem()?.code.as_str())),
            _ => panic!("{}", answer.in_words()),
        }
    }
    let rotations = all.len() - 1;
    assert!((1..=3).contains(&rotations), "{rotations} of 6");
    let shown = api.get_webhook(id).await?;
    assert_eq!(shown.version, 1 + rotations as u64);
    assert_eq!(shown.signing()?.earlier_secrets_valid_until.len(), rotations);
    assert_eq!(api.history(id).await?.data.len(), 1 + rotations);
    // Every secret that somebody was shown signs.
    let request = delivered_by(api, &scene).await?;
    assert_eq!(signatures_of(&request, "v1").len(), all.len());
    let keys: Vec<&str> = all.iter().map(String::as_str).collect();
    Judges::prepare().await?.expect(good("after all of them", &request, &keys)?).await
}

#[tokio::test]
async fn rotations_and_other_changes_at_the_same_instant_all_count() -> Result<()> {
    let (scene, first) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let password = planted("password");
    let patches = [
        json!({ "name": "renamed" }),
        json!({ "auth": { "type": "basic", "username": "u", "password": password } }),
        json!({ "headers": { "x-a": "1" } }),
    ];
    let changes = try_join_all(patches.iter().map(|patch| api.patch_raw(id, patch, None)));
    let (rotation, answers) = futures_util::future::try_join(api.rotate_secret(id, None), changes).await?;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.in_words());
        assert_eq!(signing_of(answer)?.secret, None, "who did not rotate is shown no secret");
    }
    let shown = api.get_webhook(id).await?;
    assert_eq!((shown.version, shown.name.as_str()), (5, "renamed"));
    assert_eq!(shown.headers["x-a"], "1");
    let request = delivered_by(api, &scene).await?;
    assert!(request.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    let secret = rotation.new_secret()?;
    Judges::prepare().await?.expect(good("after all of them", &request, &[&first, &secret])?).await
}

#[tokio::test]
async fn rotations_keep_to_the_bound_of_what_a_webhook_may_hold() -> Result<()> {
    // As much as fits beside one signing secret.
    let full: serde_json::Map<String, Value> = [4_000, 4_000, 2_100]
        .into_iter()
        .enumerate()
        .map(|(number, length)| {
            let secret: String = planted("full").chars().cycle().take(length).collect();
            (format!("x-{number}"), json!({ "secret": secret }))
        })
        .collect();
    let (scene, first) = signed(|draft| draft.set("headers", full)).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let answer = api.rotate_secret_raw(id, &Value::Null, None).await?;
    assert!([400, 409].contains(&answer.status.as_u16()), "a second secret does not fit: {}", answer.in_words());
    assert_eq!(api.get_webhook(id).await?.version, 1);
    let mut cases = good("as before", &delivered_by(api, &scene).await?, &[&first])?;
    // Without a grace period there is one secret as before.
    let second = api.rotate_secret(id, Some(0)).await?.new_secret()?;
    cases.extend(good("rotated", &delivered_by(api, &scene).await?, &[&second])?);
    // And with less else there is room for more.
    api.patch_webhook(id, &json!({ "headers": { "x-2": null } })).await?;
    let third = api.rotate_secret(id, None).await?.new_secret()?;
    cases.extend(good("with room", &delivered_by(api, &scene).await?, &[&second, &third])?);
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn the_end_of_a_grace_period_is_a_whole_second_within_it() -> Result<()> {
    let (scene, _) = signed(|_| ()).await?;
    let before = Timestamp::now();
    let rotated = scene.hookstep.api.rotate_secret(&scene.webhook.config_id, Some(60)).await?.signing()?;
    let until: Timestamp = rotated.earlier_secrets_valid_until[0].parse()?;
    assert_eq!(until.subsec_nanosecond(), 0);
    let (least, most) = (SignedDuration::from_secs(59), SignedDuration::from_secs(60));
    assert!(before + least <= until && until <= Timestamp::now() + most, "{until}");
    let shown = scene.hookstep.api.get_raw(&scene.webhook.config_id).await?.json::<Value>()?;
    assert_eq!(id(&shown), scene.webhook.config_id);
    Ok(())
}
