//! `POST /webhook`, `GET /webhook`, `GET`, `PUT`, `PATCH` and `DELETE /webhook/{config_id}`

use std::time::Duration;

use hookstep_aws::sender::check_identity;
use hookstep_aws::transformer;
use hookstep_core::auth::{Auth, Connection, ConnectionArn};
use hookstep_core::compose::{CERTIFICATE_SLOT, PRIVATE_KEY_SLOT};
use hookstep_core::history::{Action, Entry};
use hookstep_core::ids::ConfigId;
use hookstep_core::ports::{
    Clock, ConnectionError, ConnectionFinder, Entropy, SecretSealer, SigningKeyStore, StatsReader, WebhookQuery,
    WebhookReader, WebhookStore, Written,
};
use hookstep_core::secret::{Owner, SealedSecrets, Secret, Secrets};
use hookstep_core::signing::{Scheme, Signing, SigningSecret};
use hookstep_core::webhook::{Status, Webhook};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::if_match::IfMatch;
use super::list_query;
use super::sealing::sealed;
use super::signing_keys::TenantSigning;
use super::stats::{self, Stats};
use crate::access::Access;
use crate::http::{Answer, FieldError, Problem, Request};
use crate::log;
use crate::webhook_json::{
    Draft, DraftAuth, Rules, SecretChange, SecretChanges, changed_fields, object, parse, patched, show,
};

/// How often a change is tried that another one keeps coming between.
pub(super) const CHANGE_TRIES: u32 = 6;

/// The longest wait before the second try; each later one may be as much longer.
const CHANGE_WAIT: Duration = Duration::from_millis(60);

/// Where a page of a list ends, in bytes of JSON: API Gateway's event escapes it once more, and Lambda takes 6 MB of that.
const LIST_MAX_BYTES: usize = 2_000_000;

/// Which connections webhooks may use: those whose names begin so.
#[derive(Debug, Clone)]
pub struct ConnectionNames {
    /// The operator's prefix; empty for every connection of the account.
    pub prefix: String,
    /// Whether the tenant's id and a dot have to follow.
    pub by_tenant: bool,
}

impl ConnectionNames {
    /// The rule of a deployment. Where there are tenants, none may use another's connections.
    #[must_use]
    pub fn new(prefix: String, access: &Access) -> Self {
        Self { prefix, by_tenant: matches!(access, Access::Jwt(_)) }
    }

    fn refusal(&self, owner: &Owner, arn: &ConnectionArn) -> Option<String> {
        let start = if self.by_tenant { format!("{}{}.", self.prefix, owner.tenant) } else { self.prefix.clone() };
        (!arn.name().starts_with(&start)).then(|| format!("takes connections whose name begins with `{start}`"))
    }
}

/// What managing webhooks takes.
pub struct Webhooks<'a, W, K, F, S, C> {
    /// Where they are.
    pub store: &'a W,
    /// Seals their secrets.
    pub sealer: &'a K,
    /// Finds connections.
    pub finder: &'a F,
    /// Which connections may be used.
    pub connection_names: &'a ConnectionNames,
    /// Makes the tenants' signing keys.
    pub signing_keys: TenantSigning<'a, S, K, C>,
    /// Time and randomness.
    pub clock: &'a C,
    /// What the operator allows.
    pub rules: &'a Rules,
}

