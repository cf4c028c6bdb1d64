//! `GET /webhook/{config_id}/stats` and `GET /stats`, and what `include=stats` adds to a list of webhooks.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use hookstep_core::ids::{ConfigId, TenantId};
use hookstep_core::ports::{Clock, HistoryReader, StatsReader, StoreError, WebhookReader};
use hookstep_core::stats::Subject;
use hookstep_core::stats::period::{Bucket, Period};
use jiff::SignedDuration;
use serde_json::Value;

use super::history::is_known;
use super::{list_query, stats_json};
use crate::http::{Answer, Problem, Request};
use crate::log;

/// How many webhooks of a list are looked up at the same time.
const AT_ONCE: usize = 16;

/// What answering takes.
pub struct Stats<'a, S, C> {
    /// What was counted.
    pub counted: &'a S,
    /// The time.
    pub clock: &'a C,
    /// How old changes may be that are not counted yet, in seconds.
    pub delay_seconds: u32,
}

impl<S: StatsReader, C: Clock> Stats<'_, S, C> {
    /// Answers for one webhook. What was counted of a deleted one stays until it expires.
    pub async fn of_webhook<W>(&self, webhooks: &W, request: Request) -> Result<Answer, Problem>
    where
        W: WebhookReader + HistoryReader,
    {
        let owner = request.owner()?;
        log::about_webhook(&owner.config_id);
        let period = self.period(&request)?;
        let subject = Subject { tenant: owner.tenant.clone(), config_id: Some(owner.config_id.clone()) };
        let counted = self.counted.hours(&subject, period.from, period.to).await?;
        if counted.is_empty() && !is_known(webhooks, self.clock, &owner).await? {
            return Err(Problem::webhook_not_found());
        }
        Ok(Answer::json(200, stats_json::show(&period, &counted, self.delay_seconds)))
    }

    /// Answers for all webhooks of the tenant.
    pub async fn of_tenant(&self, request: Request) -> Result<Answer, Problem> {
        let period = self.period(&request)?;
        let subject = Subject { tenant: request.tenant(), config_id: None };
        let counted = self.counted.hours(&subject, period.from, period.to).await?;
        Ok(Answer::json(200, stats_json::show(&period, &counted, self.delay_seconds)))
    }

    /// The last day of each of these webhooks, in their order.
    ///
    /// # Errors
    /// The table can't be read.
    pub async fn last_days(&self, tenant: &TenantId, webhooks: &[ConfigId]) -> Result<Vec<Value>, StoreError> {
        let period = Period::last_day(self.clock.now());
        let days = webhooks.iter().map(|config_id| async move {
            let subject = Subject { tenant: tenant.clone(), config_id: Some(config_id.clone()) };
            let counted = self.counted.hours(&subject, period.from, period.to).await?;
            Ok(stats_json::show_last_day(&period, &counted))
        });
        stream::iter(days).buffered(AT_ONCE).try_collect().await
    }

    fn period(&self, request: &Request) -> Result<Period, Problem> {
        let bucket = match request.query("bucket") {
            None => None,
            Some(name) => Some(Bucket::from_name(name).ok_or_else(|| {
                let names = Bucket::ALL.map(Bucket::as_str).join(", ");
                Problem::bad_request("invalid_bucket", format!("`bucket` takes one of {names}"))
            })?),
        };
        let to = list_query::moment(request, "to")?.unwrap_or_else(|| self.clock.now());
        let from = match list_query::moment(request, "from")? {
            Some(from) => from,
            None => to.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(to),
        };
        Period::new(from, to, bucket).map_err(|invalid| Problem::bad_request("invalid_time", invalid.to_string()))
    }
}

/// Whether a list of webhooks is to show their last day.
pub fn is_included(request: &Request) -> Result<bool, Problem> {
    match request.query("include") {
        None => Ok(false),
        Some("stats") => Ok(true),
        Some(_) => Err(Problem::bad_request("invalid_include", "`include` takes `stats`")),
    }
}
