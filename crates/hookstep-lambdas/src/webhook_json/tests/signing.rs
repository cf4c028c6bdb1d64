//! Signatures, shapes, client certificates and the static IP, as callers set them.

use hookstep_core::secret::Secret;
use hookstep_core::shape::{Expression, PayloadFormat};
use hookstep_core::signing::{Scheme, Signing};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::parse;
use super::make::{ADDRESSES, GENERATED, Made, body, created, faults, faults_of, fields, patch, put, show, strict};

const OWN: &str = "whsec_PLANTED5ECRETownPLANTED5ECRETownPLANTED5ECRETown";

fn least() -> Value {
    json!({ "name": "a", "url": "https://example.com/" })
}

fn secret(made: &Made) -> Option<&str> {
    made.secrets.get(&Signing::secret_slot()).map(Secret::expose)
}

/// Signed in both ways, with a secret that was replaced a while ago.
fn rotated() -> Made {
    let mut made = created(least());
    made.webhook.signing.earlier = vec![Timestamp::constant(1_000, 0)];
    made.secrets.set(Signing::earlier_slot(0), Secret::new(OWN));
    if let Some(secrets) = &mut made.webhook.secrets {
        secrets.slots = made.secrets.slots();
    }
    made
}

#[test]
fn who_says_nothing_is_signed_in_both_ways_with_a_secret_of_hooksteps() {
    let made = created(least());
    assert_eq!((made.webhook.signing.schemes.as_slice(), secret(&made)), (&Scheme::ALL[..], Some(GENERATED)));
    assert_eq!(
        show(&made.webhook)["signing"],
        json!({
            "schemes": ["v1", "v1a"], "secret_set": true, "earlier_secrets_valid_until": [],
            "public_key_url": "/.well-known/webhook-public-key?tenant_id=default",
        })
    );
}

#[test]
fn schemes_are_what_is_asked_for_in_one_order() {
    for (given, expected) in [
        (json!([]), &[][..]),
        (json!(["v1"]), &[Scheme::V1]),
        (json!(["v1a"]), &[Scheme::V1a]),
        (json!(["v1a", "v1", "v1a"]), &Scheme::ALL),
    ] {
        let made = created(body(json!({ "signing": { "schemes": given } })));
        assert_eq!(made.webhook.signing.schemes, expected);
        assert_eq!(secret(&made).is_some(), expected.contains(&Scheme::V1), "{given}");
    }
    for bad in [json!("v1"), json!(["v2"]), json!([1]), json!({}), json!(true)] {
        let found = faults(body(json!({ "signing": { "schemes": bad } })));
        assert_eq!(found, [("/signing/schemes".to_owned(), "invalid")]);
    }
    assert_eq!(faults(body(json!({ "signing": [] }))), [("/signing".to_owned(), "wrong_type")]);
    assert_eq!(faults(body(json!({ "signing": { "key": 1 } }))), [("/signing/key".to_owned(), "unknown_field")]);
}

#[test]
fn a_secret_is_kept_set_and_cleared() {
    let before = created(least());
    for (given, after, changed) in [
        (json!({}), Some(GENERATED), &[][..]),
        (json!({ "secret": OWN }), Some(OWN), &["/signing/secret"]),
        (json!({ "schemes": ["v1a"] }), Some(GENERATED), &["/signing/schemes"]),
        (json!({ "schemes": [], "secret": null }), None, &["/signing/schemes", "/signing/secret"]),
    ] {
        let changes = [patch(&before, json!({ "signing": given })), put(&before, body(json!({ "signing": given })))];
        for change in changes {
            let change = change.expect("a valid change");
            assert_eq!(
                (secret(&change.after), change.fields.as_slice()),
                (after, &changed.iter().map(|at| (*at).to_owned()).collect::<Vec<_>>()[..]),
                "{given}"
            );
        }
    }
    let refused = [("/signing/secret".to_owned(), "required")];
    assert_eq!(faults_of(patch(&before, json!({ "signing": { "secret": null } }))), refused);
    for bad in [json!("x"), json!("whsec_AAAA"), json!("whsec_%"), json!("")] {
        let found = faults(body(json!({ "signing": { "secret": bad } })));
        assert_eq!(found, [("/signing/secret".to_owned(), "invalid")], "{bad}");
    }
    assert_eq!(faults(body(json!({ "signing": { "secret": 7 } }))), [("/signing/secret".to_owned(), "wrong_type")]);
}

