//! The ports of `hookstep-core` on AWS, a file per subject.
//!
//! | port | here | service |
//! | --- | --- | --- |
//! | `WebhookReader`, `WebhookStore` | [`configs`] | `DynamoDB` |
//! | `EventReader`, `EventLister`, `OutcomeRecorder` | [`events`] | `DynamoDB` |
//! | `IdempotencyKeys` | [`idempotency`] | `DynamoDB` |
//! | `PayloadWriter`, `PayloadReader`, `Uploads`, `ResponseWriter`, `ObjectReader` | [`payloads`] | S3 |
//! | `Workflow` | [`workflow`] | Step Functions |
//! | `Sender` | [`sender`] | HTTP |
//! | `Alerts` | [`alerts`] | SNS |
//! | `Clock`, `Entropy` | [`clock`] | the operating system |
//!
//! To add a port: the trait goes to `hookstep_core::ports`, its implementation into a file of its own here, and the
//! IAM action that it needs into the one function of `infra/template.yaml` that uses it.

pub mod alerts;
mod attribute;
pub mod clock;
pub mod configs;
pub mod events;
pub mod idempotency;
pub mod leg_json;
pub mod payloads;
pub mod sdk;
pub mod sender;
pub mod workflow;
