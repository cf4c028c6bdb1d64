//! The queue of what `EventBridge` and Lambda could not bring to a function.

use aws_sdk_sqs::types::QueueAttributeName;
use hookstep_core::ports::{DeadLetters, DeadLettersError};

/// The queue.
#[derive(Debug, Clone)]
pub struct SqsDeadLetters {
    client: aws_sdk_sqs::Client,
    queue_url: String,
}

impl SqsDeadLetters {
    /// The queue of that URL.
    #[must_use]
    pub fn new(client: aws_sdk_sqs::Client, queue_url: String) -> Self {
        Self { client, queue_url }
    }
}

impl DeadLetters for SqsDeadLetters {
    async fn count(&self) -> Result<u64, DeadLettersError> {
        // Whoever looks at one keeps it from others for a while: it is in the queue all the same.
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let request = self.client.get_queue_attributes().queue_url(&self.queue_url);
        let request = request.set_attribute_names(Some(names.to_vec()));
        let answer = request.send().await.map_err(|error| DeadLettersError(error.into()))?;
        let number = |name| answer.attributes()?.get(name)?.parse::<u64>().ok();
        Ok(names.iter().filter_map(number).sum())
    }
}
