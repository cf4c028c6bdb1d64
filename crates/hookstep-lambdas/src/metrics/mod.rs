//! Metrics in `CloudWatch`'s Embedded Metric Format: log lines that `CloudWatch` turns into metrics, without a call.
//!
//! All are in the namespace `Hookstep` and have the dimension `Stack`, so that deployments in one account stay apart; none has a
//! dimension whose values grow with webhooks or tenants, because each pair of a metric and its dimensions is paid by the month.
//! The path of a delivery writes none but for faults: the stats function counts deliveries, a line for many of them. Every
//! metric is in the table of docs/OPERATIONS.md.
//!
//! | file | what |
//! | --- | --- |
//! | `deliveries.rs` | what became of deliveries, from the stats function |
//! | `open.rs` | what is in progress, from reconciliation |
//! | `alerts.rs` | faults and disabled webhooks, wherever on-call engineers are told |

mod alerts;
mod deliveries;
mod open;
#[cfg(test)]
mod schema;

pub use alerts::CountedAlerts;
pub use deliveries::Counted;

use std::io::Write;
use std::time::{Duration, SystemTime};

use hookstep_core::ports::Census;
use jiff::Timestamp;
use metrique_writer_core::format::Format as _;
use metrique_writer_core::unit::UnitTag;
use metrique_writer_core::value::{MetricFlags, ValueWriter};
use metrique_writer_core::{Entry, EntryWriter, Observation, Value, unit};
use metrique_writer_format_emf::Emf;

use crate::env::{self, EnvError};

/// The namespace of every metric.
const NAMESPACE: &str = "Hookstep";

/// Writes metrics of this deployment to the log.
#[derive(Debug, Clone)]
pub struct Metrics {
    stack: String,
}

impl Metrics {
    /// Those of the stack that `STACK_NAME` names.
    ///
    /// # Errors
    /// Where it is not set.
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self { stack: env::text("STACK_NAME")? })
    }

    /// What a batch of changes of event rows amounts to: a few lines, none where it amounts to nothing.
    pub fn deliveries(&self, now: Timestamp, counted: &Counted) {
        print(&deliveries::lines(self, now, counted));
    }

    /// What is in progress.
    pub fn open(&self, now: Timestamp, census: &Census) {
        print(&open::lines(self, now, census));
    }

    /// Webhooks that listen to an event and whose filter is not taken any more.
    pub fn unreadable_listeners(&self, now: Timestamp, count: usize) {
        print(&self.line(now, &[], &Single { name: "UnreadableListeners", count: count as u64, about: &[] }));
    }

    /// One line: `entry` with the dimension `Stack`, and one more for each of `dimensions`, whose values the entry writes.
    fn line(&self, now: Timestamp, dimensions: &[&str], entry: &impl Entry) -> Vec<u8> {
        let names = ["Stack"].iter().chain(dimensions).map(|name| (*name).to_owned()).collect();
        let mut format = Emf::builder(NAMESPACE.to_owned(), vec![names]).build();
        let mut line = Vec::new();
        // A metric that can't be written must not fail the step that it counts.
        let written = format.format(&Line { stack: &self.stack, now: moment(now), entry }, &mut line);
        if written.is_ok() { line } else { Vec::new() }
    }
}

/// What every line has.
struct Line<'a, E> {
    stack: &'a str,
    now: SystemTime,
    entry: &'a E,
}

impl<E: Entry> Entry for Line<'_, E> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.timestamp(self.now);
        writer.value("Stack", self.stack);
        self.entry.write(writer);
    }
}

/// One count, and what it is about: ids that are in the line and in no metric.
struct Single<'a> {
    name: &'static str,
    count: u64,
    about: &'a [(&'static str, &'a str)],
}

impl Entry for Single<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.value(self.name, &Count(self.count));
        for (name, value) in self.about {
            writer.value(*name, *value);
        }
    }
}

/// A number of things.
struct Count(u64);

impl Value for Count {
    fn write(&self, writer: impl ValueWriter) {
        writer.metric([Observation::Unsigned(self.0)], unit::Count::UNIT, [], MetricFlags::empty());
    }
}

fn moment(now: Timestamp) -> SystemTime {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}

fn print(lines: &[u8]) {
    // All at once: what other tasks write stays outside.
    let _ = std::io::stdout().write_all(lines);
}

#[cfg(test)]
mod tests;
