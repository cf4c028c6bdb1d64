//! Events of the bus: what the rule hands to the `trigger` function, which answers calls of the API too.
//!
//! What can't be fanned out is raised as an error also where no retry will help: Lambda then puts the event into the dead-letter
//! queue, with the error's name and sentence beside it. Its names are those of [`Fault::name`].

use std::future::Future;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use bytes::Bytes;
use hookstep_aws::clock::System;
use hookstep_aws::lifecycle;
use hookstep_core::bus::{Addressee, BusEvent, FanOutError, FannedOut, is_event_name};
use hookstep_core::header::is_field_value;
use hookstep_core::ids::TenantId;
use hookstep_core::limits::TOKEN_MAX_BYTES;
use hookstep_core::ports::{Clock as _, StoreError};
use hookstep_core::trace::Trace;
use hookstep_core::verdict::bounded;
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use tracing::Instrument;

use crate::access::Access;
use crate::http::{self, Answer, Problem, Request};
use crate::log;
use crate::metrics::Metrics;

/// What a start that is under way may take when the others stop, and noting how far they came.
const LAST_START: SignedDuration = SignedDuration::from_secs(9);

/// Why an event did not reach all its webhooks.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It is not of the form that the bus gives its events.
    #[error("`{0}` is missing, or not as the bus writes it")]
    EventInvalid(&'static str),
    /// Its detail can't be a payload.
    #[error("`detail` has to be a JSON object, with `config_id` and `tenant_id` once each at most")]
    DetailInvalid,
    /// Nobody knows whose it is.
    #[error("`detail.tenant_id` has to name the tenant: 1 to 64 characters of A-Z a-z 0-9 _ -")]
    TenantInvalid,
    /// The webhook that it names can't be there.
    #[error("`detail.config_id` is no webhook id: `wh_` and 26 characters")]
    WebhookInvalid,
    /// The fan-out did not come to its end.
    #[error(transparent)]
    FanOut(#[from] FanOutError),
}

impl Fault {
    /// What stands in the dead letter as `errorType`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::EventInvalid(_) => "EventInvalid",
            Self::DetailInvalid => "DetailInvalid",
            Self::TenantInvalid => "TenantInvalid",
            Self::WebhookInvalid | Self::FanOut(FanOutError::WebhookUnknown(_)) => "WebhookUnknown",
            Self::FanOut(FanOutError::EventUnreadable(_)) => "EventUnreadable",
            Self::FanOut(FanOutError::OutOfTime(_)) => "OutOfTime",
            Self::FanOut(FanOutError::Store(StoreError::Unavailable { .. })) => "TableUnavailable",
            Self::FanOut(FanOutError::Store(StoreError::Corrupt { .. })) => "ItemCorrupt",
            Self::FanOut(FanOutError::Payload(_)) => "PayloadUnavailable",
            Self::FanOut(FanOutError::Workflow(_)) => "WorkflowUnavailable",
        }
    }
}

impl From<Fault> for Diagnostic {
    fn from(fault: Fault) -> Self {
        Self { error_type: fault.name().to_owned(), error_message: bounded(&log::chain(&fault)) }
    }
}

/// The envelope that the bus puts around an event.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    id: String,
    #[serde(rename = "detail-type")]
    detail_type: String,
    #[serde(default)]
    source: String,
    #[serde(borrow)]
    detail: &'a RawValue,
    #[serde(rename = "replay-name", default)]
    replay_name: Option<String>,
}

/// What the detail says of its way.
#[derive(Deserialize)]
struct Routing {
    #[serde(default)]
    config_id: Option<Value>,
    #[serde(default)]
    tenant_id: Option<Value>,
}

/// What tells an event of the bus from a call of the API, whose caller has no say in the names that stand here.
#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "detail-type", default)]
    detail_type: Option<IgnoredAny>,
}

fn is_bus_event(input: &str) -> bool {
    serde_json::from_str::<Kind>(input).is_ok_and(|kind| kind.detail_type.is_some())
}

/// Reads an event of the bus.
///
/// # Errors
/// [`Fault`] where it can't be said whom it is for, or where its detail is no JSON object. What a parser says may quote the event,
/// and is not passed on.
pub fn parse(input: &str, access: &Access) -> Result<BusEvent, Fault> {
    let envelope: Envelope<'_> = serde_json::from_str(input).map_err(|_| Fault::EventInvalid("detail-type, detail"))?;
    if !(1..=TOKEN_MAX_BYTES).contains(&envelope.id.len()) || !is_field_value(&envelope.id) {
        return Err(Fault::EventInvalid("id"));
    }
    if !is_event_name(&envelope.detail_type) {
        return Err(Fault::EventInvalid("detail-type"));
    }
    let detail = envelope.detail.get();
    if !detail.starts_with('{') {
        return Err(Fault::DetailInvalid);
    }
    let routing: Routing = serde_json::from_str(detail).map_err(|_| Fault::DetailInvalid)?;
    let lifecycle = envelope.source == lifecycle::SOURCE;
    let addressee = match routing.config_id {
        // What Hookstep itself says of a webhook is not for that webhook.
        Some(id) if !lifecycle => {
            let id = id.as_str().and_then(|id| id.parse().ok());
            Addressee::Webhook(id.ok_or(Fault::WebhookInvalid)?)
        }
        _ => Addressee::Listeners,
    };
    Ok(BusEvent {
        tenant: tenant(access, routing.tenant_id.as_ref()).ok_or(Fault::TenantInvalid)?,
        id: envelope.id,
        archive_replay: envelope.replay_name,
        name: envelope.detail_type,
        addressee,
        lifecycle,
        trace: None,
        detail: Bytes::copy_from_slice(detail.as_bytes()),
        document: serde_json::from_str(input).ok(),
    })
}

