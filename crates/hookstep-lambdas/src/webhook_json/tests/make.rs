//! Webhooks from the JSON of callers, with their secrets in the clear beside them.

use hookstep_core::auth::{Auth, Connection};
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::secret::{Owner, Sealed, SealedSecrets, Secret, Secrets};
use hookstep_core::signing::{Scheme, Signing};
use hookstep_core::webhook::Webhook;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::super::{Draft, DraftAuth, Rules, changed_fields, parse, patched};
use crate::http::{Answer, Problem};

/// In every secret of these tests.
pub(super) const PLANTED: &str = "PLANTED5ECRET";

/// What an operator allows who allows nothing beyond the default.
pub(super) fn strict() -> Rules {
    Rules::default()
}

/// The addresses of the static IP, where there is one.
pub(super) const ADDRESSES: [&str; 2] = ["192.0.2.1", "192.0.2.2"];

/// An operator's rules with a static IP.
pub(super) fn with_static_ip() -> Rules {
    Rules { static_ip_addresses: ADDRESSES.map(str::to_owned).to_vec(), ..strict() }
}

/// A signing secret as Hookstep would make one.
pub(super) const GENERATED: &str = "whsec_PLANTED5ECRETgeneratedPLANTED5ECRETgenerated";

/// A webhook as it is shown where there is a static IP.
pub(super) fn show(webhook: &Webhook) -> Value {
    super::super::show(webhook, &ADDRESSES.map(str::to_owned))
}

/// With a signing secret where it takes one and has none, as the endpoint does it.
fn with_secret(mut draft: Draft) -> Draft {
    let slot = Signing::secret_slot();
    if draft.signing.uses(Scheme::V1) && !draft.secrets.0.contains_key(&slot) {
        draft.secrets.set(slot, Secret::new(GENERATED));
    }
    draft
}

/// A webhook and what its secrets are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Made {
    pub(super) webhook: Webhook,
    pub(super) secrets: Secrets,
}

/// What a change came to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub(super) after: Made,
    /// What the history says of it.
    pub(super) fields: Vec<String>,
}

pub(super) fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("{other} is no object"),
    }
}

/// The webhook that a draft makes, as the endpoint does it but for the sealing.
fn of(draft: Draft, current: Option<&Made>) -> Made {
    let before = current.map(|current| &current.webhook);
    let changed = draft.secrets.changed_slots(before);
    let secrets = draft.secrets.applied_to(&current.map(|current| current.secrets.clone()).unwrap_or_default());
    let sealed = match before.and_then(|webhook| webhook.secrets.clone()) {
        unchanged if changed.is_empty() => unchanged,
        _ if secrets.is_empty() => None,
        _ => {
            let version = before.map_or(1, |webhook| webhook.version + 1);
            Some(SealedSecrets { slots: secrets.slots(), sealed: Sealed::new(format!("v1.key.version-{version}")) })
        }
    };
    let auth = match draft.auth.clone() {
        DraftAuth::Ready(auth) => auth,
        DraftAuth::Connection(arn) => {
            let secret_arn = format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{}", arn.name());
            Auth::Connection(Connection { arn, secret_arn })
        }
    };
    let owner = Owner { tenant: TenantId::single(), config_id: ConfigId::generate(Timestamp::UNIX_EPOCH, 7) };
    let now = before.map_or(Timestamp::UNIX_EPOCH, |before| before.updated_at + SignedDuration::from_secs(1));
    let webhook = draft.into_webhook(&owner, auth, sealed, before, now);
    Made { webhook, secrets }
}

/// The webhook that a body creates.
pub(super) fn created(body: Value) -> Made {
    of(with_secret(parse(fields(body), &with_static_ip(), None).expect("a valid webhook")), None)
}

/// What a full replacement does.
pub(super) fn put(current: &Made, body: Value) -> Result<Change, Problem> {
    changed(current, fields(body))
}

/// What a merge patch does.
pub(super) fn patch(current: &Made, patch: Value) -> Result<Change, Problem> {
    changed(current, patched(&current.webhook, &ADDRESSES.map(str::to_owned), &fields(patch)))
}

fn changed(current: &Made, document: Map<String, Value>) -> Result<Change, Problem> {
    let draft = with_secret(parse(document, &with_static_ip(), Some(&current.webhook))?);
    let slots = draft.secrets.changed_slots(Some(&current.webhook));
    let after = of(draft, Some(current));
    let fields = changed_fields(Some(&current.webhook), &after.webhook, slots);
    Ok(Change { after, fields })
}

/// The least that a webhook needs that is not signed, with these fields beside or in place of it.
pub(super) fn body(more: Value) -> Value {
    let mut body = fields(json!({ "name": "a", "url": "https://example.com/", "signing": { "schemes": [] } }));
    body.extend(fields(more));
    Value::Object(body)
}

/// Where a body is at fault, and by which code, sorted.
pub(super) fn faults(body: Value) -> Vec<(String, &'static str)> {
    sorted(parse(fields(body), &strict(), None).map(drop))
}

/// As [`faults`], of a change.
pub(super) fn faults_of(change: Result<Change, Problem>) -> Vec<(String, &'static str)> {
    sorted(change.map(drop))
}

fn sorted(result: Result<(), Problem>) -> Vec<(String, &'static str)> {
    let problem = result.expect_err("it is accepted");
    assert_eq!(problem.code(), "validation_failed");
    let mut faults: Vec<_> = problem.errors().iter().map(|error| (error.pointer.clone(), error.code)).collect();
    faults.sort();
    faults
}

/// What a caller is told of a problem.
pub(super) fn told(problem: Problem) -> String {
    format!("{:?}", Answer::from(problem))
}

/// What a webhook was before a change with nothing in it, as far as that can be seen.
pub(super) fn assert_unchanged(change: &Change, before: &Made) {
    assert_eq!(change.fields, Vec::<String>::new());
    let Made { webhook, secrets } = &change.after;
    let expected = Webhook { version: webhook.version, updated_at: webhook.updated_at, ..before.webhook.clone() };
    assert_eq!((webhook, secrets), (&expected, &before.secrets));
    let (mut shown, mut before) = (show(webhook), show(&before.webhook));
    for field in ["version", "updated_at"] {
        (shown[field], before[field]) = (Value::Null, Value::Null);
    }
    assert_eq!(shown, before);
}
