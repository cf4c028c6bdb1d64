//! Signatures: of exactly the bytes that are sent, at the time of the request, by whatever is in force then.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hookstep_core::attempt::Obstacle;
use hookstep_core::deliver::DeliverError;
use hookstep_core::grant::{Additions, ConnectionCredentials, ConnectionKind};
use hookstep_core::leg::{Delivery, SigningPlan};
use hookstep_core::payload::Payload;
use hookstep_core::ports::{PayloadError, SecretsError};
use hookstep_core::secret::{Sealed, Secret};
use hookstep_core::shape::{Expression, PayloadFormat};
use hookstep_core::signing::{KeyRing, Scheme, Signing, SigningKey, key_slot};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use crate::make::{SEALED, SEALED_KEYS, START, answered, connection, delivery, large, oauth, stored};
use crate::world::{Reading, Sent, World};

const CURRENT: &str = "whsec_Y3VycmVudCBjdXJyZW50IGN1cnJlbnQgY3VycmVudA==";
const EARLIER: &str = "whsec_ZWFybGllciBlYXJsaWVyIGVhcmxpZXIgZWFybGllcg==";
const EARLIEST: &str = "whsec_ZWFybGllc3QgZWFybGllc3QgZWFybGllc3QgZWFybGllc3Q=";

fn key(seed: u128) -> Secret {
    SigningKey::generate([seed, !seed])
}

fn at(seconds: i64) -> Timestamp {
    START + SignedDuration::from_secs(seconds)
}

/// Each in force until so many seconds after the start.
fn delivery_signed(schemes: &[Scheme], earlier: &[i64], keys: &[Option<i64>]) -> Delivery {
    let mut delivery = delivery();
    delivery.target.sealed = Some(Sealed::new(SEALED));
    let signs_until = keys.iter().map(|until| until.map(at)).collect();
    delivery.target.signing = SigningPlan {
        signing: Signing { schemes: schemes.to_vec(), earlier: earlier.iter().map(|until| at(*until)).collect() },
        keys: (!keys.is_empty()).then(|| KeyRing { sealed: Sealed::new(SEALED_KEYS), signs_until }),
    };
    delivery
}

/// In both ways, with one secret and one key.
fn signed() -> Delivery {
    delivery_signed(&Scheme::ALL, &[], &[None])
}

/// Where all of that opens.
fn world() -> World {
    World::with(|state| {
        state.secrets =
            vec![("/signing/secret", CURRENT), ("/signing/earlier/0", EARLIER), ("/signing/earlier/1", EARLIEST)];
        state.keys = (0..3).map(|place| (key_slot(place), key(place as u128))).collect();
    })
}

/// Whose each signature of a request is: all that there are were tried, and it has to be somebody's.
fn signers(sent: &Sent) -> Vec<String> {
    let [id] = sent.header("webhook-id")[..] else { panic!("{:?}", sent.headers) };
    let [timestamp] = sent.header("webhook-timestamp")[..] else { panic!("{:?}", sent.headers) };
    let message = [format!("{id}.{timestamp}.").as_bytes(), &sent.body].concat();
    let of_secret = |name: &'static str| {
        let secret = STANDARD.decode(&name["whsec_".len()..]).expect("base64");
        let mac = Hmac::<Sha256>::new_from_slice(&secret).expect("a key").chain_update(&message);
        (format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())), name)
    };
    let of_secrets = [CURRENT, EARLIER, EARLIEST].map(of_secret);
    let values = sent.header("webhook-signature");
    assert!(values.len() < 2, "{values:?}");
    let by = |signature: &str| {
        if let Some((_, name)) = of_secrets.iter().find(|(expected, _)| expected == signature) {
            return (*name).to_owned();
        }
        let encoded = signature.strip_prefix("v1a,").unwrap_or_else(|| panic!("nobody made {signature}"));
        let signature = Signature::from_slice(&STANDARD.decode(encoded).expect("base64")).expect("a signature");
        let verifies = |seed: &u128| {
            let public = SigningKey::parse(key(*seed).expose()).expect("a key").public_key();
            let bytes = STANDARD.decode(&public["whpk_".len()..]).expect("base64");
            let public = VerifyingKey::from_bytes(&bytes.try_into().expect("32 bytes")).expect("a key");
            public.verify(&message, &signature).is_ok()
        };
        let seed = (0..3).find(verifies).unwrap_or_else(|| panic!("nobody made v1a,{encoded}"));
        format!("key {seed}")
    };
    values.into_iter().flat_map(|value| value.split(' ')).map(by).collect()
}

