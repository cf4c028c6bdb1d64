//! Periods that statistics are asked for, and their buckets.

use jiff::{SignedDuration, Timestamp};

use super::counts::Counts;
use super::hour::Hour;
use crate::limits::{STATS_DAILY_MAX_DAYS, STATS_HOURLY_MAX_DAYS};
use crate::ports::CountedHour;

/// How long a bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// An hour.
    Hour,
    /// A day, in UTC.
    Day,
}

impl Bucket {
    /// Every length.
    pub const ALL: [Self; 2] = [Self::Hour, Self::Day];

    /// The name in queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "1d",
        }
    }

    /// The length of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str() == name)
    }

    /// The longest period that is shown in such buckets, in days; not counting what it is rounded by.
    #[must_use]
    pub fn max_days(self) -> i64 {
        match self {
            Self::Hour => STATS_HOURLY_MAX_DAYS,
            Self::Day => STATS_DAILY_MAX_DAYS,
        }
    }

    fn hours(self) -> i64 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
        }
    }
}

/// The longest period that is shown in hours where nothing else is asked for, in days.
pub const HOURS_UP_TO_DAYS: i64 = 7;

/// The beginning of 1000 and the end of 9998: rounded, they are still times of four digits.
const TIMES: [Timestamp; 2] = [Timestamp::constant(-30_610_224_000, 0), Timestamp::constant(253_370_764_799, 0)];

/// A period of whole buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first hour.
    pub from: Hour,
    /// The hour after its last.
    pub to: Hour,
    /// Its buckets.
    pub bucket: Bucket,
}

/// Why a period is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPeriod {
    /// It ends before it begins.
    #[error("`from` lies after `to`")]
    Backwards,
    /// It can't be rounded and written.
    #[error("`from` and `to` take times of the years 1000 to 9998")]
    OutOfTime,
    /// There would be too many buckets.
    #[error("buckets of `{}` take at most {} days", .0.as_str(), .0.max_days())]
    TooLong(Bucket),
}

impl Period {
    /// The smallest period of whole buckets that holds everything from `from` on and before `to`, and one bucket at least.
    ///
    /// # Errors
    /// It ends before it begins, lies before 1000 or after 9998, or is longer than what is shown in buckets of this length.
    pub fn new(from: Timestamp, to: Timestamp, bucket: Option<Bucket>) -> Result<Self, InvalidPeriod> {
        let length = from.duration_until(to);
        if length.is_negative() {
            return Err(InvalidPeriod::Backwards);
        }
        if from < TIMES[0] || to > TIMES[1] {
            return Err(InvalidPeriod::OutOfTime);
        }
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        let default = if length <= days(HOURS_UP_TO_DAYS) { Bucket::Hour } else { Bucket::Day };
        let bucket = bucket.unwrap_or(default);
        if length > days(bucket.max_days()) {
            return Err(InvalidPeriod::TooLong(bucket));
        }
        let floor = |hour: Hour| if bucket == Bucket::Day { hour.after(-hour.of_day()) } else { hour };
        let from = floor(Hour::of(from));
        // The day before the one that the next hour is in, unless that begins with it.
        let end = floor(Hour::from_on(to).after(bucket.hours() - 1));
        Ok(Self { from, to: end.max(from.after(bucket.hours())), bucket })
    }

    /// The last 24 hours up to and with the one that is under way.
    #[must_use]
    pub fn last_day(now: Timestamp) -> Self {
        let to = Hour::of(now).after(1);
        Self { from: to.after(-24), to, bucket: Bucket::Hour }
    }

