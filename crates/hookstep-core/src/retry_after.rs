//! `Retry-After`: how long a receiver asks to be left alone (RFC 9110, section 10.2.3).

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The two obsolete forms of a date that have to be understood all the same (RFC 9110, section 5.6.7).
const OBSOLETE_DATES: [&str; 2] = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

/// The wait that the field's value asks for, from `now` on: a number of seconds, or a date. A date that has passed asks for
/// none; what is neither asks for nothing.
#[must_use]
pub fn retry_after(value: &str, now: Timestamp) -> Option<SignedDuration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds are a long time.
        return Some(SignedDuration::from_secs(value.parse::<u32>().map_or(i64::from(u32::MAX), i64::from)));
    }
    let until = date(value)?;
    Some(until.duration_since(now).max(SignedDuration::ZERO))
}

fn date(value: &str) -> Option<Timestamp> {
    if let Ok(moment) = rfc2822::DateTimeParser::new().parse_timestamp(value) {
        return Some(moment);
    }
    let civil = OBSOLETE_DATES.iter().find_map(|form| DateTime::strptime(form, value).ok())?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn seconds_and_the_three_forms_of_a_date_are_understood() {
        let now = at("1994-11-06T08:49:07Z");
        for value in [
            "30",
            " 30 ",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(retry_after(value, now), Some(SignedDuration::from_secs(30)), "{value}");
        }
    }

    #[test]
    fn what_has_passed_asks_for_no_wait_and_nonsense_for_nothing() {
        let now = at("2026-11-22T00:00:00Z");
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(SignedDuration::ZERO));
        assert_eq!(retry_after("0", now), Some(SignedDuration::ZERO));
        for value in ["", "-1", "+5", "1.5", "soon", "5 seconds", "2026-11-22", "Sun, 31 Feb 2027 00:00:00 GMT"] {
            assert_eq!(retry_after(value, now), None, "{value:?}");
        }
        assert_eq!(retry_after("99999999999999999999", now), Some(SignedDuration::from_secs(i64::from(u32::MAX))));
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_and_no_wait_is_negative(value in "\\PC{0,80}", second in 0_i64..4_000_000_000) {
            let wait = retry_after(&value, Timestamp::from_second(second).unwrap());
            prop_assert!(wait.is_none_or(|wait| wait >= SignedDuration::ZERO));
        }
    }
}
