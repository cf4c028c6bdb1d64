//! The `status-update` function: what became of a leg, and what follows on it.

use hookstep_aws::alerts::SnsAlerts;
use hookstep_aws::clock::System;
use hookstep_aws::configs::DynamoConfigs;
use hookstep_aws::events::DynamoEvents;
use hookstep_aws::lifecycle::BusNotices;
use hookstep_aws::redelivery::RedeliveryMachine;
use hookstep_aws::sdk;
use hookstep_core::conclude::Concluder;
use hookstep_lambdas::metrics::{CountedAlerts, Metrics};
use hookstep_lambdas::steps::{self, status_update};
use hookstep_lambdas::{env, log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let config = sdk::load().await;
    let dynamodb = sdk::dynamodb(&config);
    let metrics = Metrics::from_env()?;
    let alerts = SnsAlerts::new(sdk::sns(&config), env::text("ALERT_TOPIC_ARN")?);
    let concluder = Concluder {
        webhooks: &DynamoConfigs::new(dynamodb.clone(), env::text("CONFIGS_TABLE")?)
            .with_history(env::text("HISTORY_TABLE")?, env::parsed("HISTORY_RETENTION_DAYS")?),
        rows: &DynamoEvents::new(dynamodb, env::text("EVENTS_TABLE")?, System),
        redelivery: &RedeliveryMachine::new(sdk::sfn(&config), env::text("REDELIVERY_MACHINE_ARN")?)
            .traced(env::traced()),
        lifecycle: &BusNotices::new(sdk::bus(&config), env::text("BUS_NAME")?),
        alerts: &CountedAlerts { alerts: &alerts, metrics: &metrics, clock: &System },
        clock: &System,
        auto_disable_after: env::days("AUTO_DISABLE_AFTER_DAYS")?,
        publish_succeeded: env::parsed("PUBLISH_SUCCEEDED")?,
    };
    steps::serve(async |input, _| status_update::run(&concluder, input).await).await
}