impl<W, K, F, S, C> Webhooks<'_, W, K, F, S, C>
where
    W: WebhookStore,
    K: SecretSealer,
    F: ConnectionFinder,
    S: SigningKeyStore,
    C: Clock + Entropy,
{
    /// Creates a webhook.
    pub async fn create(&self, request: Request) -> Result<Answer, Problem> {
        let mut draft = parse(object(&request.body)?, self.rules, None)?;
        let generated = self.signing_secret(&mut draft);
        let now = self.clock.now();
        let owner = Owner { tenant: request.tenant(), config_id: ConfigId::generate(now, self.clock.random()) };
        log::about_webhook(&owner.config_id);
        let slots = draft.secrets.changed_slots(None);
        let webhook = self.made(&owner, draft, None, now).await?;
        let entry = Entry {
            version: webhook.version,
            at: now,
            actor: request.caller.actor,
            action: Action::Created,
            changed_fields: changed_fields(None, &webhook, slots),
        };
        self.store.create(&webhook, &entry).await?;
        Ok(self.one(201, &webhook, generated.as_ref()).with_header("location", format!("/webhook/{}", webhook.id)))
    }

    /// Replaces a webhook. What is left out gets its default; secrets that are left out stay.
    pub async fn replace(&self, request: Request) -> Result<Answer, Problem> {
        let expected = IfMatch::of(&request).ok_or_else(Problem::precondition_required)?;
        let given = object(&request.body)?;
        self.change(&request, Some(expected), |_| given.clone()).await
    }

    /// Changes some fields of a webhook.
    pub async fn patch(&self, request: Request) -> Result<Answer, Problem> {
        match request.header("content-type").map(|value| value.split(';').next().unwrap_or_default().trim()) {
            None => {}
            Some(kind) if kind.eq_ignore_ascii_case("application/merge-patch+json") => {}
            Some(kind) if kind.eq_ignore_ascii_case("application/json") => {}
            Some(_) => {
                let detail = "PATCH takes application/merge-patch+json (RFC 7396)";
                return Err(Problem::unsupported_media_type(detail));
            }
        }
        let patch = object(&request.body)?;
        let addresses = &self.rules.static_ip_addresses;
        self.change(&request, IfMatch::of(&request), |webhook| patched(webhook, addresses, &patch)).await
    }

    async fn change(
        &self,
        request: &Request,
        expected: Option<IfMatch>,
        document: impl Fn(&Webhook) -> Map<String, Value>,
    ) -> Result<Answer, Problem> {
        let owner = request.owner()?;
        log::about_webhook(&owner.config_id);
        for attempt in 1..=CHANGE_TRIES {
            let current = self.current(&owner, expected.as_ref()).await?;
            let mut draft = parse(document(&current), self.rules, Some(&current))?;
            let generated = self.signing_secret(&mut draft);
            let slots = draft.secrets.changed_slots(Some(&current));
            let now = self.clock.now();
            let webhook = self.made(&owner, draft, Some(&current), now).await?;
            if is_same(&webhook, &current) {
                return Ok(self.one(200, &current, None));
            }
            let changed_fields = changed_fields(Some(&current), &webhook, slots);
            let action = Action::of_change(&current, &webhook);
            let actor = request.caller.actor.clone();
            let entry = Entry { version: webhook.version, at: now, actor, action, changed_fields };
            match self.store.replace(&webhook, current.version, &entry).await? {
                Written::Done => return Ok(self.one(200, &webhook, generated.as_ref())),
                // Look again: gone, or another version, which only a call without a version of its own may go on from.
                Written::Outdated => self.wait(attempt).await,
            }
        }
        Err(Problem::busy())
    }

    /// Deletes a webhook. Its events stay until they expire; those under way are skipped.
    pub async fn delete(&self, request: Request) -> Result<Answer, Problem> {
        let owner = request.owner()?;
        log::about_webhook(&owner.config_id);
        let expected = IfMatch::of(&request);
        for attempt in 1..=CHANGE_TRIES {
            let current = self.current(&owner, expected.as_ref()).await?;
            let entry = Entry {
                version: current.version + 1,
                at: self.clock.now(),
                actor: request.caller.actor.clone(),
                action: Action::Deleted,
                changed_fields: Vec::new(),
            };
            match self.store.delete(&owner, current.version, &entry).await? {
                Written::Done => return Ok(Answer::empty(204)),
                Written::Outdated => self.wait(attempt).await,
            }
        }
        Err(Problem::busy())
    }

    /// Lets others finish, each for another time.
    pub(super) async fn wait(&self, attempt: u32) {
        let most = u128::from(attempt) * CHANGE_WAIT.as_millis();
        let millis = u64::try_from(self.clock.random() % most).unwrap_or(0);
        self.clock.pause(Duration::from_millis(millis)).await;
    }

    pub(super) async fn current(&self, owner: &Owner, expected: Option<&IfMatch>) -> Result<Webhook, Problem> {
        let found = self.store.webhook(&owner.tenant, &owner.config_id).await?;
        let current = found.ok_or_else(Problem::webhook_not_found)?;
        match expected {
            Some(expected) if !expected.matches(current.version) => Err(Problem::precondition_failed()),
            _ => Ok(current),
        }
    }

    /// Gives a webhook that is to be signed by a secret one, where it has none. It is shown in this answer and never again.
    fn signing_secret(&self, draft: &mut Draft) -> Option<Secret> {
        if !draft.signing.uses(Scheme::V1) || draft.secrets.0.contains_key(&Signing::secret_slot()) {
            return None;
        }
        let secret = SigningSecret::generate([self.clock.random(), self.clock.random()]);
        draft.secrets.set(Signing::secret_slot(), secret.clone());
        Some(secret)
    }

    /// An answer that shows a webhook, and a signing secret that was just made for it.
    pub(super) fn one(&self, status: u16, webhook: &Webhook, generated: Option<&Secret>) -> Answer {
        let mut shown = show(webhook, &self.rules.static_ip_addresses);
        if let (Some(secret), Some(signing)) = (generated, shown.get_mut("signing").and_then(Value::as_object_mut)) {
            signing.insert("secret".to_owned(), Value::from(secret.expose()));
        }
        answer(status, webhook, shown)
    }

    /// The webhook that a draft makes, its secrets sealed.
    async fn made(
        &self,
        owner: &Owner,
        draft: Draft,
        current: Option<&Webhook>,
        now: Timestamp,
    ) -> Result<Webhook, Problem> {
        if draft.signing.uses(Scheme::V1a) {
            self.signing_keys.ensure(&owner.tenant).await?;
        }
        let auth = self.auth(owner, draft.auth.clone(), current).await?;
        check_expression(&draft, current)?;
        let secrets = self.secrets(owner, &draft.secrets, current).await?;
        Ok(draft.into_webhook(owner, auth, secrets, current, now))
    }

    async fn auth(&self, owner: &Owner, draft: DraftAuth, current: Option<&Webhook>) -> Result<Auth, Problem> {
        let arn = match draft {
            DraftAuth::Ready(auth) => return Ok(auth),
            DraftAuth::Connection(arn) => arn,
        };
        let known = current.and_then(|webhook| match &webhook.auth {
            Auth::Connection(known) if known.arn == arn => Some(known.clone()),
            _ => None,
        });
        let refused = |detail| {
            let pointer = "/auth/connection_arn".to_owned();
            Problem::invalid_fields(vec![FieldError { pointer, code: "connection_not_usable", detail }])
        };
        if known.is_none()
            && let Some(detail) = self.connection_names.refusal(owner, &arn)
        {
            return Err(refused(detail));
        }
        // Asked each time: a connection that was authorized again may have another secret.
        match (self.finder.secret_arn(&arn).await, known) {
            (Ok(secret_arn), _) => Ok(Auth::Connection(Connection { arn, secret_arn })),
            // A webhook can be changed, and above all disabled, also when its connection is gone.
            (Err(_), Some(known)) => Ok(Auth::Connection(known)),
            (Err(ConnectionError::Unusable(detail)), None) => Err(refused(detail)),
            (Err(error @ ConnectionError::Unavailable(_)), None) => Err(Problem::unavailable(&error)),
        }
    }

    async fn secrets(
        &self,
        owner: &Owner,
        changes: &SecretChanges,
        current: Option<&Webhook>,
    ) -> Result<Option<SealedSecrets>, Problem> {
        let before = current.and_then(|webhook| webhook.secrets.as_ref());
        if changes.changed_slots(current).is_empty() {
            return Ok(before.cloned());
        }
        let opened = match before {
            Some(before) if changes.keeps_any() => self.sealer.open(owner, &before.sealed).await?,
            _ => Secrets::default(),
        };
        let secrets = changes.applied_to(&opened);
        check_certificate(changes, &secrets)?;
        sealed(self.sealer, owner, &secrets).await
    }
}