/// Whose an event is. Where there are tenants, whoever may put events on the bus is trusted to say so.
fn tenant(access: &Access, given: Option<&Value>) -> Option<TenantId> {
    match access {
        Access::Jwt(_) => given?.as_str()?.parse().ok(),
        Access::Iam | Access::Open => Some(TenantId::single()),
    }
}

/// What the function answers with.
#[derive(Serialize)]
#[serde(untagged)]
enum Output {
    Call(Box<ApiGatewayV2httpResponse>),
    Event { listening: usize, matched: usize, started: usize },
}

/// What the function is invoked for.
enum Work<C, E> {
    Call(C),
    Event(E),
    Neither,
}

/// Serves calls of the API and events of the bus until the function is shut down. `fan_out` begins nothing after the moment that it
/// gets.
pub async fn serve<F, Fut, G, GFut>(
    access: Access,
    metrics: &Metrics,
    endpoint: F,
    fan_out: G,
) -> Result<(), lambda_runtime::Error>
where
    F: Fn(Request) -> Fut,
    Fut: Future<Output = Result<Answer, Problem>>,
    G: Fn(BusEvent, Timestamp) -> GFut,
    GFut: Future<Output = Result<FannedOut, FanOutError>>,
{
    let handler = service_fn(|invocation: LambdaEvent<Box<RawValue>>| {
        let (input, context) = (invocation.payload.get(), invocation.context);
        let work = if is_bus_event(input) {
            let until = latest_start(context.deadline);
            // Boxed: the futures of a fan-out are large, and nest deeply.
            let trace = context.xray_trace_id.as_deref().and_then(Trace::sampled_by_xray);
            let work = parse(input, &access)
                .map(|event| BusEvent { trace, ..event })
                .map(|event| (event.id.clone(), Box::pin(fan_out(event, until))));
            let span = log::invocation(&context.request_id);
            Work::Event(settle(work, metrics).instrument(span))
        } else if let Ok(request) = serde_json::from_str::<ApiGatewayV2httpRequest>(input) {
            Work::Call(http::respond(request, context, &access, &endpoint))
        } else {
            Work::Neither
        };
        async move {
            match work {
                Work::Call(answer) => Ok(Output::Call(Box::new(answer.await))),
                Work::Event(end) => end.await,
                Work::Neither => Err(Fault::EventInvalid("detail-type").into()),
            }
        }
    });
    Box::pin(lambda_runtime::run(handler)).await
}

/// The last moment at which a start is begun, by when the function is killed, in milliseconds since 1970.
fn latest_start(deadline: u64) -> Timestamp {
    let deadline = i64::try_from(deadline).ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    deadline.unwrap_or(Timestamp::MAX).saturating_sub(LAST_START).unwrap_or(Timestamp::MIN)
}

/// Waits for the end, and logs it.
async fn settle<E>(work: Result<(String, E), Fault>, metrics: &Metrics) -> Result<Output, Diagnostic>
where
    E: Future<Output = Result<FannedOut, FanOutError>>,
{
    let (bus_event_id, end) = match work {
        Ok((id, work)) => (id, work.await.map_err(Fault::from)),
        Err(fault) => (String::new(), Err(fault)),
    };
    match end {
        Ok(FannedOut { listening, matched, started, unreadable }) => {
            if let Some(first) = unreadable.first() {
                let count = unreadable.len();
                tracing::error!(target: "hookstep", bus_event_id, count, config_id = first.as_str(), "webhooks to save again");
                metrics.unreadable_listeners(System.now(), count);
            }
            tracing::info!(target: "hookstep", bus_event_id, listening, matched, started, "fanned out");
            Ok(Output::Event { listening, matched, started })
        }
        Err(fault) => {
            let diagnostic = Diagnostic::from(fault);
            let (error_type, error) = (&diagnostic.error_type, &diagnostic.error_message);
            tracing::error!(target: "hookstep", bus_event_id, error_type, error, "fan-out failed");
            Err(diagnostic)
        }
    }
}

#[cfg(test)]
mod tests;
