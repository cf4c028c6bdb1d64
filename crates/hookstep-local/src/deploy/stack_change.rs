//! Creating and updating the stack.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_cloudformation::types::{Capability, Parameter, ResourceStatus, Stack, StackStatus, Tag};
use tokio::time::{Instant, sleep};

/// The tag that says what the stack was made from. In the stack itself, it cannot go stale.
const FINGERPRINT: &str = "hookstep:made-from";
const POLL_EVERY: Duration = Duration::from_millis(100);
const DONE_WITHIN: Duration = Duration::from_mins(2);
const CAPABILITIES: [Capability; 2] = [Capability::CapabilityIam, Capability::CapabilityAutoExpand];

pub(super) struct StackClient {
    cloudformation: Client,
    name: &'static str,
}

/// The stack as it was found, if it was.
pub(super) struct Before(Option<Stack>);

impl Before {
    /// The outputs, when the stack is whole and was made from the same things.
    pub(super) fn outputs_if_made_from(&self, fingerprint: &str) -> Option<BTreeMap<String, String>> {
        let stack = self.0.as_ref()?;
        let is_same = stack.tags().iter().any(|tag| tag.key() == Some(FINGERPRINT) && tag.value() == Some(fingerprint));
        (is_same && is_whole(stack) && !was_rolled_back(stack)).then(|| outputs(stack))
    }
}

impl StackClient {
    pub(super) fn new(cloudformation: Client, name: &'static str) -> Self {
        Self { cloudformation, name }
    }

    pub(super) async fn describe(&self) -> Result<Before> {
        match self.cloudformation.describe_stacks().stack_name(self.name).send().await {
            Ok(found) => Ok(Before(found.stacks().first().cloned())),
            Err(error) => {
                let error = error.into_service_error();
                let is_missing = error.message().is_some_and(|message| message.contains("does not exist"));
                if is_missing { Ok(Before(None)) } else { Err(error).context("cannot describe the stack") }
            }
        }
    }

    /// Creates or updates the stack and waits until it is whole. Returns its outputs.
    pub(super) async fn apply(
        &self,
        before: &Before,
        template_url: String,
        parameters: &BTreeMap<String, String>,
        fingerprint: &str,
    ) -> Result<BTreeMap<String, String>> {
        let change = Change {
            template_url,
            parameters: parameters
                .iter()
                .map(|(name, value)| Parameter::builder().parameter_key(name).parameter_value(value).build())
                .collect(),
            tag: Tag::builder().key(FINGERPRINT).value(fingerprint).build(),
        };
        match &before.0 {
            Some(stack) if is_whole(stack) => self.update(change).await?,
            Some(_) => {
                // A stack whose creation failed can only be removed. It never delivered anything.
                self.delete().await?;
                self.create(change).await?;
            }
            None => self.create(change).await?,
        }
        let after = self.wait_until_settled().await?;
        if !is_whole(&after) || was_rolled_back(&after) {
            bail!("the stack could not be deployed: {}", self.why_it_failed(&after).await?);
        }
        Ok(outputs(&after))
    }

    async fn create(&self, change: Change) -> Result<()> {
        self.cloudformation
            .create_stack()
            .stack_name(self.name)
            .template_url(change.template_url)
            .set_parameters(Some(change.parameters))
            .tags(change.tag)
            .set_capabilities(Some(CAPABILITIES.to_vec()))
            .send()
            .await
            .map_err(SdkError::into_service_error)
            .context("the engine refused the template")?;
        Ok(())
    }

    async fn update(&self, change: Change) -> Result<()> {
        self.cloudformation
            .update_stack()
            .stack_name(self.name)
            .template_url(change.template_url)
            .set_parameters(Some(change.parameters))
            .tags(change.tag)
            .set_capabilities(Some(CAPABILITIES.to_vec()))
            .send()
            .await
            .map_err(SdkError::into_service_error)
            .context("the engine refused the changed template")?;
        Ok(())
    }

    async fn delete(&self) -> Result<()> {
        self.cloudformation
            .delete_stack()
            .stack_name(self.name)
            .send()
            .await
            .map_err(SdkError::into_service_error)
            .context("cannot remove the stack whose creation failed")?;
        let deadline = Instant::now() + DONE_WITHIN;
        while let Before(Some(stack)) = self.describe().await? {
            if stack.stack_status() == Some(&StackStatus::DeleteComplete) {
                break;
            }
            if Instant::now() > deadline {
                bail!("the stack whose creation failed cannot be removed");
            }
            sleep(POLL_EVERY).await;
        }
        Ok(())
    }

    async fn wait_until_settled(&self) -> Result<Stack> {
        let deadline = Instant::now() + DONE_WITHIN;
        loop {
            let Before(Some(stack)) = self.describe().await? else { bail!("the stack is gone") };
            let status = stack.stack_status().map(StackStatus::as_str).unwrap_or_default();
            if !status.ends_with("IN_PROGRESS") {
                return Ok(stack);
            }
            if Instant::now() > deadline {
                bail!("the stack is still {status} after {} s", DONE_WITHIN.as_secs());
            }
            sleep(POLL_EVERY).await;
        }
    }

    /// The resources that failed, each with its reason; the stack's own reason when none did.
    async fn why_it_failed(&self, stack: &Stack) -> Result<String> {
        let events = self
            .cloudformation
            .describe_stack_events()
            .stack_name(self.name)
            .send()
            .await
            .map_err(SdkError::into_service_error)?;
        let mut reasons = Vec::new();
        for event in events.stack_events() {
            let status = event.resource_status().map(ResourceStatus::as_str).unwrap_or_default();
            if let (true, Some(reason)) = (status.ends_with("FAILED"), event.resource_status_reason()) {
                reasons.push(format!("{}: {reason}", event.logical_resource_id().unwrap_or_default()));
            }
        }
        if reasons.is_empty() {
            let status = stack.stack_status().map(StackStatus::as_str).unwrap_or_default();
            reasons.push(format!("{status} {}", stack.stack_status_reason().unwrap_or_default()));
        }
        Ok(reasons.join("; "))
    }
}

struct Change {
    template_url: String,
    parameters: Vec<Parameter>,
    tag: Tag,
}

/// Whether the stack exists as some template describes it, so that it can be used and updated.
fn is_whole(stack: &Stack) -> bool {
    matches!(
        stack.stack_status(),
        Some(StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::UpdateRollbackComplete)
    )
}

/// Whether it is whole because a failed update was undone.
fn was_rolled_back(stack: &Stack) -> bool {
    stack.stack_status() == Some(&StackStatus::UpdateRollbackComplete)
}

fn outputs(stack: &Stack) -> BTreeMap<String, String> {
    stack
        .outputs()
        .iter()
        .filter_map(|output| Some((output.output_key()?.to_owned(), output.output_value()?.to_owned())))
        .collect()
}
