//! The `api` function: manages webhooks and shows events. It is not on the delivery path.

use std::cell::OnceCell;

use hookstep_aws::clock::System;
use hookstep_aws::configs::DynamoConfigs;
use hookstep_aws::connections::{ConnectionSecrets, EventBridgeConnections};
use hookstep_aws::dead_letters::SqsDeadLetters;
use hookstep_aws::events::DynamoEvents;
use hookstep_aws::payloads::S3Payloads;
use hookstep_aws::replay_machine::StepFunctionsReplays;
use hookstep_aws::replays::DynamoReplays;
use hookstep_aws::sdk;
use hookstep_aws::secrets::KmsSealer;
use hookstep_aws::sender::HttpSender;
use hookstep_aws::signing_keys::DynamoSigningKeys;
use hookstep_aws::stats::DynamoStats;
use hookstep_aws::tokens::TokenCache;
use hookstep_aws::transformer::{self, ProcessTransformer};
use hookstep_core::compose::Composer;
use hookstep_lambdas::access::Access;
use hookstep_lambdas::console::{Console, Files, Settings};
use hookstep_lambdas::endpoints::overview::Overview;
use hookstep_lambdas::endpoints::preview::Preview;
use hookstep_lambdas::endpoints::replays::Replays;
use hookstep_lambdas::endpoints::signing_keys::{self, TenantSigning};
use hookstep_lambdas::endpoints::stats::Stats;
use hookstep_lambdas::endpoints::test_auth::TestAuth;
use hookstep_lambdas::endpoints::webhooks::{self, ConnectionNames, Webhooks};
use hookstep_lambdas::endpoints::{downloads, events, filter_test, history};
use hookstep_lambdas::http::{self, Answer, Problem};
use hookstep_lambdas::routes::Operation;
use hookstep_lambdas::webhook_json::Rules;
use hookstep_lambdas::{env, log, openapi};
use jiff::SignedDuration;
use serde_json::json;

