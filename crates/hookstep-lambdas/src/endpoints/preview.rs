//! `POST /webhook/{config_id}/preview`: the request that a trigger with this payload, or an attempt for an event, would send, which
//! is not sent.

use hookstep_core::attempt::{AttemptError, Obstacle};
use hookstep_core::compose::{Composer, OF_NO_EVENT, Previewed};
use hookstep_core::deliver::DeliverError;
use hookstep_core::event::{Event, EventKey, Source};
use hookstep_core::ids::EventId;
use hookstep_core::leg::{Delivery, Plan, machine_for, plan};
use hookstep_core::limits::WHOLE_PAYLOAD_MAX_BYTES;
use hookstep_core::payload::Payload;
use hookstep_core::ports::{
    Clock, ConnectionReader, Entropy, EventReader, PayloadError, PayloadReader, SecretOpener, SigningKeys, Transformer,
    WebhookReader,
};
use hookstep_core::sample;
use hookstep_core::secret::Owner;
use hookstep_core::signing::Scheme;
use hookstep_core::webhook::{Status, Webhook};
use serde_json::{Map, Value, json};

use super::trigger;
use crate::http::{Answer, Problem, Request};
use crate::webhook_json::Rules;
use crate::{log, row_json};

/// What is shown of a body, in bytes.
const PREVIEW_BODY_MAX_BYTES: usize = 1_048_576;

/// What the call takes.
pub struct Preview<'a, W, E, S, P, C, K, N, X> {
    /// Reads webhooks.
    pub webhooks: &'a W,
    /// Reads events.
    pub events: &'a E,
    /// Reads the tenants' keys.
    pub signing_keys: &'a S,
    /// Composes the request, as for a delivery.
    pub composer: Composer<'a, P, C, K, N, X>,
    /// What the operator allows.
    pub rules: &'a Rules,
}

