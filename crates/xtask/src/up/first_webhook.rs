//! The two deliveries that show that everything works.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use hookstep_local::api::{Api, Attempt, Trigger, Webhook};
use hookstep_local::receiver::{ReceivedRequest, Receiver};

use super::sample::PATH;

const WITHIN: Duration = Duration::from_secs(30);

/// A delivery as both ends saw it.
pub(super) struct Delivery {
    pub(super) status: String,
    pub(super) attempt: Option<Attempt>,
    pub(super) request: ReceivedRequest,
}

pub(super) async fn deliver_sync(api: &Api, webhook: &Webhook, receiver: &Receiver) -> Result<Delivery> {
    let trigger = Trigger::json(r#"{"hello":"world","sync":true}"#).and_wait();
    let outcome = api.trigger(&webhook.config_id, &trigger).await.context("the first webhook was not delivered")?;
    if outcome.status != "succeeded" {
        bail!("the first webhook was not delivered: {outcome:?}");
    }
    let request = request_with(receiver, &outcome.event_id).await?;
    Ok(Delivery { status: outcome.status, attempt: outcome.attempt, request })
}

pub(super) async fn deliver_async(api: &Api, webhook: &Webhook, receiver: &Receiver) -> Result<Delivery> {
    let trigger = Trigger::json(r#"{"hello":"world","sync":false}"#);
    let accepted = api.trigger(&webhook.config_id, &trigger).await?;
    let mut event = api.wait_until_settled(&webhook.config_id, &accepted.event_id, WITHIN).await?;
    if event.status != "succeeded" {
        bail!("the second webhook was not delivered: {event:?}");
    }
    let request = request_with(receiver, &event.event_id).await?;
    Ok(Delivery { status: event.status, attempt: event.attempts.pop(), request })
}

async fn request_with(receiver: &Receiver, event_id: &str) -> Result<ReceivedRequest> {
    receiver.wait_for(PATH, 1, WITHIN).await?;
    let mut requests = receiver.requests_to(PATH);
    requests.retain(|request| request.header("webhook-id").as_deref() == Some(event_id));
    requests.pop().with_context(|| format!("the receiver has no request with webhook-id {event_id}"))
}
