//! What is in progress.

use hookstep_core::ports::Census;
use jiff::Timestamp;
use metrique_writer_core::unit::UnitTag;
use metrique_writer_core::value::{MetricFlags, ValueWriter};
use metrique_writer_core::{Entry, EntryWriter, Observation, Value, unit};

use super::{Count, Metrics};

/// The line of `census`, with its line feed.
pub(super) fn lines(metrics: &Metrics, now: Timestamp, census: &Census) -> Vec<u8> {
    metrics.line(now, &[], &Open { census, now })
}

struct Open<'a> {
    census: &'a Census,
    now: Timestamp,
}

impl Entry for Open<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        let since = |moment: Option<Timestamp>| moment.map_or(0, |moment| self.now.duration_since(moment).as_secs());
        writer.value("Running", &Count(self.census.running));
        writer.value("Waiting", &Count(self.census.waiting));
        writer.value("OldestInProgressSeconds", &Seconds(since(self.census.oldest_accepted_at)));
        writer.value("OverdueSeconds", &Seconds(since(self.census.earliest_deadline_at)));
    }
}

/// A length of time, none where it is negative.
struct Seconds(i64);

impl Value for Seconds {
    fn write(&self, writer: impl ValueWriter) {
        let seconds = Observation::Unsigned(u64::try_from(self.0).unwrap_or(0));
        writer.metric([seconds], unit::Second::UNIT, [], MetricFlags::empty());
    }
}
