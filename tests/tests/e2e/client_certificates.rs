//! Client certificates: configured as secrets, shown to receivers that ask for one.

use anyhow::{Context as _, Result};
use hookstep_local::receiver::ReceiverOptions;
use hookstep_local::tls::{Authority, ClientCertificates, ClientIdentity};
use hookstep_tests::{Event, HOOK, Hookstep, Receiver, Scene, Trigger, unique};
use serde_json::{Value, json};

use crate::support::{draft, faults, history, names};

fn field(identity: &ClientIdentity) -> Value {
    json!({ "certificate": identity.certificate_pem, "private_key": identity.private_key_pem })
}

/// A receiver that treats clients so, and a webhook with this certificate.
async fn scene_with(clients: ClientCertificates, certificate: Value, http2: bool) -> Result<Scene> {
    let hookstep = Hookstep::connect()?;
    let options = ReceiverOptions::new().tls(hookstep.authority()?.issue(&["127.0.0.1"])?).client_certificates(clients);
    let receiver = Receiver::start_with(if http2 { options.http2() } else { options }).await?;
    let webhook = hookstep.webhook_to(&receiver, HOOK, |draft| draft.set("client_certificate", certificate)).await?;
    Ok(Scene { hookstep, receiver, webhook })
}

fn authority() -> Result<Authority> {
    Hookstep::connect()?.authority()
}

async fn delivered(scene: &Scene) -> Result<Option<bytes::Bytes>> {
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!(event.status, "succeeded", "{event:?}");
    Ok(scene.request_of(&event.event_id)?.client_certificate)
}

async fn assert_tls_failure(scene: &Scene) -> Result<Event> {
    let before = scene.received_count();
    let event = scene.deliver(&Trigger::json("{}")).await?;
    assert_eq!((event.status.as_str(), event.reason.as_deref()), ("failed", Some("tls_failure")), "{event:?}");
    assert_eq!(event.attempts[0].outcome, "unreachable");
    assert_eq!(scene.received_count(), before);
    Ok(event)
}

#[tokio::test]
async fn a_receiver_that_requires_a_certificate_gets_the_configured_one() -> Result<()> {
    let authority = authority()?;
    for http2 in [false, true] {
        let one = authority.issue_client("one")?;
        let required = || ClientCertificates::Required(authority.clone());
        let scene = scene_with(required(), field(&one), http2).await?;
        assert_eq!(delivered(&scene).await?.as_ref(), Some(&one.certificate_der));
        // And again, on a connection that was kept or a new one.
        assert_eq!(delivered(&scene).await?.as_ref(), Some(&one.certificate_der));
        let without = scene_with(required(), Value::Null, http2).await?;
        let event = assert_tls_failure(&without).await?;
        let detail = event.rest["reason_detail"].as_str().context("no detail")?;
        assert!(detail.to_lowercase().contains("certificate"), "{detail}");
    }
    Ok(())
}

#[tokio::test]
async fn a_certificate_that_is_changed_or_taken_away_counts_for_the_next_delivery() -> Result<()> {
    let authority = authority()?;
    let (one, two) = (authority.issue_client("one")?, authority.issue_client("two")?);
    let scene = scene_with(ClientCertificates::Required(authority.clone()), field(&one), false).await?;
    let (api, id) = (&scene.hookstep.api, &scene.webhook.config_id);
    assert_eq!(delivered(&scene).await?.as_ref(), Some(&one.certificate_der));
    api.patch_webhook(id, &json!({ "client_certificate": field(&two) })).await?;
    assert_eq!(delivered(&scene).await?.as_ref(), Some(&two.certificate_der));
    // Connections that were made with the certificate are not used without it.
    api.patch_webhook(id, &json!({ "client_certificate": null })).await?;
    assert_tls_failure(&scene).await?;
    api.patch_webhook(id, &json!({ "client_certificate": field(&one) })).await?;
    assert_eq!(delivered(&scene).await?.as_ref(), Some(&one.certificate_der));
    Ok(())
}

#[tokio::test]
async fn webhooks_to_the_same_receiver_show_each_its_own_certificate() -> Result<()> {
    let authority = authority()?;
    let (one, two) = (authority.issue_client("one")?, authority.issue_client("two")?);
    let scene = scene_with(ClientCertificates::Asked(authority.clone()), field(&one), true).await?;
    let hookstep = &scene.hookstep;
    let second = field(&two);
    let second = hookstep.webhook_to(&scene.receiver, HOOK, |draft| draft.set("client_certificate", second)).await?;
    let none = hookstep.webhook_to(&scene.receiver, HOOK, |_| ()).await?;
    let expected = [(&scene.webhook, Some(&one.certificate_der)), (&second, Some(&two.certificate_der)), (&none, None)];
    for _ in 0..4 {
        for (webhook, certificate) in expected {
            let outcome = hookstep.api.trigger(&webhook.config_id, &Trigger::json("{}").and_wait()).await?;
            assert_eq!(outcome.status, "succeeded", "{outcome:?}");
            assert_eq!(scene.request_of(&outcome.event_id)?.client_certificate.as_ref(), certificate);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_certificate_that_the_receiver_does_not_know_is_a_tls_failure() -> Result<()> {
    let dir = std::env::temp_dir().join(unique("hookstep-authority"));
    let stranger = Authority::make_or_open(&dir)?.issue_client("stranger")?;
    let scene = scene_with(ClientCertificates::Required(authority()?), field(&stranger), false).await?;
    assert_tls_failure(&scene).await?;
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}

#[tokio::test]
async fn only_that_it_is_set_is_shown() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let api = &hookstep.api;
    let identity = authority()?.issue_client("shown")?;
    let created = api.create_raw(&draft(json!({ "client_certificate": field(&identity) }))).await?;
    let webhook: Value = created.json()?;
    assert_eq!(names(&webhook["client_certificate"]), ["certificate_set", "private_key_set"]);
    assert_eq!(webhook["client_certificate"], json!({ "certificate_set": true, "private_key_set": true }));
    let id = webhook["config_id"].as_str().context("no id")?;
    let fields = &history(api, &webhook).await?[0].changed_fields;
    for slot in ["/client_certificate/certificate", "/client_certificate/private_key"] {
        assert!(fields.iter().any(|field| field == slot), "{fields:?}");
    }
    // As it is shown it can be sent back.
    let shown: Value = api.get_raw(id).await?.json()?;
    let answer = api.put_raw(id, &shown, Some("\"1\"")).await?;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, Some("\"1\"")), "{}", answer.in_words());
    let lie = json!({ "client_certificate": { "private_key_set": false } });
    assert_eq!(faults(&api.patch_raw(id, &lie, None).await?), ["/client_certificate/private_key_set read_only"]);
    // A body that leaves it out takes it away.
    let replaced: Value = api.put_raw(id, &draft(json!({})), Some("*")).await?.json()?;
    assert_eq!(replaced["client_certificate"], Value::Null);
    let body: Vec<u8> = [created.body, answer.body].concat();
    let text = String::from_utf8_lossy(&body);
    assert!(!text.contains("BEGIN") && !text.contains("PRIVATE"), "{text}");
    Ok(())
}

