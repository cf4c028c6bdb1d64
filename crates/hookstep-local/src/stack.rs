//! `stack.json`: how other programs find a running stack.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// What a running stack is made of. The file is there while the stack is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// The API's base path, without a slash at its end.
    pub api_url: String,
    /// The browser console, with a slash at its end; `null` when the stack serves none.
    pub console_url: Option<String>,
    /// Where every AWS call goes.
    pub endpoint_url: String,
    /// The sample receiver; `null` when the stack has none.
    pub receiver_url: Option<String>,
    /// The stack's region.
    pub region: String,
    /// The table of webhooks.
    pub configs_table: String,
    /// The table of events.
    pub events_table: String,
    /// The table of idempotency keys.
    pub idempotency_table: String,
    /// The table of who changed which webhook.
    pub history_table: String,
    /// The table of replays of many events.
    pub replays_table: String,
    /// The table of statistics.
    pub stats_table: String,
    /// The table of the tenants' signing keys.
    pub signing_keys_table: String,
    /// The KMS key that seals the secrets of webhooks.
    pub secrets_key_arn: String,
    /// The event bus.
    pub bus_name: String,
    /// The queue of what `EventBridge` and Lambda could not bring to a function.
    pub dead_letter_queue_url: String,
    /// The bucket of claim-checked payloads, uploads and stored responses.
    pub payload_bucket: String,
    /// The topic of alerts.
    pub alert_topic_arn: String,
    /// The state machines' ARNs.
    pub machines: Machines,
    /// The Lambdas' names.
    pub functions: Functions,
    /// Where webhooks with `static_ip` would come from in AWS; empty when the stack has no static IP. Here they come from 127.0.0.1.
    #[serde(default)]
    pub static_ip_addresses: Vec<String>,
    /// How callers are authenticated.
    pub auth_mode: AuthMode,
    /// Whose tokens callers bring, in JWT mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<JwtIssuer>,
    /// The authority whose certificates the engine and the Lambdas trust, when the stack has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority_dir: Option<PathBuf>,
    /// Whether the engine checks IAM policies.
    #[serde(default)]
    pub enforces_iam: bool,
}

/// How callers are authenticated: the template's parameter of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AuthMode {
    /// By signatures.
    Iam,
    /// By tokens.
    Jwt,
    /// Not at all.
    None,
}

/// Whose tokens a stack takes, and what they have to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwtIssuer {
    /// The claim `iss`.
    pub issuer: String,
    /// The claim `aud`.
    pub audience: String,
    /// The name of the claim that holds the tenant.
    pub tenant_claim: String,
    /// The name of the claim that lists permissions.
    pub permission_claim: String,
    /// The permission to look at webhooks and events.
    pub read_permission: String,
    /// The permission to create, change and delete webhooks.
    pub write_permission: String,
    /// The permission to send.
    pub trigger_permission: String,
    /// The folder of the issuer's keys, for [`crate::oidc::Minter`].
    pub keys_dir: PathBuf,
}

/// The state machines' ARNs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machines {
    /// `delivery.asl.json` as EXPRESS.
    pub express: String,
    /// `delivery.asl.json` as STANDARD.
    pub standard: String,
    /// `redelivery.asl.json`.
    pub redelivery: String,
    /// `replay.asl.json`.
    pub replay: String,
}

/// The Lambdas' names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the Lambda of that name")]
pub struct Functions {
    pub trigger: String,
    pub fetch_config: String,
    pub deliver: String,
    /// `deliver` once more, for webhooks with `static_ip`; `null` when the stack has no static IP.
    #[serde(default)]
    pub deliver_static_ip: Option<String>,
    pub status_update: String,
    pub api: String,
    pub replay: String,
    pub reconcile: String,
    pub stats: String,
}

impl Stack {
    /// Reads the file of a running stack.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read(path).with_context(|| {
            format!("no stack is running: {} is not there (start one with `cargo xtask up`)", path.display())
        })?;
        serde_json::from_slice(&text).with_context(|| format!("{} is not a stack's description", path.display()))
    }

    /// Writes the file whole, so that nobody reads half of it.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        let unfinished = path.with_extension("json.new");
        fs::write(&unfinished, text).with_context(|| format!("cannot write {}", unfinished.display()))?;
        fs::rename(&unfinished, path).with_context(|| format!("cannot write {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack() -> Stack {
        Stack {
            api_url: "http://127.0.0.1:4566/_aws/execute-api/abc".into(),
            console_url: None,
            endpoint_url: "http://127.0.0.1:4566".into(),
            receiver_url: Some("http://127.0.0.1:9000".into()),
            region: "us-east-1".into(),
            configs_table: "configs".into(),
            events_table: "events".into(),
            idempotency_table: "idempotency".into(),
            history_table: "history".into(),
            replays_table: "replays".into(),
            stats_table: "stats".into(),
            signing_keys_table: "keys".into(),
            secrets_key_arn: "arn:aws:kms:us-east-1:000000000000:key/k".into(),
            bus_name: "bus".into(),
            dead_letter_queue_url: "http://127.0.0.1:4566/000000000000/dead".into(),
            payload_bucket: "bucket".into(),
            alert_topic_arn: "arn:aws:sns:us-east-1:000000000000:alerts".into(),
            machines: Machines {
                express: "e".into(),
                standard: "s".into(),
                redelivery: "r".into(),
                replay: "p".into(),
            },
            functions: Functions {
                trigger: "t".into(),
                fetch_config: "f".into(),
                deliver: "d".into(),
                deliver_static_ip: Some("i".into()),
                status_update: "u".into(),
                api: "a".into(),
                replay: "r".into(),
                reconcile: "c".into(),
                stats: "s".into(),
            },
            static_ip_addresses: vec!["52.0.0.1".into()],
            auth_mode: AuthMode::Jwt,
            jwt: Some(JwtIssuer {
                issuer: "https://127.0.0.1:9001".into(),
                audience: "hookstep".into(),
                tenant_claim: "tenant_id".into(),
                permission_claim: "scope".into(),
                read_permission: "r".into(),
                write_permission: "w".into(),
                trigger_permission: "t".into(),
                keys_dir: "/keys".into(),
            }),
            authority_dir: None,
            enforces_iam: false,
        }
    }

    #[test]
    fn what_is_written_is_read() -> Result<()> {
        let path = std::env::temp_dir().join(format!("hookstep-stack-{}.json", std::process::id()));
        stack().write(&path)?;
        let read = Stack::read(&path)?;
        fs::remove_file(&path)?;
        assert_eq!(read, stack());
        Ok(())
    }

    #[test]
    fn a_missing_console_is_null() -> Result<()> {
        let value = serde_json::to_value(stack())?;
        assert!(value["console_url"].is_null());
        assert_eq!(value["machines"]["express"], "e");
        assert_eq!(value["auth_mode"], "JWT");
        Ok(())
    }

    #[test]
    fn a_missing_file_says_how_to_start() {
        let error = Stack::read(Path::new("/nonexistent/stack.json")).expect_err("there is no such file");
        assert!(error.to_string().contains("cargo xtask up"));
    }
}
