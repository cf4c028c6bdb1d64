//! Making signatures, over bytes at hand or over a stream that can be read more than once.

use std::cell::Cell;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::hazmat::raw_sign_byupdate;
use ed25519_dalek::{Signature, SignatureError};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};

use super::{Scheme, SigningKey, SigningSecret};

type HmacSha256 = Hmac<Sha256>;

/// What a request is signed with at this moment: secrets and keys, newest first.
#[derive(Default)]
pub struct Signer {
    secrets: Vec<SigningSecret>,
    keys: Vec<SigningKey>,
}

/// The payload was not the same in both passes. Two signatures that share their nonce give the private key away, so that
/// none is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payload changed while it was signed")]
pub struct Changed;

impl Signer {
    /// Signs with each of these.
    #[must_use]
    pub fn new(secrets: Vec<SigningSecret>, keys: Vec<SigningKey>) -> Self {
        Self { secrets, keys }
    }

    /// Whether there is nothing to sign with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty() && self.keys.is_empty()
    }

    /// The value of `webhook-signature` for a body at hand.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let head = head(id, timestamp);
        let macs = self.secrets.iter().filter_map(|secret| {
            let mac = HmacSha256::new_from_slice(secret.key()).ok()?;
            Some(v1(mac.chain_update(&head).chain_update(body)))
        });
        let signatures = self.keys.iter().filter_map(|key| {
            let feed = |hash: &mut Sha512| {
                hash.update(&head);
                hash.update(body);
                Ok(())
            };
            raw_sign_byupdate::<Sha512, _>(&key.expanded, feed, &key.public).ok().map(|signature| v1a(&signature))
        });
        macs.chain(signatures).collect::<Vec<_>>().join(" ")
    }

    /// Begins to sign a body that comes in pieces. It has to be read once, and with keys of `v1a` twice: Ed25519 hashes the
    /// message once for its nonce and once, after that is known, for the signature.
    #[must_use]
    pub fn begin(&self, id: &str, timestamp: i64) -> FirstPass<'_> {
        let head = head(id, timestamp);
        let macs = self.secrets.iter().filter_map(|secret| HmacSha256::new_from_slice(secret.key()).ok());
        let nonces =
            self.keys.iter().map(|key| Sha512::new().chain_update(key.expanded.hash_prefix).chain_update(&head));
        FirstPass {
            keys: &self.keys,
            macs: macs.map(|mac| mac.chain_update(&head)).collect(),
            nonces: nonces.collect(),
            head,
        }
    }
}

fn head(id: &str, timestamp: i64) -> Vec<u8> {
    format!("{id}.{timestamp}.").into_bytes()
}

fn v1(mac: HmacSha256) -> String {
    format!("{},{}", Scheme::V1.as_str(), STANDARD.encode(mac.finalize().into_bytes()))
}

fn v1a(signature: &Signature) -> String {
    format!("{},{}", Scheme::V1a.as_str(), STANDARD.encode(signature.to_bytes()))
}

/// The first reading of a body.
pub struct FirstPass<'a> {
    keys: &'a [SigningKey],
    head: Vec<u8>,
    macs: Vec<HmacSha256>,
    /// The hash that each key's nonce is made of.
    nonces: Vec<Sha512>,
}

/// What is left to do after the first reading.
pub enum Passes<'a> {
    /// Nothing: the value of `webhook-signature`.
    Done(String),
    /// The body has to be read once more.
    Again(SecondPass<'a>),
}

impl<'a> FirstPass<'a> {
    /// The next bytes of the body.
    pub fn update(&mut self, bytes: &[u8]) {
        self.macs.iter_mut().for_each(|mac| mac.update(bytes));
        self.nonces.iter_mut().for_each(|hash| hash.update(bytes));
    }

    /// The body is over.
    #[must_use]
    pub fn finish(self) -> Passes<'a> {
        let macs: Vec<String> = self.macs.into_iter().map(v1).collect();
        if self.keys.is_empty() {
            return Passes::Done(macs.join(" "));
        }
        let signings =
            self.keys.iter().zip(self.nonces).filter_map(|(key, nonce)| Signing::begin(key, nonce, &self.head));
        Passes::Again(SecondPass { macs, signings: signings.collect() })
    }
}

/// The second reading of a body.
pub struct SecondPass<'a> {
    macs: Vec<String>,
    signings: Vec<Signing<'a>>,
}

impl SecondPass<'_> {
    /// The next bytes of the body.
    pub fn update(&mut self, bytes: &[u8]) {
        for signing in &mut self.signings {
            signing.challenge.update(bytes);
            signing.nonce_again.update(bytes);
        }
    }

    /// The value of `webhook-signature`.
    ///
    /// # Errors
    /// [`Changed`] where the bytes of the two readings differ.
    pub fn finish(self) -> Result<String, Changed> {
        let mut signatures = self.macs;
        for signing in self.signings {
            signatures.push(v1a(&signing.finish()?));
        }
        Ok(signatures.join(" "))
    }
}

