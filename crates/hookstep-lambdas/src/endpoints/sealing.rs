//! Sealing a webhook's secrets within their bounds.

use hookstep_core::limits::{SEALED_MAX_BYTES, SECRETS_MAX_BYTES};
use hookstep_core::ports::SecretSealer;
use hookstep_core::secret::{Owner, SealedSecrets, Secret, Secrets};

use crate::http::{FieldError, Problem};

/// The secrets, sealed; none where there are none.
pub(super) async fn sealed<K: SecretSealer>(
    sealer: &K,
    owner: &Owner,
    secrets: &Secrets,
) -> Result<Option<SealedSecrets>, Problem> {
    if secrets.is_empty() {
        return Ok(None);
    }
    let size = |slot: &str, secret: &Secret| slot.len() + secret.expose().len();
    if secrets.iter().map(|(slot, secret)| size(slot, secret)).sum::<usize>() > SECRETS_MAX_BYTES {
        let each: Vec<String> = secrets.iter().map(|(slot, secret)| format!("{slot} {}", size(slot, secret))).collect();
        let detail = format!(
            "the secrets of a webhook take at most {SECRETS_MAX_BYTES} bytes together, names included; these hold {}",
            each.join(", ")
        );
        return Err(too_long(detail));
    }
    let text = sealer.seal(owner, secrets).await?;
    if text.as_str().len() > SEALED_MAX_BYTES {
        return Err(too_long(format!("the secrets of a webhook take at most {SEALED_MAX_BYTES} bytes when sealed")));
    }
    Ok(Some(SealedSecrets { slots: secrets.slots(), sealed: text }))
}

/// The fault is of the webhook as a whole.
fn too_long(detail: String) -> Problem {
    Problem::invalid_fields(vec![FieldError { pointer: String::new(), code: "too_long", detail }])
}
