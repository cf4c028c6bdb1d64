//! Identifiers: parsed once at the edge, never built wrong.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use ulid::Ulid;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}: expected {expected}")]
pub struct InvalidId {
    kind: &'static str,
    expected: &'static str,
}

macro_rules! ulid_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Makes one from a moment and 128 random bits (of which 80 are used). Ids sort by time.
            #[must_use]
            pub fn generate(now: Timestamp, random: u128) -> Self {
                Self(format!(concat!($prefix, "{}"), Ulid::from_parts(millis(now), random)))
            }

            /// The text, prefix included.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let invalid = InvalidId {
                    kind: $kind,
                    expected: concat!("`", $prefix, "` and 26 characters of Crockford base 32"),
                };
                let tail = text.strip_prefix($prefix).ok_or(invalid.clone())?;
                // A ULID parses in lower case too: one spelling only, or one thing would have two names.
                match Ulid::from_string(tail) {
                    Ok(ulid) if ulid.to_string() == tail => Ok(Self(text.to_owned())),
                    _ => Err(invalid),
                }
            }
        }
    };
}

ulid_id! {
    /// A webhook's identifier: `wh_` and a ULID.
    ConfigId, "wh_", "webhook id"
}
ulid_id! {
    /// An event's identifier: `evt_` and a ULID. It is the `webhook-id` of every attempt, has no `.`
    /// (Standard Webhooks 1.0.0), and sorts by the time of the trigger.
    EventId, "evt_", "event id"
}
ulid_id! {
    /// An uploaded payload's identifier: `pay_` and a ULID.
    PayloadId, "pay_", "payload id"
}
ulid_id! {
    /// A replay's identifier: `rep_` and a ULID.
    ReplayId, "rep_", "replay id"
}

impl EventId {
    /// The one id that belongs to these parts and this moment: whoever derives it again, after a crash or beside another,
    /// comes to the same.
    #[must_use]
    pub fn derive(moment: Timestamp, parts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        let mut random = [0; 16];
        random.copy_from_slice(&digest.finalize()[..16]);
        Self::generate(moment, u128::from_be_bytes(random))
    }

    /// The moment that it was made of, to the millisecond.
    #[must_use]
    pub fn moment(&self) -> Timestamp {
        let millis =
            self.0.strip_prefix("evt_").and_then(|tail| Ulid::from_string(tail).ok()).map(|id| id.timestamp_ms());
        millis
            .and_then(|millis| i64::try_from(millis).ok())
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
            .unwrap_or_default()
    }

    /// The smallest id that an event triggered at `moment` can have.
    #[must_use]
    pub fn first_at(moment: Timestamp) -> Self {
        Self(format!("evt_{}", Ulid::from_parts(millis(moment), 0)))
    }

    /// The largest id that an event triggered at `moment` can have.
    #[must_use]
    pub fn last_at(moment: Timestamp) -> Self {
        Self(format!("evt_{}", Ulid::from_parts(millis(moment), u128::MAX)))
    }

    /// A number from 0 to 31, evenly spread, that never changes for an id: what shards are cut by.
    #[must_use]
    pub fn spread(&self) -> u8 {
        const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let last = self.0.bytes().next_back().unwrap_or(b'0');
        CROCKFORD.iter().position(|&digit| digit == last).and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
    }
}

fn millis(moment: Timestamp) -> u64 {
    u64::try_from(moment.as_millisecond()).unwrap_or(0)
}

/// A tenant: 1 to 64 characters of `A-Z a-z 0-9 _ -`. It leads every key, so it can hold no separator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(String);

impl TenantId {
    /// The one tenant of a deployment without tenants.
    #[must_use]
    pub fn single() -> Self {
        Self("default".to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TenantId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId { kind: "tenant id", expected: "1 to 64 characters of A-Z a-z 0-9 _ -" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn generated_ids_parse_and_sort_by_time(earlier in 0_i64..4_000_000_000_000, gap in 1_i64..1_000_000, a: u128, b: u128) {
            let first = EventId::generate(Timestamp::from_millisecond(earlier).unwrap(), a);
            let second = EventId::generate(Timestamp::from_millisecond(earlier + gap).unwrap(), b);
            prop_assert_eq!(first.as_str().parse::<EventId>().unwrap(), first.clone());
            prop_assert!(first < second);
            let moment = Timestamp::from_millisecond(earlier).unwrap();
            prop_assert!(EventId::first_at(moment) <= first && first <= EventId::last_at(moment));
            prop_assert!(first.spread() < 32);
            prop_assert!(!first.as_str().contains('.'));
        }

        #[test]
        fn no_text_breaks_the_parsers(text in "\\PC{0,40}") {
            let _ = text.parse::<EventId>();
            if let Ok(tenant) = text.parse::<TenantId>() {
                prop_assert!(!tenant.as_str().contains('#'));
            }
        }
    }

    #[test]
    fn a_lower_case_id_is_another_spelling_and_refused() {
        let id = EventId::generate(Timestamp::UNIX_EPOCH, 31);
        assert!(id.as_str().to_lowercase().parse::<EventId>().is_err());
        assert!("wh_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse::<EventId>().is_err());
        assert!("evt_01ARZ3NDEKTSV4RRFFQ69G5FA".parse::<EventId>().is_err());
    }
}
