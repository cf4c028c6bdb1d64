//! How a webhook's signatures are configured: what is shown of its secret, when, and what changes it.

use anyhow::{Context as _, Result};
use hookstep_tests::secrets::planted;
use hookstep_tests::signatures::{Judges, own_secret, signatures_of};
use hookstep_tests::{Answer, HOOK, Hookstep, Signing, Trigger, Webhook};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::signatures::{good, public_key, refused, signed};
use crate::support::{assert_problem, draft, faults, history};

/// What an answer says, headers and all.
fn said(answer: &Answer) -> String {
    format!("{} {:?}", String::from_utf8_lossy(&answer.body), answer.headers)
}

/// The webhook of an answer that has to be a 200 or 201.
pub(crate) fn webhook_of(answer: &Answer) -> Result<Webhook> {
    assert!(answer.status.is_success(), "{}", answer.in_words());
    answer.json()
}

pub(crate) fn signing_of(answer: &Answer) -> Result<Signing> {
    webhook_of(answer)?.signing()
}

#[tokio::test]
async fn a_secret_that_hookstep_made_is_shown_once() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let api = &hookstep.api;
    let receiver = hookstep_tests::Receiver::start().await?;
    let answer = api.create_raw(&draft(json!({ "url": receiver.url(HOOK) }))).await?;
    let signing = signing_of(&answer)?;
    let secret = signing.secret.context("no secret is shown on creation")?;
    assert_eq!((signing.schemes, signing.secret_set), (vec!["v1".to_owned(), "v1a".to_owned()], true));
    assert_eq!(signing.earlier_secrets_valid_until, Vec::<String>::new());
    let webhook = webhook_of(&answer)?;
    assert_eq!(signing.public_key_url, format!("/.well-known/webhook-public-key?tenant_id={}", webhook.tenant_id));
    let encoded = secret.strip_prefix("whsec_").context("no whsec_")?;
    assert!(said(&answer).matches(encoded).count() == 1, "it is shown in one place");

    let id = &webhook.config_id;
    let outcome = api.trigger_raw(id, &Trigger::json("{}").and_wait()).await?;
    let event_id = outcome.json::<Value>()?["event_id"].as_str().context("no event")?.to_owned();
    let get = |path: String| async move { api.send(api.request(reqwest::Method::GET, &path)).await };
    let etag = webhook.etag();
    let later = [
        outcome,
        api.get_raw(id).await?,
        get("/webhook?limit=100".to_owned()).await?,
        get(format!("/webhook/{id}/history")).await?,
        get(format!("/webhook/{id}/events")).await?,
        get(format!("/webhook/{id}/events/{event_id}")).await?,
        api.preview_raw(id, "{}", None).await?,
        api.test_raw(id, None, "").await?,
        api.test_auth_raw(id).await?,
        get(webhook.signing()?.public_key_url).await?,
        api.patch_raw(id, &json!({ "name": "renamed" }), None).await?,
        api.patch_raw(id, &json!({ "signing": { "schemes": ["v1"] } }), None).await?,
        api.put_raw(id, &draft(json!({ "url": receiver.url(HOOK) })), Some(&etag)).await?,
        api.put_raw(id, &draft(json!({ "url": receiver.url(HOOK) })), Some("\"3\"")).await?,
        api.patch_raw(id, &json!({ "signing": { "secret": null } }), None).await?,
        api.delete_raw(id, None).await?,
    ];
    for answer in &later {
        assert!(!said(answer).contains(encoded), "{}", answer.in_words());
    }
    let statuses: Vec<u16> = later.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 412, 200, 400, 204]);
    for place in [1, 10, 11, 13] {
        let signing = signing_of(&later[place])?;
        assert_eq!((signing.secret, signing.secret_set), (None, true), "{}", later[place].in_words());
    }
    Ok(())
}

#[tokio::test]
async fn what_was_shown_can_be_sent_back() -> Result<()> {
    let (scene, secret) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    api.rotate_secret(id, Some(600)).await?;
    let shown = api.get_raw(id).await?;
    let (body, etag) = (shown.json::<Value>()?, shown.header("etag").context("no etag")?.to_owned());
    let answer = api.put_raw(id, &body, Some(&etag)).await?;
    assert_eq!(answer.status, 200, "{}", answer.in_words());
    assert_eq!(answer.json::<Value>()?, body, "nothing was changed");
    // A pretended state of what only Hookstep sets is refused.
    for (field, value) in [
        ("secret_set", json!(false)),
        ("earlier_secrets_valid_until", json!([])),
        ("public_key_url", json!("https://keys.example/")),
        ("algorithm", json!("none")),
    ] {
        let mut other = body.clone();
        other["signing"][field] = value;
        let code = if field == "algorithm" { "unknown_field" } else { "read_only" };
        let answer = api.put_raw(id, &other, Some(&etag)).await?;
        assert_eq!(faults(&answer), [format!("/signing/{field} {code}")]);
    }
    // The secrets are what they were.
    let event = scene.deliver(&Trigger::json("{}")).await?;
    let request = scene.request_of(&event.event_id)?;
    assert_eq!(signatures_of(&request, "v1").len(), 2);
    Judges::prepare().await?.expect(good("after it was sent back", &request, &[&secret])?).await
}

