//! Notices on the deployment's bus. `docs/schemas` has their form, `docs/EVENTS.md` what they are for.

use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use hookstep_core::lifecycle::{AttemptSummary, AutoDisabledNotice, DeliveryEnd, DeliveryNotice, Notice};
use hookstep_core::ports::{Lifecycle, Source};
use hookstep_core::verdict::Reason;
use hookstep_core::webhook::Status;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The `source` of every notice on the bus.
pub const SOURCE: &str = "hookstep";

/// The bus that producers put events on, too.
#[derive(Debug, Clone)]
pub struct BusNotices {
    client: aws_sdk_eventbridge::Client,
    bus_name: String,
}

/// The bus took the call and not the event.
#[derive(Debug, thiserror::Error)]
#[error("the bus refused the notice: {0}")]
struct Refused(String);

impl BusNotices {
    /// The bus of that name.
    #[must_use]
    pub fn new(client: aws_sdk_eventbridge::Client, bus_name: String) -> Self {
        Self { client, bus_name }
    }
}

impl Lifecycle for BusNotices {
    async fn publish(&self, notice: &Notice) -> Result<(), Source> {
        let event = BusEvent::of(notice);
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus_name)
            .source(SOURCE)
            .detail_type(event.detail_type)
            .time(DateTime::from_secs(event.at.as_second()))
            .detail(event.detail.to_string())
            .build();
        let answer = self.client.put_events().entries(entry).send().await?;
        // An entry that is refused is no error of the call.
        if answer.failed_entry_count() == 0 {
            return Ok(());
        }
        let codes = answer.entries().iter().filter_map(|entry| entry.error_code());
        Err(Refused(codes.collect::<Vec<_>>().join(", ")).into())
    }
}

/// A notice as it goes on the bus.
#[derive(Debug, Clone, PartialEq)]
pub struct BusEvent {
    /// What rules and webhooks ask for it by.
    pub detail_type: &'static str,
    /// When what it tells of happened.
    pub at: Timestamp,
    /// A JSON object: its `type` names its schema.
    pub detail: Value,
}

impl BusEvent {
    /// The one of this notice.
    #[must_use]
    pub fn of(notice: &Notice) -> Self {
        match notice {
            Notice::Delivery(notice) => Self {
                detail_type: match notice.end {
                    DeliveryEnd::Succeeded => "Delivery Succeeded",
                    DeliveryEnd::Failed => "Delivery Failed",
                    DeliveryEnd::Exhausted => "Delivery Exhausted",
                },
                at: notice.at,
                detail: delivery(notice),
            },
            Notice::AutoDisabled(notice) => {
                Self { detail_type: "Webhook Auto Disabled", at: notice.at, detail: auto_disabled(notice) }
            }
        }
    }
}

fn delivery(notice: &DeliveryNotice) -> Value {
    let kind = match notice.end {
        DeliveryEnd::Succeeded => "delivery.succeeded",
        DeliveryEnd::Failed => "delivery.failed",
        DeliveryEnd::Exhausted => "delivery.exhausted",
    };
    let mut detail = json!({
        "type": kind,
        "timestamp": notice.at.to_string(),
        "tenant_id": notice.key.tenant.as_str(),
        "config_id": notice.key.config_id.as_str(),
        "event_id": notice.key.event_id.as_str(),
        "event_name": notice.event_name,
        "source": notice.source.as_str(),
        "status": notice.verdict.status.as_str(),
        "legs": notice.leg,
        "attempt": notice.attempt.as_ref().map(attempt),
        "created_at": notice.created_at.to_string(),
    });
    if notice.end != DeliveryEnd::Succeeded {
        detail["reason"] = json!(notice.verdict.reason.map(Reason::code));
        detail["reason_detail"] = json!(notice.verdict.detail);
    }
    detail
}

fn attempt(attempt: &AttemptSummary) -> Value {
    json!({
        "number": attempt.number,
        "started_at": attempt.started_at.to_string(),
        "duration_ms": attempt.duration_ms,
        "outcome": attempt.outcome.as_str(),
        "status_code": attempt.status_code,
    })
}

fn auto_disabled(notice: &AutoDisabledNotice) -> Value {
    json!({
        "type": "webhook.auto_disabled",
        "timestamp": notice.at.to_string(),
        "tenant_id": notice.tenant.as_str(),
        "config_id": notice.config_id.as_str(),
        "name": notice.name,
        "status": Status::AutoDisabled.as_str(),
        "reason": notice.reason,
        "failing_since": notice.failing_since.map(|since| since.to_string()),
    })
}