#[expect(clippy::too_many_lines, reason = "a line for each adapter and for each call: a table, and no procedure")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    transformer::run_if_asked();
    log::init();
    let access = Access::from_env()?;
    let config = sdk::load().await;
    let dynamodb = sdk::dynamodb(&config);
    let configs = DynamoConfigs::new(dynamodb.clone(), env::text("CONFIGS_TABLE")?)
        .with_history(env::text("HISTORY_TABLE")?, env::parsed("HISTORY_RETENTION_DAYS")?);
    let rows = DynamoEvents::new(dynamodb.clone(), env::text("EVENTS_TABLE")?, System);
    let objects = S3Payloads::new(sdk::s3(&config), env::text("PAYLOAD_BUCKET")?);
    let sealer = KmsSealer::new(
        sdk::kms(&config),
        env::text("SECRETS_KEY_ARN")?,
        dynamodb.clone(),
        env::text("SIGNING_KEYS_TABLE")?,
        System,
    );
    let keys = DynamoSigningKeys::new(dynamodb.clone(), env::text("SIGNING_KEYS_TABLE")?);
    let rules = Rules {
        allow_http: env::parsed_or_default("ALLOW_HTTP_TARGETS")?,
        reachable: env::reachable()?,
        static_ip_addresses: env::list("STATIC_IP_ADDRESSES"),
    };
    let webhooks = Webhooks {
        store: &configs,
        sealer: &sealer,
        finder: &EventBridgeConnections::new(sdk::eventbridge(&config)),
        connection_names: &ConnectionNames::new(env::parsed_or_default("CONNECTION_NAME_PREFIX")?, &access),
        signing_keys: TenantSigning { store: &keys, sealer: &sealer, clock: &System },
        clock: &System,
        rules: &rules,
    };
    let connections = ConnectionSecrets::new(sdk::secrets_manager(&config), System);
    let test_auth = TestAuth {
        webhooks: &configs,
        secrets: &sealer,
        connections: &connections,
        tokens: &TokenCache::new(HttpSender::new(rules.reachable.clone(), System)?, System),
        clock: &System,
    };
    let transformer = ProcessTransformer::of_this_program();
    let composer = Composer {
        objects: &objects,
        clock: &System,
        secrets: &sealer,
        connections: &connections,
        transformer: &transformer,
    };
    let preview = Preview { webhooks: &configs, events: &rows, signing_keys: &keys, composer, rules: &rules };
    let replays = Replays {
        webhooks: &configs,
        events: &rows,
        replays: &DynamoReplays::new(dynamodb.clone(), env::text("REPLAYS_TABLE")?, System),
        machine: &StepFunctionsReplays::new(sdk::sfn(&config), env::text("REPLAY_MACHINE_ARN")?),
        clock: &System,
        retention: SignedDuration::from_hours(24 * env::parsed::<i64>("EVENT_RETENTION_DAYS")?),
    };
    let dead_letters = SqsDeadLetters::new(sdk::sqs(&config), env::text("DEAD_LETTER_QUEUE_URL")?);
    let overview = Overview {
        webhooks: &configs,
        events: &rows,
        // It is of the whole deployment, and in this mode nobody who calls is its operator.
        dead_letters: (!matches!(access, Access::Jwt(_))).then_some(&dead_letters),
        clock: &System,
    };
    let settings = Settings::from_env()?;
    let console = Console { files: &Files::of_this_program(), policy: &settings.policy(), random: &System };
    let stats = Stats {
        counted: &DynamoStats::new(dynamodb.clone(), env::text("STATS_TABLE")?, System),
        clock: &System,
        delay_seconds: env::parsed("STATS_DELAY_SECONDS")?,
    };
    let admitted = access.clone();
    let document = OnceCell::new();
    http::serve(access, async |request| match request.operation {
        Operation::CreateWebhook => webhooks.create(request).await,
        Operation::ListWebhooks => webhooks::list(&configs, &stats, &rules, request).await,
        Operation::GetWebhook => webhooks::get(&configs, &rules, request).await,
        Operation::ReplaceWebhook => webhooks.replace(request).await,
        Operation::PatchWebhook => webhooks.patch(request).await,
        Operation::DeleteWebhook => webhooks.delete(request).await,
        Operation::WebhookHistory => history::list(&configs, &System, request).await,
        Operation::TestAuth => test_auth.call(request).await,
        Operation::RotateSecret => webhooks.rotate_secret(request).await,
        Operation::PreviewWebhook => preview.call(request).await,
        Operation::RotateSigningKey => webhooks.signing_keys.rotate(request).await,
        Operation::PublicKey => signing_keys::published(&keys, &System, &admitted, &request).await,
        Operation::ListWebhookEvents => events::of_webhook(&rows, &configs, &System, request).await,
        Operation::GetEvent => events::get(&rows, &objects, request).await,
        Operation::ListEvents => events::of_tenant(&rows, request).await,
        Operation::Overview => overview.call(request).await,
        Operation::DownloadPayload => downloads::payload(&rows, &objects, &System, request).await,
        Operation::DownloadResponse => downloads::response(&rows, &objects, &System, request).await,
        Operation::TestFilter => filter_test::call(&request),
        Operation::ReplayEvents => replays.create(request).await,
        Operation::ListReplays => replays.list(request).await,
        Operation::GetReplay => replays.get(request).await,
        Operation::StopReplay => replays.stop(request).await,
        Operation::ResumeReplay => replays.resume(request).await,
        Operation::ConsoleConfig => Ok(settings.answer()),
        Operation::ConsoleStart | Operation::ConsoleFile => console.answer(&request),
        Operation::WebhookStats => stats.of_webhook(&configs, request).await,
        Operation::Stats => stats.of_tenant(request).await,
        Operation::Health => Ok(Answer::json(200, json!({ "status": "ok" }))),
        Operation::OpenApi => {
            let document =
                document.get_or_init(|| openapi::served(&admitted)).clone().ok_or_else(Problem::route_not_found)?;
            Ok(Answer::json(200, document).with_header("cache-control", "public, max-age=300"))
        }
        _ => Err(Problem::route_not_found()),
    })
    .await
}
