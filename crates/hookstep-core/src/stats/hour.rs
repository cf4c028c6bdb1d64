//! Hours of the clock, in UTC.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::limits::STATS_KEPT_DAYS;

const SECONDS: i64 = 3_600;

/// A whole hour, such as `2026-11-22T08`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(i64);

/// A text that is no hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an hour: expected the form 2026-11-22T08")]
pub struct InvalidHour;

impl Hour {
    /// The hour that a moment lies in.
    #[must_use]
    pub fn of(moment: Timestamp) -> Self {
        Self(moment.as_second().div_euclid(SECONDS))
    }

    /// The first hour that begins at a moment or after it.
    #[must_use]
    pub fn from_on(moment: Timestamp) -> Self {
        let hour = Self::of(moment);
        if hour.start() == moment { hour } else { hour.after(1) }
    }

    /// Its first moment.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp::from_second(self.0.saturating_mul(SECONDS)).unwrap_or_default()
    }

    /// The hour that comes so many after it, or before it.
    #[must_use]
    pub fn after(self, hours: i64) -> Self {
        Self(self.0.saturating_add(hours))
    }

    /// How many hours it lies after another one.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Its place in its day, from 0 to 23.
    #[must_use]
    pub fn of_day(self) -> i64 {
        self.0.rem_euclid(24)
    }

    /// When its counts may be forgotten.
    #[must_use]
    pub fn expires_at(self) -> Timestamp {
        self.start().saturating_add(SignedDuration::from_hours(24 * STATS_KEPT_DAYS)).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.start().strftime("%Y-%m-%dT%H"))
    }
}

impl FromStr for Hour {
    type Err = InvalidHour;

    fn from_str(text: &str) -> Result<Self, InvalidHour> {
        let moment: Timestamp = format!("{text}:00:00Z").parse().map_err(|_| InvalidHour)?;
        let hour = Self::of(moment);
        if hour.to_string() == text { Ok(hour) } else { Err(InvalidHour) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_lead_back_to_their_texts() {
        let hour = Hour::of("2026-11-22T08:59:59.999Z".parse().unwrap());
        assert_eq!(hour.to_string(), "2026-11-22T08");
        assert_eq!("2026-11-22T08".parse(), Ok(hour));
        assert_eq!(hour.after(16).to_string(), "2026-11-23T00");
        assert_eq!((hour.of_day(), hour.after(16).of_day(), hour.after(16).since(hour)), (8, 0, 16));
        for text in ["", "2026-11-22", "2026-11-22T24", "2026-11-22T8", "2026-11-22T08:00:00Z\n", "2026-11-22t08"] {
            assert_eq!(text.parse::<Hour>(), Err(InvalidHour), "{text:?}");
        }
    }

    #[test]
    fn an_hour_begins_with_its_first_moment() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let eight = Hour::of(at("2026-11-22T08:00:00Z"));
        assert_eq!(Hour::from_on(at("2026-11-22T08:00:00Z")), eight);
        assert_eq!(Hour::from_on(at("2026-11-22T08:00:00.001Z")), eight.after(1));
        assert_eq!(Hour::of(at("1969-12-31T23:59:59Z")), Hour(-1));
        assert_eq!(eight.expires_at(), at("2027-12-27T08:00:00Z"));
    }
}
