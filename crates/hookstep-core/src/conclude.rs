//! The end of a leg: what its event comes to, whether another leg follows, and who is told.
//!
//! Each part may be done again by a step that is repeated: the row is written once, a wait for the same leg is one wait, and the
//! rest is repeated. So an order in which the row comes first loses nothing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::attempt::Attempt;
use crate::event::{Event, EventStatus, Leg, Source};
use crate::exception::Exception;
use crate::health::{Consequence, auto_disabled, consequence};
use crate::lifecycle::{AttemptSummary, AutoDisabledNotice, DeliveryEnd, DeliveryNotice, Notice};
use crate::ports::{
    self, Alert, Alerts, Clock, Conclusion, Execution, Lifecycle, OutcomeRecorder, Redelivery, StoreError,
    WebhookHealth, WebhookReader, WorkflowError, Written,
};
use crate::retry::{Failure, Next, RetryPolicy};
use crate::secret::Owner;
use crate::verdict::{Ending, Verdict};
use crate::webhook::Webhook;

/// The ports of the end of a leg, and what the operator set.
pub struct Concluder<'a, W, R, X, L, A, C> {
    /// Reads webhooks, and writes how their receivers do.
    pub webhooks: &'a W,
    /// Writes rows.
    pub rows: &'a R,
    /// Waits for the next leg.
    pub redelivery: &'a X,
    /// Tells the bus.
    pub lifecycle: &'a L,
    /// Tells on-call engineers.
    pub alerts: &'a A,
    /// The time.
    pub clock: &'a C,
    /// For how long a webhook may fail without a success.
    pub auto_disable_after: Duration,
    /// Whether the bus is told of successes too.
    pub publish_succeeded: bool,
}

/// What the end of a leg came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concluded {
    /// What it means for the event.
    pub ending: Ending,
    /// What became of writing that.
    pub conclusion: Conclusion,
}

