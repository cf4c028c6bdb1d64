//! RSA keys, and their public halves as JSON Web Keys (RFC 7517, RFC 7518 6.3).

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A key that signs by RS256.
#[derive(Debug)]
pub(super) struct SigningKey {
    pair: RsaKeyPair,
}

impl SigningKey {
    /// Reads the key in this file, or makes one and writes it there.
    pub(super) fn make_or_open(file: &Path) -> Result<Self> {
        if file.exists() {
            let pkcs8 = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let pair = RsaKeyPair::from_pkcs8(&pkcs8).map_err(|error| anyhow!("{}: {error}", file.display()))?;
            return Ok(Self { pair });
        }
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).context("cannot make an RSA key")?;
        let pkcs8 = pair.as_der().context("cannot write an RSA key")?;
        fs::write(file, pkcs8.as_ref()).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(Self { pair })
    }

    /// The signature of these bytes.
    pub(super) fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature).context("cannot sign")?;
        Ok(signature)
    }

    /// The key, DER: PKCS #8.
    pub(super) fn private_der(&self) -> Result<Vec<u8>> {
        Ok(self.pair.as_der().context("cannot write an RSA key")?.as_ref().to_vec())
    }

    /// The public key, DER: `RSAPublicKey` of RFC 8017 A.1.1.
    pub(super) fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The public key as an entry of a key set.
    pub(super) fn to_jwk(&self, key_id: &str) -> Result<Value> {
        let [modulus, exponent] =
            integers(self.public_der()).context("the public key is no sequence of two integers")?;
        Ok(json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": key_id,
            "n": BASE64_URL_SAFE_NO_PAD.encode(modulus),
            "e": BASE64_URL_SAFE_NO_PAD.encode(exponent),
        }))
    }
}

/// The two integers of a DER sequence that holds nothing else, big endian, without the zero that keeps them positive.
fn integers(der: &[u8]) -> Option<[&[u8]; 2]> {
    let (0x30, content, []) = element(der)? else { return None };
    let (0x02, first, rest) = element(content)? else { return None };
    let (0x02, second, []) = element(rest)? else { return None };
    Some([first, second].map(|integer| integer.strip_prefix(&[0]).unwrap_or(integer)))
}

/// The tag and content of the first DER element, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = der.split_first_chunk()?;
    let (length, rest) = if length < 0x80 {
        (usize::from(length), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
        (bytes.iter().fold(0, |length, &byte| length << 8 | usize::from(byte)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_is_taken_apart() {
        let der = [0x30, 0x07, 0x02, 0x02, 0x00, 0xc5, 0x02, 0x01, 0x03];
        assert_eq!(integers(&der), Some([&[0xc5][..], &[0x03][..]]));
        assert_eq!(integers(&der[..8]), None);
        assert_eq!(integers(&[0x30, 0x81, 0x07, 0x02, 0x02, 0x00, 0xc5, 0x02, 0x01, 0x03, 0x00]), None);
        let long = [&[0x02, 0x82, 0x01, 0x00][..], &[7; 256]].concat();
        assert_eq!(element(&long), Some((0x02, &[7; 256][..], &[][..])));
    }
}
