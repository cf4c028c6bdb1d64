//! The `stats` function: counts what becomes of events. It is not on the delivery path.

use hookstep_aws::clock::System;
use hookstep_aws::sdk;
use hookstep_aws::stats::DynamoStats;
use hookstep_core::stats::count::CountStep;
use hookstep_lambdas::metrics::Metrics;
use hookstep_lambdas::steps::{self, stats};
use hookstep_lambdas::{env, log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let metrics = Metrics::from_env()?;
    let config = sdk::load().await;
    let store = DynamoStats::new(sdk::dynamodb(&config), env::text("STATS_TABLE")?, System);
    let step = CountStep { store: &store };
    steps::serve(async |input, _| stats::run(&step, &System, &metrics, input).await).await
}