/// Why the end of a leg is not complete.
#[derive(Debug, thiserror::Error)]
pub enum ConcludeError {
    /// The row was not written.
    #[error("the end of the leg can't be recorded")]
    Rows(#[source] StoreError),
    /// The row is written, and its webhook can't be read or written.
    #[error("the webhook can't be read or written")]
    Webhooks(#[source] StoreError),
    /// The row waits, and nothing wakes it but reconciliation.
    #[error("the next leg can't be scheduled")]
    Redelivery(Box<Concluded>, #[source] WorkflowError),
    /// All is written, and somebody was not told of it.
    #[error("nobody was told of the end")]
    Notification(Box<Concluded>, #[source] ports::Source),
}

/// How a leg ended, before it is known what that means.
enum End<'a> {
    Attempt(&'a Attempt),
    Exception { exception: Exception, cause: &'a str, first: Option<&'a Event> },
}

impl<W, R, X, L, A, C> Concluder<'_, W, R, X, L, A, C>
where
    W: WebhookReader + WebhookHealth,
    R: OutcomeRecorder,
    X: Redelivery,
    L: Lifecycle,
    A: Alerts,
    C: Clock,
{
    /// The end of a leg that came to an attempt.
    ///
    /// # Errors
    /// What could not be done. All of it may be called again.
    pub async fn attempt(
        &self,
        leg: &Leg,
        execution: &Execution,
        attempt: &Attempt,
    ) -> Result<Concluded, ConcludeError> {
        self.conclude(leg, execution, End::Attempt(attempt)).await
    }

    /// The end of a leg that an exception of ours ended. `first` is the event of a first leg, whose row may not be there yet.
    ///
    /// # Errors
    /// What could not be done. All of it may be called again.
    pub async fn exception(
        &self,
        leg: &Leg,
        first: Option<&Event>,
        execution: &Execution,
        exception: Exception,
        cause: &str,
    ) -> Result<Concluded, ConcludeError> {
        self.conclude(leg, execution, End::Exception { exception, cause, first }).await
    }

    async fn conclude(&self, leg: &Leg, execution: &Execution, end: End<'_>) -> Result<Concluded, ConcludeError> {
        let now = self.clock.now();
        let verdict = end.verdict();
        if verdict.status == EventStatus::Succeeded {
            return self.succeeded(leg, execution, &end, verdict, now).await;
        }
        let ended_at = end.ended_at().unwrap_or(now);
        // It costs a read, and only where something failed.
        let read = self.webhooks.webhook(&leg.key.tenant, &leg.key.config_id).await;
        let (webhook, next) = match (read, &end) {
            (Ok(Some(webhook)), _) => {
                let next = webhook.retry_policy.next(leg, end.failure(), ended_at);
                (Some(webhook), next)
            }
            (Ok(None), _) => (None, Next::Never),
            // Where nothing was sent, an outage of the table must not be the end: the next leg goes by the policy again.
            (Err(_), End::Exception { .. }) => (None, RetryPolicy::default().next(leg, end.failure(), ended_at)),
            (Err(error), End::Attempt(_)) => return Err(ConcludeError::Webhooks(error)),
        };
        let ending = match next {
            Next::At(at) => Ending::Again { at, because: verdict },
            Next::Exhausted | Next::Never => Ending::Final(verdict),
        };
        let conclusion = self.record(leg, execution, &end, &ending, now).await?;
        let (ending, is_repeated) = match &conclusion {
            Conclusion::Taken => return Ok(Concluded { ending, conclusion }),
            Conclusion::Recorded => (ending, false),
            // What was decided first holds: the webhook may be another one by now.
            Conclusion::Repeated(first) => (first.clone(), true),
        };
        let concluded = Concluded { ending, conclusion };
        if let Ending::Again { at, .. } = &concluded.ending {
            let scheduled = self.redelivery.schedule(&leg.next(), &execution.machine, *at).await;
            scheduled.map_err(|error| ConcludeError::Redelivery(Box::new(concluded.clone()), error))?;
        }
        let untold = |source| ConcludeError::Notification(Box::new(concluded.clone()), source);
        if let (Some(webhook), End::Attempt(attempt)) = (&webhook, &end) {
            let mut disabled = self.heed(leg, webhook, attempt, now).await?;
            // A step before this one may have ended before anybody was told.
            if is_repeated && webhook.updated_at >= ended_at {
                disabled = disabled.or_else(|| AutoDisabledNotice::of(webhook));
            }
            if let Some(notice) = disabled {
                self.tell_of_disabling(notice).await.map_err(untold)?;
            }
        }
        if let Ending::Final(verdict) = &concluded.ending {
            let how = if next == Next::Never { DeliveryEnd::Failed } else { DeliveryEnd::Exhausted };
            self.tell(leg, &end, how, verdict, now).await.map_err(untold)?;
        }
        Ok(concluded)
    }

    async fn succeeded(
        &self,
        leg: &Leg,
        execution: &Execution,
        end: &End<'_>,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<Concluded, ConcludeError> {
        let ending = Ending::Final(verdict);
        let conclusion = self.record(leg, execution, end, &ending, now).await?;
        let concluded = Concluded { ending, conclusion };
        if concluded.conclusion == Conclusion::Taken {
            return Ok(concluded);
        }
        if leg.webhook_failing {
            self.webhooks.recovered(&owner(leg)).await.map_err(ConcludeError::Webhooks)?;
        }
        if self.publish_succeeded {
            let told = self.tell(leg, end, DeliveryEnd::Succeeded, concluded.ending.verdict(), now).await;
            told.map_err(|source| ConcludeError::Notification(Box::new(concluded.clone()), source))?;
        }
        Ok(concluded)
    }

    async fn record(
        &self,
        leg: &Leg,
        execution: &Execution,
        end: &End<'_>,
        ending: &Ending,
        now: Timestamp,
    ) -> Result<Conclusion, ConcludeError> {
        let written = match end {
            End::Attempt(attempt) => self.rows.conclude(leg, &execution.id, attempt, ending, now).await,
            End::Exception { first, .. } => {
                self.rows.conclude_without_attempt(leg, *first, &execution.id, ending, now).await
            }
        };
        written.map_err(ConcludeError::Rows)
    }

    /// What a failed attempt means for the webhook. Who is to be told, where it was disabled.
    async fn heed(
        &self,
        leg: &Leg,
        webhook: &Webhook,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<Option<AutoDisabledNotice>, ConcludeError> {
        match consequence(webhook, leg.source, attempt, self.auto_disable_after, now) {
            Consequence::None => Ok(None),
            Consequence::StartsFailing => {
                self.webhooks.failing(&owner(leg), now).await.map_err(ConcludeError::Webhooks)?;
                Ok(None)
            }
            Consequence::AutoDisable { reason } => {
                let entry = auto_disabled(webhook, now);
                let written = self.webhooks.auto_disable(webhook, &reason, &entry).await;
                if written.map_err(ConcludeError::Webhooks)? == Written::Outdated {
                    // Somebody changed it, or it succeeded: that counts.
                    return Ok(None);
                }
                Ok(Some(AutoDisabledNotice {
                    tenant: webhook.tenant.clone(),
                    config_id: webhook.id.clone(),
                    name: webhook.name.clone(),
                    reason,
                    failing_since: webhook.failing_since,
                    at: now,
                }))
            }
        }
    }

    /// Tells both, whether or not the other one hears it.
    async fn tell_of_disabling(&self, notice: AutoDisabledNotice) -> Result<(), ports::Source> {
        let notice = Box::new(notice);
        let published = self.lifecycle.publish(&Notice::AutoDisabled(notice.clone())).await;
        self.alerts.raise(&Alert::AutoDisabled(notice)).await?;
        published
    }

    async fn tell(
        &self,
        leg: &Leg,
        end: &End<'_>,
        how: DeliveryEnd,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Result<(), ports::Source> {
        if leg.lifecycle || leg.source == Source::Test {
            return Ok(());
        }
        let notice = DeliveryNotice {
            end: how,
            key: leg.key.clone(),
            event_name: leg.event_name.clone(),
            source: leg.source,
            leg: leg.number,
            verdict: verdict.without_particulars(),
            attempt: match end {
                End::Attempt(attempt) => Some(AttemptSummary::from(*attempt)),
                End::Exception { .. } => None,
            },
            created_at: leg.created_at,
            at: now,
        };
        self.lifecycle.publish(&Notice::Delivery(Box::new(notice))).await
    }
}

impl End<'_> {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Attempt(attempt) => Verdict::of_attempt(attempt),
            Self::Exception { exception, cause, .. } => Verdict::of_exception(*exception, cause),
        }
    }

    fn failure(&self) -> Failure<'_> {
        match self {
            Self::Attempt(attempt) => Failure::Attempt(attempt),
            Self::Exception { exception, .. } => Failure::Exception(*exception),
        }
    }

    /// When an attempt was over: the same moment, whenever it is asked.
    fn ended_at(&self) -> Option<Timestamp> {
        let Self::Attempt(attempt) = self else { return None };
        let taken = SignedDuration::from_millis(i64::try_from(attempt.duration_ms).unwrap_or(0));
        attempt.started_at.checked_add(taken).ok()
    }
}

fn owner(leg: &Leg) -> Owner {
    Owner { tenant: leg.key.tenant.clone(), config_id: leg.key.config_id.clone() }
}