impl<W, E, S, P, C, K, N, X> Preview<'_, W, E, S, P, C, K, N, X>
where
    W: WebhookReader,
    E: EventReader,
    S: SigningKeys,
    P: PayloadReader,
    C: Clock + Entropy,
    K: SecretOpener,
    N: ConnectionReader,
    X: Transformer,
{
    /// Answers the call: 200 also where no request could be made of the payload, with the error that its event would have.
    pub async fn call(&self, request: Request) -> Result<Answer, Problem> {
        let owner = request.owner()?;
        log::about_webhook(&owner.config_id);
        let content_type = trigger::content_type(&request)?;
        let found = self.webhooks.webhook(&owner.tenant, &owner.config_id).await?;
        let webhook = found.ok_or_else(Problem::webhook_not_found)?;
        let is_of_event = request.query("event_id").is_some();
        let event = match request.query("event_id") {
            Some(id) => self.recorded(owner, id, &request).await?,
            None => self.made_up(owner, &webhook, content_type, &request),
        };
        let uses_key = webhook.signing.uses(Scheme::V1a);
        let is_active = webhook.status == Status::Active;
        let refused = |obstacle: Obstacle| {
            let error = AttemptError { obstacle, detail: String::new() };
            Ok(Answer::json(200, json!({ "error": row_json::error(&error) })))
        };
        if self.rules.reachable.refuses(&webhook.url) {
            return refused(Obstacle::AddressNotAllowed);
        }
        if webhook.static_ip && self.rules.static_ip_addresses.is_empty() {
            return refused(Obstacle::StaticIpUnavailable);
        }
        let webhook = Webhook { status: Status::Active, ..webhook };
        let Plan::Deliver(mut target) = plan(Some(webhook), &event) else { return Err(Problem::webhook_not_found()) };
        if uses_key {
            target.signing.keys = self.signing_keys.keys(&event.key.tenant).await?.map(|keys| keys.ring());
        }
        let shown = match self.composer.preview(&Delivery::of(event, *target)).await.map_err(of_ours)? {
            Ok(mut previewed) => {
                if is_of_event {
                    previewed.notes.retain(|note| *note != OF_NO_EVENT);
                    previewed.notes.insert(0, "the time is this preview's own, and its signatures are of it");
                }
                if !is_active {
                    previewed.notes.push("the webhook is disabled: a trigger would be skipped, a test would be sent");
                }
                show(previewed)
            }
            Err(error) => json!({ "error": row_json::error(&error) }),
        };
        Ok(Answer::json(200, shown))
    }

    /// The event of that id, as an attempt for it would be made now.
    async fn recorded(&self, owner: Owner, id: &str, request: &Request) -> Result<Event, Problem> {
        if !request.may_read {
            return Err(Problem::forbidden(
                "a preview of an event shows its payload: that takes the permission to read, too",
            ));
        }
        if !request.body.is_empty() {
            return Err(Problem::bad_request("two_payloads", "give a body or an `event_id`, not both"));
        }
        let event_id: EventId = id.parse().map_err(|_| Problem::event_not_found())?;
        log::about_event(&event_id);
        let key = EventKey { event_id, tenant: owner.tenant, config_id: owner.config_id };
        let row = self.events.event(&key).await?.ok_or_else(Problem::event_not_found)?;
        if let Some(Payload::Stored(stored)) = &row.payload
            && stored.size > WHOLE_PAYLOAD_MAX_BYTES
        {
            let detail =
                format!("a preview shows payloads of at most {WHOLE_PAYLOAD_MAX_BYTES} bytes; download this one");
            return Err(Problem::too_large(detail));
        }
        let leg = row.leg + u32::from(!row.attempts.is_empty());
        row.into_event(leg).ok_or_else(Problem::payload_missing)
    }

    /// An event of what the caller gives, or of a sample.
    fn made_up(&self, owner: Owner, webhook: &Webhook, content_type: Option<String>, request: &Request) -> Event {
        let now = self.composer.clock.now();
        let (payload, content_type) = if request.body.is_empty() {
            (sample::payload(webhook, now), Some(sample::CONTENT_TYPE.to_owned()))
        } else {
            (request.body.clone(), content_type)
        };
        let payload = Payload::Inline(payload);
        Event {
            key: EventKey {
                event_id: EventId::generate(now, self.composer.clock.random()),
                tenant: owner.tenant,
                config_id: owner.config_id,
            },
            event_name: webhook.event_name.clone(),
            source: Source::Test,
            created_at: now,
            expires_at: now,
            content_type,
            correlation_id: None,
            trace: None,
            machine: machine_for(webhook.timeout, &payload),
            payload,
            leg: 1,
            one_attempt: true,
            lifecycle: false,
            replay: None,
        }
    }
}

fn of_ours(error: DeliverError) -> Problem {
    match error {
        DeliverError::Secrets(error) => error.into(),
        DeliverError::Payload(PayloadError::Missing | PayloadError::Altered) => Problem::payload_missing(),
        other => Problem::unavailable(&other),
    }
}

/// As much of a body as an answer can hold, which Lambda and API Gateway each write as a JSON string; text is not cut within a
/// character.
fn bounded(body: &[u8]) -> (&[u8], bool) {
    if body.len() <= PREVIEW_BODY_MAX_BYTES {
        return (body, false);
    }
    let start = &body[..PREVIEW_BODY_MAX_BYTES];
    match std::str::from_utf8(start) {
        Err(error) if error.error_len().is_none() => (&start[..error.valid_up_to()], true),
        _ => (start, true),
    }
}

fn show(previewed: Previewed) -> Value {
    let header = |(name, value): (String, Option<String>)| {
        let secret = value.is_none();
        json!({ "name": name, "value": value, "secret": secret })
    };
    let mut shown = Map::new();
    shown.insert("method".to_owned(), json!(previewed.method.as_str()));
    shown.insert("url".to_owned(), json!(previewed.url));
    shown.insert("headers".to_owned(), previewed.headers.into_iter().map(header).collect());
    let (body, is_cut) = bounded(&previewed.body);
    row_json::insert_bytes(&mut shown, "body", body);
    shown.insert("body_size".to_owned(), json!(previewed.body.len()));
    shown.insert("body_truncated".to_owned(), json!(is_cut));
    shown.insert("notes".to_owned(), json!(previewed.notes));
    Value::Object(shown)
}
