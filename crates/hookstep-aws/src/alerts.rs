//! Alerts on an SNS topic.

use hookstep_core::lifecycle::AutoDisabledNotice;
use hookstep_core::ports::{Alert, Alerts, ExceptionAlert, Source};
use hookstep_core::reconcile::{Done, Report};
use hookstep_core::verdict::{Ending, Reason};
use serde_json::{Value, json};

/// A topic that on-call engineers subscribe to.
#[derive(Debug, Clone)]
pub struct SnsAlerts {
    client: aws_sdk_sns::Client,
    topic_arn: String,
}

impl SnsAlerts {
    /// The topic of that ARN.
    #[must_use]
    pub fn new(client: aws_sdk_sns::Client, topic_arn: String) -> Self {
        Self { client, topic_arn }
    }
}

impl Alerts for SnsAlerts {
    /// Publishes JSON, whose `alert` says of which kind it is. No payload, no answer of a receiver, no URL.
    async fn raise(&self, alert: &Alert) -> Result<(), Source> {
        let (subject, message) = match alert {
            Alert::Exception(alert) => ("Hookstep: a delivery ended in an exception", exception(alert)),
            Alert::AutoDisabled(notice) => ("Hookstep: a webhook was disabled", auto_disabled(notice)),
            Alert::Reconciled(report) => ("Hookstep: nobody worked on some events", reconciled(report)),
        };
        let publish = self.client.publish().topic_arn(&self.topic_arn);
        publish.subject(subject).message(message.to_string()).send().await?;
        Ok(())
    }
}

/// `next_attempt_at` is null where nothing follows.
fn exception(alert: &ExceptionAlert) -> Value {
    let verdict = alert.ending.verdict();
    let next_attempt_at = match &alert.ending {
        Ending::Again { at, .. } => Some(at.to_string()),
        Ending::Final(_) => None,
    };
    json!({
        "alert": "delivery_exception",
        "event_id": alert.key.event_id.as_str(),
        "config_id": alert.key.config_id.as_str(),
        "tenant_id": alert.key.tenant.as_str(),
        "execution_arn": alert.execution,
        "error": alert.error,
        "status": alert.ending.status().as_str(),
        "reason": verdict.reason.map(Reason::code),
        "reason_detail": verdict.detail,
        "next_attempt_at": next_attempt_at,
    })
}

fn auto_disabled(notice: &AutoDisabledNotice) -> Value {
    json!({
        "alert": "webhook_auto_disabled",
        "config_id": notice.config_id.as_str(),
        "tenant_id": notice.tenant.as_str(),
        "name": notice.name,
        "reason": notice.reason,
        "failing_since": notice.failing_since.map(|since| since.to_string()),
        "disabled_at": notice.at.to_string(),
    })
}

/// `events` names the first of them; the counts are of all.
fn reconciled(report: &Report) -> Value {
    let events = report.events.iter().map(|(key, done)| {
        json!({
            "event_id": key.event_id.as_str(),
            "config_id": key.config_id.as_str(),
            "tenant_id": key.tenant.as_str(),
            "done": done.as_str(),
        })
    });
    let mut message = json!({
        "alert": "events_reconciled",
        "found": report.found(),
        "events": events.collect::<Vec<_>>(),
        "more": report.more,
    });
    for done in Done::ALL {
        message[done.as_str()] = report.count(done).into();
    }
    message
}
