//! Statistics: what became of the events that were accepted in an hour, per webhook and per tenant.
//!
//! A row contributes to the hour that its event was accepted in, whenever it changes later. What it contributes is a function of the row
//! alone ([`row`]), so a change counts the difference of the row after it and before it ([`change`]), and the sum over all changes is a
//! recount of the rows. The changes come from the table's stream, in batches that may come again, and cut otherwise: [`count`] counts
//! each once.

pub mod change;
pub mod count;
pub mod counts;
pub mod histogram;
pub mod hour;
pub mod period;
pub mod row;

use jiff::Timestamp;

use crate::ids::{ConfigId, EventId, TenantId};
use hour::Hour;

/// What statistics are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Whose.
    pub tenant: TenantId,
    /// One webhook, or all of the tenant's.
    pub config_id: Option<ConfigId>,
}

/// An hour of a subject: what is counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Of what.
    pub subject: Subject,
    /// Which hour the events were accepted in.
    pub hour: Hour,
}

/// An event that failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// When it came to its end.
    pub at: Timestamp,
    /// Which event.
    pub event_id: EventId,
    /// The code of the reason, where it is known.
    pub reason: Option<&'static str>,
}