#[tokio::test]
async fn halves_that_do_not_belong_together_are_refused() -> Result<()> {
    let hookstep = Hookstep::connect()?;
    let api = &hookstep.api;
    let authority = authority()?;
    let (one, two) = (authority.issue_client("one")?, authority.issue_client("two")?);
    let pair = |certificate: &str, private_key: &str| json!({ "certificate": certificate, "private_key": private_key });
    let (certificate, key) = (one.certificate_pem.as_str(), one.private_key_pem.as_str());
    let broken = certificate.replacen('M', "%", 3);
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    for (given, expected) in [
        (pair(certificate, &two.private_key_pem), "/client_certificate invalid_certificate"),
        (pair(&two.certificate_pem, key), "/client_certificate invalid_certificate"),
        (pair(&broken, key), "/client_certificate invalid_certificate"),
        (pair(key, certificate), "/client_certificate/certificate invalid"),
        (pair("x", key), "/client_certificate/certificate invalid"),
        (pair(certificate, "x"), "/client_certificate/private_key invalid"),
        (pair(certificate, &encrypted), "/client_certificate/private_key invalid"),
        (pair(certificate, ""), "/client_certificate/private_key invalid"),
        (json!({ "certificate": certificate }), "/client_certificate/private_key required"),
        (json!({ "private_key": key }), "/client_certificate/certificate required"),
        (json!({ "certificate": certificate, "private_key": null }), "/client_certificate/private_key required"),
        (json!({ "certificate": certificate, "private_key": 7 }), "/client_certificate/private_key wrong_type"),
        (
            json!({ "certificate": certificate, "private_key": key, "password": "x" }),
            "/client_certificate/password unknown_field",
        ),
        (json!([]), "/client_certificate wrong_type"),
    ] {
        let answer = api.create_raw(&draft(json!({ "client_certificate": given }))).await?;
        let found = faults(&answer);
        assert!(found.iter().any(|fault| fault == expected), "{expected}: {found:?}");
        let text = String::from_utf8_lossy(&answer.body);
        assert!(!text.contains("BEGIN") && !text.contains(&certificate[60..90]), "{text}");
    }
    let good: Value = api.create_raw(&draft(json!({ "client_certificate": field(&one) }))).await?.json()?;
    let id = good["config_id"].as_str().context("no id")?;
    // Of a pair that is there one half is changed, or cleared.
    for (patch, expected) in [
        (json!({ "certificate": two.certificate_pem }), "/client_certificate invalid_certificate"),
        (json!({ "private_key": two.private_key_pem }), "/client_certificate invalid_certificate"),
        (json!({ "private_key": null }), "/client_certificate/private_key required"),
        (json!({ "certificate": null }), "/client_certificate/certificate required"),
    ] {
        let answer = api.patch_raw(id, &json!({ "client_certificate": patch }), None).await?;
        assert_eq!(faults(&answer), [expected], "{patch}");
    }
    // A renewed certificate of the same key may come alone.
    let same =
        api.patch_raw(id, &json!({ "client_certificate": { "certificate": one.certificate_pem } }), None).await?;
    assert_eq!(same.status, 200, "{}", same.in_words());
    Ok(())
}

#[tokio::test]
async fn a_certificate_comes_with_its_chain_and_other_credentials() -> Result<()> {
    let authority = authority()?;
    let identity = authority.issue_client("chain")?;
    let chain = format!("{}\n{}", identity.certificate_pem, std::fs::read_to_string(authority.certificate_file())?);
    let certificate = json!({ "certificate": chain, "private_key": identity.private_key_pem });
    let scene = scene_with(ClientCertificates::Required(authority), certificate, false).await?;
    let auth =
        json!({ "auth": { "type": "basic", "username": "u", "password": hookstep_tests::secrets::planted("p") } });
    scene.hookstep.api.patch_webhook(&scene.webhook.config_id, &auth).await?;
    assert_eq!(delivered(&scene).await?.as_ref(), Some(&identity.certificate_der));
    assert!(scene.received()?.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    Ok(())
}
