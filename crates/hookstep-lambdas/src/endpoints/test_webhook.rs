//! `POST /webhook/{config_id}/test`: sends a sample event, and answers as a sync trigger does.

use hookstep_core::event::Source;
use hookstep_core::payload::Payload;
use hookstep_core::ports::{
    Clock, Entropy, EventLister, EventQuery, EventReader, IdempotencyKeys, ObjectReader, PayloadWriter, Uploads,
    WebhookReader, Workflow,
};
use hookstep_core::trigger::{GivenPayload, TriggerStep};

use super::trigger;
use crate::http::{Answer, Problem, Request};

/// How many of the newest events are looked at in one read, for one that is no test.
const PAGE: usize = 20;

/// How many reads there are at most.
const PAGES: usize = 25;

/// Answers the call.
pub async fn call<W, E, I, P, X, C>(
    step: &TriggerStep<'_, W, E, I, P, X, C>,
    request: Request,
) -> Result<Answer, Problem>
where
    W: WebhookReader,
    E: EventReader + EventLister,
    I: IdempotencyKeys,
    P: PayloadWriter + Uploads + ObjectReader,
    X: Workflow,
    C: Clock + Entropy,
{
    let newest = match request.query("sample") {
        None | Some("generated") => false,
        Some("newest") => true,
        Some(_) => {
            return Err(Problem::bad_request("invalid_sample", "`sample` takes `generated` or `newest`"));
        }
    };
    let given = !request.body.is_empty() || request.query("payload_id").is_some();
    if newest && given {
        let detail = "give a body, a `payload_id` or `sample=newest`, not two of them";
        return Err(Problem::bad_request("two_payloads", detail));
    }
    let mut wanted = trigger::parse(&request)?;
    wanted.source = Source::Test;
    wanted.sync = true;
    if newest {
        let (payload, content_type) = newest_payload(step.webhooks, step.events, &request).await?;
        wanted.payload = GivenPayload::Earlier(payload);
        wanted.content_type = content_type;
    } else if !given {
        wanted.payload = GivenPayload::Sample;
    }
    trigger::answer(step, wanted).await
}

async fn newest_payload<W: WebhookReader, E: EventLister>(
    webhooks: &W,
    events: &E,
    request: &Request,
) -> Result<(Payload, Option<String>), Problem> {
    let owner = request.owner()?;
    if webhooks.webhook(&owner.tenant, &owner.config_id).await?.is_none() {
        return Err(Problem::webhook_not_found());
    }
    let mut query = EventQuery {
        tenant: owner.tenant,
        config_id: Some(owner.config_id),
        status: None,
        event_name: None,
        correlation_id: None,
        from: None,
        to: None,
        before: None,
        limit: PAGE,
    };
    for _ in 0..PAGES {
        let page = events.events(&query).await?;
        let mut real = page.items.into_iter().filter(|row| row.source != Source::Test);
        if let Some(found) = real.find_map(|row| Some((row.payload?, row.content_type))) {
            return Ok(found);
        }
        if page.next.is_none() {
            break;
        }
        query.before = page.next;
    }
    Err(Problem::no_event_yet())
}
