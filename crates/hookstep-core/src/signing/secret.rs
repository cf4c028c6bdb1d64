//! The secret of `v1` signatures: `whsec_` and 24 to 64 bytes in base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::secret::Secret;

const PREFIX: &str = "whsec_";

/// Why a text is not a signing secret. It quotes nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSigningSecret {
    /// The prefix is missing.
    #[error("has to begin with whsec_")]
    Prefix,
    /// Not base64.
    #[error("has to be base64 after whsec_, in the standard alphabet and with its padding")]
    Encoding,
    /// Too short or too long.
    #[error("has to hold 24 to 64 bytes; it holds {0}")]
    Length(usize),
}

/// The key that a signing secret holds.
pub struct SigningSecret(Zeroizing<Vec<u8>>);

impl SigningSecret {
    /// Reads a secret.
    pub fn parse(text: &str) -> Result<Self, InvalidSigningSecret> {
        let encoded = text.strip_prefix(PREFIX).ok_or(InvalidSigningSecret::Prefix)?;
        let key = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| InvalidSigningSecret::Encoding)?);
        if !(24..=64).contains(&key.len()) {
            return Err(InvalidSigningSecret::Length(key.len()));
        }
        Ok(Self(key))
    }

    /// A new secret of 256 random bits.
    #[must_use]
    pub fn generate(random: [u128; 2]) -> Secret {
        let key = Zeroizing::new(random.map(u128::to_be_bytes).concat());
        Secret::new(format!("{PREFIX}{}", STANDARD.encode(&*key)))
    }

    #[cfg(test)]
    pub(super) fn of_key(key: Vec<u8>) -> Self {
        Self(Zeroizing::new(key))
    }

    /// The key's bytes.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_secret_is_refused_with_what_to_change() {
        let of = |text: &str| SigningSecret::parse(text).err();
        assert_eq!(of(""), Some(InvalidSigningSecret::Prefix));
        assert_eq!(of("WHSEC_AAAA"), Some(InvalidSigningSecret::Prefix));
        assert_eq!(of("whsec_%%"), Some(InvalidSigningSecret::Encoding));
        assert_eq!(of("whsec_AAA"), Some(InvalidSigningSecret::Encoding));
        assert_eq!(of("whsec_AAAA"), Some(InvalidSigningSecret::Length(3)));
        for (length, accepted) in [(23, false), (24, true), (64, true), (65, false)] {
            let text = format!("whsec_{}", STANDARD.encode(vec![7; length]));
            assert_eq!(of(&text).is_none(), accepted, "{length}");
        }
    }

    proptest! {
        #[test]
        fn a_generated_secret_holds_its_random_bits(random: [u128; 2]) {
            let secret = SigningSecret::generate(random);
            let read = SigningSecret::parse(secret.expose()).unwrap();
            prop_assert_eq!(read.key(), random.map(u128::to_be_bytes).concat());
        }
    }
}
