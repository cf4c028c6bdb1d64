//! Signing secrets, tenants' keys and clients' private keys. Those that Hookstep makes hold no marker, so they are looked for by what they begin
//! with; and a secret that it made is in one answer of the whole run: the one that tells of it for the first time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hookstep_local::receiver::ReceiverOptions;
use hookstep_local::secrets::MARKER;
use hookstep_local::tls::{ClientCertificates, ClientIdentity};
use hookstep_tests::leaks::Leak;
use hookstep_tests::secrets::planted;
use hookstep_tests::signatures::own_secret;
use hookstep_tests::{HOOK, Hookstep, Receiver, SOON, Trigger};
use serde_json::{Value, json};

/// What signing secrets, and tenants' private keys, begin with.
const PREFIXES: [&str; 2] = ["whsec_", "whsk_"];
/// A secret of 24 bytes, the shortest, is so long in base64.
const SECRET_MIN_CHARS: usize = 32;

/// Does everything with a webhook that makes, changes, uses or refuses signing secrets and a certificate.
async fn use_them(hookstep: &Hookstep, identity: &ClientIdentity) -> Result<()> {
    let authority = hookstep.authority()?;
    let options = ReceiverOptions::new().tls(authority.issue(&["127.0.0.1"])?);
    let receiver = Receiver::start_with(options.client_certificates(ClientCertificates::Required(authority))).await?;
    let certificate = json!({ "certificate": identity.certificate_pem, "private_key": identity.private_key_pem });
    let webhook =
        hookstep.webhook_to(&receiver, HOOK, |draft| draft.set("client_certificate", certificate.clone())).await?;
    let (api, id) = (&hookstep.api, &webhook.config_id);
    api.rotate_secret(id, Some(600)).await?;
    let own = json!({ "secret": own_secret("rotated") });
    assert_eq!(api.rotate_secret_raw(id, &own, None).await?.status, 200);
    let own = json!({ "signing": { "secret": own_secret("patched") }, "client_certificate": certificate });
    api.patch_webhook(id, &own).await?;
    // Refused, with the secrets in what is refused.
    let short = json!({ "secret": format!("whsec_{}", planted("not-base64")) });
    assert_eq!(api.rotate_secret_raw(id, &short, None).await?.status, 400);
    let refused =
        json!({ "name": "", "signing": { "secret": own_secret("refused") }, "client_certificate": certificate });
    assert_eq!(api.patch_raw(id, &refused, None).await?.status, 400);
    let halves = json!({ "client_certificate": { "certificate": "x", "private_key": identity.private_key_pem } });
    assert_eq!(api.patch_raw(id, &halves, None).await?.status, 400);
    api.rotate_signing_key(Some(600)).await?;

    let outcome = api.trigger(id, &Trigger::json("{}").and_wait()).await?;
    assert_eq!(outcome.status, "succeeded", "{outcome:?}");
    let waiting = api.trigger(id, &Trigger::json("{}")).await?;
    assert_eq!(api.wait_until_settled(id, &waiting.event_id, SOON).await?.status, "succeeded");
    let requests = receiver.requests_to(HOOK);
    assert!(requests.iter().all(|request| request.client_certificate.as_ref() == Some(&identity.certificate_der)));
    assert_eq!(requests.len(), 2);
    api.preview(id, Some("{}".into())).await?;
    api.test_webhook(id, None).await?;
    api.history(id).await?;
    api.list_webhooks().await?;
    api.get_raw(id).await?;
    Ok(())
}

/// What identifies a key in PEM: a line of it that no other key has.
fn line_of(pem: &str) -> Result<&str> {
    let line = pem.lines().filter(|line| !line.starts_with("---")).max_by_key(|line| line.len());
    // The first bytes say what kind of key it is.
    line.context("an empty key")?.get(40..).context("a short key")
}