/// A transformation that is new has to be an expression.
fn check_expression(draft: &Draft, current: Option<&Webhook>) -> Result<(), Problem> {
    let expression = draft.shape.transformation.as_ref();
    if expression == current.and_then(|webhook| webhook.shape.transformation.as_ref()) {
        return Ok(());
    }
    expression.map_or(Ok(()), |expression| transformer::check(expression.as_str())).map_err(|fault| {
        let detail = format!("is not JSONata: {fault}");
        let pointer = "/transformation".to_owned();
        Problem::invalid_fields(vec![FieldError { pointer, code: "invalid_transformation", detail }])
    })
}

/// A client certificate that is new has to be one, with its own private key.
fn check_certificate(changes: &SecretChanges, secrets: &Secrets) -> Result<(), Problem> {
    let slots = [CERTIFICATE_SLOT, PRIVATE_KEY_SLOT];
    let is_new = |slot: &str| matches!(changes.0.get(slot), Some(SecretChange::Set(_)));
    let [Some(certificate), Some(private_key)] = slots.map(|slot| secrets.get(slot)) else { return Ok(()) };
    if !slots.into_iter().any(is_new) {
        return Ok(());
    }
    check_identity(certificate.expose(), private_key.expose()).map_err(|detail| {
        let pointer = "/client_certificate".to_owned();
        Problem::invalid_fields(vec![FieldError { pointer, code: "invalid_certificate", detail }])
    })
}

