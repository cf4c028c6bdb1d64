//! Expiry of old rows, which the engine cannot take from the template.

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{TimeToLiveSpecification, TimeToLiveStatus};

/// As in the template.
const ATTRIBUTE: &str = "expires_at";

/// Switches expiry on, unless it is on: the call refuses to set what is set.
pub(super) async fn enable(dynamodb: &Client, table: &str) -> Result<()> {
    let described = dynamodb
        .describe_time_to_live()
        .table_name(table)
        .send()
        .await
        .map_err(SdkError::into_service_error)
        .with_context(|| format!("cannot read the expiry of {table}"))?;
    let status = described.time_to_live_description().and_then(|description| description.time_to_live_status());
    if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
        return Ok(());
    }
    let specification = TimeToLiveSpecification::builder().attribute_name(ATTRIBUTE).enabled(true).build()?;
    dynamodb
        .update_time_to_live()
        .table_name(table)
        .time_to_live_specification(specification)
        .send()
        .await
        .map_err(SdkError::into_service_error)
        .with_context(|| format!("cannot switch on the expiry of {table}"))?;
    Ok(())
}