/// The private keys by which the tenant's requests are signed, as they are when they are opened.
async fn private_keys(hookstep: &Hookstep, tenant: &str) -> Result<Vec<String>> {
    let engine = hookstep.engine();
    let request = json!({
        "TableName": hookstep.stack.signing_keys_table, "Key": { "tenant_id": { "S": tenant } }, "ConsistentRead": true,
    });
    let item = engine.call("dynamodb", "DynamoDB_20120810.GetItem", &request).await?;
    let sealed = item["Item"]["sealed"]["S"].as_str().context("the tenant has no keys")?;
    let parts: Vec<&str> = sealed.split('.').collect();
    let ["v2", wrapped, text] = parts[..] else { anyhow::bail!("sealed in a form that is not known: {sealed}") };
    let wrapped = BASE64_STANDARD.encode(BASE64_URL_SAFE_NO_PAD.decode(wrapped)?);
    let request = json!({ "CiphertextBlob": wrapped, "EncryptionContext": { "tenant_id": tenant } });
    let opened = engine.call("kms", "TrentService.Decrypt", &request).await?;
    let data_key = BASE64_STANDARD.decode(opened["Plaintext"].as_str().context("KMS gave no key")?)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text)?;
    let (nonce, ciphertext) = bytes.split_at(NONCE_LEN);
    let mut buffer = ciphertext.to_vec();
    let aad = Aad::from(format!("hookstep v2\0{tenant}\0").into_bytes());
    let plain = RandomizedNonceKey::new(&AES_256_GCM, &data_key)?.open_in_place(
        Nonce::try_assume_unique_for_key(nonce)?,
        aad,
        &mut buffer,
    )?;
    let keys: BTreeMap<String, String> = serde_json::from_slice(plain)?;
    Ok(keys.into_values().collect())
}

/// A recorded answer: what was asked, the status, and the body.
struct Recorded {
    asked: String,
    status: u16,
    body: Vec<u8>,
}

fn split_at_first<'a>(bytes: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(separator.len()).position(|window| window == separator)?;
    Some((&bytes[..at], &bytes[at + separator.len()..]))
}

/// Every answer to any test of the run, where answers are recorded.
fn recorded(folder: &Path) -> Result<Vec<Recorded>> {
    let mut answers = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with("answers-") {
            continue;
        }
        let file = std::fs::read(entry.path())?;
        let mut rest = &file[..];
        while let Some((_, after)) = split_at_first(rest, b"\n\n==> ") {
            let end = after.windows(6).position(|window| window == b"\n\n==> ").unwrap_or(after.len());
            let (entry, next) = after.split_at(end);
            let (head, body) = split_at_first(entry, b"\n\n").context("an answer without a head")?;
            let head = String::from_utf8_lossy(head);
            let mut lines = head.lines();
            let asked = lines.next().unwrap_or_default().to_owned();
            let status = lines.next().and_then(|line| line.split(' ').next()?.parse().ok());
            answers.push(Recorded {
                asked,
                status: status.context("an answer without a status")?,
                body: body.to_vec(),
            });
            rest = next;
        }
    }
    Ok(answers)
}

/// The secrets that stand in a text: what begins like one and is as long.
fn secrets_in(text: &str) -> Vec<&str> {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_');
    let found = text.match_indices(PREFIXES[0]).chain(text.match_indices(PREFIXES[1]));
    let ends = found.map(|(at, prefix)| {
        let tail = &text[at + prefix.len()..];
        let end = tail.find(|c| !is_base64(c)).unwrap_or(tail.len());
        &text[at..at + prefix.len() + end]
    });
    ends.filter(|secret| secret.len() >= SECRET_MIN_CHARS).collect()
}

/// Whether this call may answer with a secret that it has just made: one that creates or changes a webhook, or rotates.
fn may_show_a_secret(answer: &Recorded) -> bool {
    let Some((method, url)) = answer.asked.split_once(' ') else { return false };
    let path = url.split('?').next().unwrap_or_default();
    let Some((_, path)) = path.rsplit_once("/webhook") else { return false };
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (method, answer.status) {
        ("POST", 201) => path.is_empty(),
        ("POST", 200) => matches!(segments[..], [_, "secret", "rotate"]),
        ("PUT" | "PATCH", 200) => segments.len() == 1,
        _ => false,
    }
}

/// Fails where an answer shows a secret that it may not show, in another place than its own, or again. Returns how many were shown.
fn assert_shown_once(answers: &[Recorded]) -> Result<usize> {
    let mut shown: BTreeMap<String, &str> = BTreeMap::new();
    for answer in answers {
        // The API's document has examples.
        if answer.asked.ends_with("/openapi.json") {
            continue;
        }
        let text = String::from_utf8_lossy(&answer.body);
        for secret in secrets_in(&text) {
            ensure!(may_show_a_secret(answer), "{} {} shows a secret", answer.asked, answer.status);
            let body: Value = serde_json::from_slice(&answer.body)?;
            ensure!(body["signing"]["secret"] == secret, "{} shows a secret where none belongs", answer.asked);
            let before = shown.insert(secret.to_owned(), &answer.asked);
            ensure!(before.is_none(), "{} shows a secret that {before:?} has shown", answer.asked);
        }
    }
    Ok(shown.len())
}

