//! What can be wrong with a token.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// What is wrong with a token that is good otherwise. None of these may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It ended an hour ago.
    Expired,
    /// It begins in an hour.
    NotYetValid,
    /// It claims to be made in an hour.
    IssuedInTheFuture,
    /// It is for somebody else.
    WrongAudience,
    /// It does not say whom it is for.
    NoAudience,
    /// Somebody else claims to have made it.
    WrongIssuer,
    /// The signature was tampered with.
    WrongSignature,
    /// The claims were tampered with.
    ChangedClaims,
    /// Another key signed it, under the name of the right one.
    ForeignKey,
    /// It names a key that the issuer does not have.
    UnknownKid,
    /// It names no key.
    NoKid,
    /// It says that it needs no signature, and has none.
    AlgNone,
    /// It says that it needs no signature, and has that of the same claims under the right header.
    AlgNoneKeepsSignature,
    /// It says that it is signed by a shared secret, which is the public key.
    Hs256WithPublicKey,
}

impl Flaw {
    /// Every one.
    pub const ALL: [Self; 14] = [
        Self::Expired,
        Self::NotYetValid,
        Self::IssuedInTheFuture,
        Self::WrongAudience,
        Self::NoAudience,
        Self::WrongIssuer,
        Self::WrongSignature,
        Self::ChangedClaims,
        Self::ForeignKey,
        Self::UnknownKid,
        Self::NoKid,
        Self::AlgNone,
        Self::AlgNoneKeepsSignature,
        Self::Hs256WithPublicKey,
    ];

    /// Makes the claims bad; the flaws of header and signature leave them as they are.
    pub(super) fn spoil(self, claims: &mut Value) {
        const HOUR: Duration = Duration::from_hours(1);
        match self {
            Self::Expired => {
                claims["exp"] = seconds(SystemTime::now() - HOUR).into();
                claims["nbf"] = seconds(SystemTime::now() - 2 * HOUR).into();
                claims["iat"] = claims["nbf"].clone();
            }
            Self::NotYetValid => claims["nbf"] = seconds(SystemTime::now() + HOUR).into(),
            Self::IssuedInTheFuture => claims["iat"] = seconds(SystemTime::now() + HOUR).into(),
            Self::WrongAudience => claims["aud"] = json!(["https://another.api.example"]),
            Self::NoAudience => {
                if let Some(claims) = claims.as_object_mut() {
                    claims.remove("aud");
                    claims.remove("client_id");
                }
            }
            Self::WrongIssuer => claims["iss"] = "https://another.issuer.example".into(),
            Self::WrongSignature
            | Self::ChangedClaims
            | Self::ForeignKey
            | Self::UnknownKid
            | Self::NoKid
            | Self::AlgNone
            | Self::AlgNoneKeepsSignature
            | Self::Hs256WithPublicKey => {}
        }
    }
}

/// RFC 7519's `NumericDate`.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
