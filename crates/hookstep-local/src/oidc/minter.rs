//! Making tokens.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::flaw::Flaw;
use super::keys::SigningKey;

/// The key that the issuer publishes.
pub(super) const KEY_ID: &str = "hookstep-tests-1";
const KEY_FILE: &str = "issuer.pkcs8";
/// A key that nobody publishes.
const FOREIGN_KEY_FILE: &str = "foreign.pkcs8";

/// Signs tokens with the keys in a folder.
#[derive(Debug)]
pub struct Minter {
    key: SigningKey,
    foreign_key: SigningKey,
}

impl Minter {
    /// Opens the keys in this folder, or makes them.
    pub fn make_or_open(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        Ok(Self {
            key: SigningKey::make_or_open(&dir.join(KEY_FILE))?,
            foreign_key: SigningKey::make_or_open(&dir.join(FOREIGN_KEY_FILE))?,
        })
    }

    /// A token with these claims, signed as it should be: RS256, by the issuer's key.
    pub fn sign(&self, claims: &Value) -> Result<String> {
        self.sign_under(&good_header(), claims)
    }

    /// A token with this header and these claims, signed by the issuer's key whatever the header says.
    pub fn sign_under(&self, header: &Value, claims: &Value) -> Result<String> {
        let input = signing_input(header, claims);
        let signature = self.key.sign(input.as_bytes())?;
        Ok(joined(&input, &signature))
    }

    /// A token that would be good, but for this. The claims are those of a good one.
    pub fn flawed(&self, claims: &Value, flaw: Flaw) -> Result<String> {
        match flaw {
            Flaw::WrongSignature => {
                let mut token = self.sign(claims)?.into_bytes();
                // Not the last character, whose lowest bits say nothing.
                let place = token.len() - 20;
                token[place] = if token[place] == b'A' { b'B' } else { b'A' };
                Ok(String::from_utf8(token)?)
            }
            Flaw::ChangedClaims => {
                let signed = self.sign(claims)?;
                let (_, signature) = signed.rsplit_once('.').context("a token has a signature")?;
                let mut changed = claims.clone();
                changed["sub"] = "somebody-else".into();
                Ok(format!("{}.{signature}", signing_input(&good_header(), &changed)))
            }
            Flaw::ForeignKey => {
                let input = signing_input(&good_header(), claims);
                let signature = self.foreign_key.sign(input.as_bytes())?;
                Ok(joined(&input, &signature))
            }
            Flaw::UnknownKid => {
                self.sign_under(&json!({ "alg": "RS256", "typ": "JWT", "kid": "hookstep-tests-0" }), claims)
            }
            Flaw::NoKid => self.sign_under(&json!({ "alg": "RS256", "typ": "JWT" }), claims),
            Flaw::AlgNone => Ok(joined(&signing_input(&header_of("none"), claims), &[])),
            Flaw::AlgNoneKeepsSignature => {
                let signed = self.sign(claims)?;
                let (_, signature) = signed.rsplit_once('.').context("a token has a signature")?;
                Ok(format!("{}.{signature}", signing_input(&header_of("none"), claims)))
            }
            // What everybody can do who takes the public key for a shared secret, and so does a verifier that goes by the header.
            Flaw::Hs256WithPublicKey => {
                let input = signing_input(&header_of("HS256"), claims);
                let key = hmac::Key::new(hmac::HMAC_SHA256, self.public_pem().as_bytes());
                Ok(joined(&input, hmac::sign(&key, input.as_bytes()).as_ref()))
            }
            of_the_claims => {
                let mut flawed = claims.clone();
                of_the_claims.spoil(&mut flawed);
                self.sign(&flawed)
            }
        }
    }

    /// The key set that the issuer publishes.
    pub(super) fn key_set(&self) -> Result<Value> {
        Ok(json!({ "keys": [self.key.to_jwk(KEY_ID)?] }))
    }

    /// The key that signs, PKCS #8.
    pub(super) fn private_key(&self) -> Result<Vec<u8>> {
        self.key.private_der()
    }

    fn public_pem(&self) -> String {
        let body = BASE64_STANDARD.encode(self.key.public_der());
        format!("-----BEGIN RSA PUBLIC KEY-----\n{body}\n-----END RSA PUBLIC KEY-----\n")
    }
}

fn good_header() -> Value {
    header_of("RS256")
}

fn header_of(algorithm: &str) -> Value {
    json!({ "alg": algorithm, "typ": "JWT", "kid": KEY_ID })
}

/// RFC 7515 5.1: what is signed, and begins the token.
fn signing_input(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}")
}

fn joined(input: &str, signature: &[u8]) -> String {
    format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}
