//! The `fetch-config` function: decides what a leg does.

use hookstep_aws::clock::System;
use hookstep_aws::configs::DynamoConfigs;
use hookstep_aws::events::DynamoEvents;
use hookstep_aws::sdk;
use hookstep_aws::signing_keys::DynamoSigningKeys;
use hookstep_lambdas::steps;
use hookstep_lambdas::steps::fetch_config::{self, FetchConfig};
use hookstep_lambdas::{env, log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let config = sdk::load().await;
    let dynamodb = sdk::dynamodb(&config);
    let step = FetchConfig {
        webhooks: &DynamoConfigs::new(dynamodb.clone(), env::text("CONFIGS_TABLE")?),
        events: &DynamoEvents::new(dynamodb.clone(), env::text("EVENTS_TABLE")?, System),
        signing_keys: &DynamoSigningKeys::new(dynamodb, env::text("SIGNING_KEYS_TABLE")?).kept(System),
        clock: &System,
    };
    steps::serve(async |input, _| fetch_config::run(&step, input).await).await
}