/// Whether nothing was changed but what every change changes.
fn is_same(after: &Webhook, before: &Webhook) -> bool {
    let Webhook { version, updated_at, failing_since, .. } = *before;
    let after = Webhook { version, updated_at, failing_since, ..after.clone() };
    after == *before
}

/// Shows a webhook.
pub async fn get<W: WebhookReader>(webhooks: &W, rules: &Rules, request: Request) -> Result<Answer, Problem> {
    let config_id = request.config_id()?;
    log::about_webhook(&config_id);
    let webhook = webhooks.webhook(&request.tenant(), &config_id).await?.ok_or_else(Problem::webhook_not_found)?;
    let shown = show(&webhook, &rules.static_ip_addresses);
    Ok(answer(200, &webhook, shown))
}

/// Lists the tenant's webhooks, oldest first, with how their deliveries went in the last day where that is asked for.
pub async fn list<W, S, C>(
    webhooks: &W,
    counts: &Stats<'_, S, C>,
    rules: &Rules,
    request: Request,
) -> Result<Answer, Problem>
where
    W: WebhookStore,
    S: StatsReader,
    C: Clock,
{
    let with_stats = stats::is_included(&request)?;
    let status = request.query("status").map(|name| {
        Status::from_name(name).ok_or_else(|| {
            let names: Vec<_> = Status::ALL.into_iter().map(Status::as_str).collect();
            Problem::bad_request("invalid_status", format!("`status` takes one of {}", names.join(", ")))
        })
    });
    let query = WebhookQuery {
        event_name: list_query::event_name(&request)?,
        status: status.transpose()?,
        after: list_query::cursor(&request)?,
        limit: list_query::limit(&request)?,
    };
    let page = webhooks.list(&request.tenant(), &query).await?;
    let mut next = page.next;
    let mut data = Vec::new();
    let mut size = 0;
    for webhook in &page.items {
        let shown = show(webhook, &rules.static_ip_addresses);
        size += shown.to_string().len();
        data.push(shown);
        if size > LIST_MAX_BYTES && data.len() < page.items.len() {
            next = Some(webhook.id.clone());
            break;
        }
    }
    if with_stats {
        let ids: Vec<ConfigId> = page.items.iter().take(data.len()).map(|webhook| webhook.id.clone()).collect();
        let days = counts.last_days(&request.tenant(), &ids).await?;
        for (webhook, day) in data.iter_mut().zip(days) {
            webhook["last_day"] = day;
        }
    }
    Ok(Answer::json(200, json!({ "data": data, "next_cursor": next.as_ref().map(ConfigId::as_str) })))
}

fn answer(status: u16, webhook: &Webhook, shown: Value) -> Answer {
    Answer::json(status, shown).with_header("etag", IfMatch::tag(webhook.version))
}
