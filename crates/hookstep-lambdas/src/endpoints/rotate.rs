//! `POST /webhook/{config_id}/secret/rotate`: a new signing secret, beside which the old one signs for a while.

use hookstep_core::history::{Action, Entry};
use hookstep_core::limits::EARLIER_SECRETS_MAX_COUNT;
use hookstep_core::ports::{Clock, ConnectionFinder, Entropy, SecretSealer, SigningKeyStore, WebhookStore, Written};
use hookstep_core::secret::{Secret, Secrets};
use hookstep_core::signing::{Scheme, Signing, SigningSecret};
use hookstep_core::webhook::Webhook;

use super::if_match::IfMatch;
use super::rotation::{self, Rotation, Takes};
use super::sealing::sealed;
use super::webhooks::{CHANGE_TRIES, Webhooks};
use crate::http::{Answer, Problem, Request};
use crate::log;

impl<W, K, F, S, C> Webhooks<'_, W, K, F, S, C>
where
    W: WebhookStore,
    K: SecretSealer,
    F: ConnectionFinder,
    S: SigningKeyStore,
    C: Clock + Entropy,
{
    /// Rotates the secret.
    pub async fn rotate_secret(&self, request: Request) -> Result<Answer, Problem> {
        let owner = request.owner()?;
        log::about_webhook(&owner.config_id);
        let Rotation { secret: given, grace } = rotation::parse(&request.body, Takes::Secret)?;
        let expected = IfMatch::of(&request);
        let is_given = given.is_some();
        let made = || SigningSecret::generate([self.clock.random(), self.clock.random()]);
        let secret = given.unwrap_or_else(made);
        let generated = (!is_given).then_some(&secret);
        for attempt in 1..=CHANGE_TRIES {
            let current = self.current(&owner, expected.as_ref()).await?;
            if !current.signing.uses(Scheme::V1) {
                return Err(Problem::not_signed());
            }
            let now = self.clock.now();
            let opened = match current.sealed() {
                Some(sealed) => self.sealer.open(&owner, sealed).await?,
                None => Secrets::default(),
            };
            // A call that is repeated with a secret of the caller's finds its work done.
            if !grace.is_zero() && opened.get(&Signing::secret_slot()) == Some(&secret) {
                return Ok(self.one(200, &current, None));
            }
            let (signing, secrets) = rotated(&current, &opened, secret.clone(), now, grace)?;
            let secrets = sealed(self.sealer, &owner, &secrets).await?;
            let version = current.version + 1;
            let webhook =
                Webhook { signing, secrets, failing_since: None, updated_at: now, version, ..current.clone() };
            let entry = Entry {
                version,
                at: now,
                actor: request.caller.actor.clone(),
                action: Action::Changed,
                changed_fields: vec![Signing::secret_slot()],
            };
            match self.store.replace(&webhook, current.version, &entry).await? {
                Written::Done => return Ok(self.one(200, &webhook, generated)),
                Written::Outdated => self.wait(attempt).await,
            }
        }
        Err(Problem::busy())
    }
}

/// The secrets with the new one first and those before it that still sign after it.
fn rotated(
    current: &Webhook,
    opened: &Secrets,
    secret: Secret,
    now: jiff::Timestamp,
    grace: std::time::Duration,
) -> Result<(Signing, Secrets), Problem> {
    let mut earlier = Vec::new();
    if let Some(until) = rotation::until(now, grace) {
        let replaced = opened.get(&Signing::secret_slot()).map(|secret| (secret.clone(), until));
        let before = current.signing.earlier.iter().enumerate().filter(|(_, until)| now < **until);
        let before = before.filter_map(|(place, until)| {
            opened.get(&Signing::earlier_slot(place)).map(|secret| (secret.clone(), *until))
        });
        earlier.extend(replaced.into_iter().chain(before).filter(|(earlier, _)| *earlier != secret));
    }
    if earlier.len() > EARLIER_SECRETS_MAX_COUNT {
        return Err(Problem::too_many_secrets());
    }
    let places = current.signing.earlier.len().max(earlier.len());
    let is_ours =
        |slot: &str| slot == Signing::secret_slot() || (0..places).any(|place| slot == Signing::earlier_slot(place));
    let others = opened.iter().filter(|(slot, _)| !is_ours(slot));
    let mut secrets: Secrets = others.map(|(slot, secret)| (slot.to_owned(), secret.clone())).collect();
    secrets.set(Signing::secret_slot(), secret);
    for (place, (secret, _)) in earlier.iter().enumerate() {
        secrets.set(Signing::earlier_slot(place), secret.clone());
    }
    let signing = Signing { earlier: earlier.into_iter().map(|(_, until)| until).collect(), ..current.signing.clone() };
    Ok((signing, secrets))
}
