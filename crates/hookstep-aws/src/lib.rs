//! The ports of `hookstep-core` on AWS, a file per subject.
//!
//! | port | here | service |
//! | --- | --- | --- |
//! | `WebhookReader`, `WebhookStore`, `WebhookHealth`, `HistoryReader`, `ListeningWebhooks` | [`configs`] | `DynamoDB` |
//! | `SecretOpener`, `SecretSealer` | [`secrets`] | KMS |
//! | `ConnectionFinder`, `ConnectionReader` | [`connections`] | `EventBridge`, Secrets Manager |
//! | `Tokens` | [`tokens`] | HTTP, by the sender |
//! | `EventReader`, `EventLister`, `BacklogReader`, `EventPicker`, `OpenEvents`, `OpenCounter`, `OutcomeRecorder`, `EventCanceler` | [`events`] | `DynamoDB` |
//! | `DeadLetters` | [`dead_letters`] | SQS |
//! | `IdempotencyKeys`, `BusClaims` | [`idempotency`] | `DynamoDB` |
//! | `PayloadWriter`, `SharedPayloads`, `PayloadCopier`, `PayloadReader`, `Uploads`, `Downloads`, `ResponseWriter`, `ObjectReader` | [`payloads`] | S3 |
//! | `Workflow` | [`workflow`] | Step Functions |
//! | `Redelivery` | [`redelivery`] | Step Functions |
//! | `ReplayProgress`, `ReplayStore` | [`replays`] | `DynamoDB` |
//! | `ReplayMachine` | [`replay_machine`] | Step Functions |
//! | `Sender` | [`sender`] | HTTP |
//! | `Transformer` | [`transformer`] | a process |
//! | `SigningKeys`, `SigningKeyStore` | [`signing_keys`] | `DynamoDB` |
//! | `StatsCounter`, `StatsReader` | [`stats`] | `DynamoDB` |
//! | `Alerts` | [`alerts`] | SNS |
//! | `Lifecycle` | [`lifecycle`] | `EventBridge` |
//! | `Clock`, `Entropy` | [`clock`] | the operating system |
//!
//! To add a port: the trait goes to `hookstep_core::ports`, its implementation into a file of its own here, and the
//! IAM action that it needs into the one function of `infra/template.yaml` that uses it.

pub mod alerts;
mod attribute;
mod auth_json;
pub mod clock;
pub mod configs;
pub mod connections;
mod cursor;
pub mod dead_letters;
pub mod events;
pub mod idempotency;
mod kept;
pub mod leg_json;
pub mod lifecycle;
pub mod payloads;
pub mod redelivery;
pub mod replay_machine;
pub mod replays;
pub mod sdk;
pub mod secrets;
pub mod sender;
mod shape_attributes;
mod signing_json;
pub mod signing_keys;
pub mod stats;
pub mod tokens;
pub mod transformer;
pub mod workflow;
pub mod xray;
