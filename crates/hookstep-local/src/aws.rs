//! SDK clients for the local engine.

use aws_sdk_cloudformation::config::{BehaviorVersion, Credentials, Region};

/// The one region of the local stack.
pub const REGION: &str = "us-east-1";
/// The engine's account.
pub const ACCOUNT_ID: &str = "000000000000";

/// The engine's root user, which IAM enforcement lets do everything. The names are the engine's, and no secret.
#[must_use]
pub fn credentials() -> Credentials {
    Credentials::new("test", "test", None, None, "hookstep-local")
}

/// `CloudFormation` at the engine.
#[must_use]
pub fn cloudformation(endpoint_url: &str) -> aws_sdk_cloudformation::Client {
    let config = aws_sdk_cloudformation::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(credentials())
        .endpoint_url(endpoint_url)
        .build();
    aws_sdk_cloudformation::Client::from_conf(config)
}

/// `DynamoDB` at the engine.
#[must_use]
pub fn dynamodb(endpoint_url: &str) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(credentials())
        .endpoint_url(endpoint_url)
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

/// S3 at the engine, which has no host name per bucket.
#[must_use]
pub fn s3(endpoint_url: &str) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(credentials())
        .endpoint_url(endpoint_url)
        .force_path_style(true)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}
