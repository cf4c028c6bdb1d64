//! Errors of the delivery path, with the `errorType` that the machine's definition names.

use hookstep_aws::leg_json::InvalidState;
use hookstep_aws::stats::InvalidBatch;
use hookstep_core::conclude::ConcludeError;
use hookstep_core::deliver::DeliverError;
use hookstep_core::exception::StepError;
use hookstep_core::ports::{PayloadError, SecretsError, StoreError};
use hookstep_core::reconcile::ReconcileError;
use hookstep_core::verdict::bounded;
use lambda_runtime::Diagnostic;

use crate::log;

/// Why a step failed: our fault, never the receiver's.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StepFault {
    kind: StepError,
    message: String,
}

impl StepFault {
    fn new(kind: StepError, error: &(dyn std::error::Error + 'static)) -> Self {
        // Whatever an SDK says, the state that the message becomes part of stays bounded.
        Self { kind, message: bounded(&log::chain(error)) }
    }

    /// The input is not of the form that the step takes. What the parser says may quote the input, and is not passed on.
    #[must_use]
    pub fn undecodable() -> Self {
        Self { kind: StepError::InputInvalid, message: "the input is not of the form that this step takes".to_owned() }
    }

    /// The row does not wait for this leg.
    #[must_use]
    pub fn outdated() -> Self {
        Self { kind: StepError::LegOutdated, message: "the row does not wait for this leg (any more)".to_owned() }
    }

    /// What the machine matches on.
    #[must_use]
    pub fn kind(&self) -> StepError {
        self.kind
    }

    /// A failure of the configs table.
    #[must_use]
    pub fn of_configs(error: &StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::new(StepError::ConfigsUnavailable, error),
            StoreError::Corrupt { .. } => Self::new(StepError::ConfigCorrupt, error),
        }
    }

    /// A failure of the statistics table. No machine matches on it: its batch comes again.
    #[must_use]
    pub fn of_stats(error: &StoreError) -> Self {
        Self::new(StepError::EventsUnavailable, error)
    }

    /// A failure of the events table.
    #[must_use]
    pub fn of_events(error: &StoreError) -> Self {
        Self::new(StepError::EventsUnavailable, error)
    }
}

impl From<PayloadError> for StepFault {
    fn from(error: PayloadError) -> Self {
        let kind = match error {
            PayloadError::Unavailable(_) => StepError::PayloadUnavailable,
            PayloadError::Interrupted(_) => StepError::PayloadInterrupted,
            PayloadError::Missing => StepError::PayloadMissing,
            PayloadError::Altered => StepError::PayloadAltered,
        };
        Self::new(kind, &error)
    }
}

impl From<DeliverError> for StepFault {
    fn from(error: DeliverError) -> Self {
        match error {
            DeliverError::Payload(error) => error.into(),
            DeliverError::Secrets(SecretsError::Unreadable(_)) => Self::new(StepError::SecretsUnreadable, &error),
            DeliverError::Transformer(_) => Self::new(StepError::TransformerUnavailable, &error),
            DeliverError::Secrets(SecretsError::Unavailable(_)) | DeliverError::Connection(_) => {
                Self::new(StepError::SecretsUnavailable, &error)
            }
        }
    }
}

impl From<ConcludeError> for StepFault {
    fn from(error: ConcludeError) -> Self {
        let kind = match &error {
            ConcludeError::Rows(_) => StepError::EventsUnavailable,
            ConcludeError::Webhooks(StoreError::Unavailable { .. }) => StepError::ConfigsUnavailable,
            ConcludeError::Webhooks(StoreError::Corrupt { .. }) => StepError::ConfigCorrupt,
            ConcludeError::Redelivery(..) => StepError::RedeliveryUnavailable,
            ConcludeError::Notification(..) => StepError::NotificationUnavailable,
        };
        Self::new(kind, &error)
    }
}

impl From<ReconcileError> for StepFault {
    fn from(error: ReconcileError) -> Self {
        match error {
            ReconcileError::Rows(error) => Self::of_events(&error),
            ReconcileError::Webhooks(error) => Self::of_configs(&error),
            ReconcileError::Workflow(_) => Self::new(StepError::RedeliveryUnavailable, &error),
            ReconcileError::Conclude(error) => error.into(),
        }
    }
}

impl From<InvalidState> for StepFault {
    fn from(error: InvalidState) -> Self {
        Self::new(StepError::InputInvalid, &error)
    }
}

impl From<InvalidBatch> for StepFault {
    /// Without its source, which may quote the batch.
    fn from(invalid: InvalidBatch) -> Self {
        Self { kind: StepError::InputInvalid, message: invalid.to_string() }
    }
}

impl From<StepFault> for Diagnostic {
    fn from(fault: StepFault) -> Self {
        Self { error_type: fault.kind.name().to_owned(), error_message: fault.message }
    }
}
