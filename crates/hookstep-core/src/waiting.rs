//! Events that wait for their next attempt: trying now, and giving up.

use crate::event::{EventKey, EventRow, Leg};
use crate::leg::machine_for;
use crate::ports::{
    Clock, Entropy, EventCanceler, EventReader, Redelivery, Source, StoreError, WebhookReader, Workflow, WorkflowError,
};
use crate::verdict::{Reason, Verdict};
use crate::webhook::Status;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum WaitingError {
    /// The tenant has no such event.
    #[error("there is no such event")]
    NotFound,
    /// Its webhook was deleted.
    #[error("there is no such webhook")]
    WebhookNotFound,
    /// Its webhook is disabled.
    #[error("the webhook is disabled")]
    WebhookDisabled,
    /// A leg of it runs.
    #[error("an attempt is being made")]
    Running,
    /// It has come to its end.
    #[error("the event has come to its end")]
    Ended,
    /// A table failed.
    #[error("a table failed")]
    Store(#[from] StoreError),
    /// The workflow service failed.
    #[error("the workflow service failed")]
    Workflow(#[from] WorkflowError),
}

/// What was done, and what did not matter enough to fail for.
#[derive(Debug)]
pub struct Done {
    /// The wait that was not ended: what it starts finds nothing to do.
    pub not_given_up: Option<Source>,
}

/// The ports of both calls.
pub struct WaitingStep<'a, W, E, X, R, C> {
    /// Reads webhooks.
    pub webhooks: &'a W,
    /// Reads rows, and ends those that wait.
    pub events: &'a E,
    /// Starts legs.
    pub workflow: &'a X,
    /// Gives up waits.
    pub redelivery: &'a R,
    /// Time and randomness.
    pub clock: &'a C,
}

impl<W, E, X, R, C> WaitingStep<'_, W, E, X, R, C>
where
    W: WebhookReader,
    E: EventReader + EventCanceler,
    X: Workflow,
    R: Redelivery,
    C: Clock + Entropy,
{
    /// Starts the next leg now, on the machine that the webhook takes as it is.
    ///
    /// The wait may be over at this very moment: of two legs of one number, the condition on the row lets one deliver.
    ///
    /// # Errors
    /// Why not. Nothing was changed then.
    pub async fn try_now(&self, key: &EventKey) -> Result<Done, WaitingError> {
        let row = self.waiting(key).await?;
        let mut leg = Leg::from(&row).next();
        let webhook = self.webhooks.webhook(&key.tenant, &key.config_id).await?.ok_or(WaitingError::WebhookNotFound)?;
        if webhook.status != Status::Active {
            // It would be skipped, and have no attempts left.
            return Err(WaitingError::WebhookDisabled);
        }
        if let Some(payload) = &row.payload {
            leg.machine = machine_for(webhook.timeout, payload);
        }
        let name = format!("{}-{}-{:08x}", key.event_id, leg.number, self.clock.random() & 0xffff_ffff);
        self.workflow.start_again(&leg, &name).await?;
        Ok(self.give_up(key, leg.number).await)
    }

    /// Ends the event: no attempt follows.
    ///
    /// # Errors
    /// Why not. Nothing was changed then.
    pub async fn cancel(&self, key: &EventKey) -> Result<Done, WaitingError> {
        let row = self.waiting(key).await?;
        let next = row.leg + 1;
        let verdict = Verdict::failed(Reason::Canceled, "it was canceled while it waited for its next attempt");
        if !self.events.cancel(key, next, &verdict, self.clock.now()).await? {
            // The wait ended between the two looks.
            self.waiting(key).await?;
            return Err(WaitingError::Running);
        }
        Ok(self.give_up(key, next).await)
    }

    async fn waiting(&self, key: &EventKey) -> Result<EventRow, WaitingError> {
        let row = self.events.event(key).await?.ok_or(WaitingError::NotFound)?;
        if row.status.is_final() {
            return Err(WaitingError::Ended);
        }
        if row.next_attempt_at.is_none() {
            return Err(WaitingError::Running);
        }
        Ok(row)
    }

    async fn give_up(&self, key: &EventKey, leg: u32) -> Done {
        let given_up = self.redelivery.give_up(&key.event_id, leg).await;
        Done { not_given_up: given_up.err().map(Source::from) }
    }
}