/// One that was stored before there were signatures.
#[test]
fn an_unsigned_webhook_gets_a_secret_once_it_is_signed() {
    let before = created(body(json!({})));
    assert_eq!((&before.webhook.signing, secret(&before)), (&Signing::off(), None));
    let kept = patch(&before, json!({ "name": "b" })).expect("valid");
    assert_eq!((kept.after.webhook.signing, kept.fields), (Signing::off(), vec!["/name".to_owned()]));
    let signed = patch(&before, json!({ "signing": { "schemes": ["v1"] } })).expect("valid");
    assert_eq!(
        (secret(&signed.after), signed.fields),
        (Some(GENERATED), vec!["/signing/schemes".to_owned(), "/signing/secret".to_owned()])
    );
    let by_default = patch(&before, json!({ "signing": null })).expect("valid");
    assert_eq!(by_default.after.webhook.signing, Signing::default());
}

#[test]
fn earlier_secrets_stay_with_their_times_through_any_other_change() {
    let before = rotated();
    let shown = &show(&before.webhook)["signing"]["earlier_secrets_valid_until"];
    assert_eq!(*shown, json!(["1970-01-01T00:16:40Z"]));
    for change in [
        patch(&before, json!({ "name": "b" })),
        patch(&before, json!({ "signing": { "schemes": ["v1"] } })),
        put(&before, least()),
        put(&before, show(&before.webhook)),
        patch(&before, json!({ "signing": { "secret": OWN } })),
    ] {
        let after = change.expect("valid").after;
        assert_eq!(after.webhook.signing.earlier, before.webhook.signing.earlier);
        assert_eq!(after.secrets.get(&Signing::earlier_slot(0)).map(Secret::expose), Some(OWN));
    }
    // What is cleared is gone with all that came before it.
    let cleared = patch(&before, json!({ "signing": { "schemes": [], "secret": null } })).expect("valid");
    assert_eq!((cleared.after.webhook.signing, cleared.after.secrets.slots().len()), (Signing::off(), 0));
}

#[test]
fn what_hookstep_says_of_signatures_may_be_sent_back_and_nothing_else() {
    let before = rotated();
    for (field, other) in [
        ("secret_set", json!(false)),
        ("earlier_secrets_valid_until", json!([])),
        ("earlier_secrets_valid_until", json!(["2026-01-01T00:00:00Z"])),
        ("public_key_url", json!("https://example.com/")),
    ] {
        let own = show(&before.webhook)["signing"][field].clone();
        assert!(put(&before, body(json!({ "signing": { field: own } }))).is_ok(), "{field}");
        let found = faults_of(put(&before, body(json!({ "signing": { field: other } }))));
        assert_eq!(found, [(format!("/signing/{field}"), "read_only")]);
    }
}

