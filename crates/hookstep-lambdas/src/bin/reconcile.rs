//! The `reconcile` function: events that nobody works on any more.

use hookstep_aws::alerts::SnsAlerts;
use hookstep_aws::clock::System;
use hookstep_aws::configs::DynamoConfigs;
use hookstep_aws::events::DynamoEvents;
use hookstep_aws::lifecycle::BusNotices;
use hookstep_aws::redelivery::RedeliveryMachine;
use hookstep_aws::sdk;
use hookstep_aws::workflow::StepFunctions;
use hookstep_core::conclude::Concluder;
use hookstep_core::reconcile::{MachineNames, ReconcileStep};
use hookstep_lambdas::metrics::{CountedAlerts, Metrics};
use hookstep_lambdas::steps::{self, reconcile};
use hookstep_lambdas::{env, log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let config = sdk::load().await;
    let (dynamodb, sfn) = (sdk::dynamodb(&config), sdk::sfn(&config));
    let machines =
        MachineNames { express: env::text("EXPRESS_MACHINE_ARN")?, standard: env::text("STANDARD_MACHINE_ARN")? };
    let metrics = Metrics::from_env()?;
    let alerts = SnsAlerts::new(sdk::sns(&config), env::text("ALERT_TOPIC_ARN")?);
    let events = DynamoEvents::new(dynamodb.clone(), env::text("EVENTS_TABLE")?, System);
    let step = ReconcileStep {
        events: &events,
        workflow: &StepFunctions::new(sfn.clone(), machines.express.clone(), machines.standard.clone())
            .traced(env::traced()),
        concluder: Concluder {
            webhooks: &DynamoConfigs::new(dynamodb, env::text("CONFIGS_TABLE")?)
                .with_history(env::text("HISTORY_TABLE")?, env::parsed("HISTORY_RETENTION_DAYS")?),
            rows: &events,
            redelivery: &RedeliveryMachine::new(sfn, env::text("REDELIVERY_MACHINE_ARN")?).traced(env::traced()),
            lifecycle: &BusNotices::new(sdk::bus(&config), env::text("BUS_NAME")?),
            alerts: &CountedAlerts { alerts: &alerts, metrics: &metrics, clock: &System },
            clock: &System,
            auto_disable_after: env::days("AUTO_DISABLE_AFTER_DAYS")?,
            publish_succeeded: env::parsed("PUBLISH_SUCCEEDED")?,
        },
        machines,
    };
    steps::serve(async |input, _| reconcile::run(&step, &metrics, input).await).await
}
