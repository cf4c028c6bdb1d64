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

#[cfg(test)]
mod tests {
    use super::*;
    use hookstep_core::attempt::{Obstacle, Outcome};
    use hookstep_core::event::{EventKey, EventStatus, Source};
    use hookstep_core::exception::Exception;
    use hookstep_core::ids::{ConfigId, TenantId};
    use hookstep_core::verdict::Verdict;

    /// The examples that are given to whoever listens.
    fn examples(schema: &str) -> Vec<Value> {
        let schema: Value = serde_json::from_str(schema).unwrap();
        schema["examples"].as_array().unwrap().clone()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn config_id() -> ConfigId {
        "wh_01KAMZ4Q3B8Q9W3V5T7X2Y6Z1A".parse().unwrap()
    }

    fn delivered() -> DeliveryNotice {
        DeliveryNotice {
            end: DeliveryEnd::Succeeded,
            key: EventKey {
                event_id: "evt_01KAMZ6D0G2H4J6K8M0N1P3Q5R".parse().unwrap(),
                tenant: TenantId::single(),
                config_id: config_id(),
            },
            event_name: Some("order.paid".to_owned()),
            source: Source::Api,
            leg: 1,
            verdict: Verdict { status: EventStatus::Succeeded, reason: None, detail: None },
            attempt: Some(AttemptSummary {
                number: 1,
                started_at: at("2026-11-22T08:00:01.02Z"),
                duration_ms: 480,
                outcome: Outcome::Delivered,
                status_code: Some(204),
            }),
            created_at: at("2026-11-22T08:00:00.9Z"),
            at: at("2026-11-22T08:00:01.5Z"),
        }
    }

    fn failed(verdict: Verdict, outcome: Outcome, status_code: Option<u16>) -> DeliveryNotice {
        let attempt = delivered().attempt.map(|attempt| AttemptSummary { outcome, status_code, ..attempt });
        DeliveryNotice { end: DeliveryEnd::Failed, verdict, attempt, ..delivered() }
    }

    fn published(notice: DeliveryNotice) -> (&'static str, Value) {
        let event = BusEvent::of(&Notice::Delivery(Box::new(notice)));
        (event.detail_type, event.detail)
    }

    #[test]
    fn deliveries_are_told_of_as_in_the_examples() {
        let [example] = &examples(include_str!("../../../docs/schemas/delivery.succeeded.schema.json"))[..] else {
            panic!()
        };
        assert_eq!(published(delivered()), ("Delivery Succeeded", example.clone()));

        let rejected = Verdict::failed(Reason::ReceiverRejected, "the receiver answered 404");
        let rejected = failed(rejected, Outcome::Rejected, Some(404));
        let missing = DeliveryNotice {
            event_name: None,
            attempt: None,
            verdict: Verdict::of_exception(Exception::PayloadMissing, ""),
            ..rejected.clone()
        };
        let rejected = DeliveryNotice { source: Source::EventBridge, ..rejected };
        let given = examples(include_str!("../../../docs/schemas/delivery.failed.schema.json"));
        assert_eq!([rejected, missing].map(published), [0, 1].map(|at| ("Delivery Failed", given[at].clone())));

        let refused = Obstacle::ConnectionRefused;
        let refused =
            failed(Verdict::failed(Reason::Obstacle(refused), refused.sentence()), Outcome::Unreachable, None);
        let last = refused.attempt.clone().map(|attempt| AttemptSummary { number: 10, duration_ms: 3, ..attempt });
        let exhausted = DeliveryNotice {
            end: DeliveryEnd::Exhausted,
            source: Source::Replay,
            leg: 10,
            attempt: last,
            created_at: at("2026-11-19T05:00:00.9Z"),
            ..refused
        };
        let [example] = &examples(include_str!("../../../docs/schemas/delivery.exhausted.schema.json"))[..] else {
            panic!()
        };
        assert_eq!(published(exhausted), ("Delivery Exhausted", example.clone()));
    }

    #[test]
    fn webhooks_that_were_disabled_are_told_of_as_in_the_examples() {
        let notice = |reason: &str, failing_since| AutoDisabledNotice {
            tenant: TenantId::single(),
            config_id: config_id(),
            name: "Orders to the warehouse".to_owned(),
            reason: reason.to_owned(),
            failing_since,
            at: at("2026-11-22T08:00:02.1Z"),
        };
        let long = "nothing was delivered since 2026-11-17T07:31:00Z; at the last attempt the receiver answered 503";
        let notices =
            [notice(long, Some(at("2026-11-17T07:31:00.25Z"))), notice("the receiver answered 410 Gone", None)];
        let told = notices.map(|notice| BusEvent::of(&Notice::AutoDisabled(Box::new(notice))));
        let given = examples(include_str!("../../../docs/schemas/webhook.auto_disabled.schema.json"));
        assert_eq!(told.clone().map(|event| event.detail).to_vec(), given);
        assert!(told.iter().all(|event| event.detail_type == "Webhook Auto Disabled"));
    }
}
