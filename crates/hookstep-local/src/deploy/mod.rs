//! Deploying the real template to the engine.

mod artifacts;
mod stack_change;
mod template;
mod time_to_live;

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::aws;
use crate::workspace::Workspace;
use artifacts::Artifacts;
use stack_change::StackClient;

/// The stack's name.
pub const STACK_NAME: &str = "hookstep";

/// A deployed stack.
#[derive(Debug)]
pub struct Deployed {
    /// The template's outputs.
    pub outputs: BTreeMap<String, String>,
    /// Whether something had to change: `false` when the stack was there already, made from the same template, definitions and binaries.
    pub changed: bool,
}

impl Deployed {
    /// An output that the template must have.
    pub fn output(&self, name: &str) -> Result<String> {
        self.output_if_any(name).with_context(|| format!("the template has no output {name}"))
    }

    /// An output that depends on the parameters.
    #[must_use]
    pub fn output_if_any(&self, name: &str) -> Option<String> {
        self.outputs.get(name).cloned()
    }
}

/// The template's parameters for a local stack: no authentication, plain HTTP, receivers on any port of the loopback interface.
#[must_use]
pub fn local_parameters() -> BTreeMap<String, String> {
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    [
        ("Architecture", architecture),
        ("AuthMode", "NONE"),
        ("AllowUnauthenticatedAccess", "true"),
        ("AllowedTargets", "127.0.0.0/8"),
        ("AllowedPorts", "1-65535"),
        ("AllowHttpTargets", "true"),
        // Soon enough to look at.
        ("StatsDelaySeconds", "1"),
        // Nobody else's are here.
        ("ConnectionNamePrefix", ""),
        // The engine cannot take it in a template; `time_to_live` sets it.
        ("ManageTimeToLive", "false"),
        // The engine speaks plain HTTP, and with IAM enforcement on it would hold that against everybody.
        ("RequireTls", "false"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

/// Brings the stack at the engine up to date with the template, the definitions and the binaries in `target/lambda`.
pub async fn deploy(
    workspace: &Workspace,
    endpoint_url: &str,
    parameters: &BTreeMap<String, String>,
) -> Result<Deployed> {
    let path = workspace.template();
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let folder = path.parent().context("the template has no folder")?;
    let references = template::local_references(&text, folder)?;
    let artifacts = Artifacts::read(&references)?;
    let fingerprint = fingerprint(&text, parameters, &artifacts);

    let stack = StackClient::new(aws::cloudformation(endpoint_url), STACK_NAME);
    let before = stack.describe().await?;
    let deployed = if let Some(outputs) = before.outputs_if_made_from(&fingerprint) {
        Deployed { outputs, changed: false }
    } else {
        let s3 = aws::s3(endpoint_url);
        let uris = artifacts.upload(&s3).await?;
        let packaged = template::replace(&text, &references, |reference| {
            uris.get(&reference.path).cloned().with_context(|| format!("{} was not uploaded", reference.path.display()))
        })?;
        let template_url = artifacts::upload_template(&s3, endpoint_url, packaged).await?;
        let outputs = stack.apply(&before, template_url, parameters, &fingerprint).await?;
        Deployed { outputs, changed: true }
    };
    // Also when nothing changed: the last run may have been stopped before it came to this.
    let dynamodb = aws::dynamodb(endpoint_url);
    for table in ["EventsTable", "IdempotencyTable", "HistoryTable", "ReplaysTable", "StatsTable"] {
        time_to_live::enable(&dynamodb, &deployed.output(table)?).await?;
    }
    Ok(deployed)
}

/// Changes with anything that the deployed stack depends on.
fn fingerprint(template: &str, parameters: &BTreeMap<String, String>, artifacts: &Artifacts) -> String {
    let mut hash = Sha256::new();
    hash.update(template);
    for (name, value) in parameters {
        hash.update(format!("\0{name}={value}"));
    }
    for digest in artifacts.digests() {
        hash.update(format!("\0{digest}"));
    }
    hex::encode(hash.finalize())
}
