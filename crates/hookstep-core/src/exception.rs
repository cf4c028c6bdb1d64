//! Exceptions: what went wrong on our side, and the error names that the state machine matches on.

/// An exception as a row shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exception {
    /// The claim-checked payload is gone.
    PayloadMissing,
    /// The claim-checked payload is not the one that the caller gave.
    PayloadAltered,
    /// The webhook's secrets can't be opened: the key is gone or disabled, or access to it is not granted.
    SecretsUnreadable,
    /// A service that Hookstep needs was throttled or did not answer, for longer than the retries last.
    Throttled,
    /// A step took longer than it may.
    Timeout,
    /// Anything else.
    Internal,
}

impl Exception {
    /// Every exception.
    pub const ALL: [Self; 6] = [
        Self::PayloadMissing,
        Self::PayloadAltered,
        Self::SecretsUnreadable,
        Self::Throttled,
        Self::Timeout,
        Self::Internal,
    ];

    /// The code in rows and answers.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PayloadMissing => "payload_missing",
            Self::PayloadAltered => "payload_altered",
            Self::SecretsUnreadable => "secrets_unreadable",
            Self::Throttled => "throttled",
            Self::Timeout => "internal_timeout",
            Self::Internal => "internal_error",
        }
    }

    /// The exception of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|exception| exception.code() == code)
    }

    /// One plain sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::PayloadMissing => "the payload is no longer in the payload bucket",
            Self::PayloadAltered => "the payload in the payload bucket was altered after the trigger",
            Self::SecretsUnreadable => "the webhook's secrets can't be opened with the key that they were sealed under",
            Self::Throttled => "a service that Hookstep needs was throttled or unavailable",
            Self::Timeout => "a step of the delivery took longer than it may",
            Self::Internal => "a step of the delivery failed",
        }
    }

    /// The exception behind an error name of Step Functions: one of [`StepError`], or one of AWS's.
    #[must_use]
    pub fn from_error_name(name: &str) -> Self {
        match StepError::from_name(name) {
            Some(StepError::PayloadMissing) => Self::PayloadMissing,
            Some(StepError::PayloadAltered) => Self::PayloadAltered,
            Some(StepError::SecretsUnreadable) => Self::SecretsUnreadable,
            Some(
                StepError::ConfigsUnavailable
                | StepError::EventsUnavailable
                | StepError::PayloadUnavailable
                | StepError::PayloadInterrupted
                | StepError::SecretsUnavailable
                | StepError::TransformerUnavailable
                | StepError::RedeliveryUnavailable
                | StepError::NotificationUnavailable,
            ) => Self::Throttled,
            Some(StepError::ConfigCorrupt | StepError::LegOutdated | StepError::InputInvalid) => Self::Internal,
            None => Self::from_aws_error_name(name),
        }
    }

    fn from_aws_error_name(name: &str) -> Self {
        match name {
            "States.Timeout" | "Sandbox.Timedout" => Self::Timeout,
            "Lambda.TooManyRequestsException"
            | "Lambda.ServiceException"
            | "Lambda.AWSLambdaException"
            | "Lambda.SdkClientException"
            | "Lambda.ClientExecutionTimeoutException"
            // A function in a VPC whose network interfaces are being made, or can't be just now.
            | "Lambda.ResourceNotReadyException"
            | "Lambda.ResourceConflictException"
            | "Lambda.EC2ThrottledException"
            | "Lambda.EC2UnexpectedException"
            | "Lambda.ENILimitReachedException"
            | "Lambda.SubnetIPAddressLimitReachedException"
            | "DynamoDB.ProvisionedThroughputExceededException"
            | "DynamoDB.RequestLimitExceeded"
            | "DynamoDB.ThrottlingException"
            | "DynamoDB.InternalServerError"
            | "DynamoDB.AmazonDynamoDBException"
            | "DynamoDB.SdkClientException" => Self::Throttled,
            _ => Self::Internal,
        }
    }
}

/// Every error that a Lambda function of the delivery path can raise. The definition of the machine names
/// each of them, and names no other; a test holds the two against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepError {
    /// The configs table can't be read. Worth a retry.
    ConfigsUnavailable,
    /// A webhook's item in the configs table is not one that Hookstep wrote.
    ConfigCorrupt,
    /// The events table can't be written. Worth a retry.
    EventsUnavailable,
    /// The payload bucket can't be read. Worth a retry.
    PayloadUnavailable,
    /// The payload bucket broke off while the receiver was taking the payload. Not worth a retry within the leg: the
    /// receiver may have taken as long as it may already.
    PayloadInterrupted,
    /// See [`Exception::PayloadMissing`].
    PayloadMissing,
    /// See [`Exception::PayloadAltered`].
    PayloadAltered,
    /// The key service or the one that keeps a connection's secret does not answer. Worth a retry.
    SecretsUnavailable,
    /// See [`Exception::SecretsUnreadable`].
    SecretsUnreadable,
    /// The process that transforms payloads can't be started. Worth a retry.
    TransformerUnavailable,
    /// The wait for the next leg can't be started. Worth a retry.
    RedeliveryUnavailable,
    /// The bus or the alert topic can't be told of the end. Worth a retry.
    NotificationUnavailable,
    /// The row does not wait for this leg: another execution was here first, or somebody canceled the event. No fault.
    LegOutdated,
    /// The input is not what the definition passes.
    InputInvalid,
}

impl StepError {
    /// Every error.
    pub const ALL: [Self; 14] = [
        Self::ConfigsUnavailable,
        Self::ConfigCorrupt,
        Self::EventsUnavailable,
        Self::PayloadUnavailable,
        Self::PayloadInterrupted,
        Self::PayloadMissing,
        Self::PayloadAltered,
        Self::SecretsUnavailable,
        Self::SecretsUnreadable,
        Self::TransformerUnavailable,
        Self::RedeliveryUnavailable,
        Self::NotificationUnavailable,
        Self::LegOutdated,
        Self::InputInvalid,
    ];

    /// The `errorType` that Step Functions matches on.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ConfigsUnavailable => "ConfigsUnavailable",
            Self::ConfigCorrupt => "ConfigCorrupt",
            Self::EventsUnavailable => "EventsUnavailable",
            Self::PayloadUnavailable => "PayloadUnavailable",
            Self::PayloadInterrupted => "PayloadInterrupted",
            Self::PayloadMissing => "PayloadMissing",
            Self::PayloadAltered => "PayloadAltered",
            Self::SecretsUnavailable => "SecretsUnavailable",
            Self::SecretsUnreadable => "SecretsUnreadable",
            Self::TransformerUnavailable => "TransformerUnavailable",
            Self::RedeliveryUnavailable => "RedeliveryUnavailable",
            Self::NotificationUnavailable => "NotificationUnavailable",
            Self::LegOutdated => "LegOutdated",
            Self::InputInvalid => "InputInvalid",
        }
    }

    /// The error of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|error| error.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_lead_back() {
        for error in StepError::ALL {
            assert_eq!(StepError::from_name(error.name()), Some(error));
        }
        for exception in Exception::ALL {
            assert_eq!(Exception::from_code(exception.code()), Some(exception));
        }
    }

    #[test]
    fn what_nobody_foresaw_is_an_internal_error() {
        assert_eq!(Exception::from_error_name("Runtime.ExitError"), Exception::Internal);
        assert_eq!(Exception::from_error_name("Sandbox.Timedout"), Exception::Timeout);
        assert_eq!(Exception::from_error_name("PayloadMissing"), Exception::PayloadMissing);
    }
}