    /// All of what was counted, and each bucket of it, those without events too.
    #[must_use]
    pub fn add_up(&self, counted: &[CountedHour]) -> (Counts, Vec<(Hour, Counts)>) {
        let mut totals = Counts::default();
        let length = self.bucket.hours();
        let count = self.to.since(self.from).div_euclid(length);
        let mut buckets: Vec<_> =
            (0..count).map(|index| (self.from.after(index * length), Counts::default())).collect();
        for hour in counted {
            let index = hour.hour.since(self.from).div_euclid(length);
            let bucket = usize::try_from(index).ok().and_then(|index| buckets.get_mut(index));
            if let Some((_, counts)) = bucket {
                counts.add(&hour.counts, 1);
                totals.add(&hour.counts, 1);
            }
        }
        (totals, buckets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str, bucket: Option<Bucket>) -> Result<(String, String, Bucket), InvalidPeriod> {
        let period = Period::new(at(from), at(to), bucket)?;
        Ok((period.from.to_string(), period.to.to_string(), period.bucket))
    }

    fn is(from: &str, to: &str, bucket: Bucket) -> (String, String, Bucket) {
        (from.to_owned(), to.to_owned(), bucket)
    }

    #[test]
    fn a_period_is_rounded_outwards_to_whole_buckets() {
        let hours = period("2026-11-21T08:30:00Z", "2026-11-22T08:30:00Z", None);
        assert_eq!(hours, Ok(is("2026-11-21T08", "2026-11-22T09", Bucket::Hour)));
        let whole = period("2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z", None);
        assert_eq!(whole, Ok(is("2026-11-21T08", "2026-11-22T08", Bucket::Hour)));
        let days = period("2026-11-21T08:30:00Z", "2026-11-22T00:00:01Z", Some(Bucket::Day));
        assert_eq!(days, Ok(is("2026-11-21T00", "2026-11-23T00", Bucket::Day)));
        let whole_days = period("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z", Some(Bucket::Day));
        assert_eq!(whole_days, Ok(is("2026-11-21T00", "2026-11-22T00", Bucket::Day)));
        let moment = period("2026-11-21T08:00:00Z", "2026-11-21T08:00:00Z", None);
        assert_eq!(moment, Ok(is("2026-11-21T08", "2026-11-21T09", Bucket::Hour)));
    }

    #[test]
    fn longer_periods_have_longer_buckets_and_there_is_an_end_to_it() {
        let from = "2026-01-01T00:00:00Z";
        assert_eq!(period(from, "2026-01-08T00:00:00Z", None).unwrap().2, Bucket::Hour);
        assert_eq!(period(from, "2026-01-08T00:00:00.001Z", None).unwrap().2, Bucket::Day);
        assert!(period(from, "2026-02-01T00:00:00Z", Some(Bucket::Hour)).is_ok());
        let refused = period(from, "2026-02-01T00:00:00.001Z", Some(Bucket::Hour));
        assert_eq!(refused, Err(InvalidPeriod::TooLong(Bucket::Hour)));
        assert_eq!(InvalidPeriod::TooLong(Bucket::Hour).to_string(), "buckets of `1h` take at most 31 days");
        assert!(period(from, "2027-01-02T00:00:00Z", None).is_ok());
        assert_eq!(period(from, "2027-01-02T00:00:01Z", None), Err(InvalidPeriod::TooLong(Bucket::Day)));
        assert_eq!(period("2026-01-02T00:00:00Z", from, None), Err(InvalidPeriod::Backwards));
    }

    #[test]
    fn a_period_is_of_times_that_can_be_rounded() {
        for bucket in Bucket::ALL.map(Some) {
            let refused = Err(InvalidPeriod::OutOfTime);
            assert_eq!(period("9998-12-31T23:00:00Z", "9999-01-01T00:00:00Z", bucket), refused);
            assert_eq!(period("0999-12-31T23:59:59Z", "1000-01-01T00:00:00Z", bucket), refused);
            let last = period("9998-12-31T23:00:00Z", "9998-12-31T23:59:59Z", bucket).unwrap();
            assert_eq!(last.1, "9999-01-01T00");
            let first = period("1000-01-01T00:00:00Z", "1000-01-01T00:00:00Z", bucket).unwrap();
            assert_eq!(first.0, "1000-01-01T00");
        }
    }

    #[test]
    fn every_bucket_is_shown_and_hours_outside_are_not() {
        let period = Period::new(at("2026-11-21T00:00:00Z"), at("2026-11-23T00:00:00Z"), Some(Bucket::Day)).unwrap();
        let hour = |text: &str| CountedHour {
            hour: text.parse().unwrap(),
            counts: Counts { accepted: 1, ..Counts::default() },
            last_failure: None,
        };
        let counted = ["2026-11-20T23", "2026-11-22T00", "2026-11-22T23", "2026-11-23T00"].map(hour);
        let (totals, buckets) = period.add_up(&counted);
        assert_eq!(totals.accepted, 2);
        let accepted: Vec<_> = buckets.iter().map(|(start, counts)| (start.to_string(), counts.accepted)).collect();
        assert_eq!(accepted, [("2026-11-21T00".to_owned(), 0), ("2026-11-22T00".to_owned(), 2)]);
    }

    #[test]
    fn the_last_day_is_this_hour_and_the_23_before() {
        let day = Period::last_day(at("2026-11-22T08:15:00Z"));
        assert_eq!((day.from.to_string().as_str(), day.to.to_string().as_str()), ("2026-11-21T09", "2026-11-22T09"));
    }
}