/// Uses signing secrets, keys and a certificate, and returns the texts by which they are found wherever they are.
pub(crate) async fn used(hookstep: &Hookstep, tenant: &str) -> Result<Vec<String>> {
    let identity = hookstep.authority()?.issue_client("leaks")?;
    use_them(hookstep, &identity).await?;
    let owner = if hookstep.stack.jwt.is_some() { tenant } else { "default" };
    let keys = private_keys(hookstep, owner).await?;
    let is_whole = |key: &String| key.starts_with(PREFIXES[1]) && key.len() == 49;
    ensure!(keys.len() > 1 && keys.iter().all(is_whole), "{} private keys", keys.len());
    let mut texts: Vec<String> = PREFIXES.map(str::to_owned).to_vec();
    texts.push("PRIVATE KEY-----".to_owned());
    texts.push(line_of(&identity.private_key_pem)?.to_owned());
    for key in keys {
        let encoded = &key[PREFIXES[1].len()..];
        let bytes = BASE64_STANDARD.decode(encoded)?;
        texts.push(encoded.trim_end_matches('=').to_owned());
        let mut hexadecimal = String::new();
        for byte in bytes {
            write!(hexadecimal, "{byte:02x}")?;
        }
        texts.push(hexadecimal);
    }
    Ok(texts)
}

/// Whether this may be: the API's document has examples, and for the answers to other calls there is [`assert_each_was_shown_once`].
/// (Refusals say how a secret begins.)
pub(crate) fn may_be(leak: &Leak) -> bool {
    let has_prefix = PREFIXES.iter().any(|prefix| leak.found.excerpt.contains(prefix));
    let is_planted = leak.found.excerpt.contains(MARKER);
    leak.place.starts_with("answer to") && !is_planted && (leak.place.ends_with("/openapi.json") || has_prefix)
}

/// Looks through all answers of the run, where they are recorded. Returns what there is to say of it.
#[expect(clippy::disallowed_methods, reason = "where answers are recorded is said in the environment")]
pub(crate) fn assert_each_was_shown_once() -> Result<String> {
    let Some(folder) = std::env::var_os("HOOKSTEP_RECORD") else { return Ok("no answers are recorded".to_owned()) };
    let answers = recorded(Path::new(&folder))?;
    let shown = assert_shown_once(&answers)?;
    ensure!(shown >= 2, "{shown} of {} answers", answers.len());
    Ok(format!("{shown} signing secrets were made, each shown in one of {} answers", answers.len()))
}

fn answer(asked: &str, status: u16, body: &str) -> Recorded {
    Recorded { asked: asked.to_owned(), status, body: body.into() }
}

#[test]
fn a_secret_is_seen_wherever_it_does_not_belong() {
    let secret = format!("whsec_{}", "A".repeat(43));
    let own = format!("{{\"signing\":{{\"secret\":\"{secret}\"}}}}");
    let count = |answers: &[Recorded]| assert_shown_once(answers).ok();
    assert_eq!(count(&[answer("POST http://x/api/webhook", 201, &own)]), Some(1));
    assert_eq!(count(&[answer("PATCH http://x/webhook/wh_1", 200, &own)]), Some(1));
    assert_eq!(count(&[answer("POST http://x/webhook/wh_1/secret/rotate", 200, &own)]), Some(1));
    assert_eq!(count(&[answer("POST http://x/webhook", 400, "has to begin with whsec_")]), Some(0));
    // Twice, by another call, in another place, beside its own.
    let twice = [answer("POST http://x/webhook", 201, &own), answer("PATCH http://x/webhook/wh_1", 200, &own)];
    assert_eq!(count(&twice), None);
    for asked in ["GET http://x/webhook/wh_1", "POST http://x/webhook/wh_1/preview", "GET http://x/webhook"] {
        assert_eq!(count(&[answer(asked, 200, &own)]), None, "{asked}");
    }
    assert_eq!(count(&[answer("POST http://x/webhook", 400, &own)]), None);
    assert_eq!(count(&[answer("POST http://x/webhook", 201, &own.replace("\"secret\"", "\"key\""))]), None);
    let echoed = own.replacen('{', &format!("{{\"name\":\"{secret}\","), 1);
    assert_eq!(count(&[answer("POST http://x/webhook", 201, &echoed)]), None);
    let private = own.replace("whsec_", "whsk_");
    assert_eq!(count(&[answer("GET http://x/.well-known/webhook-public-key", 200, &private)]), None);
}
