//! What became of deliveries.

use std::collections::BTreeMap;

use hookstep_core::verdict::{FailureClass, Reason};
use jiff::Timestamp;
use metrique_writer_core::unit::UnitTag;
use metrique_writer_core::value::{MetricFlags, ValueWriter};
use metrique_writer_core::{Entry, EntryWriter, Observation, Unit, Value, unit};

use super::{Count, Metrics};

/// How many different values of one metric a line may hold (the format's own limit).
const VALUES_MAX_COUNT: usize = 100;

/// What happened to events since the counts before: the difference that some changes of their rows make. Zero by default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// Events that got a row.
    pub accepted: u64,
    /// Events that were delivered.
    pub succeeded: u64,
    /// Events that failed for good.
    pub failed: u64,
    /// Events that were not to be delivered.
    pub skipped: u64,
    /// HTTP exchanges, or failures to have one.
    pub attempts: u64,
    /// Attempts after the first.
    pub retries: u64,
    /// Events that ended so, by the code of their reason. What was skipped may be among them.
    pub reasons: BTreeMap<String, u64>,
    /// Accepted events whose payload is in object storage.
    pub claim_checks: u64,
    /// How long attempts with an answer took, in milliseconds, each with how many did.
    pub latency_ms: Vec<(f64, u64)>,
    /// How large payloads of accepted events are, in bytes, each with how many are.
    pub payload_bytes: Vec<(f64, u64)>,
}

/// The lines of `counted`, each with its line feed.
pub(super) fn lines(metrics: &Metrics, now: Timestamp, counted: &Counted) -> Vec<u8> {
    if *counted == Counted::default() {
        return Vec::new();
    }
    let latency = whole(&counted.latency_ms);
    let sizes = whole(&counted.payload_bytes);
    let mut latency = latency.chunks(VALUES_MAX_COUNT);
    let mut sizes = sizes.chunks(VALUES_MAX_COUNT);
    let first = Batch { counted, spread: Spread::next(&mut latency, &mut sizes) };
    let mut lines = metrics.line(now, &[], &first);
    loop {
        let spread = Spread::next(&mut latency, &mut sizes);
        if spread.is_empty() {
            break;
        }
        lines.extend(metrics.line(now, &[], &spread));
    }
    for (class, count) in classes(&counted.reasons) {
        lines.extend(metrics.line(now, &["Class"], &OfClass { class, count }));
    }
    lines
}

/// Whole numbers, each once: a fraction of a millisecond is not worth its digits.
fn whole(values: &[(f64, u64)]) -> Vec<(f64, u64)> {
    let mut merged: Vec<(f64, u64)> = Vec::with_capacity(values.len());
    let mut sorted: Vec<_> = values.iter().map(|(value, count)| (value.round(), *count)).collect();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (value, count) in sorted.into_iter().filter(|(_, count)| *count > 0) {
        match merged.last_mut() {
            Some(last) if last.0.total_cmp(&value).is_eq() => last.1 += count,
            _ => merged.push((value, count)),
        }
    }
    merged
}

fn classes(reasons: &BTreeMap<String, u64>) -> BTreeMap<&'static str, u64> {
    let mut classes = BTreeMap::new();
    for (code, count) in reasons {
        let class = Reason::from_code(code).and_then(Reason::class);
        if let (Some(class), 1..) = (class.map(FailureClass::as_str), *count) {
            *classes.entry(class).or_default() += count;
        }
    }
    classes
}

/// The first line.
struct Batch<'a> {
    counted: &'a Counted,
    spread: Spread<'a>,
}

impl Entry for Batch<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        let counted = self.counted;
        writer.value("Accepted", &Count(counted.accepted));
        writer.value("Succeeded", &Count(counted.succeeded));
        writer.value("Failed", &Count(counted.failed));
        writer.value("Skipped", &Count(counted.skipped));
        writer.value("Attempts", &Count(counted.attempts));
        writer.value("Retries", &Count(counted.retries));
        writer.value("ClaimChecks", &Count(counted.claim_checks));
        self.spread.write(writer);
    }
}

/// As many of the measured values as a line may hold.
struct Spread<'a> {
    latency_ms: &'a [(f64, u64)],
    payload_bytes: &'a [(f64, u64)],
}

impl<'a> Spread<'a> {
    fn next(
        latency: &mut impl Iterator<Item = &'a [(f64, u64)]>,
        sizes: &mut impl Iterator<Item = &'a [(f64, u64)]>,
    ) -> Self {
        Self { latency_ms: latency.next().unwrap_or_default(), payload_bytes: sizes.next().unwrap_or_default() }
    }

    fn is_empty(&self) -> bool {
        self.latency_ms.is_empty() && self.payload_bytes.is_empty()
    }
}

impl Entry for Spread<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        for (name, values, unit) in [
            ("LatencyMs", self.latency_ms, unit::Millisecond::UNIT),
            ("PayloadBytes", self.payload_bytes, unit::Byte::UNIT),
        ] {
            if !values.is_empty() {
                writer.value(name, &Measured { values, unit });
            }
        }
    }
}

/// Values, and how often each was measured.
struct Measured<'a> {
    values: &'a [(f64, u64)],
    unit: Unit,
}

impl Value for Measured<'_> {
    fn write(&self, writer: impl ValueWriter) {
        let observations = self.values.iter().map(|&(value, occurrences)| {
            // Whole numbers up to 2^53 come back as they went.
            #[expect(clippy::cast_precision_loss, reason = "a batch holds thousands of records, not 2^52")]
            let total = value * occurrences as f64;
            Observation::Repeated { total, occurrences }
        });
        writer.metric(observations, self.unit, [], MetricFlags::empty());
    }
}

/// Events that failed for good, of one class.
struct OfClass {
    class: &'static str,
    count: u64,
}

impl Entry for OfClass {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.value("Class", self.class);
        writer.value("FailedBy", &Count(self.count));
    }
}
