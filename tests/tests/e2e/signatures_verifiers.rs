//! The libraries that judge signatures are themselves judged: they tell good from bad on signatures that are made here, by primitives
//! that are not Hookstep's either.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hookstep_tests::signatures::{Body, Case, Expected, Judges, Verdict};

const SECRET: &[u8; 24] = b"a secret of the verifier";

struct Signed {
    case: Case,
    public_key: String,
}

/// A request that was signed so many seconds ago, and the key under which it verifies besides the secret.
fn signed(body: &'static [u8], seconds_ago: u64) -> Result<Signed> {
    let timestamp = (SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() - seconds_ago).to_string();
    let id = "msg_1".to_owned();
    let content = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    let v1 = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), &content);
    let pair = Ed25519KeyPair::generate().map_err(|_| anyhow::anyhow!("no key"))?;
    let (v1, v1a) = (STANDARD.encode(v1), STANDARD.encode(pair.sign(&content)));
    let case = Case {
        id,
        timestamp,
        signature: format!("v1,{v1} v1a,{v1a}"),
        key: format!("whsec_{}", STANDARD.encode(SECRET)),
        body: Body::Bytes(Bytes::from_static(body)),
    };
    Ok(Signed { case, public_key: format!("whpk_{}", STANDARD.encode(pair.public_key())) })
}

const BODIES: [&[u8]; 4] = [b"", b"{\"a\":1}", b"no JSON", b"\xff\0\xfe"];

#[tokio::test]
async fn they_tell_good_from_bad() -> Result<()> {
    let mut cases = Vec::new();
    for body in BODIES {
        let what = String::from_utf8_lossy(body);
        let Signed { case, public_key } = signed(body, 0)?;
        for key in [case.key.clone(), public_key] {
            let case = Case { key, ..case.clone() };
            cases.push((format!("{what:?}"), case.clone(), Expected::Good));
            let other_id = Case { id: "msg_2".to_owned(), ..case.clone() };
            let other_body = Case { body: Body::Bytes([body, b"x"].concat().into()), ..case.clone() };
            // Each signature under the name of the other scheme.
            let swapped = case.signature.replace("v1a,", "v0,").replace("v1,", "v1a,").replace("v0,", "v1,");
            let other_scheme = Case { signature: swapped, ..case };
            for (how, case) in [("id", other_id), ("body", other_body), ("scheme", other_scheme)] {
                cases.push((format!("{what:?}, another {how}"), case, Expected::Refused));
            }
        }
    }
    Judges::prepare().await?.expect(cases).await
}

/// An hour ago the signature was right. What the primitives alone say of that is not their business: the tolerance is the library's.
#[tokio::test]
async fn libraries_refuse_what_is_too_old() -> Result<()> {
    let Signed { case, .. } = signed(b"{}", 3_600)?;
    let verdicts = Judges::prepare().await?.judge(&[case]).await?.remove(0);
    for (library, verdict) in verdicts {
        let is_primitive = matches!(library.as_str(), "python cryptography" | "node crypto");
        assert_eq!(verdict == Verdict::Good, is_primitive, "{library}: {verdict:?}");
    }
    Ok(())
}

/// An expectation that is not met fails, whichever way round.
#[tokio::test]
async fn a_wrong_expectation_fails() -> Result<()> {
    let judges = Judges::prepare().await?;
    let Signed { case, public_key } = signed(b"{}", 0)?;
    let forged = Case { id: "msg_2".to_owned(), ..case.clone() };
    let broken = Case { key: "whsec_?".to_owned(), ..case.clone() };
    let by_public_key = Case { key: public_key, id: "msg_2".to_owned(), ..case.clone() };
    for (case, expected) in [
        (case, Expected::Refused),
        (forged, Expected::Good),
        // Fails in another way than by a refusal.
        (broken, Expected::Refused),
        (by_public_key, Expected::Good),
    ] {
        let outcome = judges.expect(vec![("a case".to_owned(), case.clone(), expected)]).await;
        assert!(outcome.is_err(), "{case:?} is {expected:?} to all");
    }
    assert!(judges.expect(Vec::new()).await.is_err());
    Ok(())
}
