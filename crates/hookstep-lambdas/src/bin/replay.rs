//! The `replay` function: sends the next events of a replay again.

use hookstep_aws::clock::System;
use hookstep_aws::configs::DynamoConfigs;
use hookstep_aws::events::DynamoEvents;
use hookstep_aws::payloads::S3Payloads;
use hookstep_aws::replays::DynamoReplays;
use hookstep_aws::sdk;
use hookstep_aws::workflow::StepFunctions;
use hookstep_core::replay::batch::BatchStep;
use hookstep_lambdas::steps::replay;
use hookstep_lambdas::{env, log};
use jiff::SignedDuration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let config = sdk::load().await;
    let dynamodb = sdk::dynamodb(&config);
    let step = BatchStep {
        replays: &DynamoReplays::new(dynamodb.clone(), env::text("REPLAYS_TABLE")?, System),
        webhooks: &DynamoConfigs::new(dynamodb.clone(), env::text("CONFIGS_TABLE")?),
        events: &DynamoEvents::new(dynamodb, env::text("EVENTS_TABLE")?, System),
        payloads: &S3Payloads::new(sdk::s3(&config), env::text("PAYLOAD_BUCKET")?),
        workflow: &StepFunctions::new(
            sdk::sfn(&config),
            env::text("EXPRESS_MACHINE_ARN")?,
            env::text("STANDARD_MACHINE_ARN")?,
        )
        .traced(env::traced()),
        clock: &System,
        retention: SignedDuration::from_hours(24 * env::parsed::<i64>("EVENT_RETENTION_DAYS")?),
    };
    replay::serve(async |input| replay::run(&step, input).await).await
}
