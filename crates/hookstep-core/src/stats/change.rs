//! Changes of rows, as the table's stream tells of them.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::counts::Tally;
use super::row::CountedRow;
use super::{Failure, Place};

/// Digits of the longest sequence number (`StreamRecord` of the API reference of `DynamoDB` Streams).
const DIGITS: usize = 40;

/// Where a change stands among those of its shard: later ones are greater.
///
/// Kept as two digits that say how long the number is, and the number: short texts that compare as the numbers do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sequence(String);

/// A text that is no sequence number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a sequence number: expected at most {DIGITS} digits")]
pub struct InvalidSequence;

impl FromStr for Sequence {
    type Err = InvalidSequence;

    fn from_str(text: &str) -> Result<Self, InvalidSequence> {
        if text.is_empty() || text.len() > DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidSequence);
        }
        let digits = text.trim_start_matches('0');
        Ok(Self(format!("{:02}{digits}", digits.len())))
    }
}

impl Sequence {
    /// A text that compares with others of its kind as the numbers do.
    #[must_use]
    pub fn sort_key(&self) -> &str {
        &self.0
    }

    /// The number of such a text.
    ///
    /// # Errors
    /// It is none.
    pub fn from_sort_key(text: &str) -> Result<Self, InvalidSequence> {
        let digits = text.get(2..).ok_or(InvalidSequence)?;
        let sequence: Self = if digits.is_empty() { "0" } else { digits }.parse()?;
        if sequence.0 == text { Ok(sequence) } else { Err(InvalidSequence) }
    }
}

/// A row that was made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When, among the changes of its shard.
    pub sequence: Sequence,
    /// The row before it, if there was one.
    pub before: Option<CountedRow>,
    /// The row after it.
    pub after: CountedRow,
}

/// What a change adds to one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Of which change.
    pub sequence: Sequence,
    /// What to add.
    pub tally: Tally,
    /// The event, where the change was its failure.
    pub failure: Option<Failure>,
}

/// What the changes add to which places, oldest first. Where a change adds nothing it is left out, and one that comes again
/// counts once.
#[must_use]
pub fn deltas(changes: &[Change]) -> BTreeMap<Place, Vec<Delta>> {
    let mut by_place: BTreeMap<Place, BTreeMap<&Sequence, Delta>> = BTreeMap::new();
    let each: BTreeMap<&Sequence, &Change> = changes.iter().map(|change| (&change.sequence, change)).collect();
    for Change { sequence, before, after } in each.into_values() {
        let failure = after.failure().filter(|_| before.as_ref().and_then(CountedRow::failure).is_none());
        let minus = before.as_ref().map(|row| (row, -1, None));
        for (row, sign, failure) in minus.into_iter().chain([(after, 1, failure)]) {
            let tally = row.tally();
            for place in row.places() {
                let delta = by_place.entry(place).or_default().entry(sequence).or_insert_with(|| Delta {
                    sequence: sequence.clone(),
                    tally: Tally::default(),
                    failure: None,
                });
                delta.tally.add(&tally, sign);
                delta.failure = failure.clone().or_else(|| delta.failure.take());
            }
        }
    }
    let without_nothing = by_place.into_iter().map(|(place, deltas)| {
        let deltas = deltas.into_values().filter(|delta| delta.tally != Tally::default()).collect();
        (place, deltas)
    });
    without_nothing.filter(|(_, deltas): &(Place, Vec<Delta>)| !deltas.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_compare_as_numbers() {
        let of = |text: &str| text.parse::<Sequence>();
        assert!(of("9").unwrap() < of("10").unwrap());
        assert!(of("111000000000000000000000023").unwrap() < of("4421584500000000017450439091").unwrap());
        assert!(of("0").unwrap() < of("1").unwrap() && of("007") == of("7"));
        for text in ["0", "7", "100000000003498069978", &"9".repeat(40)] {
            let sequence = of(text).unwrap();
            assert_eq!(Sequence::from_sort_key(sequence.sort_key()), Ok(sequence));
        }
        for text in ["", "1", "01", "0207", "02123", "02x1", "0é"] {
            assert_eq!(Sequence::from_sort_key(text), Err(InvalidSequence), "{text:?}");
        }
        for text in ["", "-1", "1 ", "1.0", &"1".repeat(41)] {
            assert_eq!(of(text), Err(InvalidSequence), "{text:?}");
        }
    }
}
