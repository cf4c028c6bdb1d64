//! The `fetch-config` function: decides what a leg does.

use hookstep_aws::clock::System;
use hookstep_aws::configs::DynamoConfigs;
use hookstep_aws::sdk;
use hookstep_lambdas::steps::{self, fetch_config};
use hookstep_lambdas::{env, log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let config = sdk::load().await;
    let webhooks = DynamoConfigs::new(sdk::dynamodb(&config), env::text("CONFIGS_TABLE")?);
    steps::serve(async |input, _| fetch_config::run(&webhooks, &System, input).await).await
}
