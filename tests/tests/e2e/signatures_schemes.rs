//! Which signatures a webhook asks for, and which it gets.

use anyhow::Result;
use hookstep_tests::signatures::{Judges, signatures_of};
use hookstep_tests::{ReceivedRequest, Scene, Trigger};
use serde_json::json;

use crate::signatures::{good, public_key, refused, signed};
use crate::support::faults;

async fn delivered(scene: &Scene) -> Result<ReceivedRequest> {
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    scene.request_of(&event.event_id)
}

#[tokio::test]
async fn both_schemes_are_the_default() -> Result<()> {
    for signing in [json!(null), json!({}), json!({ "schemes": ["v1a", "v1"] })] {
        let (scene, secret) = signed(|draft| draft.set("signing", signing.clone())).await?;
        assert_eq!(scene.webhook.signing()?.schemes, ["v1", "v1a"], "{signing}");
        let request = delivered(&scene).await?;
        let key = public_key(&scene).await?.public_key;
        Judges::prepare().await?.expect(good(&signing.to_string(), &request, &[&secret, &key])?).await?;
    }
    Ok(())
}

#[tokio::test]
async fn v1_alone() -> Result<()> {
    // Named twice it is still one.
    let (scene, secret) = signed(|draft| draft.set("signing", json!({ "schemes": ["v1", "v1"] }))).await?;
    assert_eq!(scene.webhook.signing()?.schemes, ["v1"]);
    let request = delivered(&scene).await?;
    assert_eq!((signatures_of(&request, "v1").len(), signatures_of(&request, "v1a").len()), (1, 0));
    // Another webhook's delivery sees to it that there is a key.
    delivered(&Scene::new().await?).await?;
    let key = public_key(&scene).await?.public_key;
    let cases = [good("v1 alone", &request, &[&secret])?, refused("v1 alone", &request, &[&key])?];
    Judges::prepare().await?.expect(cases.concat()).await
}

#[tokio::test]
async fn v1a_alone_needs_no_secret() -> Result<()> {
    let scene = Scene::with(|draft| draft.set("signing", json!({ "schemes": ["v1a"] }))).await?;
    let shown = scene.webhook.signing()?;
    assert_eq!((shown.secret_set, shown.secret, shown.schemes), (false, None, vec!["v1a".to_owned()]));
    let request = delivered(&scene).await?;
    assert_eq!(signatures_of(&request, "v1").len(), 0);
    let stranger = signed(|_| ()).await?.1;
    let key = public_key(&scene).await?;
    let cases =
        [good("v1a alone", &request, &[&key.public_key, &key.pem])?, refused("v1a alone", &request, &[&stranger])?];
    Judges::prepare().await?.expect(cases.concat()).await
}

#[tokio::test]
async fn without_schemes_nothing_is_signed_until_there_is_one() -> Result<()> {
    let scene = Scene::with(|draft| draft.set("signing", json!({ "schemes": [] }))).await?;
    assert!(!scene.webhook.signing()?.secret_set);
    let request = delivered(&scene).await?;
    assert_eq!(request.header("webhook-signature"), None);
    // The first scheme that needs a secret gets one, which is shown this one time.
    let id = &scene.webhook.config_id;
    let changed = scene.hookstep.api.patch_webhook(id, &json!({ "signing": { "schemes": ["v1"] } })).await?;
    let secret = changed.new_secret()?;
    assert_eq!(scene.hookstep.api.get_webhook(id).await?.signing()?.secret, None);
    let cases = good("from then on", &delivered(&scene).await?, &[&secret])?;
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn what_is_no_way_to_sign_is_refused() -> Result<()> {
    let scene = Scene::new().await?;
    let api = &scene.hookstep.api;
    for signing in [
        json!({ "schemes": ["v2"] }),
        json!({ "schemes": "v1" }),
        json!({ "secret": "whsec_" }),
        json!({ "secret": "whsec_c2hvcnQ=" }),
        json!({ "secret": format!("whsec_{}", "A".repeat(88)) }),
        json!({ "secret": "plain text that is long enough" }),
        json!({ "secret": 7 }),
        json!("v1"),
    ] {
        let answer = api.create_raw(&crate::support::draft(json!({ "signing": signing }))).await?;
        assert!(!faults(&answer).is_empty(), "{signing}: {}", answer.in_words());
    }
    // While v1 is asked for, its secret stays.
    let cleared = api.patch_raw(&scene.webhook.config_id, &json!({ "signing": { "secret": null } }), None).await?;
    assert_eq!(faults(&cleared).len(), 1, "{}", cleared.in_words());
    Ok(())
}

#[tokio::test]
async fn the_key_that_signs_is_published_to_everybody() -> Result<()> {
    let (scene, _) = signed(|_| ()).await?;
    delivered(&scene).await?;
    let api = &scene.hookstep.api;
    let document = api.public_keys(None).await?;
    assert_eq!(document.tenant_id, scene.webhook.tenant_id);
    let key = public_key(&scene).await?;
    assert_eq!((key.scheme.as_str(), key.algorithm.as_str()), ("v1a", "ed25519"));
    assert!(key.public_key.starts_with("whpk_"), "{}", key.public_key);
    assert!(key.pem.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{}", key.pem);
    let shown = scene.webhook.signing()?.public_key_url;
    let by_link = api.without_token();
    let answer = by_link.send(by_link.request(reqwest::Method::GET, &shown)).await?;
    assert_eq!(answer.status, 200, "{shown}: {}", answer.in_words());
    assert!(answer.in_words().contains(&key.public_key), "{}", answer.in_words());
    Ok(())
}
