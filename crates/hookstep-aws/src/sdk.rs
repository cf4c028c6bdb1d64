//! SDK clients: built once per function, in its main.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Region, credentials and endpoint of the environment, with bounds on every call.
///
/// Three tries of at most 2.5 s each, 1 s for the connection, 7 s in all: with the 2 s of an alert less than the 10 s of
/// the shortest function, so that a service that does not answer becomes an error with a name.
pub async fn load() -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_millis(2_500))
        .operation_timeout(Duration::from_secs(7))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .load()
        .await
}

/// A client of the tables.
#[must_use]
pub fn dynamodb(config: &SdkConfig) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::new(config)
}

/// A client of the payload bucket. Objects may be large, so a try has as long as the whole call: 5 s, which for a read end
/// where the body begins. The body's own stalls are bounded by the read timeout.
#[must_use]
pub fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    // What is left unset here would be taken from `config`.
    let timeouts = TimeoutConfig::builder()
        .disable_operation_attempt_timeout()
        .operation_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(10))
        .build();
    let builder = aws_sdk_s3::config::Builder::from(config)
        .timeout_config(timeouts)
        // A local engine has no host name per bucket.
        .force_path_style(config.endpoint_url().is_some());
    aws_sdk_s3::Client::from_conf(builder.build())
}

/// A client of Step Functions. A synchronous start takes as long as its leg: `workflow` takes the bound off that call.
#[must_use]
pub fn sfn(config: &SdkConfig) -> aws_sdk_sfn::Client {
    let mut builder = aws_sdk_sfn::config::Builder::from(config);
    if config.endpoint_url().is_some() {
        builder = builder.interceptor(PlainHost);
    }
    aws_sdk_sfn::Client::from_conf(builder.build())
}

/// The bounds of a call beside which a step does others: two tries of at most 1.4 s, 3 s in all.
fn brief() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_millis(1_400))
        .operation_timeout(Duration::from_secs(3))
        .build()
}

/// A client of KMS.
#[must_use]
pub fn kms(config: &SdkConfig) -> aws_sdk_kms::Client {
    aws_sdk_kms::Client::from_conf(aws_sdk_kms::config::Builder::from(config).timeout_config(brief()).build())
}

/// A client of Secrets Manager.
#[must_use]
pub fn secrets_manager(config: &SdkConfig) -> aws_sdk_secretsmanager::Client {
    let builder = aws_sdk_secretsmanager::config::Builder::from(config);
    aws_sdk_secretsmanager::Client::from_conf(builder.timeout_config(brief()).build())
}

/// A client of `EventBridge`.
#[must_use]
pub fn eventbridge(config: &SdkConfig) -> aws_sdk_eventbridge::Client {
    aws_sdk_eventbridge::Client::new(config)
}

/// A client of the bus. A notice follows a write of the same invocation, as an alert does.
#[must_use]
pub fn bus(config: &SdkConfig) -> aws_sdk_eventbridge::Client {
    let builder = aws_sdk_eventbridge::config::Builder::from(config).timeout_config(brief());
    aws_sdk_eventbridge::Client::from_conf(builder.build())
}

/// A client of SQS.
#[must_use]
pub fn sqs(config: &SdkConfig) -> aws_sdk_sqs::Client {
    aws_sdk_sqs::Client::from_conf(aws_sdk_sqs::config::Builder::from(config).timeout_config(brief()).build())
}

/// A client of SNS. An alert follows a write of the same invocation, and must not outlast the function: 2 s.
#[must_use]
pub fn sns(config: &SdkConfig) -> aws_sdk_sns::Client {
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_secs(2)).build();
    aws_sdk_sns::Client::from_conf(aws_sdk_sns::config::Builder::from(config).timeout_config(timeouts).build())
}

/// Takes the `sync-` off the host that the SDK puts it before for `StartSyncExecution`, where the endpoint was
/// configured: `sync-127.0.0.1` does not resolve.
#[derive(Debug)]
struct PlainHost;

impl Intercept for PlainHost {
    fn name(&self) -> &'static str {
        "PlainHost"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let plain = request.uri().replacen("://sync-", "://", 1);
        request.set_uri(plain)?;
        Ok(())
    }
}
