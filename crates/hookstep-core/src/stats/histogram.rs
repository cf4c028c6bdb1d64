//! How values are spread, in buckets whose width grows with the value.
//!
//! Bucket `i` holds the values above `γ^(i-1)` and up to `γ^i`, where `γ = (1 + α) / (1 - α)` and `α = 5 %`; what stands for all of them,
//! `2 γ^i / (γ + 1)`, is at most `α` away from each (`DDSketch`, PVLDB 12 (12), 2019, section 2.1). Buckets of two histograms are added
//! one by one, so a percentile of many hours is as good as one of a single hour.

use std::collections::BTreeMap;

/// The largest difference between a value and what stands for it, as a part of the value; half a unit of rounding comes on top.
pub const RELATIVE_ERROR: f64 = 0.05;

const GAMMA: f64 = (1.0 + RELATIVE_ERROR) / (1.0 - RELATIVE_ERROR);

/// The highest bucket: for `u64::MAX`.
pub const MAX_BUCKET: u16 = 444;

/// How many values there are in each bucket. A difference of two histograms has negative ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram(BTreeMap<u16, i64>);

/// The bucket of a value. 0 is in that of 1.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the logarithm of a whole number from 1 on is at least 0 and at most MAX_BUCKET"
)]
pub fn bucket_of(value: u64) -> u16 {
    ((value.max(1) as f64).ln() / GAMMA.ln()).ceil() as u16
}

/// What stands for the values of a bucket.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is positive, and `as` saturates")]
pub fn value_of(bucket: u16) -> u64 {
    (2.0 * GAMMA.powi(i32::from(bucket)) / (GAMMA + 1.0)).round() as u64
}

impl Histogram {
    /// Adds so many values of a bucket.
    pub fn add(&mut self, bucket: u16, count: i64) {
        let now = self.0.entry(bucket).or_default();
        *now = now.saturating_add(count);
        if *now == 0 {
            self.0.remove(&bucket);
        }
    }

    /// Adds a value.
    pub fn record(&mut self, value: u64) {
        self.add(bucket_of(value), 1);
    }

    /// Adds `sign` times all of another histogram.
    pub fn add_all(&mut self, other: &Self, sign: i64) {
        for (bucket, count) in &other.0 {
            self.add(*bucket, count.saturating_mul(sign));
        }
    }

    /// The buckets with something in them, lowest first, and how much.
    pub fn buckets(&self) -> impl Iterator<Item = (u16, i64)> {
        self.0.iter().map(|(bucket, count)| (*bucket, *count))
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value that `percent` of all values do not exceed (nearest rank), as what stands for its bucket. `None` where there are no
    /// values.
    #[must_use]
    pub fn percentile(&self, percent: u8) -> Option<u64> {
        let present = || self.buckets().filter(|(_, count)| *count > 0);
        let total: i128 = present().map(|(_, count)| i128::from(count)).sum();
        let rank = ((total * i128::from(percent) + 99) / 100).max(1);
        let mut seen = 0;
        let found = present().find(|(_, count)| {
            seen += i128::from(*count);
            seen >= rank
        });
        found.map(|(bucket, _)| value_of(bucket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_values_stand_for_themselves() {
        for value in 1..10 {
            assert_eq!(value_of(bucket_of(value)), value);
        }
        assert_eq!(bucket_of(0), bucket_of(1));
        assert_eq!(bucket_of(u64::MAX), MAX_BUCKET);
    }

    #[test]
    fn without_values_there_is_no_percentile() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.percentile(50), None);
        histogram.record(7);
        histogram.add(bucket_of(7), -1);
        assert!(histogram.is_empty() && histogram.percentile(99).is_none());
    }

    proptest! {
        #[test]
        fn a_percentile_is_at_most_five_percent_off(mut values in prop::collection::vec(0_u64..1_000_000, 1..200), percent in 1_u8..=100) {
            let mut histogram = Histogram::default();
            for value in &values {
                histogram.record(*value);
            }
            values.sort_unstable();
            let rank = (values.len() * usize::from(percent)).div_ceil(100).max(1);
            let exact = values[rank - 1].max(1);
            let found = histogram.percentile(percent).unwrap();
            // 5 %, and half a unit.
            prop_assert!(40 * found.abs_diff(exact) <= 2 * exact + 20, "{found} for {exact}");
        }

        #[test]
        fn parts_add_up_to_the_whole(left in prop::collection::vec(0_u64..100_000, 0..50), right in prop::collection::vec(0_u64..100_000, 0..50)) {
            let of = |values: &[u64]| {
                let mut histogram = Histogram::default();
                for value in values {
                    histogram.record(*value);
                }
                histogram
            };
            let mut sum = of(&left);
            sum.add_all(&of(&right), 1);
            prop_assert_eq!(&sum, &of(&[left.clone(), right.clone()].concat()));
            sum.add_all(&of(&left), -1);
            prop_assert_eq!(sum, of(&right));
        }
    }
}
