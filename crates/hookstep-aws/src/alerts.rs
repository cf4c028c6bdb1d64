//! Alerts on an SNS topic.

use hookstep_core::ports::{Alert, Alerts, Source};
use serde_json::json;

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
    /// Publishes JSON: `alert`, the event's ids, `execution_arn`, `error`, `status`, `reason`, `reason_detail`. No payload.
    async fn raise(&self, alert: &Alert) -> Result<(), Source> {
        let message = json!({
            "alert": "delivery_exception",
            "event_id": alert.key.event_id.as_str(),
            "config_id": alert.key.config_id.as_str(),
            "tenant_id": alert.key.tenant.as_str(),
            "execution_arn": alert.execution,
            "error": alert.error,
            "status": alert.verdict.status.as_str(),
            "reason": alert.verdict.reason.map(hookstep_core::verdict::Reason::code),
            "reason_detail": alert.verdict.detail,
        });
        self.client
            .publish()
            .topic_arn(&self.topic_arn)
            .subject("Hookstep: a delivery ended in an exception")
            .message(message.to_string())
            .send()
            .await?;
        Ok(())
    }
}