#[test]
fn a_client_certificate_has_both_halves_or_none() {
    let certificate = "-----BEGIN CERTIFICATE-----\nPLANTED5ECRET\n-----END CERTIFICATE-----\n";
    let key = "-----BEGIN PRIVATE KEY-----\nPLANTED5ECRET\n-----END PRIVATE KEY-----\n";
    let of = |certificate: Value, key: Value| json!({ "client_certificate": { "certificate": certificate, "private_key": key } });
    let made = created(body(of(certificate.into(), key.into())));
    assert_eq!(show(&made.webhook)["client_certificate"], json!({ "certificate_set": true, "private_key_set": true }));
    assert_eq!(show(&created(least()).webhook)["client_certificate"], Value::Null);
    for (given, pointer, code) in [
        (json!({ "client_certificate": {} }), "/client_certificate/certificate", "required"),
        (of(certificate.into(), Value::Null), "/client_certificate/private_key", "required"),
        (of(Value::Null, key.into()), "/client_certificate/certificate", "required"),
        (of("PEM".into(), key.into()), "/client_certificate/certificate", "invalid"),
        (of(certificate.into(), "PEM".into()), "/client_certificate/private_key", "invalid"),
        (
            of(certificate.into(), key.replace("PRIVATE", "ENCRYPTED PRIVATE").into()),
            "/client_certificate/private_key",
            "invalid",
        ),
        (of(certificate.into(), 7.into()), "/client_certificate/private_key", "wrong_type"),
    ] {
        let found = faults(body(given.clone()));
        assert!(found.contains(&(pointer.to_owned(), code)), "{given}: {found:?}");
    }
    // One half is not cleared without the other; one may be set anew.
    for half in ["certificate", "private_key"] {
        let found = faults_of(patch(&made, json!({ "client_certificate": { half: null } })));
        assert_eq!(found, [(format!("/client_certificate/{half}"), "required")]);
    }
    let renewed = patch(&made, json!({ "client_certificate": { "certificate": certificate } })).expect("valid");
    assert_eq!(renewed.fields, ["/client_certificate/certificate"]);
    let none = patch(&made, json!({ "client_certificate": null })).expect("valid");
    assert_eq!(none.fields, ["/client_certificate/certificate", "/client_certificate/private_key"]);
    assert_eq!(none.after.secrets.slots().len(), 0);
    assert!(put(&made, show(&made.webhook)).expect("valid").fields.is_empty());
    // What a replacement leaves out is gone, as any field is.
    assert_eq!(put(&made, body(json!({}))).expect("valid").after.secrets.slots().len(), 0);
}

#[test]
fn an_envelope_takes_a_type_and_an_expression_is_bounded() {
    let made =
        created(body(json!({ "payload_format": "standard_webhooks", "event_name": "a", "transformation": "$" })));
    assert_eq!(
        (made.webhook.shape.format, &made.webhook.shape.transformation),
        (PayloadFormat::StandardWebhooks, &Expression::new("$"))
    );
    assert_eq!(
        faults(body(json!({ "payload_format": "standard_webhooks" }))),
        [("/event_name".to_owned(), "required")]
    );
    assert_eq!(faults_of(patch(&made, json!({ "event_name": null }))), [("/event_name".to_owned(), "required")]);
    let both =
        patch(&made, json!({ "event_name": null, "payload_format": null, "transformation": null })).expect("valid");
    assert_eq!(both.fields, ["/event_name", "/payload_format", "/transformation"]);
    for (bad, code) in [
        (json!(" \n"), "invalid_transformation"),
        (json!("a\u{0}"), "invalid_transformation"),
        (json!("\u{1b}"), "invalid_transformation"),
        (json!("\"".repeat(4_000)), "invalid_transformation"),
        (json!("a".repeat(4_097)), "too_long"),
        (json!(["$"]), "wrong_type"),
    ] {
        let found = faults(body(json!({ "transformation": bad })));
        assert_eq!(found, [("/transformation".to_owned(), code)]);
    }
}

#[test]
fn a_static_ip_can_be_asked_for_where_there_is_one_and_kept_where_there_was() {
    let made = created(body(json!({ "static_ip": true })));
    let shown = show(&made.webhook);
    assert_eq!((&shown["static_ip"], &shown["static_ip_addresses"]), (&json!(true), &json!(ADDRESSES)));
    assert_eq!(show(&created(body(json!({}))).webhook)["static_ip_addresses"], json!([]));
    assert_eq!(faults(body(json!({ "static_ip": true }))), [("/static_ip".to_owned(), "not_available")]);
    assert_eq!(faults(body(json!({ "static_ip": "yes" }))), [("/static_ip".to_owned(), "wrong_type")]);
    // The operator has taken it away since.
    let document = |more: Value| fields(body(more));
    assert!(parse(document(json!({ "static_ip": true, "name": "b" })), &strict(), Some(&made.webhook)).is_ok());
    assert!(parse(document(json!({ "static_ip": false })), &strict(), Some(&made.webhook)).is_ok());
    // A patch goes with whatever the addresses are by now.
    let off = patch(&made, json!({ "static_ip": false })).expect("valid");
    assert_eq!((off.fields, off.after.webhook.static_ip), (vec!["/static_ip".to_owned()], false));
}
