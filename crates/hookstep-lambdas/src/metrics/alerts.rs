//! Alerts that are counted.

use hookstep_core::ports::{Alert, Alerts, Clock, Source};
use jiff::Timestamp;

use super::{Metrics, Single, print};

/// Counts what it tells on-call engineers of. A step that is repeated may count twice, as it may tell twice.
pub struct CountedAlerts<'a, A, C> {
    /// Tells them.
    pub alerts: &'a A,
    /// Writes the metrics.
    pub metrics: &'a Metrics,
    /// The time.
    pub clock: &'a C,
}

impl<A: Alerts, C: Clock> Alerts for CountedAlerts<'_, A, C> {
    async fn raise(&self, alert: &Alert) -> Result<(), Source> {
        // First: a topic that can't be reached must not keep an alarm from being raised.
        print(&line(self.metrics, self.clock.now(), alert));
        self.alerts.raise(alert).await
    }
}

fn line(metrics: &Metrics, now: Timestamp, alert: &Alert) -> Vec<u8> {
    let write = |name, count: u32, about: &[(&'static str, &str)]| {
        metrics.line(now, &[], &Single { name, count: u64::from(count), about })
    };
    match alert {
        Alert::Exception(alert) => {
            let about = [("event_id", alert.key.event_id.as_str()), ("config_id", alert.key.config_id.as_str())];
            write("DeliveryExceptions", 1, &about)
        }
        Alert::AutoDisabled(notice) => write("AutoDisabledWebhooks", 1, &[("config_id", notice.config_id.as_str())]),
        Alert::Reconciled(report) => write("ReconciledEvents", report.found(), &[]),
    }
}