#[test]
fn whatever_bytes_are_sent_are_the_bytes_that_are_signed() {
    for bytes in [&b""[..], br#"{"order":1}"#, b"\xff\0\r\n.", &[0x2e; 10_000]] {
        let mut inline = signed();
        inline.payload = Payload::Inline(Bytes::copy_from_slice(bytes));
        let sent = world().sent(&inline);
        assert_eq!((sent.body.as_slice(), signers(&sent)), (bytes, vec![CURRENT.to_owned(), "key 0".to_owned()]));

        let world = world();
        world.state().payload = bytes.to_vec();
        assert_eq!(signers(&world.sent(&stored(signed(), bytes.len() as u64))).len(), 2);
    }
}

#[test]
fn a_payload_that_was_reshaped_is_signed_as_it_is_sent() {
    let mut delivery = signed();
    delivery.target.shape.format = PayloadFormat::StandardWebhooks;
    let sent = world().sent(&delivery);
    let expected = r#"{"type":"order.paid","timestamp":"2027-01-15T08:00:00Z","data":{"order":1}}"#;
    assert_eq!((String::from_utf8_lossy(&sent.body).as_ref(), signers(&sent).len()), (expected, 2));

    delivery.target.shape.transformation = Expression::new("order");
    let world = world();
    world.state().transformations = [Ok("[1,2]")].into();
    let sent = world.sent(&delivery);
    assert!(sent.body.ends_with(br#""data":[1,2]}"#), "{sent:?}");
    assert_eq!(signers(&sent).len(), 2);
}

#[test]
fn members_of_a_connection_are_signed_too() {
    let mut delivery = signed();
    delivery.target.auth = connection();
    let world = world();
    let body = vec![("k".to_owned(), Secret::new("v"))];
    world.state().connections = [Ok(ConnectionCredentials {
        kind: ConnectionKind::ApiKey { name: "x-key".to_owned(), value: Secret::new("key") },
        additions: Additions { body, ..Additions::default() },
        hidden: Vec::new(),
    })]
    .into();
    let sent = world.sent(&delivery);
    assert_eq!((sent.body.as_slice(), signers(&sent).len()), (&br#"{"order":1,"k":"v"}"#[..], 2));
}

#[test]
fn a_second_request_is_signed_anew_for_its_own_time() {
    let mut delivery = signed();
    delivery.target.auth = oauth();
    let world = world();
    {
        let mut state = world.state();
        state.secrets.push(("/auth/client_secret", "client-secret"));
        state.tokens = [Ok("first"), Ok("second")].into();
        state.receiver_takes = std::time::Duration::from_secs(5);
        state.answers = [answered(401, "no")].into();
    }
    world.deliver(&delivery).expect("no fault of ours");
    let state = world.state();
    let [first, second] = &state.sent[..] else { panic!("{} requests", state.sent.len()) };
    assert_eq!((signers(first).len(), signers(second).len()), (2, 2));
    assert_eq!(second.header("webhook-timestamp"), [at(5).as_second().to_string()]);
    assert_ne!(first.header("webhook-signature"), second.header("webhook-signature"));
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
}

#[test]
fn only_what_is_configured_signs() {
    let by = |schemes: &[Scheme]| signers(&world().sent(&delivery_signed(schemes, &[60], &[None, Some(60)])));
    assert_eq!(by(&[Scheme::V1]), [CURRENT, EARLIER]);
    assert_eq!(by(&[Scheme::V1a]), ["key 0", "key 1"]);
    assert_eq!(by(&[]), [""; 0]);
    let unsigned = world().sent(&delivery_signed(&[], &[], &[]));
    assert_eq!((unsigned.header("webhook-id").len(), unsigned.header("webhook-signature").len()), (1, 0));
}

#[test]
fn secrets_and_keys_sign_until_their_grace_is_over_and_not_at_its_end() {
    let all =
        |earlier: &[i64], keys: &[Option<i64>]| signers(&world().sent(&delivery_signed(&Scheme::ALL, earlier, keys)));
    assert_eq!(all(&[1, 2], &[None, Some(1), Some(2)]), [CURRENT, EARLIER, EARLIEST, "key 0", "key 1", "key 2"]);
    assert_eq!(all(&[0, 1], &[None, Some(0), Some(1)]), [CURRENT, EARLIEST, "key 0", "key 2"]);
    assert_eq!(all(&[-1, 0], &[None, Some(-9), Some(0)]), [CURRENT, "key 0"]);
    // A secret whose time is over may be gone.
    let world = World::with(|state| state.secrets = vec![("/signing/secret", CURRENT)]);
    assert_eq!(signers(&world.sent(&delivery_signed(&[Scheme::V1], &[0], &[]))), [CURRENT]);
}

#[test]
fn a_secret_that_is_missing_or_none_is_named_and_nothing_is_sent() {
    for (secrets, detail) in [
        (vec![], "`/signing/secret` is not set"),
        (vec![("/signing/secret", CURRENT)], "`/signing/earlier/0` is not set"),
        (vec![("/signing/secret", "PLANTED5ECRET")], "`/signing/secret` has to begin with whsec_"),
        (vec![("/signing/secret", "whsec_AAAA")], "`/signing/secret` has to hold 24 to 64 bytes; it holds 3"),
    ] {
        let world = World::with(|state| state.secrets = secrets);
        let refused = world.refused(&delivery_signed(&[Scheme::V1], &[60], &[]));
        assert_eq!(refused, (Obstacle::CredentialsMissing, detail.to_owned()));
    }
}

#[test]
fn a_tenants_key_that_is_none_is_our_fault() {
    for keys in [vec![], vec![(key_slot(0), Secret::new("whsk_PLANTED5ECRET"))], vec![(key_slot(1), key(1))]] {
        let world = world();
        world.state().keys = keys;
        let error = world.deliver(&signed()).expect_err("a fault of ours");
        assert!(matches!(error, DeliverError::Secrets(SecretsError::Unreadable(_))), "{error:?}");
        assert!(!format!("{error:?}").contains("PLANTED5ECRET"));
        assert_eq!(world.state().sent, []);
    }
}

/// How often it is opened, to hash it and to send it.
#[test]
fn a_larger_payload_is_read_as_often_as_its_signatures_take() {
    for (schemes, opened) in [(&Scheme::ALL[..], 3), (&[Scheme::V1], 2), (&[Scheme::V1a], 3), (&[], 1)] {
        let world = world();
        let payload = large(b"{");
        let size = payload.len() as u64;
        world.state().payload = payload;
        let sent = world.sent(&stored(delivery_signed(schemes, &[], &[None]), size));
        assert_eq!((sent.streamed, world.state().opened_payloads), (Some(size), opened), "{schemes:?}");
        assert_eq!(signers(&sent).len(), schemes.len());
        assert!(sent.body == world.state().payload);
    }
}

#[test]
fn a_payload_that_changes_while_it_is_signed_is_not_sent() {
    let (payload, mut other) = (large(b"{"), large(b"{"));
    *other.last_mut().expect("bytes") = b'!';
    let size = payload.len() as u64;
    let world = world();
    world.state().readings = [Reading::Whole(payload), Reading::Whole(other)].into();
    let error = world.deliver(&stored(signed(), size)).expect_err("a fault of ours");
    assert!(matches!(error, DeliverError::Payload(PayloadError::Altered)), "{error:?}");
    assert_eq!(world.state().sent, []);
}

/// Nothing was sent, so that it may be tried again; what breaks off later may not.
#[test]
fn a_payload_that_breaks_off_while_it_is_read_or_hashed_is_unavailable() {
    let whole = large(b"{");
    let size = whole.len() as u64;
    let half = || Reading::Breaks(whole[..whole.len() / 2].to_vec());
    let start = || b"{\"a\"".to_vec();
    let cases = [
        (vec![half()], size),
        (vec![Reading::Whole(whole.clone()), half()], size),
        (vec![Reading::Breaks(start())], 9),
        (vec![Reading::Whole(start())], 9),
    ];
    for (readings, size) in cases {
        let world = world();
        world.state().readings = readings.into();
        let error = world.deliver(&stored(signed(), size)).expect_err("a fault of ours");
        assert!(matches!(error, DeliverError::Payload(PayloadError::Unavailable(_))), "{error:?}");
        assert_eq!(world.state().sent, []);
    }
}

#[test]
fn the_client_certificate_is_among_the_secrets() {
    let delivery = delivery_signed(&[], &[], &[]);
    let halves =
        [("/client_certificate/certificate", "the certificate"), ("/client_certificate/private_key", "the key")];
    let world = World::with(|state| state.secrets = halves.to_vec());
    let identity = world.sent(&delivery).identity.expect("an identity");
    assert_eq!((identity.certificate.expose(), identity.private_key.expose()), ("the certificate", "the key"));
    for half in halves {
        let world = World::with(|state| state.secrets = vec![half]);
        assert_eq!(world.sent(&delivery).identity, None);
    }
}