#[tokio::test]
async fn a_replacement_keeps_the_secret_or_sets_another_and_shows_neither() -> Result<()> {
    let (scene, first) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let put = |signing: Value| {
        let body = draft(json!({ "url": scene.webhook.url, "signing": signing }));
        async move { api.put_raw(id, &body, Some("*")).await }
    };
    // Nothing is said of it, or nothing of the secret.
    let kept = signing_of(&put(Value::Null).await?)?;
    assert_eq!((kept.secret, kept.secret_set), (None, true));
    let kept = signing_of(&put(json!({ "schemes": ["v1a", "v1"] })).await?)?;
    assert_eq!((kept.secret, kept.schemes), (None, vec!["v1".to_owned(), "v1a".to_owned()]));
    let request = scene.request_of(&scene.deliver(&Trigger::json("{}")).await?.event_id)?;
    let mut cases = good("kept", &request, &[&first])?;

    let own = own_secret("replacement");
    let answer = put(json!({ "secret": own })).await?;
    assert!(!said(&answer).contains("whsec_"), "{}", answer.in_words());
    assert!(signing_of(&answer)?.secret_set);
    let request = scene.request_of(&scene.deliver(&Trigger::json("{}")).await?.event_id)?;
    assert_eq!(signatures_of(&request, "v1").len(), 1, "a secret that is set counts at once, without a grace period");
    cases.extend(good("set", &request, &[&own])?);
    cases.extend(refused("set", &request, &[&first])?);
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn taking_v1_back_may_take_the_secret_along_and_the_next_one_is_another() -> Result<()> {
    let (scene, first) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    api.rotate_secret(id, Some(600)).await?;
    // Kept, though it does not sign for now.
    let kept = api.patch_webhook(id, &json!({ "signing": { "schemes": ["v1a"] } })).await?.signing()?;
    assert_eq!((kept.secret_set, kept.earlier_secrets_valid_until.len()), (true, 1));
    assert_problem(&api.rotate_secret_raw(id, &Value::Null, None).await?, 409, "not_signed");
    let back = api.patch_webhook(id, &json!({ "signing": { "schemes": ["v1"] } })).await?.signing()?;
    assert_eq!((back.secret, back.secret_set, back.earlier_secrets_valid_until.len()), (None, true, 1));
    let request = scene.request_of(&scene.deliver(&Trigger::json("{}")).await?.event_id)?;
    let mut cases = good("taken back again", &request, &[&first])?;

    let cleared = json!({ "signing": { "schemes": [], "secret": null } });
    let cleared = api.patch_webhook(id, &cleared).await?.signing()?;
    assert_eq!((cleared.secret_set, cleared.earlier_secrets_valid_until.len()), (false, 0));
    assert_problem(&api.rotate_secret_raw(id, &json!({ "secret": own_secret("x") }), None).await?, 409, "not_signed");
    let made = api.patch_webhook(id, &json!({ "signing": { "schemes": ["v1", "v1a"] } })).await?;
    let second = made.new_secret()?;
    assert_ne!(second, first);
    let request = scene.request_of(&scene.deliver(&Trigger::json("{}")).await?.event_id)?;
    let key = public_key(&scene).await?.public_key;
    cases.extend(good("with another", &request, &[&second, &key])?);
    cases.extend(refused("with another", &request, &[&first])?);
    Judges::prepare().await?.expect(cases).await
}

#[tokio::test]
async fn a_rotation_is_a_change_like_any_other() -> Result<()> {
    let (scene, _) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let stale = api.rotate_secret_raw(id, &Value::Null, Some("\"7\"")).await?;
    assert_problem(&stale, 412, "precondition_failed");
    let answer = api.rotate_secret_raw(id, &Value::Null, Some("\"1\"")).await?;
    assert_eq!(answer.header("etag"), Some("\"2\""), "{}", answer.in_words());
    let rotated = webhook_of(&answer)?;
    assert_eq!((rotated.version, rotated.signing()?.secret_set), (2, true));
    assert!(rotated.new_secret()?.starts_with("whsec_"));
    assert_problem(&api.rotate_secret_raw(id, &Value::Null, Some("\"1\"")).await?, 412, "precondition_failed");
    let shown = api.get_raw(id).await?.json::<Value>()?;
    let change = &history(api, &shown).await?[0];
    assert_eq!((change.version, change.action.as_str()), (2, "changed"));
    assert_eq!(change.changed_fields, ["/signing/secret"]);
    assert_eq!(change.at, rotated.updated_at);
    // Everything else is as it was.
    let mut before = api.get_raw(id).await?.json::<Value>()?;
    before["signing"]["secret"] = answer.json::<Value>()?["signing"]["secret"].clone();
    assert_eq!(before, answer.json::<Value>()?);
    assert_problem(&api.rotate_secret_raw(crate::support::NOBODY, &Value::Null, None).await?, 404, "webhook_not_found");
    Ok(())
}

/// The times until which earlier secrets sign, as seconds from now.
fn seconds_from_now(times: &[String]) -> Result<Vec<i64>> {
    let now = Timestamp::now();
    times.iter().map(|time| Ok(time.parse::<Timestamp>()?.duration_since(now).as_secs())).collect()
}

#[tokio::test]
async fn an_answer_says_until_when_earlier_secrets_sign() -> Result<()> {
    let (scene, _) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let mut expected: Vec<i64> = Vec::new();
    for (given, seconds) in [(None, 86_400), (Some(604_800), 604_800), (Some(3_600), 3_600)] {
        let rotated = api.rotate_secret(id, given).await?.signing()?;
        expected.insert(0, seconds);
        let told = seconds_from_now(&rotated.earlier_secrets_valid_until)?;
        let is_near = |(told, expected): (&i64, &i64)| (expected - told) < 60 && told <= expected;
        assert_eq!(told.len(), expected.len(), "{told:?}");
        assert!(told.iter().zip(&expected).all(is_near), "the newest comes first: {told:?}, {expected:?}");
        for time in &rotated.earlier_secrets_valid_until {
            assert!(time.ends_with('Z') && time.parse::<Timestamp>().is_ok(), "{time}");
        }
        assert_eq!(
            api.get_webhook(id).await?.signing()?.earlier_secrets_valid_until,
            rotated.earlier_secrets_valid_until
        );
    }
    let problem = api.rotate_secret_raw(id, &Value::Null, None).await?;
    assert_problem(&problem, 409, "too_many_secrets");
    assert!(problem.in_words().contains("grace"), "it says what to do: {}", problem.in_words());
    let ended = api.rotate_secret(id, Some(0)).await?.signing()?;
    assert_eq!(ended.earlier_secrets_valid_until, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_secret_that_is_none_is_refused_and_the_answer_says_what_to_change() -> Result<()> {
    let (scene, _) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    let id = &scene.webhook.config_id;
    let base64_of = |length: usize| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD
            .encode(planted("bad").bytes().cycle().take(length).collect::<Vec<_>>())
    };
    let cases = [
        (json!(base64_of(32)), "invalid", "whsec_"),
        (json!(format!("WHSEC_{}", base64_of(32))), "invalid", "whsec_"),
        (json!(format!("whsk_{}", base64_of(32))), "invalid", "whsec_"),
        (json!(format!("whsec_{}", base64_of(32).replace('=', ""))), "invalid", "base64"),
        (json!(format!("whsec_{}", planted("not-base64"))), "invalid", "base64"),
        (json!(format!(" whsec_{}", base64_of(32))), "invalid", "whsec_"),
        (json!(format!("whsec_{}\n", base64_of(33))), "invalid", "base64"),
        (json!(format!("whsec_{}", base64_of(23))), "invalid", "24 to 64"),
        (json!(format!("whsec_{}", base64_of(65))), "invalid", "24 to 64"),
        (json!(""), "invalid", "whsec_"),
        (json!(7), "wrong_type", "string"),
        (json!(["whsec_"]), "wrong_type", "string"),
    ];
    for (secret, code, says) in cases {
        let signing = json!({ "signing": { "secret": secret } });
        let calls = [
            ("/signing/secret", api.create_raw(&draft(signing.clone())).await?),
            ("/signing/secret", api.patch_raw(id, &signing, None).await?),
            ("/secret", api.rotate_secret_raw(id, &json!({ "secret": secret }), None).await?),
        ];
        for (pointer, answer) in calls {
            assert_eq!(faults(&answer), [format!("{pointer} {code}")], "{secret}");
            let detail = answer.problem()?.errors[0]["detail"].as_str().unwrap_or_default().to_owned();
            assert!(detail.contains(says), "{secret}: {detail}");
            assert!(!said(&answer).contains("PLANTED"), "{}", answer.in_words());
        }
    }
    assert_eq!(api.get_webhook(id).await?.version, 1);
    Ok(())
}

#[tokio::test]
async fn a_body_of_a_rotation_that_is_no_object_is_refused() -> Result<()> {
    let (scene, _) = signed(|_| ()).await?;
    let api = &scene.hookstep.api;
    for body in ["[]", "7", "\"x\"", "{", "{}{}"] {
        let path = format!("/webhook/{}/secret/rotate", scene.webhook.config_id);
        let request = api.request(reqwest::Method::POST, &path).header("content-type", "application/json").body(body);
        assert_problem(&api.send(request).await?, 400, "invalid_json");
    }
    for (grace, code) in [
        (json!(-1), "out_of_range"),
        (json!(604_801), "out_of_range"),
        (json!(0.5), "out_of_range"),
        (json!("86400"), "out_of_range"),
        (json!(true), "out_of_range"),
    ] {
        let body = json!({ "grace_period_seconds": grace });
        let answer = api.rotate_secret_raw(&scene.webhook.config_id, &body, None).await?;
        assert_eq!(faults(&answer), [format!("/grace_period_seconds {code}")], "{grace}");
    }
    assert_eq!(api.get_webhook(&scene.webhook.config_id).await?.version, 1);
    Ok(())
}
