//! The `status-update` function: writes what became of an event.

use hookstep_aws::alerts::SnsAlerts;
use hookstep_aws::clock::System;
use hookstep_aws::events::DynamoEvents;
use hookstep_aws::sdk;
use hookstep_lambdas::steps::{self, status_update};
use hookstep_lambdas::{env, log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let config = sdk::load().await;
    let rows = DynamoEvents::new(sdk::dynamodb(&config), env::text("EVENTS_TABLE")?, System);
    let alerts = SnsAlerts::new(sdk::sns(&config), env::text("ALERT_TOPIC_ARN")?);
    steps::serve(async |input, invocation| status_update::run(&rows, &alerts, &System, input, &invocation).await).await
}
