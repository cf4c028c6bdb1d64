//! The `api` function: manages webhooks and shows events. It is not on the delivery path.

use hookstep_aws::clock::System;
use hookstep_aws::configs::DynamoConfigs;
use hookstep_aws::events::DynamoEvents;
use hookstep_aws::payloads::S3Payloads;
use hookstep_aws::sdk;
use hookstep_lambdas::endpoints::{events, webhooks};
use hookstep_lambdas::http::{self, Answer, Problem};
use hookstep_lambdas::{env, log};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    log::init();
    let config = sdk::load().await;
    let dynamodb = sdk::dynamodb(&config);
    let configs = DynamoConfigs::new(dynamodb.clone(), env::text("CONFIGS_TABLE")?);
    let rows = DynamoEvents::new(dynamodb, env::text("EVENTS_TABLE")?, System);
    let objects = S3Payloads::new(sdk::s3(&config), env::text("PAYLOAD_BUCKET")?);
    let allow_http: bool = env::parsed_or_default("ALLOW_HTTP_TARGETS")?;
    http::serve(async |request| match request.route.as_str() {
        "POST /webhook" => webhooks::create(&configs, &System, allow_http, request).await,
        "GET /webhook" => webhooks::list(&configs, request).await,
        "GET /webhook/{config_id}" => webhooks::get(&configs, request).await,
        "DELETE /webhook/{config_id}" => webhooks::delete(&configs, request).await,
        "GET /webhook/{config_id}/events" => events::of_webhook(&rows, &configs, request).await,
        "GET /webhook/{config_id}/events/{event_id}" => events::get(&rows, &objects, request).await,
        "GET /events" => events::of_tenant(&rows, request).await,
        "GET /health" => Ok(Answer::json(200, json!({ "status": "ok" }))),
        _ => Err(Problem::route_not_found()),
    })
    .await
}
