//! The `deliver` function: makes one attempt.

use hookstep_aws::clock::System;
use hookstep_aws::connections::ConnectionSecrets;
use hookstep_aws::payloads::S3Payloads;
use hookstep_aws::sdk;
use hookstep_aws::secrets::KmsSecrets;
use hookstep_aws::sender::HttpSender;
use hookstep_aws::tokens::TokenCache;
use hookstep_aws::transformer::{self, ProcessTransformer};
use hookstep_aws::xray::XRay;
use hookstep_core::compose::Composer;
use hookstep_core::deliver::DeliverStep;
use hookstep_lambdas::steps::{self, deliver};
use hookstep_lambdas::{env, log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    transformer::run_if_asked();
    log::init();
    let config = sdk::load().await;
    let objects = S3Payloads::new(sdk::s3(&config), env::text("PAYLOAD_BUCKET")?);
    let sender = HttpSender::new(env::reachable()?, System)?;
    let composer = Composer {
        objects: &objects,
        clock: &System,
        secrets: &KmsSecrets::new(sdk::kms(&config), System),
        connections: &ConnectionSecrets::new(sdk::secrets_manager(&config), System),
        transformer: &ProcessTransformer::of_this_program(),
    };
    let step = DeliverStep {
        composer,
        sender: &sender,
        tokens: &TokenCache::new(sender.clone(), System),
        has_static_ip: env::parsed_or_default("STATIC_IP")?,
    };
    // Lambda says where its daemon is. Deliveries go on without.
    let daemon = env::text("AWS_XRAY_DAEMON_ADDRESS").ok().filter(|_| env::traced());
    let xray = daemon.and_then(|address| XRay::at(&address).ok());
    steps::serve(async |input, invocation| deliver::run(&step, xray.as_ref(), input, &invocation).await).await
}
