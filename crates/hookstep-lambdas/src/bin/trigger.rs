//! The `trigger` function: accepts payloads and events of the bus, and sets legs going.

use hookstep_aws::clock::System;
use hookstep_aws::configs::DynamoConfigs;
use hookstep_aws::events::DynamoEvents;
use hookstep_aws::idempotency::DynamoIdempotency;
use hookstep_aws::payloads::S3Payloads;
use hookstep_aws::redelivery::RedeliveryMachine;
use hookstep_aws::sdk;
use hookstep_aws::workflow::StepFunctions;
use hookstep_core::bus::{BusEvent, FanOut};
use hookstep_core::limits::INLINE_PAYLOAD_CEILING_BYTES;
use hookstep_core::trigger::TriggerStep;
use hookstep_core::waiting::WaitingStep;
use hookstep_lambdas::access::Access;
use hookstep_lambdas::endpoints::{replay, test_webhook, trigger, uploads, waiting};
use hookstep_lambdas::http::{Problem, Request};
use hookstep_lambdas::metrics::Metrics;
use hookstep_lambdas::routes::Operation;
use hookstep_lambdas::{bus, env, log};
use jiff::SignedDuration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let config = sdk::load().await;
    let dynamodb = sdk::dynamodb(&config);
    let webhooks = DynamoConfigs::new(dynamodb.clone(), env::text("CONFIGS_TABLE")?);
    let events = DynamoEvents::new(dynamodb.clone(), env::text("EVENTS_TABLE")?, System);
    let keys = DynamoIdempotency::new(dynamodb, env::text("IDEMPOTENCY_TABLE")?);
    let payloads = S3Payloads::new(sdk::s3(&config), env::text("PAYLOAD_BUCKET")?);
    let workflow =
        StepFunctions::new(sdk::sfn(&config), env::text("EXPRESS_MACHINE_ARN")?, env::text("STANDARD_MACHINE_ARN")?)
            .traced(env::traced());
    let inline_max_bytes = env::parsed::<usize>("INLINE_PAYLOAD_MAX_BYTES")?.min(INLINE_PAYLOAD_CEILING_BYTES);
    let retention = SignedDuration::from_hours(24 * env::parsed::<i64>("EVENT_RETENTION_DAYS")?);
    let step = TriggerStep {
        webhooks: &webhooks,
        events: &events,
        keys: &keys,
        payloads: &payloads,
        workflow: &workflow,
        clock: &System,
        inline_max_bytes,
        retention,
    };
    let fan_out = FanOut {
        webhooks: &webhooks,
        listening: &webhooks,
        claims: &keys,
        payloads: &payloads,
        workflow: &workflow,
        clock: &System,
        inline_max_bytes,
        retention,
    };
    let waiting = WaitingStep {
        webhooks: &webhooks,
        events: &events,
        workflow: &workflow,
        redelivery: &RedeliveryMachine::new(sdk::sfn(&config), env::text("REDELIVERY_MACHINE_ARN")?),
        clock: &System,
    };
    let endpoint = async |request: Request| match request.operation {
        Operation::TriggerWebhook => trigger::call(&step, request).await,
        Operation::TestWebhook => test_webhook::call(&step, request).await,
        Operation::RetryEvent => waiting::retry(&waiting, request).await,
        Operation::CancelEvent => waiting::cancel(&waiting, request).await,
        Operation::ReplayEvent => replay::call(&step, request).await,
        Operation::CreatePayload => uploads::call(&webhooks, &payloads, &System, request).await,
        _ => Err(Problem::route_not_found()),
    };
    let fan_out = async |event: BusEvent, until| fan_out.run(&event, until).await;
    bus::serve(Access::from_env()?, &Metrics::from_env()?, endpoint, fan_out).await
}
