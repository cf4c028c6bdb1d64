//! What the calls that rotate take.

use std::time::Duration;

use hookstep_core::limits::{GRACE_DEFAULT_SECONDS, GRACE_MAX_SECONDS};
use hookstep_core::secret::{Secret, slot};
use hookstep_core::signing::SigningSecret;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::http::{FieldError, Problem};
use crate::webhook_json::{object, whole_number};

/// A rotation as asked for.
pub(super) struct Rotation {
    /// The new secret, where the caller brings it.
    pub(super) secret: Option<Secret>,
    /// How long what is replaced signs too.
    pub(super) grace: Duration,
}

/// Which fields there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// `secret` and `grace_period_seconds`.
    Secret,
    /// `grace_period_seconds`.
    GraceOnly,
}

/// Reads the body, which may be empty.
pub(super) fn parse(body: &[u8], takes: Takes) -> Result<Rotation, Problem> {
    let mut given = if body.is_empty() { Map::new() } else { object(body)? };
    let mut errors = Vec::new();
    let mut refuse = |field: &str, code, detail: String| {
        errors.push(FieldError { pointer: slot(&[field]), code, detail });
    };
    let seconds = match given.remove("grace_period_seconds").filter(|value| !value.is_null()) {
        None => GRACE_DEFAULT_SECONDS,
        Some(value) => whole_number(&value).filter(|&seconds| seconds <= GRACE_MAX_SECONDS).unwrap_or_else(|| {
            let detail = format!("takes a whole number from 0 (at once) to {GRACE_MAX_SECONDS}");
            refuse("grace_period_seconds", "out_of_range", detail);
            0
        }),
    };
    let given_secret = if takes == Takes::Secret { given.remove("secret") } else { None };
    let secret = match given_secret.filter(|value| !value.is_null()) {
        None => None,
        Some(Value::String(text)) => match SigningSecret::parse(&text) {
            Ok(_) => Some(Secret::new(text)),
            Err(error) => {
                refuse("secret", "invalid", error.to_string());
                None
            }
        },
        Some(_) => {
            refuse("secret", "wrong_type", "has to be a string that begins with whsec_".to_owned());
            None
        }
    };
    for field in given.keys() {
        let known = if takes == Takes::Secret { "secret, grace_period_seconds" } else { "grace_period_seconds" };
        refuse(field, "unknown_field", format!("there is no such field; the fields are {known}"));
    }
    if errors.is_empty() {
        Ok(Rotation { secret, grace: Duration::from_secs(seconds) })
    } else {
        Err(Problem::invalid_fields(errors))
    }
}

/// The end of a grace period that begins now; none where there is none.
pub(super) fn until(now: Timestamp, grace: Duration) -> Option<Timestamp> {
    let grace = SignedDuration::try_from(grace).ok().filter(|grace| !grace.is_zero())?;
    // Whole seconds: finer ones are not stored.
    let until = now.saturating_add(grace).ok()?;
    Timestamp::from_second(until.as_second()).ok()
}
