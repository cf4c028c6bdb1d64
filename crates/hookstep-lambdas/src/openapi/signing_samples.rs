//! Examples of signatures. Secrets and keys are made as Hookstep makes them, of bits that are not random.

use std::time::Duration;

use hookstep_core::secret::Secret;
use hookstep_core::signing::{PublishedKey, Scheme, Signer, Signing, SigningKey, SigningSecret};
use hookstep_core::webhook::Webhook;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::samples::{Broken, CREATED_AT, EVENT_ID, new_webhooks, webhook};
use crate::webhook_json::show;

/// Whose bits are secret in no way.
const EXAMPLE_BITS: [u128; 2] = [u128::from_be_bytes(*b"this is an examp"), u128::from_be_bytes(*b"le, not a secret")];

/// Those of the key of before.
const EARLIER_BITS: [u128; 2] = [u128::from_be_bytes(*b"this is the exam"), u128::from_be_bytes(*b"ple before that.")];

/// A signing secret.
pub(super) fn secret() -> Secret {
    SigningSecret::generate(EXAMPLE_BITS)
}

/// A webhook in the answer to the call with which Hookstep made this secret for it.
pub(super) fn with_secret(webhook: &Webhook, addresses: &[String]) -> Value {
    let mut shown = show(webhook, addresses);
    shown["signing"]["secret"] = json!(secret().expose());
    shown
}

/// What a rotation answers: with a secret that Hookstep made, and with one of the caller's.
pub(super) fn rotated() -> Result<[(&'static str, &'static str, Value); 2], Broken> {
    let [(_, _, body), ..] = new_webhooks();
    let before = webhook(&body)?;
    let updated_at = before.created_at + Duration::from_hours(48);
    let earlier = vec![Timestamp::from_second(updated_at.as_second())? + Duration::from_hours(24)];
    let signing = Signing { earlier, ..before.signing.clone() };
    let after = Webhook { signing, updated_at, version: 4, ..before };
    Ok([
        ("made", "By a secret that Hookstep made", with_secret(&after, &[])),
        ("brought", "By a secret of your own", show(&after, &[])),
    ])
}

/// What rotations take: name, summary, body.
pub(super) fn rotations() -> [(&'static str, &'static str, Value); 3] {
    [
        ("usual", "Both sign for a day", json!({})),
        ("at_once", "The old one is known to others", json!({ "grace_period_seconds": 0 })),
        (
            "brought",
            "A secret of your own, and two days for the change",
            json!({ "secret": secret().expose(), "grace_period_seconds": 172_800 }),
        ),
    ]
}

/// A tenant's keys, with the one of before.
pub(super) fn public_keys() -> Result<Value, Broken> {
    let made: Timestamp = CREATED_AT.parse()?;
    let rotated = made + Duration::from_hours(48);
    let until = Timestamp::from_second(rotated.as_second())? + Duration::from_hours(24);
    let key = |bits, created_at, signs_until| -> Result<Value, Broken> {
        let public_key = SigningKey::parse(SigningKey::generate(bits).expose())?.public_key();
        let key = PublishedKey { public_key, created_at, signs_until };
        Ok(json!({
            "scheme": Scheme::V1a.as_str(),
            "algorithm": "ed25519",
            "public_key": key.public_key,
            "pem": key.pem(),
            "created_at": key.created_at.to_string(),
            "signs_until": key.signs_until.map(|until| until.to_string()),
        }))
    };
    let keys = [key(EXAMPLE_BITS, rotated, None)?, key(EARLIER_BITS, made, Some(until))?];
    Ok(json!({ "tenant_id": "default", "keys": keys }))
}

/// The preview of a request, whose signatures are good.
pub(super) fn preview() -> Result<Value, Broken> {
    let body = r#"{"type":"order.created","data":{"order":4711}}"#;
    let timestamp = CREATED_AT.parse::<Timestamp>()?.as_second();
    let signer = Signer::new(
        vec![SigningSecret::parse(secret().expose())?],
        vec![SigningKey::parse(SigningKey::generate(EXAMPLE_BITS).expose())?],
    );
    let shown = [
        ("host", "receiver.example".to_owned()),
        ("X-Source", "shop".to_owned()),
        ("webhook-id", EVENT_ID.to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signer.sign(EVENT_ID, timestamp, body.as_bytes())),
        ("user-agent", concat!("Hookstep/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("content-type", "application/json".to_owned()),
        ("accept", "*/*".to_owned()),
        ("accept-encoding", "gzip".to_owned()),
        ("content-length", body.len().to_string()),
    ];
    let mut headers: Vec<Value> =
        shown.into_iter().map(|(name, value)| json!({ "name": name, "value": value, "secret": false })).collect();
    headers.insert(2, json!({ "name": "X-Api-Key", "value": null, "secret": true }));
    Ok(json!({
        "method": "POST",
        "url": "https://receiver.example/hooks",
        "headers": headers,
        "body": body,
        "body_encoding": "utf8",
        "body_size": body.len(),
        "body_truncated": false,
        "notes": ["the webhook-id, trace and time are this preview's own, and its signatures are of them"],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_keys_are_of_the_right_form() {
        assert!(SigningSecret::parse(secret().expose()).is_ok());
        let keys = public_keys().unwrap();
        assert!(keys["keys"][0]["pem"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----"));
        assert_ne!(keys["keys"][0]["public_key"], keys["keys"][1]["public_key"]);
    }

    #[test]
    fn the_preview_is_signed_in_both_ways() {
        let preview = preview().unwrap();
        let signatures =
            preview["headers"].as_array().unwrap().iter().find(|header| header["name"] == "webhook-signature");
        let value = signatures.unwrap()["value"].as_str().unwrap();
        let schemes: Vec<&str> =
            value.split(' ').filter_map(|one| one.split_once(',')).map(|(scheme, _)| scheme).collect();
        assert_eq!(schemes, ["v1", "v1a"]);
    }
}