/// One Ed25519 signature in the making.
///
/// The library asks for the message twice within one call, which can't wait for a stream. So its two hashes are taken out
/// and put back: a first call hands over the second hash as it stands once the nonce is known, and a last call is given
/// both hashes with the whole message in them. The arithmetic stays the library's.
struct Signing<'a> {
    key: &'a SigningKey,
    nonce: Sha512,
    nonce_again: Sha512,
    challenge: Sha512,
}

impl<'a> Signing<'a> {
    fn begin(key: &'a SigningKey, nonce: Sha512, head: &[u8]) -> Option<Self> {
        let calls = Cell::new(0);
        let taken = Cell::new(None);
        let feed = |hash: &mut Sha512| {
            calls.set(calls.get() + 1);
            if calls.get() == 1 {
                *hash = nonce.clone();
                return Ok(());
            }
            taken.set(Some(hash.clone()));
            Err(SignatureError::new())
        };
        // It ends in the error of the second call.
        let _ = raw_sign_byupdate::<Sha512, _>(&key.expanded, feed, &key.public);
        let nonce_again = Sha512::new().chain_update(key.expanded.hash_prefix).chain_update(head);
        taken.take().map(|challenge| Self { key, nonce, nonce_again, challenge: challenge.chain_update(head) })
    }

    fn finish(self) -> Result<Signature, Changed> {
        if self.nonce.clone().finalize() != self.nonce_again.finalize() {
            return Err(Changed);
        }
        let calls = Cell::new(0);
        let feed = |hash: &mut Sha512| {
            calls.set(calls.get() + 1);
            *hash = if calls.get() == 1 { self.nonce.clone() } else { self.challenge.clone() };
            Ok(())
        };
        raw_sign_byupdate::<Sha512, _>(&self.key.expanded, feed, &self.key.public).map_err(|_| Changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::Verifier;
    use proptest::prelude::*;

    /// The secret of the known answer. With its 18 bytes it is shorter than a webhook's may be.
    fn secret() -> SigningSecret {
        SigningSecret::of_key(STANDARD.decode("plJ3nmyCDGBKInavdOK15jsl").unwrap())
    }

    fn key(seed: [u128; 2]) -> SigningKey {
        SigningKey::parse(SigningKey::generate(seed).expose()).unwrap()
    }

    fn in_pieces(
        signer: &Signer,
        id: &str,
        at: i64,
        first: &[u8],
        second: &[u8],
        piece: usize,
    ) -> Result<String, Changed> {
        let mut pass = signer.begin(id, at);
        first.chunks(piece).for_each(|bytes| pass.update(bytes));
        match pass.finish() {
            Passes::Done(value) => Ok(value),
            Passes::Again(mut pass) => {
                second.chunks(piece).for_each(|bytes| pass.update(bytes));
                pass.finish()
            }
        }
    }

    #[test]
    fn the_known_answer_of_standard_webhooks() {
        let signer = Signer::new(vec![secret()], vec![]);
        let body = br#"{"event_type":"ping","data":{"success":true}}"#;
        let expected = "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=";
        assert_eq!(signer.sign("msg_loFOjxBNrRLzqYUf", 1_731_705_121, body), expected);
        let pieces = in_pieces(&signer, "msg_loFOjxBNrRLzqYUf", 1_731_705_121, body, b"", 5);
        assert_eq!(pieces.as_deref(), Ok(expected));
    }

    #[test]
    fn a_body_that_changes_between_the_readings_is_not_signed() {
        let signer = Signer::new(vec![], vec![key([1, 2])]);
        assert!(in_pieces(&signer, "evt_1", 1, b"same bytes", b"same bytes", 3).is_ok());
        assert_eq!(in_pieces(&signer, "evt_1", 1, b"same bytes", b"some bytes", 3), Err(Changed));
        assert_eq!(in_pieces(&signer, "evt_1", 1, b"same bytes", b"same bytes.", 3), Err(Changed));
    }

    #[test]
    fn nothing_to_sign_with_gives_nothing() {
        let signer = Signer::default();
        assert!(signer.is_empty());
        assert_eq!(signer.sign("evt_1", 1, b"x"), "");
    }

    proptest! {
        #[test]
        fn in_one_piece_or_in_many_the_signatures_are_the_same_and_verify(
            body: Vec<u8>, at: i64, piece in 1_usize..50, seeds in prop::collection::vec(any::<[u128; 2]>(), 0..3), secrets in 0_usize..3,
        ) {
            let secrets = (0..secrets).map(|_| secret()).collect();
            let signer = Signer::new(secrets, seeds.iter().copied().map(key).collect());
            let whole = signer.sign("evt_1", at, &body);
            prop_assert_eq!(in_pieces(&signer, "evt_1", at, &body, &body, piece), Ok(whole.clone()));
            let message = [head("evt_1", at), body].concat();
            let signatures: Vec<&str> = whole.split(' ').filter_map(|text| text.strip_prefix("v1a,")).collect();
            prop_assert_eq!(signatures.len(), seeds.len());
            for (key, text) in signer.keys.iter().zip(signatures) {
                let signature = Signature::from_slice(&STANDARD.decode(text).unwrap()).unwrap();
                prop_assert!(key.public.verify(&message, &signature).is_ok());
                prop_assert!(key.public.verify(&message[1..], &signature).is_err());
            }
        }
    }
}
